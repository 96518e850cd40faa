//! Client applications: what may be registered about one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $word:ident),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            Serialize,
            Deserialize,
            strum::IntoStaticStr,
            strum::EnumString,
            strum::EnumIter,
        )]
        #[cfg_attr(
            feature = "openapi",
            derive(poem_openapi::Enum),
            oai(rename_all = "snake_case")
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum $name { $($(#[$each])* $word),+ }
    )+};
}

words! {
    /// How an application shows that it is itself.
    ClientAuth {
        /// A secret, in the header or in the form.
        ClientSecret,
        /// Tokens that it signs.
        PrivateKeyJwt,
        /// Not at all: programs in browsers and on phones keep no secret.
        None,
    }

    ClientGrant {
        /// People sign in to it.
        AuthorizationCode,
        RefreshToken,
        /// It speaks for itself.
        ClientCredentials,
    }

    SubjectKind {
        /// Another identifier for each sector.
        Pairwise,
        /// One identifier for all that are registered so.
        Public,
    }
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
pub enum SignatureAlgorithm {
    #[cfg_attr(feature = "openapi", oai(rename = "ES256"))]
    #[serde(rename = "ES256")]
    #[strum(serialize = "ES256")]
    Es256,
    #[cfg_attr(feature = "openapi", oai(rename = "RS256"))]
    #[serde(rename = "RS256")]
    #[strum(serialize = "RS256")]
    Rs256,
}

/// Public keys of an application that signs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct ClientKeys {
    /// A JWK Set, as text.
    pub jwks: Option<String>,
    /// Where they are.
    pub jwks_uri: Option<String>,
}

/// What can be changed about an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct ClientDetails {
    /// What people see.
    pub name: String,
    /// Where people are sent back, character for character.
    pub redirect_uris: Vec<String>,
    #[cfg_attr(feature = "openapi", oai(default))]
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    pub grant_types: Vec<ClientGrant>,
    /// Whose scripts may call the token endpoint; by default, for programs in browsers, those of the redirect URIs.
    #[cfg_attr(feature = "openapi", oai(default))]
    #[serde(default)]
    pub origins: Vec<String>,
    /// Why it asks for a scope, told to people.
    #[cfg_attr(feature = "openapi", oai(default))]
    #[serde(default)]
    pub purposes: BTreeMap<String, String>,
    /// The least real-name level of those who may sign in.
    #[cfg_attr(feature = "openapi", oai(default))]
    #[serde(default)]
    pub min_level: u8,
    /// Take pushed requests only (RFC 9126).
    #[cfg_attr(feature = "openapi", oai(default))]
    #[serde(default)]
    pub par_required: bool,
    pub home_uri: Option<String>,
    /// How it treats what it learns.
    pub policy_uri: Option<String>,
    /// Where it is told of sign-outs.
    pub backchannel_logout_uri: Option<String>,
    /// Where it is told of what happens to people: `level.changed`, `account.closed`.
    pub webhook_uri: Option<String>,
    /// For applications that sign.
    pub keys: Option<ClientKeys>,
}

/// An application to be registered. What is not among the details cannot be changed later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct NewClient {
    pub auth_method: ClientAuth,
    pub subject_type: SubjectKind,
    pub signing_alg: SignatureAlgorithm,
    /// The host that its identifiers are for, when its redirect URIs are on several.
    pub sector: Option<String>,
    pub details: ClientDetails,
}

/// An application in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct ClientEntry {
    pub id: String,
    pub name: String,
    pub auth_method: ClientAuth,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// All that were ever registered, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct ClientList {
    pub items: Vec<ClientEntry>,
    /// Always absent: there are few.
    pub next_cursor: Option<String>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Client {
    pub id: String,
    pub auth_method: ClientAuth,
    pub subject_type: SubjectKind,
    pub signing_alg: SignatureAlgorithm,
    pub sector: String,
    pub details: ClientDetails,
    /// Until when the secret before is still taken.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// What it is told by webhook is signed with; only in the answer to the change that gave it a webhook.
    pub webhook_secret: Option<String>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// An application just registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct ClientRegistered {
    pub client: Client,
    /// Shown this once; absent when the application has none.
    pub secret: Option<String>,
    /// What it is told by webhook is signed with. Shown this once, too.
    pub webhook_secret: Option<String>,
}

/// A new secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct ClientSecret {
    /// Shown this once.
    pub secret: String,
    /// Until when the one before is still taken.
    pub old_secret_until: DateTime<Utc>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const SECRET: &str = "AZMbbp1gekOMHy9Lan2eAQAZMbbp1gekOMHy9Lan2eA";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }

    impl Example for ClientDetails {
        fn example() -> Self {
            Self {
                name: "办事预约".into(),
                redirect_uris: vec!["https://app.example/callback".into()],
                scopes: vec!["openid".into(), "profile".into()],
                grant_types: vec![ClientGrant::AuthorizationCode, ClientGrant::RefreshToken],
                ..Self::default()
            }
        }
    }

    impl Example for NewClient {
        fn example() -> Self {
            Self {
                auth_method: ClientAuth::ClientSecret,
                subject_type: SubjectKind::Pairwise,
                signing_alg: SignatureAlgorithm::Es256,
                sector: None,
                details: ClientDetails::example(),
            }
        }
    }

    impl Example for ClientEntry {
        fn example() -> Self {
            Self {
                id: "app-7k2m9q4x1b8d".into(),
                name: "办事预约".into(),
                auth_method: ClientAuth::ClientSecret,
                created_at: at(1_793_000_000),
                disabled_at: None,
            }
        }
    }

    impl Example for Client {
        fn example() -> Self {
            Self {
                id: "app-7k2m9q4x1b8d".into(),
                auth_method: ClientAuth::ClientSecret,
                subject_type: SubjectKind::Pairwise,
                signing_alg: SignatureAlgorithm::Es256,
                sector: "app.example".into(),
                details: ClientDetails::example(),
                old_secret_until: None,
                webhook_secret: None,
                created_at: at(1_793_000_000),
                disabled_at: None,
            }
        }
    }

    impl Example for ClientRegistered {
        fn example() -> Self {
            Self {
                client: Client::example(),
                secret: Some(SECRET.into()),
                webhook_secret: None,
            }
        }
    }

    impl Example for ClientSecret {
        fn example() -> Self {
            Self {
                secret: SECRET.into(),
                old_secret_until: at(1_793_086_400),
            }
        }
    }
}
