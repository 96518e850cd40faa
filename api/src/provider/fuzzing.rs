//! What the fuzz target for answers of others reaches inside for; built for it alone.

use super::{AlipaySettings, AuthoritySettings, alipay, authority};

/// An authority's answer with its signature.
///
/// # Panics
/// When one is believed that was not signed.
pub fn answer_of_authority(body: &[u8], signature: &str) {
    let settings = AuthoritySettings::shared(
        "https://authority.example/".into(),
        "key".into(),
        "a secret of twenty-four".into(),
    );
    let signer = authority::Signer::new("fuzz", &settings).expect("a signer");
    assert!(!signer.verify(body, signature), "believed unsigned");
    signer.sign(body);
}

/// Alipay's answer, its signature inside.
///
/// # Panics
/// When one is believed that was not signed.
pub fn answer_of_alipay(body: &[u8]) {
    assert!(!alipay::believes(
        &AlipaySettings::sandbox("https://alipay.example/"),
        body
    ));
}
