//! Calls about how an account is entered and kept safe.

use gloo_net::http::Method;
use renzheng_types::{
    account::AccountDetails,
    closing::Closing,
    device::{ActivityList, DeviceList},
    qr_login::{QrAsker, QrConfirmation, QrLogin, QrState},
    second_factor::{RecoveryCodes, SecondFactors, TotpConfirmation, TotpEnrolment},
    session::{NewSecondFactorCode, NewSession, SecondFactorNeeded, Session},
    sms_code::SmsCodeSent,
    step_up::{NewStepUp, NewStepUpCode, StepUp},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Api, BASE, Failure, STEP_UP, read, send, with_body};

/// How far a sign-in has got.
pub enum SignInAnswer {
    Begun(Box<Session>),
    /// The first proof was right; a second one is asked for.
    More(SecondFactorNeeded),
}

impl Api {
    pub async fn sign_in(self, session: &NewSession) -> Result<SignInAnswer, Failure> {
        let request = self.request(Method::POST, "/sessions");
        let answer = send(with_body(request, session)).await?;
        if answer.status == 202 {
            read(&answer.text).map(SignInAnswer::More)
        } else {
            read(&answer.text).map(SignInAnswer::Begun)
        }
    }

    pub async fn send_second_factor_code(self, ticket: &str) -> Result<SmsCodeSent, Failure> {
        let wanted = NewSecondFactorCode {
            ticket: ticket.to_owned(),
        };
        self.post("/sessions/second-factor-codes", &wanted).await
    }

    pub async fn create_qr_login(self) -> Result<QrLogin, Failure> {
        self.act(Method::POST, "/qr-logins").await
    }

    pub async fn qr_state(self, id: Uuid) -> Result<QrState, Failure> {
        self.get(&format!("/qr-logins/{id}")).await
    }

    pub async fn scan_qr_login(self, id: Uuid) -> Result<QrAsker, Failure> {
        self.act(Method::POST, &format!("/qr-logins/{id}/scan"))
            .await
    }

    pub async fn confirm_qr_login(self, id: Uuid, number: &str) -> Result<(), Failure> {
        let path = format!("/qr-logins/{id}/confirm");
        let picked = QrConfirmation {
            number: number.to_owned(),
        };
        let request = self.request(Method::POST, &path);
        send(with_body(request, &picked)).await.map(drop)
    }

    pub async fn deny_qr_login(self, id: Uuid) -> Result<(), Failure> {
        let path = format!("/qr-logins/{id}/deny");
        send(self.request(Method::POST, &path).build())
            .await
            .map(drop)
    }

    pub async fn send_step_up_code(self, wanted: &NewStepUpCode) -> Result<SmsCodeSent, Failure> {
        self.post("/me/step-ups/codes", wanted).await
    }

    pub async fn step_up(self, proof: &NewStepUp) -> Result<StepUp, Failure> {
        self.post("/me/step-ups", proof).await
    }

    pub async fn second_factors(self) -> Result<SecondFactors, Failure> {
        self.get("/me/second-factors").await
    }

    pub async fn enrol_totp(self, proof: &str) -> Result<TotpEnrolment, Failure> {
        self.proved(Method::POST, "/me/second-factors/totp", proof)
            .await
    }

    pub async fn confirm_totp(self, code: String) -> Result<RecoveryCodes, Failure> {
        let path = "/me/second-factors/totp/confirmation";
        self.post(path, &TotpConfirmation { code }).await
    }

    pub async fn remove_totp(self, proof: &str) -> Result<(), Failure> {
        let request = self
            .request(Method::DELETE, "/me/second-factors/totp")
            .header(STEP_UP, proof)
            .build();
        send(request).await.map(drop)
    }

    pub async fn renew_recovery_codes(self, proof: &str) -> Result<RecoveryCodes, Failure> {
        self.proved(Method::POST, "/me/second-factors/recovery-codes", proof)
            .await
    }

    pub async fn devices(self) -> Result<DeviceList, Failure> {
        self.get("/me/sessions").await
    }

    pub async fn delete_device(self, id: Uuid) -> Result<(), Failure> {
        let path = format!("/me/sessions/{id}");
        send(self.request(Method::DELETE, &path).build())
            .await
            .map(drop)
    }

    /// Signs out everywhere but here.
    pub async fn delete_other_devices(self) -> Result<(), Failure> {
        send(self.request(Method::DELETE, "/me/sessions").build())
            .await
            .map(drop)
    }

    pub async fn activity(self, cursor: Option<String>) -> Result<ActivityList, Failure> {
        match cursor {
            // A cursor is made of characters that a query may hold as they are.
            Some(cursor) => self.get(&format!("/me/activity?cursor={cursor}")).await,
            None => self.get("/me/activity").await,
        }
    }

    /// Everything that is held about the person, as the file to keep.
    pub async fn details(self, proof: &str) -> Result<AccountDetails, Failure> {
        self.proved(Method::GET, "/me/details", proof).await
    }

    pub async fn export(self, proof: &str) -> Result<String, Failure> {
        let request = self
            .request(Method::GET, "/me/export")
            .header(STEP_UP, proof)
            .build();
        send(request).await.map(|answer| answer.text)
    }

    pub async fn close_account(self, proof: &str) -> Result<Closing, Failure> {
        self.proved(Method::DELETE, "/me", proof).await
    }

    /// A request without a body that needs the proof of a step-up.
    async fn proved<A: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        proof: &str,
    ) -> Result<A, Failure> {
        let request = self.request(method, path).header(STEP_UP, proof).build();
        read(&send(request).await?.text)
    }
}

/// Where the news of a ticket comes from.
pub fn qr_events(id: Uuid) -> String {
    format!("{BASE}/qr-logins/{id}/events")
}
