//! `/admin/halls`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Path, payload::Json};
use renzheng_types::hall::{Hall, HallChange, HallList, NewHall};
use uuid::Uuid;

use super::place;
use crate::{
    app::App,
    http::{
        answer::Created,
        auth::Never,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
    staff::manage::Doer,
};

pub struct AdminHallApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminHallApi {
    /// List halls
    ///
    /// By name. Permissions: operators.
    #[oai(path = "/admin/halls", method = "get", operation_id = "list_halls")]
    async fn list_halls(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
    ) -> Result<Json<HallList>, Fault<Never>> {
        Ok(Json(place::list(&app).await?))
    }

    /// Add a hall
    ///
    /// Permissions: operators.
    #[oai(path = "/admin/halls", method = "post", operation_id = "create_hall")]
    async fn create_hall(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        body: Json<NewHall>,
    ) -> Result<Created<Hall>, Fault<place::AddRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let hall = place::add(&app, &caller, doer, &body.0).await?;
        Ok(Created::of(hall))
    }

    /// Change a hall
    ///
    /// Renames it, closes it or opens it again. Nobody is verified in a closed hall. Permissions: operators.
    #[oai(
        path = "/admin/halls/:id",
        method = "put",
        operation_id = "replace_hall"
    )]
    async fn replace_hall(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
        body: Json<HallChange>,
    ) -> Result<Json<Hall>, Fault<place::ChangeRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let hall = place::change(&app, &caller, doer, id.0, &body.0).await?;
        Ok(Json(hall))
    }
}
