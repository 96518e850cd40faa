//! ACS3-HMAC-SHA256, Aliyun's request signature, version 3.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::provider::hmac_sha256 as mac;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// A call to sign: a POST without a body.
pub struct Call<'a> {
    pub path: &'a str,
    pub host: &'a str,
    pub action: &'a str,
    pub version: &'a str,
    /// As [`canonical_query`] makes it.
    pub query: &'a str,
    /// `2023-10-26T10:22:32Z`
    pub date: &'a str,
    pub nonce: &'a str,
    pub key_id: &'a str,
    pub secret: &'a str,
}

/// The headers that make the call a signed one; `host` goes beside them.
pub fn sign(call: &Call<'_>) -> Vec<(&'static str, String)> {
    let body = hex::encode(Sha256::digest(b""));
    let path = if call.path.is_empty() { "/" } else { call.path };
    let headers = [
        ("host", call.host),
        ("x-acs-action", call.action),
        ("x-acs-content-sha256", &body),
        ("x-acs-date", call.date),
        ("x-acs-signature-nonce", call.nonce),
        ("x-acs-version", call.version),
    ];
    let names = headers.map(|(name, _)| name).join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let canonical = format!("POST\n{path}\n{}\n{lines}\n{names}\n{body}", call.query);
    let to_sign = format!("{ALGORITHM}\n{}", hex::encode(Sha256::digest(canonical)));
    let signature = hex::encode(mac(call.secret.as_bytes(), to_sign.as_bytes()));
    let authorization = format!(
        "{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}",
        call.key_id
    );
    let mut signed: Vec<(&'static str, String)> = headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| (*name, (*value).to_string()))
        .collect();
    signed.push(("authorization", authorization));
    signed
}

/// `k=v&…`, sorted by key, percent-encoded by RFC 3986.
pub fn canonical_query(parameters: &BTreeMap<&'static str, String>) -> String {
    parameters
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// RFC 3986: everything but unreserved characters.
fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Aliyun's own documentation.
    #[test]
    fn the_published_vector() {
        let query = canonical_query(&BTreeMap::from([
            (
                "ImageId",
                "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd".to_string(),
            ),
            ("RegionId", "cn-shanghai".to_string()),
        ]));
        let signed = sign(&Call {
            path: "/",
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            version: "2014-05-26",
            query: &query,
            date: "2023-10-26T10:22:32Z",
            nonce: "3156853299f313e23d1673dc12e1703d",
            key_id: "YourAccessKeyId",
            secret: "YourAccessKeySecret",
        });
        let (_, authorization) = signed.last().expect("a header");
        assert!(
            authorization.ends_with(
                "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
            ),
            "{authorization}"
        );
    }

    #[test]
    fn queries_are_sorted_and_encoded() {
        let query = canonical_query(&BTreeMap::from([
            ("b", "张 *+~/".to_string()),
            ("a", String::new()),
        ]));
        assert_eq!(query, "a=&b=%E5%BC%A0%20%2A%2B~%2F");
    }
}
