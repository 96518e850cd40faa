//! Unicode normalization (UAX #15).
//!
//! A browser brings the tables along, and they are a quarter of what the pages would weigh; there it is asked.

/// Composed where Unicode knows the composition.
#[must_use]
pub fn nfc(text: &str) -> String {
    normalize(text, Form::Composed)
}

/// Composed, and full-width and other variants of a character made plain.
#[must_use]
pub fn nfkc(text: &str) -> String {
    normalize(text, Form::Compatible)
}

enum Form {
    Composed,
    Compatible,
}

#[cfg(not(target_arch = "wasm32"))]
fn normalize(text: &str, form: Form) -> String {
    use unicode_normalization::UnicodeNormalization;
    match form {
        Form::Composed => text.nfc().collect(),
        Form::Compatible => text.nfkc().collect(),
    }
}

#[cfg(target_arch = "wasm32")]
fn normalize(text: &str, form: Form) -> String {
    let form = match form {
        Form::Composed => "NFC",
        Form::Compatible => "NFKC",
    };
    js_sys::JsString::from(text).normalize(form).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_are_composed_and_widths_made_plain() {
        assert_eq!(nfc("e\u{301}"), "é");
        assert_eq!(nfc("１"), "１");
        assert_eq!(nfkc("１８５ｘ"), "185x");
        assert_eq!(nfkc("e\u{301}"), "é");
    }
}
