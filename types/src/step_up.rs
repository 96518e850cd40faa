//! Step-up: a person who is signed in proves themself anew before something sensitive is done.

use serde::{Deserialize, Serialize};

use crate::passkey::PasskeyAssertion;

/// What the step-up is for. A token made for one purpose is refused for another.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum StepUpPurpose {
    Password,
    Phone,
    Email,
    SecondFactor,
    Verification,
    Details,
    Export,
    Close,
}

/// Asks for a code to the bound phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewStepUpCode {
    /// Named in the message, so that nobody can be talked into telling a code for something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<StepUpPurpose>,
}

/// With what a person steps up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum StepUpMethod {
    /// The code sent to the bound phone.
    #[default]
    Sms,
    /// The code an authenticator app shows.
    Totp,
    /// A passkey of the account: the device, and what opens it.
    Passkey,
}

/// Proves who is there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewStepUp {
    /// Left out for a passkey.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub code: String,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub method: StepUpMethod,
    /// For a passkey: the answer to a challenge of `POST /passkey-challenges`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<PasskeyAssertion>,
    /// The act the token will be used for. Left out: any one act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<StepUpPurpose>,
}

/// For the header `X-Step-Up` of one request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct StepUp {
    /// Good for one act, in the session that asked.
    pub step_up_token: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewStepUpCode {
        fn example() -> Self {
            Self {
                purpose: Some(StepUpPurpose::Password),
            }
        }
    }

    impl Example for NewStepUp {
        fn example() -> Self {
            Self {
                code: "482913".into(),
                method: StepUpMethod::Sms,
                passkey: None,
                purpose: Some(StepUpPurpose::Password),
            }
        }
    }

    impl Example for StepUp {
        fn example() -> Self {
            Self {
                step_up_token: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                expires_in: 300,
            }
        }
    }
}
