//! The modules of the OpenID conformance suite's Basic OP, Config OP and form-post plans, by their numbers there.

use renzheng::{
    crypto::SigningAlgorithm,
    oidc::{client::SubjectType, registration::NewClient},
};
use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{REDIRECT_URI, lead_on, query, returned},
};
use serde_json::{Value, json};

/// As the suite registers: with RS256, without PKCE.
fn as_certified(new: &mut NewClient) {
    new.signing_alg = SigningAlgorithm::Rs256;
    new.without_pkce = true;
}

// A44, A46
#[tokio::test(flavor = "multi_thread")]
async fn server_01_03_05_06_08_idtoken_signature_and_userinfo() {
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

#[tokio::test(flavor = "multi_thread")]
async fn scopes_09_to_14_give_their_claims() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let address = json!({
        "recipient": "张三", "phone": phone(1), "region_code": "350102", "detail": "五四路 1 号", "postal_code": "350001",
    });
    person.browser.post("/me/addresses", address).await.ok(201);

    let info = |tokens: Value| {
        let party = party.clone();
        async move {
            let token = tokens["access_token"]
                .as_str()
                .expect("a token")
                .to_string();
            party.userinfo(&token).await.ok(200)
        }
    };
    let profile = info(party.sign_in(&person, "openid profile").await).await;
    assert_eq!(profile["name"], "小明");
    assert_eq!(profile["locale"], "zh-CN");
    assert!(profile.get("phone_number").is_none());

    // 14: another order of scopes and parameters, 22: an unknown parameter, 24 to 26: hints, 15 and 16: display.
    let mut request = party.request("address phone openid nonsense email profile");
    for (name, value) in [
        ("aaa", "foobar"),
        ("extra", "foobar"),
        ("login_hint", "13900000001"),
        ("ui_locales", "se en"),
        ("claims_locales", "zh"),
        ("display", "popup"),
    ] {
        request.insert(name, value.into());
    }
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    assert_eq!(tokens["scope"], "openid profile phone email address");
    let all = info(tokens).await;
    assert_eq!(all["phone_number"], "+8613900000001");
    assert_eq!(all["phone_number_verified"], true);
    assert!(all.get("email").is_none(), "none is bound");
    assert_eq!(all["address"]["region"], "福建省");
    assert_eq!(all["address"]["postal_code"], "350001");
    assert_eq!(all["address"]["country"], "CN");
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_17_login_asks_again_and_18_19_none_never_asks() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let mut silent = party.request("openid");
    silent.insert("prompt", "none".into());
    let stranger = Person::stranger(&server);
    let answer = stranger.arrive(&silent).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );

    let person = Person::registered(&server, &phone(1)).await;
    let answer = person.arrive(&silent).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "consent_required"
    );
    let first = party.sign_in(&person, "openid").await;
    let (_, first) = party
        .verify(first["id_token"].as_str().expect("a token"))
        .await;
    server.clock.advance(10);
    let answer = person.arrive(&silent).await;
    let back = returned(answer.header("location"));
    let again = party.redeem(&back["code"]).await.ok(200);
    let (_, again) = party
        .verify(again["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(again["sub"], first["sub"]);
    assert_eq!(again["auth_time"], first["auth_time"]);
    assert_eq!(again["sid"], first["sid"]);

    // 17: only another sign-in will do, in the same browser.
    let mut login = party.request("openid");
    login.insert("prompt", "login".into());
    let arrived = person.arrive(&login).await;
    assert_eq!(person.asked(&arrived).await["step"], "sign-in");
    let refused = person.decide(&arrived, json!({"allow": true})).await;
    refused.problem(403, "sign-in-required");
    let anew = person.sign_in(&phone(1)).await;
    assert_eq!(anew.asked(&arrived).await["step"], "ready");
    let answer = anew.decide(&arrived, json!({"allow": true})).await.ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, later) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert!(later["auth_time"].as_i64() >= Some(first["auth_time"].as_i64().unwrap_or(0) + 10));
    assert_eq!(later["amr"], json!(["pwd"]));
    assert_eq!(later["sid"], first["sid"], "the same session, gone on");
    // The session before is over (ASVS 7.2.4).
    person
        .browser
        .get("/me")
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn max_age_20_21_is_kept_to() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    server.clock.advance(20);
    let mut request = party.request("openid");
    request.insert("max_age", "10000".into());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, claims) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    let age = server.clock.now().timestamp() - claims["auth_time"].as_i64().expect("a time");
    assert!((20..60).contains(&age), "{age}");

    request.insert("max_age", "1".into());
    let arrived = person.arrive(&request).await;
    assert_eq!(person.asked(&arrived).await["step"], "sign-in");
    let anew = person.sign_in(&phone(1)).await;
    // However long the person then takes to decide.
    server.clock.advance(30);
    assert_eq!(anew.asked(&arrived).await["step"], "ready");
    request.insert("prompt", "none".into());
    let answer = anew.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );
    request.insert("max_age", "-1".into());
    let answer = anew.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn id_token_hint_23_names_who_must_be_there() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid").await;
    let hint = tokens["id_token"].as_str().expect("a token");
    let mut request = party.request("openid");
    request.insert("prompt", "none".into());
    request.insert("id_token_hint", hint.into());
    let answer = person.arrive(&request).await;
    assert!(returned(answer.header("location")).contains_key("code"));
    // Expired is no matter; another person is.
    server.clock.advance(1200);
    let answer = person.arrive(&request).await;
    assert!(returned(answer.header("location")).contains_key("code"));
    let other = Person::registered(&server, &phone(2)).await;
    party.sign_in(&other, "openid").await;
    let answer = other.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );
    for bad in [
        tokens["access_token"].as_str().expect("a token"),
        "nonsense",
    ] {
        request.insert("id_token_hint", bad.into());
        let answer = person.arrive(&request).await;
        assert_eq!(
            returned(answer.header("location"))["error"],
            "invalid_request"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acr_values_27_claims_essential_35_and_unsupported_33_34_36() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid");
    request.insert(
        "acr_values",
        "urn:renzheng:level:0 urn:renzheng:level:1".into(),
    );
    let claims = json!({"userinfo": {"name": {"essential": true}, "nonsense": null}, "id_token": {"nickname": null}});
    request.insert("claims", claims.to_string());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, id_token) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(id_token["acr"], "urn:renzheng:level:0");
    assert_eq!(id_token["nickname"], "小明");
    assert!(id_token.get("name").is_none());
    let info = party
        .userinfo(tokens["access_token"].as_str().expect("a token"))
        .await
        .ok(200);
    assert_eq!(info["name"], "小明");
    assert!(info.get("nickname").is_none(), "only what was asked for");

    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        let mut request = party.request("openid");
        request.insert(name, "eyJhbGciOiJub25lIn0.e30.".into());
        let answer = person.arrive(&request).await;
        assert_eq!(returned(answer.header("location"))["error"], error);
    }
    request.insert("claims", "[]".into());
    let answer = person.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );
}

// A38, A39, A52, C15
#[tokio::test(flavor = "multi_thread")]
async fn redirect_uri_30_must_be_registered_character_for_character() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let native = RelyingParty::with(&server, |new| {
        new.redirect_uris = vec!["http://127.0.0.1/cb".into()];
        new.auth_method = Some(renzheng::oidc::client::AuthMethod::None);
    })
    .await;
    let person = Person::registered(&server, &phone(1)).await;
    let mutations = [
        "https://app.example/callback/",
        "https://app.example/callback?x=1",
        "https://app.example/callback#x",
        "https://app.example/Callback",
        "https://APP.example/callback",
        "https://app.example:443/callback",
        "https://app.example/./callback",
        "https://app.example/x/../callback",
        "https://app.example//callback",
        "https://app.example/callback%20",
        "https://app.example/%63allback",
        "http://app.example/callback",
        "https://app.example.evil.example/callback",
        "https://evil.example/callback",
        "https://user@app.example/callback",
        "https://app.example@evil.example/callback",
        "https://app.example\\@evil.example/callback",
        "//app.example/callback",
        "javascript:alert(1)//https://app.example/callback",
        "https://app.example/callback\r\nx: y",
        " https://app.example/callback",
        "https://app.example/callback ",
        "https://xn--app-.example/callback",
        "null",
    ];
    for uri in mutations {
        let mut request = party.request("openid");
        request.insert("redirect_uri", uri.into());
        let answer = person.arrive(&request).await;
        assert_eq!(answer.status, 400, "{uri}");
        assert_eq!(answer.header("location"), "", "{uri}");
        assert!(answer.text().contains("返回地址"), "{uri}");
    }
    let mut request = party.request("openid");
    request.remove("redirect_uri");
    assert_eq!(person.arrive(&request).await.status, 400);
    let twice = format!(
        "{}&redirect_uri=https://app.example/callback",
        query(&party.request("openid"))
    );
    let answer = person
        .browser
        .get(&format!("//oauth2/authorize?{twice}"))
        .await;
    assert_eq!(answer.status, 400);

    // A program on the person's own machine: any port, nothing else.
    for (uri, fine) in [
        ("http://127.0.0.1:49321/cb", true),
        ("http://127.0.0.1/cb", true),
        ("http://localhost:49321/cb", false),
        ("http://127.0.0.1:49321/other", false),
        ("http://127.0.0.1:49321@evil.example/cb", false),
        ("https://127.0.0.1:49321/cb", false),
        ("http://127.0.0.2:49321/cb", false),
    ] {
        let mut request = native.request("openid");
        request.insert("redirect_uri", uri.into());
        let answer = person.arrive(&request).await;
        assert_eq!(answer.status == 303, fine, "{uri}");
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
                ("code_verifier", renzheng_tests::relying_party::VERIFIER),
                ("client_id", &party.id),
                ("client_secret", party.secret.as_deref().expect("a secret")),
            ],
        )
        .await;
    answer.ok(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_37_gives_an_id_token_of_the_same_person() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let other = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid profile offline_access");
    request.insert("prompt", "consent".into());
    let back = person.agree(&request).await;
    let first = party.redeem(&back["code"]).await.ok(200);
    server.clock.advance(2);
    let refresh = first["refresh_token"].as_str().expect("a token");
    let stolen = other.refresh(refresh).await;
    assert_eq!(stolen.ok(400)["error"], "invalid_grant");
    let answer = party.refresh(refresh).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let second = answer.ok(200);
    let (_, before) = party
        .verify(first["id_token"].as_str().expect("a token"))
        .await;
    let (_, after) = party
        .verify(second["id_token"].as_str().expect("a token"))
        .await;
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
    assert!(after.get("nonce").is_none());
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let narrowed = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "refresh_token"),
                (
                    "refresh_token",
                    second["refresh_token"].as_str().expect("a token"),
                ),
                ("scope", "openid"),
            ],
        )
        .await
        .ok(200);
    assert_eq!(narrowed["scope"], "openid");
    let widened = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "refresh_token"),
                (
                    "refresh_token",
                    narrowed["refresh_token"].as_str().expect("a token"),
                ),
                ("scope", "openid phone"),
            ],
        )
        .await;
    assert_eq!(widened.ok(400)["error"], "invalid_scope");
}

// A46, A47
#[tokio::test(flavor = "multi_thread")]
async fn discovery_39_40_51_says_what_there_is() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let found = party
        .client
        .get("//.well-known/openid-configuration")
        .await
        .ok(200);
    assert_eq!(found["issuer"], party.issuer);
    let same = party
        .client
        .get("//.well-known/oauth-authorization-server")
        .await
        .ok(200);
    assert_eq!(found, same);
    let has = |name: &str, value: &str| {
        found[name]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == value))
    };
    assert!(has("response_types_supported", "code"));
    assert!(has("subject_types_supported", "pairwise"));
    assert!(has("id_token_signing_alg_values_supported", "RS256"));
    assert!(has("id_token_signing_alg_values_supported", "ES256"));
    assert!(!has("id_token_signing_alg_values_supported", "none"));
    assert!(has("scopes_supported", "openid") && has("scopes_supported", "identity"));
    assert!(has("code_challenge_methods_supported", "S256"));
    assert!(!has("code_challenge_methods_supported", "plain"));
    assert!(has("grant_types_supported", "refresh_token"));
    for flag in [
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "authorization_response_iss_parameter_supported",
        "claims_parameter_supported",
    ] {
        assert_eq!(found[flag], true, "{flag}");
    }
    for flag in [
        "request_parameter_supported",
        "request_uri_parameter_supported",
    ] {
        assert_eq!(found[flag], false, "{flag}");
    }
    // Every endpoint is there.
    for (name, url) in found.as_object().expect("an object") {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = url.as_str().and_then(|url| url.strip_prefix(&party.issuer));
            let path = path.unwrap_or_else(|| panic!("{name}: {url}"));
            let answer = party.client.get(&format!("/{path}")).await;
            assert_ne!(answer.status, 404, "{name}");
        }
    }
    let jwks = party.client.get("//oauth2/jwks").await.ok(200);
    let mut kids: Vec<&str> = jwks["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .map(|key| key["kid"].as_str().expect("a kid"))
        .collect();
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), jwks["keys"].as_array().expect("keys").len());
}

#[tokio::test(flavor = "multi_thread")]
async fn form_post_brings_the_answer_by_a_form() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid");
    request.insert("response_mode", "form_post".into());
    request.insert("state", "\"><script>alert(1)</script>".into());
    let arrived = person.arrive(&request).await;
    let answer = person
        .decide(&arrived, json!({"allow": true, "scopes": []}))
        .await
        .ok(200);
    let url = answer["redirect_url"].as_str().expect("a URL");
    let path = url.strip_prefix(&party.issuer).expect("a page of ours");
    let page = person.browser.get(&format!("/{path}")).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(
        text.contains(&format!("action=\"{REDIRECT_URI}\"")),
        "{text}"
    );
    assert!(text.contains("name=\"code\"") && text.contains("name=\"iss\""));
    assert!(!text.contains("<script>alert"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe-inline"));
    assert!(policy.contains("frame-ancestors 'none'"));
    // Once.
    assert_eq!(person.browser.get(&format!("/{path}")).await.status, 400);
    // Agreed to before: at once. Errors too.
    let page = person.arrive(&request).await;
    assert!(page.text().contains("name=\"code\""));
    request.insert("scope", "profile".into());
    let page = person.arrive(&request).await;
    assert!(page.text().contains("invalid_scope"));
}

// A53, A55
#[tokio::test(flavor = "multi_thread")]
async fn subjects_are_pairwise_and_never_come_back() {
    let server = TestServer::relaxed().await;
    let one = RelyingParty::register(&server).await;
    let same_sector = RelyingParty::register(&server).await;
    let other = RelyingParty::with(&server, |new| {
        new.redirect_uris = vec!["https://other.example/cb".into()];
    })
    .await;
    let public = RelyingParty::with(&server, |new| new.subject_type = SubjectType::Public).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = |party: RelyingParty| {
        let person = person.clone();
        async move {
            let tokens = party.sign_in(&person, "openid").await;
            let token = tokens["id_token"].as_str().expect("a token").to_string();
            party.verify(&token).await.1["sub"]
                .as_str()
                .expect("a sub")
                .to_string()
        }
    };
    let first = sub(one.clone()).await;
    assert_eq!(first, sub(one.clone()).await);
    assert_eq!(first, sub(same_sector).await, "one sector");
    let elsewhere = sub(other).await;
    let everywhere = sub(public).await;
    assert!(first != elsewhere && first != everywhere && elsewhere != everywhere);
    let me = person.browser.get("/me").await.ok(200);
    for sub in [first, elsewhere, everywhere] {
        assert_eq!(sub.len(), 43);
        assert!(!me.to_string().contains(&sub));
        assert!(!sub.contains("1390000"));
    }
}
