//! Proofs that hold a nonce of the service (RFC 9449 §8, §9).

use renzheng_tests::{Answer, Person, RelyingParty, TestServer, phone, relying_party::direct};
use serde_json::Value;

use super::{Bound, key, proof, strict};

/// A proof with these claims, but for the nonce.
fn with_nonce(bound: &Bound, claims: &Value, nonce: Option<&str>) -> String {
    let mut claims = claims.clone();
    match nonce {
        Some(nonce) => claims["nonce"] = nonce.into(),
        None => drop(claims.as_object_mut().expect("an object").remove("nonce")),
    }
    proof(&bound.key, &claims, |_| {})
}

/// The nonce that a refusal gives out.
#[track_caller]
fn given(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.ok(status)["error"], "use_dpop_nonce");
    answer.header("dpop-nonce").to_string()
}

// A51, C14
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_given_for_a_nonce_of_ours_only() {
    let bound = Bound::new().await;
    // At the beginning of a window.
    let now = bound.server.clock.now().timestamp();
    bound.server.clock.advance(300 - now % 300);
    let refresh = |token: &str, proof: &str| {
        let (party, token) = (bound.with(proof), token.to_string());
        async move { party.refresh(&token).await }
    };
    let token = bound.tokens["refresh_token"].as_str().expect("a token");
    let claims = |jti: &str| bound.claims("POST", "/oauth2/token", jti, None);
    let without = with_nonce(&bound, &claims("one"), None);
    let refused = refresh(token, &without).await;
    let nonce = given(&refused, 400);
    assert_eq!(refused.header("cache-control"), "no-store");
    // Nothing was used up: neither the proof's name, nor the token.
    let good = with_nonce(&bound, &claims("one"), Some(&nonce));
    let renewed = refresh(token, &good).await;
    let tokens = renewed.ok(200);
    let token = tokens["refresh_token"].as_str().expect("a token");
    assert!(
        renewed.headers.get("dpop-nonce").is_none(),
        "it is the newest"
    );
    let replayed = refresh(token, &good).await;
    assert_eq!(replayed.ok(400)["error"], "invalid_dpop_proof");

    // The nonce of the window before is taken, and the next one comes with the answer.
    bound.server.clock.advance(300);
    let good = with_nonce(&bound, &claims("two"), Some(&nonce));
    let renewed = refresh(token, &good).await;
    let tokens = renewed.ok(200);
    let token = tokens["refresh_token"].as_str().expect("a token");
    let next = renewed.header("dpop-nonce");
    assert_ne!(next, nonce);
    // Then it is old, and a new one is told.
    bound.server.clock.advance(300);
    let old = with_nonce(&bound, &claims("three"), Some(&nonce));
    assert_ne!(given(&refresh(token, &old).await, 400), nonce);
    for forged in ["", "nonsense", &next[1..], &format!("{next}x")] {
        let forged = with_nonce(&bound, &claims("four"), Some(forged));
        given(&refresh(token, &forged).await, 400);
    }
    let mut number = claims("five");
    number["nonce"] = 1.into();
    let malformed = refresh(token, &proof(&bound.key, &number, |_| {})).await;
    assert_eq!(malformed.ok(400)["error"], "invalid_dpop_proof");
    let good = with_nonce(&bound, &claims("six"), Some(next));
    refresh(token, &good).await.ok(200);

    // Pushed requests that bring a proof are asked for one too; those that bring none are not.
    let request = bound.party.request("openid");
    let fields: Vec<(&str, &str)> = request
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let claims = bound.claims("POST", "/oauth2/par", "seven", None);
    let party = bound.with(&with_nonce(&bound, &claims, None));
    given(&party.post("/oauth2/par", &fields).await, 400);
    bound.party.post("/oauth2/par", &fields).await.ok(201);
}

// A51, A35
#[tokio::test(flavor = "multi_thread")]
async fn what_tokens_are_for_wants_a_nonce_too() {
    let bound = Bound::new().await;
    let claims = |jti: &str| bound.claims("GET", "/oauth2/userinfo", jti, Some(bound.token()));
    let refused = bound
        .userinfo(&with_nonce(&bound, &claims("one"), None))
        .await;
    let nonce = given(&refused, 401);
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("DPoP ") && challenge.contains("error=\"use_dpop_nonce\""));
    assert!(challenge.contains("algs=\"ES256 "), "{challenge}");
    let good = with_nonce(&bound, &claims("one"), Some(&nonce));
    bound.userinfo(&good).await.ok(200);
    let replayed = bound.userinfo(&good).await;
    assert_eq!(replayed.ok(401)["error"], "invalid_dpop_proof");
    // A bearer token needs none.
    let plain = RelyingParty::register(&bound.server).await;
    let person = Person::registered(&bound.server, &phone(2)).await;
    let tokens = plain.sign_in(&person, "openid").await;
    let token = tokens["access_token"].as_str().expect("a token");
    let answer = plain.userinfo(token).await;
    answer.ok(200);
    assert!(answer.headers.get("dpop-nonce").is_none());
    // Scripts of applications may read it.
    let proof = with_nonce(&bound, &claims("three"), None);
    let client = bound.party.client.with("dpop", &proof);
    let client = client.with("authorization", &format!("DPoP {}", bound.token()));
    let client = client.with("origin", "https://app.example");
    let answer = client.get("//oauth2/userinfo").await;
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("DPoP-Nonce")
    );
}

/// Where nonces are not asked for, one is offered, and looked at when it is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_nobody_asked_for_must_be_ours_too() {
    let bound = Bound::at(TestServer::relaxed().await).await;
    let claims = |jti: &str| bound.claims("GET", "/oauth2/userinfo", jti, Some(bound.token()));
    let without = bound
        .userinfo(&with_nonce(&bound, &claims("one"), None))
        .await;
    without.ok(200);
    let nonce = without.header("dpop-nonce");
    let with = with_nonce(&bound, &claims("two"), Some(nonce));
    bound.userinfo(&with).await.ok(200);
    let forged = with_nonce(&bound, &claims("three"), Some("forged"));
    given(&bound.userinfo(&forged).await, 401);
}

// A51
#[tokio::test(flavor = "multi_thread")]
async fn the_api_wants_a_nonce_of_applications() {
    let bound = Bound::by_itself(TestServer::with(strict).await).await;
    let path = "/api/v1/webhook-deliveries";
    let claims = bound.claims("GET", path, "one", Some(bound.token()));
    let call = |proof: &str| {
        let client = bound.party.client.with("dpop", proof);
        let client = client.with("authorization", &format!("DPoP {}", bound.token()));
        async move { client.get("/webhook-deliveries").await }
    };
    let refused = call(&with_nonce(&bound, &claims, None)).await;
    refused.problem(401, "unauthenticated");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("DPoP ") && challenge.contains("error=\"use_dpop_nonce\""));
    let nonce = refused.header("dpop-nonce");
    call(&with_nonce(&bound, &claims, Some(nonce)))
        .await
        .ok(200);
}

// A51, D13
#[tokio::test(flavor = "multi_thread")]
async fn the_nonce_of_one_node_is_taken_by_all() {
    let Some(server) = TestServer::many(3, strict).await else {
        eprintln!("skipped: not the run for PostgreSQL and Redis");
        return;
    };
    let party = RelyingParty::with(&server, direct).await;
    let nodes: Vec<RelyingParty> = (0..3)
        .map(|node| RelyingParty {
            client: server.client_of(node),
            ..party.clone()
        })
        .collect();
    let bound = Bound {
        server,
        party,
        key: key(),
        tokens: Value::Null,
    };
    let ask = |node: usize, jti: &str, nonce: Option<&str>| {
        let claims = bound.claims("POST", "/oauth2/token", jti, None);
        let proof = with_nonce(&bound, &claims, nonce);
        let party = RelyingParty {
            client: nodes[node].client.with("dpop", &proof),
            ..nodes[node].clone()
        };
        async move {
            let fields = [("grant_type", "client_credentials"), ("scope", "webhooks")];
            party.post("/oauth2/token", &fields).await
        }
    };
    let nonce = given(&ask(0, "first", None).await, 400);
    for node in 0..3 {
        let jti = format!("at {node}");
        let tokens = ask(node, &jti, Some(&nonce)).await;
        assert_eq!(tokens.ok(200)["token_type"], "DPoP");
        // Used once is used everywhere.
        let replayed = ask((node + 1) % 3, &jti, Some(&nonce)).await;
        assert_eq!(replayed.ok(400)["error"], "invalid_dpop_proof");
    }
}
