//! What a sign-in asks beside the first proof.

use serde::Deserialize;

/// Sign-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInSettings {
    /// When a second factor is asked. Unset: `new-device` in production, `never` in a demo. An account with an
    /// authenticator app is asked on new devices in any case.
    pub second_factor: Option<SecondFactorPolicy>,
    /// A phone that nobody has proven to hold for this many days may have a new owner: an SMS code alone opens nothing.
    pub phone_proof_days: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactorPolicy {
    Never,
    NewDevice,
    Always,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            second_factor: None,
            phone_proof_days: 90,
        }
    }
}
