//! `/me/password`, `/me/phone`, `/me/activity`, `/me/export`, `DELETE /me`

use poem::web::Data;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Query},
    payload::Json,
};
use renzheng_types::{
    account::Account,
    closing::Closing,
    credential::{NewPhoneCode, PasswordChange, PhoneChange},
    device::ActivityList,
    sms_code::SmsCodeSent,
};
use serde_json::Value;

use super::{activity, closing, details, export, password, phone};
use crate::{
    app::App,
    code::sms,
    http::{
        answer::{Accepted, Done},
        auth::SignedIn,
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
};

/// A file to keep.
#[derive(ApiResponse)]
pub enum Copy {
    /// Everything that is held of the person.
    #[oai(status = 200)]
    Ok(
        Json<Value>,
        /// The name of the file.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

pub struct SecurityApi;

#[OpenApi(tag = "Tag::Security")]
impl SecurityApi {
    /// Change my password
    ///
    /// Ends every other session. Permissions: the signed-in person, with a step-up for `password`.
    #[oai(
        path = "/me/password",
        method = "put",
        operation_id = "replace_my_password"
    )]
    async fn replace_my_password(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<PasswordChange>,
    ) -> Result<Done, Fault<password::ChangeRefusal>> {
        let step_up = step_up.0.as_deref();
        password::change(&app, &caller, signed_in.session(), step_up, body.0).await?;
        Ok(Done::Done)
    }

    /// Send a code to the phone I want to bind
    ///
    /// Permissions: the signed-in person who solves a captcha.
    #[oai(
        path = "/me/phone/codes",
        method = "post",
        operation_id = "send_my_phone_code"
    )]
    async fn send_my_phone_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        body: Json<NewPhoneCode>,
    ) -> Result<Accepted<SmsCodeSent>, Fault<sms::SendRefusal>> {
        let session = signed_in.session();
        let sent = phone::send(&app, &caller, language.0, session, &body.0).await?;
        Ok(Accepted::of(sent))
    }

    /// Change my phone
    ///
    /// Tells the old phone and ends every other session. Permissions: the signed-in person, with a step-up for `phone`.
    #[oai(path = "/me/phone", method = "put", operation_id = "replace_my_phone")]
    async fn replace_my_phone(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<PhoneChange>,
    ) -> Result<Json<Account>, Fault<phone::ChangeRefusal>> {
        let step_up = step_up.0.as_deref();
        let account = phone::change(&app, &caller, signed_in.session(), step_up, &body.0).await?;
        Ok(Json(account))
    }

    /// List what happened to my account
    ///
    /// Newest first, twenty a page. Permissions: the signed-in person.
    #[oai(
        path = "/me/activity",
        method = "get",
        operation_id = "list_my_activity"
    )]
    async fn list_my_activity(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> Result<Json<ActivityList>, Fault<activity::ListRefusal>> {
        let id = signed_in.session().account_id;
        let cursor = cursor.0.as_deref();
        Ok(Json(activity::list(&app, language.0, id, cursor).await?))
    }

    /// Download everything held of me
    ///
    /// Unmasked, as a JSON file. Permissions: the signed-in person, with a step-up for `export` or a sign-in of the
    /// last five minutes.
    #[oai(path = "/me/export", method = "get", operation_id = "export_me")]
    async fn export_me(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Copy, Fault<details::ShowRefusal>> {
        let session = signed_in.session();
        let step_up = step_up.0.as_deref();
        let everything = export::everything(&app, &caller, language.0, session, step_up).await?;
        let name = "attachment; filename=\"renzheng-export.json\"".to_string();
        Ok(Copy::Ok(Json(everything), name))
    }

    /// Close my account
    ///
    /// It is erased after fifteen days; signing in until then keeps it. Every session ends.
    /// Permissions: the signed-in person, with a step-up for `close`.
    #[oai(path = "/me", method = "delete", operation_id = "delete_me")]
    async fn delete_me(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Accepted<Closing>, Fault<closing::CloseRefusal>> {
        let session = signed_in.session();
        let step_up = step_up.0.as_deref();
        Ok(Accepted::of(
            closing::begin(&app, &caller, session, step_up).await?,
        ))
    }
}
