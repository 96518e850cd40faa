//! Proofs of possession (DPoP): nobody signs with a key that the fuzzer knows, so none is taken.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|proof: &str| {
    // A proof that checks out would be a signature found by chance; an unsigned one must never.
    let taken = renzheng::oidc::dpop::thumbprint_of(proof);
    if let Some(jkt) = taken {
        assert_eq!(jkt.len(), 43);
        assert!(!proof.ends_with('.'), "{proof}");
    }
});
