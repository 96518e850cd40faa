//! Proofs that a change has overtaken, also between two steps of one request, and guesses at the last of them.

use renzheng::{
    config::{LimitProfile, SecondFactorPolicy},
    entity::{oidc_grant, session},
};
use renzheng_tests::{
    PASSWORD, Person, RelyingParty, TestServer, phone,
    relying_party::{Returned, returned},
    trigger::whenever,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::second_factors::{code, enrol, second};

// A24, A27
#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_factor_signs_out_the_others_and_is_told() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let other = client.signed_in_again(&mine).await;
    let told = async |words: &str, count: usize| {
        let messages = client.messages(&mine, count).await;
        let says = |message: &Value| message["text"].as_str().expect("a text").contains(words);
        assert!(messages.iter().any(says), "{words}");
    };
    let (generator, codes) = enrol(&server, &person, &mine, 2).await;
    other.get("/me").await.problem(401, "unauthenticated");
    person.get("/me").await.ok(200);

    server.clock.advance(30);
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    let session = second(&client, &needed["ticket"], "recovery-code", &codes[0]).await;
    let other = client.bearer(session.ok(201)["access_token"].as_str().expect("a token"));
    told("使用了一个恢复码", 4).await;

    let step_up = async |code: String| {
        let body = json!({"method": "totp", "code": code, "purpose": "second-factor"});
        let grant = person.post("/me/step-ups", body).await.ok(201);
        person.with(
            "x-step-up",
            grant["step_up_token"].as_str().expect("a token"),
        )
    };
    let able = step_up(code(&server, &generator)).await;
    able.post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .ok(201);
    told("更换恢复码", 5).await;
    other.get("/me").await.ok(200);

    server.clock.advance(30);
    let able = step_up(code(&server, &generator)).await;
    able.delete("/me/second-factors/totp").await.ok(204);
    other.get("/me").await.problem(401, "unauthenticated");
    person.get("/me").await.ok(200);
}

// A26, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_first_proof_is_void_once_the_password_changed() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    let able = person.stepped_up(&mine, "password", 2).await;
    let body = json!({"new_password": "eight other lovely words"});
    able.put("/me/password", body).await.ok(204);
    client.messages(&mine, 3).await;
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 4).await;
    second(&client, &needed["ticket"], "sms", &code)
        .await
        .problem(410, "ticket-expired");
}

// A15, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_factor_set_up_meanwhile_is_not_passed_by() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    assert_eq!(needed["kinds"], json!(["sms"]));
    enrol(&server, &person, &mine, 2).await;
    client.messages(&mine, 3).await;
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 4).await;
    second(&client, &needed["ticket"], "sms", &code)
        .await
        .problem(410, "ticket-expired");
}

// A12
#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_guessed_no_better_as_a_second_proof() {
    let server = TestServer::with(|config| {
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let mut messages = 1;
    let mut ticket = async || {
        server.clock.advance(3 * 3600);
        messages += 1;
        let code = client.code(&mine, "login", messages).await;
        let body = json!({"method": "sms", "phone": mine, "code": code});
        let needed = client.post("/sessions", body).await.ok(202);
        assert_eq!(needed["kinds"], json!(["password"]));
        needed["ticket"].clone()
    };
    let mut failed = 0;
    while failed < 100 {
        let ticket = ticket().await;
        for _ in 0..5 {
            server.clock.advance(20);
            let answer = second(&client, &ticket, "password", "wrong wrong").await;
            answer.problem(403, "second-factor-invalid");
            failed += 1;
        }
    }
    let right = second(&client, &ticket().await, "password", PASSWORD).await;
    right.problem(403, "password-disabled");

    // A new password begins anew.
    server.clock.advance(3 * 3600);
    let captcha = client.solved_captcha().await;
    let body = json!({"account": mine, "captcha": captcha});
    let reset = client.post("/password-resets", body).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 23).await;
    let grant = client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .ok(200);
    let new = "battery staple correct horse";
    let body = json!({"reset_token": grant["reset_token"], "password": new});
    client.put(&format!("{path}/password"), body).await.ok(204);
    client.messages(&mine, 24).await;
    server.clock.advance(3 * 3600);
    let code = client.code(&mine, "login", 25).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    let needed = client.post("/sessions", body).await.ok(202);
    second(&client, &needed["ticket"], "password", new)
        .await
        .ok(201);
}

/// How sessions end, and a consent is taken back, while something else is under way.
const SESSIONS_END: &str = "UPDATE session SET ended_at = created_at, end_reason = 'test'";
const CONSENTS_GO: &str = "DELETE FROM oidc_consent";
/// The moment at which an authorization has been looked at, and is to be answered.
const ANSWERED: &str = "OLD.key LIKE 'oidc-request:%'";

async fn grants(server: &TestServer) -> u64 {
    let database = server.app().database.read();
    let counted = oidc_grant::Entity::find().count(database);
    counted.await.expect("a number")
}

/// A person who has let an application in, and now comes again while `act` happens. Answers what the application gets.
async fn comes_while(act: &str, scope: &str) -> Returned {
    let server = TestServer::without_redis(|config| config.limits = LimitProfile::Relaxed).await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, scope).await;
    let before = grants(&server).await;
    whenever(&server, "DELETE ON ephemeral", ANSWERED, act).await;
    let answer = person.arrive(&party.request(scope)).await;
    assert_eq!(grants(&server).await, before, "nothing was granted");
    returned(answer.header("location"))
}

// A31, A54
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_taken_back_meanwhile_gives_no_code() {
    let back = comes_while(CONSENTS_GO, "openid phone").await;
    assert_eq!(back["error"], "consent_required");
    assert!(!back.contains_key("code"), "{back:?}");
    assert_eq!(back["state"], "st&te=1");
}

// A31
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_meanwhile_gives_no_code() {
    let back = comes_while(SESSIONS_END, "openid phone").await;
    assert_eq!(back["error"], "login_required");
    assert!(!back.contains_key("code"), "{back:?}");
}

// A31, A54
#[tokio::test(flavor = "multi_thread")]
async fn a_yes_of_a_session_that_ends_meanwhile_is_none() {
    let server = TestServer::without_redis(|config| config.limits = LimitProfile::Relaxed).await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let arrived = person.arrive(&party.request("openid phone")).await;
    assert_eq!(person.asked(&arrived).await["step"], "consent");
    whenever(&server, "DELETE ON ephemeral", ANSWERED, SESSIONS_END).await;
    let yes = json!({"allow": true, "scopes": ["phone"]});
    let answer = person.decide(&arrived, yes).await.ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    assert_eq!(back["error"], "login_required");
    assert!(!back.contains_key("code"), "{back:?}");
    assert_eq!(grants(&server).await, 0);
    // Nor is it remembered.
    let person = person.sign_in(&phone(1)).await;
    let consents = person.browser.get("/me/consents").await.ok(200);
    assert_eq!(consents["items"], json!([]));
}

/// Whichever is first: once the consent is back, no code that was given out before or beside it is worth anything.
// A54, A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_taken_back_takes_codes_under_way_with_it() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let request = party.request("openid phone");
    let path = format!("/me/consents/{}", party.id);
    for _ in 0..12 {
        party.sign_in(&person, "openid phone").await;
        let (arrived, taken_back) =
            tokio::join!(person.arrive(&request), person.browser.delete(&path));
        taken_back.ok(204);
        let location = arrived.header("location");
        if !location.starts_with("https://") {
            assert_eq!(person.asked(&arrived).await["step"], "consent");
            continue;
        }
        let back = returned(location);
        match back.get("code") {
            Some(code) => {
                let refused = party.redeem(code).await.ok(400);
                assert_eq!(refused["error"], "invalid_grant");
            }
            None => assert_eq!(back["error"], "consent_required"),
        }
    }
}

// A31, C10
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_signed_out_meanwhile_lets_nobody_in() {
    let server = TestServer::without_redis(|config| config.limits = LimitProfile::Relaxed).await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let ticket = client.post("/qr-logins", Value::Null).await.ok(201);
    let path = format!("/qr-logins/{}", ticket["id"].as_str().expect("an id"));
    let scan = format!("{path}/scan");
    person.post(&scan, Value::Null).await.ok(200);
    let number = json!({"number": ticket["number"]});
    person
        .post(&format!("{path}/confirm"), number)
        .await
        .ok(204);
    // The browser comes, and is found to be let in: at that moment the phone's session ends.
    let used = "OLD.key LIKE 'qr:%'";
    whenever(&server, "DELETE ON ephemeral", used, SESSIONS_END).await;
    let body = json!({"method": "qr", "id": ticket["id"], "secret": ticket["secret"]});
    client
        .post("/sessions", body)
        .await
        .problem(401, "invalid-credentials");
    let live = session::Entity::find()
        .filter(session::Column::EndedAt.is_null())
        .count(server.app().database.read());
    assert_eq!(live.await.expect("a number"), 0);
}
