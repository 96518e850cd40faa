//! What an application may know of the person (OpenID Connect Core §5.3). Each reading is written down for the person.

use serde_json::{Map, Value};

use super::{
    access::Access,
    claims::Person,
    consent,
    error::{ErrorCode, OAuthResult},
    request::ClaimsWanted,
    scope::Scope,
    subject, token,
};
use crate::app::App;

pub async fn show(app: &App, access: &Access) -> OAuthResult<Map<String, Value>> {
    access.require_scope(Scope::OpenId.name())?;
    let granted = access
        .granted
        .as_ref()
        .ok_or_else(|| ErrorCode::InvalidToken.because("the token is not about a person"))?;
    let person = Person {
        account: granted.account.clone(),
        level: granted.level,
    };
    let wanted: ClaimsWanted =
        serde_json::from_str(&granted.grant.claims).map_err(anyhow::Error::from)?;
    let mut names: Vec<&str> = access
        .scopes()
        .filter_map(|scope| scope.parse::<Scope>().ok())
        .flat_map(|scope| scope.claims().iter().copied())
        .collect();
    let one_by_one = wanted.userinfo.iter().map(String::as_str);
    names.extend(one_by_one.filter(|name| access.client.may_know(name)));
    let (mut claims, read) = person.claims(app, &names).await?;
    consent::note_disclosure(app, person.account.id, &access.client.id, &read).await?;
    let subject = subject::of(app, &access.client, person.account.id);
    let mut standing = token::standing(app, granted, &wanted, person.level, &subject);
    standing.remove("iss");
    claims.extend(standing);
    Ok(claims)
}
