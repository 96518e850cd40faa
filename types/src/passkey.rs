//! Passkeys (WebAuthn): a device that knows the person signs what the server asks.
//!
//! Credentials have the form that the browser's `PublicKeyCredential.toJSON()` gives them; more fields than these do no
//! harm.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Passkey {
    pub id: Uuid,
    /// What the person calls it.
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct PasskeyList {
    pub items: Vec<Passkey>,
}

/// A new name for a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct PasskeyName {
    /// 1 to 20 characters.
    pub name: String,
}

/// What the browser made of a `PasskeyEnrolment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewPasskey {
    /// 1 to 20 characters.
    pub name: String,
    pub credential: RegistrationCredential,
}

/// `RegistrationResponseJSON`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct RegistrationCredential {
    pub id: String,
    #[serde(rename = "rawId")]
    #[cfg_attr(feature = "openapi", oai(rename = "rawId"))]
    pub raw_id: String,
    /// `public-key`
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", oai(rename = "type"))]
    pub kind: String,
    pub response: AttestationResponse,
}

/// `AuthenticatorAttestationResponseJSON`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    #[cfg_attr(feature = "openapi", oai(rename = "clientDataJSON"))]
    pub client_data_json: String,
    #[serde(rename = "attestationObject")]
    #[cfg_attr(feature = "openapi", oai(rename = "attestationObject"))]
    pub attestation_object: String,
}

/// A passkey just added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasskeyAdded {
    pub passkey: Passkey,
    /// Given out, this once, with the first second factor; empty otherwise.
    pub recovery_codes: Vec<String>,
}

/// The answer to a `PasskeyChallenge`, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasskeyAssertion {
    /// From the challenge.
    pub challenge: String,
    pub credential: AssertionCredential,
}

/// `AuthenticationResponseJSON`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AssertionCredential {
    pub id: String,
    #[serde(rename = "rawId")]
    #[cfg_attr(feature = "openapi", oai(rename = "rawId"))]
    pub raw_id: String,
    /// `public-key`
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", oai(rename = "type"))]
    pub kind: String,
    pub response: AssertionResponse,
}

/// `AuthenticatorAssertionResponseJSON`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    #[cfg_attr(feature = "openapi", oai(rename = "clientDataJSON"))]
    pub client_data_json: String,
    #[serde(rename = "authenticatorData")]
    #[cfg_attr(feature = "openapi", oai(rename = "authenticatorData"))]
    pub authenticator_data: String,
    pub signature: String,
    /// Whose passkey it is.
    #[serde(rename = "userHandle", default)]
    #[cfg_attr(feature = "openapi", oai(rename = "userHandle"))]
    pub user_handle: Option<String>,
}

/// What a passkey of the account is to sign. The pages hand its text to the browser as it is.
#[cfg(feature = "openapi")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, poem_openapi::Object)]
#[oai(example)]
pub struct PasskeyChallenge {
    /// Names the challenge in the answer.
    pub challenge: String,
    /// For `navigator.credentials.get` (`PublicKeyCredentialRequestOptionsJSON`).
    pub public_key: serde_json::Value,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// A passkey about to be made. The pages hand its text to the browser as it is.
#[cfg(feature = "openapi")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, poem_openapi::Object)]
#[oai(example)]
pub struct PasskeyEnrolment {
    /// For `navigator.credentials.create` (`PublicKeyCredentialCreationOptionsJSON`).
    pub public_key: serde_json::Value,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;
    use serde_json::json;

    use super::*;

    const CHALLENGE: &str = "rZxJ0Y3mS4vVQk1uB8a7wE2pH6tL9dNfKcGqXyRo5Ws";

    impl Example for Passkey {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e21),
                name: "我的手机".into(),
                created_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                last_used_at: DateTime::from_timestamp(1_793_600_000, 0),
            }
        }
    }

    impl Example for PasskeyName {
        fn example() -> Self {
            Self {
                name: "我的手机".into(),
            }
        }
    }

    impl Example for NewPasskey {
        fn example() -> Self {
            Self {
                name: "我的手机".into(),
                credential: RegistrationCredential {
                    id: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                    raw_id: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                    kind: "public-key".into(),
                    response: AttestationResponse {
                        client_data_json: "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0".into(),
                        attestation_object: "o2NmbXRkbm9uZQ".into(),
                    },
                },
            }
        }
    }

    impl Example for PasskeyAdded {
        fn example() -> Self {
            Self {
                passkey: Passkey::example(),
                recovery_codes: vec!["k7wq2-9hfxa-m3rtd".into()],
            }
        }
    }

    impl Example for PasskeyAssertion {
        fn example() -> Self {
            Self {
                challenge: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                credential: AssertionCredential {
                    id: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                    raw_id: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                    kind: "public-key".into(),
                    response: AssertionResponse {
                        client_data_json: "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0".into(),
                        authenticator_data: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ"
                            .into(),
                        signature: "MEUCIQDx".into(),
                        user_handle: None,
                    },
                },
            }
        }
    }

    impl Example for PasskeyChallenge {
        fn example() -> Self {
            Self {
                challenge: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                public_key: json!({
                    "challenge": CHALLENGE,
                    "timeout": 300_000,
                    "rpId": "localhost",
                    "allowCredentials": [],
                    "userVerification": "required",
                }),
                expires_in: 300,
            }
        }
    }

    impl Example for PasskeyEnrolment {
        fn example() -> Self {
            Self {
                public_key: json!({
                    "rp": {"id": "localhost", "name": "Renzheng"},
                    "user": {"id": "AZMbbp1gekOMHy9Lan2eAQ", "name": "135****0330", "displayName": "小明"},
                    "challenge": CHALLENGE,
                    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
                    "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
                }),
                expires_in: 600,
            }
        }
    }
}
