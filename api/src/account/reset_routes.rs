//! `/password-resets`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Path, payload::Json};
use renzheng_types::{
    password_reset::{
        NewPasswordReset, NewResetCode, PasswordReset, ResetGrant, ResetPassword, ResetProof,
    },
    sms_code::SmsCodeSent,
};
use uuid::Uuid;

use super::reset;
use crate::{
    app::App,
    http::{
        answer::{Accepted, Created, Done},
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
};

pub struct ResetApi;

#[OpenApi(tag = "Tag::Sessions")]
impl ResetApi {
    /// Begin a password reset
    ///
    /// The answer is the same for an account that does not exist. Permissions: anyone who solves a captcha.
    #[oai(
        path = "/password-resets",
        method = "post",
        operation_id = "create_password_reset"
    )]
    async fn create_password_reset(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<NewPasswordReset>,
    ) -> Result<Created<PasswordReset>, Fault<reset::BeginRefusal>> {
        Ok(Created::of(reset::begin(&app, &caller, &body.0).await?))
    }

    /// Send the code of a password reset
    ///
    /// To the phone that was named, or with `email` to the account's address. Permissions: whoever began the reset.
    #[oai(
        path = "/password-resets/:id/code",
        method = "post",
        operation_id = "send_password_reset_code"
    )]
    async fn send_password_reset_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        id: Path<Uuid>,
        body: Json<Option<NewResetCode>>,
    ) -> Result<Accepted<SmsCodeSent>, Fault<reset::CodeRefusal>> {
        let request = body.0.unwrap_or_default();
        let sent = reset::send_code(&app, &caller, language.0, id.0, &request).await?;
        Ok(Accepted::of(sent))
    }

    /// Prove who I am for a password reset
    ///
    /// With the code, and the second factor when the account has one. Where there is none, and nobody has proven to hold
    /// the phone for `sign_in.phone_proof_days`, the ID number of the account is needed beside the code. Permissions: whoever began the reset.
    #[oai(
        path = "/password-resets/:id/verify",
        method = "post",
        operation_id = "verify_password_reset"
    )]
    async fn verify_password_reset(
        &self,
        app: Data<&App>,
        caller: Caller,
        id: Path<Uuid>,
        body: Json<ResetProof>,
    ) -> Result<Json<ResetGrant>, Fault<reset::VerifyRefusal>> {
        Ok(Json(reset::verify(&app, &caller, id.0, body.0).await?))
    }

    /// Set the new password
    ///
    /// Works once. Every session ends, and the person is told by SMS and mail. Permissions: whoever holds the token.
    #[oai(
        path = "/password-resets/:id/password",
        method = "put",
        operation_id = "finish_password_reset"
    )]
    async fn finish_password_reset(
        &self,
        app: Data<&App>,
        caller: Caller,
        id: Path<Uuid>,
        body: Json<ResetPassword>,
    ) -> Result<Done, Fault<reset::FinishRefusal>> {
        reset::finish(&app, &caller, id.0, body.0).await?;
        Ok(Done::Done)
    }
}
