//! The halls themselves.

use renzheng_types::{
    hall::{Hall, HallChange, HallList, NewHall},
    value::PlaceName,
};
use uuid::Uuid;

use super::store;
use crate::{
    account::store::violates,
    app::App,
    audit,
    entity::hall::Model,
    http::{
        auth::Never,
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    staff::manage::Doer,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("another hall has this name")]
    HallExists,
}

impl Refusal for AddRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::HallExists => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such hall")]
    NotFound,
    #[error("another hall has this name")]
    HallExists,
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

/// All of them, by name.
pub async fn list(app: &App) -> Result<HallList, Fault<Never>> {
    let rows = store::list(app).await?;
    Ok(HallList {
        items: rows.into_iter().map(view).collect(),
        next_cursor: None,
    })
}

pub async fn add(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    request: &NewHall,
) -> Result<Hall, Fault<AddRefusal>> {
    let (name, address) =
        read(&request.name, &request.address).map_err(AddRefusal::InvalidInput)?;
    let row = Model {
        id: app.clock.new_id(),
        name,
        address,
        created_at: app.clock.now(),
        closed_at: None,
    };
    let transaction = app.database.begin().await?;
    match store::insert(&transaction, row.clone()).await {
        Err(error) if violates(&error, "name") => return Err(AddRefusal::HallExists.into()),
        other => other?,
    }
    audit::record(
        app,
        &transaction,
        caller,
        doer.event(Some(row.id), "hall.add"),
    )
    .await?;
    transaction.commit().await?;
    Ok(view(row))
}

/// Renames a hall, closes it, or opens it again.
pub async fn change(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: Uuid,
    request: &HallChange,
) -> Result<Hall, Fault<ChangeRefusal>> {
    let (name, address) =
        read(&request.name, &request.address).map_err(ChangeRefusal::InvalidInput)?;
    let old = store::find(app, id).await?.ok_or(ChangeRefusal::NotFound)?;
    let row = Model {
        name,
        address,
        closed_at: if request.open {
            None
        } else {
            old.closed_at.or_else(|| Some(app.clock.now()))
        },
        ..old
    };
    let transaction = app.database.begin().await?;
    match store::change(&transaction, row.clone()).await {
        Err(error) if violates(&error, "name") => return Err(ChangeRefusal::HallExists.into()),
        other => other?,
    }
    let event = doer
        .event(Some(id), "hall.change")
        .detail("open", if request.open { "yes" } else { "no" });
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(view(row))
}

fn read(name: &str, address: &str) -> Result<(String, String), InvalidFields> {
    let mut invalid = InvalidFields::default();
    let name = invalid.note("name", PlaceName::parse(name));
    let address = invalid.note("address", PlaceName::parse(address));
    match (name, address) {
        (Some(name), Some(address)) => Ok((name.as_str().into(), address.as_str().into())),
        _ => Err(invalid),
    }
}

fn view(row: Model) -> Hall {
    Hall {
        id: row.id,
        name: row.name,
        address: row.address,
        open: row.closed_at.is_none(),
    }
}
