//! Telling applications that a person has signed out (OpenID Connect Back-Channel Logout 1.0). Whom to tell is written
//! down in the transaction that ends the session; a job tells them, with back-off, for a day.

use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    client::Client,
    client_store, delivery,
    logout_store::{self, LogoutRow},
    subject,
};
use crate::app::App;

const TYPE: &str = "logout+jwt";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a logout token lasts, in seconds.
const LIFE: i64 = 120;

/// Tells those that are due, until none is.
pub async fn run(app: &App) -> anyhow::Result<()> {
    delivery::run(
        "sign-out",
        || logout_store::claim(app),
        |row| tell(app, row),
    )
    .await
}

async fn tell(app: &App, row: LogoutRow) -> anyhow::Result<()> {
    let client = client_store::find(app, &row.client_id).await?;
    let Some((client, uri)) = client.and_then(|client| {
        let uri = client.backchannel_logout_uri.clone()?;
        Some((client, uri))
    }) else {
        return Ok(logout_store::remove(app, &row.sid).await?);
    };
    let now = app.clock.now();
    if now > row.deadline {
        tracing::error!(client = client.id, "was never told of a sign-out");
        app.metrics.backchannel_logout("dead");
        return Ok(logout_store::give_up(app, &row.sid, "dead").await?);
    }
    let token = token(app, &client, &row).await?;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", &token)
        .finish();
    match app.web.post_form(&uri, form).await {
        Ok(status) if status.is_success() => {
            app.metrics.backchannel_logout("told");
            logout_store::remove(app, &row.sid).await?;
        }
        Ok(status) if status.is_client_error() && status != 408 && status != 429 => {
            tracing::error!(client = client.id, %status, "refused a logout token");
            app.metrics.backchannel_logout("refused");
            logout_store::give_up(app, &row.sid, "refused").await?;
        }
        answer => {
            let reason = match answer {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            tracing::warn!(client = client.id, reason, "not told of a sign-out yet");
            app.metrics.backchannel_logout("retried");
            logout_store::postpone(app, &row.sid, now + delivery::wait_after(row.tries)).await?;
        }
    }
    Ok(())
}

async fn token(app: &App, client: &Client, row: &LogoutRow) -> anyhow::Result<String> {
    let now = app.clock.now().timestamp();
    let claims = json!({
        "iss": app.public_url,
        "aud": client.id,
        "sub": subject::of(app, client, row.account_id),
        "sid": row.sid,
        "iat": now,
        "exp": now + LIFE,
        "jti": Uuid::new_v4().simple().to_string(),
        "events": {EVENT: {}},
    });
    let signed = app.signing.sign_for(client.signing_alg, TYPE, &claims);
    signed.await
}
