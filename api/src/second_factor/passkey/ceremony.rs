//! Asking for a signature, and checking it.

use std::time::Duration;

use anyhow::Context;
use renzheng_types::passkey::{PasskeyAssertion, PasskeyChallenge};
use uuid::Uuid;
use webauthn_rs::prelude::{
    self as webauthn, DiscoverableAuthentication, PublicKeyCredential, Url, Webauthn,
    WebauthnBuilder,
};

use super::{digest, open, place, seal, store};
use crate::{
    app::App,
    code::limit,
    crypto::OpaqueToken,
    http::{
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
};

const LIFE: Duration = Duration::from_secs(300);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChallengeRefusal {
    #[error("this service has no name that passkeys could belong to")]
    PasskeysUnavailable,
    #[error("too many challenges")]
    RateLimited(RetryAfter),
}

impl Refusal for ChallengeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::PasskeysUnavailable => Detail::None,
        }
    }
}

/// Who asks, as authenticators know us: the host of the public address. An address without a name has no passkeys.
///
/// # Errors
/// When the public address is none.
pub fn relying_party(public_url: &str, name: &str) -> anyhow::Result<Option<Webauthn>> {
    let origin = Url::parse(public_url).context("public_url")?;
    let Some(domain) = origin.domain() else {
        return Ok(None);
    };
    let party = WebauthnBuilder::new(domain, &origin)
        .and_then(|builder| builder.rp_name(name).timeout(LIFE).build())
        .context("public_url")?;
    Ok(Some(party))
}

/// A challenge for whichever passkey the person picks.
pub async fn challenge(
    app: &App,
    caller: &Caller,
) -> Result<PasskeyChallenge, Fault<ChallengeRefusal>> {
    app.count(app.windows_by_address(limit::PASSKEY_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(ChallengeRefusal::RateLimited)?;
    let party = app
        .passkeys
        .as_ref()
        .ok_or(ChallengeRefusal::PasskeysUnavailable)?;
    let (request, state) = party
        .start_discoverable_authentication()
        .context("passkey challenge")?;
    let token = OpaqueToken::random();
    let state = serde_json::to_vec(&state).context("passkey challenge")?;
    app.ephemeral
        .put(&key(&token.digest()), &state, LIFE)
        .await?;
    Ok(PasskeyChallenge {
        challenge: token.text().to_string(),
        public_key: serde_json::to_value(&request.public_key).context("passkey challenge")?,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// A challenge of ours, and what a passkey made of it.
pub struct Answer {
    credential: PublicKeyCredential,
    state: DiscoverableAuthentication,
}

impl Answer {
    /// By which the passkey is found.
    pub fn credential_digest(&self) -> Vec<u8> {
        digest(self.credential.get_credential_id())
    }

    /// Whether `passkey` signed it, for the owner of this handle and having verified its holder; then the passkey as it
    /// is to be kept.
    pub fn check(
        self,
        app: &App,
        mut passkey: webauthn::Passkey,
        handle: &[u8],
    ) -> Option<webauthn::Passkey> {
        let party = app.passkeys.as_ref()?;
        let is_another = self
            .credential
            .get_user_unique_id()
            .is_some_and(|owner| owner != handle);
        let result =
            party.finish_discoverable_authentication_v2(&self.credential, self.state, &passkey);
        match result {
            Ok(result) if !is_another && result.user_verified() => {
                passkey.update_credential(&result);
                Some(passkey)
            }
            Ok(_) => None,
            Err(error) => {
                tracing::info!(%error, "passkey refused");
                None
            }
        }
    }
}

/// What was answered to which challenge. The challenge is used up, whatever comes of it.
pub async fn take(app: &App, assertion: &PasskeyAssertion) -> anyhow::Result<Option<Answer>> {
    let Some(token) = OpaqueToken::digest_of(&assertion.challenge) else {
        return Ok(None);
    };
    let Some(state) = app.ephemeral.take(&key(&token)).await? else {
        return Ok(None);
    };
    let state: DiscoverableAuthentication = serde_json::from_slice(&state)?;
    let credential = serde_json::to_value(&assertion.credential)?;
    let credential = serde_json::from_value::<PublicKeyCredential>(credential).ok();
    Ok(credential.map(|credential| Answer { credential, state }))
}

/// Whose passkey signed.
pub async fn verify(app: &App, assertion: &PasskeyAssertion) -> anyhow::Result<Option<Uuid>> {
    let Some(answer) = take(app, assertion).await? else {
        return Ok(None);
    };
    let Some(row) = store::find_by_credential(app, answer.credential_digest()).await? else {
        return Ok(None);
    };
    let passkey = open(app, place(row.id), &row.credential_sealed)?;
    let Some(passkey) = answer.check(app, passkey, row.account_id.as_bytes()) else {
        return Ok(None);
    };
    let sealed = seal(app, place(row.id), &passkey)?;
    // One that was removed meanwhile is none any more.
    let used = store::note_use(app, row.id, sealed, app.clock.now()).await?;
    Ok(used.then_some(row.account_id))
}

fn key(digest: &[u8]) -> String {
    format!("passkey-challenge:{}", hex::encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_belong_to_a_name() {
        let has = |url| relying_party(url, "x").expect("a URL").is_some();
        assert!(has("http://localhost:8080"));
        assert!(has("https://id.example.cn"));
        assert!(!has("http://127.0.0.1:8080"));
        assert!(!has("http://[::1]:8080"));
    }
}
