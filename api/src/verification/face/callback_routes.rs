//! `/face-callbacks`: for providers, not for people.

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{finish, page};
use crate::{
    app::App,
    http::{
        answer::Done,
        problem::{Fault, Refusal},
        tag::Tag,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CallbackRefusal {
    #[error("no such check, or not its token")]
    NotFound,
}

impl Refusal for CallbackRefusal {}

pub struct FaceCallbackApi;

#[OpenApi(tag = "Tag::Verification")]
impl FaceCallbackApi {
    /// Hear that a face check is done
    ///
    /// Aliyun calls this when somebody has finished on its page, and adds `certifyId`, `passed`, `subcode` and
    /// `callbackToken`. What it says of the outcome is not read: the provider is asked. Called again, it changes nothing.
    /// Permissions: whoever has the token that was given to the provider for this one check.
    #[oai(
        path = "/face-callbacks/:id",
        method = "get",
        operation_id = "note_face_callback"
    )]
    async fn note_face_callback(
        &self,
        app: Data<&App>,
        id: Path<Uuid>,
        #[oai(name = "certifyId")] ticket: Query<Option<String>>,
        #[oai(name = "callbackToken")] token: Query<Option<String>>,
        /// The same, as another version of the provider writes it.
        #[oai(name = "CallbackToken")]
        other_token: Query<Option<String>>,
    ) -> Result<Done, Fault<CallbackRefusal>> {
        let token = token.0.or(other_token.0).unwrap_or_default();
        let ticket = ticket.0.unwrap_or_default();
        if !page::is_called_back(&app, id.0, &token)
            || !finish::called_back(&app, id.0, &ticket).await?
        {
            return Err(CallbackRefusal::NotFound.into());
        }
        Ok(Done::Done)
    }
}
