//! Tokens that are brought back: ours and unchanged, or refused.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use renzheng::crypto::{FamilyToken, OpaqueToken};
use renzheng_fuzz::Stand;
use serde_json::{Value, json};
use uuid::Uuid;

const ISSUER: &str = "https://id.example.cn";
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims =
        json!({"iss": ISSUER, "aud": "api", "sub": "x", "exp": 4_000_000_000_i64, "iat": 1});
    Stand::get()
        .signing
        .sign("at+jwt", &claims)
        .expect("signed")
});
static FAMILY: LazyLock<String> = LazyLock::new(|| {
    let token = FamilyToken::issue(&Stand::get().vault, "refresh-token", Uuid::nil());
    token.text().to_string()
});

fuzz_target!(|text: &str| {
    let stand = Stand::get();
    let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
    let verify = |token: &str| {
        let verified = stand
            .signing
            .verify::<Value>("at+jwt", token, "api", ISSUER, now);
        verified.is_ok()
    };
    let family = |token: &str| FamilyToken::parse(&stand.vault, "refresh-token", token).is_some();
    assert!(verify(&GOOD) && family(&FAMILY));
    assert_eq!(verify(text), text == *GOOD);
    assert_eq!(family(text), text == *FAMILY);
    // Good ones with a part exchanged.
    for part in 0..3 {
        let mut parts: Vec<&str> = GOOD.split('.').collect();
        let same = parts[part] == text;
        parts[part] = text;
        assert!(same || !verify(&parts.join(".")), "{text:?} as part {part}");
    }
    let read = OpaqueToken::parse(text);
    if let Some(token) = read {
        assert_eq!(token.text().as_str(), text);
    }
});
