//! Codes that a person shows and somebody else types: to a clerk in a service hall, to an application.

use std::fmt;

use super::{ValueError, folded};

const DIGITS: usize = 8;

macro_rules! shown_code {
    ($(#[$about:meta])* $name:ident, $invalid:ident) => {
        $(#[$about])*
        /// Eight digits; spaces, dashes and full-width digits are taken.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// # Errors
            #[doc = concat!("[`ValueError::Required`] or [`ValueError::", stringify!($invalid), "`].")]
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                eight_digits(text, ValueError::$invalid).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

shown_code! {
    /// Shown to a clerk in a service hall.
    HallCode, HallCodeInvalid
}
shown_code! {
    /// Shown to an application.
    IdentityCode, IdentityCodeInvalid
}

fn eight_digits(text: &str, invalid: ValueError) -> Result<String, ValueError> {
    let code = folded(text);
    if code.is_empty() {
        return Err(ValueError::Required);
    }
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid);
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_and_nothing_else() {
        for text in ["01234567", "0123 4567", "０１２３-４５６７"] {
            assert_eq!(HallCode::parse(text).expect(text).as_str(), "01234567");
        }
        assert_eq!(HallCode::parse(" "), Err(ValueError::Required));
        for text in ["1234567", "123456789", "1234567a"] {
            assert_eq!(
                HallCode::parse(text),
                Err(ValueError::HallCodeInvalid),
                "{text}"
            );
            assert_eq!(
                IdentityCode::parse(text),
                Err(ValueError::IdentityCodeInvalid),
                "{text}"
            );
        }
        assert_eq!(
            format!("{:?}", IdentityCode::parse("01234567")),
            "Ok(IdentityCode(…))"
        );
    }
}
