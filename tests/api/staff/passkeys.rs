//! `/staff/me/passkeys`, and signing in by one beside the password.

mod own;

use renzheng_tests::{Client, PASSWORD, TestServer, authenticator::Authenticator, phone};
use serde_json::{Value, json};

const PASSKEYS: &str = "/staff/me/passkeys";
const ENROLMENTS: &str = "/staff/me/passkeys/enrolments";

fn device(server: &TestServer) -> Authenticator {
    Authenticator::new(&server.app().public_url)
}

/// The demo clerk, with a passkey of `device`.
async fn clerk_with(server: &TestServer, device: &mut Authenticator) -> Client {
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let proof = client.staff_proof(server, "clerk").await;
    device.enrol_staff(&clerk, proof, "窗口电脑").await;
    clerk
}

/// Whoever has just signed in.
fn bearer(client: &Client, session: &Value) -> Client {
    client.bearer(session["access_token"].as_str().expect("a token"))
}

/// The only passkey of somebody.
async fn only(staff: &Client) -> Value {
    let list = staff.get(PASSKEYS).await.ok(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    list["items"][0].clone()
}

fn path(passkey: &Value) -> String {
    format!("{PASSKEYS}/{}", passkey["id"].as_str().expect("an id"))
}

// A15, A22, C27
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_stands_in_the_place_of_the_code() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut key = device(&server);
    let clerk = client.staff("clerk").await;
    let none = clerk.get(PASSKEYS).await.ok(200);
    assert_eq!(none, json!({"items": []}));
    let proof = client.staff_proof(&server, "clerk").await;
    let asked = clerk.post(ENROLMENTS, proof).await.ok(201);
    let asked = &asked["public_key"];
    // Whose it is, is said in another form than of a citizen.
    let handle = asked["user"]["id"].as_str().expect("a handle");
    assert!(handle.starts_with("c3RhZmY6"), "{handle}");
    assert_eq!(asked["user"]["name"], "staff demo.clerk");
    let selection = &asked["authenticatorSelection"];
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(selection["residentKey"], "required");

    let proof = client.staff_proof(&server, "clerk").await;
    let added = key.enrol_staff(&clerk, proof, " 窗口电脑 ").await;
    assert_eq!(added["name"], "窗口电脑");
    assert!(only(&clerk).await.get("last_used_at").is_none());

    let assertion = key.assertion(&client).await;
    let session = client.staff_by_passkey("clerk", assertion.clone()).await;
    let session = session.ok(201);
    assert_eq!(session["staff"]["login"], "demo.clerk");
    assert!(only(&clerk).await["last_used_at"].is_string());
    // A challenge is good for one check.
    client
        .staff_by_passkey("clerk", assertion)
        .await
        .problem(401, "invalid-staff-credentials");
    // The app is still good.
    server.clock.advance(30);
    client.staff("clerk").await;
}

// A11, A45, C7, C16, C27
#[tokio::test(flavor = "multi_thread")]
async fn one_answer_is_given_whichever_is_wrong() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mut mine, mut theirs) = (device(&server), device(&server));
    let clerk = clerk_with(&server, &mut mine).await;
    let supervisor = client.staff("supervisor").await;
    let proof = client.staff_proof(&server, "supervisor").await;
    theirs.enrol_staff(&supervisor, proof, "x").await;
    let mut citizens = device(&server);
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "second-factor", 2).await;
    citizens.enrol(&able, "x").await;

    let right = client.staff_credentials("clerk").await;
    let login = right["login"].as_str().expect("a text");
    let password = right["password"].as_str().expect("a text");
    let mut tries = vec![
        (
            login,
            "demo-0000000000000000",
            mine.assertion(&client).await,
        ),
        ("demo.nobody", password, mine.assertion(&client).await),
        (login, password, theirs.assertion(&client).await),
        (login, password, citizens.assertion(&client).await),
    ];
    for (pointer, value) in [
        ("/challenge", "AZMbbp1gekOMHy9Lan2eAQ".into()),
        ("/credential/rawId", "AZMbbp1gekOMHy9Lan2eAQ".into()),
        (
            "/credential/response/signature",
            "AZMbbp1gekOMHy9Lan2eAQ".into(),
        ),
        ("/credential/response/authenticatorData", "!".into()),
        // Another's, as it says: a citizen's, and a colleague's.
        (
            "/credential/response/userHandle",
            citizens.assertion(&client).await["credential"]["response"]["userHandle"].clone(),
        ),
        (
            "/credential/response/userHandle",
            theirs.assertion(&client).await["credential"]["response"]["userHandle"].clone(),
        ),
    ] {
        let mut forged = mine.assertion(&client).await;
        *forged.pointer_mut(pointer).expect("a field") = value;
        tries.push((login, password, forged));
    }
    let mut refusals = Vec::new();
    for (login, password, assertion) in tries {
        let body = json!({"login": login, "password": password, "passkey": assertion});
        let answer = client.post("/staff/sessions", body).await;
        let mut problem = answer.problem(401, "invalid-staff-credentials");
        problem["request_id"] = Value::Null;
        refusals.push(problem);
    }
    assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]));
    // A right code does not mend a wrong passkey.
    let mut both = right.clone();
    both["passkey"] = theirs.assertion(&client).await;
    client
        .post("/staff/sessions", both)
        .await
        .problem(401, "invalid-staff-credentials");
    // None of it was a use.
    assert!(only(&clerk).await.get("last_used_at").is_none());
    // Too late.
    let late = mine.assertion(&client).await;
    server.clock.advance(301);
    client
        .staff_by_passkey("clerk", late)
        .await
        .problem(401, "invalid-staff-credentials");
}

/// Not even one that says it is a citizen's.
// A15, A56
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_of_staff_signs_no_citizen_in() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mut key, mut citizens) = (device(&server), device(&server));
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "second-factor", 2).await;
    citizens.enrol(&able, "x").await;
    clerk_with(&server, &mut key).await;
    let handle = citizens.assertion(&client).await["credential"]["response"]["userHandle"].clone();
    for forged in [false, true] {
        let mut assertion = key.assertion(&client).await;
        if forged {
            assertion["credential"]["response"]["userHandle"] = handle.clone();
        }
        let body = json!({"method": "passkey", "assertion": assertion});
        client
            .post("/sessions", body)
            .await
            .problem(401, "passkey-invalid");
    }
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_signs_in_once_under_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut key = device(&server);
    clerk_with(&server, &mut key).await;
    let assertion = key.assertion(&client).await;
    let tries = (0..8).map(|_| client.staff_by_passkey("clerk", assertion.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let signed_in = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(signed_in.count(), 1);
}

// A17, C27
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_takes_passkeys_away_and_disabling_stops_them() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let email = "zhao@example.cn";
    let body = json!({"name": "赵小兰", "email": email, "role": "operator"});
    let entry = operator.post("/admin/staff", body).await.ok(201);
    let (id, login) = (&entry["id"], &entry["login"]);
    let enrolled = client.enrol(&server, email, 1, 21).await;
    let member = bearer(&client, &enrolled["session"]);
    let mut key = device(&server);
    let proof = json!({"password": PASSWORD, "code": enrolled["recovery_codes"][0]});
    key.enrol_staff(&member, proof, "x").await;
    let sign_in = async |assertion: Value| {
        let body = json!({"login": login, "password": PASSWORD, "passkey": assertion});
        client.post("/staff/sessions", body).await
    };
    let admin = format!("/admin/staff/{}", id.as_str().expect("an id"));
    let act = async |act: &str| {
        let path = format!("{admin}/{act}");
        operator.post(&path, Value::Null).await.ok(200);
    };
    act("disable").await;
    sign_in(key.assertion(&client).await)
        .await
        .problem(401, "invalid-staff-credentials");
    act("enable").await;
    let session = sign_in(key.assertion(&client).await).await.ok(201);
    let member = bearer(&client, &session);

    // One that is being added meanwhile does not stay either, whichever comes first.
    let proof = json!({"password": PASSWORD, "code": enrolled["recovery_codes"][1]});
    let enrolment = member.post(ENROLMENTS, proof).await.ok(201);
    let mut late = device(&server);
    let new = json!({"name": "x", "credential": late.create(&enrolment)});
    tokio::join!(member.post(PASSKEYS, new), act("reset"));
    sign_in(key.assertion(&client).await)
        .await
        .problem(401, "invalid-staff-credentials");
    // The same person, with the same password; the passkey is gone for good.
    let enrolled = client.enrol(&server, email, 2, 21).await;
    let again = bearer(&client, &enrolled["session"]);
    for key in [&mut key, &mut late] {
        sign_in(key.assertion(&client).await)
            .await
            .problem(401, "invalid-staff-credentials");
    }
    let none = again.get(PASSKEYS).await.ok(200);
    assert_eq!(none, json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_staff_has_ten() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    for number in 0..10 {
        let proof = client.staff_proof(&server, "clerk").await;
        let name = number.to_string();
        device(&server).enrol_staff(&clerk, proof, &name).await;
    }
    let proof = client.staff_proof(&server, "clerk").await;
    clerk
        .post(ENROLMENTS, proof)
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
    let clerk = client.staff("clerk").await;
    let proof = client.staff_proof(&server, "clerk").await;
    clerk
        .post(ENROLMENTS, proof)
        .await
        .problem(409, "passkeys-unavailable");
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn proofs_for_removing_are_limited() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut key = device(&server);
    let clerk = clerk_with(&server, &mut key).await;
    let remove = format!("{}/remove", path(&only(&clerk).await));
    let proof = json!({"password": "wrong wrong wrong", "code": "000000"});
    let mut last = clerk.post(&remove, proof.clone()).await;
    for _ in 0..5 {
        last = clerk.post(&remove, proof.clone()).await;
    }
    last.problem(429, "rate-limited");
    // Wrong passkeys of a sign-in are counted as wrong codes are.
    let mut wrong = client.staff_credentials("operator").await;
    wrong["passkey"] = key.assertion(&client).await;
    for _ in 0..5 {
        client
            .post("/staff/sessions", wrong.clone())
            .await
            .problem(401, "invalid-staff-credentials");
    }
    client
        .post("/staff/sessions", wrong)
        .await
        .problem(429, "rate-limited");
}
