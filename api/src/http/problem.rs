//! Faults, and the one place that turns them into `application/problem+json` (RFC 9457).
//!
//! A service function answers `Result<T, Fault<E>>`, where `E` is the operation's own enum of refusals. The
//! OpenAPI description reads the enum too, so the spec lists exactly what each operation can refuse.

use std::time::Duration;

use poem::{
    Response,
    error::{MethodNotAllowedError, NotFoundError, ParseJsonError, ResponseError, SizedLimitError},
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};
use renzheng_types::{
    Locale,
    problem::{FieldError, Problem},
    value::ValueError,
};

use super::catalogue;
use crate::{crypto::OpenError, database, ephemeral};

/// Why an operation did not do what was asked.
#[derive(Debug)]
pub enum Fault<E> {
    /// The operation's rules say no.
    Refused(E),
    /// Something it stands on is out of reach or full; worth trying again.
    Unavailable(RetryAfter),
    /// The database has no room left; what was written before can be read.
    StorageFull,
    /// A defect or a broken invariant; told to the log, not to the caller.
    Internal(anyhow::Error),
}

/// How long the caller should wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds, rounded up, at least one: the value of the `Retry-After` header.
    pub fn seconds(self) -> u64 {
        (self.0.as_millis().div_ceil(1000) as u64).max(1)
    }
}

/// What is out of reach is asked again soon: most faults of a database or of Redis are over in moments.
pub const SOON: RetryAfter = RetryAfter(Duration::from_secs(1));

const ONCE_THERE_IS_ROOM: RetryAfter = RetryAfter(Duration::from_secs(10));

/// An operation's reasons to refuse: an enum whose kebab-case variant names are the problem codes.
pub trait Refusal:
    std::error::Error + AsRef<str> + strum::VariantNames + Send + Sync + 'static
{
    /// What the code alone does not say.
    fn detail(&self) -> Detail<'_> {
        Detail::None
    }
}

/// What a refusal carries beside its code.
pub enum Detail<'a> {
    None,
    Fields(&'a InvalidFields),
    RetryAfter(RetryAfter),
}

/// The fields of a request that are wrong, each with why.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct InvalidFields(Vec<(&'static str, ValueError)>);

impl InvalidFields {
    /// One wrong field.
    pub fn one(field: &'static str, error: ValueError) -> Self {
        Self(vec![(field, error)])
    }

    /// Keeps the value of a field that parsed, or notes why it did not.
    pub fn note<T>(&mut self, field: &'static str, result: Result<T, ValueError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push((field, error));
                None
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn localised(&self, locale: Locale) -> Vec<FieldError> {
        self.0
            .iter()
            .map(|(field, error)| FieldError {
                field: (*field).into(),
                code: error.code().into(),
                message: error.message(locale).into(),
            })
            .collect()
    }
}

impl std::fmt::Display for InvalidFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.0.iter().map(|(field, _)| *field).collect();
        f.write_str(&names.join(", "))
    }
}

impl<E> Fault<E> {
    /// The same, where another operation tells it.
    pub fn map<F>(self, tell: impl FnOnce(E) -> F) -> Fault<F> {
        match self {
            Self::Refused(refusal) => Fault::Refused(tell(refusal)),
            Self::Unavailable(after) => Fault::Unavailable(after),
            Self::StorageFull => Fault::StorageFull,
            Self::Internal(error) => Fault::Internal(error),
        }
    }
}

impl<E: Refusal> From<E> for Fault<E> {
    fn from(refusal: E) -> Self {
        Self::Refused(refusal)
    }
}

impl<E> From<anyhow::Error> for Fault<E> {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<sea_orm::DbErr>() {
            Ok(error) => error.into(),
            Err(error) if ephemeral::is_outage(&error) => {
                tracing::warn!(error = format!("{error:#}"), "Redis out of reach");
                Self::Unavailable(SOON)
            }
            Err(error) if error.downcast_ref().is_some_and(OpenError::is_unknown_key) => {
                tracing::warn!(error = format!("{error:#}"), "a data key of another node");
                Self::Unavailable(SOON)
            }
            Err(error) => Self::Internal(error),
        }
    }
}

impl<E> From<sea_orm::DbErr> for Fault<E> {
    fn from(error: sea_orm::DbErr) -> Self {
        if database::is_full(&error) {
            tracing::error!(%error, "no room left in the database");
            return Self::StorageFull;
        }
        if database::is_outage(&error) {
            tracing::warn!(%error, "database out of reach");
            return Self::Unavailable(SOON);
        }
        Self::Internal(error.into())
    }
}

impl<E> From<crate::crypto::HashError> for Fault<E> {
    fn from(error: crate::crypto::HashError) -> Self {
        match error {
            crate::crypto::HashError::Busy => Self::Unavailable(RetryAfter(Duration::from_secs(2))),
            other => Self::Internal(other.into()),
        }
    }
}

/// A fault stripped of its type, on its way through poem to [`respond`].
#[derive(Debug, thiserror::Error)]
#[error("{code}")]
pub struct Draft {
    code: &'static str,
    fields: InvalidFields,
    retry_after: Option<RetryAfter>,
    challenge: Option<String>,
}

impl Draft {
    /// Not now: `unavailable`.
    pub fn unavailable(retry_after: RetryAfter) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::of("unavailable")
        }
    }

    /// Somebody has to make room first.
    fn storage_full() -> Self {
        Self {
            retry_after: Some(ONCE_THERE_IS_ROOM),
            ..Self::of("storage-full")
        }
    }

    /// A problem that its code says all about.
    pub fn of(code: &'static str) -> Self {
        Self {
            code,
            fields: InvalidFields::default(),
            retry_after: None,
            challenge: None,
        }
    }

    /// Says how to show who one is where that is not by a bearer token.
    pub fn with_challenge(self, challenge: String) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }
}

impl ResponseError for Draft {
    fn status(&self) -> StatusCode {
        catalogue::entry(self.code).status()
    }
}

impl<E: Refusal> From<Fault<E>> for poem::Error {
    fn from(fault: Fault<E>) -> Self {
        let draft = match fault {
            Fault::Refused(refusal) => {
                let mut draft = Draft::of(catalogue::entry(refusal.as_ref()).code);
                match refusal.detail() {
                    Detail::None => {}
                    Detail::Fields(fields) => draft.fields = InvalidFields(fields.0.clone()),
                    Detail::RetryAfter(after) => draft.retry_after = Some(after),
                }
                draft
            }
            Fault::Unavailable(after) => Draft::unavailable(after),
            Fault::StorageFull => Draft::storage_full(),
            Fault::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "internal fault");
                Draft::of("internal")
            }
        };
        draft.into()
    }
}

/// The answer to an error, whoever made it: problem+json, in the language of the caller.
pub fn respond(error: poem::Error, locale: Locale, request_id: String) -> Response {
    let draft = match error.downcast::<Draft>() {
        Ok(draft) => draft,
        Err(error) => Draft::of(foreign_code(&error)),
    };
    let entry = catalogue::entry(draft.code);
    let problem = Problem {
        kind: format!("urn:renzheng:problem:{}", entry.code),
        title: entry.title(locale).into(),
        status: entry.status,
        detail: entry.detail(locale, draft.retry_after.map(RetryAfter::seconds)),
        code: entry.code.into(),
        errors: draft.fields.localised(locale),
        request_id,
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::builder()
        .status(entry.status())
        .content_type("application/problem+json")
        .body(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(locale.tag()),
    );
    if let Some(after) = draft.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(after.seconds()));
    }
    if entry.status() == StatusCode::UNAUTHORIZED {
        let challenge = draft.challenge.map(HeaderValue::try_from);
        let challenge = match challenge {
            Some(Ok(challenge)) => challenge,
            _ => HeaderValue::from_static("Bearer realm=\"renzheng\""),
        };
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The code for an error that poem itself made before a handler ran.
fn foreign_code(error: &poem::Error) -> &'static str {
    if error.is::<NotFoundError>() || error.is::<ParsePathError>() {
        "not-found"
    } else if error.is::<MethodNotAllowedError>() {
        "method-not-allowed"
    } else if error.is::<AuthorizationError>() {
        "unauthenticated"
    } else if error.is::<ContentTypeError>() {
        "unsupported-media-type"
    } else if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        tracing::debug!(%error, "request body refused");
        "malformed-request"
    } else if error.is::<ParseParamError>() || error.is::<ParseJsonError>() {
        "malformed-request"
    } else if error.is::<SizedLimitError>() {
        "body-too-large"
    } else {
        match error.status() {
            StatusCode::BAD_REQUEST => "malformed-request",
            StatusCode::UNAUTHORIZED => "unauthenticated",
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
            StatusCode::PAYLOAD_TOO_LARGE => "body-too-large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
            _ => {
                tracing::error!(%error, "unexpected error");
                "internal"
            }
        }
    }
}
