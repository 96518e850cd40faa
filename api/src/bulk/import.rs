//! `renzheng accounts import FILE`.
//!
//! Records go in by batches, each in one transaction with how far the file has got: whatever stops the import, the same
//! command goes on where it was, and no record is taken twice.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    prepare::{Prepared, Problem, prepare},
    record::{Format, Reader},
    store,
};
use crate::{
    app::App,
    audit::{self, Event},
    entity::bulk_import::Model,
    http::caller::Caller,
};

/// Records in one transaction.
const BATCH: usize = 500;
/// A batch that collides with somebody who registers just then is looked at again.
const TRIES: usize = 3;

pub struct Import {
    pub file: PathBuf,
    pub format: Format,
    /// Where refused records are told of, a line of JSON each.
    pub errors: PathBuf,
    /// Only check.
    pub dry_run: bool,
    /// Take names and ID numbers as checked by the other system.
    pub identities: bool,
}

/// A line of the error file.
#[derive(Serialize)]
struct Refused<'a> {
    /// From 1, without the heading of a CSV file.
    record: u64,
    #[serde(flatten)]
    problem: &'a Problem,
}

/// Records that are read and not yet written.
#[derive(Default)]
struct Batch {
    records: u64,
    prepared: Vec<(u64, Prepared)>,
    problems: Vec<(u64, Problem)>,
}

pub async fn run(app: &App, import: &Import, bar: &ProgressBar) -> anyhow::Result<String> {
    let named = || import.file.display().to_string();
    let digest = digest(&import.file).with_context(named)?;
    let mut reader = Reader::open(&import.file, import.format).with_context(named)?;
    let mut progress = match import.dry_run {
        true => Model {
            digest,
            records: 0,
            imported: 0,
            refused: 0,
            error_bytes: 0,
            began_at: app.clock.now(),
            updated_at: app.clock.now(),
        },
        false => store::progress(app, &digest).await?,
    };
    let resumed = progress.records;
    let mut errors = open_errors(&import.errors, u64::try_from(progress.error_bytes)?)
        .with_context(|| import.errors.display().to_string())?;
    bar.set_length(std::fs::metadata(&import.file)?.len());
    for _ in 0..resumed {
        reader.next()?;
    }
    // What earlier batches of a dry run would have taken.
    let mut seen = HashSet::new();
    loop {
        let mut batch = Batch::default();
        while batch.records < BATCH as u64
            && let Some(record) = reader.next()?
        {
            batch.records += 1;
            let number = progress.records.unsigned_abs() + batch.records;
            match prepare(app, record, import.identities) {
                Ok(prepared) => batch.prepared.push((number, prepared)),
                Err(problems) => batch
                    .problems
                    .extend(problems.into_iter().map(|problem| (number, problem))),
            }
        }
        if batch.records == 0 {
            break;
        }
        let known = import.dry_run.then_some(&mut seen);
        progress = commit(app, progress, batch, known, &mut errors).await?;
        bar.set_position(reader.bytes());
        bar.set_message(told(&progress));
    }
    errors.sync_all()?;
    bar.finish_and_clear();
    let mut lines = vec![match import.dry_run {
        true => format!("Dry run, nothing was written: {}.", told(&progress)),
        false => format!("{}.", told(&progress)),
    }];
    if resumed > 0 {
        lines.push(format!("{resumed} records were done with before."));
    }
    if progress.refused > 0 {
        lines.push(format!("Why: {}", import.errors.display()));
    }
    Ok(lines.join("\n"))
}

fn told(progress: &Model) -> String {
    format!(
        "{} records: {} accounts, {} refused",
        progress.records, progress.imported, progress.refused
    )
}

/// Writes one batch, or, in a dry run (with what it has `seen`), only looks.
async fn commit(
    app: &App,
    before: Model,
    mut batch: Batch,
    seen: Option<&mut HashSet<u128>>,
    errors: &mut File,
) -> anyhow::Result<Model> {
    let dry_run = seen.is_some();
    refuse_taken(app, &mut batch, seen).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let mut refused: Vec<u64> = batch.problems.iter().map(|(number, _)| *number).collect();
        refused.sort_unstable();
        refused.dedup();
        let lines = lines(&mut batch.problems)?;
        let after = Model {
            records: before.records + i64::try_from(batch.records)?,
            imported: before.imported + i64::try_from(batch.prepared.len())?,
            refused: before.refused + i64::try_from(refused.len())?,
            error_bytes: before.error_bytes + i64::try_from(lines.len())?,
            updated_at: app.clock.now(),
            ..before.clone()
        };
        // Before the records are done with: rather told of twice than not at all.
        errors.seek(SeekFrom::Start(u64::try_from(before.error_bytes)?))?;
        errors.set_len(u64::try_from(before.error_bytes)?)?;
        errors.write_all(&lines)?;
        errors.sync_data()?;
        if dry_run {
            return Ok(after);
        }
        match write(app, &before, &after, &batch.prepared).await {
            Err(error) if tries < TRIES && error.downcast_ref().is_some_and(store::is_taken) => {
                refuse_taken(app, &mut batch, None).await?;
            }
            other => return other.map(|()| after),
        }
    }
}

async fn write(
    app: &App,
    before: &Model,
    after: &Model,
    prepared: &[(u64, Prepared)],
) -> anyhow::Result<()> {
    let transaction = app.database.begin().await?;
    let rows = prepared.iter().map(|(_, prepared)| prepared.clone());
    store::insert(&transaction, rows.collect()).await?;
    let caller = Caller::system();
    for (_, prepared) in prepared {
        let event = Event::by_console(Some(prepared.account.id), "account.import");
        audit::record(app, &transaction, &caller, event).await?;
    }
    if !store::advance(&transaction, before, after).await? {
        bail!("somebody else imports this file at this moment");
    }
    Ok(transaction.commit().await?)
}

/// Refuses what another account has, or an earlier record.
async fn refuse_taken(
    app: &App,
    batch: &mut Batch,
    mut seen: Option<&mut HashSet<u128>>,
) -> anyhow::Result<()> {
    let mut taken = store::taken(app, &batch.prepared).await?;
    for (number, prepared) in std::mem::take(&mut batch.prepared) {
        let mut problems = Vec::new();
        for (field, index) in prepared.unique() {
            let is_new = seen
                .as_mut()
                .is_none_or(|seen| seen.insert(short(field, index)));
            if !taken.insert((field, index.to_vec())) || !is_new {
                problems.push((number, Problem::taken(field)));
            }
        }
        if problems.is_empty() {
            batch.prepared.push((number, prepared));
        } else {
            batch.problems.append(&mut problems);
        }
    }
    Ok(())
}

/// Enough of a field's blind index to know it again among billions.
fn short(field: &str, index: &[u8]) -> u128 {
    let digest = Sha256::new()
        .chain_update(field)
        .chain_update(index)
        .finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

fn lines(problems: &mut [(u64, Problem)]) -> anyhow::Result<Vec<u8>> {
    problems.sort_by_key(|(number, _)| *number);
    let mut lines = Vec::new();
    for (record, problem) in problems {
        let refused = Refused {
            record: *record,
            problem,
        };
        serde_json::to_writer(&mut lines, &refused)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn digest(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hasher.finalize())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// The error file, as long as it was when the last batch was written.
fn open_errors(path: &Path, length: u64) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    file.set_len(length)?;
    Ok(file)
}
