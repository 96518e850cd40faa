//! The one shape of every error: RFC 9457 problem details.

use serde::{Deserialize, Serialize};

/// An error, as RFC 9457 `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Problem {
    /// A URI that names the kind of problem: `urn:renzheng:problem:<code>`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", oai(rename = "type"))]
    pub kind: String,
    /// The kind of problem in a few words, in the language asked for.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it, in the language asked for.
    pub detail: String,
    /// A stable kebab-case word for programs.
    pub code: String,
    /// The fields that are wrong, when that is what is wrong.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// Quote this when asking for help.
    pub request_id: String,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct FieldError {
    /// The field's name in the request body, with dots into objects: `captcha.text`.
    pub field: String,
    /// A stable kebab-case word for programs.
    pub code: String,
    /// The message for a person, in the language asked for.
    pub message: String,
}
