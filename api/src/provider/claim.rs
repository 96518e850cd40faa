//! What is put to an authority, and what it answers.

use std::collections::BTreeMap;

use renzheng_types::{
    value::{IdNumber, PersonName},
    verification::{AttemptReason, FaceAction, Method},
};
use zeroize::Zeroizing;

/// Who a person is.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    pub name: PersonName,
    pub id_number: IdNumber,
}

/// What a person says of themself. It prints nothing: all of it is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    pub method: Method,
    pub identity: Identity,
    /// What the method asks beside name and ID number, by field and in its one canonical form.
    pub details: BTreeMap<String, String>,
}

impl Claim {
    /// A detail; empty when the method does not ask for it.
    pub fn detail(&self, field: &str) -> &str {
        self.details
            .get(field)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Everything that is to be checked, by element.
    pub fn elements(&self) -> BTreeMap<&str, &str> {
        let details = self
            .details
            .iter()
            .map(|(field, value)| (field.as_str(), value.as_str()));
        [
            ("name", self.identity.name.as_str()),
            ("id_number", self.identity.id_number.as_str()),
        ]
        .into_iter()
        .chain(details)
        .collect()
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({:?}, …)", self.method)
    }
}

/// What a person shows of themself. It prints nothing either.
#[derive(Default)]
pub struct FaceEvidence {
    /// Of the session in which it was asked.
    pub nonce: String,
    /// What was asked, in order.
    pub actions: Vec<FaceAction>,
    /// What the camera saw, in order: JPEG.
    pub frames: Vec<Zeroizing<Vec<u8>>>,
    pub id_card_front: Zeroizing<Vec<u8>>,
    pub id_card_back: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for FaceEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FaceEvidence({} frames)", self.frames.len())
    }
}

/// What the authority says of it, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    /// Who answered, as configured: `aliyun`.
    pub provider: String,
    /// The authority's reference for this answer.
    pub reference: String,
    /// The authority's own word for it.
    pub result_code: String,
    /// Which elements matched, where the authority tells.
    pub elements: BTreeMap<String, bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Match,
    Mismatch,
    NoRecord,
    /// What was shown proves nothing, and why.
    Rejected(AttemptReason),
}

/// No answer was to be had: the claim is neither true nor false. The reason holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Outage {
    pub reason: String,
}

impl Outage {
    pub fn new(reason: impl std::fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
        }
    }
}
