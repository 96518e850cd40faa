//! What the provider says of itself and calls people (conformance modules 39, 40 and 51).

use renzheng::oidc::client::SubjectType;
use renzheng_tests::{Person, RelyingParty, TestServer, phone};

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
