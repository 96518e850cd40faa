//! What an application was told, and telling it again.

use renzheng_types::integration::{DeliveryStatus, WebhookDelivery, WebhookDeliveryList};
use uuid::Uuid;

use super::{
    event::TRIED_FOR,
    store::{self, DeliveryRow},
};
use crate::{
    app::App,
    http::problem::{Detail, Fault, Refusal, RetryAfter},
    oidc::{client::Client, direct},
};

const PAGE: u64 = 20;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
    #[error("too many requests")]
    RateLimited(RetryAfter),
}

impl Refusal for ListRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::CursorInvalid => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RedeliverRefusal {
    #[error("the application was told no such thing")]
    NotFound,
    #[error("too many requests")]
    RateLimited(RetryAfter),
}

impl Refusal for RedeliverRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::NotFound => Detail::None,
        }
    }
}

/// One page of what an application was told, newest first.
pub async fn list(
    app: &App,
    client: &Client,
    status: Option<DeliveryStatus>,
    cursor: Option<&str>,
) -> Result<WebhookDeliveryList, Fault<ListRefusal>> {
    direct::count(app, client)
        .await?
        .map_err(ListRefusal::RateLimited)?;
    let page = page(app, &client.id, status, cursor).await?;
    Ok(page.ok_or(ListRefusal::CursorInvalid)?)
}

/// One page for whoever may see it; `None` when the cursor is none of ours.
pub(super) async fn page(
    app: &App,
    client_id: &str,
    status: Option<DeliveryStatus>,
    cursor: Option<&str>,
) -> anyhow::Result<Option<WebhookDeliveryList>> {
    let Ok(before) = cursor.map(str::parse::<Uuid>).transpose() else {
        return Ok(None);
    };
    let status = status.map(<&str>::from);
    let mut rows = store::of_client(&app.database, client_id, status, before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let items = rows.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(Some(WebhookDeliveryList { items, next_cursor }))
}

/// Tells an application again.
pub async fn redeliver(
    app: &App,
    client: &Client,
    id: Uuid,
) -> Result<WebhookDelivery, Fault<RedeliverRefusal>> {
    direct::count(app, client)
        .await?
        .map_err(RedeliverRefusal::RateLimited)?;
    let now = app.clock.now();
    let row = store::renew(
        app.database.write(),
        Some(&client.id),
        id,
        now,
        now + TRIED_FOR,
    )
    .await?
    .ok_or(RedeliverRefusal::NotFound)?;
    Ok(shown(row)?)
}

pub(super) fn shown(row: DeliveryRow) -> anyhow::Result<WebhookDelivery> {
    let status: DeliveryStatus = row.status.parse()?;
    Ok(WebhookDelivery {
        id: row.id,
        event: row.event.parse()?,
        status,
        created_at: row.created_at,
        tries: u32::try_from(row.tries).unwrap_or_default(),
        last_try_at: row.last_try_at,
        last_answer: row.last_answer,
        next_try_at: (status == DeliveryStatus::Pending).then_some(row.next_try_at),
        body: row.body,
    })
}
