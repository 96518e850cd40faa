//! How long things last: never so long that nobody meant it, and no longer in production than the bars of sessions say.

use anyhow::ensure;

use crate::config::{Config, Profile};

/// The longest that any number of days may be: nothing overflows, and nobody means more.
const LONGEST_DAYS: u32 = 36_500;

impl Config {
    pub(super) fn check_times(&self) -> anyhow::Result<()> {
        let session = &self.session;
        // NIST SP 800-63B-4, 2.2.3 and 2.1.3.
        for (key, value, to) in [
            ("session.idle_minutes", session.idle_minutes, 60),
            ("session.absolute_hours", session.absolute_hours, 24),
            ("session.remember_days", session.remember_days, 30),
        ] {
            ensure!((1..=to).contains(&value), "{key} must be 1 to {to}");
        }
        // OAuth's best practice in production; an hour lets tests move their clock.
        let longest = match self.profile {
            Profile::Production => 600,
            Profile::Demo => 3600,
        };
        ensure!(
            (60..=longest).contains(&session.access_token_seconds),
            "session.access_token_seconds must be 60 to {longest}"
        );
        ensure!(
            session.cached_millis <= 1000,
            "session.cached_millis must be at most 1000"
        );
        let days = [
            (
                "sign_in.phone_proof_days",
                self.sign_in.phone_proof_days,
                1,
                3650,
            ),
            ("oidc.rotate_keys_days", self.oidc.rotate_keys_days, 0, 3650),
        ];
        for (key, value, from, to) in days {
            ensure!((from..=to).contains(&value), "{key} must be {from} to {to}");
        }
        for (method, days) in &self.verification.valid_days {
            ensure!(
                (1..=LONGEST_DAYS).contains(days),
                "verification.valid_days.{} must be 1 to {LONGEST_DAYS}",
                <&str>::from(method)
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use renzheng_types::verification::Method;

    use super::*;

    // A30, A44
    #[test]
    fn nothing_lasts_longer_than_somebody_means() {
        let refused = |change: &dyn Fn(&mut Config)| {
            let mut config = Config::default();
            change(&mut config);
            config.check_times().expect_err("refused").to_string()
        };
        assert!(refused(&|config| config.session.idle_minutes = 61).contains("idle_minutes"));
        assert!(refused(&|config| config.session.absolute_hours = 0).contains("absolute_hours"));
        assert!(refused(&|config| config.session.remember_days = u64::MAX).contains("remember"));
        assert!(refused(&|config| config.sign_in.phone_proof_days = u32::MAX).contains("proof"));
        assert!(refused(&|config| config.oidc.rotate_keys_days = u32::MAX).contains("rotate"));
        let valid = |config: &mut Config| {
            config.verification.valid_days = [(Method::IdCard, u32::MAX)].into();
        };
        assert!(refused(&valid).contains("valid_days.id-card"));
        let production = |config: &mut Config| {
            config.profile = Profile::Production;
            config.session.access_token_seconds = 601;
        };
        assert!(refused(&production).contains("60 to 600"));
    }
}
