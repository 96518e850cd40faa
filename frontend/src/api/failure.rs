use renzheng_types::problem::{FieldError, Problem};

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No answer: the network, or the server is gone.
    Unreachable,
    /// The server, or something before it, is out of order.
    Unavailable { retry_after: Option<u32> },
    /// An answer we don't understand; most likely the page is older than the server.
    Garbled,
    /// The server said no, and why.
    Refused {
        problem: Box<Problem>,
        /// Seconds until it is worth trying again.
        retry_after: Option<u32>,
    },
}

impl Failure {
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem, .. } => Some(problem.status),
            _ => None,
        }
    }

    /// The problem's stable code, or an empty string.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { problem, .. } => &problem.code,
            _ => "",
        }
    }

    /// Nobody is signed in (any more).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    pub fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Refused { problem, .. } => &problem.errors,
            _ => &[],
        }
    }

    /// What a refusal that names no field is about, as a field of the request; empty when it is about none.
    pub fn field(&self) -> &'static str {
        match self.code() {
            "code-invalid" | "hall-code-invalid" => "code",
            "captcha-invalid" | "captcha-required" => "captcha.text",
            "totp-invalid" => "totp",
            "second-factor-invalid" => "second_factor",
            "identity-mismatch" => "id_number",
            "phone-taken" => "phone",
            "email-taken" => "email",
            _ => "",
        }
    }

    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Refused { retry_after, .. } | Self::Unavailable { retry_after } => *retry_after,
            Self::Unreachable | Self::Garbled => None,
        }
    }
}
