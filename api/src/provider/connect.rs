//! The upstreams as configured; in the demo profile, the sandbox's for those that are not.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use renzheng_sandbox::{
    ALIYUN_FACE_SCENE, AccessKey, SandboxConfig, TENCENT_FACE_RULE, TENCENT_SMS_APP,
};

use super::{
    Alipay, AlipaySettings, AliyunCloudauth, AliyunSettings, AliyunSms, Authorities, Authority,
    AuthoritySettings, ContractAuthority, Mailer, Outbound, PortraitRegister, Router,
    RouterSettings, Secret, SmsGateway, SmsRouter, SmsSender, SmsWebhook, SmsWebhookSettings,
    SmtpMailer, SmtpSettings, TencentFaceid, TencentSettings, TencentSms, sandbox_templates,
};
use crate::{app::Providers, clock::Clock, config::Config};

/// The authority that a demo has when none is configured, and that routes name by default.
const DEFAULT_AUTHORITY: &str = "authority";

/// Where the sandbox is, when there is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct SandboxAddresses {
    pub http: Option<SocketAddr>,
    pub smtp: Option<SocketAddr>,
}

/// # Errors
/// Names the setting that is missing or cannot be used.
pub fn connect(
    config: &Config,
    clock: &Clock,
    sandbox: SandboxAddresses,
) -> anyhow::Result<Providers> {
    let settings = Settings::resolve(config, sandbox);
    let outbound = Outbound::new()?;
    let smtp = match (&config.smtp, sandbox.smtp) {
        (Some(smtp), _) => smtp.clone(),
        (None, Some(address)) => SmtpSettings::plain(address),
        (None, None) => bail!("[smtp] must be set"),
    };
    let mailer: Arc<dyn Mailer> = Arc::new(SmtpMailer::new(&smtp)?);
    Ok(Providers {
        alipay: settings.alipay(config, &outbound, clock)?,
        sms: settings.sms_sender(config, &outbound, clock)?,
        mailer,
        authority: Arc::new(settings.router(config, &outbound, clock)?),
        portraits: settings.portraits(config, &outbound, clock)?,
        outbound,
    })
}

/// Each upstream's settings, where it has any.
struct Settings {
    alipay: Option<AlipaySettings>,
    aliyun: Option<AliyunSettings>,
    tencent: Option<TencentSettings>,
    webhook: Option<SmsWebhookSettings>,
    authorities: Vec<(String, AuthoritySettings)>,
}

impl Settings {
    fn resolve(config: &Config, sandbox: SandboxAddresses) -> Self {
        let at = |path: &str| {
            sandbox
                .http
                .map(|address| format!("http://{address}/{path}/"))
        };
        let AccessKey { id, secret } = sandbox_key();
        let mut authorities: Vec<(String, AuthoritySettings)> = config
            .authorities
            .iter()
            .map(|(name, settings)| (name.clone(), settings.clone()))
            .collect();
        if let (true, Some(url)) = (authorities.is_empty(), at("authority")) {
            let settings = AuthoritySettings::shared(url, id.clone(), secret.clone());
            authorities.push((DEFAULT_AUTHORITY.into(), settings));
        }
        Self {
            // A browser goes there too, so it has the name that people type.
            alipay: config.alipay.clone().or_else(|| {
                let port = sandbox.http?.port();
                Some(AlipaySettings::sandbox(&format!(
                    "http://localhost:{port}/alipay/"
                )))
            }),
            aliyun: config.aliyun.clone().or_else(|| {
                let mut settings = AliyunSettings::at(&at("aliyun")?, id.clone(), secret.clone());
                settings.face_scene_id = Some(ALIYUN_FACE_SCENE.into());
                Some(settings)
            }),
            tencent: config.tencent.clone().or_else(|| {
                let mut settings = TencentSettings::at(&at("tencent")?, id.clone(), secret.clone());
                settings.sms_sdk_app_id = TENCENT_SMS_APP.into();
                settings.face_rule_id = Some(TENCENT_FACE_RULE.into());
                Some(settings)
            }),
            webhook: config.sms_webhook.clone().or_else(|| {
                Some(SmsWebhookSettings {
                    url: at("sms-webhook")?,
                    secret: Secret(secret.clone()),
                })
            }),
            authorities,
        }
    }

    fn alipay(
        &self,
        config: &Config,
        outbound: &Outbound,
        clock: &Clock,
    ) -> anyhow::Result<Option<Alipay>> {
        let verification = &config.verification;
        let connect = |settings| {
            Alipay::new(
                settings,
                outbound.clone(),
                Duration::from_secs(verification.answer_seconds),
                verification.at_once,
                clock.clone(),
            )
        };
        self.alipay.clone().map(connect).transpose()
    }

    fn sms_sender(
        &self,
        config: &Config,
        outbound: &Outbound,
        clock: &Clock,
    ) -> anyhow::Result<Arc<dyn SmsSender>> {
        let senders = config
            .sms
            .gateways()
            .map(|gateway| self.gateway(gateway, config, outbound, clock))
            .collect::<anyhow::Result<_>>()?;
        Ok(Arc::new(SmsRouter::new(senders, clock)))
    }

    fn gateway(
        &self,
        gateway: SmsGateway,
        config: &Config,
        outbound: &Outbound,
        clock: &Clock,
    ) -> anyhow::Result<Arc<dyn SmsSender>> {
        let (outbound, sms, clock) = (outbound.clone(), config.sms.clone(), clock.clone());
        Ok(match gateway {
            SmsGateway::Aliyun => {
                let aliyun = self.aliyun.clone().context("[aliyun] must be set")?;
                Arc::new(AliyunSms::new(outbound, aliyun, sms, clock))
            }
            SmsGateway::Tencent => {
                let tencent = self.tencent.clone().context("[tencent] must be set")?;
                Arc::new(TencentSms::new(outbound, tencent, sms, clock))
            }
            SmsGateway::Webhook => {
                let webhook = self.webhook.clone().context("[sms_webhook] must be set")?;
                Arc::new(SmsWebhook::new(outbound, webhook, sms.sign_name, clock))
            }
        })
    }

    /// Who gives photos: as configured, else the sandbox where there is one.
    fn portraits(
        &self,
        config: &Config,
        outbound: &Outbound,
        clock: &Clock,
    ) -> anyhow::Result<Option<Arc<dyn PortraitRegister>>> {
        let named = config.hall.portraits.as_deref();
        let name = match (named, config.authorities.is_empty()) {
            (Some(name), _) => name,
            (None, true) => DEFAULT_AUTHORITY,
            (None, false) => return Ok(None),
        };
        let Some((name, settings)) = self.authorities.iter().find(|(known, _)| known == name)
        else {
            return Ok(None);
        };
        let register = ContractAuthority::new(name, settings, outbound.clone(), clock.clone())?;
        Ok(Some(Arc::new(register)))
    }

    fn router(
        &self,
        config: &Config,
        outbound: &Outbound,
        clock: &Clock,
    ) -> anyhow::Result<Router> {
        let mut authorities = Authorities::new();
        let mut add = |name: &str, authority: Arc<dyn Authority>| {
            authorities.insert(name.to_string(), authority);
        };
        if let Some(aliyun) = self.aliyun.clone() {
            let authority = AliyunCloudauth::new(outbound.clone(), aliyun, clock.clone());
            add("aliyun", Arc::new(authority));
        }
        if let Some(tencent) = self.tencent.clone() {
            let authority = TencentFaceid::new(outbound.clone(), tencent, clock.clone());
            add("tencent", Arc::new(authority));
        }
        for (name, settings) in &self.authorities {
            let authority =
                ContractAuthority::new(name, settings, outbound.clone(), clock.clone())?;
            add(name, Arc::new(authority));
        }
        let verification = &config.verification;
        let settings = RouterSettings {
            answer_within: Duration::from_secs(verification.answer_seconds),
            face_answer_within: Duration::from_secs(verification.face_answer_seconds),
            at_once: verification.at_once,
        };
        Router::new(
            &verification.routes(),
            &authorities,
            settings,
            clock.clone(),
        )
    }
}

/// The sandbox's account. It guards nothing, so it need not be secret.
fn sandbox_key() -> AccessKey {
    AccessKey {
        id: "sandbox".into(),
        secret: "sandbox-secret-of-no-worth".into(),
    }
}

/// A sandbox that knows the accounts and templates which [`connect`] uses.
pub fn sandbox_config(config: &Config, app: SocketAddr) -> SandboxConfig {
    let app_url = config.public_url(app);
    SandboxConfig {
        listen: config.sandbox_listen,
        smtp_listen: Some(config.sandbox_smtp_listen),
        key: sandbox_key(),
        sms_templates: sandbox_templates(&config.sms),
        sign_name: config.sms.sign_name.clone(),
        docs_url: format!("{app_url}/docs"),
        app_url,
    }
}
