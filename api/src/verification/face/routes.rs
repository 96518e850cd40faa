//! `/me/verifications/face`

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};
use renzheng_types::{
    agreement::Agreement,
    verification::{
        Attempt, CardSide, FaceCallback, FaceConsent, FaceVerification, NewFaceVerification,
    },
};
use uuid::Uuid;

use super::{
    begin::{self, BeginRefusal},
    finish::{self, FinishRefusal},
    submit::{self, SubmitRefusal},
    upload::{self, UploadRefusal},
    withdraw,
};
use crate::{
    account::consent,
    app::App,
    http::{
        answer::{Created, Done},
        auth::{Never, SignedIn},
        caller::Caller,
        locale::Language,
        picture::Upload,
        problem::Fault,
        tag::Tag,
    },
};

pub struct FaceApi;

#[OpenApi(tag = "Tag::Verification")]
impl FaceApi {
    /// Show the consent to the processing of faces
    ///
    /// The text in force, in the language of `Accept-Language`. Its version is what `POST /me/verifications/face` wants
    /// in `consent`. Permissions: anyone.
    #[oai(
        path = "/agreements/face",
        method = "get",
        operation_id = "show_face_agreement"
    )]
    async fn show_face_agreement(
        &self,
        language: Language,
    ) -> Result<Json<Agreement>, Fault<Never>> {
        Ok(Json(consent::FACE.text(language.0)?))
    }

    /// Show whether I agree to the processing of my face
    ///
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/face/consent",
        method = "get",
        operation_id = "show_my_face_consent"
    )]
    async fn show_my_face_consent(
        &self,
        app: Data<&App>,
        signed_in: SignedIn,
    ) -> Result<Json<FaceConsent>, Fault<Never>> {
        Ok(Json(withdraw::show(&app, &signed_in).await?))
    }

    /// Take back my consent to the processing of my face
    ///
    /// Ends a verification by face that is under way or waits for its result, and deletes its pictures. What was passed
    /// before stays. Permissions: the signed-in person.
    #[oai(
        path = "/me/verifications/face/consent",
        method = "delete",
        operation_id = "delete_my_face_consent"
    )]
    async fn delete_my_face_consent(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
    ) -> Result<Done, Fault<Never>> {
        withdraw::withdraw(&app, &caller, &signed_in).await?;
        Ok(Done::Done)
    }

    /// Begin to verify by face
    ///
    /// Answers what is to be done before the camera, in which order and in what time; one that was begun before is
    /// forgotten. Send frames and both sides of the ID card, then submit. Or, where the provider looks at faces on a page
    /// of its own, answers `redirect_url` instead: go there, and hand in the `state` that comes back. Then a try is
    /// counted when it is begun, and given back when it passes, is not finished, or meets an outage.
    /// Permissions: the signed-in person, from level 1, who agrees to the processing of their face, with a step-up or
    /// within five minutes of signing in.
    #[oai(
        path = "/me/verifications/face",
        method = "post",
        operation_id = "create_face_verification"
    )]
    async fn create_face_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        #[oai(name = "X-Step-Up")] step_up: Header<Option<String>>,
        body: Json<NewFaceVerification>,
    ) -> Result<Created<FaceVerification>, Fault<BeginRefusal>> {
        let step_up = step_up.0.as_deref();
        let begun = begin::begin(&app, &caller, &signed_in, step_up, &body.0).await?;
        Ok(Created::of(begun))
    }

    /// Send a frame
    ///
    /// JPEG or PNG, at most 8 MiB and 40 megapixels. Frames are judged in the order of their numbers; one sent again
    /// replaces the first. The picture is made anew: nothing hidden in the file is kept.
    /// Permissions: the signed-in person, in the session that began it.
    #[oai(
        path = "/me/verifications/face/:id/frames/:n",
        method = "put",
        operation_id = "replace_face_frame"
    )]
    async fn replace_face_frame(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
        /// 0 to `max_frames`.
        n: Path<u8>,
        body: Upload,
    ) -> Result<Done, Fault<UploadRefusal>> {
        upload::frame(&app, &caller, &signed_in, id.0, n.0, body).await?;
        Ok(Done::Done)
    }

    /// Send a photo of the ID card
    ///
    /// As for frames. Permissions: the signed-in person, in the session that began it.
    #[oai(
        path = "/me/verifications/face/:id/id-card/:side",
        method = "put",
        operation_id = "replace_face_id_card"
    )]
    async fn replace_face_id_card(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
        side: Path<CardSide>,
        body: Upload,
    ) -> Result<Done, Fault<UploadRefusal>> {
        upload::card(&app, &caller, &signed_in, id.0, side.0, body).await?;
        Ok(Done::Done)
    }

    /// Submit my face for verification
    ///
    /// Puts everything to the provider, once; the attempt has the same id. Failures and outages are as in verifying by
    /// ID card. Pictures are deleted with the decision.
    /// Permissions: the signed-in person, in the session that began it.
    #[oai(
        path = "/me/verifications/face/:id/submit",
        method = "post",
        operation_id = "submit_face_verification"
    )]
    async fn submit_face_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Created<Attempt>, Fault<SubmitRefusal>> {
        let attempt = submit::submit(&app, &caller, language.0, &signed_in, id.0).await?;
        Ok(Created::of(attempt))
    }

    /// Come back from a provider's page
    ///
    /// Takes the `state` of the address on the way back, and asks the provider what came of it: the attempt has the same
    /// id. The state is good for one attempt of the account that set out, until the page lapses; handed in again it shows
    /// that attempt. Failures and outages are as in verifying by ID card.
    /// Permissions: the signed-in person who set out.
    #[oai(
        path = "/me/verifications/face/callback",
        method = "post",
        operation_id = "finish_face_verification"
    )]
    async fn finish_face_verification(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        body: Json<FaceCallback>,
    ) -> Result<Created<Attempt>, Fault<FinishRefusal>> {
        let attempt = finish::finish(&app, &caller, language.0, &signed_in, &body.0).await?;
        Ok(Created::of(attempt))
    }
}
