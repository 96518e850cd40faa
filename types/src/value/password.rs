//! What both sides can say of a new password without a dictionary. The server also asks zxcvbn.

use super::ValueError;
use crate::normal_form::nfkc;

/// Code points (NIST SP 800-63B-4: at least 8 where a second factor is asked on new devices).
pub const SHORTEST: usize = 8;
/// Code points; longer ones are refused, never cut.
pub const LONGEST: usize = 128;
const LONGEST_BYTES: usize = 512;
/// A run along the alphabet, the digits or a keyboard row counts as one guess.
const ROWS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];
const COMMON: &[&str] = &[
    "password", "passw0rd", "p@ssw0rd", "qwerty", "iloveyou", "admin", "welcome", "letmein",
    "monkey", "dragon", "football", "baseball", "sunshine", "princess", "master", "shadow",
    "superman", "woaini", "5201314", "1314520", "a123456", "abc123", "wang", "zhang", "123123",
    "112233", "666666", "888888",
];

/// How hard a password is to guess, for a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    VeryWeak,
    Weak,
    Fair,
    Good,
    Strong,
}

/// Checks length and the plainest mistakes. `personal` are words such as the phone number and the nickname.
/// Any character is taken and none is required.
///
/// # Errors
/// [`ValueError::Required`] or one of the `Password…` errors.
pub fn check(password: &str, personal: &[&str]) -> Result<(), ValueError> {
    let password = nfkc(password);
    let length = password.chars().count();
    if length == 0 {
        return Err(ValueError::Required);
    }
    if length < SHORTEST {
        return Err(ValueError::PasswordTooShort);
    }
    if length > LONGEST || password.len() > LONGEST_BYTES {
        return Err(ValueError::PasswordTooLong);
    }
    let lower = password.to_lowercase();
    if is_built_on(&lower, personal) {
        return Err(ValueError::PasswordPersonal);
    }
    if guesses_log10(&lower) < 6.0 {
        return Err(ValueError::PasswordCommon);
    }
    Ok(())
}

/// A light estimate for the meter while typing.
pub fn estimate(password: &str, personal: &[&str]) -> Strength {
    let lower = nfkc(password).to_lowercase();
    if lower.chars().count() < SHORTEST {
        return Strength::VeryWeak;
    }
    if is_built_on(&lower, personal) {
        return Strength::Weak;
    }
    match guesses_log10(&lower) {
        guesses if guesses < 6.0 => Strength::VeryWeak,
        guesses if guesses < 8.0 => Strength::Weak,
        guesses if guesses < 10.0 => Strength::Fair,
        guesses if guesses < 14.0 => Strength::Good,
        _ => Strength::Strong,
    }
}

/// Whether little is left once the personal words are taken out.
fn is_built_on(lower: &str, personal: &[&str]) -> bool {
    let mut rest = lower.to_string();
    for word in personal {
        let word = nfkc(word).to_lowercase();
        let word = word.trim();
        if word.chars().count() >= 2 {
            rest = rest.replace(word, "");
        }
    }
    rest.len() < lower.len() && rest.chars().count() < SHORTEST / 2
}

/// Roughly how many guesses: each unpredictable step multiplies by its alphabet; runs and repeats by little.
fn guesses_log10(lower: &str) -> f64 {
    let mut text = lower.to_string();
    let mut guesses = 0.0;
    for word in COMMON {
        if text.contains(word) {
            text = text.replace(word, "");
            guesses += 2.0;
        }
    }
    let characters: Vec<char> = text.chars().collect();
    let mut seen: Vec<char> = Vec::new();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| characters.get(index));
        let expected =
            before.is_some_and(|before| before == character || follows(*before, *character));
        guesses += if expected {
            0.1
        } else if seen.contains(character) {
            0.5
        } else {
            alphabet_log10(*character)
        };
        seen.push(*character);
    }
    guesses
}

fn alphabet_log10(character: char) -> f64 {
    match character {
        '0'..='9' => 1.0,
        'a'..='z' => 1.3,
        character if character.is_ascii() => 1.5,
        _ => 2.5,
    }
}

/// Whether `next` stands beside `before` in a row, in either direction.
fn follows(before: char, next: char) -> bool {
    ROWS.iter().any(|row| {
        let row: Vec<char> = row.chars().collect();
        row.windows(2)
            .any(|pair| pair == [before, next] || pair == [next, before])
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // A1, A2
    #[test]
    fn length_counts_code_points() {
        assert_eq!(check("", &[]), Err(ValueError::Required));
        assert_eq!(check("x7!kqpz", &[]), Err(ValueError::PasswordTooShort));
        assert_eq!(check("甲丙戊庚壬乙丁己", &[]), Ok(()));
        let long: String = "甲丙戊庚".repeat(32);
        assert_eq!(check(&long, &[]), Ok(()));
        assert_eq!(
            check(&format!("{long}辛"), &[]),
            Err(ValueError::PasswordTooLong)
        );
        assert_eq!(
            check(&"😀".repeat(129), &[]),
            Err(ValueError::PasswordTooLong)
        );
    }

    // A3
    #[test]
    fn no_rule_of_composition() {
        for password in [
            "correct horse battery staple",
            "春眠不觉晓处处闻啼鸟",
            "mxhrtqovz kel",
            "8391 5570 2846",
        ] {
            assert_eq!(check(password, &[]), Ok(()), "{password}");
        }
    }

    // A5
    #[test]
    fn the_plainest_are_refused() {
        for password in [
            "aaaaaaaaaaaaaaaa",
            "12345678",
            "abcdefghijkl",
            "password1",
            "qwertyuiop",
            "88888888",
            "password1234567",
        ] {
            assert_eq!(
                check(password, &[]),
                Err(ValueError::PasswordCommon),
                "{password}"
            );
        }
    }

    // A5
    #[test]
    fn personal_words_are_refused() {
        let personal = ["13900000001", "小明同学"];
        for password in [
            "13900000001",
            "1390000000113900000001",
            "小明同学小明同学1",
            "13900000001abc",
        ] {
            assert_eq!(
                check(password, &personal),
                Err(ValueError::PasswordPersonal),
                "{password}"
            );
        }
    }

    #[test]
    fn the_meter_rises() {
        let strengths: Vec<Strength> = [
            "abc",
            "abcdefgh",
            "horse battery",
            "correct horse battery staple",
        ]
        .iter()
        .map(|password| estimate(password, &[]))
        .collect();
        assert!(strengths.is_sorted(), "{strengths:?}");
        assert_eq!(strengths.last(), Some(&Strength::Strong));
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>(), word in any::<String>()) {
            let _ = check(&text, &[&word]);
            let _ = estimate(&text, &[&word]);
        }
    }
}
