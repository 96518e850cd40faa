//! `renzheng keys …`

use std::path::Path;

use super::{database, master_key};
use crate::{
    clock::Clock,
    config::Config,
    crypto::{MasterKey, Vault, derived, vault::ACTIVE_AFTER},
};

/// Makes a new data key for sealed fields; nodes that run take it over by themselves.
pub async fn rotate_fields(config: &Config) -> anyhow::Result<String> {
    let (database, master) = (database(config).await?, master_key(config)?);
    let clock = Clock::system();
    if let Some(shared) = database.time().await? {
        clock.follow(shared);
    }
    let vault = Vault::open(database.write(), &master, &clock).await?;
    let id = vault.rotate(database.write()).await?;
    Ok(format!(
        "Data key {id} seals from {} seconds on. Nodes that run move all fields to it and then retire the keys before \
         it; `renzheng doctor` tells when.",
        ACTIVE_AFTER.num_seconds()
    ))
}

/// Puts every key in the database under the master key in `file`, which is made when it is not there.
pub async fn rewrap(config: &Config, file: &Path) -> anyhow::Result<String> {
    let (database, old) = (database(config).await?, master_key(config)?);
    let new = MasterKey::load_or_create_file(file)?;
    let keys = derived::rewrap(database.write(), &old, &new).await?;
    Ok(format!(
        "{keys} data keys are under the master key of {} now. Nodes that run go on. Put it in the place of {} (or into \
         RENZHENG_MASTER_KEY) on every node, then restart them one by one. Backups made before need the old one.",
        file.display(),
        config.data_dir.join("master.key").display()
    ))
}
