//! `/admin/audit-events` and `/admin/audit-checks`

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{OpenApi, param::Query, payload::Json};
use renzheng_types::admin::{AuditCheck, AuditEventList, NewAuditCheck};
use uuid::Uuid;

use super::trail::{self, Wanted};
use crate::{
    app::App,
    http::{
        auth::Never,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
};

pub struct AdminTrailApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminTrailApi {
    /// Read the audit trail
    ///
    /// Newest first. A page may be short though there is more: one request looks through so many events only. Asking
    /// about one account is recorded. Permissions: operators.
    #[oai(
        path = "/admin/audit-events",
        method = "get",
        operation_id = "list_audit_events"
    )]
    #[allow(clippy::too_many_arguments)]
    async fn list_audit_events(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        cursor: Query<Option<String>>,
        /// The kind of event: `session.begin`.
        action: Query<Option<String>>,
        /// Who did it: `staff:<id>`, `account:<id>`, `client:<id>`, `console`, `system`.
        actor: Query<Option<String>>,
        /// Whom it happened to.
        subject_id: Query<Option<Uuid>>,
        /// At this moment or later.
        from: Query<Option<DateTime<Utc>>>,
        /// Before this moment.
        to: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<AuditEventList>, Fault<trail::ListRefusal>> {
        let wanted = Wanted {
            cursor: cursor.0,
            action: action.0,
            actor: actor.0,
            subject_id: subject_id.0,
            from: from.0,
            to: to.0,
        };
        let page = trail::list(&app, &caller, &operator.member, wanted).await?;
        Ok(Json(page))
    }

    /// Check the audit trail's chain
    ///
    /// A stretch of 10,000 events a time, after the position given; the answer says where to go on. Permissions:
    /// operators.
    #[oai(
        path = "/admin/audit-checks",
        method = "post",
        operation_id = "check_audit_trail"
    )]
    async fn check_audit_trail(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        body: Json<NewAuditCheck>,
    ) -> Result<Json<AuditCheck>, Fault<Never>> {
        Ok(Json(trail::check(&app, body.0.after).await?))
    }
}
