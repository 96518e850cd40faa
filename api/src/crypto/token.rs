//! Secrets made up here: opaque tokens and short codes.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const LENGTH: usize = 32;

/// 256 random bits, given to one holder as text and kept here as their [digest](OpaqueToken::digest) only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OpaqueToken([u8; LENGTH]);

impl OpaqueToken {
    /// A new one, from a generator that the operating system seeds.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads what [`OpaqueToken::text`] wrote; nothing else is a token.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; LENGTH + 1]);
        let length = BASE64_URL_SAFE_NO_PAD
            .decode_slice(text, &mut *bytes)
            .ok()?;
        bytes[..length].try_into().ok().map(Self)
    }

    /// What the holder is given: 43 characters of base64url (RFC 4648 §5).
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }

    /// SHA-256, what is stored. A token has too much entropy to be guessed from it.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The digest of a token given as text.
    pub fn digest_of(text: &str) -> Option<[u8; 32]> {
        Self::parse(text).map(|token| token.digest())
    }
}

impl fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueToken(…)")
    }
}

/// A code of decimal digits, leading zeros and all, every one as likely as any other.
pub fn random_code(digits: usize) -> String {
    let mut rng = rand::rng();
    let digit = || char::from(rng.random_range(b'0'..=b'9'));
    std::iter::repeat_with(digit).take(digits).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_are_read_back() {
        let token = OpaqueToken::random();
        let text = token.text();
        assert_eq!(text.len(), 43);
        assert_eq!(OpaqueToken::digest_of(&text), Some(token.digest()));
        assert_ne!(OpaqueToken::random().digest(), token.digest());
        assert_eq!(format!("{token:?}"), "OpaqueToken(…)");
    }

    // C16
    #[test]
    fn only_tokens_are_read() {
        let text = OpaqueToken::random().text();
        let longer = BASE64_URL_SAFE_NO_PAD.encode([0; LENGTH + 1]);
        let shorter = BASE64_URL_SAFE_NO_PAD.encode([0; LENGTH - 1]);
        // The last of 43 characters carries four bits: ending in B, it would be another spelling of A.
        let another_spelling = format!("{}B", "A".repeat(42));
        let others = [
            "",
            &text[1..],
            &format!("{}=", &*text),
            &longer,
            &longer.repeat(9),
            &shorter,
            &another_spelling,
            "中文",
        ];
        for other in others {
            assert!(OpaqueToken::parse(other).is_none(), "{other}");
        }
    }

    // A18
    #[test]
    fn codes_are_uniform() {
        let codes: Vec<String> = (0..10_000).map(|_| random_code(6)).collect();
        assert!(codes.iter().all(|code| code.len() == 6));
        assert!(codes.iter().collect::<BTreeSet<_>>().len() > 9_800);
        for place in 0..6 {
            let mut seen = [0_i64; 10];
            for code in &codes {
                seen[usize::from(code.as_bytes()[place] - b'0')] += 1;
            }
            // Nine degrees of freedom: past 45 once in a million.
            let chi2: i64 = seen.iter().map(|n| (n - 1000).pow(2)).sum::<i64>() / 1000;
            assert!(chi2 < 60, "place {place}: {seen:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_token_or_not(text: String) {
            if let Some(token) = OpaqueToken::parse(&text) {
                prop_assert_eq!(&*token.text(), &text);
            }
        }
    }
}
