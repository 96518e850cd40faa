//! The API from outside: every operation, and every refusal it declares. Files mirror the paths.

mod accounts;
mod captchas;
mod conventions;
mod idempotency;
mod me;
mod service;
mod sessions;
mod sms_codes;
mod verifications;
