//! An e-mail address, parsed once.

use std::fmt;

use renzheng_types::value::ValueError;
use unicode_normalization::UnicodeNormalization;

/// The longest path that SMTP carries (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// An address in one canonical form: the domain in lower case and IDNA (RFC 5891), the local part in NFKC and, as every
/// provider people use takes it, in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::EmailInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text: String = text.trim().nfkc().collect();
        if text.is_empty() {
            return Err(ValueError::Required);
        }
        let invalid = ValueError::EmailInvalid;
        let (local, domain) = text.rsplit_once('@').ok_or(invalid)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| invalid)?;
        if !domain.contains('.') || domain.ends_with('.') {
            return Err(invalid);
        }
        let local = local.to_lowercase();
        if local.starts_with('"') || !local.is_ascii() {
            return Err(invalid);
        }
        let address = lettre::Address::new(&local, &domain).map_err(|_| invalid)?;
        let text = address.to_string();
        if text.len() > LONGEST || local.len() > 64 {
            return Err(invalid);
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `z***@example.org`
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().unwrap_or('*');
        format!("{first}***@{domain}")
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // C23
    #[test]
    fn one_mailbox_has_one_form() {
        for text in [
            "Zhang.San@Example.ORG",
            "  zhang.san@example.org ",
            "ｚhang.san@example.org",
        ] {
            let email = Email::parse(text).expect(text);
            assert_eq!(email.as_str(), "zhang.san@example.org");
        }
        let idn = Email::parse("a@例子.中国").expect("valid");
        assert_eq!(idn.as_str(), "a@xn--fsqu00a.xn--fiqs8s");
        assert_eq!(idn.masked(), "a***@xn--fsqu00a.xn--fiqs8s");
    }

    // C36
    #[test]
    fn others_are_told() {
        assert_eq!(Email::parse(" "), Err(ValueError::Required));
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "a",
            "a@",
            "@b.cn",
            "a@b",
            "a@b.cn\r\nbcc: c@d.cn",
            "a b@c.cn",
            "a@b.cn;c@d.cn",
            "<a@b.cn>",
            "张三 <a@b.cn>",
            "\"a b\"@c.cn",
            "a@b..cn",
            "a@-b.cn",
            "a@[127.0.0.1]",
            &long,
        ] {
            assert_eq!(Email::parse(text), Err(ValueError::EmailInvalid), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_canonical(text in "\\PC{0,12}@?[a-zA-Z0-9.\\-中国]{0,20}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert!(email.as_str().is_ascii());
                prop_assert!(!email.as_str().contains(|c: char| c.is_whitespace() || c == ';' || c == ','));
            }
        }
    }
}
