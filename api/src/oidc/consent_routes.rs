//! `/me/authorizations`, `/me/consents`, `/me/disclosures`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};
use renzheng_types::application::{
    Authorization, AuthorizationAnswer, AuthorizationDecision, ConsentList, DisclosureList,
};

use super::{consent, interaction};
use crate::{
    app::App,
    http::{
        answer::Done,
        auth::{Never, SignedIn},
        caller::Caller,
        locale::Language,
        problem::Fault,
        tag::Tag,
    },
};

pub struct ConsentApi;

#[OpenApi(tag = "Tag::Applications")]
impl ConsentApi {
    /// Show what an application asks of me
    ///
    /// The request that `/oauth2/authorize` kept: who asks, for what, what it would learn, and what is to be done next.
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/authorizations/:id",
        method = "get",
        operation_id = "show_my_authorization"
    )]
    async fn show_my_authorization(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
        id: Path<String>,
    ) -> Result<Json<Authorization>, Fault<interaction::ShowRefusal>> {
        let session = signed_in.session();
        let shown = interaction::show(&app, language.0, session, &id.0).await?;
        Ok(Json(shown))
    }

    /// Decide what an application may know
    ///
    /// Answers the request, yes or no, once; the browser then goes to `redirect_url`. Permissions: the signed-in person.
    #[oai(
        path = "/me/authorizations/:id/decision",
        method = "post",
        operation_id = "decide_my_authorization"
    )]
    async fn decide_my_authorization(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<String>,
        body: Json<AuthorizationDecision>,
    ) -> Result<Json<AuthorizationAnswer>, Fault<interaction::DecideRefusal>> {
        let session = signed_in.session();
        let answer = interaction::decide(&app, &caller, session, &id.0, body.0).await?;
        Ok(Json(answer))
    }

    /// List what I let applications know
    ///
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/consents",
        method = "get",
        operation_id = "list_my_consents"
    )]
    async fn list_my_consents(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
    ) -> Result<Json<ConsentList>, Fault<Never>> {
        let session = signed_in.session();
        Ok(Json(consent::list(&app, language.0, session).await?))
    }

    /// Take back what I let an application know
    ///
    /// Everything it was given stops working at once. Permissions: the signed-in person.
    #[oai(
        path = "/me/consents/:client_id",
        method = "delete",
        operation_id = "delete_my_consent"
    )]
    async fn delete_my_consent(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        client_id: Path<String>,
    ) -> Result<Done, Fault<consent::RevokeRefusal>> {
        let session = signed_in.session();
        consent::revoke(&app, &caller, session, &client_id.0).await?;
        Ok(Done::Done)
    }

    /// List who read what about me
    ///
    /// Newest first, twenty at a time. Permissions: the signed-in person.
    #[oai(
        path = "/me/disclosures",
        method = "get",
        operation_id = "list_my_disclosures"
    )]
    async fn list_my_disclosures(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> Result<Json<DisclosureList>, Fault<consent::ListRefusal>> {
        let id = signed_in.session().account_id;
        let cursor = cursor.0.as_deref();
        Ok(Json(
            consent::disclosures(&app, language.0, id, cursor).await?,
        ))
    }
}
