//! Two people at every operation: nothing of one's can be seen, changed or told from nothing by the other; and nobody
//! sets what is not theirs to set.

use renzheng_tests::{
    Client, Person, RelyingParty, TestServer,
    authenticator::Authenticator,
    description::{description, examples, is_protocol, named, operations},
    phone,
    relying_party::direct,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Where ids of one's own things stand in paths.
const OWNED: &[&str] = &[
    "/me/sessions/{id}",
    "/me/second-factors/passkeys/{id}",
    "/me/addresses/{id}",
    "/me/verifications/attempts/{id}",
    "/me/verifications/face/{id}",
    "/me/consents/{client_id}",
];
/// Ids that whoever holds them may use, and whose use is for oneself: the ticket of a QR code, the request of an
/// application. `qr_logins::the_first_phone_has_it` and `consent::another_persons_request_is_decided_for_oneself_only`.
const BEARERS: &[&str] = &["/qr-logins/{id}", "/me/authorizations/{id}"];

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_string()
}

/// Somebody with one of everything; answers it in the order of [`OWNED`].
async fn owner(server: &TestServer, party: &RelyingParty) -> (Client, Vec<String>) {
    let mine = phone(1);
    let person = Person::registered(server, &mine).await.verified(4).await;
    party.sign_in(&person, "openid profile").await;
    let browser = person.browser;
    let sessions = browser.get("/me/sessions").await.ok(200);
    let address = json!({
        "recipient": "张三", "phone": "18500000901", "region_code": "350102", "detail": "东街口 1 号",
        "postal_code": "350001",
    });
    let address = browser.post("/me/addresses", address).await.ok(201);
    let able = browser.stepped_up(&mine, "second-factor", 2).await;
    let mut device = Authenticator::new(&server.app().public_url);
    let added = device.enrol(&able, "我的手机").await;
    let attempts = browser.citizen(4).await;
    let claim = json!({"number": attempts["social_security"]});
    let attempt = browser
        .post("/me/verifications/social-security", claim)
        .await
        .ok(201);
    let consent = json!({"consent": browser.get("/agreements/face").await.ok(200)["version"]});
    let face = browser
        .post("/me/verifications/face", consent)
        .await
        .ok(201);
    let all = vec![
        id(&sessions["items"][0]),
        id(&added["passkey"]),
        id(&address),
        id(&attempt),
        id(&face),
        party.id.clone(),
    ];
    (browser, all)
}

/// Everything about somebody that they can see.
async fn seen(person: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/me",
        "/me/addresses",
        "/me/second-factors",
        "/me/verifications",
        "/me/consents",
        "/me/disclosures",
        "/me/email",
    ] {
        all.push(person.get(path).await.ok(200));
    }
    let sessions = person.get("/me/sessions").await.ok(200);
    all.push(sessions["items"].as_array().expect("items").len().into());
    all
}

// A56, C18
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_anothers_can_be_reached() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let (owner, ids) = owner(&server, &party).await;
    let before = seen(&owner).await;
    let client = server.client();
    let stranger = client
        .registered(&phone(2))
        .await
        .with("x-request-id", "same");
    let described = description();
    let (mut tried, mut messages) = (0, 1);
    for (path, method, operation) in operations(&described) {
        let security = operation["security"].to_string();
        if !path.contains('{') || is_protocol(&path) || !security.contains("\"bearer") {
            continue;
        }
        if BEARERS.iter().any(|base| path.starts_with(base)) {
            continue;
        }
        let place = OWNED.iter().position(|base| path.starts_with(base));
        let place = place.unwrap_or_else(|| panic!("{path}: say whose it is, in OWNED"));
        let name = if path.contains("{client_id}") {
            "{client_id}"
        } else {
            "{id}"
        };
        let path = path.replace("{n}", "0").replace("{side}", "front");
        let verb: Method = method.to_uppercase().parse().expect("a method");
        let mut answers = Vec::new();
        for id in [ids[place].as_str(), "01931b6e-9d60-4a43-8c1f-2f4b6a7d9e03"] {
            let path = path.replace(name, id);
            let pictures = operation
                .pointer("/requestBody/content/image~1png")
                .is_some();
            let body = examples(&described, &operation).into_iter().next();
            let mut answer = if pictures {
                let picture = b"\x89PNG\r\n\x1a\n".to_vec();
                stranger
                    .send_raw(verb.clone(), &path, "image/png", picture)
                    .await
            } else {
                stranger.send(verb.clone(), &path, body.clone()).await
            };
            if answer.json()["code"] == "step-up-required" {
                messages += 1;
                let mine = phone(2);
                let able = stranger.stepped_up(&mine, "second-factor", messages).await;
                answer = able.send(verb.clone(), &path, body).await;
            }
            answers.push((answer.status, answer.bytes));
        }
        assert_eq!(answers[0], answers[1], "{method} {path}");
        assert_eq!(answers[0].0, 404, "{method} {path}");
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
    assert_eq!(seen(&owner).await, before, "nothing was changed");
    for id in &ids {
        let mut theirs = seen(&stranger).await;
        theirs.push(stranger.get("/me/activity").await.ok(200));
        theirs.push(stranger.get("/me/export").await.ok(200));
        theirs.push(stranger.get("/me/sessions").await.ok(200));
        assert!(!json!(theirs).to_string().contains(id), "{id}");
    }
    // Ids tell nothing of each other.
    let another = json!({
        "recipient": "张三", "phone": "18500000901", "region_code": "350102", "detail": "东街口 2 号",
        "postal_code": "350001",
    });
    let next = id(&owner.post("/me/addresses", another).await.ok(201));
    let halves = [&next[24..], &ids[2][24..]].map(|half| u64::from_str_radix(half, 16));
    let [Ok(one), Ok(other)] = halves else {
        panic!("{halves:?}")
    };
    assert!(one.abs_diff(other) > 1 << 20, "{next} follows {}", ids[2]);
}

/// What people try.
const TRIED: [&str; 12] = [
    "account_id",
    "id",
    "is_admin",
    "level",
    "phone_proven_at",
    "phone_verified",
    "role",
    "status",
    "tenant",
    "verified_level",
    "__proto__",
    "constructor",
];
/// Of all names in the description each operation is tried with every so manieth; together they cover all.
const SHARE: usize = 12;

/// Every name of a field in the description.
fn names(described: &Value) -> Vec<String> {
    let schemas = described["components"]["schemas"].as_object();
    let mut names: Vec<String> = schemas
        .expect("schemas")
        .values()
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(|properties| properties.keys().cloned())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The fields that a body of this operation may have, in whichever variant.
fn taken(described: &Value, schema: &Value, names: &mut Vec<String>) {
    let schemas = &described["components"]["schemas"];
    if let Some(name) = named(schema) {
        taken(described, &schemas[name], names);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            taken(described, part, names);
        }
    }
    if let Some(properties) = schema["properties"].as_object() {
        names.extend(properties.keys().cloned());
    }
}

// A57, C17
#[tokio::test(flavor = "multi_thread")]
async fn read_only_fields_are_refused_everywhere() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let before = seen(&person).await;
    let party = RelyingParty::with(&server, direct).await;
    let application = party.itself("levels:read codes:check webhooks").await;
    let mut staff = Vec::new();
    for role in ["clerk", "supervisor", "operator"] {
        staff.push(client.staff(role).await);
    }
    let described = description();
    let all = names(&described);
    assert!(all.len() > 150, "{}", all.len());
    let mut tried = 0;
    for (path, method, operation) in operations(&described) {
        if is_protocol(&path) || path == "/sessions" {
            // The ways to sign in are told apart by a field, beside which poem-openapi reads over what it does not know;
            // they set nothing.
            continue;
        }
        let schema =
            operation.pointer("/requestBody/content/application~1json; charset=utf-8/schema");
        let mut own = Vec::new();
        if let Some(schema) = schema {
            taken(&described, schema, &mut own);
        }
        let verb: Method = method.to_uppercase().parse().expect("a method");
        let called = path
            .replace("{id}", "01931b6e-9d60-4a43-8c1f-2f4b6a7d9e03")
            .replace("{client_id}", "app-unknown");
        let security = operation["security"].to_string();
        let callers: Vec<&Client> = if security.contains("staff") {
            staff.iter().collect()
        } else if security.contains("application") {
            vec![&application]
        } else {
            vec![&person]
        };
        for example in examples(&described, &operation) {
            let share = all.iter().skip(tried % SHARE).step_by(SHARE);
            let fields = share.map(String::as_str).chain(TRIED);
            for field in fields.filter(|field| !own.iter().any(|own| own == field)) {
                let mut body = example.clone();
                body[field] = json!(3);
                let mut refused = 0;
                for caller in &callers {
                    let answer = caller.send(verb.clone(), &called, Some(body.clone())).await;
                    if answer.json()["code"] == "role-not-allowed" {
                        continue;
                    }
                    answer.problem(400, "malformed-request");
                    refused += 1;
                }
                assert!(refused > 0, "{method} {path}: nobody may");
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
    assert_eq!(seen(&person).await, before);
}
