//! Calls about passkeys. What the server asks of the browser is handed on as text.

use gloo_net::http::Method;
use renzheng_types::{
    passkey::{NewPasskey, Passkey, PasskeyAdded, PasskeyAssertion, PasskeyList, PasskeyName},
    staff::StaffProof,
};
use uuid::Uuid;

use super::{Api, Failure, STEP_UP, read, send, with_body};
use crate::browser;

/// Whose passkeys they are: those of people and those of staff are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Person,
    Staff,
}

impl Holder {
    const fn path(self) -> &'static str {
        match self {
            Self::Person => "/me/second-factors/passkeys",
            Self::Staff => "/staff/me/passkeys",
        }
    }
}

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
        let path = format!("{}/enrolments", Holder::Person.path());
        let request = self.request(Method::POST, &path).header(STEP_UP, proof);
        send(request.build()).await.map(|answer| answer.text)
    }

    /// The same for staff.
    pub async fn begin_staff_passkey(self, proof: &StaffProof) -> Result<String, Failure> {
        let path = format!("{}/enrolments", Holder::Staff.path());
        let request = with_body(self.request(Method::POST, &path), proof);
        send(request).await.map(|answer| answer.text)
    }

    /// Keeps what the browser made; answers the recovery codes that come with a first second factor. None when it made
    /// nothing.
    pub async fn add_passkey(
        self,
        holder: Holder,
        name: String,
        made: Option<String>,
    ) -> Result<Option<Vec<String>>, Failure> {
        let Some(made) = made else {
            return Ok(None);
        };
        let credential = read(&made)?;
        let new = NewPasskey { name, credential };
        let request = with_body(self.request(Method::POST, holder.path()), &new);
        let answer = send(request).await?.text;
        match holder {
            Holder::Person => read::<PasskeyAdded>(&answer).map(|added| Some(added.recovery_codes)),
            // The app came first, and its codes with it.
            Holder::Staff => Ok(Some(Vec::new())),
        }
    }

    pub async fn rename_passkey(
        self,
        holder: Holder,
        id: Uuid,
        name: String,
    ) -> Result<Passkey, Failure> {
        let path = format!("{}/{id}", holder.path());
        self.send_json(Method::PATCH, &path, &PasskeyName { name })
            .await
    }

    pub async fn remove_passkey(self, id: Uuid, proof: &str) -> Result<(), Failure> {
        let path = format!("{}/{id}", Holder::Person.path());
        let request = self.request(Method::DELETE, &path).header(STEP_UP, proof);
        send(request.build()).await.map(drop)
    }

    /// The same for staff.
    pub async fn remove_staff_passkey(self, id: Uuid, proof: &StaffProof) -> Result<(), Failure> {
        let path = format!("{}/{id}/remove", Holder::Staff.path());
        let request = with_body(self.request(Method::POST, &path), proof);
        send(request).await.map(drop)
    }

    pub async fn staff_passkeys(self) -> Result<PasskeyList, Failure> {
        self.get(Holder::Staff.path()).await
    }
}
