//! A locked account, by every way in (OWASP ASVS 6.3.4).

use renzheng_tests::{
    Client, TestServer,
    authenticator::Authenticator,
    phone,
    relying_party::{Person, RelyingParty},
};
use serde_json::{Value, json};

use super::{id_of, operator, text, why};

/// A browser that the phone of `person` has let in.
async fn confirmed_by_qr(browser: &Client, person: &Client) -> Value {
    let ticket = browser.post("/qr-logins", Value::Null).await.ok(201);
    let path = format!("/qr-logins/{}", text(&ticket["id"]));
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    let number = json!({"number": ticket["number"]});
    person
        .post(&format!("{path}/confirm"), number)
        .await
        .ok(204);
    json!({"method": "qr", "id": ticket["id"], "secret": ticket["secret"]})
}

/// Everything that lets somebody in, or keeps them in.
struct Ways {
    bearer: Client,
    refresh: Value,
    browser: Person,
    party: RelyingParty,
    tokens: Value,
    code: String,
    passkey: Value,
    qr: Value,
    second: Value,
    sms: Value,
}

impl Ways {
    async fn of(server: &TestServer) -> (Self, Authenticator) {
        let client = server.client();
        let created = client.register(&phone(1)).await;
        let session = &created["session"];
        let bearer = client.bearer(&text(&session["access_token"]));
        let browser = Person::stranger(server).sign_in(&phone(1)).await;
        let party = RelyingParty::register(server).await;
        let tokens = party.sign_in(&browser, "openid offline_access").await;
        let again = browser.agree(&party.request("openid offline_access")).await;
        let mut device = Authenticator::new(&server.app().public_url);
        let able = bearer.stepped_up(&phone(1), "second-factor", 2).await;
        device.enrol(&able, "手机").await;
        let needed = client
            .sign_in(&phone(1), renzheng_tests::PASSWORD)
            .await
            .ok(202);
        let second = json!({
            "method": "second-factor",
            "ticket": needed["ticket"],
            "answer": {"kind": "passkey", "passkey": device.assertion(&client).await},
        });
        let sms = client.code(&phone(1), "login", 4).await;
        let ways = Self {
            refresh: json!({"refresh_token": session["refresh_token"]}),
            code: again["code"].clone(),
            passkey: device.assertion(&client).await,
            qr: confirmed_by_qr(&client, &bearer).await,
            sms: json!({"method": "sms", "phone": phone(1), "code": sms}),
            bearer,
            browser,
            party,
            tokens,
            second,
        };
        (ways, device)
    }

    /// Nothing of it works.
    async fn are_closed(&self, client: &Client) {
        self.bearer.get("/me").await.problem(401, "unauthenticated");
        let browser = &self.browser.browser;
        browser.get("/me").await.problem(401, "unauthenticated");
        client
            .post("/sessions/refresh", self.refresh.clone())
            .await
            .problem(401, "invalid-refresh-token");
        client
            .sign_in(&phone(1), renzheng_tests::PASSWORD)
            .await
            .problem(401, "invalid-credentials");
        let passkey = json!({"method": "passkey", "assertion": self.passkey});
        for (body, status, code) in [
            (&self.sms, 422, "code-invalid"),
            (&passkey, 401, "passkey-invalid"),
            (&self.qr, 401, "invalid-credentials"),
            (&self.second, 410, "ticket-expired"),
        ] {
            let answer = client.post("/sessions", body.clone()).await;
            answer.problem(status, code);
        }
        self.applications_are_closed().await;
    }

    async fn applications_are_closed(&self) {
        let mut silent = self.party.request("openid");
        silent.insert("prompt", "none".into());
        let answer = self.browser.arrive(&silent).await;
        let told = renzheng_tests::relying_party::returned(answer.header("location"));
        assert_eq!(told["error"], "login_required");
        let access = text(&self.tokens["access_token"]);
        assert_eq!(self.party.userinfo(&access).await.status, 401);
        let refreshed = self
            .party
            .refresh(&text(&self.tokens["refresh_token"]))
            .await;
        assert_eq!(refreshed.ok(400)["error"], "invalid_grant");
        let redeemed = self.party.redeem(&self.code).await;
        assert_eq!(redeemed.ok(400)["error"], "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_leads_into_a_locked_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (ways, mut device) = Ways::of(&server).await;
    let id = id_of(&ways.bearer).await;
    let operator = operator(&server).await;
    let path = format!("/admin/accounts/{id}");
    let locked = operator.post(&format!("{path}/lock"), why()).await.ok(200);
    assert_eq!(locked["status"], "locked");
    assert_eq!(locked["sessions"], 0);
    ways.are_closed(&client).await;
    // Locking it again changes nothing.
    operator.post(&format!("{path}/lock"), why()).await.ok(200);

    let unlocked = operator
        .post(&format!("{path}/unlock"), why())
        .await
        .ok(200);
    assert_eq!(unlocked["status"], "active");
    // What was ended stays ended; the person signs in anew.
    ways.bearer.get("/me").await.problem(401, "unauthenticated");
    ways.applications_are_closed().await;
    let assertion = device.assertion(&client).await;
    let body = json!({"method": "passkey", "assertion": assertion});
    let session = client.post("/sessions", body).await.ok(201);
    let person = client.bearer(&text(&session["access_token"]));
    let activity = person.get("/me/activity").await.ok(200).to_string();
    for told in ["管理员锁定账户", "管理员解除锁定"] {
        assert_eq!(activity.matches(told).count(), 1, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_over_and_the_person_may_come_back() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    let person = client.bearer(&text(&created["session"]["access_token"]));
    let id = id_of(&person).await;
    let operator = operator(&server).await;
    let path = format!("/admin/accounts/{id}/sessions?reason=fraud&case_number=GD-7");
    operator.delete(&path).await.ok(204);
    person.get("/me").await.problem(401, "unauthenticated");
    client
        .post(
            "/sessions/refresh",
            json!({"refresh_token": created["session"]["refresh_token"]}),
        )
        .await
        .problem(401, "invalid-refresh-token");
    client
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
}
