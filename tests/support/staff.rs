//! Staff of the demonstration, and what they do at the counter.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::{Answer, Client, TestServer};

/// Every check a clerk makes.
pub fn checks() -> Value {
    json!({"card_genuine": true, "card_in_date": true, "photo_matches": true, "person_present": true})
}

/// The generator of an authenticator app with this secret.
pub fn authenticator(secret: &Value) -> Totp {
    let secret = Secret::try_from_base32(secret.as_str().expect("a secret")).expect("base32");
    Builder::new()
        .with_secret(secret)
        .with_account_name("-")
        .build()
        .expect("a generator")
}

impl TestServer {
    /// What an authenticator app shows now.
    pub fn code_of(&self, app: &Totp) -> String {
        let now = u64::try_from(self.clock.now().timestamp()).expect("after 1970");
        app.generate(now).to_string()
    }
}

impl Client {
    /// What a demo member of staff of this role signs in with.
    pub async fn staff_credentials(&self, role: &str) -> Value {
        let all = self.sandbox_get("/staff.json").await.ok(200);
        let all = all.as_array().cloned().unwrap_or_default();
        let found = all.into_iter().find(|staff| staff["role"] == role);
        let found = found.expect("demo staff");
        json!({"login": found["login"], "password": found["password"], "code": found["totp_code"]})
    }

    /// The password of a demo member of staff of this role, and the app's next code.
    pub async fn staff_proof(&self, server: &TestServer, role: &str) -> Value {
        server.clock.advance(30);
        let now = self.staff_credentials(role).await;
        json!({"password": now["password"], "code": now["code"]})
    }

    /// Signs a demo member of staff of this role in by the password and what a passkey signed.
    pub async fn staff_by_passkey(&self, role: &str, assertion: Value) -> Answer {
        let now = self.staff_credentials(role).await;
        let (login, password) = (&now["login"], &now["password"]);
        let body = json!({"login": login, "password": password, "passkey": assertion});
        self.post("/staff/sessions", body).await
    }

    /// The demo member of staff of this role, signed in: once in each 30 seconds, as a code works once.
    pub async fn staff(&self, role: &str) -> Self {
        let credentials = self.staff_credentials(role).await;
        let session = self.post("/staff/sessions", credentials).await.ok(201);
        self.bearer(session["access_token"].as_str().expect("a token"))
    }

    /// An operator does this (`lock`, `unlock`) to an account.
    pub async fn operate(&self, account: &Value, act: &str) {
        let operator = self.staff("operator").await;
        let path = format!(
            "/admin/accounts/{}/{act}",
            account["id"].as_str().expect("an id")
        );
        let why = json!({"reason": "fraud"});
        operator.post(&path, why).await.ok(200);
    }

    /// A code for the counter.
    pub async fn hall_code(&self) -> Value {
        let made = self.post("/me/verifications/hall", Value::Null).await;
        made.ok(201)["code"].clone()
    }

    /// Takes a code; answers the case.
    pub async fn take(&self, code: &Value) -> Answer {
        self.post("/hall/lookups", json!({"code": code})).await
    }

    /// Does something with a case.
    pub async fn act(&self, case: &Value, act: &str, body: Value) -> Answer {
        let id = case["id"].as_str().expect("an id");
        self.post(&format!("/hall/cases/{id}/{act}"), body).await
    }

    /// Decides a case that waits for approval.
    pub async fn review(&self, case: &Value, act: &str, body: Value) -> Answer {
        let id = case["id"].as_str().expect("an id");
        self.post(&format!("/hall/approvals/{id}/{act}"), body)
            .await
    }

    /// Takes on, enrols and signs in a member of staff; answers who that is, and their id.
    pub async fn enrolled(
        &self,
        server: &TestServer,
        operator: &Self,
        role: &str,
        hall_id: Option<&Value>,
        citizen: usize,
    ) -> (Self, Value) {
        let email = format!("staff{citizen}@example.cn");
        let mut body = json!({"name": "赵小兰", "email": email, "role": role});
        if let Some(hall_id) = hall_id {
            body["hall_id"] = hall_id.clone();
        }
        let entry = operator.post("/admin/staff", body).await.ok(201);
        let enrolled = self.enrol(server, &email, 1, citizen).await;
        let token = enrolled["session"]["access_token"].as_str();
        (self.bearer(token.expect("a token")), entry["id"].clone())
    }

    /// Enrols by the link in the newest of `count` mails; answers what the confirmation did.
    pub async fn enrol(
        &self,
        server: &TestServer,
        email: &str,
        count: usize,
        citizen: usize,
    ) -> Value {
        let token = self.enrolment_token(email, count).await;
        let opened = self
            .post("/staff/enrolments", json!({"token": token}))
            .await
            .ok(201);
        let app = authenticator(&opened["totp"]["secret"]);
        let own = self.citizen(citizen).await;
        let body = json!({
            "token": token,
            "password": crate::PASSWORD,
            "id_number": own["id_number"],
            "phone": own["phone"],
            "code": server.code_of(&app),
        });
        self.post("/staff/enrolments/confirmation", body)
            .await
            .ok(201)
    }

    /// The token in the newest of `count` mails.
    pub async fn enrolment_token(&self, email: &str, count: usize) -> String {
        let mails = self.mails(email, count).await;
        let link = mails[0]["links"][0].as_str().expect("a link").to_string();
        let (_, token) = link.split_once("/staff/enrol#").expect("a page of ours");
        token.to_string()
    }
}
