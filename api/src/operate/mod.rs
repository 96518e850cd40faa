//! What an operator does from the command line, beside a server that runs or one that does not.

pub mod backup;
pub mod doctor;
pub mod keys;
pub mod restore;
pub mod store;

use anyhow::Context;

use crate::{config::Config, crypto::MasterKey, database::Database};

/// The master key in force; never makes one.
fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    match &config.master_key {
        Some(text) => MasterKey::from_text(&text.0).context("master_key"),
        None => MasterKey::load(&config.data_dir)?.with_context(|| {
            format!(
                "there is no master.key in {}, and master_key is not set",
                config.data_dir.display()
            )
        }),
    }
}

/// The database as configured; never makes one.
async fn database(config: &Config) -> anyhow::Result<Database> {
    let url = config.database_url();
    if let Some(file) = Database::file_of(&url) {
        anyhow::ensure!(file.is_file(), "there is no {}", file.display());
    }
    let database = Database::connect(&url).await.context("database_url")?;
    match &config.database_replica_url {
        Some(url) => database.with_replica(url, config.replica_lag()).await,
        None => Ok(database),
    }
}
