//! The API from outside: every operation, and every refusal it declares. Files mirror the paths.

mod accounts;
mod addresses;
mod captchas;
mod conventions;
mod crash;
mod devices;
mod emails;
mod idempotency;
mod logs;
mod me;
mod nodes;
mod operate;
mod outages;
mod phones;
mod qr_logins;
mod resets;
mod second_factors;
mod service;
mod sessions;
mod sms_codes;
mod step_ups;
mod verifications;
mod verifications_forms;
