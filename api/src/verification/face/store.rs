//! Rows of `face_session` and `face_image`.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
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
    provider::FaceEvidence,
    session::Authenticated,
    verification::store::PENDING,
};

/// The bare fact that one was under way, so that sending it again is told from never having been.
const KEPT: TimeDelta = TimeDelta::hours(1);

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One that this very session began.
pub async fn find(app: &App, session: &Authenticated, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AccountId.eq(session.account_id))
        .filter(Column::SessionId.eq(session.session_id))
        .one(app.database.read())
        .await
}

/// Forgets what a person began and did not submit, with its pictures.
pub async fn discard_open<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
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
    Entity::delete_many()
        .filter(Column::ExpiresAt.lte(now))
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
        .filter(Column::Id.not_in_subquery(pending))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Not submitted, and in time.
fn open(id: Uuid, now: DateTime<Utc>) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::SubmittedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "face_image",
        column: "image",
        row: id,
    }
}
