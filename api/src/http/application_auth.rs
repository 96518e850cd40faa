//! Applications that speak for themselves: by an access token of their own (client credentials) with the scope that an
//! operation needs.
//!
//! An operation takes [`Application<S>`] before its body. Without a good token it answers 401, without the scope 403
//! `insufficient-scope`; the description gets both by itself. Tokens bound to a key come as `DPoP` with their proof.

use std::marker::PhantomData;

use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, SecurityScheme, auth::Bearer,
    registry::Registry,
};

use super::{
    auth::{Never, app_of},
    problem::{Draft, Fault},
};
use crate::oidc::{
    access::{self, Presented},
    client::Client,
    dpop,
    error::{OAuthError, Scheme},
};

/// An access token from `POST /oauth2/token` with `grant_type=client_credentials`.
#[derive(SecurityScheme)]
#[oai(rename = "application-bearer", ty = "bearer", bearer_format = "JWT")]
#[expect(dead_code, reason = "describes the scheme; tokens are read below")]
struct ApplicationBearer(Bearer);

/// A scope that an operation needs.
pub trait Needed: Send + Sync {
    const SCOPE: &'static str;
}

macro_rules! scopes {
    ($($(#[$about:meta])* $name:ident: $scope:literal;)+) => {$(
        $(#[$about])*
        pub struct $name;

        impl Needed for $name {
            const SCOPE: &'static str = $scope;
        }
    )+};
}

scopes! {
    /// Asks how well people's identities are proven.
    LevelsRead: "levels:read";
    /// Checks codes that people show.
    CodesCheck: "codes:check";
    /// Looks at what it was told by webhook, and has it sent again.
    Webhooks: "webhooks";
}

/// An application with the scope `S`.
pub struct Application<S> {
    pub client: Client,
    scope: PhantomData<S>,
}

impl<'a, S: Needed> ApiExtractor<'a> for Application<S> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <ApplicationBearer as ApiExtractor>::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        <ApplicationBearer as ApiExtractor>::security_schemes()
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let app = app_of(request)?;
        let (as_dpop, token) = token(request).ok_or_else(|| Draft::of("unauthenticated"))?;
        let authorized = async {
            let values = request.headers().get_all("dpop");
            let presented = Presented {
                token,
                as_dpop,
                proof: dpop::only(values.iter().map(|value| value.to_str().ok()))?,
                method: request.method().as_str(),
                path: request.original_uri().path(),
            };
            access::authorize(app, presented).await
        };
        let access = authorized.await.map_err(|fault| told(fault, as_dpop))?;
        // A person's token is about that person, whatever it allows.
        if access.granted.is_some() || !access.has_scope(S::SCOPE) {
            return Err(Draft::of("insufficient-scope").into());
        }
        Ok(Self {
            client: access.client,
            scope: PhantomData,
        })
    }
}

fn token(request: &Request) -> Option<(bool, &str)> {
    let header = request.header(header::AUTHORIZATION)?;
    let (scheme, token) = header.split_once(' ')?;
    let as_dpop = scheme.eq_ignore_ascii_case("dpop");
    (as_dpop || scheme.eq_ignore_ascii_case("bearer")).then_some((as_dpop, token.trim()))
}

fn told(fault: Fault<OAuthError>, as_dpop: bool) -> poem::Error {
    match fault {
        // Why a bearer token is no good is nobody's business; who holds a key is to know what is wrong with the proof.
        Fault::Refused(error) if as_dpop => Draft::of("unauthenticated")
            .with_challenge(error.challenge(Scheme::Dpop))
            .into(),
        Fault::Refused(_) => Draft::of("unauthenticated").into(),
        Fault::Unavailable(after) => Fault::<Never>::Unavailable(after).into(),
        Fault::StorageFull => Fault::<Never>::StorageFull.into(),
        Fault::Internal(error) => Fault::<Never>::Internal(error).into(),
    }
}
