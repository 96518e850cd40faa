//! Rows of `account`.

use chrono::{DateTime, Utc};
use renzheng_types::value::{IdNumber, PersonName, Phone, ValueError};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    SqlErr,
    sea_query::{Expr, LockType},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    email::address::Email,
    entity::account::{self, ActiveModel, Column, Entity, Model},
    provider::Identity,
};

/// The status of an account that may be used.
pub const ACTIVE: &str = "active";

const CLOSED_AT_ONCE: u64 = 100;

/// Where a sealed column of an account stands.
pub const fn place(column: &'static str, id: Uuid) -> Place<'static> {
    Place {
        table: "account",
        column,
        row: id,
    }
}

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    account::Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub async fn find(app: &App, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(app.database.read()).await
}

/// The account of a session, or of anything else that does not outlive it.
pub async fn existing(app: &App, id: Uuid) -> anyhow::Result<Model> {
    let found = find(app, id).await?;
    found.ok_or_else(|| anyhow::anyhow!("a session without an account"))
}

pub async fn find_by_phone(app: &App, phone: &Phone) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::PhoneIndex.eq(app.vault.blind_index("phone", phone.as_str())))
        .one(app.database.read())
        .await
}

pub async fn find_by_email(app: &App, email: &Email) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::EmailIndex.eq(app.vault.blind_index("email", email.as_str())))
        .one(app.database.read())
        .await
}

pub async fn find_by_id_number(app: &App, number: &IdNumber) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::IdNumberIndex.eq(app.vault.blind_index("id-number", number.as_str())))
        .one(app.database.read())
        .await
}

/// The account, if it may be used; until the transaction ends nobody else changes it.
pub async fn hold_active<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::Status.eq(ACTIVE))
        // As strong as the updates that follow, so that no two of those who hold it wait for each other.
        .lock(LockType::NoKeyUpdate)
        .one(connection)
        .await
}

/// Changes with the password and the phone: what was proven by them before is void after.
pub fn credentials(account: &Model) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(account.password_hash.as_bytes());
    hasher.update([0]);
    hasher.update(account.phone_index.as_deref().unwrap_or_default());
    hasher.finalize().into()
}

/// Sets the status; `false` when it was that before.
pub async fn set_status<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    status: &'static str,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.ne(status))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Binds a phone, proven now. The unique index refuses one that another account has.
pub async fn set_phone<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    phone: &Phone,
) -> Result<(), DbErr> {
    let sealed = app.vault.seal_text(place("phone", id), phone.as_str());
    Entity::update_many()
        .col_expr(Column::PhoneSealed, Expr::value(sealed))
        .col_expr(
            Column::PhoneIndex,
            Expr::value(app.vault.blind_index("phone", phone.as_str())),
        )
        .col_expr(Column::PhoneProvenAt, Expr::value(app.clock.now()))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Takes a number away that has a new owner, unless it was proven after `before`. Answers whether it was.
pub async fn give_up_phone<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    before: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::PhoneSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::PhoneIndex, Expr::value(None::<Vec<u8>>))
        .filter(Column::Id.eq(id))
        .filter(Column::PhoneProvenAt.lt(before))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Binds an address, or none. The unique index refuses one that another account has.
pub async fn set_email<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    email: Option<&Email>,
) -> Result<(), DbErr> {
    let sealed = email.map(|email| app.vault.seal_text(place("email", id), email.as_str()));
    let index = email.map(|email| app.vault.blind_index("email", email.as_str()));
    Entity::update_many()
        .col_expr(Column::EmailSealed, Expr::value(sealed))
        .col_expr(Column::EmailIndex, Expr::value(index))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Sets or lifts the day the account will be closed on.
pub async fn set_closes_at<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    set(connection, id, Column::ClosesAt, at).await
}

/// Accounts whose day has come. A locked one is kept: its owner could not think again.
pub async fn due_to_close(app: &App, now: DateTime<Utc>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::ClosesAt.lte(now))
        .filter(Column::Status.eq(ACTIVE))
        .limit(CLOSED_AT_ONCE)
        .all(app.database.read())
        .await
}

/// Erases an account whose day has come, and everything that hangs on it. `false` when it was kept after all.
pub async fn erase<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::ClosesAt.lte(now))
        .filter(Column::Status.eq(ACTIVE))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Makes everything else that locks this account wait until the transaction ends.
pub async fn lock<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<(), DbErr> {
    set(connection, id, Column::Id, id).await
}

/// Stores another password in the place of the one of `before`, or the same hashed anew; `false` when it was changed, or
/// the account locked, meanwhile.
pub async fn replace_password<C: ConnectionTrait>(
    connection: &C,
    before: &Model,
    hash: String,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .col_expr(Column::ForeignHashSealed, Expr::value(None::<Vec<u8>>))
        .filter(Column::Id.eq(before.id))
        .filter(Column::Status.eq(ACTIVE))
        .filter(Column::PasswordHash.eq(before.password_hash.as_str()))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

pub async fn set_phone_proven<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    set(connection, id, Column::PhoneProvenAt, at).await
}

/// Changes what is given of the profile, and answers the account as it is then.
pub async fn change_profile<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    nickname: Option<String>,
    locale: Option<&'static str>,
) -> Result<Model, DbErr> {
    let mut change = ActiveModel {
        id: Set(id),
        ..<ActiveModel as ActiveModelTrait>::default()
    };
    if let Some(nickname) = nickname {
        change.nickname = Set(nickname);
    }
    if let Some(locale) = locale {
        change.locale = Set(locale.into());
    }
    change.update(connection).await
}

/// Puts the name and ID number of a passed verification on file. The unique index refuses a number that another
/// account has.
pub async fn set_identity<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    name: &PersonName,
    id_number: &IdNumber,
) -> Result<(), DbErr> {
    let seal = |column, text: &str| app.vault.seal_text(place(column, id), text);
    Entity::update_many()
        .col_expr(Column::NameSealed, Expr::value(seal("name", name.as_str())))
        .col_expr(
            Column::IdNumberSealed,
            Expr::value(seal("id_number", id_number.as_str())),
        )
        .col_expr(
            Column::IdNumberIndex,
            Expr::value(app.vault.blind_index("id-number", id_number.as_str())),
        )
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// The name and ID number on file.
pub async fn identity(app: &App, id: Uuid) -> anyhow::Result<Option<Identity>> {
    let Some(model) = find(app, id).await? else {
        return Ok(None);
    };
    let (Some(name), Some(id_number)) = (&model.name_sealed, &model.id_number_sealed) else {
        return Ok(None);
    };
    let name = app.vault.open_text(place("name", id), name)?;
    let id_number = app.vault.open_text(place("id_number", id), id_number)?;
    let broken = |error: ValueError| anyhow::anyhow!("identity on file: {}", error.code());
    Ok(Some(Identity {
        name: PersonName::parse(&name).map_err(broken)?,
        id_number: IdNumber::parse(&id_number, app.clock.now().date_naive()).map_err(broken)?,
    }))
}

/// Whether the ID number on file is this one; `None` when there is none on file.
pub async fn has_id_number<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    id_number: &IdNumber,
) -> Result<Option<bool>, DbErr> {
    let index = app.vault.blind_index("id-number", id_number.as_str());
    let model = Entity::find_by_id(id).one(connection).await?;
    Ok(model
        .and_then(|model| model.id_number_index)
        .map(|on_file| on_file.as_slice() == index.as_slice()))
}

/// Whether a write was refused by the unique index over `column`.
pub fn violates(error: &DbErr, column: &str) -> bool {
    matches!(
        error.sql_err(),
        Some(SqlErr::UniqueConstraintViolation(message)) if message.contains(column)
    )
}

async fn set<C: ConnectionTrait, V: Into<sea_orm::Value>>(
    connection: &C,
    id: Uuid,
    column: Column,
    value: V,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}
