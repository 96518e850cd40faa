//! `/me/verifications/hall`

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};
use renzheng_types::hall::{HallCode, HallVisit};

use super::code;
use crate::{
    app::App,
    http::{
        answer::Created,
        auth::{Never, SignedIn},
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct HallVisitApi;

#[OpenApi(tag = "Tag::Verification")]
impl HallVisitApi {
    /// Make a code to show in a service hall
    ///
    /// Eight digits, and the same as a QR code; it lasts ten minutes and works once. A new one voids the one before, and
    /// ends what a clerk was looking at. Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/hall",
        method = "post",
        operation_id = "create_hall_code"
    )]
    async fn create_hall_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
    ) -> Result<Created<HallCode>, Fault<code::CodeRefusal>> {
        let id = signed_in.session().account_id;
        Ok(Created::of(code::make(&app, &caller, id).await?))
    }

    /// Show how far my visit to a service hall has got
    ///
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/hall",
        method = "get",
        operation_id = "show_my_hall_visit"
    )]
    async fn show_my_hall_visit(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<HallVisit>, Fault<Never>> {
        let id = signed_in.session().account_id;
        Ok(Json(code::visit(&app, id).await?))
    }
}
