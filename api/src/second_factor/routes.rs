//! `/me/second-factors`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Header, payload::Json};
use renzheng_types::second_factor::{
    RecoveryCodes, SecondFactors, TotpConfirmation, TotpEnrolment,
};

use super::enrol;
use crate::{
    app::App,
    http::{
        answer::{Created, Done},
        auth::{Never, SignedIn},
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct SecondFactorApi;

#[OpenApi(tag = "Tag::Security")]
impl SecondFactorApi {
    /// Show my second factors
    ///
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/second-factors",
        method = "get",
        operation_id = "show_my_second_factors"
    )]
    async fn show_my_second_factors(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<SecondFactors>, Fault<Never>> {
        let id = signed_in.session().account_id;
        Ok(Json(enrol::show(&app, id).await?))
    }

    /// Begin to set up an authenticator app
    ///
    /// Answers the secret and its QR code; it counts once a code of the app is confirmed.
    /// Permissions: the signed-in person, with a step-up for `second-factor`.
    #[oai(
        path = "/me/second-factors/totp",
        method = "post",
        operation_id = "begin_my_totp"
    )]
    async fn begin_my_totp(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Created<TotpEnrolment>, Fault<enrol::EnrolRefusal>> {
        let begun = enrol::begin(&app, signed_in.session(), step_up.0.as_deref()).await?;
        Ok(Created::of(begun))
    }

    /// Confirm my authenticator app
    ///
    /// A right code turns it on. The recovery codes are shown this once. Permissions: the signed-in person.
    #[oai(
        path = "/me/second-factors/totp/confirmation",
        method = "post",
        operation_id = "confirm_my_totp"
    )]
    async fn confirm_my_totp(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        body: Json<TotpConfirmation>,
    ) -> Result<Created<RecoveryCodes>, Fault<enrol::ConfirmRefusal>> {
        let codes = enrol::confirm(&app, &caller, signed_in.session(), &body.0).await?;
        Ok(Created::of(codes))
    }

    /// Remove my authenticator app
    ///
    /// The recovery codes go with the last second factor. Permissions: the signed-in person, with a step-up for `second-factor`.
    #[oai(
        path = "/me/second-factors/totp",
        method = "delete",
        operation_id = "delete_my_totp"
    )]
    async fn delete_my_totp(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Done, Fault<enrol::ChangeRefusal>> {
        enrol::remove(&app, &caller, signed_in.session(), step_up.0.as_deref()).await?;
        Ok(Done::Done)
    }

    /// Renew my recovery codes
    ///
    /// The old ones are void at once. Permissions: the signed-in person, with a step-up for `second-factor`.
    #[oai(
        path = "/me/second-factors/recovery-codes",
        method = "post",
        operation_id = "renew_my_recovery_codes"
    )]
    async fn renew_my_recovery_codes(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Created<RecoveryCodes>, Fault<enrol::ChangeRefusal>> {
        let codes =
            enrol::renew_codes(&app, &caller, signed_in.session(), step_up.0.as_deref()).await?;
        Ok(Created::of(codes))
    }
}
