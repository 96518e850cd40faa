//! Who may begin, and to whom and how long it belongs.

use renzheng::{job::purge, verification::face::store as faces};
use renzheng_tests::{TestServer, phone, verification::verified};
use renzheng_types::verification::Method;
use serde_json::json;

use super::{Begun, CONSENT, PATH, Show, begin};

// A28, A65, A69
#[tokio::test(flavor = "multi_thread")]
async fn it_needs_level_one_a_fresh_proof_and_a_consent_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client();
    let newcomer = client.registered(&phone(9)).await;
    let consent = json!({"consent": CONSENT});
    newcomer
        .post(PATH, consent.clone())
        .await
        .problem(403, "level-too-low");
    let person = verified(&client, 1, &client.citizen(4).await).await;

    let text = client.get("/agreements/face").await.ok(200);
    assert_eq!(text["version"], CONSENT);
    assert!(text["sections"].as_array().expect("sections").len() >= 4);
    let state = format!("{PATH}/consent");
    let before = person.get(&state).await.ok(200);
    assert_eq!(before["version"], CONSENT);
    assert!(before.get("given_at").is_none());
    for body in [
        json!({}),
        json!({"consent": "2020-01-01"}),
        json!({"consent": ""}),
    ] {
        person
            .post(PATH, body)
            .await
            .problem(422, "consent-required");
    }
    person
        .post(PATH, json!({"agree": true}))
        .await
        .problem(400, "malformed-request");
    person.post(PATH, consent.clone()).await.ok(201);
    assert!(person.get(&state).await.ok(200)["given_at"].is_string());
    // It stands until it is taken back.
    person.post(PATH, json!({})).await.ok(201);
    person.delete(&state).await.ok(204);
    person.delete(&state).await.ok(204);
    assert!(person.get(&state).await.ok(200).get("given_at").is_none());
    person
        .post(PATH, json!({}))
        .await
        .problem(422, "consent-required");

    server.clock.advance(301);
    person
        .post(PATH, consent.clone())
        .await
        .problem(403, "step-up-required");
    let sure = person.stepped_up(&phone(1), "verification", 2).await;
    // What is refused for another reason costs no other message.
    sure.post(PATH, json!({}))
        .await
        .problem(422, "consent-required");
    sure.post(PATH, consent.clone()).await.ok(201);
    sure.post(PATH, consent)
        .await
        .problem(403, "step-up-required");
    let activity = person.get("/me/activity").await.ok(200);
    let items = activity["items"].as_array().expect("items");
    for action in ["processing-consent.give", "processing-consent.withdraw"] {
        let item = items.iter().find(|item| item["action"] == action);
        assert_ne!(item.expect("recorded")["text"], action);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_switched_off() {
    let server = TestServer::with(|config| config.verification.disabled = vec![Method::Face]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    person
        .post(PATH, json!({"consent": CONSENT}))
        .await
        .problem(404, "not-found");
}

// A56, C18, C26
#[tokio::test(flavor = "multi_thread")]
async fn it_belongs_to_one_account_and_one_session() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let stranger = verified(&client, 2, &client.citizen(5).await).await;
    let elsewhere = client.signed_in_again(&phone(1)).await;
    let begun = begin(&person).await;
    let (frames, _) = begun.material(&client, &Show::citizen(4)).await;
    for other in [&stranger, &elsewhere] {
        let put = begun.put(other, "frames/0", "image/jpeg", frames[0].clone());
        put.await.problem(404, "not-found");
        begun.submit(other).await.problem(404, "not-found");
    }
    for what in [
        "frames/61",
        "frames/256",
        "frames/-1",
        "frames/x",
        "id-card/left",
    ] {
        let put = begun.put(&person, what, "image/jpeg", frames[0].clone());
        put.await.problem(404, "not-found");
    }
    // Beginning anew forgets the first.
    begun
        .put(&person, "frames/0", "image/jpeg", frames[0].clone())
        .await
        .ok(204);
    let next = begin(&person).await;
    assert_ne!(next.id, begun.id);
    begun.submit(&person).await.problem(404, "not-found");
    assert!(
        faces::slots(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told_by_name_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let all = ["frames", "id_card_front", "id_card_back"];
    let told = |answer: &renzheng_tests::Answer| {
        answer.problem(422, "invalid-input");
        let codes = answer.field_codes();
        codes
            .into_iter()
            .map(|(field, _)| field)
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&begun.submit(&person).await), all);
    let (frames, [front, back]) = begun.material(&client, &Show::citizen(4)).await;
    begun
        .put(&person, "id-card/front", "image/jpeg", front)
        .await
        .ok(204);
    for (number, frame) in frames.iter().take(begun.min_frames - 1).enumerate() {
        let what = format!("frames/{number}");
        begun
            .put(&person, &what, "image/jpeg", frame.clone())
            .await
            .ok(204);
    }
    assert_eq!(
        told(&begun.submit(&person).await),
        ["frames", "id_card_back"]
    );
    for (number, frame) in frames.iter().enumerate() {
        let what = format!("frames/{number}");
        begun
            .put(&person, &what, "image/jpeg", frame.clone())
            .await
            .ok(204);
    }
    begun
        .put(&person, "id-card/back", "image/jpeg", back)
        .await
        .ok(204);
    let attempt = begun.submit(&person).await.ok(201);
    assert_eq!(
        (&attempt["status"], &attempt["tries_left"]),
        (&json!("passed"), &json!(5))
    );
}

// A69
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_submitted_in_time_lapses_and_is_deleted() {
    let server = TestServer::with(|config| config.session.access_token_seconds = 1200).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let answer = person.post(PATH, json!({"consent": CONSENT})).await.ok(201);
    assert_eq!(answer["expires_in"], 600);
    let begun = Begun::of(&answer);
    begun.send(&person, &Show::citizen(4)).await;
    server.clock.advance(540);
    purge::run(server.app()).await.expect("purged");
    assert!(
        !faces::slots(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_empty()
    );
    server.clock.advance(61);
    begun.submit(&person).await.problem(410, "face-expired");
    for what in ["frames/0", "id-card/front"] {
        let late = begun.put(&person, what, "image/jpeg", vec![1]).await;
        late.problem(410, "face-expired");
    }
    purge::run(server.app()).await.expect("purged");
    assert!(
        faces::slots(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_empty()
    );
    begun.submit(&person).await.problem(404, "not-found");
}
