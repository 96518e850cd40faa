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
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            rotate_keys_days: 90,
            allow_private_network: None,
        }
    }
}

impl OidcSettings {
    /// Whether applications on this machine are called too.
    pub fn private_network(&self, profile: Profile) -> bool {
        self.allow_private_network
            .unwrap_or(profile == Profile::Demo)
    }
}
