//! `renzheng accounts …`.

use std::path::PathBuf;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    export,
    import::{self, Import},
    record::Format,
};
use crate::app::App;

#[derive(Subcommand)]
pub enum AccountsCommand {
    /// Bring accounts along from another system. Interrupted, the same command goes on where it was.
    Import {
        file: PathBuf,
        /// Left out: by the ending of the file's name.
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// Only check every record.
        #[arg(long)]
        dry_run: bool,
        /// Where refused records are told of; FILE.errors.jsonl when left out.
        #[arg(long)]
        errors: Option<PathBuf>,
        /// Take names and ID numbers, as the other system checked them: such people are at the level of an ID-card check.
        #[arg(long)]
        identities: bool,
    },
    /// Write all accounts into a file, for another system.
    Export {
        file: PathBuf,
        #[arg(long, value_enum)]
        format: Option<Format>,
    },
}

pub async fn run(app: &App, command: AccountsCommand) -> anyhow::Result<String> {
    let bar = ProgressBar::new(0);
    match command {
        AccountsCommand::Import {
            file,
            format,
            dry_run,
            errors,
            identities,
        } => {
            bar.set_style(style("{binary_bytes} of {binary_total_bytes}  {msg}")?);
            let errors =
                errors.unwrap_or_else(|| format!("{}.errors.jsonl", file.display()).into());
            let import = Import {
                format: Format::of(format, &file)?,
                file,
                errors,
                dry_run,
                identities,
            };
            import::run(app, &import, &bar).await
        }
        AccountsCommand::Export { file, format } => {
            bar.set_style(style("{human_pos} of {human_len}")?);
            let format = Format::of(format, &file)?;
            export::run(app, &file, format, &bar).await
        }
    }
}

fn style(told: &str) -> anyhow::Result<ProgressStyle> {
    let template = format!("[{{elapsed_precise}}] {{bar:30}} {told}  (about {{eta}} left)");
    Ok(ProgressStyle::with_template(&template)?)
}
