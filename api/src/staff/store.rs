//! Rows of `staff`, `staff_session` and `staff_recovery_code`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::Member;
use crate::{
    app::App,
    entity::{
        staff::{Column, Entity, Model},
        staff_recovery_code as recovery_code, staff_session as session,
    },
};

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub async fn find(app: &App, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(app.database.read()).await
}

pub async fn find_by_login(app: &App, login: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::Login.eq(login))
        .one(app.database.read())
        .await
}

/// Whose enrolment link it is, while it works.
pub async fn find_by_enrolment(
    app: &App,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::EnrolmentDigest.eq(digest.to_vec()))
        .filter(Column::EnrolmentExpiresAt.gt(now))
        .filter(Column::DisabledAt.is_null())
        .one(app.database.read())
        .await
}

/// Those taken on after somebody, in that order.
pub async fn list(app: &App, after: Option<Uuid>, limit: u64) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after));
    }
    query.all(app.database.read()).await
}

/// Several by their ids.
pub async fn of_ids(app: &App, ids: Vec<Uuid>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids))
        .all(app.database.read())
        .await
}

/// What an enrolment sets.
pub struct Enrolment {
    pub password_hash: String,
    pub totp_sealed: Vec<u8>,
    pub totp_step: i64,
    pub id_number_index: Vec<u8>,
    pub phone_index: Vec<u8>,
}

/// Ends an enrolment, using its link up. `false` when the link no longer works: of any number of tries one wins.
pub async fn enrol<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    digest: &[u8],
    enrolment: Enrolment,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(enrolment.password_hash))
        .col_expr(Column::TotpSealed, Expr::value(enrolment.totp_sealed))
        .col_expr(Column::TotpLastStep, Expr::value(enrolment.totp_step))
        .col_expr(
            Column::IdNumberIndex,
            Expr::value(enrolment.id_number_index),
        )
        .col_expr(Column::PhoneIndex, Expr::value(enrolment.phone_index))
        .col_expr(Column::EnrolmentDigest, Expr::value(None::<Vec<u8>>))
        .col_expr(
            Column::EnrolmentExpiresAt,
            Expr::value(None::<DateTime<Utc>>),
        )
        .col_expr(Column::EnrolledAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EnrolmentDigest.eq(digest.to_vec()))
        .filter(Column::EnrolmentExpiresAt.gt(now))
        .filter(Column::DisabledAt.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Takes password and app away, and lets a new link in.
pub async fn reset<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    digest: Vec<u8>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(None::<String>))
        .col_expr(Column::TotpSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::EnrolledAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::EnrolmentDigest, Expr::value(digest))
        .col_expr(Column::EnrolmentExpiresAt, Expr::value(expires_at))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Whether somebody's password and enrolment are still what was looked at; until the transaction ends nobody else changes
/// them.
pub async fn hold_unchanged<C: ConnectionTrait>(
    connection: &C,
    staff: &Model,
) -> Result<bool, DbErr> {
    let held = Entity::find_by_id(staff.id)
        .filter(Column::DisabledAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .one(connection)
        .await?;
    Ok(held.is_some_and(|held| {
        held.password_hash == staff.password_hash && held.enrolled_at == staff.enrolled_at
    }))
}

pub async fn set_duty<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    role: &'static str,
    hall_id: Option<Uuid>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Role, Expr::value(role))
        .col_expr(Column::HallId, Expr::value(hall_id))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

pub async fn set_disabled<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

pub async fn set_password_hash<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    hash: String,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Moves the last used step of the app on; `false` when it was there already.
pub async fn use_step(app: &App, id: Uuid, step: i64) -> Result<bool, DbErr> {
    let moved = Entity::update_many()
        .col_expr(Column::TotpLastStep, Expr::value(step))
        .filter(Column::Id.eq(id))
        .filter(Column::TotpLastStep.lt(step))
        .exec(app.database.write())
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Puts new recovery codes, by their digests, in the place of the old ones.
pub async fn replace_recovery_codes<C: ConnectionTrait>(
    connection: &C,
    staff_id: Uuid,
    codes: Vec<recovery_code::Model>,
) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::StaffId.eq(staff_id))
        .exec(connection)
        .await?;
    if codes.is_empty() {
        return Ok(());
    }
    let rows = codes
        .into_iter()
        .map(|model| model.into_active_model().reset_all());
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Uses a recovery code up; `false` when there is none such.
pub async fn take_recovery_code(app: &App, staff_id: Uuid, digest: Vec<u8>) -> Result<bool, DbErr> {
    let deleted = recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::StaffId.eq(staff_id))
        .filter(recovery_code::Column::Digest.eq(digest))
        .exec(app.database.write())
        .await?;
    Ok(deleted.rows_affected > 0)
}

pub async fn count_recovery_codes(app: &App, staff_id: Uuid) -> Result<u64, DbErr> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::StaffId.eq(staff_id))
        .count(app.database.read())
        .await
}

pub async fn insert_session<C: ConnectionTrait>(
    connection: &C,
    model: session::Model,
) -> Result<(), DbErr> {
    session::Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The session of a credential, used after `used_after` and not at its end.
pub async fn find_session(
    app: &App,
    digest: &[u8],
    browser: bool,
    used_after: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::SecretDigest.eq(digest.to_vec()))
        .filter(session::Column::Browser.eq(browser))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(session::Column::LastUsedAt.gt(used_after))
        .one(app.database.read())
        .await
}

/// [`hold_unchanged`], and whether the session still stands.
pub async fn hold_standing<C: ConnectionTrait>(
    connection: &C,
    member: &Member,
) -> Result<bool, DbErr> {
    if !hold_unchanged(connection, &member.staff).await? {
        return Ok(false);
    }
    let standing = session::Entity::find_by_id(member.session_id)
        .filter(session::Column::EndedAt.is_null())
        .count(connection)
        .await?;
    Ok(standing == 1)
}

pub async fn note_session_use(app: &App, id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Ends somebody's sessions, all but `except`.
pub async fn end_sessions<C: ConnectionTrait>(
    connection: &C,
    staff_id: Uuid,
    except: Option<Uuid>,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value(reason))
        .filter(session::Column::StaffId.eq(staff_id))
        .filter(session::Column::EndedAt.is_null());
    if let Some(except) = except {
        update = update.filter(session::Column::Id.ne(except));
    }
    update.exec(connection).await?;
    Ok(())
}

/// Ends one session; `false` when it had ended before.
pub async fn end_session<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value("signed-out"))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Forgets sessions that ended, or lapsed, before `before`.
pub async fn purge_sessions(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::delete_many()
        .filter(
            session::Column::EndedAt
                .lt(before)
                .or(session::Column::ExpiresAt.lt(before)),
        )
        .exec(app.database.write())
        .await?;
    Ok(())
}
