//! Errors as OAuth tells them (RFC 6749 §5.2 and those who add to it).

use super::dpop;
use crate::http::problem::{Fault, RetryAfter};

/// The registered words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum ErrorCode {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    InvalidScope,
    AccessDenied,
    UnsupportedResponseType,
    // OpenID Connect Core §3.1.2.6
    InteractionRequired,
    LoginRequired,
    ConsentRequired,
    RequestNotSupported,
    RequestUriNotSupported,
    RegistrationNotSupported,
    /// The level asked for is not had (OpenID Connect Core Error Code unmet_authentication_requirements).
    UnmetAuthenticationRequirements,
    // RFC 9126
    InvalidRequestUri,
    // RFC 6750
    InvalidToken,
    InsufficientScope,
    // RFC 9449
    InvalidDpopProof,
    UseDpopNonce,
    /// Too many requests; told with 429.
    #[strum(serialize = "temporarily_unavailable")]
    RateLimited,
}

impl ErrorCode {
    pub const fn because(self, description: &'static str) -> OAuthError {
        OAuthError {
            code: self,
            description,
            retry_after: None,
        }
    }
}

/// What an application is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{description}")]
pub struct OAuthError {
    pub code: ErrorCode,
    /// For the application's developers, in English.
    pub description: &'static str,
    /// When it is worth trying again; told with 429.
    pub retry_after: Option<RetryAfter>,
}

impl From<RetryAfter> for OAuthError {
    fn from(after: RetryAfter) -> Self {
        Self {
            retry_after: Some(after),
            ..ErrorCode::RateLimited.because("too many requests")
        }
    }
}

/// How a token is sent, or a client shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum Scheme {
    Basic,
    Bearer,
    #[strum(serialize = "DPoP")]
    Dpop,
}

impl OAuthError {
    /// What `WWW-Authenticate` says of it (RFC 6750 §3, RFC 9449 §7.1).
    pub fn challenge(&self, scheme: Scheme) -> String {
        let name: &str = scheme.into();
        let mut challenge = format!("{name} realm=\"renzheng\"");
        if self.code != ErrorCode::InvalidClient {
            let code: &str = self.code.into();
            challenge.push_str(&format!(", error=\"{code}\""));
        }
        if scheme == Scheme::Dpop {
            let algorithms = dpop::algorithms().join(" ");
            challenge.push_str(&format!(", algs=\"{algorithms}\""));
        }
        challenge
    }
}

impl From<OAuthError> for Fault<OAuthError> {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

pub type OAuthResult<T> = Result<T, Fault<OAuthError>>;
