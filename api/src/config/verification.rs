//! Which verification methods are on, what level each gives, for how long, and who is asked.

use std::collections::BTreeMap;

use renzheng_types::verification::Method;
use serde::Deserialize;

/// Real-name verification.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VerificationSettings {
    /// Overrides of the level a method gives (1 to 3), by method.
    pub levels: BTreeMap<Method, u8>,
    /// Methods that are not offered.
    pub disabled: Vec<Method>,
    /// Days that a passed method stays valid, by method. A method not listed stays valid.
    pub valid_days: BTreeMap<Method, u32>,
    /// Who is asked, by method, in the order of fail-over: `aliyun`, `tencent`, or a name under `[authorities]`.
    pub routes: BTreeMap<Method, Vec<String>>,
    /// How long one authority may take before the next is asked.
    pub answer_seconds: u64,
    /// The same, for one that looks at pictures.
    pub face_answer_seconds: u64,
    /// Questions to one authority under way at once.
    pub at_once: usize,
    /// The most verifications that are begun in a day, by whomever: what a flood may cost.
    pub daily_budget: u64,
}

impl Default for VerificationSettings {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            disabled: Vec::new(),
            valid_days: BTreeMap::new(),
            routes: BTreeMap::new(),
            answer_seconds: 5,
            face_answer_seconds: 15,
            at_once: 16,
            daily_budget: 100_000,
        }
    }
}

/// Who is asked where the configuration does not say.
const ROUTES: [(Method, &str); 7] = [
    (Method::IdCard, "aliyun"),
    (Method::BankCard, "aliyun"),
    (Method::Telecom, "aliyun"),
    (Method::SocialSecurity, "authority"),
    (Method::ProvidentFund, "authority"),
    (Method::DrivingLicence, "authority"),
    (Method::Face, "authority"),
];

impl VerificationSettings {
    /// Who is asked, for each method that is offered.
    pub fn routes(&self) -> BTreeMap<Method, Vec<String>> {
        let mut routes: BTreeMap<Method, Vec<String>> = ROUTES
            .iter()
            .map(|(method, authority)| (*method, vec![(*authority).to_string()]))
            .collect();
        routes.extend(self.routes.clone());
        routes.retain(|method, _| !self.disabled.contains(method));
        routes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_the_default_until_configured() {
        let settings: VerificationSettings = toml::from_str(
            "disabled = [\"telecom\"]\n[routes]\nbank-card = [\"tencent\", \"aliyun\"]",
        )
        .expect("valid");
        let routes = settings.routes();
        assert_eq!(routes[&Method::BankCard], ["tencent", "aliyun"]);
        assert_eq!(routes[&Method::IdCard], ["aliyun"]);
        assert_eq!(routes[&Method::SocialSecurity], ["authority"]);
        assert!(!routes.contains_key(&Method::Telecom));
    }
}
