//! What the API and the SPA say to each other: request and response shapes, one file per domain,
//! and the value types both sides parse with, so that a form and the server never disagree.
//!
//! Feature `openapi` adds the poem-openapi derives; the SPA builds without it.

pub mod account;
pub mod agreement;
pub mod captcha;
pub mod locale;
pub mod problem;
pub mod service;
pub mod session;
pub mod sms_code;
pub mod value;
pub mod verification;

pub use locale::Locale;
