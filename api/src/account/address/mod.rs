//! Mailing addresses: at most twenty, exactly one default while there is any.

pub mod routes;
mod store;

use renzheng_types::{
    address::{Address, AddressList, NewAddress},
    value::{Phone, PostalCode, Recipient, StreetAddress, ValueError},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{region, store as accounts};
use crate::{
    app::App,
    audit::{self, Event},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
};

const MOST: u64 = 20;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("twenty already")]
    TooManyAddresses,
}

impl Refusal for AddRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::TooManyAddresses => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such address of this person")]
    NotFound,
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::NotFound => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RemoveRefusal {
    #[error("no such address of this person")]
    NotFound,
}

impl Refusal for RemoveRefusal {}

/// What is sealed of an address: everything.
#[derive(Serialize, Deserialize)]
struct Content {
    recipient: String,
    phone: String,
    region_code: String,
    detail: String,
    postal_code: Option<String>,
}

/// All addresses, the default first, then the newest.
pub async fn list(app: &App, account_id: Uuid) -> anyhow::Result<AddressList> {
    let items = store::of_account(app, account_id)
        .await?
        .into_iter()
        .map(|row| {
            let content = store::open(app, &row)?;
            Ok(show(row.id, row.is_default, content))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(AddressList {
        items,
        next_cursor: None,
    })
}

/// Adds an address. The first is the default.
pub async fn add(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    request: NewAddress,
) -> Result<Address, Fault<AddRefusal>> {
    let wants_default = request.is_default;
    let content = parse(request).map_err(AddRefusal::InvalidInput)?;
    let id = app.clock.new_id();
    let transaction = app.database.begin().await?;
    // One at a time for each person, so that nobody races past the limit.
    accounts::lock(&transaction, account_id).await?;
    let count = store::count(&transaction, account_id).await?;
    if count >= MOST {
        return Err(AddRefusal::TooManyAddresses.into());
    }
    let is_default = wants_default || count == 0;
    if is_default {
        store::clear_default(&transaction, account_id).await?;
    }
    store::insert(app, &transaction, account_id, id, is_default, &content).await?;
    let event = Event::by_account(account_id, "address.add");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(show(id, is_default, content))
}

/// Replaces an address. The default stays one until another is chosen.
pub async fn change(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    id: Uuid,
    request: NewAddress,
) -> Result<Address, Fault<ChangeRefusal>> {
    let wants_default = request.is_default;
    let content = parse(request).map_err(ChangeRefusal::InvalidInput)?;
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account_id).await?;
    let row = store::find(&transaction, account_id, id)
        .await?
        .ok_or(ChangeRefusal::NotFound)?;
    let is_default = wants_default || row.is_default;
    if is_default && !row.is_default {
        store::clear_default(&transaction, account_id).await?;
    }
    store::replace(app, &transaction, id, is_default, &content).await?;
    let event = Event::by_account(account_id, "address.change");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(show(id, is_default, content))
}

/// Removes an address. The newest of the others is then the default, if this one was.
pub async fn remove(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    id: Uuid,
) -> Result<(), Fault<RemoveRefusal>> {
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account_id).await?;
    let row = store::find(&transaction, account_id, id)
        .await?
        .ok_or(RemoveRefusal::NotFound)?;
    store::delete(&transaction, id).await?;
    if row.is_default {
        store::choose_default(&transaction, account_id).await?;
    }
    let event = Event::by_account(account_id, "address.remove");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(())
}

fn parse(request: NewAddress) -> Result<Content, InvalidFields> {
    let mut invalid = InvalidFields::default();
    let recipient = invalid.note("recipient", Recipient::parse(&request.recipient));
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let detail = invalid.note("detail", StreetAddress::parse(&request.detail));
    let region = region::path(request.region_code.trim()).ok_or(match request.region_code.trim() {
        "" => ValueError::Required,
        _ => ValueError::RegionInvalid,
    });
    let region = invalid.note("region_code", region);
    let postal_code = request
        .postal_code
        .filter(|code| !code.trim().is_empty())
        .map(|code| PostalCode::parse(&code))
        .transpose();
    let postal_code = invalid.note("postal_code", postal_code);
    match (recipient, phone, detail, region, postal_code) {
        (Some(recipient), Some(phone), Some(detail), Some(_), Some(postal_code)) => Ok(Content {
            recipient: recipient.as_str().into(),
            phone: phone.as_str().into(),
            region_code: request.region_code.trim().into(),
            detail: detail.as_str().into(),
            postal_code: postal_code.map(|code| code.as_str().into()),
        }),
        _ => Err(invalid),
    }
}

fn show(id: Uuid, is_default: bool, content: Content) -> Address {
    Address {
        id,
        recipient: content.recipient,
        phone: content.phone,
        region_names: region::path(&content.region_code).unwrap_or_default(),
        region_code: content.region_code,
        detail: content.detail,
        postal_code: content.postal_code,
        is_default,
    }
}
