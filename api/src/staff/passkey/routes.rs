//! `/staff/me/passkeys`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Path, payload::Json};
use renzheng_types::{
    passkey::{NewPasskey, Passkey, PasskeyEnrolment, PasskeyList, PasskeyName},
    staff::StaffProof,
};
use uuid::Uuid;

use super::enrol;
use crate::{
    app::App,
    http::{
        answer::{Created, Done},
        auth::Never,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Anyone},
        tag::Tag,
    },
    second_factor::passkey::enrol::RenameRefusal,
};

pub struct StaffPasskeyApi;

#[OpenApi(tag = "Tag::Staff")]
impl StaffPasskeyApi {
    /// List my staff passkeys
    ///
    /// Oldest first. Permissions: signed-in staff of any role.
    #[oai(
        path = "/staff/me/passkeys",
        method = "get",
        operation_id = "list_staff_passkeys"
    )]
    async fn list_staff_passkeys(
        &self,
        app: Data<&App>,
        staff: Allowed<Anyone>,
    ) -> Result<Json<PasskeyList>, Fault<Never>> {
        Ok(Json(super::list(&app, staff.member.id()).await?))
    }

    /// Begin to add a staff passkey
    ///
    /// With the password and a second factor. Answers what the browser is to make. Permissions: signed-in staff of any
    /// role.
    #[oai(
        path = "/staff/me/passkeys/enrolments",
        method = "post",
        operation_id = "begin_staff_passkey"
    )]
    async fn begin_staff_passkey(
        &self,
        app: Data<&App>,
        staff: Allowed<Anyone>,
        body: Json<StaffProof>,
    ) -> Result<Created<PasskeyEnrolment>, Fault<enrol::BeginRefusal>> {
        let begun = enrol::begin(&app, &staff.member, body.0).await?;
        Ok(Created::of(begun))
    }

    /// Add a staff passkey
    ///
    /// What the browser made of an enrolment of this session. Ends every other session. Permissions: signed-in staff of
    /// any role.
    #[oai(
        path = "/staff/me/passkeys",
        method = "post",
        operation_id = "add_staff_passkey"
    )]
    async fn add_staff_passkey(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Anyone>,
        body: Json<NewPasskey>,
    ) -> Result<Created<Passkey>, Fault<enrol::AddRefusal>> {
        let added = enrol::add(&app, &caller, &staff.member, &body.0).await?;
        Ok(Created::of(added))
    }

    /// Rename a staff passkey
    ///
    /// Permissions: the member of staff whose passkey it is.
    #[oai(
        path = "/staff/me/passkeys/:id",
        method = "patch",
        operation_id = "rename_staff_passkey"
    )]
    async fn rename_staff_passkey(
        &self,
        app: Data<&App>,
        staff: Allowed<Anyone>,
        id: Path<Uuid>,
        body: Json<PasskeyName>,
    ) -> Result<Json<Passkey>, Fault<RenameRefusal>> {
        let renamed = enrol::rename(&app, &staff.member, id.0, &body.0).await?;
        Ok(Json(renamed))
    }

    /// Remove a staff passkey
    ///
    /// With the password and a second factor. Ends every other session. Permissions: the member of staff whose passkey
    /// it is.
    #[oai(
        path = "/staff/me/passkeys/:id/remove",
        method = "post",
        operation_id = "remove_staff_passkey"
    )]
    async fn remove_staff_passkey(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Anyone>,
        id: Path<Uuid>,
        body: Json<StaffProof>,
    ) -> Result<Done, Fault<enrol::RemoveRefusal>> {
        enrol::remove(&app, &caller, &staff.member, id.0, body.0).await?;
        Ok(Done::Done)
    }
}
