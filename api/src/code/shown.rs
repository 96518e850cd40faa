//! Codes that a person shows and somebody else types: eight digits, good for one look; a new one voids the one before.
//!
//! A code rests as a keyed digest, twice: under itself, to be found by; and under who holds it, so that only the newest
//! works.

use std::time::Duration;

use qrcode::{QrCode, render::svg};
use uuid::Uuid;

use crate::{app::App, crypto::random_code};

const DIGITS: usize = 8;
/// How often another code is made up when one is out already.
const TRIES: usize = 8;

/// Codes that are told apart from all others.
pub struct ShownCodes<'a> {
    /// What they are for: `hall-code`.
    pub kind: &'static str,
    /// Whom they are shown to, where that is not everybody of a kind.
    pub to: &'a str,
    pub life: Duration,
}

/// A code, and the same to be scanned.
pub struct ShownCode {
    pub code: String,
    /// SVG.
    pub qr: String,
}

impl ShownCodes<'_> {
    /// Makes a code for a person.
    pub async fn make(&self, app: &App, holder: Uuid) -> anyhow::Result<ShownCode> {
        for _ in 0..TRIES {
            let code = random_code(DIGITS);
            let digest = self.digest(app, &code);
            let own = app
                .ephemeral
                .put_new(&self.key(&digest), holder.as_bytes(), self.life)
                .await?;
            if own {
                app.ephemeral
                    .put(&self.holder_key(holder), &digest, self.life)
                    .await?;
                let qr = QrCode::new(code.as_bytes())
                    .map_err(|error| anyhow::anyhow!("QR code: {error}"))?
                    .render::<svg::Color<'_>>()
                    .min_dimensions(200, 200)
                    .build();
                return Ok(ShownCode { code, qr });
            }
        }
        anyhow::bail!("no free {}", self.kind)
    }

    /// Takes a code: of any number of takers one gets whose it is.
    pub async fn take(&self, app: &App, code: &str) -> anyhow::Result<Option<Uuid>> {
        let digest = self.digest(app, code);
        let Some(holder) = app.ephemeral.take(&self.key(&digest)).await? else {
            return Ok(None);
        };
        let holder = Uuid::from_slice(&holder)?;
        // A code that a newer one has voided is nobody's.
        let newest = app
            .ephemeral
            .take_if(&self.holder_key(holder), &digest)
            .await?;
        Ok(newest.then_some(holder))
    }

    /// Whether a code of this person waits to be taken.
    pub async fn is_out(&self, app: &App, holder: Uuid) -> anyhow::Result<bool> {
        Ok(app.ephemeral.get(&self.holder_key(holder)).await?.is_some())
    }

    fn digest(&self, app: &App, code: &str) -> [u8; 32] {
        app.vault
            .mac(self.kind, &[self.to.as_bytes(), code.as_bytes()])
    }

    fn key(&self, digest: &[u8]) -> String {
        format!("{}:{}", self.kind, hex::encode(digest))
    }

    fn holder_key(&self, holder: Uuid) -> String {
        format!("{}-of:{}:{holder}", self.kind, self.to)
    }
}
