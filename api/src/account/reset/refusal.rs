//! Why a step of a reset is refused.

use crate::http::problem::{Detail, InvalidFields, Refusal, RetryAfter};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("captcha not right or used up")]
    CaptchaInvalid,
    #[error("too many resets")]
    RateLimited(RetryAfter),
}

impl Refusal for BeginRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::CaptchaInvalid => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CodeRefusal {
    #[error("the reset has lapsed")]
    ResetExpired,
    #[error("too many messages")]
    RateLimited(RetryAfter),
}

impl Refusal for CodeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::ResetExpired => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum VerifyRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the reset has lapsed")]
    ResetExpired,
    #[error("wrong, lapsed or used code")]
    CodeInvalid,
    #[error("the account has a second factor")]
    SecondFactorRequired,
    #[error("the second factor is not right")]
    SecondFactorInvalid,
    #[error("the phone may have a new owner: the ID number is needed too")]
    IdentityRequired,
    #[error("not the ID number of the account")]
    IdentityMismatch,
    #[error("the phone may have a new owner, and nothing else shows whose account this is")]
    PhoneUnproven,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for VerifyRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum FinishRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the reset has lapsed, or was used")]
    ResetExpired,
}

impl Refusal for FinishRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::ResetExpired => Detail::None,
        }
    }
}
