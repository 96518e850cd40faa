//! Names as ID cards state them.

use std::fmt;

use super::{ValueError, is_invisible};

/// The separator in names of several parts (民委发〔2016〕33号).
const SEPARATOR: char = '\u{00B7}';
const LONGEST: usize = 50;

/// A name: at least two characters, at most 50, with `·` between its parts.
///
/// Any letter is taken, also CJK beyond the basic plane. A name is never normalised by NFKC: that would change rare
/// characters into other ones. Only the many look-alikes of the separator become the one that ID cards use.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// # Errors
    /// [`ValueError::Required`], [`ValueError::NameInvalid`] or [`ValueError::NameTooLong`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let name: String = text.trim().chars().map(one_separator).collect();
        if name.is_empty() {
            return Err(ValueError::Required);
        }
        let length = name.chars().count();
        if length > LONGEST {
            return Err(ValueError::NameTooLong);
        }
        let letters = name
            .chars()
            .all(|character| is_name_character(character) && !is_invisible(character));
        let ends = name.starts_with(is_joint) || name.ends_with(is_joint);
        if length < 2 || !letters || ends {
            return Err(ValueError::NameInvalid);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `张*`, `张*三`: the first character, and the last of three or more.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        self.0
            .chars()
            .enumerate()
            .map(|(index, character)| {
                let shown =
                    index == 0 || (count > 2 && index + 1 == count) || character == SEPARATOR;
                if shown { character } else { '*' }
            })
            .collect()
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

const fn one_separator(character: char) -> char {
    match character {
        '\u{2022}' | '\u{2027}' | '\u{30FB}' | '\u{22C5}' | '\u{FF0E}' => SEPARATOR,
        other => other,
    }
}

fn is_name_character(character: char) -> bool {
    character.is_alphabetic() || character == '〇' || is_joint(character)
}

/// What stands between the parts of a name; Latin names have spaces, hyphens and apostrophes.
const fn is_joint(character: char) -> bool {
    matches!(character, SEPARATOR | ' ' | '-' | '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_all_peoples_are_taken() {
        for name in [
            "张三",
            "欧阳修",
            "阿卜杜拉·买买提",
            "𠮷野",
            "㛃㛃",
            "Mary Jane O'Neil",
            "刘〇",
        ] {
            assert_eq!(PersonName::parse(name).expect(name).as_str(), name);
        }
    }

    #[test]
    fn every_separator_becomes_the_one() {
        for separator in [
            '\u{2022}', '\u{2027}', '\u{30FB}', '\u{22C5}', '\u{FF0E}', '\u{00B7}',
        ] {
            let name = PersonName::parse(&format!(" 买买提{separator}艾山 ")).expect("valid");
            assert_eq!(name.as_str(), "买买提·艾山");
        }
    }

    #[test]
    fn fifty_characters_and_no_more() {
        assert!(PersonName::parse(&"张".repeat(50)).is_ok());
        assert_eq!(
            PersonName::parse(&"张".repeat(51)),
            Err(ValueError::NameTooLong)
        );
    }

    #[test]
    fn what_is_no_name_is_told() {
        assert_eq!(PersonName::parse(" "), Err(ValueError::Required));
        for name in [
            "张",
            "张3",
            "张\u{200B}三",
            "张<三>",
            "·张三",
            "张三\u{202E}",
            "张\n三",
            "😀😀",
        ] {
            assert_eq!(
                PersonName::parse(name),
                Err(ValueError::NameInvalid),
                "{name:?}"
            );
        }
    }

    #[test]
    fn masks_keep_first_and_last() {
        for (name, masked) in [
            ("张三", "张*"),
            ("张小三", "张*三"),
            ("买买提·艾山", "买**·*山"),
        ] {
            assert_eq!(PersonName::parse(name).expect("valid").masked(), masked);
        }
    }

    proptest! {
        // C23
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
