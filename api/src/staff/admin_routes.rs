//! `/admin/staff`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::staff::{NewStaff, StaffDuty, StaffEntry, StaffList};
use uuid::Uuid;

use super::manage::{self, Doer};
use crate::{
    app::App,
    http::{
        answer::Created,
        caller::Caller,
        problem::{Fault, Refusal},
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("nobody like that")]
    NotFound,
}

impl Refusal for ShowRefusal {}

pub struct AdminStaffApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminStaffApi {
    /// List staff
    ///
    /// In the order they were taken on. Permissions: operators.
    #[oai(path = "/admin/staff", method = "get", operation_id = "list_staff")]
    async fn list_staff(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        cursor: Query<Option<String>>,
    ) -> Result<Json<StaffList>, Fault<manage::ListRefusal>> {
        Ok(Json(manage::list(&app, cursor.0.as_deref()).await?))
    }

    /// Take somebody on
    ///
    /// They get a mail with a link that works once, by which they set their own password and link their own
    /// authenticator app. The answer holds no secret. Permissions: operators.
    #[oai(path = "/admin/staff", method = "post", operation_id = "create_staff")]
    async fn create_staff(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        body: Json<NewStaff>,
    ) -> Result<Created<StaffEntry>, Fault<manage::AddRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let (entry, _) = manage::add(&app, &caller, doer, body.0).await?;
        Ok(Created::of(entry))
    }

    /// Show a member of staff
    ///
    /// Permissions: operators.
    #[oai(path = "/admin/staff/:id", method = "get", operation_id = "show_staff")]
    async fn show_staff(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        id: Path<Uuid>,
    ) -> Result<Json<StaffEntry>, Fault<ShowRefusal>> {
        let entry = manage::show(&app, id.0).await?;
        Ok(Json(entry.ok_or(ShowRefusal::NotFound)?))
    }

    /// Change role and hall
    ///
    /// Their sessions end. Permissions: operators, not for themselves.
    #[oai(
        path = "/admin/staff/:id/duty",
        method = "put",
        operation_id = "replace_staff_duty"
    )]
    async fn replace_staff_duty(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
        body: Json<StaffDuty>,
    ) -> Result<Json<StaffEntry>, Fault<manage::DutyRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let entry = manage::set_duty(&app, &caller, doer, id.0, body.0).await?;
        Ok(Json(entry))
    }

    /// Shut somebody out
    ///
    /// At once, on every node. Permissions: operators, not for themselves.
    #[oai(
        path = "/admin/staff/:id/disable",
        method = "post",
        operation_id = "disable_staff"
    )]
    async fn disable_staff(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
    ) -> Result<Json<StaffEntry>, Fault<manage::SwitchRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let entry = manage::switch(&app, &caller, doer, id.0, false).await?;
        Ok(Json(entry))
    }

    /// Let somebody in again
    ///
    /// With the credentials they had. Permissions: operators, not for themselves.
    #[oai(
        path = "/admin/staff/:id/enable",
        method = "post",
        operation_id = "enable_staff"
    )]
    async fn enable_staff(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
    ) -> Result<Json<StaffEntry>, Fault<manage::SwitchRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let entry = manage::switch(&app, &caller, doer, id.0, true).await?;
        Ok(Json(entry))
    }

    /// Reset somebody's credentials
    ///
    /// Password, app and recovery codes are void and their sessions end; a new link goes to their mail address.
    /// Permissions: operators, not for themselves.
    #[oai(
        path = "/admin/staff/:id/reset",
        method = "post",
        operation_id = "reset_staff"
    )]
    async fn reset_staff(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
    ) -> Result<Json<StaffEntry>, Fault<manage::ResetRefusal>> {
        let doer = Doer::Operator(&operator.member);
        let (entry, _) = manage::reset(&app, &caller, doer, id.0).await?;
        Ok(Json(entry))
    }
}
