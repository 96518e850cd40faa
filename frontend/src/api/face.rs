//! Calls about verifying by face.

use gloo_net::http::Method;
use renzheng_types::{
    agreement::Agreement,
    verification::{Attempt, FaceCallback, FaceConsent, FaceVerification, NewFaceVerification},
};
use uuid::Uuid;
use wasm_bindgen::JsValue;

use super::{Api, Failure, STEP_UP, read, send, with_body};

const PATH: &str = "/me/verifications/face";

impl Api {
    pub async fn face_agreement(self) -> Result<Agreement, Failure> {
        self.get("/agreements/face").await
    }

    pub async fn face_consent(self) -> Result<FaceConsent, Failure> {
        self.get(&format!("{PATH}/consent")).await
    }

    pub async fn withdraw_face_consent(self) -> Result<(), Failure> {
        let request = self.request(Method::DELETE, &format!("{PATH}/consent"));
        send(request.build()).await.map(drop)
    }

    pub async fn begin_face(
        self,
        proof: Option<&str>,
        consent: Option<String>,
    ) -> Result<FaceVerification, Failure> {
        let mut request = self.request(Method::POST, PATH);
        if let Some(proof) = proof {
            request = request.header(STEP_UP, proof);
        }
        let wanted = NewFaceVerification { consent };
        read(&send(with_body(request, &wanted)).await?.text)
    }

    /// Sends a JPEG: `frames/3`, `id-card/front`.
    pub async fn send_face_picture(
        self,
        id: Uuid,
        what: &str,
        picture: JsValue,
    ) -> Result<(), Failure> {
        let request = self
            .request(Method::PUT, &format!("{PATH}/{id}/{what}"))
            .header("Content-Type", "image/jpeg")
            .body(picture);
        send(request).await.map(drop)
    }

    pub async fn submit_face(self, id: Uuid) -> Result<Attempt, Failure> {
        self.act(Method::POST, &format!("{PATH}/{id}/submit")).await
    }

    pub async fn finish_face(self, callback: &FaceCallback) -> Result<Attempt, Failure> {
        self.post(&format!("{PATH}/callback"), callback).await
    }
}
