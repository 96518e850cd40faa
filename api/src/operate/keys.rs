//! `renzheng keys …`

use std::path::Path;

use chrono::TimeDelta;

use super::{database, master_key};
use crate::{
    clock::Clock,
    config::Config,
    crypto::{MasterKey, Vault, derived, signing::rotate, vault::ACTIVE_AFTER},
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

/// Makes new signing keys, of every kind in use. With `now` they sign as soon as nodes have read them; with `revoke` the
/// old ones are taken away.
pub async fn rotate_signing(config: &Config, now: bool, revoke: bool) -> anyhow::Result<String> {
    let (database, master) = (database(config).await?, master_key(config)?);
    let clock = Clock::system();
    if let Some(shared) = database.time().await? {
        clock.follow(shared);
    }
    let vault = Vault::open(database.write(), &master, &clock).await?;
    let lead = if now { TimeDelta::zero() } else { rotate::LEAD };
    rotate::rotate(database.write(), &vault, &clock, lead).await?;
    if revoke {
        rotate::purge(database.write(), clock.now(), true).await?;
        return Ok("The old signing keys are revoked: everybody signs in again.".into());
    }
    Ok(match now {
        true => "The new signing keys sign from now on.".into(),
        false => format!(
            "The new signing keys are published, and sign in {} minutes.",
            rotate::LEAD.num_minutes()
        ),
    })
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
