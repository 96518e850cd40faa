//! `renzheng staff …`: the first operator comes from here, as there is no default account.

use clap::{Subcommand, ValueEnum};
use renzheng_types::staff::{NewStaff, StaffEntry, StaffRole};
use uuid::Uuid;

use super::{manage, manage::Doer, store, view};
use crate::{
    app::App,
    hall::store as halls,
    http::{
        caller::Caller,
        problem::{Fault, Refusal},
    },
};

/// Staff, from the command line of the server's machine.
#[derive(Subcommand)]
pub enum StaffCommand {
    /// Take somebody on; prints the link by which they set their own password and authenticator app.
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: Role,
        /// The hall's name or id. Needed for clerks; a supervisor without one supervises every hall.
        #[arg(long)]
        hall: Option<String>,
        /// The staff number. Left out, one is made up.
        #[arg(long)]
        login: Option<String>,
        /// Where operators can send a new link later.
        #[arg(long)]
        email: Option<String>,
        /// When given, enrolment takes no other.
        #[arg(long)]
        id_number: Option<String>,
    },
    /// List everybody.
    List,
    /// Shut somebody out at once.
    Disable { login: String },
    /// Let somebody in again.
    Enable { login: String },
    /// Take password, authenticator app and passkeys away; prints a new link.
    Reset { login: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    Clerk,
    Supervisor,
    Operator,
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Clerk => Self::Clerk,
            Role::Supervisor => Self::Supervisor,
            Role::Operator => Self::Operator,
        }
    }
}

/// Does it, and answers what to print.
///
/// # Errors
/// Says what is wrong with the arguments, or what cannot be had.
pub async fn run(app: &App, command: StaffCommand) -> anyhow::Result<String> {
    let (caller, doer) = (Caller::system(), Doer::Console);
    match command {
        StaffCommand::Add {
            name,
            role,
            hall,
            login,
            email,
            id_number,
        } => {
            let hall_id = match hall {
                Some(hall) => Some(find_hall(app, &hall).await?),
                None => None,
            };
            let request = NewStaff {
                name,
                email: email.unwrap_or_default(),
                role: role.into(),
                hall_id,
                login,
                id_number,
            };
            let added = manage::add(app, &caller, doer, request).await;
            let (entry, link) = added.map_err(told)?;
            Ok(invitation(app, &entry, &link))
        }
        StaffCommand::List => {
            let mut lines = Vec::new();
            let mut after = None;
            loop {
                let rows = store::list(app, after, 100).await?;
                let Some(last) = rows.last() else {
                    return Ok(lines.join("\n"));
                };
                after = Some(last.id);
                for row in &rows {
                    lines.push(line(&view::entry(app, row).await?));
                }
            }
        }
        StaffCommand::Disable { login } => {
            let id = find(app, &login).await?;
            let entry = manage::switch(app, &caller, doer, id, false).await;
            Ok(line(&entry.map_err(told)?))
        }
        StaffCommand::Enable { login } => {
            let id = find(app, &login).await?;
            let entry = manage::switch(app, &caller, doer, id, true).await;
            Ok(line(&entry.map_err(told)?))
        }
        StaffCommand::Reset { login } => {
            let id = find(app, &login).await?;
            let reset = manage::reset(app, &caller, doer, id).await;
            let (entry, link) = reset.map_err(told)?;
            Ok(invitation(app, &entry, &link))
        }
    }
}

fn invitation(app: &App, entry: &StaffEntry, link: &str) -> String {
    format!(
        "{}\n\nGive this link to {}, and to nobody else. It works once, within {} hours:\n{link}",
        line(entry),
        entry.name,
        app.config.staff.enrolment_hours,
    )
}

fn line(entry: &StaffEntry) -> String {
    let hall = entry.hall.as_ref().map_or("-", |hall| hall.name.as_str());
    let (role, status): (&str, &str) = (entry.role.into(), entry.status.into());
    format!("{}\t{}\t{role}\t{hall}\t{status}", entry.login, entry.name)
}

async fn find(app: &App, login: &str) -> anyhow::Result<Uuid> {
    let staff = store::find_by_login(app, login).await?;
    staff
        .map(|staff| staff.id)
        .ok_or_else(|| anyhow::anyhow!("nobody has the staff number {login}"))
}

async fn find_hall(app: &App, named: &str) -> anyhow::Result<Uuid> {
    let halls = halls::list(app).await?;
    halls
        .into_iter()
        .find(|hall| hall.name == named || hall.id.to_string() == named)
        .map(|hall| hall.id)
        .ok_or_else(|| anyhow::anyhow!("no hall is called {named}; see `renzheng hall list`"))
}

/// A fault, for the command line.
pub fn told<E: Refusal>(fault: Fault<E>) -> anyhow::Error {
    match fault {
        Fault::Refused(refusal) => refusal.into(),
        Fault::Unavailable(_) => anyhow::anyhow!("busy; try again"),
        Fault::StorageFull => anyhow::anyhow!("the database has no room left"),
        Fault::Internal(error) => error,
    }
}
