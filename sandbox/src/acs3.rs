//! Checks ACS3-HMAC-SHA256, Aliyun's request signature. Written apart from the client's on purpose: a mistake made
//! on one side shows.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use poem::Request;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::AccessKey;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const SKEW: TimeDelta = TimeDelta::minutes(15);
const NONCES_KEPT: usize = 100_000;
/// What the signature must cover at the least.
const REQUIRED: [&str; 5] = [
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-version",
];

/// Why a request is refused, by Aliyun's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("MissingAuthorization")]
    Missing,
    #[error("InvalidAccessKeyId.NotFound")]
    UnknownKey,
    #[error("InvalidTimeStamp.Expired")]
    Expired,
    #[error("SignatureNonceUsed")]
    NonceUsed,
    #[error("SignatureDoesNotMatch")]
    Mismatch,
}

/// The nonces seen lately.
#[derive(Default)]
pub struct Nonces(Mutex<VecDeque<String>>);

impl Nonces {
    /// Notes a nonce; `false` when it was seen before.
    pub fn note(&self, nonce: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.iter().any(|known| known == nonce) {
            return false;
        }
        if seen.len() == NONCES_KEPT {
            seen.pop_front();
        }
        seen.push_back(nonce.to_string());
        true
    }
}

/// The parts of a request that the signature covers.
pub struct Signed<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: HashMap<String, String>,
    pub body: &'a [u8],
}

impl<'a> Signed<'a> {
    pub fn of(request: &'a Request, body: &'a [u8]) -> Self {
        Self {
            method: request.method().as_str(),
            path: request.original_uri().path(),
            query: request.original_uri().query().unwrap_or_default(),
            headers: request
                .headers()
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.to_string(), value.to_str().ok()?.to_string()))
                })
                .collect(),
            body,
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }
}

/// Checks key, time, nonce and signature.
pub fn check(
    signed: &Signed<'_>,
    key: &AccessKey,
    nonces: &Nonces,
    now: DateTime<Utc>,
) -> Result<(), Refused> {
    let authorization = signed.header("authorization");
    let fields: HashMap<&str, &str> = authorization
        .strip_prefix(ALGORITHM)
        .ok_or(Refused::Missing)?
        .trim()
        .split(',')
        .filter_map(|field| field.split_once('='))
        .collect();
    let field = |name| fields.get(name).copied().ok_or(Refused::Missing);
    if field("Credential")? != key.id {
        return Err(Refused::UnknownKey);
    }
    let date = NaiveDateTime::parse_from_str(signed.header("x-acs-date"), "%Y-%m-%dT%H:%M:%SZ")
        .map_err(|_| Refused::Expired)?
        .and_utc();
    if (now - date).abs() > SKEW {
        return Err(Refused::Expired);
    }
    let expected =
        signature(signed, field("SignedHeaders")?, &key.secret).ok_or(Refused::Mismatch)?;
    if !bool::from(expected.as_bytes().ct_eq(field("Signature")?.as_bytes())) {
        return Err(Refused::Mismatch);
    }
    if !nonces.note(signed.header("x-acs-signature-nonce")) {
        return Err(Refused::NonceUsed);
    }
    Ok(())
}

/// The signature that a request with these headers ought to have.
fn signature(signed: &Signed<'_>, names: &str, secret: &str) -> Option<String> {
    let covered: Vec<&str> = names.split(';').collect();
    if !REQUIRED.iter().all(|name| covered.contains(name)) || !covered.is_sorted() {
        return None;
    }
    let payload = hex::encode(Sha256::digest(signed.body));
    if signed.header("x-acs-content-sha256") != payload {
        return None;
    }
    let mut query: Vec<&str> = signed
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .collect();
    query.sort_unstable();
    let mut canonical = format!("{}\n{}\n{}\n", signed.method, signed.path, query.join("&"));
    for name in &covered {
        canonical.push_str(name);
        canonical.push(':');
        canonical.push_str(signed.header(name).trim());
        canonical.push('\n');
    }
    canonical.push_str(&format!("\n{names}\n{payload}"));
    let to_sign = format!(
        "{ALGORITHM}\n{}",
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(to_sign.as_bytes());
    Some(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str =
        "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
    const VECTOR: &str = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";

    fn request(body: &[u8]) -> Signed<'_> {
        let headers = [
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            (
                "x-acs-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
        ];
        let mut headers: HashMap<String, String> = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        headers.insert(
            "authorization".into(),
            format!(
                "{ALGORITHM} Credential=YourAccessKeyId,SignedHeaders={NAMES},Signature={VECTOR}"
            ),
        );
        Signed {
            method: "POST",
            path: "/",
            query: "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            headers,
            body,
        }
    }

    fn judge(signed: &Signed<'_>, nonces: &Nonces, minutes: i64) -> Result<(), Refused> {
        let key = AccessKey {
            id: "YourAccessKeyId".into(),
            secret: "YourAccessKeySecret".into(),
        };
        let signed_at = DateTime::parse_from_rfc3339("2023-10-26T10:22:32Z").expect("a time");
        check(
            signed,
            &key,
            nonces,
            signed_at.to_utc() + TimeDelta::minutes(minutes),
        )
    }

    #[test]
    fn the_published_vector_passes_once() {
        let nonces = Nonces::default();
        assert_eq!(judge(&request(b""), &nonces, 0), Ok(()));
        assert_eq!(judge(&request(b""), &nonces, 0), Err(Refused::NonceUsed));
    }

    #[test]
    fn anything_changed_is_refused() {
        let nonces = Nonces::default();
        assert_eq!(judge(&request(b"x"), &nonces, 0), Err(Refused::Mismatch));
        assert_eq!(judge(&request(b""), &nonces, 16), Err(Refused::Expired));
        assert_eq!(judge(&request(b""), &nonces, -16), Err(Refused::Expired));
        let mut changed = request(b"");
        changed.query = "RegionId=cn-beijing";
        assert_eq!(judge(&changed, &nonces, 0), Err(Refused::Mismatch));
        let mut changed = request(b"");
        changed
            .headers
            .insert("x-acs-action".into(), "Other".into());
        assert_eq!(judge(&changed, &nonces, 0), Err(Refused::Mismatch));
        let mut changed = request(b"");
        changed.headers.remove("authorization");
        assert_eq!(judge(&changed, &nonces, 0), Err(Refused::Missing));
    }
}
