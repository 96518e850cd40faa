//! `/me/verifications`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Path, payload::Json};
use renzheng_types::verification::{Attempt, IdCardClaim, Method, Verifications};
use uuid::Uuid;

use super::{
    attempt::{self, AttemptRefusal},
    method::id_card,
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
    /// Puts name and number to the authority. A mismatch is a 201 with `failed`, and counts against the daily limit;
    /// when the authority is out of reach the attempt is `pending`, asked again by the service, and not counted.
    /// Permissions: the signed-in person.
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
    ) -> Result<Created<Attempt>, Fault<AttemptRefusal>> {
        let today = app.clock.now().date_naive();
        let claim = id_card::claim(&body.0, today).map_err(AttemptRefusal::InvalidInput)?;
        let id = signed_in.session().account_id;
        let attempt = attempt::make(&app, &caller, language.0, id, Method::IdCard, claim).await?;
        Ok(Created::of(attempt))
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
