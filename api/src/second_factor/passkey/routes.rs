//! `/passkey-challenges`, `/me/second-factors/passkeys`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};
use renzheng_types::passkey::{
    NewPasskey, Passkey, PasskeyAdded, PasskeyChallenge, PasskeyEnrolment, PasskeyName,
};
use uuid::Uuid;

use super::{ceremony, enrol};
use crate::{
    app::App,
    http::{
        answer::{Created, Done},
        auth::SignedIn,
        caller::Caller,
        problem::Fault,
        tag::Tag,
    },
};

pub struct PasskeyApi;

#[OpenApi(tag = "Tag::Security")]
impl PasskeyApi {
    /// Ask for a passkey's signature
    ///
    /// Its answer goes to `POST /sessions` or `POST /me/step-ups` with method `passkey`, or is given as a second proof; staff
    /// give it in the place of a code. It names nobody, and is used up by one check, right or wrong. Permissions: anyone.
    #[oai(
        path = "/passkey-challenges",
        method = "post",
        operation_id = "create_passkey_challenge"
    )]
    async fn create_passkey_challenge(
        &self,
        app: Data<&App>,
        caller: Caller,
    ) -> Result<Created<PasskeyChallenge>, Fault<ceremony::ChallengeRefusal>> {
        Ok(Created::of(ceremony::challenge(&app, &caller).await?))
    }

    /// Begin to add a passkey
    ///
    /// Answers what the browser is to make. Permissions: the signed-in person, with a step-up for `second-factor`.
    #[oai(
        path = "/me/second-factors/passkeys/enrolments",
        method = "post",
        operation_id = "begin_my_passkey"
    )]
    async fn begin_my_passkey(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
    ) -> Result<Created<PasskeyEnrolment>, Fault<enrol::BeginRefusal>> {
        let begun = enrol::begin(&app, signed_in.session(), step_up.0.as_deref()).await?;
        Ok(Created::of(begun))
    }

    /// Add a passkey
    ///
    /// What the browser made of an enrolment of this session. With the first second factor the recovery codes are
    /// shown, this once. Permissions: the signed-in person.
    #[oai(
        path = "/me/second-factors/passkeys",
        method = "post",
        operation_id = "add_my_passkey"
    )]
    async fn add_my_passkey(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        body: Json<NewPasskey>,
    ) -> Result<Created<PasskeyAdded>, Fault<enrol::AddRefusal>> {
        let added = enrol::add(&app, &caller, signed_in.session(), &body.0).await?;
        Ok(Created::of(added))
    }

    /// Rename a passkey
    ///
    /// Permissions: the signed-in person whose passkey it is.
    #[oai(
        path = "/me/second-factors/passkeys/:id",
        method = "patch",
        operation_id = "rename_my_passkey"
    )]
    async fn rename_my_passkey(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
        id: Path<Uuid>,
        body: Json<PasskeyName>,
    ) -> Result<Json<Passkey>, Fault<enrol::RenameRefusal>> {
        let renamed = enrol::rename(&app, signed_in.session(), id.0, &body.0).await?;
        Ok(Json(renamed))
    }

    /// Remove a passkey
    ///
    /// Permissions: the signed-in person whose passkey it is, with a step-up for `second-factor`.
    #[oai(
        path = "/me/second-factors/passkeys/:id",
        method = "delete",
        operation_id = "delete_my_passkey"
    )]
    async fn delete_my_passkey(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        id: Path<Uuid>,
    ) -> Result<Done, Fault<enrol::RemoveRefusal>> {
        let step_up = step_up.0.as_deref();
        enrol::remove(&app, &caller, signed_in.session(), step_up, id.0).await?;
        Ok(Done::Done)
    }
}
