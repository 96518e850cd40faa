use std::collections::BTreeMap;

use gloo_net::http::Method;
use renzheng_types::{
    account::{Account, AccountCreated, NewAccount, ProfileChange},
    agreement::Agreement,
    captcha::Captcha,
    verification::{
        AlipayCallback, AlipayRedirect, Attempt, IdCardClaim, Method as VerificationMethod,
        Verifications,
    },
};
use uuid::Uuid;

use super::{Api, BASE, Failure, STEP_UP, ServiceInfo, read, send, with_body};

impl Api {
    pub async fn service(self) -> Result<ServiceInfo, Failure> {
        self.get("/service").await
    }

    pub async fn current_agreement(self) -> Result<Agreement, Failure> {
        self.get("/agreements/current").await
    }

    pub async fn create_captcha(self) -> Result<Captcha, Failure> {
        self.act(Method::POST, "/captchas").await
    }

    pub async fn create_account(self, account: &NewAccount) -> Result<AccountCreated, Failure> {
        self.post("/accounts", account).await
    }

    /// Signs out here.
    pub async fn delete_session(self) -> Result<(), Failure> {
        let request = self.request(Method::DELETE, "/sessions/current").build();
        send(request).await.map(drop)
    }

    pub async fn me(self) -> Result<Account, Failure> {
        self.get("/me").await
    }

    pub async fn change_profile(self, change: &ProfileChange) -> Result<Account, Failure> {
        self.send_json(Method::PATCH, "/me", change).await
    }

    pub async fn verifications(self) -> Result<Verifications, Failure> {
        self.get("/me/verifications").await
    }

    pub async fn verify_id_card(self, claim: &IdCardClaim) -> Result<Attempt, Failure> {
        self.post("/me/verifications/id-card", claim).await
    }

    /// Any of the methods that ask by form and need a step-up: what was typed, by field.
    pub async fn verify(
        self,
        method: VerificationMethod,
        proof: &str,
        values: &BTreeMap<&'static str, String>,
    ) -> Result<Attempt, Failure> {
        let path = format!("/me/verifications/{}", <&str>::from(method));
        let request = self.request(Method::POST, &path).header(STEP_UP, proof);
        read(&send(with_body(request, values)).await?.text)
    }

    pub async fn begin_alipay(self) -> Result<AlipayRedirect, Failure> {
        self.act(Method::POST, "/me/verifications/alipay").await
    }

    pub async fn finish_alipay(self, callback: &AlipayCallback) -> Result<Attempt, Failure> {
        self.post("/me/verifications/alipay/callback", callback)
            .await
    }

    pub async fn attempt(self, id: Uuid) -> Result<Attempt, Failure> {
        self.get(&format!("/me/verifications/attempts/{id}")).await
    }
}

/// Where the characters of a captcha are spoken.
pub fn captcha_audio(id: Uuid) -> String {
    format!("{BASE}/captchas/{id}/audio")
}
