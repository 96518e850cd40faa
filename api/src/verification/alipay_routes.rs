//! `/me/verifications/alipay`

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};
use renzheng_types::verification::{AlipayCallback, AlipayRedirect, Attempt};

use super::alipay::{self, BeginRefusal, CallbackRefusal};
use crate::{
    app::App,
    http::{
        answer::Created, auth::SignedIn, caller::Caller, locale::Language, problem::Fault, tag::Tag,
    },
};

pub struct AlipayApi;

#[OpenApi(tag = "Tag::Verification")]
impl AlipayApi {
    /// Begin to verify through Alipay
    ///
    /// Answers the page where the person signs in at Alipay and agrees. It leads back to the web pages, with `state` and
    /// `auth_code` in the address. Who has no name on file yet needs no ID card first: Alipay's is put on file.
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/alipay",
        method = "post",
        operation_id = "begin_alipay_verification"
    )]
    async fn begin_alipay_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
    ) -> Result<Created<AlipayRedirect>, Fault<BeginRefusal>> {
        let begun = alipay::begin(&app, &caller, signed_in.session()).await?;
        Ok(Created::of(begun))
    }

    /// Come back from Alipay
    ///
    /// Takes what stands in the address on the way back: `state` works once, within ten minutes, in the session that
    /// set out. Passes when Alipay has certified the person and its name and number are those on file.
    /// Failures and outages are as in verifying by ID card; a code that Alipay does not take any more is a 201 with
    /// `authorization-expired`, and is not counted. Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/alipay/callback",
        method = "post",
        operation_id = "finish_alipay_verification"
    )]
    async fn finish_alipay_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        body: Json<AlipayCallback>,
    ) -> Result<Created<Attempt>, Fault<CallbackRefusal>> {
        let session = signed_in.session();
        let attempt = alipay::callback(&app, &caller, language.0, session, body.0).await?;
        Ok(Created::of(attempt))
    }
}
