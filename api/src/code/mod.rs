//! Challenges and one-time codes, and the limits on both.

pub mod captcha;
pub mod limit;
pub mod one_time;
pub mod routes;
pub mod shown;
pub mod sms;
