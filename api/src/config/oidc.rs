//! Applications of others.

use serde::Deserialize;

use super::Profile;

/// The OpenID Connect provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OidcSettings {
    /// Days after which new signing keys are made. 0: never by itself.
    pub rotate_keys_days: u32,
    /// Whether addresses that applications registered may lead to http and to inside. Unset: in a demo only.
    pub allow_private_network: Option<bool>,
    /// Whether DPoP proofs must hold a nonce of ours (RFC 9449 §8); one that they hold is looked at in any case. Unset: in
    /// production only.
    pub require_dpop_nonce: Option<bool>,
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            rotate_keys_days: 90,
            allow_private_network: None,
            require_dpop_nonce: None,
        }
    }
}

impl OidcSettings {
    /// Whether applications on this machine are called too.
    pub fn private_network(&self, profile: Profile) -> bool {
        self.allow_private_network
            .unwrap_or(profile == Profile::Demo)
    }

    /// Whether a proof without a nonce is refused.
    pub fn dpop_nonce(&self, profile: Profile) -> bool {
        self.require_dpop_nonce
            .unwrap_or(profile == Profile::Production)
    }
}
