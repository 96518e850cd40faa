//! Rows of `account`.

use chrono::{DateTime, Utc};
use renzheng_types::value::{IdNumber, PersonName, Phone};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, SqlErr, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    entity::account::{self, ActiveModel, Column, Entity, Model},
};

/// The status of an account that may be used.
pub const ACTIVE: &str = "active";

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

pub async fn find_by_phone(app: &App, phone: &Phone) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::PhoneIndex.eq(app.vault.blind_index("phone", phone.as_str())))
        .one(app.database.read())
        .await
}

pub async fn set_password_hash<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    hash: String,
) -> Result<(), DbErr> {
    set(connection, id, Column::PasswordHash, hash).await
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
