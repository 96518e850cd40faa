//! What the service says of itself.

use serde::{Deserialize, Serialize};

/// About this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct ServiceInfo {
    pub name: String,
    pub profile: ServiceProfile,
    /// The sandbox's pages, in the demo profile.
    pub sandbox_url: Option<String>,
    /// Told to people who need help.
    pub help_line: String,
    pub version: String,
}

/// Whether this is the real thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
#[cfg_attr(feature = "openapi", oai(rename_all = "kebab-case"))]
#[serde(rename_all = "kebab-case")]
pub enum ServiceProfile {
    /// Runs against the sandbox; nothing it says of a person is true.
    Demo,
    Production,
}

#[cfg(feature = "openapi")]
impl poem_openapi::types::Example for ServiceInfo {
    fn example() -> Self {
        Self {
            name: "统一身份认证".into(),
            profile: ServiceProfile::Demo,
            sandbox_url: Some("http://localhost:8081".into()),
            help_line: "12345".into(),
            version: "0.1.0".into(),
        }
    }
}
