//! `renzheng hall …`

use clap::Subcommand;
use renzheng_types::hall::{Hall, NewHall};

use super::place;
use crate::{
    app::App,
    http::caller::Caller,
    staff::{command::told, manage::Doer},
};

/// Service halls, from the command line of the server's machine.
#[derive(Subcommand)]
pub enum HallCommand {
    /// Add a hall.
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        address: String,
    },
    /// List all halls.
    List,
}

/// Does it, and answers what to print.
///
/// # Errors
/// Says what is wrong with the arguments, or what cannot be had.
pub async fn run(app: &App, command: HallCommand) -> anyhow::Result<String> {
    match command {
        HallCommand::Add { name, address } => {
            let request = NewHall { name, address };
            let hall = place::add(app, &Caller::system(), Doer::Console, &request).await;
            Ok(line(&hall.map_err(told)?))
        }
        HallCommand::List => {
            let halls = place::list(app).await.map_err(told)?;
            let lines: Vec<String> = halls.items.iter().map(line).collect();
            Ok(lines.join("\n"))
        }
    }
}

fn line(hall: &Hall) -> String {
    let state = if hall.open { "open" } else { "closed" };
    format!("{}\t{}\t{}\t{state}", hall.id, hall.name, hall.address)
}
