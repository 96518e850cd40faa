//! `renzheng backup FILE`: a whole and consistent copy of the embedded database, made while the server runs.

use std::{
    fs,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};

use super::{database, store};
use crate::config::Config;

/// Writes the copy, and reads it through again. The master key is not in it.
pub async fn run(config: &Config, file: &Path) -> anyhow::Result<String> {
    let database = database(config).await?;
    if database.file().is_none() {
        bail!(
            "the database is PostgreSQL: use pg_dump, or pg_basebackup with a WAL archive (docs/operate.md), and \
             `renzheng restore --settle` after a restore"
        );
    }
    let whole = |error| format!("{}: {error}", file.display());
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| anyhow::anyhow!(whole(error.to_string())))?;
    let copied = copy(&database, file).await;
    if copied.is_err() {
        // Half a backup is worse than none.
        let _ = fs::remove_file(file);
    }
    let bytes = copied?;
    Ok(format!(
        "{} holds the whole database ({bytes} bytes). It opens only with the master key, which is not in it: keep {} \
         somewhere else.",
        file.display(),
        config.data_dir.join("master.key").display()
    ))
}

async fn copy(database: &crate::database::Database, file: &Path) -> anyhow::Result<u64> {
    store::vacuum_into(database, file).await?;
    let written = fs::File::open(file)?;
    written.sync_all()?;
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    fs::File::open(folder)?.sync_all().context("the folder")?;
    let verdict = store::integrity(file).await?;
    ensure!(verdict == "ok", "the copy is not whole: {verdict}");
    Ok(written.metadata()?.len())
}
