//! RSA2: SHA-256 with RSA (PKCS #1 v1.5), over sorted parameters one way and over the answer as it was written the other.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::provider::AlipaySettings;

/// Signs what we ask, verifies what Alipay answers.
pub struct Signer {
    ours: KeyPair,
    theirs: Vec<u8>,
}

impl Signer {
    /// # Errors
    /// When a key is not an RSA key of at least 2048 bits; the message names the setting.
    pub fn new(settings: &AlipaySettings) -> anyhow::Result<Self> {
        let ours = der(&settings.private_key.0).context("alipay.private_key")?;
        // Alipay's tools give out either form.
        let ours = KeyPair::from_pkcs8(&ours)
            .or_else(|_| KeyPair::from_der(&ours))
            .map_err(|_| anyhow!("alipay.private_key is not an RSA key"))?;
        anyhow::ensure!(
            ours.public_modulus_len() >= 256,
            "alipay.private_key must have at least 2048 bits"
        );
        let theirs = der(&settings.alipay_public_key).context("alipay.alipay_public_key")?;
        aws_lc_rs::signature::ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &theirs)
            .map_err(|_| anyhow!("alipay.alipay_public_key is not an RSA key"))?;
        Ok(Self { ours, theirs })
    }

    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, text: &str) -> anyhow::Result<String> {
        let mut signature = vec![0; self.ours.public_modulus_len()];
        self.ours
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .map_err(|_| anyhow!("RSA signature"))?;
        Ok(BASE64_STANDARD.encode(signature))
    }

    /// Whether Alipay wrote `raw`.
    pub fn verify(&self, raw: &str, signature: &str) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.theirs);
        BASE64_STANDARD
            .decode(signature)
            .is_ok_and(|signature| key.verify(raw.as_bytes(), &signature).is_ok())
    }
}

/// What is signed of a call: every parameter that is not empty, sorted by name, as it is and not encoded.
pub fn canonical(parameters: &BTreeMap<&'static str, String>) -> String {
    parameters
        .iter()
        .filter(|(name, value)| **name != "sign" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// A key as Alipay's tools write it: base64, with or without the lines of PEM around it.
pub fn der(text: &str) -> anyhow::Result<Vec<u8>> {
    let base64: String = text
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .flat_map(str::chars)
        .filter(|character| !character.is_whitespace())
        .collect();
    BASE64_STANDARD
        .decode(base64)
        .map_err(|_| anyhow!("not base64"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Secret;

    fn settings() -> AlipaySettings {
        AlipaySettings {
            alipay_public_key: renzheng_sandbox::ALIPAY_APP_PUBLIC_KEY.into(),
            ..AlipaySettings::sandbox("http://127.0.0.1:1/")
        }
    }

    fn parameters() -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("method", "alipay.system.oauth.token".to_string()),
            ("code", "张三/+=".into()),
            ("charset", "utf-8".into()),
            ("auth_token", String::new()),
            ("sign", "left out".into()),
            ("app_id", "2021000000000001".into()),
        ])
    }

    /// Made by `openssl dgst -sha256 -sign` with the sandbox's key.
    #[test]
    fn a_signature_is_what_openssl_makes() {
        let text = canonical(&parameters());
        assert_eq!(
            text,
            "app_id=2021000000000001&charset=utf-8&code=张三/+=&method=alipay.system.oauth.token"
        );
        let signer = Signer::new(&settings()).expect("keys");
        let signature = signer.sign(&text).expect("signed");
        assert_eq!(
            signature,
            "Z5Veqr1hlc9XAA4vjhdv2G9usJBNqMwxKJR4HWi8d8V8lZLayrz1aKJEqTXuJ6Z1xM+w00tUS3nkKr5Za8EFO2FS4vOktUy18XpRg2oo\
             g5mRn2rJYwKjEkuQgq6/koBbn1wLA67sod8YbWDTliRp4CpIDMx53fHbYG9wCQhfL2rAY6iTdt2iuXoQuSc2mjZ+7wTLPq/+LBA6qai1\
             ZLryEUW6BSInzmTl3+iQ/syeW3Bs5oBRiaXiK/ckklbxuNW1TPezE9Q1L6qFLK/bersK1zAbAL1W66ZrwiPKwduE8awUH7CrNGxsFi1t\
             /HIXjBMAzAEJbZfHKqFMP/snNI+/IA=="
        );
        assert!(signer.verify(&text, &signature));
        assert!(!signer.verify(&text.replace("utf-8", "gbk"), &signature));
        assert!(!signer.verify(&text, "") && !signer.verify(&text, "not base64!"));
    }

    #[test]
    fn keys_are_read_in_every_form_and_nothing_else_is() {
        let pem = |text: &str| format!("-----BEGIN KEY-----\n{text}\n-----END KEY-----\n");
        let mut wrapped = settings();
        wrapped.private_key = Secret(pem(&wrapped.private_key.0));
        wrapped.alipay_public_key = pem(&wrapped.alipay_public_key);
        assert!(Signer::new(&wrapped).is_ok());
        for (key, setting) in [("AAAA", "not an RSA key"), ("???", "alipay.private_key")] {
            let broken = AlipaySettings {
                private_key: Secret(key.into()),
                ..settings()
            };
            let message = format!("{:#}", Signer::new(&broken).err().expect("refused"));
            assert!(message.contains(setting), "{message}");
        }
        let broken = AlipaySettings {
            alipay_public_key: "AAAA".into(),
            ..settings()
        };
        let message = Signer::new(&broken).err().expect("refused").to_string();
        assert!(message.contains("alipay.alipay_public_key"), "{message}");
    }
}
