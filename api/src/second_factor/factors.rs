//! Which second factors an account has.

use renzheng_types::session::SecondFactorKind;
use uuid::Uuid;

use super::{passkey, totp};
use crate::app::App;

/// The factors beside password and phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    pub totp: bool,
    pub passkey: bool,
}

impl Factors {
    pub async fn of(app: &App, account_id: Uuid) -> anyhow::Result<Self> {
        let (totp, passkey) =
            tokio::try_join!(totp::since(app, account_id), passkey::any(app, account_id))?;
        Ok(Self {
            totp: totp.is_some(),
            passkey,
        })
    }

    pub const fn any(self) -> bool {
        self.totp || self.passkey
    }

    /// What a second proof may be. Recovery codes go with any factor.
    pub fn kinds(self) -> Vec<SecondFactorKind> {
        let kinds = [
            (self.passkey, SecondFactorKind::Passkey),
            (self.totp, SecondFactorKind::Totp),
            (self.any(), SecondFactorKind::RecoveryCode),
        ];
        kinds
            .into_iter()
            .filter_map(|(has, kind)| has.then_some(kind))
            .collect()
    }
}
