//! Alipay's open platform: a person signs in there and agrees, we exchange what they bring back for a token
//! (`alipay.system.oauth.token`), and the token for their certified name and number (`alipay.user.info.share`).

mod signature;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use renzheng_types::{admin::ProviderCondition, verification::Method};
use reqwest::Url;
use serde_json::{Value, value::RawValue};
use tokio::sync::Semaphore;

use super::{AlipaySettings, Guard, Outage, Outbound, short_text as text};
use crate::clock::{Clock, in_china};

use signature::Signer;

/// Alipay's word for an identity card of the mainland.
const ID_CARD: &str = "0";

pub struct Alipay {
    settings: AlipaySettings,
    authorize_url: Url,
    signer: Signer,
    outbound: Outbound,
    guard: Guard,
    clock: Clock,
}

/// Who has signed in at Alipay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlipayUser {
    /// Alipay's number for them.
    pub user_id: String,
    /// Name and ID number, when Alipay has certified them by an identity card.
    pub certified: Option<(String, String)>,
}

/// What was authorised is used up or has lapsed: asking again is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired;

/// An answer of Alipay's, or its word that the authorisation is no longer good.
pub type Answer<T> = Result<Result<T, Expired>, Outage>;

impl Alipay {
    /// # Errors
    /// Names the setting that cannot be used.
    pub fn new(
        settings: AlipaySettings,
        outbound: Outbound,
        answer_within: Duration,
        at_once: usize,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let authorize_url = settings
            .authorize_url
            .parse()
            .map_err(|_| anyhow::anyhow!("alipay.authorize_url is not a URL"))?;
        let places = Arc::new(Semaphore::new(at_once));
        Ok(Self {
            authorize_url,
            signer: Signer::new(&settings)?,
            settings,
            outbound,
            guard: Guard::new(places, answer_within, clock.clone()),
            clock,
        })
    }

    /// How Alipay is.
    pub fn condition(&self, now: DateTime<Utc>) -> ProviderCondition {
        self.guard.condition("alipay", Method::Alipay.into(), now)
    }

    /// The page where a person signs in and agrees; it leads back to `redirect_uri`.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> String {
        let mut url = self.authorize_url.clone();
        url.query_pairs_mut()
            .append_pair("app_id", &self.settings.app_id)
            .append_pair("scope", "auth_user")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        url.into()
    }

    /// A token for what the person brought back. Alipay takes each code once.
    pub async fn token(&self, auth_code: &str) -> Answer<String> {
        let parameters = [
            ("grant_type", "authorization_code".to_string()),
            ("code", auth_code.to_string()),
        ];
        let call = self.call("alipay.system.oauth.token", parameters);
        let answer = self.guard.ask(call).await?;
        let token = answer["access_token"].as_str().unwrap_or_default();
        match token {
            "" => expired_or_out(&answer),
            token => Ok(Ok(token.to_string())),
        }
    }

    /// Whose token it is.
    pub async fn user(&self, token: &str) -> Answer<AlipayUser> {
        let parameters = [("auth_token", token.to_string())];
        let call = self.call("alipay.user.info.share", parameters);
        let answer = self.guard.ask(call).await?;
        if text(&answer, "code") != "10000" {
            return expired_or_out(&answer);
        }
        Ok(Ok(read_user(&answer)))
    }

    /// Answers what stands under `…_response`, once its signature is verified.
    async fn call<const N: usize>(
        &self,
        method: &'static str,
        own: [(&'static str, String); N],
    ) -> Result<Value, Outage> {
        let mut parameters = BTreeMap::from([
            ("app_id", self.settings.app_id.clone()),
            ("method", method.to_string()),
            ("format", "JSON".into()),
            ("charset", "utf-8".into()),
            ("sign_type", "RSA2".into()),
            ("timestamp", self.timestamp()),
            ("version", "1.0".into()),
        ]);
        parameters.extend(own);
        let signed = self.signer.sign(&signature::canonical(&parameters));
        parameters.insert("sign", signed.map_err(Outage::new)?);
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&parameters)
            .finish();
        let request = self
            .outbound
            .client()
            .post(&self.settings.gateway_url)
            .header(
                "content-type",
                "application/x-www-form-urlencoded;charset=utf-8",
            )
            .body(body)
            .build()
            .map_err(|_| Outage::new("bad endpoint"))?;
        let answer = self.outbound.send(request).await.map_err(Outage::new)?;
        if !answer.status.is_success() {
            return Err(Outage::new(format!("HTTP {}", answer.status.as_u16())));
        }
        read(&self.signer, method, &answer.body)
    }

    /// `2026-11-25 11:00:00`, in China.
    fn timestamp(&self) -> String {
        let now = in_china(self.clock.now());
        now.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// Whether an answer is Alipay's, for the fuzz target.
#[cfg(fuzzing)]
pub(super) fn believes(settings: &AlipaySettings, body: &[u8]) -> bool {
    let signer = Signer::new(settings).expect("a signer");
    read(&signer, "alipay.user.info.share", body).is_ok()
}

/// The signature is over the answer's own characters, so these are cut out before anything is parsed.
fn read(signer: &Signer, method: &str, body: &[u8]) -> Result<Value, Outage> {
    let unreadable = |_| Outage::new("unreadable answer");
    let parts: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(body).map_err(unreadable)?;
    let name = format!("{}_response", method.replace('.', "_"));
    let raw = parts
        .get(&name)
        .or_else(|| parts.get("error_response"))
        .ok_or_else(|| Outage::new("no answer in the answer"))?
        .get();
    let signature: String = match parts.get("sign") {
        Some(sign) => serde_json::from_str(sign.get()).map_err(unreadable)?,
        None => String::new(),
    };
    if !signer.verify(raw, &signature) {
        return Err(Outage::new("the answer's signature does not fit"));
    }
    serde_json::from_str(raw).map_err(unreadable)
}

fn read_user(answer: &Value) -> AlipayUser {
    let get = |name: &str| answer[name].as_str().unwrap_or_default().to_string();
    // The other fields mean something only when this says so.
    let certified = get("is_certified") == "T" && get("cert_type") == ID_CARD;
    AlipayUser {
        user_id: text(answer, "user_id"),
        certified: certified.then(|| (get("user_name"), get("cert_no"))),
    }
}

/// Only what Alipay says of the code or the token is final; everything else may pass.
fn expired_or_out<T>(answer: &Value) -> Answer<T> {
    let (code, sub_code) = (text(answer, "code"), text(answer, "sub_code"));
    match sub_code.as_str() {
        "isv.code-invalid" | "aop.invalid-auth-token" | "aop.auth-token-time-out" => {
            Ok(Err(Expired))
        }
        _ => Err(Outage::new(format!("code {code} {sub_code}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn signer() -> Signer {
        Signer::new(&AlipaySettings {
            alipay_public_key: renzheng_sandbox::ALIPAY_APP_PUBLIC_KEY.into(),
            ..AlipaySettings::sandbox("http://127.0.0.1:1/")
        })
        .expect("keys")
    }

    // C29
    #[test]
    fn an_answer_is_verified_as_it_was_written() {
        let signer = signer();
        let raw = r#"{ "code":"10000", "avatar":"https:\/\/x\/y" }"#;
        let sign = signer.sign(raw).expect("signed");
        let method = "alipay.user.info.share";
        let body = format!(r#"{{"alipay_user_info_share_response": {raw} ,"sign":"{sign}"}}"#);
        let answer = read(&signer, method, body.as_bytes()).expect("an answer");
        assert_eq!(answer["avatar"], "https://x/y");
        let error = body.replace("alipay_user_info_share_response", "error_response");
        assert!(read(&signer, method, error.as_bytes()).is_ok());
        for forged in [
            body.replace("10000", "10001"),
            body.replace(r"\/", "/"),
            body.replace("alipay_user_info_share_response", "other_response"),
            body.replace("sign", "signature"),
            "<html>".into(),
            "[]".into(),
            String::new(),
        ] {
            assert!(
                read(&signer, method, forged.as_bytes()).is_err(),
                "{forged}"
            );
        }
    }

    #[test]
    fn only_certified_holders_of_an_identity_card_have_a_name() {
        let answer = |certified: &str, kind: &str| {
            read_user(&json!({
                "code": "10000", "user_id": "2088", "is_certified": certified, "cert_type": kind,
                "user_name": "张三", "cert_no": "11010519491231002X",
            }))
        };
        let person = ("张三".to_string(), "11010519491231002X".to_string());
        assert_eq!(answer("T", "0").certified, Some(person));
        for (certified, kind) in [("F", "0"), ("T", "1"), ("", "0"), ("t", "0"), ("T", "")] {
            assert_eq!(answer(certified, kind).certified, None);
        }
    }

    #[test]
    fn a_used_code_is_final_and_all_else_is_an_outage() {
        let said =
            |code: &str, sub: &str| expired_or_out::<()>(&json!({"code": code, "sub_code": sub}));
        assert_eq!(said("40002", "isv.code-invalid"), Ok(Err(Expired)));
        assert_eq!(said("20001", "aop.invalid-auth-token"), Ok(Err(Expired)));
        for (code, sub) in [
            ("20000", "isp.unknow-error"),
            ("40002", "isv.invalid-signature"),
            ("40006", "isv.insufficient-isv-permissions"),
            ("", ""),
        ] {
            assert!(said(code, sub).is_err(), "{code} {sub}");
        }
    }
}
