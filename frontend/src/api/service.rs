use serde::Deserialize;

/// What the service says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServiceInfo {
    pub profile: Profile,
    /// Where a tester reads the messages that would have been sent, in demo mode.
    pub sandbox_url: Option<String>,
    /// The number to call for help.
    pub help_line: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    Demo,
    Production,
}
