//! Verifying through Alipay: there and back.

use serde::{Deserialize, Serialize};

/// Where to go to sign in at Alipay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct AlipayRedirect {
    /// Alipay's page. It leads back to `/me/verifications/alipay/callback` of the web pages.
    pub redirect_url: String,
    /// Comes back with the person; good for one callback of this session.
    pub state: String,
    /// Seconds until `state` lapses.
    pub expires_in: u32,
}

/// What Alipay has put into the address on the way back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct AlipayCallback {
    pub state: String,
    /// Works once.
    pub auth_code: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const STATE: &str = "hb1n2Y6oKpQm0sVx3T8uWc5rZy7aEd9fGj4kLi6NqRs.1f8b6c0e5a7d4932";

    impl Example for AlipayRedirect {
        fn example() -> Self {
            Self {
                redirect_url: format!(
                    "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm?app_id=2021000000000001&scope=auth_user&state={STATE}"
                ),
                state: STATE.into(),
                expires_in: 600,
            }
        }
    }

    impl Example for AlipayCallback {
        fn example() -> Self {
            Self {
                state: STATE.into(),
                auth_code: "4b203fe6c11548bcabd8da5bb087a83b".into(),
            }
        }
    }
}
