//! The modules of the OpenID conformance suite's Basic OP plan, by their numbers in the names: the happy flow, and who
//! asks. The others are in `claims`, `prompt`, `redirect`, `refresh`, `token` and `discovery`.

use renzheng::{crypto::SigningAlgorithm, oidc::registration::NewClient};
use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{REDIRECT_URI, VERIFIER, lead_on, returned},
};
use serde_json::json;

/// As the suite registers: with RS256, without PKCE.
fn as_certified(new: &mut NewClient) {
    new.signing_alg = SigningAlgorithm::Rs256;
    new.without_pkce = true;
}

// A44, A46
#[tokio::test(flavor = "multi_thread")]
async fn server_01_03_05_06_07_08_idtoken_signature_and_userinfo() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, as_certified).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid");
    request.remove("code_challenge");
    request.remove("code_challenge_method");
    let returned = person.agree(&request).await;
    assert_eq!(returned["state"], "st&te=1");
    assert_eq!(returned["iss"], party.issuer);
    assert!(returned["code"].len() >= 40);
    let answer = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", &returned["code"]),
                ("redirect_uri", REDIRECT_URI),
            ],
        )
        .await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json")
    );
    let tokens = answer.ok(200);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], "openid");

    let (header, claims) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(header["alg"], "RS256");
    assert_eq!(claims["iss"], party.issuer);
    assert_eq!(claims["aud"], party.id);
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(claims["acr"], "urn:renzheng:level:0");
    assert_eq!(claims["level"], 0);
    assert_eq!(claims["amr"], json!(["pwd"]));
    let (iat, exp) = (claims["iat"].as_i64(), claims["exp"].as_i64());
    let (iat, exp) = (iat.expect("a time"), exp.expect("a time"));
    assert!(exp - iat <= 600);
    assert!((server.clock.now().timestamp() - iat).abs() <= 5);
    assert!(claims["at_hash"].is_string() && claims["sid"].is_string());
    let (header, access) = party
        .verify(tokens["access_token"].as_str().expect("a token"))
        .await;
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(access["aud"], party.issuer);
    assert!(access["exp"].as_i64() <= Some(iat + 600));

    // 5, 6, 7: all the ways to bring the token.
    let token = tokens["access_token"].as_str().expect("a token");
    let by_get = party.userinfo(token).await.ok(200);
    assert_eq!(by_get["sub"], claims["sub"]);
    assert_eq!(by_get["acr"], "urn:renzheng:level:0");
    let by_post = party
        .client
        .bearer(token)
        .form("/oauth2/userinfo", &[])
        .await;
    assert_eq!(by_post.ok(200)["sub"], claims["sub"]);
    let fields = [("access_token", token)];
    let by_body = party.client.form("/oauth2/userinfo", &fields).await;
    assert_eq!(by_body.ok(200)["sub"], claims["sub"]);

    // 8: without a nonce.
    request.remove("nonce");
    let returned = person.agree(&request).await;
    let answer = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", &returned["code"]),
                ("redirect_uri", REDIRECT_URI),
            ],
        )
        .await
        .ok(200);
    let (_, claims) = party
        .verify(answer["id_token"].as_str().expect("a token"))
        .await;
    assert!(claims.get("nonce").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn idtoken_unsigned_04_is_not_to_be_had() {
    assert!("none".parse::<SigningAlgorithm>().is_err());
    let server = TestServer::relaxed().await;
    let found = server
        .client()
        .get("//.well-known/openid-configuration")
        .await
        .ok(200);
    for algs in [
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
    ] {
        let algs = found[algs].as_array().expect("algorithms");
        assert!(!algs.is_empty() && !algs.contains(&json!("none")));
    }
}

// A42, A52
#[tokio::test(flavor = "multi_thread")]
async fn response_type_02_missing_or_another_is_told_to_the_client() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let stranger = Person::stranger(&server);
    let mut request = party.request("openid");
    request.remove("response_type");
    let location = stranger
        .arrive(&request)
        .await
        .header("location")
        .to_string();
    assert!(location.starts_with(REDIRECT_URI));
    assert_eq!(returned(&location)["error"], "invalid_request");
    for other in ["token", "id_token", "code token", "none", "code "] {
        request.insert("response_type", other.into());
        let answer = stranger.arrive(&request).await;
        let back = returned(answer.header("location"));
        assert_eq!(back["error"], "unsupported_response_type", "{other}");
        assert_eq!(back["state"], "st&te=1");
        assert_eq!(back["iss"], party.issuer);
        assert_eq!(answer.status, 303);
    }
}

// A53
#[tokio::test(flavor = "multi_thread")]
async fn post_request_31_from_another_site_works() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    let request = party.request("openid");
    let fields: Vec<(&str, &str)> = request
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    // A browser sends no SameSite=Strict cookie along here; none is looked at.
    let stranger = Person::stranger(&server);
    let first = stranger
        .browser
        .with("origin", "https://app.example")
        .with("sec-fetch-site", "cross-site")
        .form("/oauth2/authorize", &fields)
        .await;
    assert_eq!(first.status, 200);
    assert!(lead_on(&first).is_some());
    assert_eq!(first.header("cache-control"), "no-store");
    let answer = person.follow(first).await;
    assert_eq!(answer.status, 303);
    assert!(returned(answer.header("location")).contains_key("code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn client_secret_post_32_works_too() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let back = person.agree(&party.request("openid")).await;
    let answer = party
        .client
        .form(
            "/oauth2/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", &back["code"]),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
                ("client_id", &party.id),
                ("client_secret", party.secret.as_deref().expect("a secret")),
            ],
        )
        .await;
    answer.ok(200);
}
