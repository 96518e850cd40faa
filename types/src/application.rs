//! Applications of others: what they ask for, what a person lets them know, and what they read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Locale;

/// An application that people can sign in to with this account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct Application {
    /// Its `client_id`.
    pub id: String,
    pub name: String,
    pub home_url: Option<String>,
    /// A picture, as a `data:` URL.
    pub logo: Option<String>,
    /// How it treats what it learns.
    pub policy_url: Option<String>,
}

/// What is to be done next for an application to get its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizationStep {
    /// The person must sign in anew.
    SignIn,
    /// The person must raise their level first.
    Level,
    /// The person is to say what the application may know.
    Consent,
    /// Everything is known: decide with an empty list.
    Ready,
}

/// What an application asks of the signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Authorization {
    pub application: Application,
    pub step: AuthorizationStep,
    /// The person's level now.
    pub level: u8,
    /// The level that the application needs.
    pub needed_level: u8,
    /// The account that would sign in: its phone, masked.
    pub account: String,
    pub items: Vec<ConsentItem>,
    /// The language that the application asked for.
    pub locale: Option<Locale>,
}

/// Something that an application asks to know or do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ConsentItem {
    /// The scope: `phone`.
    pub scope: String,
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// What the application would learn, masked.
    pub values: Vec<ConsentValue>,
    /// Cannot be left out.
    pub required: bool,
    /// Sensitive: agreed to by itself, never presumed.
    pub separate: bool,
    /// Agreed to before.
    pub agreed: bool,
}

/// A datum, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ConsentValue {
    pub label: String,
    pub value: String,
}

/// The person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct AuthorizationDecision {
    pub allow: bool,
    /// The scopes agreed to, of those asked for.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub scopes: Vec<String>,
}

/// Where the browser goes now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct AuthorizationAnswer {
    pub redirect_url: String,
}

/// A scope in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct NamedScope {
    pub scope: String,
    pub title: String,
}

/// What a person lets an application know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Consent {
    pub application: Application,
    pub scopes: Vec<NamedScope>,
    pub granted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// When it last read something.
    pub last_read_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct ConsentList {
    pub items: Vec<Consent>,
    pub next_cursor: Option<String>,
}

/// An application has read something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Disclosure {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub client_id: String,
    /// The application's name.
    pub name: String,
    pub data: Vec<NamedScope>,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct DisclosureList {
    pub items: Vec<Disclosure>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    fn application() -> Application {
        Application {
            id: "app-7mq2v4k9x0tz".into(),
            name: "市民中心办事预约".into(),
            home_url: Some("https://booking.example.cn".into()),
            logo: None,
            policy_url: Some("https://booking.example.cn/privacy".into()),
        }
    }

    fn phone() -> NamedScope {
        NamedScope {
            scope: "phone".into(),
            title: "手机号码".into(),
        }
    }

    impl Example for Authorization {
        fn example() -> Self {
            Self {
                application: application(),
                step: AuthorizationStep::Consent,
                level: 1,
                needed_level: 0,
                account: "135****0330".into(),
                items: vec![ConsentItem {
                    scope: "phone".into(),
                    title: "手机号码".into(),
                    purpose: "联系您、发送办理进度".into(),
                    values: vec![ConsentValue {
                        label: "手机号码".into(),
                        value: "135****0330".into(),
                    }],
                    required: false,
                    separate: false,
                    agreed: false,
                }],
                locale: None,
            }
        }
    }

    impl Example for AuthorizationDecision {
        fn example() -> Self {
            Self {
                allow: true,
                scopes: vec!["phone".into()],
            }
        }
    }

    impl Example for AuthorizationAnswer {
        fn example() -> Self {
            Self {
                redirect_url: "https://booking.example.cn/callback?code=…&state=…&iss=…".into(),
            }
        }
    }

    impl Example for Consent {
        fn example() -> Self {
            Self {
                application: application(),
                scopes: vec![phone()],
                granted_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                updated_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                last_read_at: None,
            }
        }
    }

    impl Example for Disclosure {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e07),
                at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                client_id: application().id,
                name: application().name,
                data: vec![phone()],
            }
        }
    }
}
