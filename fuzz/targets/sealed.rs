//! Sealed fields, as somebody who can write to the database could change them: opened as they were sealed, or not.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use renzheng::crypto::{Place, Vault};
use renzheng_fuzz::Stand;
use uuid::Uuid;

const PLACE: Place<'static> = Place {
    table: "account",
    column: "phone_sealed",
    row: Uuid::nil(),
};
static VAULT: LazyLock<Vault> = LazyLock::new(|| Stand::get().vault.clone());
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| VAULT.seal(PLACE, b"13900000001"));

fuzz_target!(|bytes: &[u8]| {
    // The fuzzer sees what is compared, and so comes to know the sealed field itself.
    let is_ours = bytes == *SEALED;
    assert_eq!(VAULT.open_sealed(PLACE, bytes).is_ok(), is_ours, "made up");
    // The sealed field with these bytes laid over it, from where the first one says.
    let mut changed = SEALED.clone();
    if let Some((at, over)) = bytes.split_first() {
        for (old, new) in changed.iter_mut().skip(usize::from(*at)).zip(over) {
            *old ^= new;
        }
    }
    let opened = VAULT.open_text(PLACE, &changed);
    assert_eq!(opened.is_ok(), changed == *SEALED);
    let elsewhere = Place {
        column: "name_sealed",
        ..PLACE
    };
    assert!(VAULT.open_sealed(elsewhere, &changed).is_err());
});
