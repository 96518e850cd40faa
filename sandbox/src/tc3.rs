//! Checks TC3-HMAC-SHA256, Tencent Cloud's request signature. Written apart from the client's on purpose.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{AccessKey, acs3::Signed};

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Why a request is refused, by Tencent's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("AuthFailure.InvalidAuthorization")]
    Malformed,
    #[error("AuthFailure.SecretIdNotFound")]
    UnknownKey,
    #[error("AuthFailure.SignatureExpire")]
    Expired,
    #[error("AuthFailure.SignatureFailure")]
    Mismatch,
}

/// Checks key, time and signature; answers the service that it was signed for.
pub fn check(signed: &Signed<'_>, key: &AccessKey, now: DateTime<Utc>) -> Result<String, Refused> {
    let header = |name: &str| signed.headers.get(name).map(String::as_str);
    let fields: HashMap<&str, &str> = header("authorization")
        .and_then(|value| value.strip_prefix(ALGORITHM))
        .ok_or(Refused::Malformed)?
        .split(',')
        .filter_map(|field| field.trim().split_once('='))
        .collect();
    let field = |name| fields.get(name).copied().ok_or(Refused::Malformed);
    let [id, date, service, end] = field("Credential")?
        .split('/')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| Refused::Malformed)?;
    if id != key.id {
        return Err(Refused::UnknownKey);
    }
    let at = header("x-tc-timestamp")
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .ok_or(Refused::Expired)?;
    if (now - at).abs() > SKEW || date != at.format("%Y-%m-%d").to_string() {
        return Err(Refused::Expired);
    }
    let names: Vec<&str> = field("SignedHeaders")?.split(';').collect();
    if end != "tc3_request"
        || !names.is_sorted()
        || !names.contains(&"content-type")
        || !names.contains(&"host")
    {
        return Err(Refused::Malformed);
    }
    let mut canonical = format!("{}\n{}\n{}\n", signed.method, signed.path, signed.query);
    for name in &names {
        let value = header(name).unwrap_or_default().trim().to_lowercase();
        canonical.push_str(&format!("{name}:{value}\n"));
    }
    let body = hex::encode(Sha256::digest(signed.body));
    canonical.push_str(&format!("\n{}\n{body}", names.join(";")));
    let to_sign = format!(
        "{ALGORITHM}\n{}\n{date}/{service}/tc3_request\n{}",
        at.timestamp(),
        hex::encode(Sha256::digest(canonical.as_bytes()))
    );
    let day = mac(format!("TC3{}", key.secret).as_bytes(), date)?;
    let signing = mac(&mac(&day, service)?, "tc3_request")?;
    let expected = hex::encode(mac(&signing, &to_sign)?);
    if !bool::from(expected.as_bytes().ct_eq(field("Signature")?.as_bytes())) {
        return Err(Refused::Mismatch);
    }
    Ok(service.to_string())
}

fn mac(key: &[u8], message: &str) -> Result<Vec<u8>, Refused> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Refused::Mismatch)?;
    mac.update(message.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] =
        br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    fn judge(body: &[u8], seconds: i64) -> Result<String, Refused> {
        let authorization = "TC3-HMAC-SHA256 Credential=ID/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host;x-tc-action, \
             Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f";
        let headers = [
            ("authorization", authorization),
            ("content-type", "application/json; charset=utf-8"),
            ("host", "cvm.tencentcloudapi.com"),
            ("x-tc-action", "DescribeInstances"),
            ("x-tc-timestamp", "1551113065"),
        ];
        let signed = Signed {
            method: "POST",
            path: "/",
            query: "",
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            body,
        };
        let key = AccessKey {
            id: "ID".into(),
            secret: "*".repeat(32),
        };
        let now = DateTime::from_timestamp(1_551_113_065 + seconds, 0).expect("a time");
        check(&signed, &key, now)
    }

    #[test]
    fn the_published_vector_passes() {
        assert_eq!(judge(BODY, 0), Ok("cvm".to_string()));
    }

    #[test]
    fn anything_changed_is_refused() {
        assert_eq!(judge(b"{}", 0), Err(Refused::Mismatch));
        assert_eq!(judge(BODY, 301), Err(Refused::Expired));
        assert_eq!(judge(BODY, -301), Err(Refused::Expired));
    }
}
