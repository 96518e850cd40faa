//! The two ways to be signed in: a bearer token, or the cookie that the SPA's browser holds.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use poem::Request;
use poem_openapi::{
    SecurityScheme,
    auth::{ApiKey, Bearer},
};

use super::{
    csrf,
    problem::{Draft, Fault},
};
use crate::{
    app::App,
    session::{Authenticated, live},
};

/// An access token from `POST /sessions` or `POST /accounts`.
#[derive(SecurityScheme)]
#[oai(
    rename = "bearer",
    ty = "bearer",
    bearer_format = "JWT",
    checker = "check_bearer"
)]
pub struct BearerToken(Authenticated);

/// The SPA's session; unsafe methods need the header `X-CSRF` too.
#[derive(SecurityScheme)]
#[oai(
    rename = "cookie",
    ty = "api_key",
    key_in = "cookie",
    key_name = "__Host-session",
    checker = "check_cookie"
)]
pub struct SessionCookie(Authenticated);

/// The signed-in person.
#[derive(SecurityScheme)]
pub enum SignedIn {
    Bearer(BearerToken),
    Cookie(SessionCookie),
}

impl SignedIn {
    pub fn session(&self) -> &Authenticated {
        match self {
            Self::Bearer(BearerToken(session)) | Self::Cookie(SessionCookie(session)) => session,
        }
    }
}

async fn check_bearer(request: &Request, bearer: Bearer) -> poem::Result<Authenticated> {
    let app = app_of(request)?;
    settle(request, live::by_access_token(app, &bearer.token).await)
}

async fn check_cookie(request: &Request, cookie: ApiKey) -> poem::Result<Authenticated> {
    if request.headers().contains_key("authorization") {
        return Err(Draft::of("unauthenticated").into());
    }
    if !csrf::proves_same_origin(request) {
        return Err(Draft::of("cross-site-request").into());
    }
    let app = app_of(request)?;
    settle(request, live::by_cookie(app, &cookie.key).await)
}

pub(super) fn app_of(request: &Request) -> poem::Result<&App> {
    request
        .data::<App>()
        .ok_or_else(|| Draft::of("internal").into())
}

fn settle(
    request: &Request,
    found: anyhow::Result<Option<Authenticated>>,
) -> poem::Result<Authenticated> {
    match found {
        Ok(Some(session)) => Ok(session),
        Ok(None) => Err(Draft::of("unauthenticated").into()),
        Err(error) => {
            if let Some(look_up) = request.extensions().get::<LookUp>() {
                look_up.0.store(true, Ordering::Relaxed);
            }
            Err(Fault::<Never>::from(error).into())
        }
    }
}

/// Whether looking up a session failed. Of several ways to be signed in only the refusal of the last one tried comes
/// out, and nobody must be told to sign in because the database is out of reach: so it is noted beside the request.
#[derive(Clone, Default)]
pub struct LookUp(Arc<AtomicBool>);

impl LookUp {
    pub fn failed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Nothing of its own to refuse.
#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
pub enum Never {}

impl super::problem::Refusal for Never {}
