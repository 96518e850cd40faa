//! A second factor shown: wherever one is asked for, the same is right.

use renzheng_types::{
    session::{SecondFactorAnswer, SecondFactorKind},
    value::OneTimeCode,
};

use super::{passkey::ceremony, recovery, totp};
use crate::{app::App, entity::account::Model};

/// Whether the answer is right, by what the person has set up themself; what is good once is used up.
pub async fn is_right(
    app: &App,
    account: &Model,
    answer: &SecondFactorAnswer,
) -> anyhow::Result<bool> {
    match answer.kind {
        SecondFactorKind::Totp => match OneTimeCode::parse(&answer.value) {
            Ok(code) => Ok(totp::check(app, account.id, code.as_str()).await?),
            Err(_) => Ok(false),
        },
        SecondFactorKind::Passkey => match &answer.passkey {
            Some(assertion) => Ok(ceremony::verify(app, assertion).await? == Some(account.id)),
            None => Ok(false),
        },
        SecondFactorKind::RecoveryCode => recovery::spend(app, account, &answer.value).await,
        SecondFactorKind::Sms | SecondFactorKind::Password => Ok(false),
    }
}
