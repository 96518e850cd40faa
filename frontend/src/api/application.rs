//! Calls about applications of others.

use gloo_net::http::Method;
use renzheng_types::{
    application::{
        Authorization, AuthorizationAnswer, AuthorizationDecision, ConsentList, DisclosureList,
    },
    integration::IdentityCode,
};

use super::{Api, Failure, send};

impl Api {
    pub async fn authorization(self, id: &str) -> Result<Authorization, Failure> {
        self.get(&format!("/me/authorizations/{}", part(id))).await
    }

    pub async fn decide_authorization(
        self,
        id: &str,
        decision: &AuthorizationDecision,
    ) -> Result<AuthorizationAnswer, Failure> {
        let path = format!("/me/authorizations/{}/decision", part(id));
        self.post(&path, decision).await
    }

    pub async fn consents(self) -> Result<ConsentList, Failure> {
        self.get("/me/consents").await
    }

    pub async fn delete_consent(self, client_id: &str) -> Result<(), Failure> {
        let path = format!("/me/consents/{}", part(client_id));
        send(self.request(Method::DELETE, &path).build())
            .await
            .map(drop)
    }

    pub async fn make_identity_code(self, client_id: &str) -> Result<IdentityCode, Failure> {
        let path = format!("/me/consents/{}/identity-codes", part(client_id));
        self.act(Method::POST, &path).await
    }

    pub async fn disclosures(self, cursor: Option<String>) -> Result<DisclosureList, Failure> {
        match cursor {
            Some(cursor) => self.get(&format!("/me/disclosures?cursor={cursor}")).await,
            None => self.get("/me/disclosures").await,
        }
    }
}

/// One part of a path: whatever stood in the address bar stays one part.
fn part(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
