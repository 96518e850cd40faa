//! How clients show that they are themselves.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use p256::{SecretKey, elliptic_curve::Generate, pkcs8::EncodePrivateKey};
use renzheng::{
    http::caller::Caller,
    oidc::{
        client::{AuthMethod, GrantType},
        manage,
    },
    staff::manage::Doer,
};
use renzheng_tests::{Person, RelyingParty, TestServer, phone};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

pub struct Key {
    pub private: EncodingKey,
    pub public: Value,
}

/// A key pair for ES256.
pub fn key() -> Key {
    let secret = SecretKey::try_generate_from_rng(&mut rand::rngs::SysRng).expect("a key");
    let der = secret.to_pkcs8_der().expect("DER");
    let private = EncodingKey::from_ec_der(der.as_bytes());
    let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).expect("a JWK");
    public.common.key_id = Some("k1".into());
    Key {
        private,
        public: serde_json::to_value(public).expect("JSON"),
    }
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn speak(party: &RelyingParty, assertion: &str) -> renzheng_tests::Answer {
    party
        .client
        .form(
            "/oauth2/token",
            &[
                ("grant_type", "client_credentials"),
                ("client_assertion_type", ASSERTION),
                ("client_assertion", assertion),
            ],
        )
        .await
}

// A45, C31
#[tokio::test(flavor = "multi_thread")]
async fn private_key_jwt_is_checked_whole_and_used_once() {
    let server = TestServer::relaxed().await;
    let (mine, foreign) = (key(), key());
    let party = RelyingParty::with(&server, |new| {
        new.auth_method = Some(AuthMethod::PrivateKeyJwt);
        new.jwks = Some(json!({"keys": [mine.public]}).to_string());
        new.grant_types = vec![GrantType::ClientCredentials];
        new.scopes = vec!["levels:read".into()];
    })
    .await;
    let now = server.clock.now().timestamp();
    let good = |jti: &str| json!({"iss": party.id, "sub": party.id, "aud": party.issuer, "exp": now + 60, "iat": now, "jti": jti});
    let sign = |claims: &Value, key: &EncodingKey| {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("k1".into());
        encode(&header, claims, key).expect("signed")
    };
    let assertion = sign(&good("a"), &mine.private);
    let tokens = speak(&party, &assertion).await.ok(200);
    assert_eq!(tokens["scope"], "levels:read");
    assert!(tokens.get("id_token").is_none() && tokens.get("refresh_token").is_none());
    let replay = speak(&party, &assertion).await;
    assert_eq!(replay.ok(401)["error"], "invalid_client");
    let mut claims = good("b");
    claims["aud"] = format!("{}/oauth2/token", party.issuer).into();
    speak(&party, &sign(&claims, &mine.private)).await.ok(200);

    let mut bad = vec![sign(&good("c"), &foreign.private)];
    for (name, value) in [
        ("iss", json!("app-other")),
        ("sub", json!("app-other")),
        ("aud", json!("https://other.example")),
        ("aud", json!([party.issuer, "https://other.example"])),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 3600)),
        ("nbf", json!(now + 120)),
        ("jti", json!("")),
    ] {
        let mut claims = good("d");
        claims[name] = value;
        bad.push(sign(&claims, &mine.private));
    }
    for missing in ["iss", "sub", "aud", "exp", "jti"] {
        let mut claims = good("e");
        claims.as_object_mut().expect("an object").remove(missing);
        bad.push(sign(&claims, &mine.private));
    }
    let secret = EncodingKey::from_secret(mine.public.to_string().as_bytes());
    let header = Header::new(Algorithm::HS256);
    bad.push(encode(&header, &good("f"), &secret).expect("signed"));
    bad.push("nonsense".into());
    for assertion in bad {
        let refused = speak(&party, &assertion).await;
        assert_eq!(refused.ok(401)["error"], "invalid_client", "{assertion}");
    }
    // What the client speaks for is not a person.
    let info = party
        .userinfo(tokens["access_token"].as_str().expect("a token"))
        .await;
    assert!(info.status == 401 || info.status == 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_way_and_the_registered_one() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let public = RelyingParty::with(&server, |new| new.auth_method = Some(AuthMethod::None)).await;
    let secret = party.secret.clone().expect("a secret");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let with = |more: &[(&'static str, String)]| {
        let mut all: Vec<(String, String)> = fields
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .collect();
        all.extend(more.iter().map(|(a, b)| (a.to_string(), b.clone())));
        all
    };
    let post = |basic: Option<String>, fields: Vec<(String, String)>| {
        let client = match basic {
            Some(pair) => party.client.with(
                "authorization",
                &format!("Basic {}", BASE64_STANDARD.encode(pair)),
            ),
            None => party.client.clone(),
        };
        async move {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            client.form("/oauth2/token", &fields).await
        }
    };
    let basic = |id: &str, secret: &str| Some(format!("{id}:{secret}"));
    // Right: the grant is what is wrong.
    let right = post(basic(&party.id, &secret), with(&[])).await;
    assert_eq!(right.ok(400)["error"], "invalid_grant");
    let same = post(
        basic(&party.id, &secret),
        with(&[("client_id", party.id.clone())]),
    )
    .await;
    assert_eq!(same.ok(400)["error"], "invalid_grant");
    let both = post(
        basic(&party.id, &secret),
        with(&[("client_secret", secret.clone())]),
    )
    .await;
    assert_eq!(both.ok(400)["error"], "invalid_request");
    for (basic, more) in [
        (basic(&party.id, "wrong"), vec![]),
        (basic(&party.id, ""), vec![]),
        (basic("app-unknown", &secret), vec![]),
        (basic(&public.id, &secret), vec![]),
        (
            basic(&party.id, &secret),
            vec![("client_id", public.id.clone())],
        ),
        (None, vec![("client_id", party.id.clone())]),
        (
            None,
            vec![
                ("client_id", public.id.clone()),
                ("client_secret", secret.clone()),
            ],
        ),
        (None, vec![]),
        (Some("nonsense".into()), vec![]),
    ] {
        let refused = post(basic, with(&more)).await;
        assert_eq!(refused.ok(401)["error"], "invalid_client", "{more:?}");
        assert!(refused.header("www-authenticate").starts_with("Basic"));
    }
}

// C31
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_shown_once_kept_hashed_and_replaced_with_overlap() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let (caller, doer) = (Caller::system(), Doer::Console);
    let renewed = manage::renew_secret(server.app(), &caller, doer, &party.id).await;
    let renewed = renewed.expect("a secret").secret;
    let with = |secret: &str| RelyingParty {
        secret: Some(secret.into()),
        ..party.clone()
    };
    let old = party.secret.clone().expect("a secret");
    for secret in [&old, &renewed] {
        let answer = with(secret).refresh("x").await;
        assert_eq!(answer.ok(400)["error"], "invalid_grant", "taken");
    }
    server.clock.advance(24 * 3600 + 1);
    assert_eq!(
        with(&old).refresh("x").await.ok(401)["error"],
        "invalid_client"
    );
    assert_eq!(
        with(&renewed).refresh("x").await.ok(400)["error"],
        "invalid_grant"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn client_credentials_are_for_scopes_of_the_api() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| {
        new.grant_types = vec![GrantType::ClientCredentials];
        new.scopes = vec!["openid".into(), "phone".into(), "levels:read".into()];
    })
    .await;
    let ask = |scope: &'static str| {
        let party = party.clone();
        async move {
            let fields = [("grant_type", "client_credentials"), ("scope", scope)];
            party.post("/oauth2/token", &fields).await
        }
    };
    let tokens = ask("levels:read").await.ok(200);
    let token = tokens["access_token"].as_str().expect("a token");
    let (_, claims) = party.verify(token).await;
    assert_eq!(claims["sub"], party.id);
    assert_eq!(claims["aud"], party.issuer);
    assert_eq!(ask("").await.ok(200)["scope"], "levels:read");
    for scope in ["openid", "phone", "levels:write", "levels:read phone"] {
        assert_eq!(
            ask(scope).await.ok(400)["error"],
            "invalid_scope",
            "{scope}"
        );
    }
    let shown = party
        .post("/oauth2/introspect", &[("token", token)])
        .await
        .ok(200);
    assert_eq!(shown["active"], true);
    // Not for the grants that it did not register.
    let person = Person::registered(&server, &phone(1)).await;
    let answer = person.arrive(&party.request("openid")).await;
    let back = renzheng_tests::relying_party::returned(answer.header("location"));
    assert_eq!(back["error"], "unauthorized_client");
}

// A61, L8
#[tokio::test(flavor = "multi_thread")]
async fn the_token_endpoint_keeps_to_its_limit() {
    let server = TestServer::start().await;
    let party = RelyingParty::register(&server).await;
    let all = futures_util::future::join_all((0..120).map(|_| party.refresh("x"))).await;
    let limited = all.iter().filter(|answer| answer.status == 429).count();
    assert!(limited > 0);
    for answer in all.iter().filter(|answer| answer.status == 429) {
        assert_eq!(answer.json()["error"], "temporarily_unavailable");
        assert!(!answer.header("retry-after").is_empty());
    }
}

/// An application whose keys are at a URI that always answers this, and how often it was asked.
async fn with_keys_at(
    server: &TestServer,
    status: &'static str,
    body: String,
) -> (RelyingParty, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let uri = format!("http://{}/keys", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let party = RelyingParty::with(server, |new| {
        new.auth_method = Some(AuthMethod::PrivateKeyJwt);
        new.jwks_uri = Some(uri);
        new.grant_types = vec![GrantType::ClientCredentials];
        new.scopes = vec!["levels:read".into()];
    })
    .await;
    (party, asked)
}

// C30
#[tokio::test(flavor = "multi_thread")]
async fn a_uri_without_keys_is_asked_once_for_many() {
    let server =
        TestServer::one(|config| config.limits = renzheng::config::LimitProfile::Relaxed).await;
    let (party, asked) = with_keys_at(&server, "500 Internal Server Error", String::new()).await;
    let anyone = key();
    let claims = json!({
        "iss": party.id, "sub": party.id, "aud": party.issuer, "jti": "a",
        "exp": server.clock.now().timestamp() + 60,
    });
    let assertion =
        encode(&Header::new(Algorithm::ES256), &claims, &anyone.private).expect("signed");
    let tries = (0..8).map(|_| speak(&party, &assertion));
    for answer in futures_util::future::join_all(tries).await {
        answer.ok(401);
    }
    speak(&party, &assertion).await.ok(401);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

// C30
#[tokio::test(flavor = "multi_thread")]
async fn keys_at_a_uri_are_fetched_and_not_over_and_over() {
    let server =
        TestServer::one(|config| config.limits = renzheng::config::LimitProfile::Relaxed).await;
    let (mine, foreign) = (key(), key());
    let keys = json!({"keys": [mine.public]}).to_string();
    let (party, fetched) = with_keys_at(&server, "200 OK", keys).await;
    let now = server.clock.now().timestamp();
    let sign = |kid: &str, jti: &str, key: &EncodingKey| {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(kid.into());
        let claims = json!({
            "iss": party.id, "sub": party.id, "aud": party.issuer, "exp": now + 60, "jti": jti,
        });
        encode(&header, &claims, key).expect("signed")
    };
    speak(&party, &sign("k1", "a", &mine.private)).await.ok(200);
    speak(&party, &sign("k1", "b", &mine.private)).await.ok(200);
    speak(&party, &sign("k1", "c", &foreign.private))
        .await
        .ok(401);
    for number in 0..5 {
        // Unknown names do not make us fetch each time.
        let jti = format!("d{number}");
        speak(&party, &sign(&jti, &jti, &foreign.private))
            .await
            .ok(401);
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
}
