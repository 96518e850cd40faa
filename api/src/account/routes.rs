//! `/accounts`, `/me`, `/agreements/current`

use poem::web::{Data, cookie::CookieJar};
use poem_openapi::{OpenApi, param::Header, payload::Json};
use renzheng_types::{
    account::{Account, AccountCreated, AccountDetails, NewAccount, ProfileChange},
    agreement::Agreement,
};

use super::{agreement, details, profile, register};
use crate::{
    app::App,
    http::{
        answer::Created,
        auth::{Never, SignedIn},
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
    session::routes::keep_device,
};

pub struct AccountApi;

#[OpenApi(tag = "Tag::Account")]
impl AccountApi {
    /// Register
    ///
    /// Opens an account for a phone that a code from `POST /sms-codes` (purpose `register`) proved, and signs in.
    /// With the header `X-CSRF` the session is kept in a cookie and there is no refresh token.
    /// Permissions: anyone.
    #[oai(path = "/accounts", method = "post", operation_id = "create_account")]
    async fn create_account(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        body: Json<NewAccount>,
        cookies: &CookieJar,
    ) -> Result<Created<AccountCreated>, Fault<register::RegisterRefusal>> {
        let (created, begun) = register::register(&app, &caller, language.0, body.0).await?;
        keep_device(cookies, &begun);
        Ok(Created::with_cookie(created, begun.cookie))
    }

    /// Show my account
    ///
    /// Everything sensitive is masked. Permissions: the signed-in person.
    #[oai(path = "/me", method = "get", operation_id = "show_me")]
    async fn show_me(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<Account>, Fault<Never>> {
        let id = signed_in.session().account_id;
        Ok(Json(profile::show(&app, id).await?))
    }

    /// Show what is masked elsewhere
    ///
    /// Phone, e-mail address, name and ID number in full; what there is not is left out. Permissions: the signed-in
    /// person, with a step-up for `details` or a sign-in of the last five minutes.
    #[oai(path = "/me/details", method = "get", operation_id = "show_my_details")]
    async fn show_my_details(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Json<AccountDetails>, Fault<details::ShowRefusal>> {
        let (session, step_up) = (signed_in.session(), step_up.0.as_deref());
        Ok(Json(details::show(&app, &caller, session, step_up).await?))
    }

    /// Change my nickname or language
    ///
    /// What is left out stays as it is. Permissions: the signed-in person.
    #[oai(path = "/me", method = "patch", operation_id = "change_me")]
    async fn change_me(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        body: Json<ProfileChange>,
    ) -> Result<Json<Account>, Fault<profile::ChangeRefusal>> {
        let id = signed_in.session().account_id;
        Ok(Json(profile::change(&app, &caller, id, body.0).await?))
    }

    /// Show the registration agreement
    ///
    /// The agreement in force, in the language of `Accept-Language`. Permissions: anyone.
    #[oai(
        path = "/agreements/current",
        method = "get",
        operation_id = "show_current_agreement"
    )]
    async fn show_current_agreement(
        &self,
        language: Language,
    ) -> Result<Json<Agreement>, Fault<Never>> {
        Ok(Json(agreement::current(language.0)?))
    }
}
