//! What an operator configures of each provider.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf};

use renzheng_types::Locale;
use serde::Deserialize;
use strum::IntoEnumIterator;

use super::SmsTemplate;

/// A configured secret; never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// An account at Aliyun, for SMS and for the verification of persons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliyunSettings {
    #[serde(default = "sms_endpoint")]
    pub sms_endpoint: String,
    #[serde(default = "cloudauth_endpoint")]
    pub cloudauth_endpoint: String,
    pub access_key_id: String,
    pub access_key_secret: Secret,
    /// The scene of the face checks (`ID_PRO`); needed when they go through Aliyun.
    #[serde(default)]
    pub face_scene_id: Option<String>,
}

fn sms_endpoint() -> String {
    "https://dysmsapi.aliyuncs.com/".into()
}

fn cloudauth_endpoint() -> String {
    "https://cloudauth.aliyuncs.com/".into()
}

impl AliyunSettings {
    /// All products at one address: the sandbox.
    pub fn at(endpoint: &str, access_key_id: String, access_key_secret: String) -> Self {
        Self {
            sms_endpoint: endpoint.into(),
            cloudauth_endpoint: endpoint.into(),
            access_key_id,
            access_key_secret: Secret(access_key_secret),
            face_scene_id: None,
        }
    }
}

/// An account at Tencent Cloud, for SMS and for the verification of persons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TencentSettings {
    #[serde(default = "tencent_sms_endpoint")]
    pub sms_endpoint: String,
    #[serde(default = "faceid_endpoint")]
    pub faceid_endpoint: String,
    #[serde(default = "region")]
    pub region: String,
    pub secret_id: String,
    pub secret_key: Secret,
    /// The message application; needed when messages go through Tencent.
    #[serde(default)]
    pub sms_sdk_app_id: String,
    /// The rule of the face checks; needed when they go through Tencent.
    #[serde(default)]
    pub face_rule_id: Option<String>,
}

fn tencent_sms_endpoint() -> String {
    "https://sms.tencentcloudapi.com/".into()
}

fn faceid_endpoint() -> String {
    "https://faceid.tencentcloudapi.com/".into()
}

fn region() -> String {
    "ap-guangzhou".into()
}

impl TencentSettings {
    /// All products at one address: the sandbox.
    pub fn at(endpoint: &str, secret_id: String, secret_key: String) -> Self {
        Self {
            sms_endpoint: endpoint.into(),
            faceid_endpoint: endpoint.into(),
            region: region(),
            secret_id,
            secret_key: Secret(secret_key),
            sms_sdk_app_id: String::new(),
            face_rule_id: None,
        }
    }
}

/// An application at Alipay's open platform.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipaySettings {
    #[serde(default = "alipay_gateway")]
    pub gateway_url: String,
    #[serde(default = "alipay_authorize")]
    pub authorize_url: String,
    pub app_id: String,
    /// The application's RSA key (RSA2), in base64 or PEM; PKCS #1 or PKCS #8.
    pub private_key: Secret,
    /// Alipay's own RSA key, as its console shows it, in base64 or PEM.
    pub alipay_public_key: String,
}

fn alipay_gateway() -> String {
    "https://openapi.alipay.com/gateway.do".into()
}

fn alipay_authorize() -> String {
    "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm".into()
}

impl AlipaySettings {
    /// The sandbox's application, at `base`.
    pub fn sandbox(base: &str) -> Self {
        Self {
            gateway_url: format!("{base}gateway.do"),
            authorize_url: format!("{base}oauth2/publicAppAuthorize.htm"),
            app_id: renzheng_sandbox::ALIPAY_APP_ID.into(),
            private_key: Secret(renzheng_sandbox::ALIPAY_APP_PRIVATE_KEY.into()),
            alipay_public_key: renzheng_sandbox::ALIPAY_PUBLIC_KEY.into(),
        }
    }

    /// Whether a key is one of the sandbox's, which everybody can read.
    pub fn is_sandbox(&self) -> bool {
        let same = |one: &str, other: &str| {
            let plain = |text: &str| text.replace(char::is_whitespace, "");
            plain(one).contains(&plain(other))
        };
        same(
            &self.private_key.0,
            renzheng_sandbox::ALIPAY_APP_PRIVATE_KEY,
        ) || same(&self.alipay_public_key, renzheng_sandbox::ALIPAY_PUBLIC_KEY)
    }
}

/// An authority that speaks our contract, with either a shared secret or a pair of Ed25519 keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySettings {
    pub url: String,
    /// How the authority knows us.
    pub key_id: String,
    pub secret: Option<Secret>,
    /// Our Ed25519 seed: 32 bytes in hex.
    pub private_key: Option<Secret>,
    /// The authority's Ed25519 public key: 32 bytes in hex.
    pub authority_public_key: Option<String>,
}

impl AuthoritySettings {
    /// With a shared secret.
    pub fn shared(url: String, key_id: String, secret: String) -> Self {
        Self {
            url,
            key_id,
            secret: Some(Secret(secret)),
            private_key: None,
            authority_public_key: None,
        }
    }
}

/// A message gateway of one's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsWebhookSettings {
    pub url: String,
    pub secret: Secret,
}

/// Who sends the messages.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SmsGateway {
    #[default]
    Aliyun,
    Tencent,
    Webhook,
}

/// How messages are sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    pub gateway: SmsGateway,
    /// Who sends when that one is out of reach, in order.
    pub fail_over: Vec<SmsGateway>,
    /// The signature registered with the provider, without its brackets.
    pub sign_name: String,
    /// The codes under which a cloud has registered our texts, by gateway, then by template and language:
    /// `"login-code.zh-CN" = "SMS_123456789"`.
    pub templates: BTreeMap<SmsGateway, BTreeMap<String, String>>,
    /// What a message costs, in yuan, by gateway: for the statistics.
    pub prices: BTreeMap<SmsGateway, f64>,
    /// The most codes that are sent in an hour, to whomever: what a flood may cost.
    pub hourly_budget: u64,
}

impl Default for SmsSettings {
    fn default() -> Self {
        Self {
            gateway: SmsGateway::Aliyun,
            fail_over: Vec::new(),
            sign_name: "统一身份认证".into(),
            templates: BTreeMap::new(),
            prices: BTreeMap::new(),
            hourly_budget: 20_000,
        }
    }
}

impl SmsSettings {
    /// All that may send, in the order in which they are asked.
    pub fn gateways(&self) -> impl Iterator<Item = SmsGateway> {
        std::iter::once(self.gateway).chain(self.fail_over.iter().copied())
    }

    /// A gateway's code for a template; the sandbox's when none is configured.
    pub fn template_code(
        &self,
        gateway: SmsGateway,
        template: SmsTemplate,
        locale: Locale,
    ) -> String {
        let key = template_key(template, locale);
        let configured = self.templates.get(&gateway).and_then(|own| own.get(&key));
        configured
            .cloned()
            .unwrap_or_else(|| format!("SMS_{}", key.replace(['-', '.'], "_").to_ascii_uppercase()))
    }
}

/// What a template is called in `sms.templates`.
fn template_key(template: SmsTemplate, locale: Locale) -> String {
    format!("{}.{}", <&str>::from(template), locale.tag())
}

fn texts() -> impl Iterator<Item = (SmsTemplate, Locale)> {
    SmsTemplate::iter()
        .flat_map(|template| [Locale::ZhCn, Locale::En].map(|locale| (template, locale)))
}

/// Every name that `sms.templates` may hold.
pub fn template_keys() -> impl Iterator<Item = String> {
    texts().map(|(template, locale)| template_key(template, locale))
}

/// The texts that the sandbox has "registered" for either cloud, by template code.
pub fn sandbox_templates(settings: &SmsSettings) -> BTreeMap<String, String> {
    [SmsGateway::Aliyun, SmsGateway::Tencent]
        .into_iter()
        .flat_map(|gateway| texts().map(move |text| (gateway, text)))
        .map(|(gateway, (template, locale))| {
            (
                settings.template_code(gateway, template, locale),
                template.text(locale).to_string(),
            )
        })
        .collect()
}

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    #[serde(default)]
    pub security: SmtpSecurity,
    pub username: Option<String>,
    pub password: Option<Secret>,
    /// A PEM file with the certificate of an authority of one's own, trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// `统一身份认证 <no-reply@example.cn>`
    pub from: String,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmtpSecurity {
    /// Only for a server on this machine.
    None,
    #[default]
    StartTls,
    ImplicitTls,
}

impl SmtpSettings {
    /// A server on this machine, unprotected: the sandbox.
    pub fn plain(address: SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: address.port(),
            security: SmtpSecurity::None,
            username: None,
            password: None,
            ca_file: None,
            from: "统一身份认证 <no-reply@renzheng.example>".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_a_code_of_its_own() {
        let settings = SmsSettings::default();
        assert_eq!(
            sandbox_templates(&settings).len(),
            2 * SmsTemplate::iter().count()
        );
        let code = settings.template_code(SmsGateway::Aliyun, SmsTemplate::LoginCode, Locale::ZhCn);
        assert_eq!(code, "SMS_LOGIN_CODE_ZH_CN");
    }

    #[test]
    fn each_gateway_has_its_own_codes() {
        let settings: SmsSettings = toml::from_str(
            "sign_name = \"某省\"\n[templates.aliyun]\n\"login-code.zh-CN\" = \"SMS_1\"\n\
             [templates.tencent]\n\"login-code.zh-CN\" = \"1110\"",
        )
        .expect("valid");
        let code = |gateway| settings.template_code(gateway, SmsTemplate::LoginCode, Locale::ZhCn);
        assert_eq!(code(SmsGateway::Aliyun), "SMS_1");
        assert_eq!(code(SmsGateway::Tencent), "1110");
        let registered = sandbox_templates(&settings);
        assert!(registered.contains_key("SMS_1") && registered.contains_key("1110"));
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = AliyunSettings::at("http://x/", "id".into(), "hidden".into());
        assert!(!format!("{settings:?}").contains("hidden"));
    }
}
