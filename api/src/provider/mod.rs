//! Other people's services: SMS gateways, mail, verification authorities.
//!
//! A mismatch is an answer, not an error; only what kept us from getting an answer is one.

mod alipay;
mod aliyun;
mod authority;
mod breaker;
mod claim;
mod connect;
mod face_page;
#[cfg(fuzzing)]
pub mod fuzzing;
mod guard;
mod mail_template;
mod outbound;
mod portrait;
pub mod public_web;
mod router;
mod settings;
mod sms_router;
mod sms_template;
mod sms_webhook;
mod smtp;
mod tencent;
mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use renzheng_types::{Locale, admin::ProviderCondition, value::Phone, verification::Method};
use uuid::Uuid;

pub use alipay::{Alipay, AlipayUser, Expired};
pub use aliyun::{cloudauth::AliyunCloudauth, sms::AliyunSms};
pub use authority::ContractAuthority;
pub use claim::{Claim, FaceEvidence, Finding, Identity, Outage, Verdict};
pub use connect::{SandboxAddresses, connect, sandbox_config};
pub use face_page::{FaceLook, FacePage, FaceResult, FaceStart, FaceVisit};
pub use guard::Guard;
pub use mail_template::MailTemplate;
pub use outbound::Outbound;
pub use portrait::{Portrait, PortraitRegister};
pub use public_web::PublicWeb;
pub use router::{Authorities, Router, RouterSettings};
pub use settings::{
    AlipaySettings, AliyunSettings, AuthoritySettings, Secret, SmsGateway, SmsSettings,
    SmsWebhookSettings, SmtpSecurity, SmtpSettings, TencentSettings, sandbox_templates,
    template_keys,
};
pub use sms_router::SmsRouter;
pub use sms_template::SmsTemplate;
pub use sms_webhook::SmsWebhook;
pub use smtp::SmtpMailer;
pub use tencent::{faceid::TencentFaceid, sms::TencentSms};
pub use wire::hmac_sha256;
use wire::{plain_word, short_text};

/// Sends messages to phones.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// As it stands in the outbox: `aliyun`.
    fn name(&self) -> &'static str;
    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault>;
    /// How each gateway is.
    fn condition(&self, _: DateTime<Utc>) -> Vec<ProviderCondition> {
        Vec::new()
    }
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
    /// Whether it can check claims of a method.
    fn checks(&self, method: Method) -> bool;
    async fn check(&self, claim: &Claim) -> Result<Finding, Outage>;
    /// How each authority is, for each method.
    fn condition(&self, _: DateTime<Utc>) -> Vec<ProviderCondition> {
        Vec::new()
    }
    /// Says whether it is this person who shows their face, alive.
    async fn check_face(&self, _: &Claim, _: &FaceEvidence) -> Result<Finding, Outage> {
        Err(Outage::new("does not take pictures"))
    }
    /// Whether it looks at faces on a page of its own, and takes no pictures.
    fn has_face_page(&self) -> bool {
        false
    }
    /// Makes such a page for a person, once the limits have counted it.
    async fn open_face(&self, _: &FaceVisit<'_>) -> Result<FaceStart, Outage> {
        Ok(FaceStart::Here)
    }
    /// Says what came of the page that `provider` made.
    async fn face_result(&self, _provider: &str, _: &FaceLook<'_>) -> Result<FaceResult, Outage> {
        Err(Outage::new("has no page for faces"))
    }
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
    /// Who took it: `aliyun`.
    pub provider: &'static str,
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
