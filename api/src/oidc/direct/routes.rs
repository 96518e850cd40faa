//! `/subjects/{sub}/level`, `/identity-codes/check`, `/me/consents/{client_id}/identity-codes`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Path, payload::Json};
use renzheng_types::integration::{IdentityCode, IdentityCodeCheck, SubjectLevel};

use super::{
    LevelRefusal,
    identity_code::{self, CheckRefusal, MakeRefusal},
};
use crate::{
    app::App,
    http::{
        answer::Created,
        application_auth::{Application, CodesCheck, LevelsRead},
        auth::SignedIn,
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct DirectApi;

#[OpenApi]
impl DirectApi {
    /// Ask for a person's level
    ///
    /// By the `sub` that the application knows the person by. Only about people who have agreed to the application;
    /// they see it among what was read. Permissions: an application's own token with the scope `levels:read`.
    #[oai(
        path = "/subjects/:sub/level",
        method = "get",
        operation_id = "show_subject_level",
        tag = "Tag::Integration"
    )]
    async fn show_subject_level(
        &self,
        app: Data<&App>,
        application: Application<LevelsRead>,
        sub: Path<String>,
    ) -> Result<Json<SubjectLevel>, Fault<LevelRefusal>> {
        Ok(Json(super::level(&app, &application.client, &sub.0).await?))
    }

    /// Check the code that a person shows
    ///
    /// Says who it is, once. A wrong code, a used one, a lapsed one and another application's are answered alike.
    /// Permissions: an application's own token with the scope `codes:check`.
    #[oai(
        path = "/identity-codes/check",
        method = "post",
        operation_id = "check_identity_code",
        tag = "Tag::Integration"
    )]
    async fn check_identity_code(
        &self,
        app: Data<&App>,
        application: Application<CodesCheck>,
        body: Json<IdentityCodeCheck>,
    ) -> Result<Json<SubjectLevel>, Fault<CheckRefusal>> {
        Ok(Json(
            identity_code::check(&app, &application.client, &body.0).await?,
        ))
    }

    /// Make a code to show to an application
    ///
    /// For one that I have agreed to: it learns who I am to it and my level, once, within five minutes. A new code voids
    /// the one before. Permissions: the signed-in person.
    #[oai(
        path = "/me/consents/:client_id/identity-codes",
        method = "post",
        operation_id = "make_my_identity_code",
        tag = "Tag::Applications"
    )]
    async fn make_my_identity_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        client_id: Path<String>,
    ) -> Result<Created<IdentityCode>, Fault<MakeRefusal>> {
        let session = signed_in.session();
        let made = identity_code::make(&app, &caller, session, &client_id.0).await?;
        Ok(Created::of(made))
    }
}
