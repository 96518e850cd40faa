//! Calls about passkeys. What the server asks of the browser is handed on as text.

use gloo_net::http::Method;
use renzheng_types::passkey::{NewPasskey, Passkey, PasskeyAdded, PasskeyAssertion, PasskeyName};
use uuid::Uuid;

use super::{Api, Failure, STEP_UP, read, send};
use crate::browser;

const PASSKEYS: &str = "/me/second-factors/passkeys";

impl Api {
    /// Lets a passkey sign a challenge. None when the person, or the browser, would not.
    pub async fn ask_passkey(self) -> Result<Option<PasskeyAssertion>, Failure> {
        let request = self.request(Method::POST, "/passkey-challenges").build();
        let challenge = send(request).await?.text;
        match browser::passkey("get", &challenge).await {
            Some(answer) => read(&answer).map(Some),
            None => Ok(None),
        }
    }

    /// What the browser is to make, for [`browser::passkey`].
    pub async fn begin_passkey(self, proof: &str) -> Result<String, Failure> {
        let request = self
            .request(Method::POST, &format!("{PASSKEYS}/enrolments"))
            .header(STEP_UP, proof)
            .build();
        send(request).await.map(|answer| answer.text)
    }

    /// Keeps what the browser made. None when it made nothing.
    pub async fn add_passkey(
        self,
        name: String,
        made: Option<String>,
    ) -> Result<Option<PasskeyAdded>, Failure> {
        let Some(made) = made else {
            return Ok(None);
        };
        let credential = read(&made)?;
        let new = NewPasskey { name, credential };
        self.post(PASSKEYS, &new).await.map(Some)
    }

    pub async fn rename_passkey(self, id: Uuid, name: String) -> Result<Passkey, Failure> {
        let path = format!("{PASSKEYS}/{id}");
        self.send_json(Method::PATCH, &path, &PasskeyName { name })
            .await
    }

    pub async fn remove_passkey(self, id: Uuid, proof: &str) -> Result<(), Failure> {
        let request = self
            .request(Method::DELETE, &format!("{PASSKEYS}/{id}"))
            .header(STEP_UP, proof)
            .build();
        send(request).await.map(drop)
    }
}
