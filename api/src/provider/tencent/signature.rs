//! TC3-HMAC-SHA256, Tencent Cloud's request signature, version 3.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::provider::hmac_sha256 as mac;

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SIGNED_HEADERS: &str = "content-type;host;x-tc-action";
pub const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// A call to sign: a POST of JSON.
pub struct Call<'a> {
    pub service: &'a str,
    pub path: &'a str,
    pub host: &'a str,
    pub action: &'a str,
    pub body: &'a [u8],
    pub at: DateTime<Utc>,
    pub secret_id: &'a str,
    pub secret_key: &'a str,
}

/// The value of the `Authorization` header.
pub fn authorization(call: &Call<'_>) -> String {
    let date = call.at.format("%Y-%m-%d").to_string();
    let scope = format!("{date}/{}/tc3_request", call.service);
    let path = if call.path.is_empty() { "/" } else { call.path };
    let canonical = format!(
        "POST\n{path}\n\ncontent-type:{CONTENT_TYPE}\nhost:{}\nx-tc-action:{}\n\n{SIGNED_HEADERS}\n{}",
        call.host,
        call.action.to_ascii_lowercase(),
        hex::encode(Sha256::digest(call.body)),
    );
    let to_sign = format!(
        "{ALGORITHM}\n{}\n{scope}\n{}",
        call.at.timestamp(),
        hex::encode(Sha256::digest(canonical))
    );
    let secret = format!("TC3{}", call.secret_key);
    let key = [date.as_str(), call.service, "tc3_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| mac(&key, part.as_bytes()));
    let signature = hex::encode(mac(&key, to_sign.as_bytes()));
    format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}",
        call.secret_id
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Tencent's own documentation.
    #[test]
    fn the_published_vector() {
        let body = br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let authorization = authorization(&Call {
            service: "cvm",
            path: "/",
            host: "cvm.tencentcloudapi.com",
            action: "DescribeInstances",
            body,
            at: DateTime::from_timestamp(1_551_113_065, 0).expect("a time"),
            secret_id: "ID",
            secret_key: &"*".repeat(32),
        });
        assert_eq!(
            authorization,
            "TC3-HMAC-SHA256 Credential=ID/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host;x-tc-action, \
             Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        );
    }
}
