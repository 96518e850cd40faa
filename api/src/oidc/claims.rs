//! What is known of a person, as claims (OpenID Connect Core §5.1, OpenID Connect for Identity Assurance 1.0).

use renzheng_types::{Locale, account::Sex, application::ConsentValue, verification::Method};
use serde_json::{Map, Value, json};

use super::{acr, scope::Scope};
use crate::{
    account::{address, contact, store as accounts},
    app::App,
    entity::account::Model,
    verification::{level, store as attempts},
};

/// The rules by which identities are proven here.
const TRUST_FRAMEWORK: &str = "renzheng";

/// A person as applications may know them.
pub struct Person {
    pub account: Model,
    pub level: u8,
}

impl Person {
    pub async fn of(app: &App, account: Model) -> anyhow::Result<Self> {
        let level = level::of(app, account.id).await?;
        Ok(Self { account, level })
    }

    /// The claims of these names that have a value, and the scopes that they belong to.
    pub async fn claims(
        &self,
        app: &App,
        names: &[&str],
    ) -> anyhow::Result<(Map<String, Value>, Vec<Scope>)> {
        let mut claims = Map::new();
        let mut read = Vec::new();
        let mut scopes: Vec<Scope> = names
            .iter()
            .filter_map(|name| Scope::of_claim(name))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        for scope in scopes {
            let known = self.known(app, scope).await?;
            let wanted = known
                .into_iter()
                .filter(|(name, _)| names.contains(&name.as_str()));
            let before = claims.len();
            claims.extend(wanted);
            if claims.len() > before {
                read.push(scope);
            }
        }
        Ok((claims, read))
    }

    async fn known(&self, app: &App, scope: Scope) -> anyhow::Result<Map<String, Value>> {
        let account = &self.account;
        let claims = match scope {
            Scope::OpenId | Scope::OfflineAccess => None,
            Scope::Profile => Some(json!({
                "name": account.nickname,
                "nickname": account.nickname,
                "locale": contact::locale(account).tag(),
            })),
            Scope::Phone => contact::phone(app, account)?
                .map(|phone| json!({"phone_number": phone.e164(), "phone_number_verified": true})),
            Scope::Email => contact::email(app, account)?
                .map(|email| json!({"email": email.as_str(), "email_verified": true})),
            Scope::Address => self
                .address(app)
                .await?
                .map(|address| json!({"address": address})),
            Scope::Identity => self
                .verified(app)
                .await?
                .map(|verified| json!({"verified_claims": verified})),
        };
        Ok(match claims {
            Some(Value::Object(claims)) => claims,
            _ => Map::new(),
        })
    }

    /// The default mailing address (OpenID Connect Core §5.1.1).
    async fn address(&self, app: &App) -> anyhow::Result<Option<Value>> {
        let all = address::list(app, self.account.id).await?.items;
        Ok(all.into_iter().find(|one| one.is_default).map(|one| {
            let (region, rest) = match one.region_names.split_first() {
                Some((region, rest)) => (region.clone(), rest.concat()),
                None => (String::new(), String::new()),
            };
            let mut address = json!({
                "formatted": format!("{}{}\n{} {}", one.region_names.concat(), one.detail, one.recipient, one.phone),
                "country": "CN",
                "region": region,
                "street_address": one.detail,
            });
            if !rest.is_empty() {
                address["locality"] = rest.into();
            }
            if let Some(code) = one.postal_code {
                address["postal_code"] = code.into();
            }
            address
        }))
    }

    /// The proven identity, with how and when it was proven.
    async fn verified(&self, app: &App) -> anyhow::Result<Option<Value>> {
        let Some(identity) = accounts::identity(app, self.account.id).await? else {
            return Ok(None);
        };
        let now = app.clock.now();
        let passed: Vec<_> = attempts::of_account(app, self.account.id)
            .await?
            .into_iter()
            .filter(|row| row.status == attempts::PASSED)
            .filter(|row| row.valid_until.is_none_or(|until| until > now))
            .collect();
        let Some(latest) = passed.iter().filter_map(|row| row.decided_at).max() else {
            return Ok(None);
        };
        let evidence: Vec<Value> = passed
            .iter()
            .filter_map(|row| {
                let method: Method = row.method.parse().ok()?;
                let at = row.decided_at?;
                let (kind, check, record) = evidence(method);
                let mut evidence = json!({
                    "type": kind,
                    "method": row.method,
                    "time": at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                    "check_details": [{"check_method": check, "organization": row.provider}],
                });
                let detail = if kind == "document" {
                    "document_details"
                } else {
                    "record"
                };
                evidence[detail] = json!({"type": record});
                Some(evidence)
            })
            .collect();
        Ok(Some(json!({
            "verification": {
                "trust_framework": TRUST_FRAMEWORK,
                "assurance_level": acr(self.level),
                "time": latest.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                "evidence": evidence,
            },
            "claims": {
                "name": identity.name.as_str(),
                "gender": match identity.id_number.sex() { Sex::Male => "male", Sex::Female => "female" },
                "birthdate": identity.id_number.birth_date().to_string(),
                "id_number": identity.id_number.as_str(),
            },
        })))
    }

    /// What an application would learn, masked, for the person to decide.
    pub async fn preview(
        &self,
        app: &App,
        scope: Scope,
        claims: &[&str],
        locale: Locale,
    ) -> anyhow::Result<Vec<ConsentValue>> {
        let none = || locale.pick("未填写", "not given").to_string();
        let value = |label: (&str, &str), value: Option<String>| ConsentValue {
            label: match locale {
                Locale::ZhCn => label.0.into(),
                Locale::En => label.1.into(),
            },
            value: value.unwrap_or_else(none),
        };
        let account = &self.account;
        Ok(match scope {
            Scope::OpenId | Scope::OfflineAccess => Vec::new(),
            Scope::Profile => {
                let mut values = Vec::new();
                if claims.contains(&"name") || claims.contains(&"nickname") {
                    values.push(value(("昵称", "Nickname"), Some(account.nickname.clone())));
                }
                if claims.contains(&"locale") {
                    let language = contact::locale(account);
                    let language = match language {
                        Locale::ZhCn => "中文",
                        Locale::En => "English",
                    };
                    values.push(value(("语言", "Language"), Some(language.into())));
                }
                values
            }
            Scope::Phone => {
                let phone = contact::phone(app, account)?.map(|phone| phone.masked());
                vec![value(("手机号码", "Phone number"), phone)]
            }
            Scope::Email => {
                let email = contact::email(app, account)?.map(|email| email.masked());
                vec![value(("邮箱", "E-mail address"), email)]
            }
            Scope::Address => {
                let all = address::list(app, account.id).await?.items;
                let address = all.into_iter().find(|one| one.is_default);
                let masked = address.map(|one| format!("{}****", one.region_names.concat()));
                vec![value(("邮寄地址", "Mailing address"), masked)]
            }
            Scope::Identity => {
                let identity = accounts::identity(app, account.id).await?;
                let (name, number) = match &identity {
                    Some(identity) => (
                        Some(identity.name.masked()),
                        Some(identity.id_number.masked()),
                    ),
                    None => (None, None),
                };
                vec![
                    value(("姓名", "Name"), name),
                    value(("身份证号", "ID number"), number),
                    value(
                        (
                            "性别、出生日期、认证方式和时间",
                            "Sex, birth date, how and when proven",
                        ),
                        Some(locale.pick("一并提供", "included").into()),
                    ),
                ]
            }
        })
    }
}

/// Type of evidence, how it was checked, and what it is (OpenID Connect for Identity Assurance 1.0, predefined values).
const fn evidence(method: Method) -> (&'static str, &'static str, &'static str) {
    match method {
        Method::IdCard => ("electronic_record", "data", "population_register"),
        Method::BankCard => ("electronic_record", "data", "bank_account"),
        Method::SocialSecurity => ("electronic_record", "data", "social_security"),
        Method::ProvidentFund => ("electronic_record", "data", "provident_fund_account"),
        Method::Telecom => ("electronic_record", "data", "phone_account"),
        Method::DrivingLicence => ("electronic_record", "data", "driving_licence"),
        Method::Alipay => ("electronic_record", "auth", "payment_account"),
        Method::Face => ("document", "bvr", "idcard"),
        Method::Hall => ("document", "vpip", "idcard"),
    }
}

/// How a person signed in, by the words of RFC 8176.
pub fn amr(method: &str) -> Vec<&str> {
    match method {
        // Another device that is signed in has confirmed it.
        "qr" => vec!["mca"],
        other => vec![other],
    }
}
