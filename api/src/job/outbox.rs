//! The outbox: messages are rows written with their cause, and sent from here, with back-off until their deadline.
//!
//! A row is claimed by one atomic statement that also sets its next try, so a node that dies while sending only
//! delays it. The row's id goes to the provider as its idempotency key, so that a second try of a message that did
//! go out is not sent again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use renzheng_types::{Locale, value::Phone};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult,
    QueryFilter, Statement, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    app::App,
    crypto::{OpenError, Place},
    entity::outbox::{self, Column, Entity, Model},
    provider::{MailTemplate, Receipt, SendFault, SmsMessage, SmsTemplate},
    statistics::{store as counts, tally},
};

const BATCH: usize = 16;
/// While a node is sending, no other tries.
const LEASE: TimeDelta = TimeDelta::seconds(15);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// An SMS as the row keeps it, sealed.
#[derive(Serialize, Deserialize)]
struct StoredSms {
    phone: String,
    locale: Locale,
    params: BTreeMap<String, String>,
}

/// A mail as the row keeps it, sealed.
#[derive(Serialize, Deserialize)]
struct StoredMail {
    to: String,
    locale: Locale,
    params: BTreeMap<String, String>,
}

/// A mail to be written; its text is made when it is sent.
pub struct MailOrder {
    pub to: String,
    pub template: MailTemplate,
    pub locale: Locale,
    pub params: BTreeMap<String, String>,
    pub reference: Uuid,
}

/// Writes a mail on `connection`. After `life` it is not worth sending.
pub async fn enqueue_mail<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    order: MailOrder,
    life: TimeDelta,
) -> anyhow::Result<()> {
    let stored = stored(&order)?;
    let template = order.template.into();
    enqueue(
        app,
        connection,
        order.reference,
        "mail",
        template,
        &stored,
        life,
    )
    .await
}

/// Writes down that a mail has nowhere to go: where nobody may learn whether it had, it costs the same. What is not kept is
/// sealed all the same, and opened as a mailbox would have been.
pub async fn enqueue_nothing<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    order: MailOrder,
) -> anyhow::Result<()> {
    let (id, now) = (order.reference, app.clock.now());
    let sealed = app.vault.seal(place(id), &stored(&order)?);
    app.vault.open_sealed(place(id), &sealed)?;
    let row = outbox::ActiveModel {
        message_sealed: Set(None),
        status: Set("nothing".into()),
        finished_at: Set(Some(now)),
        ..new(id, "mail", order.template.into(), now, now)
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// How a message stands; `None` once its row is forgotten.
pub async fn status(app: &App, id: Uuid) -> anyhow::Result<Option<String>> {
    let row = Entity::find_by_id(id).one(app.database.read()).await?;
    Ok(row.map(|row| row.status))
}

/// Writes a message on `connection`. After `life` it is not worth sending.
pub async fn enqueue_sms<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    message: &SmsMessage,
    life: TimeDelta,
) -> anyhow::Result<()> {
    let stored = serde_json::to_vec(&StoredSms {
        phone: message.phone.as_str().into(),
        locale: message.locale,
        params: message.params.clone(),
    })?;
    let template = message.template.into();
    enqueue(
        app,
        connection,
        message.reference,
        "sms",
        template,
        &stored,
        life,
    )
    .await
}

fn stored(order: &MailOrder) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&StoredMail {
        to: order.to.clone(),
        locale: order.locale,
        params: order.params.clone(),
    })
}

async fn enqueue<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    channel: &'static str,
    template: &'static str,
    stored: &[u8],
    life: TimeDelta,
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let row = outbox::ActiveModel {
        message_sealed: Set(Some(app.vault.seal(place(id), stored))),
        ..new(id, channel, template, now, now + life)
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

fn new(
    id: Uuid,
    channel: &'static str,
    template: &'static str,
    now: DateTime<Utc>,
    deadline: DateTime<Utc>,
) -> outbox::ActiveModel {
    outbox::ActiveModel {
        id: Set(id),
        channel: Set(channel.into()),
        template: Set(template.into()),
        message_sealed: Set(None),
        status: Set("pending".into()),
        tries: Set(0),
        next_try_at: Set(now),
        deadline: Set(deadline),
        created_at: Set(now),
        finished_at: Set(None),
        provider: Set(None),
        provider_reference: Set(None),
    }
}

/// Sends what is due, batch by batch, until nothing is.
pub async fn run(app: &App) -> anyhow::Result<()> {
    loop {
        let batch = claim(app).await?;
        let full = batch.len() == BATCH;
        stream::iter(batch)
            .for_each_concurrent(BATCH, |row| async move {
                let id = row.id;
                let span = tracing::info_span!("message", %id, channel = row.channel);
                if let Err(error) = send(app, row).instrument(span).await {
                    tracing::error!(message = %id, error = format!("{error:#}"), "outbox");
                }
            })
            .await;
        if !full {
            return Ok(());
        }
    }
}

/// Takes up to a batch of rows that are due, for as long as [`LEASE`].
async fn claim(app: &App) -> anyhow::Result<Vec<Model>> {
    let now = app.clock.now();
    let backend = app.database.backend();
    let (lock, marks) = match backend {
        DbBackend::Postgres => ("FOR UPDATE SKIP LOCKED", ["$1", "$2"]),
        _ => ("", ["?1", "?2"]),
    };
    if backend != DbBackend::Postgres && !any_due(app, now).await? {
        // Most looks find nothing: leave SQLite's only writer alone.
        return Ok(Vec::new());
    }
    let sql = format!(
        "UPDATE outbox SET tries = tries + 1, next_try_at = {lease} WHERE id IN (\
         SELECT id FROM outbox WHERE status = 'pending' AND next_try_at <= {now} \
         ORDER BY next_try_at LIMIT {BATCH} {lock}) RETURNING *",
        lease = marks[0],
        now = marks[1],
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [(now + LEASE).into(), now.into()]);
    Ok(Model::find_by_statement(statement)
        .all(app.database.write())
        .await?)
}

async fn any_due(app: &App, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let due = Entity::find()
        .filter(Column::Status.eq("pending"))
        .filter(Column::NextTryAt.lte(now))
        .one(app.database.read())
        .await?;
    Ok(due.is_some())
}

async fn send(app: &App, row: Model) -> anyhow::Result<()> {
    let now = app.clock.now();
    if now > row.deadline {
        tracing::warn!(message = %row.id, template = row.template, "message lapsed unsent");
        return finish(app, row.id, "lapsed", None).await;
    }
    let (channel, provider, sent) = match row.channel.as_str() {
        "mail" => ("mail", app.mailer.name(), send_mail(app, &row).await?),
        _ => ("sms", app.sms.name(), send_sms(app, &row).await?),
    };
    match sent {
        Ok(receipt) => {
            app.metrics.message(channel, "sent");
            sent_by(app, &row, receipt).await
        }
        Err(SendFault::Permanent(reason)) => {
            app.metrics.message(channel, "refused");
            tracing::error!(message = %row.id, template = row.template, reason, "message refused");
            finish(app, row.id, "refused", Some(provider)).await
        }
        Err(SendFault::Transient(reason)) => {
            app.metrics.message(channel, "retried");
            tracing::warn!(message = %row.id, tries = row.tries, reason, "message not sent yet");
            postpone(app, row.id, now + wait_after(row.tries)).await
        }
    }
}

/// 1, 2, 4, … seconds, up to five minutes.
fn wait_after(tries: i32) -> TimeDelta {
    let exponent = u32::try_from(tries.saturating_sub(1))
        .unwrap_or_default()
        .min(16);
    TimeDelta::seconds(1 << exponent).min(LONGEST_WAIT)
}

async fn send_sms(app: &App, row: &Model) -> anyhow::Result<Result<Receipt, SendFault>> {
    let stored: StoredSms = open(app, row).await?;
    let message = SmsMessage {
        phone: Phone::parse(&stored.phone)
            .map_err(|error| anyhow::anyhow!("stored phone: {}", error.code()))?,
        template: row.template.parse::<SmsTemplate>()?,
        locale: stored.locale,
        params: stored.params,
        reference: row.id,
    };
    Ok(app.sms.send(&message).await)
}

async fn send_mail(app: &App, row: &Model) -> anyhow::Result<Result<Receipt, SendFault>> {
    let stored: StoredMail = open(app, row).await?;
    let template = row.template.parse::<MailTemplate>()?;
    let mail = template.render(stored.locale, stored.to, &stored.params, row.id);
    Ok(app.mailer.send(&mail).await)
}

/// What is to be sent. A key that another node has taken up is loaded now: the row is ours for [`LEASE`], and a code does
/// not wait that long.
async fn open<T: serde::de::DeserializeOwned>(app: &App, row: &Model) -> anyhow::Result<T> {
    let sealed = row.message_sealed.as_deref().unwrap_or_default();
    let opened = match app.vault.open_sealed(place(row.id), sealed) {
        Err(error) if OpenError::is_unknown_key(&error) => {
            app.vault.reload(app.database.read()).await?;
            app.vault.open_sealed(place(row.id), sealed)?
        }
        opened => opened?,
    };
    Ok(serde_json::from_slice(&opened)?)
}

/// Closes a row whose message a provider took, and counts it, once.
async fn sent_by(app: &App, row: &Model, receipt: Receipt) -> anyhow::Result<()> {
    let (service, id, is_sms) = (app.clone(), row.id, row.channel == "sms");
    let closed = app.database.transact(move |transaction| {
        Box::pin(async move {
            let (provider, reference) = (receipt.provider, Some(receipt.reference));
            let closed = close(&service, transaction, id, "sent", Some(provider), reference);
            if closed.await? && is_sms {
                counts::add(transaction, tally::message(&service, id, provider)).await?;
            }
            anyhow::Ok(())
        })
    });
    closed.await
}

async fn finish(
    app: &App,
    id: Uuid,
    status: &'static str,
    provider: Option<&'static str>,
) -> anyhow::Result<()> {
    let service = app.clone();
    let closed = app.database.write_one(move |on| {
        Box::pin(async move { close(&service, &on, id, status, provider, None).await })
    });
    closed.await?;
    Ok(())
}

/// Closes a row, and wipes the message: it held a code. `false` when it was closed before.
async fn close<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    status: &'static str,
    provider: Option<&'static str>,
    reference: Option<String>,
) -> anyhow::Result<bool> {
    let result = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::MessageSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::FinishedAt, Expr::value(app.clock.now()))
        .col_expr(Column::Provider, Expr::value(provider.map(str::to_string)))
        .col_expr(Column::ProviderReference, Expr::value(reference))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq("pending"))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

async fn postpone(app: &App, id: Uuid, until: DateTime<Utc>) -> anyhow::Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(until))
        .filter(Column::Id.eq(id));
    app.database
        .write_one(|on| Box::pin(async move { update.exec(&on).await }))
        .await?;
    Ok(())
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "outbox",
        column: "message",
        row: id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes() {
        let waits: Vec<i64> = [1, 2, 3, 9, 10, 40]
            .map(|tries| wait_after(tries).num_seconds())
            .into();
        assert_eq!(waits, [1, 2, 4, 256, 300, 300]);
    }
}
