//! Calls about what an account is reached and entered by: password, phone, e-mail.

use gloo_net::http::Method;
use renzheng_types::{
    account::Account,
    captcha::CaptchaAnswer,
    credential::{NewPhoneCode, PasswordChange, PhoneChange},
    email::{EmailActivation, EmailBound, EmailChange, EmailState},
    password_reset::{
        NewPasswordReset, NewResetCode, PasswordReset, ResetChannel, ResetGrant, ResetPassword,
        ResetProof,
    },
    sms_code::{NewSmsCode, SmsCodePurpose, SmsCodeSent},
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Api, Failure, STEP_UP, read, send, with_body};

/// What a code to a phone is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    Purpose(SmsCodePurpose),
    /// To bind it to the account that is signed in.
    NewPhone,
}

impl Api {
    pub async fn send_code(
        self,
        code_use: CodeUse,
        phone: String,
        captcha: CaptchaAnswer,
    ) -> Result<SmsCodeSent, Failure> {
        match code_use {
            CodeUse::Purpose(purpose) => {
                let wanted = NewSmsCode {
                    phone,
                    purpose,
                    captcha,
                };
                self.post("/sms-codes", &wanted).await
            }
            CodeUse::NewPhone => {
                self.post("/me/phone/codes", &NewPhoneCode { phone, captcha })
                    .await
            }
        }
    }

    pub async fn change_password(self, proof: &str, new_password: String) -> Result<(), Failure> {
        let request = self
            .request(Method::PUT, "/me/password")
            .header(STEP_UP, proof);
        send(with_body(request, &PasswordChange { new_password }))
            .await
            .map(drop)
    }

    pub async fn change_phone(self, proof: &str, change: &PhoneChange) -> Result<Account, Failure> {
        self.put_proved("/me/phone", proof, change).await
    }

    pub async fn email(self) -> Result<EmailState, Failure> {
        self.get("/me/email").await
    }

    pub async fn change_email(
        self,
        proof: &str,
        change: &EmailChange,
    ) -> Result<EmailState, Failure> {
        self.put_proved("/me/email", proof, change).await
    }

    pub async fn remove_email(self, proof: &str) -> Result<(), Failure> {
        let request = self
            .request(Method::DELETE, "/me/email")
            .header(STEP_UP, proof)
            .build();
        send(request).await.map(drop)
    }

    pub async fn activate_email(self, token: String) -> Result<EmailBound, Failure> {
        self.post("/email-activations", &EmailActivation { token })
            .await
    }

    pub async fn begin_reset(self, reset: &NewPasswordReset) -> Result<PasswordReset, Failure> {
        self.post("/password-resets", reset).await
    }

    pub async fn send_reset_code(
        self,
        id: Uuid,
        channel: ResetChannel,
    ) -> Result<SmsCodeSent, Failure> {
        let path = format!("/password-resets/{id}/code");
        self.post(&path, &NewResetCode { channel }).await
    }

    pub async fn prove_reset(self, id: Uuid, proof: &ResetProof) -> Result<ResetGrant, Failure> {
        self.post(&format!("/password-resets/{id}/verify"), proof)
            .await
    }

    pub async fn reset_password(self, id: Uuid, new: &ResetPassword) -> Result<(), Failure> {
        let path = format!("/password-resets/{id}/password");
        let request = self.request(Method::PUT, &path);
        send(with_body(request, new)).await.map(drop)
    }

    async fn put_proved<B: Serialize, A: DeserializeOwned>(
        self,
        path: &str,
        proof: &str,
        body: &B,
    ) -> Result<A, Failure> {
        let request = self.request(Method::PUT, path).header(STEP_UP, proof);
        read(&send(with_body(request, body)).await?.text)
    }
}
