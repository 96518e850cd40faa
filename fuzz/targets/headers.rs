//! Headers of requests that are read beside what HTTP itself asks: language, browser, the range of forwarded addresses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poem::{Request, http::HeaderValue};
use renzheng::http::{client_address::ClientAddress, locale};
use renzheng_types::Locale;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let mut request = Request::default();
    let headers = request.headers_mut();
    headers.insert("accept-language", value.clone());
    headers.insert("user-agent", value.clone());
    headers.insert("x-forwarded-for", value.clone());
    locale::preferred(&request);
    // Nobody vouches for what is forwarded.
    assert_eq!(ClientAddress::of(&request).to_string(), "0.0.0.0");
    if let Ok(text) = value.to_str() {
        for language in [Locale::ZhCn, Locale::En] {
            let named = renzheng::user_agent::describe(text, language);
            assert!(named.chars().count() <= 80, "{named}");
        }
    }
});
