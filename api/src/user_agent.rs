//! What a browser says it is, in words for people.

use renzheng_types::Locale;
use woothee::{parser::Parser, woothee::VALUE_UNKNOWN};

/// `Chrome · Windows`; what cannot be told is called so.
pub fn describe(user_agent: &str, locale: Locale) -> String {
    let unknown = locale.pick("未知设备", "Unknown device");
    let Some(found) = Parser::new().parse(user_agent) else {
        return program(user_agent).unwrap_or(unknown).to_string();
    };
    match (found.name, found.os) {
        (VALUE_UNKNOWN, VALUE_UNKNOWN) => program(user_agent).unwrap_or(unknown).to_string(),
        (VALUE_UNKNOWN, system) => system.to_string(),
        (name, VALUE_UNKNOWN) => name.to_string(),
        (name, system) => format!("{name} · {system}"),
    }
}

/// The name that a program which is no browser gives itself: `curl` of `curl/8.5`.
fn program(user_agent: &str) -> Option<&str> {
    let name = user_agent.split(['/', ' ', '(']).next()?;
    let sane = (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    sane.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_programs_are_named() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
        assert!(describe(chrome, Locale::ZhCn).starts_with("Chrome · Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
        assert_eq!(describe(phone, Locale::ZhCn), "Safari · iPhone");
        assert_eq!(
            describe("python-requests/2.32", Locale::En),
            "python-requests"
        );
        assert_eq!(describe("", Locale::En), "Unknown device");
        assert_eq!(describe("<script>", Locale::En), "Unknown device");
    }
}
