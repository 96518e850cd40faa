//! Where the browser goes with the answer, and how (conformance module 30 and the form-post plan).

use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{REDIRECT_URI, query},
};
use serde_json::json;

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
        ("http://127.0.0.1:99999/cb", false),
        ("http://127.0.0.1:/cb", false),
        ("http://127.0.0.1:49321/other", false),
        ("http://127.0.0.1:49321@evil.example/cb", false),
        ("https://127.0.0.1:49321/cb", false),
        ("http://127.0.0.2:49321/cb", false),
    ] {
        let mut request = native.request("openid");
        request.insert("redirect_uri", uri.into());
        let answer = person.arrive(&request).await;
        assert_eq!(answer.status, if fine { 303 } else { 400 }, "{uri}");
    }
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
