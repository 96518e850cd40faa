//! Faces that an authority looks at on a page of its own: the way there, and what came of it.

use chrono::TimeDelta;
use renzheng_types::verification::AttemptReason;
use uuid::Uuid;

use super::{Claim, Finding};

/// What it takes to send somebody to an authority's page.
pub struct FaceVisit<'a> {
    pub claim: &'a Claim,
    /// Ours, new for each visit.
    pub order: Uuid,
    /// Where the page leads back to.
    pub return_url: String,
    /// Where the authority says that it is done, if it does, and what it says then to be known by.
    pub callback_url: String,
    pub callback_token: String,
    /// What the browser says it is.
    pub user_agent: &'a str,
}

/// Where a person shows their face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceStart {
    /// On our page, which sends pictures.
    Here,
    /// On a page of the authority's.
    There(FacePage),
    /// This authority cannot do it for this person; another one may.
    NotThere,
    /// They have tried too often today.
    TooOften,
}

/// A page of an authority's, for one person and one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacePage {
    /// Whose it is, as configured.
    pub provider: String,
    /// What the authority knows the check by.
    pub ticket: String,
    pub url: String,
    /// How long it can be used.
    pub life: TimeDelta,
}

/// What is asked of the authority afterwards.
pub struct FaceLook<'a> {
    pub claim: &'a Claim,
    pub order: Uuid,
    pub ticket: &'a str,
}

/// What the authority says of a check on its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceResult {
    Found(Finding),
    /// There is nothing to decide by, and why.
    Nothing(AttemptReason),
}
