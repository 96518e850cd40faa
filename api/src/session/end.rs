//! The end of everything that lets somebody act for an account, in one place.

use uuid::Uuid;

use super::{Authenticated, store};
use crate::{app::App, database::Transaction, email::store as activations, oidc::grant_store};

/// Why, where a password, a phone or a second factor was changed.
pub const CREDENTIAL_CHANGED: &str = "credential-changed";

/// Ends an account's sessions but the one excepted, what applications may do, and what waits to be bound by a link.
pub async fn all_of_account(
    app: &App,
    transaction: &Transaction,
    account_id: Uuid,
    except: Option<Uuid>,
    reason: &'static str,
) -> anyhow::Result<Vec<Uuid>> {
    let now = app.clock.now();
    activations::remove(transaction, account_id).await?;
    grant_store::revoke_of_account(transaction, account_id, except, reason, now).await?;
    Ok(store::end_all(transaction, account_id, except, reason, now).await?)
}

/// Ends all but the session that changed what the account is proven by (OWASP ASVS 7.4.3).
pub async fn others(
    app: &App,
    transaction: &Transaction,
    session: &Authenticated,
) -> anyhow::Result<Vec<Uuid>> {
    let keep = Some(session.session_id);
    all_of_account(
        app,
        transaction,
        session.account_id,
        keep,
        CREDENTIAL_CHANGED,
    )
    .await
}

/// What is to be done once that is committed: this node forgets them, and whoever is to be told is told.
pub fn forget(app: &App, ended: &[Uuid]) {
    for id in ended {
        app.live_sessions.forget(*id);
    }
    app.outbox_wakeup.notify_one();
}
