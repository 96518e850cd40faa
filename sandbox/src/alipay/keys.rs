//! RSA2 as Alipay's gateway does it, and the keys of both sides. Written apart from the client's on purpose: a mistake
//! made on one side shows.

use std::collections::HashMap;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};

/// The application that is registered with the pretended Alipay.
pub const ALIPAY_APP_ID: &str = "2021000000000001";
/// Its key. Everybody can read it here, so it guards nothing, and production refuses it.
pub const ALIPAY_APP_PRIVATE_KEY: &str = include_str!("../../assets/alipay/app-private.txt");
pub const ALIPAY_APP_PUBLIC_KEY: &str = include_str!("../../assets/alipay/app-public.txt");
/// The pretended Alipay's own.
pub const ALIPAY_PUBLIC_KEY: &str = include_str!("../../assets/alipay/gateway-public.txt");
const PRIVATE_KEY: &str = include_str!("../../assets/alipay/gateway-private.txt");

/// Whether the application signed these parameters.
pub fn verify(parameters: &HashMap<String, String>) -> bool {
    let mut signed: Vec<String> = parameters
        .iter()
        .filter(|(name, value)| name.as_str() != "sign" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    signed.sort_unstable();
    let (Some(signature), Some(key)) = (
        parameters.get("sign").and_then(|sign| decode(sign)),
        decode(ALIPAY_APP_PUBLIC_KEY),
    ) else {
        return false;
    };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(signed.join("&").as_bytes(), &signature)
        .is_ok()
}

/// The gateway's signature under an answer; empty when there is no key to sign with.
pub fn sign(answer: &str) -> String {
    let key = decode(PRIVATE_KEY).and_then(|der| KeyPair::from_der(&der).ok());
    let Some(key) = key else {
        return String::new();
    };
    let mut signature = vec![0; key.public_modulus_len()];
    let signed = key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        answer.as_bytes(),
        &mut signature,
    );
    signed.map_or_else(|_| String::new(), |()| BASE64_STANDARD.encode(signature))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_whitespace().collect();
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl dgst -sha256 -sign`.
    const SIGNED_BY_OPENSSL: &str = "Z5Veqr1hlc9XAA4vjhdv2G9usJBNqMwxKJR4HWi8d8V8lZLayrz1aKJEqTXuJ6Z1xM+w00tUS3nkKr5Za8EFO2FS4vOktUy18XpRg2oo\
         g5mRn2rJYwKjEkuQgq6/koBbn1wLA67sod8YbWDTliRp4CpIDMx53fHbYG9wCQhfL2rAY6iTdt2iuXoQuSc2mjZ+7wTLPq/+LBA6qai1\
         ZLryEUW6BSInzmTl3+iQ/syeW3Bs5oBRiaXiK/ckklbxuNW1TPezE9Q1L6qFLK/bersK1zAbAL1W66ZrwiPKwduE8awUH7CrNGxsFi1t\
         /HIXjBMAzAEJbZfHKqFMP/snNI+/IA==";

    #[test]
    fn what_openssl_signed_is_verified_and_nothing_else_is() {
        let mut parameters: HashMap<String, String> = [
            ("app_id", "2021000000000001"),
            ("method", "alipay.system.oauth.token"),
            ("charset", "utf-8"),
            ("code", "张三/+="),
            ("auth_token", ""),
            ("sign", SIGNED_BY_OPENSSL),
        ]
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .into();
        assert!(verify(&parameters));
        parameters.insert("code".into(), "李四".into());
        assert!(!verify(&parameters));
        parameters.remove("sign");
        assert!(!verify(&parameters));
    }

    #[test]
    fn answers_are_signed_by_the_gateway() {
        let key = decode(ALIPAY_PUBLIC_KEY).expect("a key");
        let signature = decode(&sign(r#"{"code":"10000"}"#)).expect("base64");
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        assert!(key.verify(br#"{"code":"10000"}"#, &signature).is_ok());
        assert!(key.verify(br#"{"code":"40004"}"#, &signature).is_err());
    }
}
