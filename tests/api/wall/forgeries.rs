//! Forged tokens, at every operation that asks for one.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use renzheng_tests::{
    Client, Person, RelyingParty, TestServer,
    description::{description, is_protocol, operations},
    phone,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Each token is tried at every so manieth operation.
const SHARE: usize = 4;

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_string()
}

fn part(text: &str) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn encoded(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A good token with its header changed.
fn with_header(token: &str, name: &str, value: Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut header = part(parts[0]);
    header[name] = value;
    format!("{}.{}.{}", encoded(&header), parts[1], parts[2])
}

/// Everything that looks like the token `good` and is none.
async fn forged(client: &Client, good: &str) -> Vec<String> {
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims) = (part(parts[0]), part(parts[1]));
    let mut all = Vec::new();
    for alg in [
        "none", "None", "nOnE", "NONE", "", "HS256", "RS256", "ES384",
    ] {
        all.push(with_header(good, "alg", alg.into()));
        let unsigned = with_header(good, "alg", alg.into());
        let (start, _) = unsigned.rsplit_once('.').expect("parts");
        all.push(format!("{start}."));
    }
    for kid in ["../../../dev/null", "' OR '1'='1", "unknown", ""] {
        all.push(with_header(good, "kid", kid.into()));
    }
    let jwks = client.get("//oauth2/jwks").await.ok(200);
    let own = jwks["keys"][0].clone();
    for (name, value) in [
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("jwk", own.clone()),
        ("crit", json!(["exp"])),
        ("typ", json!("JWT")),
    ] {
        all.push(with_header(good, name, value));
    }
    // Signed by the published key, as if it were a shared secret.
    let point: Vec<u8> = ["x", "y"]
        .iter()
        .flat_map(|name| {
            BASE64_URL_SAFE_NO_PAD
                .decode(text(&own[*name]))
                .expect("base64")
        })
        .collect();
    for secret in [own.to_string().into_bytes(), point, Vec::new()] {
        let mut forged = Header::new(Algorithm::HS256);
        forged.kid = header["kid"].as_str().map(String::from);
        forged.typ = header["typ"].as_str().map(String::from);
        let key = EncodingKey::from_secret(&secret);
        all.push(encode(&forged, &claims, &key).expect("signed"));
    }
    // The signature of another text, of nothing, and none of the right length.
    let mut others = claims.clone();
    others["sub"] = "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03".into();
    all.push(format!("{}.{}.{}", parts[0], encoded(&others), parts[2]));
    for signature in [vec![0; 64], vec![0xff; 64], vec![0; 63], Vec::new()] {
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        all.push(format!("{}.{}.{signature}", parts[0], parts[1]));
    }
    all.extend(["x", "a.b.c", "..", "null", "eyJ.eyJ.AA"].map(String::from));
    all
}

/// Operations for citizens, or for staff.
fn protected(of_staff: bool) -> Vec<(Method, String)> {
    let all = operations(&description()).into_iter();
    all.filter(|(path, _, operation)| {
        let security = operation["security"].to_string();
        !is_protocol(path) && security.contains(if of_staff { "staff-bearer" } else { "\"bearer" })
    })
    .map(|(path, method, _)| {
        let path = path
            .replace("{id}", "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03")
            .replace("{client_id}", "app-unknown")
            .replace("{n}", "0")
            .replace("{side}", "front");
        (method.to_uppercase().parse().expect("a method"), path)
    })
    .collect()
}

/// Every token at some operation, and every operation with some of each kind: 401, and byte for byte the same.
async fn assert_none_opens(client: &Client, tokens: &[String], operations: &[(Method, String)]) {
    let client = client.with("x-request-id", "same");
    let mut bodies = HashSet::new();
    for (turn, token) in tokens.iter().enumerate() {
        let forger = client.bearer(token);
        for (method, path) in operations.iter().skip(turn % SHARE).step_by(SHARE) {
            let answer = forger.send(method.clone(), path, Some(json!({}))).await;
            assert_eq!(answer.status, 401, "{method} {path}: {token}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
            bodies.insert(answer.bytes);
        }
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

// A45, A56, C16
#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_opens_any_operation() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    let good = text(&created["session"]["access_token"]);
    client.bearer(&good).get("/me").await.ok(200);
    let mut tokens = forged(&client, &good).await;
    tokens.push(text(&created["session"]["refresh_token"]));
    // Good ones, of somebody or for something else.
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(2)).await;
    let given = party.sign_in(&person, "openid").await;
    tokens.push(text(&given["access_token"]));
    tokens.push(text(&given["id_token"]));
    let clerk = client.staff("clerk").await;
    let staff = clerk.header("authorization").replace("Bearer ", "");
    tokens.push(staff);
    assert!(tokens.len() >= 40, "{}", tokens.len());
    let citizens = protected(false);
    assert!(citizens.len() >= 45, "{}", citizens.len());
    assert_none_opens(&client, &tokens, &citizens).await;

    tokens.pop();
    tokens.push(good.clone());
    let staff = protected(true);
    assert!(staff.len() >= 20, "{}", staff.len());
    assert_none_opens(&client, &tokens, &staff).await;

    client.bearer(&good).get("/me").await.ok(200);
    server.clock.advance(601);
    assert_none_opens(&client, &[good], &citizens).await;
}
