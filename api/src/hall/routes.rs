//! `/hall`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::hall::{HallApprovalList, HallCase, HallLookup, HallPass, HallRefusal};
use uuid::Uuid;

use super::{approval, lookup, record};
use crate::{
    app::App,
    http::{
        answer::Created,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Counter, Supervisors},
        tag::Tag,
    },
};

pub struct HallApi;

#[OpenApi(tag = "Tag::Hall")]
impl HallApi {
    /// Take the code that a person shows
    ///
    /// Opens a case: who the person is, to be compared with the card, for twenty minutes. A code works once. Wrong codes
    /// and the number of people in a day are limited. Nobody can be looked for in any other way.
    /// Permissions: clerks and supervisors of an open hall, not for themselves.
    #[oai(
        path = "/hall/lookups",
        method = "post",
        operation_id = "create_hall_lookup"
    )]
    async fn create_hall_lookup(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Counter>,
        body: Json<HallLookup>,
    ) -> Result<Created<HallCase>, Fault<lookup::LookupRefusal>> {
        let case = lookup::take(&app, &caller, &staff.member, &body.0).await?;
        Ok(Created::of(case))
    }

    /// Show a case
    ///
    /// The person is told of while the case is open, or waits for this supervisor's approval.
    /// Permissions: the clerk whose it is; supervisors of its hall while it waits for approval.
    #[oai(
        path = "/hall/cases/:id",
        method = "get",
        operation_id = "show_hall_case"
    )]
    async fn show_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Counter>,
        id: Path<Uuid>,
    ) -> Result<Json<HallCase>, Fault<approval::ShowRefusal>> {
        let case = approval::show(&app, &caller, &staff.member, id.0).await?;
        Ok(Json(case))
    }

    /// Confirm the person
    ///
    /// With every check made. Name and ID number typed off the card are put to the register and always need a
    /// supervisor; of the rest a share does. Once recorded it cannot be changed.
    /// Permissions: the clerk whose case it is.
    #[oai(
        path = "/hall/cases/:id/pass",
        method = "post",
        operation_id = "pass_hall_case"
    )]
    async fn pass_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Counter>,
        id: Path<Uuid>,
        body: Json<HallPass>,
    ) -> Result<Json<HallCase>, Fault<record::PassRefusal>> {
        let case = record::pass(&app, &caller, &staff.member, id.0, body.0).await?;
        Ok(Json(case))
    }

    /// Do not confirm the person
    ///
    /// With a reason. Once recorded it cannot be changed. Permissions: the clerk whose case it is.
    #[oai(
        path = "/hall/cases/:id/refuse",
        method = "post",
        operation_id = "refuse_hall_case"
    )]
    async fn refuse_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Counter>,
        id: Path<Uuid>,
        body: Json<HallRefusal>,
    ) -> Result<Json<HallCase>, Fault<record::RefuseRefusal>> {
        let case = record::refuse(&app, &caller, &staff.member, id.0, body.0.reason).await?;
        Ok(Json(case))
    }

    /// Close a case without a result
    ///
    /// For a person who left. Permissions: the clerk whose case it is.
    #[oai(
        path = "/hall/cases/:id/release",
        method = "post",
        operation_id = "release_hall_case"
    )]
    async fn release_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Counter>,
        id: Path<Uuid>,
    ) -> Result<Json<HallCase>, Fault<record::ReleaseRefusal>> {
        let case = record::release(&app, &caller, &staff.member, id.0).await?;
        Ok(Json(case))
    }

    /// List cases that wait for approval
    ///
    /// Of the supervisor's hall, or of all; the longest waiting first, without a word about the person.
    /// Permissions: supervisors.
    #[oai(
        path = "/hall/approvals",
        method = "get",
        operation_id = "list_hall_approvals"
    )]
    async fn list_hall_approvals(
        &self,
        app: Data<&App>,
        staff: Allowed<Supervisors>,
        cursor: Query<Option<String>>,
    ) -> Result<Json<HallApprovalList>, Fault<approval::ListRefusal>> {
        let list = approval::list(&app, &staff.member, cursor.0.as_deref()).await?;
        Ok(Json(list))
    }

    /// Approve a case
    ///
    /// Permissions: supervisors of its hall, who neither recorded it nor are the person.
    #[oai(
        path = "/hall/approvals/:id/approve",
        method = "post",
        operation_id = "approve_hall_case"
    )]
    async fn approve_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Supervisors>,
        id: Path<Uuid>,
    ) -> Result<Json<HallCase>, Fault<approval::ApproveRefusal>> {
        let case = approval::approve(&app, &caller, &staff.member, id.0).await?;
        Ok(Json(case))
    }

    /// Reject a case
    ///
    /// With a reason. Permissions: supervisors of its hall, who neither recorded it nor are the person.
    #[oai(
        path = "/hall/approvals/:id/reject",
        method = "post",
        operation_id = "reject_hall_case"
    )]
    async fn reject_hall_case(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Supervisors>,
        id: Path<Uuid>,
        body: Json<HallRefusal>,
    ) -> Result<Json<HallCase>, Fault<approval::RejectRefusal>> {
        let case = approval::reject(&app, &caller, &staff.member, id.0, body.0.reason).await?;
        Ok(Json(case))
    }
}
