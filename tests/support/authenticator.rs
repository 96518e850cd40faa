//! A software authenticator, as a browser drives it.

use serde_json::{Value, json};
use webauthn_authenticator_rs::{
    prelude::{Url, WebauthnAuthenticator},
    softpasskey::SoftPasskey,
};

use crate::Client;

/// A device with one passkey for the service.
pub struct Authenticator {
    device: SoftPasskey,
    origin: Url,
    /// The passkey's id, and whose it is.
    kept: Value,
    owner: Value,
}

impl Authenticator {
    /// A device that people open by a finger.
    pub fn new(origin: &str) -> Self {
        Self {
            device: SoftPasskey::new(true),
            origin: origin.parse().expect("a URL"),
            kept: Value::Null,
            owner: Value::Null,
        }
    }

    /// `navigator.credentials.create`
    pub fn create(&mut self, enrolment: &Value) -> Value {
        let mut asked = enrolment["public_key"].clone();
        // The software device keeps no names; this test keeps them for it.
        asked["authenticatorSelection"]["requireResidentKey"] = false.into();
        self.owner = asked["user"]["id"].clone();
        let asked = serde_json::from_value(json!({"publicKey": asked})).expect("options");
        let made = self
            .device
            .do_registration(self.origin.clone(), asked)
            .expect("a passkey");
        let made = serde_json::to_value(made).expect("JSON");
        self.kept = made["rawId"].clone();
        made
    }

    /// `navigator.credentials.get`
    pub fn get(&mut self, challenge: &Value) -> Value {
        let mut asked = challenge["public_key"].clone();
        asked["allowCredentials"] = json!([{"type": "public-key", "id": self.kept}]);
        let asked = serde_json::from_value(json!({"publicKey": asked})).expect("options");
        let signed = self
            .device
            .do_authentication(self.origin.clone(), asked)
            .expect("a signature");
        let mut signed = serde_json::to_value(signed).expect("JSON");
        signed["response"]["userHandle"] = self.owner.clone();
        json!({"challenge": challenge["challenge"], "credential": signed})
    }

    /// Answers a new challenge of the server's.
    pub async fn assertion(&mut self, client: &Client) -> Value {
        let challenge = client.post("/passkey-challenges", Value::Null).await;
        self.get(&challenge.ok(201))
    }

    /// Adds a passkey of this device to the account that `able` may change; answers what `POST` did.
    pub async fn enrol(&mut self, able: &Client, name: &str) -> Value {
        let path = "/me/second-factors/passkeys";
        let enrolment = able.post(&format!("{path}/enrolments"), Value::Null).await;
        let credential = self.create(&enrolment.ok(201));
        let body = json!({"name": name, "credential": credential});
        able.post(path, body).await.ok(201)
    }

    /// Adds a passkey of this device to a member of staff, who shows both factors anew; answers what `POST` did.
    pub async fn enrol_staff(&mut self, staff: &Client, proof: Value, name: &str) -> Value {
        let path = "/staff/me/passkeys";
        let enrolment = staff.post(&format!("{path}/enrolments"), proof).await;
        let credential = self.create(&enrolment.ok(201));
        let body = json!({"name": name, "credential": credential});
        staff.post(path, body).await.ok(201)
    }
}
