//! Addresses of mail: one mailbox has one form, which no header of a mail is broken by.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renzheng::email::address::Email;

fuzz_target!(|text: &str| {
    if let Ok(email) = Email::parse(text) {
        let twice = Email::parse(email.as_str()).expect("its own form is taken");
        assert_eq!(twice.as_str(), email.as_str());
        assert_eq!(email.as_str().matches('@').count(), 1);
        assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(email.masked().contains('@'));
    }
});
