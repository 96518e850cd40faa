//! Sign-in by a passkey: it stands for two factors, the device and what opens it.

use renzheng_types::session::PasskeySignIn;

use super::{
    AuthenticationMethod,
    begin::Proof,
    complete::{FirstProof, SignedIn, complete, note_refused},
    routes::SignInRefusal,
};
use crate::{
    account::store as accounts,
    app::App,
    code::limit,
    http::{caller::Caller, problem::Fault},
    second_factor::passkey::ceremony,
};

pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: PasskeySignIn,
) -> Result<SignedIn, Fault<SignInRefusal>> {
    app.count(app.windows_by_address(limit::PASSKEY_CHECK_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(SignInRefusal::RateLimited)?;
    let account = match ceremony::verify(app, &request.assertion).await? {
        Some(id) => accounts::find(app, id).await?,
        None => None,
    };
    let Some(account) = account.filter(|account| account.status == accounts::ACTIVE) else {
        note_refused(app, caller, "passkey", None);
        return Err(SignInRefusal::PasskeyInvalid.into());
    };
    let first = FirstProof {
        account,
        proof: Proof {
            method: AuthenticationMethod::Passkey,
            remember: request.remember,
            lent_by: None,
        },
    };
    complete(app, caller, first).await
}
