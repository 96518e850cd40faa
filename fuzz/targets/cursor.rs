//! What callers send back from earlier answers: cursors, ids, and bodies as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renzheng_types::{
    account::{NewAccount, ProfileChange},
    address::NewAddress,
    application::AuthorizationDecision,
    session::{PasswordSignIn, SecondFactorSignIn, SmsSignIn},
    sms_code::NewSmsCode,
    verification::IdCardClaim,
};
use uuid::Uuid;

/// What was read is written and read again as the same.
fn again<T: serde::de::DeserializeOwned + serde::Serialize>(body: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(body) {
        let written = serde_json::to_vec(&value).expect("JSON");
        let twice: T = serde_json::from_slice(&written).expect("its own form is read");
        assert_eq!(serde_json::to_vec(&twice).expect("JSON"), written);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(cursor) = text.parse::<Uuid>()
    {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    again::<NewAccount>(bytes);
    again::<ProfileChange>(bytes);
    again::<NewAddress>(bytes);
    again::<AuthorizationDecision>(bytes);
    again::<PasswordSignIn>(bytes);
    again::<SecondFactorSignIn>(bytes);
    again::<SmsSignIn>(bytes);
    again::<NewSmsCode>(bytes);
    again::<IdCardClaim>(bytes);
});
