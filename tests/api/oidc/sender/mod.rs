//! Tokens bound to a key (DPoP, RFC 9449).

mod nonce;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use renzheng::{
    config::{Config, LimitProfile},
    oidc::dpop_nonce,
};
use renzheng_tests::{
    Answer, Person, RelyingParty, TestServer, phone,
    relying_party::{VERIFIER, challenge, direct},
};
use serde_json::{Value, json};

use super::client::{Key, key};

/// A proof with these claims and this header, changed as told.
fn proof(key: &Key, claims: &Value, change: impl FnOnce(&mut Header)) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("dpop+jwt".into());
    header.jwk = Some(serde_json::from_value(key.public.clone()).expect("a JWK"));
    change(&mut header);
    encode(&header, claims, &key.private).expect("signed")
}

struct Bound {
    server: TestServer,
    party: RelyingParty,
    key: Key,
    tokens: Value,
}

/// As in production: no proof without a nonce.
fn strict(config: &mut Config) {
    config.limits = LimitProfile::Relaxed;
    config.oidc.require_dpop_nonce = Some(true);
}

impl Bound {
    async fn new() -> Self {
        Self::at(TestServer::with(strict).await).await
    }

    async fn at(server: TestServer) -> Self {
        let party = RelyingParty::with(&server, |new| {
            new.auth_method = Some(renzheng::oidc::client::AuthMethod::None);
        })
        .await;
        let person = Person::registered(&server, &phone(1)).await;
        let back = person.agree(&party.request("openid profile")).await;
        let key = key();
        let bound = Self {
            server,
            party,
            key,
            tokens: Value::Null,
        };
        let claims = bound.claims("POST", "/oauth2/token", "first", None);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", back["code"].as_str()),
            ("redirect_uri", bound.party.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let tokens = bound
            .with(&proof(&bound.key, &claims, |_| {}))
            .post("/oauth2/token", &fields)
            .await
            .ok(200);
        Self { tokens, ..bound }
    }

    /// An application that speaks for itself.
    async fn by_itself(server: TestServer) -> Self {
        let party = RelyingParty::with(&server, direct).await;
        let bound = Self {
            server,
            party,
            key: key(),
            tokens: Value::Null,
        };
        let claims = bound.claims("POST", "/oauth2/token", "first", None);
        let fields = [("grant_type", "client_credentials"), ("scope", "webhooks")];
        let party = bound.with(&proof(&bound.key, &claims, |_| {}));
        let tokens = party.post("/oauth2/token", &fields).await.ok(200);
        Self { tokens, ..bound }
    }

    /// Of a proof that is good: with the nonce of now.
    fn claims(&self, method: &str, path: &str, jti: &str, token: Option<&str>) -> Value {
        let app = self.server.app();
        let now = app.clock.now();
        let mut claims = json!({
            "jti": jti, "htm": method, "htu": format!("{}{path}", self.party.issuer),
            "iat": now.timestamp(), "nonce": dpop_nonce::newest(&app.vault, now),
        });
        if let Some(token) = token {
            claims["ath"] = challenge(token).into();
        }
        claims
    }

    fn with(&self, proof: &str) -> RelyingParty {
        RelyingParty {
            client: self.party.client.with("dpop", proof),
            ..self.party.clone()
        }
    }

    fn token(&self) -> &str {
        self.tokens["access_token"].as_str().expect("a token")
    }

    async fn userinfo(&self, proof: &str) -> Answer {
        let client = self.party.client.with("dpop", proof);
        let client = client.with("authorization", &format!("DPoP {}", self.token()));
        client.get("//oauth2/userinfo").await
    }
}

// A51
#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_needs_a_fresh_proof_each_time() {
    let bound = Bound::new().await;
    assert_eq!(bound.tokens["token_type"], "DPoP");
    let (_, claims) = bound.party.verify(bound.token()).await;
    assert!(claims["cnf"]["jkt"].is_string());
    let good = bound.claims("GET", "/oauth2/userinfo", "one", Some(bound.token()));
    let first = proof(&bound.key, &good, |_| {});
    bound.userinfo(&first).await.ok(200);
    let replay = bound.userinfo(&first).await;
    assert_eq!(replay.ok(401)["error"], "invalid_dpop_proof");
    assert!(replay.header("www-authenticate").starts_with("DPoP"));
    // As a bearer token it is worth nothing.
    let bare = bound.party.userinfo(bound.token()).await;
    assert_eq!(bare.ok(401)["error"], "invalid_token");

    let now = bound.server.clock.now().timestamp();
    let mut bad = Vec::new();
    for (name, value) in [
        ("htm", json!("POST")),
        ("htu", json!(format!("{}/oauth2/token", bound.party.issuer))),
        ("htu", json!("https://evil.example/oauth2/userinfo")),
        ("iat", json!(now - 200)),
        ("iat", json!(now + 200)),
        ("ath", json!(challenge("another token"))),
        ("jti", json!("")),
    ] {
        let mut claims = good.clone();
        claims["jti"] = format!("{name}-{value}").into();
        claims[name] = value;
        bad.push(proof(&bound.key, &claims, |_| {}));
    }
    for missing in ["jti", "htm", "htu", "iat", "ath"] {
        let mut claims = good.clone();
        claims["jti"] = format!("without-{missing}").into();
        claims.as_object_mut().expect("an object").remove(missing);
        bad.push(proof(&bound.key, &claims, |_| {}));
    }
    let fresh = |jti: &str| bound.claims("GET", "/oauth2/userinfo", jti, Some(bound.token()));
    bad.push(proof(&bound.key, &fresh("typ"), |header| {
        header.typ = Some("JWT".into())
    }));
    bad.push(proof(&bound.key, &fresh("jwk"), |header| header.jwk = None));
    let other = key();
    bad.push(proof(&bound.key, &fresh("foreign"), |header| {
        header.jwk = Some(serde_json::from_value(other.public.clone()).expect("a JWK"));
    }));
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.typ = Some("dpop+jwt".into());
    symmetric.jwk =
        Some(serde_json::from_value(json!({"kty": "oct", "k": "c2VjcmV0"})).expect("a JWK"));
    bad.push(
        encode(
            &symmetric,
            &fresh("hmac"),
            &EncodingKey::from_secret(b"secret"),
        )
        .expect("signed"),
    );
    bad.push("nonsense".into());
    for proof in &bad {
        let answer = bound.userinfo(proof).await;
        assert_eq!(answer.ok(401)["error"], "invalid_dpop_proof", "{proof}");
    }
    // A whole proof, but with another key.
    let stolen = bound
        .userinfo(&proof(&other, &fresh("stolen"), |_| {}))
        .await;
    assert_eq!(stolen.ok(401)["error"], "invalid_token");
}

// A51
#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_and_codes_are_bound_too() {
    let bound = Bound::new().await;
    let refresh = bound.tokens["refresh_token"].as_str().expect("a token");
    let bare = bound.party.refresh(refresh).await;
    assert_eq!(bare.ok(400)["error"], "invalid_dpop_proof");
    let claims = bound.claims("POST", "/oauth2/token", "r1", None);
    let other = bound
        .with(&proof(&key(), &claims, |_| {}))
        .refresh(refresh)
        .await;
    assert_eq!(other.ok(400)["error"], "invalid_dpop_proof");
    let claims = bound.claims("POST", "/oauth2/token", "r2", None);
    let renewed = bound
        .with(&proof(&bound.key, &claims, |_| {}))
        .refresh(refresh)
        .await;
    assert_eq!(renewed.ok(200)["token_type"], "DPoP");

    // A code asked for with dpop_jkt comes to nobody without that key.
    let person = Person::registered(&bound.server, &phone(2)).await;
    let mut request = bound.party.request("openid");
    let (_, claims) = bound.party.verify(bound.token()).await;
    request.insert(
        "dpop_jkt",
        claims["cnf"]["jkt"].as_str().expect("a thumbprint").into(),
    );
    let back = person.agree(&request).await;
    let refused = bound.party.redeem(&back["code"]).await;
    assert_eq!(refused.ok(400)["error"], "invalid_grant");
    let back = person.agree(&request).await;
    let claims = bound.claims("POST", "/oauth2/token", "c1", None);
    bound
        .with(&proof(&bound.key, &claims, |_| {}))
        .redeem(&back["code"])
        .await
        .ok(200);
}

// A51
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_application_itself_is_bound_too() {
    let bound = Bound::by_itself(TestServer::relaxed().await).await;
    assert_eq!(bound.tokens["token_type"], "DPoP");
    let path = "/api/v1/webhook-deliveries";
    let call = |scheme: &str, proof: &str| {
        let client = bound.party.client.with("dpop", proof);
        let client = client.with("authorization", &format!("{scheme} {}", bound.token()));
        async move { client.get("/webhook-deliveries").await }
    };
    let claims = bound.claims("GET", path, "one", Some(bound.token()));
    let good = proof(&bound.key, &claims, |_| {});
    call("DPoP", &good).await.ok(200);
    let replayed = call("DPoP", &good).await;
    replayed.problem(401, "unauthenticated");
    let challenge = replayed.header("www-authenticate");
    assert!(challenge.starts_with("DPoP ") && challenge.contains("invalid_dpop_proof"));
    // Two proofs are none (RFC 9449 §4.3).
    let claims = bound.claims("GET", path, "first of two", Some(bound.token()));
    let fresh = proof(&bound.key, &claims, |_| {});
    let client = bound.party.client.with("dpop", &fresh);
    let client = client.with_another("dpop", &good);
    let client = client.with("authorization", &format!("DPoP {}", bound.token()));
    let twice = client.get("/webhook-deliveries").await;
    twice.problem(401, "unauthenticated");
    let claims = bound.claims("GET", "/api/v1/me", "two", Some(bound.token()));
    let elsewhere = proof(&bound.key, &claims, |_| {});
    call("DPoP", &elsewhere)
        .await
        .problem(401, "unauthenticated");
    let claims = bound.claims("GET", path, "three", Some(bound.token()));
    let fresh = proof(&bound.key, &claims, |_| {});
    call("Bearer", &fresh).await.problem(401, "unauthenticated");
    let foreign = proof(&key(), &claims, |_| {});
    call("DPoP", &foreign).await.problem(401, "unauthenticated");
}

/// A client that shows who it is may take another key: its refresh tokens are bound to it already (RFC 9449 §5).
// A51
#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_client_may_take_another_key() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let back = person.agree(&party.request("openid")).await;
    let mut bound = Bound {
        server,
        party,
        key: key(),
        tokens: Value::Null,
    };
    let claims = bound.claims("POST", "/oauth2/token", "first", None);
    let first = bound.with(&proof(&bound.key, &claims, |_| {}));
    let tokens = first.redeem(&back["code"]).await.ok(200);
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    // Not without any: its tokens do not become bearer tokens.
    let bare = bound.party.refresh(refresh).await;
    assert_eq!(bare.ok(400)["error"], "invalid_dpop_proof");
    bound.key = key();
    let claims = bound.claims("POST", "/oauth2/token", "second", None);
    let other = bound.with(&proof(&bound.key, &claims, |_| {}));
    bound.tokens = other.refresh(refresh).await.ok(200);
    assert_eq!(bound.tokens["token_type"], "DPoP");
    let claims = bound.claims("GET", "/oauth2/userinfo", "third", Some(bound.token()));
    bound
        .userinfo(&proof(&bound.key, &claims, |_| {}))
        .await
        .ok(200);
}
