//! Having a passkey made by a browser, and taking what it made.

use std::time::Duration;

use anyhow::Context;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use renzheng_types::passkey::{PasskeyEnrolment, RegistrationCredential};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, Passkey, PasskeyRegistration, RegisterPublicKeyCredential, Webauthn,
};

use crate::{
    app::App,
    http::problem::{Fault, Refusal},
};

const LIFE: Duration = Duration::from_secs(600);
/// For one person.
pub const MOST: u64 = 10;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum TakeRefusal {
    #[error("nothing begun, or it has lapsed")]
    EnrolmentExpired,
    #[error("not a passkey for what was begun")]
    PasskeyUnusable,
}

impl Refusal for TakeRefusal {}

/// Whose passkey it is to be, as authenticators keep and show it.
pub struct Owner<'a> {
    /// Comes back with every signature.
    pub handle: &'a [u8],
    pub name: &'a str,
    pub display_name: &'a str,
}

/// What the browser is to make, awaited under `key`. Passkeys that are there already are named, so that no device gets a
/// second one.
pub async fn ask(
    app: &App,
    party: &Webauthn,
    key: &str,
    owner: Owner<'_>,
    known: Vec<CredentialID>,
) -> anyhow::Result<PasskeyEnrolment> {
    // The library takes handles of one form only, and does not look at them again.
    let (creation, state) = party
        .start_passkey_registration(Uuid::nil(), owner.name, owner.display_name, Some(known))
        .context("passkey")?;
    let state = serde_json::to_vec(&state).context("passkey")?;
    app.ephemeral.put(key, &state, LIFE).await?;
    let mut public_key = serde_json::to_value(&creation.public_key).context("passkey")?;
    let handle = public_key.pointer_mut("/user/id").context("passkey")?;
    *handle = BASE64_URL_SAFE_NO_PAD.encode(owner.handle).into();
    // Kept by the authenticator, so that it signs in without a name being typed.
    if let Some(selection) = public_key.get_mut("authenticatorSelection") {
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
    }
    Ok(PasskeyEnrolment {
        public_key,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// The passkey that the browser made of what is awaited under `key`. It is awaited no more, whatever was made.
pub async fn take(
    app: &App,
    key: &str,
    credential: &RegistrationCredential,
) -> Result<Passkey, Fault<TakeRefusal>> {
    let state = app
        .ephemeral
        .take(key)
        .await?
        .ok_or(TakeRefusal::EnrolmentExpired)?;
    let state: PasskeyRegistration = serde_json::from_slice(&state).map_err(anyhow::Error::from)?;
    let credential = serde_json::to_value(credential).map_err(anyhow::Error::from)?;
    let credential: RegisterPublicKeyCredential =
        serde_json::from_value(credential).map_err(|_| TakeRefusal::PasskeyUnusable)?;
    let party = app.passkeys.as_ref().ok_or(TakeRefusal::PasskeyUnusable)?;
    let passkey = party.finish_passkey_registration(&credential, &state);
    Ok(passkey.map_err(|error| {
        tracing::info!(%error, "passkey not taken");
        TakeRefusal::PasskeyUnusable
    })?)
}
