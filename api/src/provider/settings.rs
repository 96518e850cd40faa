//! What an operator configures of each provider.

use std::{collections::BTreeMap, fmt, net::SocketAddr};

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
        }
    }
}

/// How messages are sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    /// The signature registered with the provider, without its brackets.
    pub sign_name: String,
    /// The provider's template codes, by our template and language: `"login-code.zh-CN" = "SMS_123456789"`.
    pub templates: BTreeMap<String, String>,
}

impl Default for SmsSettings {
    fn default() -> Self {
        Self {
            sign_name: "统一身份认证".into(),
            templates: BTreeMap::new(),
        }
    }
}

impl SmsSettings {
    /// The provider's code for a template; the sandbox's when none is configured.
    pub fn template_code(&self, template: SmsTemplate, locale: Locale) -> String {
        let key = format!("{}.{}", <&str>::from(template), locale.tag());
        self.templates
            .get(&key)
            .cloned()
            .unwrap_or_else(|| format!("SMS_{}", key.replace(['-', '.'], "_").to_ascii_uppercase()))
    }
}

/// The texts that the sandbox has "registered", by template code.
pub fn sandbox_templates(settings: &SmsSettings) -> BTreeMap<String, String> {
    SmsTemplate::iter()
        .flat_map(|template| [Locale::ZhCn, Locale::En].map(|locale| (template, locale)))
        .map(|(template, locale)| {
            (
                settings.template_code(template, locale),
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
        let code = settings.template_code(SmsTemplate::LoginCode, Locale::ZhCn);
        assert_eq!(code, "SMS_LOGIN_CODE_ZH_CN");
    }

    #[test]
    fn a_configured_code_is_used() {
        let settings: SmsSettings =
            toml::from_str("sign_name = \"某省\"\n[templates]\n\"login-code.zh-CN\" = \"SMS_1\"")
                .expect("valid");
        assert_eq!(
            settings.template_code(SmsTemplate::LoginCode, Locale::ZhCn),
            "SMS_1"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = AliyunSettings::at("http://x/", "id".into(), "hidden".into());
        assert!(!format!("{settings:?}").contains("hidden"));
    }
}
