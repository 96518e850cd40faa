//! How often anything may be tried. All the numbers are here.

use std::time::Duration;

use renzheng_types::value::{IdNumber, Phone};
use uuid::Uuid;

use crate::{
    app::App,
    ephemeral::{Exceeded, Window},
    http::{client_address, problem::RetryAfter},
};

/// A limit: at most `limit` in each window of `length`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    name: &'static str,
    limit: u64,
    length: Duration,
}

const fn rule(name: &'static str, limit: u64, seconds: u64) -> Rule {
    Rule {
        name,
        limit,
        length: Duration::from_secs(seconds),
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// Messages to one phone: what carriers' gateways allow too.
pub const SMS_BY_PHONE: &[Rule] = &[
    rule("sms-minute", 1, MINUTE),
    rule("sms-hour", 5, HOUR),
    rule("sms-day", 10, DAY),
];
pub const SMS_BY_ADDRESS: &[Rule] = &[
    rule("sms-10-minutes", 10, 10 * MINUTE),
    rule("sms-day", 50, DAY),
];
/// One number block (a number less its last four digits): against pumping.
pub const SMS_BY_PREFIX: &[Rule] = &[rule("sms-prefix-hour", 200, HOUR)];
pub const CODE_CHECK_BY_PHONE: &[Rule] = &[rule("code-day", 20, DAY)];
pub const CODE_CHECK_BY_ADDRESS: &[Rule] = &[rule("code-10-minutes", 60, 10 * MINUTE)];
pub const CAPTCHA_BY_ADDRESS: &[Rule] = &[rule("captcha-minute", 60, MINUTE)];
/// One challenge, as picture and as sound.
pub const CAPTCHA_SHOWN: &[Rule] = &[rule("captcha-shown", 10, 5 * MINUTE)];
pub const PASSWORD_BY_ACCOUNT: &[Rule] = &[rule("password-minute", 5, MINUTE)];
pub const PASSWORD_BY_ADDRESS: &[Rule] = &[rule("password-minute", 20, MINUTE)];
pub const REGISTER_BY_ADDRESS: &[Rule] = &[rule("register-20-minutes", 20, 20 * MINUTE)];
pub const EMAIL_BY_ACCOUNT: &[Rule] =
    &[rule("email-minute", 1, MINUTE), rule("email-hour", 5, HOUR)];
/// One address, whoever asks: nobody's inbox is flooded.
pub const EMAIL_BY_RECIPIENT: &[Rule] = &[rule("email-to-hour", 5, HOUR)];
pub const EMAIL_BY_ADDRESS: &[Rule] = &[rule("email-hour", 20, HOUR)];
pub const RESET_BY_ADDRESS: &[Rule] = &[rule("reset-20-minutes", 20, 20 * MINUTE)];
pub const QR_BY_ADDRESS: &[Rule] = &[rule("qr-minute", 30, MINUTE)];
pub const QR_BY_ACCOUNT: &[Rule] = &[rule("qr-scan-minute", 20, MINUTE)];
pub const SECOND_FACTOR_BY_ACCOUNT: &[Rule] = &[
    rule("second-factor-minute", 5, MINUTE),
    rule("second-factor-day", 50, DAY),
];
pub const PASSKEY_BY_ADDRESS: &[Rule] = &[rule("passkey-minute", 30, MINUTE)];
pub const PASSKEY_CHECK_BY_ADDRESS: &[Rule] = &[rule("passkey-check-minute", 20, MINUTE)];
/// Staff: tries to sign in, by staff number, also from one address alone.
pub const STAFF_SIGN_IN_BY_LOGIN: &[Rule] = &[
    rule("staff-sign-in-minute", 5, MINUTE),
    rule("staff-sign-in-day", 200, DAY),
];
pub const STAFF_SIGN_IN_BY_ADDRESS: &[Rule] = &[rule("staff-sign-in-minute", 20, MINUTE)];
/// Failures of one staff number from one address: a stranger elsewhere locks nobody out.
pub const STAFF_FAILURES: &[Rule] = &[rule("staff-failures-day", 20, DAY)];
pub const STAFF_ENROLMENT_BY_ADDRESS: &[Rule] = &[rule("staff-enrolment-minute", 10, MINUTE)];
pub const HALL_CODE_BY_ACCOUNT: &[Rule] = &[rule("hall-code-hour", 20, HOUR)];
/// Codes that a clerk mistyped, or made up.
pub const HALL_WRONG_CODE_BY_STAFF: &[Rule] = &[
    rule("hall-wrong-10-minutes", 10, 10 * MINUTE),
    rule("hall-wrong-day", 50, DAY),
];
/// People that one member of staff looks at in a day.
pub const fn hall_lookups(a_day: u64) -> Rule {
    rule("hall-lookup-day", a_day, DAY)
}
/// People that one operator looks for or at.
pub const ACCOUNT_LOOKS_BY_STAFF: &[Rule] = &[
    rule("account-looks-10-minutes", 60, 10 * MINUTE),
    rule("account-looks-day", 500, DAY),
];
pub const DETAILS_BY_ACCOUNT: &[Rule] = &[rule("details-hour", 20, HOUR)];
pub const EXPORT_BY_ACCOUNT: &[Rule] = &[rule("export-hour", 5, HOUR)];
/// Failed tries of an account, at whichever method.
pub const REAL_NAME_BY_ACCOUNT: &[Rule] = &[rule("real-name-6-hours", 5, 6 * HOUR)];
pub const REAL_NAME_BY_ID_NUMBER: &[Rule] = &[rule("real-name-day", 10, DAY)];
pub const REAL_NAME_BY_ADDRESS: &[Rule] = &[rule("real-name-day", 20, DAY)];
/// Ways begun to Alipay.
pub const ALIPAY_BY_ACCOUNT: &[Rule] = &[rule("alipay-hour", 20, HOUR)];
/// Verifications by face that are begun.
pub const FACE_BY_ACCOUNT: &[Rule] = &[rule("face-hour", 10, HOUR), rule("face-day", 30, DAY)];
/// Returns from a provider's page: each may ask the provider.
pub const FACE_RETURN_BY_ACCOUNT: &[Rule] = &[rule("face-return-10-minutes", 30, 10 * MINUTE)];
pub const PICTURES_BY_ACCOUNT: &[Rule] = &[rule("pictures-10-minutes", 400, 10 * MINUTE)];
pub const PICTURES_BY_ADDRESS: &[Rule] = &[rule("pictures-10-minutes", 2000, 10 * MINUTE)];

/// What one application may ask of the token endpoint and those beside it.
pub const TOKEN_BY_CLIENT: &[Rule] = &[rule("token-second", 50, 1)];
/// What one application may ask for itself.
pub const DIRECT_BY_CLIENT: &[Rule] = &[rule("direct-second", 50, 1)];
/// How often one application may ask for one person's level: who wants to know of changes has a webhook.
pub const LEVEL_BY_SUBJECT: &[Rule] = &[rule("level-hour", 60, HOUR)];
pub const IDENTITY_CODE_BY_ACCOUNT: &[Rule] = &[rule("identity-code-hour", 20, HOUR)];
/// Codes that an application mistyped, or made up.
pub const IDENTITY_WRONG_CODE_BY_CLIENT: &[Rule] = &[
    rule("identity-wrong-10-minutes", 30, 10 * MINUTE),
    rule("identity-wrong-day", 300, DAY),
];
pub const CLIENT_FAILURES_BY_ADDRESS: &[Rule] = &[rule("client-failures-minute", 60, MINUTE)];
/// Authorization requests, which are kept while the person decides.
/// How often one code is asked about: once a second.
pub const QR_POLLS: &[Rule] = &[rule("qr-poll-minute", 60, MINUTE)];
pub const AUTHORIZE_BY_ADDRESS: &[Rule] = &[rule("authorize-minute", 120, MINUTE)];
/// The same, pushed by clients that anybody can name.
pub const PUSHED_BY_ADDRESS: &[Rule] = &[rule("pushed-minute", 120, MINUTE)];
pub const LOGOUT_BY_ADDRESS: &[Rule] = &[rule("logout-minute", 120, MINUTE)];

/// Failed passwords on one account in a row, after which each costs a wait, then the whole day.
pub const FAILURES_BEFORE_CAPTCHA: u64 = 3;
pub const FAILURES_BEFORE_WAIT: u64 = 5;
pub const FAILURES_A_DAY: Rule = rule("password-failures", 50, DAY);
/// Failed passwords with no right one between, after which none will do any more (NIST SP 800-63B-4, 3.2.2).
/// Those before the captcha of a day are not in it: nobody fills the store with made-up names.
pub const FAILURES_IN_A_ROW: Rule = rule("password-row", 90, 365 * DAY);
/// The same for the password as a second proof, by account.
pub const SECOND_PASSWORDS_IN_A_ROW: &[Rule] = &[rule("second-password-row", 100, 365 * DAY)];

/// How much more a site of IPv6, a /48, may try than one line in it, a /64.
const SITE_SCALE: u64 = 10;

impl App {
    /// Counts one try against all the rules, or none of them if any is full.
    pub async fn count(&self, windows: Vec<Window>) -> anyhow::Result<Result<(), RetryAfter>> {
        let counted = self.ephemeral.count(&windows).await?;
        Ok(counted.map_err(|Exceeded { retry_after }| RetryAfter(retry_after)))
    }

    /// The windows of `rules` for something named by a text without personal data.
    pub fn windows_by_subject(&self, rules: &[Rule], subject: &str) -> Vec<Window> {
        self.windows(rules, subject)
    }

    /// The windows of `rules` for a phone. Numbers are kept as keyed digests.
    pub fn windows_by_phone(&self, rules: &[Rule], phone: &Phone) -> Vec<Window> {
        self.windows(rules, &format!("phone:{}", self.phone_key(phone)))
    }

    pub fn windows_by_phone_prefix(&self, rules: &[Rule], phone: &Phone) -> Vec<Window> {
        let prefix: String = phone.as_str().chars().take(7).collect();
        let key = hex::encode(self.vault.blind_index("phone-prefix", &prefix));
        self.windows(rules, &format!("prefix:{key}"))
    }

    /// The windows of `rules` for an account name as typed, whether or not there is such an account.
    pub fn window_by_login(&self, rule: Rule, login: &str) -> Window {
        Window {
            key: format!("{}:login:{login}", rule.name),
            length: rule.length,
            limit: rule.limit * self.config.limit_scale(),
        }
    }

    /// The windows of `rules` for an account name as typed.
    pub fn windows_by_login(&self, rules: &[Rule], login: &str) -> Vec<Window> {
        self.windows(rules, &format!("login:{login}"))
    }

    pub fn windows_by_account(&self, rules: &[Rule], account: Uuid) -> Vec<Window> {
        self.windows(rules, &format!("account:{account}"))
    }

    pub fn windows_by_staff(&self, rules: &[Rule], staff: Uuid) -> Vec<Window> {
        self.windows(rules, &format!("staff:{staff}"))
    }

    pub fn windows_by_id_number(&self, rules: &[Rule], id_number: &IdNumber) -> Vec<Window> {
        let key = hex::encode(self.vault.blind_index("id-number", id_number.as_str()));
        self.windows(rules, &format!("id:{key}"))
    }

    /// The windows of `rules` for an address, as [`client_address`] groups them; beside those of a /64 of IPv6, those of
    /// the /48 around it, [`SITE_SCALE`] times as wide.
    pub fn windows_by_address(&self, rules: &[Rule], address: &str) -> Vec<Window> {
        let mut windows = self.windows(rules, &format!("address:{address}"));
        if let Some(site) = client_address::site_of(address) {
            let around = self.windows(rules, &format!("address:{site}"));
            windows.extend(around.into_iter().map(|window| Window {
                limit: window.limit * SITE_SCALE,
                ..window
            }));
        }
        windows
    }

    /// A window over all callers: what the deployment is ready to pay for in that time.
    pub fn budget(&self, name: &str, limit: u64, length: Duration) -> Window {
        Window {
            key: format!("{name}:all"),
            length,
            limit: limit * self.config.limit_scale(),
        }
    }

    /// A phone as it stands in keys of the ephemeral store.
    pub fn phone_key(&self, phone: &Phone) -> String {
        hex::encode(self.vault.blind_index("phone", phone.as_str()))
    }

    fn windows(&self, rules: &[Rule], subject: &str) -> Vec<Window> {
        rules
            .iter()
            .map(|rule| Window {
                key: format!("{}:{subject}", rule.name),
                length: rule.length,
                limit: rule.limit * self.config.limit_scale(),
            })
            .collect()
    }
}
