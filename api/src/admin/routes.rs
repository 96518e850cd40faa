//! `/admin/accounts`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::admin::{AccountSearch, ActReason, AdminAccount, AdminAccountList, AdminAct};
use uuid::Uuid;

use super::{account, act};
use crate::{
    app::App,
    http::{
        answer::Done,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
};

pub struct AdminAccountApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminAccountApi {
    /// Look for an account
    ///
    /// By a whole phone number, ID number or e-mail address; never by a part. The reason is recorded, and the person
    /// sees that operators looked. Permissions: operators, not for their own account.
    #[oai(
        path = "/admin/accounts/search",
        method = "post",
        operation_id = "search_accounts"
    )]
    async fn search_accounts(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        body: Json<AccountSearch>,
    ) -> Result<Json<AdminAccountList>, Fault<account::SearchRefusal>> {
        let found = account::search(&app, &caller, &operator.member, &body.0).await?;
        Ok(Json(found))
    }

    /// Show an account
    ///
    /// Everything masked. Recorded. Permissions: operators, not for their own account.
    #[oai(
        path = "/admin/accounts/:id",
        method = "get",
        operation_id = "show_account"
    )]
    async fn show_account(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
    ) -> Result<Json<AdminAccount>, Fault<account::ShowRefusal>> {
        let shown = account::show(&app, &caller, &operator.member, id.0).await?;
        Ok(Json(shown))
    }

    /// Lock an account
    ///
    /// Its sessions and what applications were let do are over, on every node within a second, and no way to sign in
    /// works. Permissions: operators, not for their own account.
    #[oai(
        path = "/admin/accounts/:id/lock",
        method = "post",
        operation_id = "lock_account"
    )]
    async fn lock_account(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
        body: Json<AdminAct>,
    ) -> Result<Json<AdminAccount>, Fault<act::ActRefusal>> {
        let shown = act::set_locked(&app, &caller, &operator.member, id.0, &body.0, true).await?;
        Ok(Json(shown))
    }

    /// Unlock an account
    ///
    /// The person signs in anew. Permissions: operators, not for their own account.
    #[oai(
        path = "/admin/accounts/:id/unlock",
        method = "post",
        operation_id = "unlock_account"
    )]
    async fn unlock_account(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
        body: Json<AdminAct>,
    ) -> Result<Json<AdminAccount>, Fault<act::ActRefusal>> {
        let shown = act::set_locked(&app, &caller, &operator.member, id.0, &body.0, false).await?;
        Ok(Json(shown))
    }

    /// End an account's sessions
    ///
    /// All of them, and what applications were let do. Permissions: operators, not for their own account.
    #[oai(
        path = "/admin/accounts/:id/sessions",
        method = "delete",
        operation_id = "end_account_sessions"
    )]
    async fn end_account_sessions(
        &self,
        app: Data<&App>,
        caller: Caller,
        operator: Allowed<Operators>,
        id: Path<Uuid>,
        reason: Query<ActReason>,
        /// Where the matter is filed: up to 40 letters, digits and `-/_.`
        case_number: Query<Option<String>>,
    ) -> Result<Done, Fault<act::ActRefusal>> {
        let member = &operator.member;
        let case_number = case_number.0.as_deref();
        act::end_sessions(&app, &caller, member, id.0, reason.0, case_number).await?;
        Ok(Done::Done)
    }
}
