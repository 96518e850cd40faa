//! Verification in service halls.

use chrono::TimeDelta;
use serde::Deserialize;

/// Service halls.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HallSettings {
    /// How many of a hundred passed cases need a supervisor too, drawn by lot. Cases whose name and ID number were
    /// typed off the card always do.
    pub second_approval_percent: u32,
    /// People that one member of staff may look at in a day. More is refused, and raises an alarm.
    pub lookups_a_day: u32,
    /// Minutes that a clerk has from taking a code to recording: 1 to 60.
    pub case_minutes: u32,
    /// Days after which a case that no supervisor looked at is rejected by itself: 1 to 30.
    pub approval_days: u32,
    /// The authority that gives the photo in the register, by its name under `[authorities]`. Unset: none is shown; in
    /// the demo profile, the sandbox's.
    pub portraits: Option<String>,
}

impl Default for HallSettings {
    fn default() -> Self {
        Self {
            second_approval_percent: 10,
            lookups_a_day: 200,
            case_minutes: 20,
            approval_days: 3,
            portraits: None,
        }
    }
}

impl HallSettings {
    pub fn case(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.case_minutes))
    }

    pub fn approval(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.approval_days))
    }
}
