//! Rows of `face_session` and `face_image`.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

use super::Slot;
use crate::{
    app::App,
    crypto::Place,
    entity::{
        face_image,
        face_session::{Column, Entity, Model},
        verification_attempt,
    },
    provider::{Claim, FaceEvidence},
    session::Authenticated,
    verification::store::{LEASE, PENDING, StoredClaim},
};

/// The bare fact that one was under way, so that sending it again is told from never having been.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// How many checks on providers' pages are looked at in one go.
const LOOKS: u64 = 16;

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One on our page that this very session began.
pub async fn find(app: &App, session: &Authenticated, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::Provider.is_null())
        .filter(Column::AccountId.eq(session.account_id))
        .filter(Column::SessionId.eq(session.session_id))
        .one(app.database.read())
        .await
}

/// Forgets what a person began on our page and did not submit, with its pictures.
pub async fn discard_open<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Provider.is_null())
        .filter(Column::SubmittedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets all that a person began, with its pictures.
pub async fn discard<C: ConnectionTrait>(connection: &C, account_id: Uuid) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
        .exec(connection)
        .await?;
    Ok(())
}

/// One on a provider's page, of this account, that is not used up.
pub async fn find_on_page(app: &App, account_id: Uuid, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Provider.is_not_null())
        .filter(Column::SubmittedAt.is_null())
        .one(app.database.read())
        .await
}

/// Whose page an attempt was made on, and their ticket for it.
pub async fn ticket(app: &App, id: Uuid) -> Result<Option<(String, String)>, DbErr> {
    let row = Entity::find_by_id(id).one(app.database.read()).await?;
    Ok(row.and_then(|row| row.provider.zip(row.ticket)))
}

/// Whom a check on a provider's page is about, sealed.
pub fn seal_claim(app: &App, id: Uuid, claim: &Claim) -> anyhow::Result<Vec<u8>> {
    let text = serde_json::to_vec(&StoredClaim::of(claim))?;
    Ok(app.vault.seal(claim_place(id), &text))
}

pub fn claim(app: &App, row: &Model) -> anyhow::Result<Claim> {
    let sealed = row.claim_sealed.as_deref().unwrap_or_default();
    let opened = app.vault.open_sealed(claim_place(row.id), sealed)?;
    let stored: StoredClaim = serde_json::from_slice(&opened)?;
    stored.open(app.clock.now().date_naive())
}

/// Has a check looked at by `at`; `false` when there is none of this ticket.
pub async fn look_before(
    app: &App,
    id: Uuid,
    ticket: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let of_ticket = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::Ticket.eq(ticket));
    let known = Entity::find()
        .filter(of_ticket.clone())
        .one(app.database.read())
        .await?;
    Entity::update_many()
        .col_expr(Column::LookAt, Expr::value(at))
        .filter(of_ticket)
        .filter(Column::SubmittedAt.is_null())
        .filter(Column::LookAt.gt(at))
        .exec(app.database.write())
        .await?;
    Ok(known.is_some())
}

pub async fn look_again(app: &App, id: Uuid, at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LookAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Forgets a check that nothing came of.
pub async fn remove(app: &App, id: Uuid) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::SubmittedAt.is_null())
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Takes checks that are to be looked at; for a while no other node does.
pub async fn claim_looks(app: &App) -> Result<Vec<Model>, DbErr> {
    let now = app.clock.now();
    let due = Condition::all()
        .add(Column::SubmittedAt.is_null())
        .add(Column::LookAt.lte(now));
    let rows = Entity::find()
        .filter(due.clone())
        .order_by_asc(Column::LookAt)
        .limit(LOOKS)
        .all(app.database.read())
        .await?;
    let mut claimed = Vec::new();
    for row in rows {
        let taken = Entity::update_many()
            .col_expr(Column::LookAt, Expr::value(now + LEASE))
            .filter(Column::Id.eq(row.id))
            .filter(due.clone())
            .exec(app.database.write())
            .await?;
        if taken.rows_affected == 1 {
            claimed.push(row);
        }
    }
    Ok(claimed)
}

const fn claim_place(id: Uuid) -> Place<'static> {
    Place {
        table: "face_session",
        column: "claim",
        row: id,
    }
}

/// Keeps a picture, instead of the one in its slot; `false` when it is too late for that. The session's row is held
/// meanwhile, so that nothing is added to what is being submitted.
pub async fn put_image(app: &App, id: Uuid, slot: Slot, picture: &[u8]) -> anyhow::Result<bool> {
    let image_id = app.clock.new_id();
    let image = face_image::Model {
        id: image_id,
        face_session_id: id,
        slot: slot.name(),
        image_sealed: app.vault.seal(place(image_id), picture),
    };
    let transaction = app.database.begin().await?;
    let held = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::col(Column::ExpiresAt))
        .filter(open(id, app.clock.now()))
        .exec(&transaction)
        .await?;
    if held.rows_affected == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    face_image::Entity::delete_many()
        .filter(face_image::Column::FaceSessionId.eq(id))
        .filter(face_image::Column::Slot.eq(&image.slot))
        .exec(&transaction)
        .await?;
    face_image::Entity::insert(image.into_active_model().reset_all())
        .exec_without_returning(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// The names of the pictures there are.
pub async fn slots(app: &App, id: Uuid) -> Result<Vec<String>, DbErr> {
    face_image::Entity::find()
        .select_only()
        .column(face_image::Column::Slot)
        .filter(face_image::Column::FaceSessionId.eq(id))
        .order_by_asc(face_image::Column::Slot)
        .into_tuple()
        .all(app.database.read())
        .await
}

/// Uses the session up: of any number of callers one gets it.
pub async fn take<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::SubmittedAt, Expr::value(now))
        .filter(open(id, now))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// The pictures of what was submitted, opened; `None` once they are gone.
pub async fn evidence(app: &App, id: Uuid) -> anyhow::Result<Option<FaceEvidence>> {
    let Some(session) = Entity::find_by_id(id).one(app.database.read()).await? else {
        return Ok(None);
    };
    let images = face_image::Entity::find()
        .filter(face_image::Column::FaceSessionId.eq(id))
        .order_by_asc(face_image::Column::Slot)
        .all(app.database.read())
        .await?;
    if images.is_empty() {
        return Ok(None);
    }
    let mut evidence = FaceEvidence {
        nonce: session.nonce,
        actions: serde_json::from_str(&session.actions)?,
        ..FaceEvidence::default()
    };
    for image in images {
        let picture = app
            .vault
            .open_sealed(place(image.id), &image.image_sealed)?;
        match image.slot.as_str() {
            "card-front" => evidence.id_card_front = picture,
            "card-back" => evidence.id_card_back = picture,
            _ => evidence.frames.push(picture),
        }
    }
    Ok(Some(evidence))
}

/// Deletes the pictures: the attempt of this id is decided.
pub async fn wipe<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<(), DbErr> {
    face_image::Entity::delete_many()
        .filter(face_image::Column::FaceSessionId.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Deletes what was not submitted in time, and what was decided a while ago.
pub async fn purge(app: &App, now: DateTime<Utc>) -> Result<(), DbErr> {
    // What was on a provider's page ends when it has been looked what came of it.
    Entity::delete_many()
        .filter(Column::ExpiresAt.lte(now))
        .filter(Column::Provider.is_null())
        .filter(Column::SubmittedAt.is_null())
        .exec(app.database.write())
        .await?;
    let pending = verification_attempt::Entity::find()
        .select_only()
        .column(verification_attempt::Column::Id)
        .filter(verification_attempt::Column::Status.eq(PENDING))
        .into_query();
    Entity::delete_many()
        .filter(Column::ExpiresAt.lte(now - KEPT))
        .filter(Column::SubmittedAt.is_not_null())
        .filter(Column::Id.not_in_subquery(pending))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Not submitted, and in time. A check on a provider's page was done in time, or it is none.
fn open(id: Uuid, now: DateTime<Utc>) -> Condition {
    let in_time = Column::ExpiresAt.gt(now).or(Column::Provider.is_not_null());
    Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::SubmittedAt.is_null())
        .add(in_time)
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "face_image",
        column: "image",
        row: id,
    }
}
