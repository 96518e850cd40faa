//! Nobody is sent where we did not mean to send them.

use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{AFTER_LOGOUT, REDIRECT_URI, query},
};

/// Ways to write "somewhere else" that have fooled somebody.
const ELSEWHERE: [&str; 30] = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https://app.example@evil.example",
    "https://app.example%40evil.example",
    "https://app.example.evil.example",
    "https://evil.example#https://app.example",
    "https://evil.example?https://app.example",
    "https://evil.example\\@app.example",
    "https://еxample.com",
    "https://app。example@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "/%0d%0aLocation:%20https://evil.example",
    "/%0aset-cookie:x=y",
    "/\r\nLocation: https://evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "//%65vil.example/..",
];

/// Neither a header nor a page of an answer leads to anything but ourselves.
fn assert_stays(answer: &renzheng_tests::Answer, payload: &str) {
    let location = answer.header("location");
    let stays = location.is_empty()
        || (location.starts_with('/')
            && !location.starts_with("//")
            && !location.starts_with("/\\"));
    assert!(stays, "{payload}: {location}");
    assert!(
        !location.to_lowercase().contains("evil"),
        "{payload}: {location}"
    );
    for (name, _) in &answer.headers {
        assert_ne!(name.as_str(), "x-injected", "{payload}");
    }
    assert!(
        !answer.header("set-cookie").contains("x=y"),
        "{payload}: {}",
        answer.header("set-cookie")
    );
    let text = answer.text();
    let led = text.split("url=").nth(1).unwrap_or_default();
    assert!(
        !led.starts_with("//") && !led.starts_with("http"),
        "{payload}: {text}"
    );
}

// A38, A39, C15
#[tokio::test(flavor = "multi_thread")]
async fn no_payload_leads_elsewhere() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid").await;
    let hint = tokens["id_token"].as_str().expect("a token").to_string();
    let before = |base: &str, payload: &str| {
        [
            payload.to_string(),
            format!("{base}{payload}"),
            format!("{payload}{base}"),
        ]
    };
    for payload in ELSEWHERE {
        for uri in before(REDIRECT_URI, payload) {
            let mut request = party.request("openid");
            request.insert("redirect_uri", uri.clone());
            let answer = person.arrive(&request).await;
            assert_eq!(answer.status, 400, "{uri}");
            assert_stays(&answer, &uri);
        }
        for uri in before(AFTER_LOGOUT, payload) {
            let parameters = [
                ("post_logout_redirect_uri", uri.clone()),
                ("client_id", party.id.clone()),
                ("id_token_hint", hint.clone()),
            ];
            let path = format!("//oauth2/logout?{}", query(&parameters.into()));
            let first = person.browser.get(&path).await;
            assert_stays(&first, &uri);
            assert_stays(&person.follow(first).await, &uri);
        }
        // Parameters that other services know, and that lead nowhere here.
        for name in [
            "next",
            "return_to",
            "returnUrl",
            "continue",
            "redirect",
            "url",
        ] {
            let form = query(&[(name, payload.to_string())].into());
            for path in ["", "sign-in", "scan", "email-activation", "oauth2/logout"] {
                let answer = person.browser.get(&format!("//{path}?{form}")).await;
                assert_stays(&answer, payload);
            }
        }
    }
    assert!(
        person.browser.get("/me").await.status == 200,
        "still signed in"
    );
}

/// As the path itself: pages are told by us, never sent on by it.
// A38, C15, C20
#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_elsewhere() {
    let server = TestServer::relaxed().await;
    for path in [
        "//evil.example",
        "//evil.example/..",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example/%2e%2e",
        "/https://evil.example",
        "/docs//evil.example",
        "/api/v1//evil.example",
        "/%0d%0ax-injected:%20y",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/.git/config",
        "/.env",
        "/openapi.yaml.bak",
    ] {
        let answer = super::wire::get(&server, path).await;
        let head = answer
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .to_lowercase();
        assert!(!head.contains("\r\nlocation:"), "{path}: {head}");
        assert!(!head.contains("x-injected"), "{path}: {head}");
        assert!(!answer.contains("root:x:0"), "{path}");
        assert!(!answer.contains("[core]"), "{path}");
    }
}
