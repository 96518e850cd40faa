//! Other people's services: SMS gateways, mail, verification authorities.
//!
//! A mismatch is an answer, not an error; only what kept us from getting an answer is one.

mod aliyun;
mod mail_template;
mod outbound;
mod settings;
mod sms_template;
mod smtp;

use std::collections::BTreeMap;

use async_trait::async_trait;
use renzheng_types::{
    Locale,
    value::{IdNumber, PersonName, Phone},
};
use uuid::Uuid;

pub use aliyun::{id2meta::AliyunId2Meta, sms::AliyunSms};
pub use mail_template::MailTemplate;
pub use outbound::Outbound;
pub use settings::{
    AliyunSettings, Secret, SmsSettings, SmtpSecurity, SmtpSettings, sandbox_templates,
};
pub use sms_template::SmsTemplate;
pub use smtp::SmtpMailer;

/// Sends messages to phones.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// As it stands in the outbox: `aliyun`.
    fn name(&self) -> &'static str;
    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault>;
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    fn name(&self) -> &'static str;
    async fn send(&self, mail: &Mail) -> Result<Receipt, SendFault>;
}

/// Says whether a claim is true.
#[async_trait]
pub trait Authority: Send + Sync {
    fn name(&self) -> &'static str;
    async fn check(&self, claim: &Claim) -> Result<Finding, Outage>;
}

/// A message to a phone.
pub struct SmsMessage {
    pub phone: Phone,
    pub template: SmsTemplate,
    pub locale: Locale,
    /// What the template's `${…}` stand for.
    pub params: BTreeMap<String, String>,
    /// Ours, stable over retries: the provider's idempotency key.
    pub reference: Uuid,
}

/// A mail.
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Ours, stable over retries: part of the Message-ID.
    pub reference: Uuid,
}

/// The provider took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The provider's.
    pub reference: String,
}

/// The provider did not take it. The reasons hold no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// Worth trying again.
    #[error("not now: {0}")]
    Transient(String),
    /// Never will.
    #[error("refused: {0}")]
    Permanent(String),
}

/// What a person says of themself.
pub enum Claim {
    IdCard {
        name: PersonName,
        id_number: IdNumber,
    },
}

/// What the authority says of it, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    /// The authority's reference for this answer.
    pub reference: String,
    /// The authority's own word for it.
    pub result_code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Match,
    Mismatch,
    NoRecord,
}

/// No answer was to be had: the claim is neither true nor false. The reason holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Outage {
    pub reason: String,
}
