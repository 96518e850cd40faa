//! Faces on the clouds' own pages: Aliyun's `InitFaceVerify` and `DescribeFaceVerify`, Tencent's `DetectAuth` and
//! `GetDetectInfoEnhanced`, the page that both lead to, and Aliyun's callback. Who is before the camera is chosen there.

mod aliyun;
mod pages;
mod tencent;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use poem::{Request, Route, get};

pub use self::{
    aliyun::{describe, init},
    tencent::{detect_auth, detect_info},
};
use crate::{
    State,
    registry::{Judgement, Question},
};

/// The scene and the rule that are registered with the pretended clouds.
pub const ALIYUN_FACE_SCENE: &str = "1000000001";
pub const TENCENT_FACE_RULE: &str = "1";

/// The most checks that are kept.
const KEPT: usize = 10_000;
/// How long the register is out of order when that was chosen.
const OUT_OF_ORDER: TimeDelta = TimeDelta::seconds(60);
/// Failures of one person in a day, after which Aliyun takes no more.
const FAILURES_A_DAY: usize = 10;

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    Aliyun,
    Tencent,
}

impl Cloud {
    /// How long a page can be used.
    const fn life(self) -> TimeDelta {
        match self {
            Self::Aliyun => TimeDelta::minutes(30),
            Self::Tencent => TimeDelta::hours(2),
        }
    }
}

/// What is played before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
enum Choice {
    /// The person themself: the register decides.
    Person,
    /// Somebody else.
    Other,
    /// A photo of the person.
    Photo,
    /// Name and number do not belong together.
    Mismatch,
    NoRecord,
    NoPhoto,
    /// As the person themself, once the register is back.
    SourceDown,
}

/// What the cloud says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    NameDiffers,
    NobodyKnown,
    NoPhoto,
    OtherFace,
    NotLive,
    SourceDown,
}

/// One check.
#[derive(Debug, Clone)]
struct Visit {
    cloud: Cloud,
    name: String,
    id_number: String,
    /// Where the page leads back to.
    back: String,
    /// Where and with what token it is told that it is done.
    callback: Option<(String, String)>,
    /// The caller's own number.
    extra: String,
    opened_at: DateTime<Utc>,
    done: Option<(Choice, DateTime<Utc>)>,
}

impl Visit {
    fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        now - self.opened_at > self.cloud.life()
    }

    /// `None` until somebody was before the camera.
    fn outcome(&self, state: &State) -> Option<Outcome> {
        let (choice, at) = self.done?;
        Some(match choice {
            Choice::SourceDown if state.now() - at < OUT_OF_ORDER => Outcome::SourceDown,
            Choice::Person | Choice::SourceDown => self.judge(state),
            Choice::Other => Outcome::OtherFace,
            Choice::Photo => Outcome::NotLive,
            Choice::Mismatch => Outcome::NameDiffers,
            Choice::NoRecord => Outcome::NobodyKnown,
            Choice::NoPhoto => Outcome::NoPhoto,
        })
    }

    fn judge(&self, state: &State) -> Outcome {
        let question = Question {
            name: &self.name,
            id_number: &self.id_number,
            data: Vec::new(),
        };
        match question.judge(&state.population) {
            Judgement::Match => Outcome::Passed,
            Judgement::Mismatch { .. } => Outcome::NameDiffers,
            Judgement::NoRecord => Outcome::NobodyKnown,
        }
    }
}

/// The checks, by ticket.
#[derive(Default)]
pub struct Visits(Mutex<HashMap<String, Visit>>);

impl Visits {
    fn open(&self, ticket: &str, visit: Visit) {
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if visits.len() >= KEPT {
            visits.clear();
        }
        visits.insert(ticket.into(), visit);
    }

    fn find(&self, ticket: &str) -> Option<Visit> {
        let visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visits.get(ticket).cloned()
    }

    /// Ends a check, once.
    fn finish(&self, ticket: &str, choice: Choice, now: DateTime<Utc>) -> bool {
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match visits.get_mut(ticket) {
            Some(visit) if visit.done.is_none() && !visit.has_lapsed(now) => {
                visit.done = Some((choice, now));
                true
            }
            _ => false,
        }
    }

    /// Whether a person has failed too often today.
    fn is_tired_of(&self, id_number: &str, state: &State) -> bool {
        let visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |visit: &&Visit| {
            visit.id_number == id_number
                && state.now() - visit.opened_at < TimeDelta::days(1)
                && !matches!(
                    visit.outcome(state),
                    None | Some(Outcome::Passed | Outcome::SourceDown)
                )
        };
        visits.values().filter(failed).count() >= FAILURES_A_DAY
    }
}

/// The page of a check, under `/faces`.
pub fn routes() -> Route {
    Route::new().at("/:ticket", get(pages::show).post(pages::decide))
}

/// The page of a ticket, at the address under which the sandbox was called.
fn page_url(request: &Request, ticket: &str) -> String {
    let host = request.header("host").unwrap_or_default();
    format!("http://{host}/faces/{ticket}")
}

/// Whether an address is one of the service that the sandbox belongs to.
fn is_ours(state: &State, url: &str) -> bool {
    url.starts_with(&format!("{}/", state.config.app_url))
}
