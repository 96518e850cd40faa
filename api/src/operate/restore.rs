//! `renzheng restore`: takes a backup back into use. Whatever ended, was used up or was sent after the backup was made
//! must not live again, and the backup does not know of it: so every session ends, every code and link is void, and
//! nothing that waited is sent.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

use super::{database, master_key, store};
use crate::{clock::Clock, config::Config, crypto::Vault, database::Database};

/// Puts the backup in the place of the embedded database, which is kept beside it under another name.
pub async fn from_file(config: &Config, file: &Path) -> anyhow::Result<String> {
    let url = config.database_url();
    let target = Database::file_of(&url)
        .context("the database is PostgreSQL: restore it by its own means, then `renzheng restore --settle`")?
        .to_path_buf();
    let verdict = store::integrity(file).await?;
    ensure!(
        verdict == "ok",
        "{} is not whole: {verdict}",
        file.display()
    );
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    let draft = beside(&target, "restoring");
    fs::copy(file, &draft).with_context(|| format!("copy to {}", draft.display()))?;
    let settled = settle_draft(config, &draft).await;
    if settled.is_err() {
        let _ = fs::remove_file(&draft);
    }
    let ended = settled?;
    let clock = Clock::system();
    let kept = if target.exists() {
        store::take_over(&target)
            .await
            .context("the database is in use: stop `renzheng serve` first")?;
        let kept = beside(&target, &format!("replaced-{}", clock.now().timestamp()));
        fs::rename(&target, &kept)?;
        format!(" The database that was there is {}.", kept.display())
    } else {
        String::new()
    };
    fs::rename(&draft, &target)?;
    if let Some(folder) = target.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(format!(
        "{} is in use again, {ended} sessions ended.{kept}",
        file.display()
    ))
}

/// Makes a database that was restored by other means safe to serve from.
pub async fn settle(config: &Config) -> anyhow::Result<String> {
    let database = database(config).await?;
    let ended = settle_database(config, &database).await?;
    Ok(format!("The database is settled, {ended} sessions ended."))
}

async fn settle_draft(config: &Config, draft: &Path) -> anyhow::Result<u64> {
    let url = format!("sqlite://{}", draft.display());
    let database = Database::connect(&url).await?;
    let ended = settle_database(config, &database).await;
    database.close().await?;
    let ended = ended?;
    store::take_over(draft).await?;
    Ok(ended)
}

async fn settle_database(config: &Config, database: &Database) -> anyhow::Result<u64> {
    let schema = database.schema().await?;
    ensure!(
        schema.unknown.is_empty(),
        "the backup was made by a newer version"
    );
    database.migrate().await?;
    let clock = Clock::system();
    if store::has_keys(database).await? {
        // Refused now rather than when it serves.
        Vault::open(database.write(), &master_key(config)?, &clock).await?;
    }
    store::settle(database, &clock).await
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
