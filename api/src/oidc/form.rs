//! Parameters as OAuth sends them: `application/x-www-form-urlencoded`, each at most once; an empty one is left out
//! (RFC 6749 §3.1, §3.2).

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::error::{ErrorCode, OAuthError};

/// Longer than any value that has a meaning here, but for `claims` and assertions.
const LONGEST: usize = 8192;

#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    repeated: Vec<String>,
}

impl Form {
    pub fn parse(text: &[u8]) -> Self {
        Self::of(form_urlencoded::parse(text).into_owned())
    }

    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            if value.is_empty() {
                continue;
            }
            if form.values.contains_key(&name) || value.len() > LONGEST {
                form.repeated.push(name.clone());
            }
            form.values.insert(name, value);
        }
        form
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a parameter came more than once: nobody knows then which one is meant.
    pub fn is_ambiguous(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    /// Refuses parameters that came more than once.
    pub fn once_each(&self) -> Result<(), OAuthError> {
        if self.repeated.is_empty() {
            Ok(())
        } else {
            Err(ErrorCode::InvalidRequest.because("a parameter is repeated or too long"))
        }
    }

    /// A parameter that must be there.
    pub fn required(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name)
            .ok_or_else(|| ErrorCode::InvalidRequest.because(missing))
    }

    pub fn into_pairs(self) -> BTreeMap<String, String> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_absent_and_twice_is_told() {
        let form = Form::parse(b"a=1&b=&a=2&c=x%20y+z");
        assert_eq!(form.get("c"), Some("x y z"));
        assert!(!form.has("b"));
        assert!(form.is_ambiguous("a") && !form.is_ambiguous("c"));
        assert!(form.once_each().is_err());
    }
}
