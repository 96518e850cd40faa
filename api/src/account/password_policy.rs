//! Which passwords are taken: long enough, not personal, not common, hard to guess (NIST SP 800-63B-4, 3.1.1.2).

use anyhow::Context;
use renzheng_types::value::{ValueError, password};
use zeroize::Zeroizing;
use zxcvbn::Score;

use crate::{
    app::App,
    background,
    config::{Profile, SecondFactorPolicy},
};

/// The strength (0 to 4) from which a password is taken.
const ENOUGH: Score = Score::Three;
/// What zxcvbn looks at: its time grows with the square of the length.
const LOOKED_AT: usize = 64;

/// The shortest that may stand alone, where no second factor is ever asked.
const SHORTEST_ALONE: usize = 15;

/// Judges a password; `personal` are words it must not be built on.
pub async fn judge(
    app: &App,
    password: Zeroizing<String>,
    personal: Vec<String>,
) -> anyhow::Result<Result<(), ValueError>> {
    let words: Vec<&str> = personal.iter().map(String::as_str).collect();
    if let Err(error) = password::check(&password, &words) {
        return Ok(Err(error));
    }
    let alone = app.config.profile == Profile::Production
        && app.config.second_factor() == SecondFactorPolicy::Never;
    if alone && password.chars().count() < SHORTEST_ALONE {
        return Ok(Err(ValueError::PasswordTooShortAlone));
    }
    background::run(move || {
        let words: Vec<&str> = personal
            .iter()
            .map(String::as_str)
            .chain(["renzheng", "认证", "统一身份认证"])
            .collect();
        let start: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT).collect());
        if zxcvbn::zxcvbn(&start, &words).score() < ENOUGH {
            Err(ValueError::PasswordCommon)
        } else {
            Ok(())
        }
    })
    .await
    .context("password strength")
}
