//! `/me/verifications`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};
use renzheng_types::verification::{
    Attempt, BankCardClaim, DrivingLicenceClaim, IdCardClaim, Method, ProvidentFundClaim,
    SocialSecurityClaim, TelecomClaim, Verifications,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    attempt::{self, AttemptRefusal, Proof},
    overview, store,
};
use crate::{
    app::App,
    http::{
        answer::Created,
        auth::{Never, SignedIn},
        caller::Caller,
        locale::Language,
        problem::{Fault, Refusal},
        tag::Tag,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("no such attempt of this person")]
    NotFound,
}

impl Refusal for ShowRefusal {}

/// What every way to verify answers.
type Made = Result<Created<Attempt>, Fault<AttemptRefusal>>;

/// Makes an attempt from the fields of a body.
async fn make<T: Serialize + Sync>(
    app: &App,
    caller: &Caller,
    language: Language,
    proof: Proof<'_>,
    method: Method,
    body: &T,
) -> Made {
    let body = serde_json::to_value(body).map_err(anyhow::Error::from)?;
    let values = serde_json::from_value(body).map_err(anyhow::Error::from)?;
    let attempt = attempt::make(app, caller, language.0, proof, method, values).await?;
    Ok(Created::of(attempt))
}

pub struct VerificationApi;

#[OpenApi(tag = "Tag::Verification")]
impl VerificationApi {
    /// List what I have proven and what I can
    ///
    /// Each method with the level it gives, what it needs before, and what its form asks.
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications",
        method = "get",
        operation_id = "list_my_verifications"
    )]
    async fn list_my_verifications(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
    ) -> Result<Json<Verifications>, Fault<Never>> {
        let id = signed_in.session().account_id;
        Ok(Json(overview::show(&app, language.0, id).await?))
    }

    /// Verify by ID card
    ///
    /// Puts name and number to the authority, and on file when they match.
    /// A mismatch is a 201 with `failed` and counts against the limit; when the authority is out of reach the attempt
    /// is `pending`, asked again by the service, and not counted. Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/id-card",
        method = "post",
        operation_id = "create_id_card_verification"
    )]
    async fn create_id_card_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        body: Json<IdCardClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, None);
        make(&app, &caller, language, proof, Method::IdCard, &body.0).await
    }

    /// Verify by bank card
    ///
    /// The card and the phone that the bank knows, with the name and ID number on file.
    /// Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person, from level 1, with a step-up or within five minutes of signing in.
    #[oai(
        path = "/me/verifications/bank-card",
        method = "post",
        operation_id = "create_bank_card_verification"
    )]
    async fn create_bank_card_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<BankCardClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, step_up.0.as_deref());
        make(&app, &caller, language, proof, Method::BankCard, &body.0).await
    }

    /// Verify by social security card
    ///
    /// The number on the card, with the name and ID number on file.
    /// Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person, from level 1, with a step-up or within five minutes of signing in.
    #[oai(
        path = "/me/verifications/social-security",
        method = "post",
        operation_id = "create_social_security_verification"
    )]
    async fn create_social_security_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<SocialSecurityClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, step_up.0.as_deref());
        make(
            &app,
            &caller,
            language,
            proof,
            Method::SocialSecurity,
            &body.0,
        )
        .await
    }

    /// Verify by provident fund
    ///
    /// The account or joint card, with the name and ID number on file.
    /// Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person, from level 1, with a step-up or within five minutes of signing in.
    #[oai(
        path = "/me/verifications/provident-fund",
        method = "post",
        operation_id = "create_provident_fund_verification"
    )]
    async fn create_provident_fund_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<ProvidentFundClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, step_up.0.as_deref());
        make(
            &app,
            &caller,
            language,
            proof,
            Method::ProvidentFund,
            &body.0,
        )
        .await
    }

    /// Verify by telecom operator
    ///
    /// A phone registered with its operator under the name and ID number on file; when these are sent too they must be
    /// the same.
    /// Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person, from level 1, with a step-up or within five minutes of signing in.
    #[oai(
        path = "/me/verifications/telecom",
        method = "post",
        operation_id = "create_telecom_verification"
    )]
    async fn create_telecom_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<TelecomClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, step_up.0.as_deref());
        make(&app, &caller, language, proof, Method::Telecom, &body.0).await
    }

    /// Verify by driving licence
    ///
    /// The licence's file number, with the name and ID number on file.
    /// Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person, from level 1, with a step-up or within five minutes of signing in.
    #[oai(
        path = "/me/verifications/driving-licence",
        method = "post",
        operation_id = "create_driving_licence_verification"
    )]
    async fn create_driving_licence_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<DrivingLicenceClaim>,
    ) -> Made {
        let proof = Proof::of(&signed_in, step_up.0.as_deref());
        make(
            &app,
            &caller,
            language,
            proof,
            Method::DrivingLicence,
            &body.0,
        )
        .await
    }

    /// Show one of my attempts
    ///
    /// For following one that is `pending`. Permissions: the signed-in person whose attempt it is.
    #[oai(
        path = "/me/verifications/attempts/:id",
        method = "get",
        operation_id = "show_my_verification_attempt"
    )]
    async fn show_my_verification_attempt(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Json<Attempt>, Fault<ShowRefusal>> {
        let row = store::find(&app, signed_in.session().account_id, id.0)
            .await?
            .ok_or(ShowRefusal::NotFound)?;
        Ok(Json(attempt::show(&app, language.0, &row).await?))
    }
}
