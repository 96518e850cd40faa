//! Giving a token back (RFC 7009). A token that is unknown, or another client's, is answered the same and left alone.

use super::{
    access, client::Client, error::OAuthResult, form::Form, grant::refresh_token::DOMAIN,
    grant_store,
};
use crate::{
    app::App,
    audit::{self, Event},
    crypto::FamilyToken,
    http::caller::Caller,
};

pub async fn revoke(app: &App, caller: &Caller, client: &Client, form: &Form) -> OAuthResult<()> {
    let token = form.required("token", "token is missing")?;
    if let Some(token) = FamilyToken::parse(&app.vault, DOMAIN, token) {
        let grant = grant_store::find_live(app, token.family).await?;
        if let Some(grant) = grant.filter(|grant| grant.client_id == client.id) {
            let transaction = app.database.begin().await?;
            let now = app.clock.now();
            if grant_store::revoke(&transaction, grant.id, "given-back", now).await? {
                let event = Event::by_account(grant.account_id, "application.end")
                    .detail("client", &client.id)
                    .detail("reason", "given-back");
                audit::record(app, &transaction, caller, event).await?;
            }
            transaction.commit().await?;
        }
        return Ok(());
    }
    let found = access::find(app, token).await?;
    if let Some(access) = found.filter(|access| access.client.id == client.id) {
        access::revoke(app, &access.claims).await?;
    }
    Ok(())
}
