//! `/passkey-challenges`, `/me/second-factors/passkeys`, and signing in by one.

use renzheng_tests::{Answer, Client, PASSWORD, TestServer, authenticator::Authenticator, phone};
use serde_json::{Value, json};

const PASSKEYS: &str = "/me/second-factors/passkeys";

fn device(server: &TestServer) -> Authenticator {
    Authenticator::new(&server.app().public_url)
}

/// Registers a phone and adds a passkey of `device`.
async fn with_passkey(server: &TestServer, device: &mut Authenticator, mine: &str) -> Client {
    let client = server.client();
    let person = client.registered(mine).await;
    let able = person.stepped_up(mine, "second-factor", 2).await;
    device.enrol(&able, "我的手机").await;
    person
}

async fn sign_in(client: &Client, assertion: &Value) -> Answer {
    let body = json!({"method": "passkey", "assertion": assertion});
    client.post("/sessions", body).await
}

// A16, A22
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_by_itself() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let mut phone_device = device(&server);
    let person = client.registered(&mine).await;
    let able = person.stepped_up(&mine, "second-factor", 2).await;
    let added = phone_device.enrol(&able, " 我的手机 ").await;
    assert_eq!(added["passkey"]["name"], "我的手机");
    assert_eq!(added["recovery_codes"].as_array().map(Vec::len), Some(10));
    let told = client.messages(&mine, 3).await;
    assert!(
        told[0]["text"]
            .as_str()
            .expect("a text")
            .contains("我的手机"),
        "{told:?}"
    );

    let assertion = phone_device.assertion(&client).await;
    let session = sign_in(&client, &assertion).await.ok(201);
    assert_eq!(session["account"]["phone"], "139****0001");
    // A challenge is good for one check.
    sign_in(&client, &assertion)
        .await
        .problem(401, "passkey-invalid");

    let state = person.get("/me/second-factors").await.ok(200);
    assert_eq!(state["recovery_codes_left"], 10);
    assert!(state["passkeys"][0]["last_used_at"].is_string(), "{state}");
    let sessions = person.get("/me/sessions").await.ok(200);
    assert_eq!(sessions["items"][0]["method"], "swk");
    let activity = person.get("/me/activity").await.ok(200);
    assert!(activity.to_string().contains("添加通行密钥"), "{activity}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_the_second_proof_after_a_password() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let mut mine_device = device(&server);
    with_passkey(&server, &mut mine_device, &mine).await;
    let mut other_device = device(&server);
    with_passkey(&server, &mut other_device, &phone(2)).await;

    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    assert_eq!(needed["kinds"], json!(["passkey", "recovery-code"]));
    let second = async |assertion: Value| {
        let answer = json!({"kind": "passkey", "passkey": assertion});
        let body = json!({"method": "second-factor", "ticket": needed["ticket"], "answer": answer});
        client.post("/sessions", body).await
    };
    second(Value::Null)
        .await
        .problem(403, "second-factor-invalid");
    // Somebody else's passkey is right, and no proof of this person.
    second(other_device.assertion(&client).await)
        .await
        .problem(403, "second-factor-invalid");
    second(mine_device.assertion(&client).await).await.ok(201);
}

// A25
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_never_passes_a_passkey_by() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let mut device = device(&server);
    with_passkey(&server, &mut device, &mine).await;
    let captcha = client.solved_captcha().await;
    let reset = client
        .post(
            "/password-resets",
            json!({"account": mine, "captcha": captcha}),
        )
        .await
        .ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 4).await;
    let verify = async |second: Option<Value>| {
        let mut body = json!({"code": code});
        if let Some(assertion) = second {
            body["second_factor"] = json!({"kind": "passkey", "passkey": assertion});
        }
        client.post(&format!("{path}/verify"), body).await
    };
    verify(None).await.problem(403, "second-factor-required");
    let mut stale = device.assertion(&client).await;
    stale["challenge"] = "AZMbbp1gekOMHy9Lan2eAQ".into();
    verify(Some(stale))
        .await
        .problem(403, "second-factor-invalid");
    let assertion = device.assertion(&client).await;
    verify(Some(assertion)).await.ok(200);
}

// A45, C16
#[tokio::test(flavor = "multi_thread")]
async fn wrong_signatures_are_refused() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut known = device(&server);
    with_passkey(&server, &mut known, &phone(1)).await;
    let right = known.assertion(&client).await;
    let cases: [(&str, Value); 6] = [
        ("/challenge", "x".into()),
        ("/credential/rawId", "AZMbbp1gekOMHy9Lan2eAQ".into()),
        (
            "/credential/response/signature",
            "AZMbbp1gekOMHy9Lan2eAQ".into(),
        ),
        ("/credential/response/authenticatorData", "!".into()),
        ("/credential/response/clientDataJSON", "e30".into()),
        // The passkey of another account, as it says.
        (
            "/credential/response/userHandle",
            "AZMbbp1gekOMHy9Lan2eAQ".into(),
        ),
    ];
    for (pointer, value) in cases {
        let mut forged = known.assertion(&client).await;
        *forged.pointer_mut(pointer).expect("a field") = value;
        sign_in(&client, &forged)
            .await
            .problem(401, "passkey-invalid");
    }
    // Made for another site.
    let mut elsewhere = Authenticator::new("http://localhost:1");
    let person = client.registered(&phone(2)).await;
    let able = person.stepped_up(&phone(2), "second-factor", 2).await;
    let enrolment = able
        .post(&format!("{PASSKEYS}/enrolments"), Value::Null)
        .await
        .ok(201);
    let credential = elsewhere.create(&enrolment);
    let body = json!({"name": "x", "credential": credential});
    able.post(PASSKEYS, body)
        .await
        .problem(422, "passkey-unusable");
    // Too late.
    server.clock.advance(301);
    sign_in(&client, &right)
        .await
        .problem(401, "passkey-invalid");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_has_one_winner() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut device = device(&server);
    with_passkey(&server, &mut device, &phone(1)).await;
    let assertion = device.assertion(&client).await;
    let tries = (0..20).map(|_| sign_in(&client, &assertion));
    let answers = futures_util::future::join_all(tries).await;
    let winners = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(winners, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_named_and_removed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mine, path) = (phone(1), format!("{PASSKEYS}/enrolments"));
    let mut first = device(&server);
    let person = with_passkey(&server, &mut first, &mine).await;
    let stranger = client.registered(&phone(2)).await;

    person
        .post(&path, Value::Null)
        .await
        .problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "second-factor", 4).await;
    let enrolment = able.post(&path, Value::Null).await.ok(201);
    // The device that has one already is named, so that the browser makes no second.
    let known = &enrolment["public_key"]["excludeCredentials"][0]["id"];
    assert!(known.is_string(), "{enrolment}");
    let mut second = device(&server);
    let credential = second.create(&enrolment);
    let body = |name: &str| json!({"name": name, "credential": credential});
    let answer = person.post(PASSKEYS, body("")).await;
    answer.problem(422, "invalid-input");
    assert_eq!(answer.field_codes()[0].0, "name");
    // What is begun in one session is not ended in another.
    stranger
        .post(PASSKEYS, body("x"))
        .await
        .problem(410, "enrolment-expired");
    let added = person.post(PASSKEYS, body("电脑")).await.ok(201);
    assert_eq!(added["recovery_codes"], json!([]));
    person
        .post(PASSKEYS, body("电脑"))
        .await
        .problem(410, "enrolment-expired");

    let id = added["passkey"]["id"].as_str().expect("an id");
    let one = format!("{PASSKEYS}/{id}");
    let renamed = person
        .patch(&one, json!({"name": "工作电脑"}))
        .await
        .ok(200);
    assert_eq!(renamed["name"], "工作电脑");
    person
        .patch(&one, json!({"name": "一".repeat(21)}))
        .await
        .problem(422, "invalid-input");
    stranger
        .patch(&one, json!({"name": "x"}))
        .await
        .problem(404, "not-found");
    person.delete(&one).await.problem(403, "step-up-required");
    let strange = stranger.stepped_up(&phone(2), "second-factor", 2).await;
    strange.delete(&one).await.problem(404, "not-found");

    let able = person.stepped_up(&mine, "second-factor", 6).await;
    able.delete(&one).await.ok(204);
    sign_in(&client, &second.assertion(&client).await)
        .await
        .problem(401, "passkey-invalid");
    let state = person.get("/me/second-factors").await.ok(200);
    assert_eq!(state["recovery_codes_left"], 10);

    // The recovery codes go with the last one, and nothing more is asked.
    let last = state["passkeys"][0]["id"].as_str().expect("an id");
    let able = person.stepped_up(&mine, "second-factor", 8).await;
    able.delete(&format!("{PASSKEYS}/{last}")).await.ok(204);
    let state = person.get("/me/second-factors").await.ok(200);
    assert_eq!(state, json!({"passkeys": [], "recovery_codes_left": 0}));
    client.sign_in(&mine, PASSWORD).await.ok(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_ten() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let path = format!("{PASSKEYS}/enrolments");
    let mut first = device(&server);
    for number in 0..9 {
        let able = person
            .stepped_up(&mine, "second-factor", 2 + 2 * number)
            .await;
        let mut another = device(&server);
        let used = if number == 0 {
            &mut first
        } else {
            &mut another
        };
        used.enrol(&able, &number.to_string()).await;
    }
    // Two sessions at once are not one too many.
    let session = sign_in(&client, &first.assertion(&client).await).await;
    let token = session.ok(201)["access_token"].clone();
    let elsewhere = client.bearer(token.as_str().expect("a token"));
    let mut begun = Vec::new();
    for (person, messages) in [(&person, 20), (&elsewhere, 21)] {
        let able = person.stepped_up(&mine, "second-factor", messages).await;
        let enrolment = able.post(&path, Value::Null).await.ok(201);
        begun.push((able, device(&server).create(&enrolment)));
    }
    let adding = begun.iter().map(|(able, credential)| {
        able.post(PASSKEYS, json!({"name": "x", "credential": credential}))
    });
    let answers = futures_util::future::join_all(adding).await;
    let mut codes: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 409]);
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        answer.problem(409, "too-many-passkeys");
    }
    let able = person.stepped_up(&mine, "second-factor", 23).await;
    able.post(&path, Value::Null)
        .await
        .problem(409, "too-many-passkeys");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_host_name_there_are_none() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.public_url = Some("http://127.0.0.1".into());
    })
    .await;
    let client = server.client();
    client
        .post("/passkey-challenges", Value::Null)
        .await
        .problem(409, "passkeys-unavailable");
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "second-factor", 2).await;
    able.post(&format!("{PASSKEYS}/enrolments"), Value::Null)
        .await
        .problem(409, "passkeys-unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_and_checks_are_limited() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut device = device(&server);
    let person = client.registered(&phone(1)).await;
    server.clock.advance(61);
    let able = person.stepped_up(&phone(1), "second-factor", 2).await;
    device.enrol(&able, "x").await;
    let assertion = device.assertion(&client).await;
    for _ in 0..29 {
        client
            .post("/passkey-challenges", Value::Null)
            .await
            .ok(201);
    }
    client
        .post("/passkey-challenges", Value::Null)
        .await
        .problem(429, "rate-limited");
    let mut wrong = assertion.clone();
    wrong["challenge"] = "x".into();
    for _ in 0..20 {
        sign_in(&client, &wrong)
            .await
            .problem(401, "passkey-invalid");
    }
    sign_in(&client, &assertion)
        .await
        .problem(429, "rate-limited");
}
