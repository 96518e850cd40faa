//! Who is asked, and what happens when nobody answers.

use renzheng::{
    config::LimitProfile,
    provider::{AuthoritySettings, SmsGateway, TencentSettings},
};
use renzheng_tests::{
    TestServer, phone,
    verification::{decided, fault, verified},
};
use renzheng_types::verification::Method;
use serde_json::json;

use super::FORMS;

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_pending_then_decided_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(6).await;
    let person = verified(&client, 1, &citizen).await;
    let mut pending = Vec::new();
    for form in &FORMS {
        fault(&person, form.upstreams[0], "error", 60).await;
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        let attempt = attempt.ok(201);
        assert_eq!(attempt["status"], "pending", "{attempt}");
        assert_eq!(attempt["reason"], "outage");
        assert_eq!(attempt["tries_left"], 5);
        person
            .post(&form.path(), (form.right)(&citizen))
            .await
            .problem(409, "verification-pending");
        pending.push(attempt);
    }
    server.clock.advance(61);
    for attempt in &pending {
        let attempt = decided(&person, attempt).await;
        assert_eq!(attempt["status"], "passed", "{attempt}");
    }
    assert_eq!(person.get("/me").await.ok(200)["level"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_magic_fault_is_an_outage_too() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(6).await;
    let person = verified(&client, 1, &citizen).await;
    for form in &FORMS {
        let body = form.with(&citizen, form.magic[2]);
        let attempt = person.post(&form.path(), body).await.ok(201);
        assert_eq!(attempt["reason"], "outage", "{attempt}");
    }
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn the_second_authority_answers_for_the_first() {
    let server = TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        let routes = &mut config.verification.routes;
        for method in [Method::IdCard, Method::BankCard, Method::Telecom] {
            routes.insert(method, vec!["aliyun".into(), "tencent".into()]);
        }
        for method in [
            Method::SocialSecurity,
            Method::ProvidentFund,
            Method::DrivingLicence,
        ] {
            routes.insert(method, vec!["nowhere".into(), "authority".into()]);
        }
        let port = renzheng_tests::process::free_port();
        config.sandbox_listen = ([127, 0, 0, 1], port).into();
        let at = |url: String| {
            AuthoritySettings::shared(url, "sandbox".into(), "sandbox-secret-of-no-worth".into())
        };
        let sandbox = format!("http://{}/authority/", config.sandbox_listen);
        // A port that nobody listens on.
        config
            .authorities
            .insert("nowhere".into(), at("http://127.0.0.1:1/".into()));
        config.authorities.insert("authority".into(), at(sandbox));
    })
    .await;
    let client = server.client();
    for upstream in ["aliyun-id2meta", "aliyun-bankmeta", "aliyun-mobile3meta"] {
        fault(&client, upstream, "error", 3600).await;
    }
    let citizen = client.citizen(7).await;
    let person = verified(&client, 1, &citizen).await;
    for form in &FORMS {
        let mismatch = form.with(&citizen, form.magic[0]);
        let attempt = person.post(&form.path(), mismatch).await.ok(201);
        assert_eq!(attempt["reason"], "mismatch", "{attempt}");
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        assert_eq!(attempt.ok(201)["status"], "passed", "{}", form.method);
    }
    // Who answered is kept with the attempt.
    let id = person.get("/me").await.ok(200)["id"].clone();
    let id = id.as_str().expect("an id").parse().expect("a UUID");
    let rows = renzheng::verification::store::of_account(server.app(), id)
        .await
        .expect("rows");
    assert_eq!(rows.len(), 11);
    for row in &rows {
        let second = match row.method.as_str() {
            "id-card" | "bank-card" | "telecom" => "tencent",
            _ => "authority",
        };
        assert_eq!(row.provider.as_deref(), Some(second));
        let kept = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        assert!(kept(&row.provider_reference) && kept(&row.result_code));
        assert_eq!(row.claim_sealed, None, "wiped");
        if second == "authority" {
            let elements = row.elements.as_deref().unwrap_or_default();
            assert!(elements.contains("\"name\":true"), "{elements}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_can_be_pointed_at_any_authority() {
    let server = TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        config.verification.routes = [
            (Method::IdCard, "authority"),
            (Method::BankCard, "authority"),
            (Method::Telecom, "tencent"),
        ]
        .into_iter()
        .map(|(method, name)| (method, vec![name.to_string()]))
        .collect();
    })
    .await;
    let client = server.client();
    let citizen = client.citizen(0).await;
    let person = verified(&client, 1, &citizen).await;
    for form in &FORMS {
        let no_record = form.with(&citizen, form.magic[1]);
        let attempt = person.post(&form.path(), no_record).await.ok(201);
        assert_eq!(attempt["reason"], "no-record", "{attempt}");
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        assert_eq!(attempt.ok(201)["status"], "passed", "{}", form.method);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_through_each_gateway() {
    for (gateway, upstream) in [
        (SmsGateway::Tencent, "tencent-sms"),
        (SmsGateway::Webhook, "sms-webhook"),
    ] {
        let server = TestServer::with(|config| config.sms.gateway = gateway).await;
        let client = server.client();
        fault(&client, upstream, "drop", 30).await;
        client.send_code(&phone(1), "register").await.ok(202);
        let first = client.messages(&phone(1), 1).await;
        server.clock.advance(61);
        // The answer was lost, so it is sent again, and arrives once.
        client.registered(&phone(2)).await;
        let messages = client.messages(&phone(1), 1).await;
        assert_eq!(messages, first);
        let code = messages[0]["code"].as_str().expect("a code");
        let text = messages[0]["text"].as_str().expect("a text");
        assert!(text.starts_with("【") && text.contains(code) && !text.contains("${"));
    }
}

// D10
#[tokio::test(flavor = "multi_thread")]
async fn the_next_gateway_sends_when_one_is_out_of_reach() {
    let server = TestServer::with(|config| {
        config.sms.fail_over = vec![SmsGateway::Tencent, SmsGateway::Webhook];
    })
    .await;
    let client = server.client();
    for upstream in ["aliyun-sms", "tencent-sms"] {
        fault(&client, upstream, "error", 30).await;
    }
    // At once, though nobody moves the clock.
    client.registered(&phone(1)).await;
    let messages = client.messages(&phone(1), 1).await;
    assert_eq!(messages.len(), 1);
    let all = client.sandbox_get("/upstreams").await.ok(200);
    let calls: Vec<_> = ["aliyun-sms", "tencent-sms", "sms-webhook"]
        .iter()
        .map(|name| {
            let all = all.as_array().expect("a list");
            let found = all.iter().find(|one| one["upstream"] == *name);
            found.expect("listed")["calls"].as_u64()
        })
        .collect();
    assert_eq!(calls, [Some(1); 3]);
    // Back again, the first is asked first.
    server.clock.advance(31);
    client.registered(&phone(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_does_not_know_our_key_is_out_of_reach() {
    let server = TestServer::with(|config| {
        let port = renzheng_tests::process::free_port();
        config.sandbox_listen = ([127, 0, 0, 1], port).into();
        let authority = AuthoritySettings::shared(
            format!("http://127.0.0.1:{port}/authority/"),
            "sandbox".into(),
            "some-other-secret".into(),
        );
        config.authorities.insert("authority".into(), authority);
        config.tencent = Some(TencentSettings::at(
            &format!("http://127.0.0.1:{port}/tencent/"),
            "sandbox".into(),
            "some-other-secret".into(),
        ));
        let tencent = vec!["tencent".to_string()];
        config.verification.routes.insert(Method::Telecom, tencent);
    })
    .await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    for form in &FORMS[1..] {
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        assert_eq!(attempt.ok(201)["reason"], "outage", "{}", form.method);
    }
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_authority_is_waited_for_only_so_long() {
    let server = TestServer::with(|config| {
        config.verification.answer_seconds = 1;
        let both = vec!["aliyun".to_string(), "tencent".to_string()];
        config.verification.routes.insert(Method::BankCard, both);
    })
    .await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    for upstream in ["aliyun-bankmeta", "authority"] {
        fault(&client, upstream, "slow", 60).await;
    }
    let [bank, social, ..] = &FORMS;
    let attempt = person.post(&bank.path(), (bank.right)(&citizen)).await;
    assert_eq!(attempt.ok(201)["status"], "passed", "the next was quick");
    let attempt = person.post(&social.path(), (social.right)(&citizen)).await;
    assert_eq!(attempt.ok(201)["reason"], "outage", "there is no next");
}

// C28, C29
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let form = &FORMS[4];
    fault(&client, "authority", "drop", 30).await;
    let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
    let attempt = attempt.ok(201);
    assert_eq!(attempt["status"], "pending");
    server.clock.advance(31);
    assert_eq!(decided(&person, &attempt).await["status"], "passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn testers_find_every_number_on_the_page() {
    let server = TestServer::start().await;
    let client = server.client();
    let page = client.sandbox_get("/citizens").await;
    page.ok(200);
    let (page, citizen) = (page.text(), client.citizen(0).await);
    for pointer in [
        "/name",
        "/id_number",
        "/phone",
        "/bank_card/number",
        "/bank_card/phone",
        "/social_security",
        "/provident_fund",
        "/driving_licence_file",
        "/alipay_account",
    ] {
        let value = citizen.pointer(pointer).and_then(|value| value.as_str());
        assert!(page.contains(value.expect("a text")), "{pointer}");
    }
    for magic in FORMS.iter().flat_map(|form| form.magic) {
        assert!(page.contains(magic), "{magic}");
    }
    let unknown = json!({"upstream": "nobody", "mode": "error", "for_seconds": 1});
    let refused = client.sandbox_post("/faults", unknown).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("tencent-bankcard"));
}
