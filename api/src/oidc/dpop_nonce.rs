//! Nonces for DPoP proofs (RFC 9449 §8, §9): they show that a proof was made now, and not beforehand by somebody who could
//! use the key for a moment only. A nonce is a MAC over the window of time it was given out in, so every node knows those
//! of all others and keeps none. See docs/decisions/0100.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq;

use crate::crypto::Vault;

/// In seconds. A nonce is taken in the window that it was given out in, and in the next.
const WINDOW: i64 = 300;
/// How far ahead the clock of a node that gave one out may be, in seconds.
const AHEAD: i64 = 60;

/// The nonce that is given out now.
pub fn newest(vault: &Vault, now: DateTime<Utc>) -> String {
    at(vault, now.timestamp())
}

/// Whether a proof with this nonce is taken.
pub fn is_taken(vault: &Vault, now: DateTime<Utc>, nonce: &str) -> bool {
    let now = now.timestamp();
    // Every one is compared, in equal time.
    let right = [now, now.saturating_sub(WINDOW), now.saturating_add(AHEAD)]
        .map(|time| at(vault, time))
        .iter()
        .fold(0_u8, |right, known| {
            right | known.as_bytes().ct_eq(nonce.as_bytes()).unwrap_u8()
        });
    right == 1
}

fn at(vault: &Vault, timestamp: i64) -> String {
    let window = timestamp.div_euclid(WINDOW);
    BASE64_URL_SAFE_NO_PAD.encode(vault.mac("dpop-nonce", &[&window.to_be_bytes()]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::{MasterKey, vault::tests::vault_of};

    fn vault(digits: &str) -> Vault {
        vault_of(&MasterKey::from_text(&digits.repeat(32)).expect("a key"))
    }

    fn time(timestamp: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(timestamp, 0).expect("a time")
    }

    proptest! {
        // A51, D13
        #[test]
        fn a_nonce_is_taken_by_every_node_for_one_to_two_windows(
            given in 0..4_000_000_000_i64,
            later in -2 * WINDOW..4 * WINDOW,
        ) {
            let (one, other) = (vault("17"), vault("17"));
            let nonce = newest(&one, time(given));
            let taken = is_taken(&other, time(given + later), &nonce);
            if (-AHEAD..=WINDOW).contains(&later) {
                prop_assert!(taken);
            }
            if !(-WINDOW - AHEAD..2 * WINDOW).contains(&later) {
                prop_assert!(!taken);
            }
            prop_assert!(!is_taken(&vault("18"), time(given), &nonce), "of other keys");
        }

        // A51, C16
        #[test]
        fn what_was_not_given_out_is_not_taken(
            now in 0..4_000_000_000_i64,
            text in "\\PC{0,50}",
            place in 0..43_usize,
            letter in "[A-Za-z0-9_-]",
        ) {
            let vault = vault("17");
            let nonce = newest(&vault, time(now));
            prop_assert!(!is_taken(&vault, time(now), &text));
            let mut forged = nonce.clone();
            forged.replace_range(place..=place, &letter);
            prop_assert_eq!(is_taken(&vault, time(now), &forged), forged == nonce);
        }
    }
}
