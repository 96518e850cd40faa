//! A tester goes through the whole flow in Swagger UI with the examples as they stand, putting in only what earlier
//! answers gave: the captcha, the code, the token.

use poem_openapi::types::Example;
use renzheng_tests::{Client, TestServer};
use renzheng_types::{
    account::{NewAccount, ProfileChange},
    session::{PasswordSignIn, SmsSignIn},
    sms_code::{NewSmsCode, SmsCodePurpose},
    verification::{
        BankCardClaim, DrivingLicenceClaim, IdCardClaim, ProvidentFundClaim, SocialSecurityClaim,
        TelecomClaim,
    },
};
use serde_json::{Value, json};

fn example<T: Example + serde::Serialize>() -> Value {
    serde_json::to_value(T::example()).expect("JSON")
}

async fn code(client: &Client, purpose: SmsCodePurpose, count: usize) -> Value {
    let mut body = example::<NewSmsCode>();
    body["captcha"] = client.solved_captcha().await;
    body["purpose"] = serde_json::to_value(purpose).expect("JSON");
    client.post("/sms-codes", body.clone()).await.ok(202);
    let phone = body["phone"].as_str().expect("a phone");
    client.newest_code(phone, count).await.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_go_through_the_whole_flow() {
    let server = TestServer::start().await;
    let client = server.client();

    let mut registration = example::<NewAccount>();
    registration["sms_code"] = code(&client, SmsCodePurpose::Register, 1).await;
    let created = client.post("/accounts", registration).await.ok(201);
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let person = client.bearer(token);

    person.get("/me").await.ok(200);
    let changed = person
        .patch("/me", example::<ProfileChange>())
        .await
        .ok(200);
    assert_eq!(changed["nickname"], "明明");
    let attempt = person
        .post("/me/verifications/id-card", example::<IdCardClaim>())
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");

    for (method, claim) in [
        ("bank-card", example::<BankCardClaim>()),
        ("social-security", example::<SocialSecurityClaim>()),
        ("provident-fund", example::<ProvidentFundClaim>()),
        ("telecom", example::<TelecomClaim>()),
        ("driving-licence", example::<DrivingLicenceClaim>()),
    ] {
        let path = format!("/me/verifications/{method}");
        let attempt = person.post(&path, claim).await.ok(201);
        assert_eq!(attempt["status"], "passed", "{attempt}");
    }

    let mut password = example::<PasswordSignIn>();
    password["method"] = "password".into();
    client.post("/sessions", password).await.ok(201);
    server.clock.advance(61);
    let mut sms = example::<SmsSignIn>();
    sms["method"] = "sms".into();
    sms["code"] = code(&client, SmsCodePurpose::Login, 2).await;
    client.post("/sessions", sms).await.ok(201);

    let refresh = json!({"refresh_token": created["session"]["refresh_token"]});
    client.post("/sessions/refresh", refresh).await.ok(200);
    person.delete("/sessions/current").await.ok(204);
}
