//! What the upstreams have in common: HMAC signatures, and answers of which only short plain words are kept, so that an
//! upstream can put nothing else into our log.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A text field of an answer; empty when it is not there.
pub fn short_text(body: &Value, field: &str) -> String {
    match &body[field] {
        Value::String(text) => plain_word(text),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// At most 100 visible ASCII characters.
pub fn plain_word(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_graphic)
        .take(100)
        .collect()
}

/// HMAC-SHA256, as most upstreams sign with.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        // HMAC takes keys of any length.
        Err(_) => Vec::new(),
    }
}
