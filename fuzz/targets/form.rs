//! Forms and scopes of OAuth, as sent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renzheng::oidc::{form::Form, scope};

fuzz_target!(|bytes: &[u8]| {
    let form = Form::parse(bytes);
    let once = form.once_each().is_ok();
    if let Some(list) = form.get("scope") {
        let scopes = scope::parse(list);
        assert_eq!(scope::parse(&scope::join(&scopes)), scopes);
    }
    assert!(form.get("scope").is_none_or(|text| !text.is_empty()));
    let pairs = form.into_pairs();
    let again = Form::of(pairs.clone());
    if once {
        assert!(again.once_each().is_ok());
        assert_eq!(again.into_pairs(), pairs);
    }
});
