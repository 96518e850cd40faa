//! What the API and the SPA say to each other: request and response shapes, one file per domain,
//! and the value types both sides parse with, so that a form and the server never disagree.
//!
//! Feature `openapi` adds the poem-openapi derives; the SPA builds without it.

pub mod account;
pub mod address;
pub mod admin;
pub mod agreement;
pub mod application;
pub mod captcha;
pub mod closing;
pub mod credential;
pub mod device;
pub mod email;
pub mod hall;
pub mod integration;
pub mod locale;
mod normal_form;
pub mod passkey;
pub mod password_reset;
pub mod problem;
pub mod qr_login;
pub mod second_factor;
pub mod service;
pub mod session;
pub mod sms_code;
pub mod staff;
pub mod step_up;
pub mod value;
pub mod verification;

pub use locale::Locale;
