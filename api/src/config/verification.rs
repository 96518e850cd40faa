//! Which verification methods are on, what level each gives, and for how long.

use std::collections::BTreeMap;

use renzheng_types::verification::Method;
use serde::Deserialize;

/// Real-name verification.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VerificationSettings {
    /// Overrides of the level a method gives (1 to 3), by method.
    pub levels: BTreeMap<Method, u8>,
    /// Methods that are not offered.
    pub disabled: Vec<Method>,
    /// Days that a passed method stays valid, by method. A method not listed stays valid.
    pub valid_days: BTreeMap<Method, u32>,
}
