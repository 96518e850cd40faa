//! Sign-out that an application asks for, and telling the others (conformance modules 40 to 52).

use std::time::Duration;

use renzheng::entity::oidc_logout;
use renzheng_tests::{
    Listener, Person, RelyingParty, TestServer, phone,
    relying_party::{AFTER_LOGOUT, Parameters, query, returned},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

async fn logout(person: &Person, parameters: &[(&'static str, &str)]) -> renzheng_tests::Answer {
    let parameters: Parameters = parameters
        .iter()
        .map(|(name, value)| (*name, value.to_string()))
        .collect();
    let path = format!("//oauth2/logout?{}", query(&parameters));
    let first = person.browser.get(&path).await;
    person.follow(first).await
}

/// Once what applications answered is written down. Before that a claim may lapse, and they are told again.
async fn all_settled(server: &TestServer) {
    let pending = oidc_logout::Entity::find().filter(oidc_logout::Column::Status.eq("pending"));
    let mut looks = tokio::time::interval(Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        let first = pending.clone().one(server.app().database.write()).await;
        if first.expect("a database").is_none() {
            return;
        }
    }
    panic!("applications are still to be told");
}

async fn is_signed_in(person: &Person) -> bool {
    person.browser.get("/me").await.status == 200
}

// A54
#[tokio::test(flavor = "multi_thread")]
async fn a_good_hint_41_46_47_ends_the_session_and_leads_back() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    for (number, uri, state, expected) in [
        (
            1,
            Some(AFTER_LOGOUT),
            Some("x y"),
            "https://app.example/bye?state=x+y",
        ),
        (2, Some(AFTER_LOGOUT), None, AFTER_LOGOUT),
        (3, None, Some("x"), ""),
    ] {
        let person = Person::registered(&server, &phone(number)).await;
        let tokens = party.sign_in(&person, "openid").await;
        server.clock.advance(700);
        let mut parameters = vec![(
            "id_token_hint",
            tokens["id_token"].as_str().expect("a token"),
        )];
        parameters.extend(uri.map(|uri| ("post_logout_redirect_uri", uri)));
        parameters.extend(state.map(|state| ("state", state)));
        let answer = logout(&person, &parameters).await;
        assert_eq!(answer.header("location"), expected);
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        if uri.is_none() {
            assert!(answer.text().contains("已退出登录"));
        }
        assert!(!is_signed_in(&person).await);
        let mut silent = party.request("openid");
        silent.insert("prompt", "none".into());
        let answer = person.arrive(&silent).await;
        assert_eq!(
            returned(answer.header("location"))["error"],
            "login_required"
        );
    }
}

// A38, A54, C15
#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_request_42_to_50_asks_the_person_and_leads_nowhere() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let other = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let neighbour = Person::registered(&server, &phone(2)).await;
    let hint = |tokens: &Value| tokens["id_token"].as_str().expect("a token").to_string();
    let mine = hint(&party.sign_in(&person, "openid").await);
    let theirs = hint(&other.sign_in(&neighbour, "openid").await);
    let unsigned = {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        let claims = mine.split('.').nth(1).expect("claims");
        let header =
            BASE64_URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT"}).to_string());
        format!("{header}.{claims}.")
    };
    let forged = format!("{}AAAA", &mine[..mine.len() - 4]);
    let bad_uris = [
        "https://evil.example/",
        "https://app.example/bye?foo=bar",
        "https://app.example/bye/",
        "//evil.example",
        "javascript:alert(1)",
    ];
    let mut cases: Vec<Vec<(&'static str, &str)>> = bad_uris
        .iter()
        .map(|uri| {
            vec![
                ("id_token_hint", mine.as_str()),
                ("post_logout_redirect_uri", *uri),
            ]
        })
        .collect();
    cases.push(vec![]);
    cases.push(vec![("state", "x")]);
    cases.push(vec![("post_logout_redirect_uri", AFTER_LOGOUT)]);
    cases.push(vec![
        ("client_id", &party.id),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
    ]);
    cases.push(vec![
        ("client_id", &other.id),
        ("id_token_hint", &mine),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
    ]);
    for hint in [&unsigned, &forged] {
        cases.push(vec![
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
        ]);
    }
    for case in &cases {
        let answer = logout(&person, case).await;
        assert_eq!(answer.status, 200, "{case:?}");
        assert_eq!(answer.header("location"), "", "{case:?}");
        assert!(answer.text().contains("确认退出登录"), "{case:?}");
        assert!(is_signed_in(&person).await, "{case:?}");
    }
    // Another person's hint does not end this one's session.
    let answer = logout(
        &person,
        &[
            ("id_token_hint", &theirs),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
        ],
    )
    .await;
    assert!(answer.text().contains("确认退出登录"));

    // The person presses; from another site nobody can.
    let answer = logout(&person, &[]).await;
    let id = answer
        .text()
        .split("name=\"id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next().map(String::from))
        .expect("an id");
    let crossed = person
        .browser
        .with("sec-fetch-site", "cross-site")
        .form("/oauth2/logout/confirm", &[("id", &id)])
        .await;
    crossed.problem(403, "cross-site-request");
    assert!(is_signed_in(&person).await);
    let answer = person
        .browser
        .form("/oauth2/logout/confirm", &[("id", &id)])
        .await;
    assert!(answer.text().contains("已退出登录"));
    assert!(!is_signed_in(&person).await);
    // Nobody is signed in: said at once.
    let answer = logout(&person, &[]).await;
    assert!(answer.text().contains("已退出登录"));
    let gone = person.browser.get("//oauth2/logout/continue?id=x").await;
    assert_eq!(gone.status, 400);
}

async fn listening(server: &TestServer, listener: &Listener) -> RelyingParty {
    let url = listener.url.clone();
    RelyingParty::with(server, |new| new.backchannel_logout_uri = Some(url)).await
}

// A44
#[tokio::test(flavor = "multi_thread")]
async fn backchannel_52_tells_every_application_of_the_session() {
    let server = TestServer::relaxed().await;
    let (one, two) = (Listener::start(&[200]).await, Listener::start(&[204]).await);
    let (first, second) = (
        listening(&server, &one).await,
        listening(&server, &two).await,
    );
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = first.sign_in(&person, "openid").await;
    first.sign_in(&person, "openid").await;
    second.sign_in(&person, "openid").await;
    let hint = tokens["id_token"].as_str().expect("a token");
    let answer = logout(
        &person,
        &[
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
        ],
    )
    .await;
    assert_eq!(answer.header("location"), AFTER_LOGOUT);
    two.heard(1).await;
    let request = one.heard(1).await[0].clone();
    assert!(request.starts_with("POST /backchannel"));
    assert!(
        request
            .to_ascii_lowercase()
            .contains("content-type: application/x-www-form-urlencoded")
    );
    let token = request.split("logout_token=").nth(1).expect("a token");
    let (header, claims) = first.verify(token).await;
    assert_eq!(header["typ"], "logout+jwt");
    let (_, id_token) = first.verify(hint).await;
    for same in ["iss", "sub", "aud", "sid"] {
        assert_eq!(claims[same], id_token[same], "{same}");
    }
    assert_eq!(
        claims["events"],
        json!({"http://schemas.openid.net/event/backchannel-logout": {}})
    );
    assert!(claims["jti"].is_string() && claims.get("nonce").is_none());
    let life = claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time");
    assert!(life <= 120);
    // No token of another kind passes for an ID token hint.
    let answer = logout(
        &Person::registered(&server, &phone(2)).await,
        &[("id_token_hint", token)],
    )
    .await;
    assert!(answer.text().contains("确认退出登录"));
}

// D21
#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_down_is_told_later_and_a_refusal_is_final() {
    let server = TestServer::relaxed().await;
    let (flaky, refusing) = (
        Listener::start(&[503, 500, 200]).await,
        Listener::start(&[400]).await,
    );
    let (one, two) = (
        listening(&server, &flaky).await,
        listening(&server, &refusing).await,
    );
    let person = Person::registered(&server, &phone(1)).await;
    one.sign_in(&person, "openid").await;
    two.sign_in(&person, "openid").await;
    person.browser.delete("/sessions/current").await.ok(204);
    flaky.heard(1).await;
    refusing.heard(1).await;
    server.clock.advance(3);
    flaky.heard(2).await;
    server.clock.advance(5);
    flaky.heard(3).await;
    all_settled(&server).await;
    server.clock.advance(3600);
    renzheng::oidc::backchannel::run(server.app())
        .await
        .expect("told");
    assert_eq!(flaky.count(), 3);
    assert_eq!(refusing.count(), 1);
}

// C30
#[tokio::test(flavor = "multi_thread")]
async fn nothing_inside_is_called_where_that_is_not_allowed() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.oidc.allow_private_network = Some(false);
    })
    .await;
    let listener = Listener::start(&[200]).await;
    let party = listening(&server, &listener).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    person.browser.delete("/sessions/current").await.ok(204);
    for _ in 0..3 {
        renzheng::oidc::backchannel::run(server.app())
            .await
            .expect("tried");
        server.clock.advance(600);
    }
    assert_eq!(listener.count(), 0);
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn requests_to_sign_out_are_counted_like_those_to_sign_in() {
    let server = TestServer::start().await;
    let stranger = server.client();
    for _ in 0..120 {
        assert_eq!(stranger.get("//oauth2/logout?state=x").await.status, 200);
    }
    let refused = stranger.get("//oauth2/logout?state=x").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), "60");
    server.clock.advance(61);
    assert_eq!(stranger.get("//oauth2/logout").await.status, 200);
}
