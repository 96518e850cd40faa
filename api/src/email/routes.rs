//! `/me/email`, `/email-activations`

use poem::web::Data;
use poem_openapi::{OpenApi, param::Header, payload::Json};
use renzheng_types::email::{EmailActivation, EmailBound, EmailChange, EmailState};

use super::binding;
use crate::{
    app::App,
    http::{
        answer::{Accepted, Done},
        auth::{Never, SignedIn},
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct EmailApi;

#[OpenApi(tag = "Tag::Security")]
impl EmailApi {
    /// Show my e-mail address
    ///
    /// What is bound, and what waits for its link to be opened. Permissions: the signed-in person.
    #[oai(path = "/me/email", method = "get", operation_id = "show_my_email")]
    async fn show_my_email(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<EmailState>, Fault<Never>> {
        Ok(Json(binding::show(&app, signed_in.session()).await?))
    }

    /// Bind an e-mail address
    ///
    /// Sends a mail with a link that lasts 24 hours. A newer request voids the older link.
    /// Permissions: the signed-in person, with a step-up for `email`.
    #[oai(path = "/me/email", method = "put", operation_id = "request_my_email")]
    async fn request_my_email(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<EmailChange>,
    ) -> Result<Accepted<EmailState>, Fault<binding::BindRefusal>> {
        let session = signed_in.session();
        let step_up = step_up.0.as_deref();
        let state = binding::request(&app, &caller, session, step_up, &body.0).await?;
        Ok(Accepted::of(state))
    }

    /// Remove my e-mail address
    ///
    /// Permissions: the signed-in person, with a step-up for `email`.
    #[oai(
        path = "/me/email",
        method = "delete",
        operation_id = "delete_my_email"
    )]
    async fn delete_my_email(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Done, Fault<binding::RemoveRefusal>> {
        binding::remove(&app, &caller, signed_in.session(), step_up.0.as_deref()).await?;
        Ok(Done::Done)
    }

    /// Confirm an e-mail address
    ///
    /// With the token of the mail's link. Works once. Permissions: whoever has the mail.
    #[oai(
        path = "/email-activations",
        method = "post",
        operation_id = "activate_email"
    )]
    async fn activate_email(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<EmailActivation>,
    ) -> Result<Json<EmailBound>, Fault<binding::ActivateRefusal>> {
        Ok(Json(binding::activate(&app, &caller, &body.0.token).await?))
    }
}
