//! How long staff stay signed in.

use chrono::TimeDelta;
use serde::Deserialize;

/// Staff. The numbers can only be made stricter.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffSettings {
    /// Minutes without use after which a session ends: 1 to 15.
    pub idle_minutes: u32,
    /// Hours after which it ends, used or not: 1 to 12.
    pub absolute_hours: u32,
    /// Hours that an enrolment link lasts: 1 to 72.
    pub enrolment_hours: u32,
}

impl Default for StaffSettings {
    fn default() -> Self {
        Self {
            idle_minutes: 15,
            absolute_hours: 12,
            enrolment_hours: 24,
        }
    }
}

impl StaffSettings {
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.idle_minutes))
    }

    pub fn absolute(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.absolute_hours))
    }

    pub fn enrolment(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.enrolment_hours))
    }
}
