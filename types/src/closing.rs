//! Leaving: a copy of everything held, and closing the account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The account will be closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Closing {
    /// Until then, signing in keeps the account.
    pub closes_at: DateTime<Utc>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Closing {
        fn example() -> Self {
            Self {
                closes_at: DateTime::from_timestamp(1_794_296_000, 0).unwrap_or_default(),
            }
        }
    }
}
