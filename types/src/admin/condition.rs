//! How the service and those it stands on are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderState {
    /// Answers, or was not asked yet.
    Working,
    /// Failed lately, and is still asked.
    Failing,
    /// Failed so often in a row that it is left alone for a while.
    LeftAlone,
}

/// A service of others, for one of the things it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct ProviderCondition {
    /// As it is called in the configuration.
    pub name: String,
    /// `sms`, or a verification method.
    pub serves: String,
    pub state: ProviderState,
    /// In a row.
    pub failures: u32,
    /// Until when it is left alone.
    pub until: Option<DateTime<Utc>>,
}

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct QueueCondition {
    /// `sms`, `mail`, `verification`, `sign-out` or `audit`.
    pub name: String,
    /// At most 100,000 are counted.
    pub waiting: u64,
    /// Age of the oldest, in seconds.
    pub oldest_seconds: Option<u64>,
}

/// How one node finds the providers, and when it said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct NodeCondition {
    pub node_id: Uuid,
    pub version: String,
    pub at: DateTime<Utc>,
    pub providers: Vec<ProviderCondition>,
}

/// Each node finds out for itself whether a provider works. The queues are those of all nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Condition {
    /// The node that answers.
    pub node_id: Uuid,
    pub version: String,
    pub at: DateTime<Utc>,
    /// As the node finds each that finds it worst.
    pub providers: Vec<ProviderCondition>,
    pub queues: Vec<QueueCondition>,
    /// All nodes that serve, the one that answers first; others as they said within the last seconds.
    #[serde(default)]
    pub nodes: Vec<NodeCondition>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Condition {
        fn example() -> Self {
            let providers = vec![ProviderCondition {
                name: "aliyun".into(),
                serves: "sms".into(),
                state: ProviderState::Working,
                failures: 0,
                until: None,
            }];
            let own = NodeCondition {
                node_id: Uuid::from_u128(0x01931b6e_9d60_4a43_8c1f_2f4b6a7d9e51),
                version: "0.1.0".into(),
                at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                providers: providers.clone(),
            };
            Self {
                node_id: own.node_id,
                version: own.version.clone(),
                at: own.at,
                providers,
                queues: vec![QueueCondition {
                    name: "sms".into(),
                    waiting: 0,
                    oldest_seconds: None,
                }],
                nodes: vec![own],
            }
        }
    }
}
