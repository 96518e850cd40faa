//! What comes of it.

use renzheng::verification::face::store as faces;
use renzheng_tests::{
    TestServer, phone,
    verification::{decided, fault, verified},
};
use renzheng_types::verification::Method;
use serde_json::json;

use super::{PATH, Show, begin, verify};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_does_what_is_asked_reaches_level_three() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let overview = person.get("/me/verifications").await.ok(200);
    let of_face = |overview: &serde_json::Value| {
        let methods = overview["methods"].as_array().expect("methods").clone();
        let mut face = methods
            .into_iter()
            .filter(|state| state["method"] == "face");
        face.next().expect("listed")
    };
    let state = of_face(&overview);
    assert_eq!(
        (&state["level"], &state["needs"], &state["status"]),
        (&json!(3), &json!(1), &json!("unverified"))
    );

    let begun = begin(&person).await;
    assert!((3..=4).contains(&begun.actions.len()));
    begun.send(&person, &Show::citizen(4)).await;
    assert!(
        !faces::slots(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_empty()
    );
    let attempt = begun.submit(&person).await.ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
    assert_eq!(
        (&attempt["method"], &attempt["id"]),
        (&json!("face"), &json!(begun.id))
    );
    assert_eq!(attempt["tries_left"], 5);
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    let state = of_face(&person.get("/me/verifications").await.ok(200));
    assert_eq!(state["status"], "verified");

    // The pictures are gone, what was found of them is not.
    let left = faces::slots(server.app(), begun.uuid())
        .await
        .expect("rows");
    assert!(left.is_empty(), "{left:?}");
    assert!(
        faces::evidence(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_none()
    );
    let me = person.get("/me").await.ok(200)["id"].clone();
    let me = me.as_str().expect("an id").parse().expect("a UUID");
    let rows = renzheng::verification::store::of_account(server.app(), me)
        .await
        .expect("rows");
    let row = rows.iter().find(|row| row.method == "face").expect("a row");
    assert_eq!(row.provider.as_deref(), Some("authority"));
    assert!(row.provider_reference.is_some() && row.claim_sealed.is_none());
    let elements = row.elements.as_deref().unwrap_or_default();
    for element in ["\"face\":true", "\"id_card\":true", "\"name\":true"] {
        assert!(elements.contains(element), "{elements}");
    }

    begun.submit(&person).await.problem(410, "face-expired");
    let again = person.post(PATH, json!({})).await;
    again.problem(409, "already-verified");
    let copy = person.get("/me/export").await.ok(200);
    assert_eq!(copy["consents"][0]["subject"], "face");
    assert_eq!(copy["verifications"][0]["method"], "face");
}

// A69, C26
#[tokio::test(flavor = "multi_thread")]
async fn everything_else_fails_for_its_own_reason() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let me = || Show::citizen(4);
    let shows = [
        (
            "mismatch",
            Show {
                face: "5".into(),
                card: "5".into(),
                ..me()
            },
        ),
        (
            "mismatch",
            Show {
                card: "5".into(),
                ..me()
            },
        ),
        (
            "mismatch",
            Show {
                face: "mismatch".into(),
                ..me()
            },
        ),
        (
            "no-record",
            Show {
                face: "no-record".into(),
                ..me()
            },
        ),
        (
            "action-missing",
            Show {
                act: |_| Vec::new(),
                ..me()
            },
        ),
        (
            "action-missing",
            Show {
                act: |asked| asked[..2].to_vec(),
                ..me()
            },
        ),
        (
            "action-order",
            Show {
                act: |asked| asked.into_iter().rev().collect(),
                ..me()
            },
        ),
        (
            "not-live",
            Show {
                on_screen: true,
                ..me()
            },
        ),
        (
            "id-card-unclear",
            Show {
                swapped_cards: true,
                ..me()
            },
        ),
    ];
    for (reason, show) in shows {
        let attempt = verify(&person, &show).await;
        assert_eq!(attempt["status"], "failed", "{reason} {attempt}");
        assert_eq!(attempt["reason"], reason, "{attempt}");
        assert!(
            attempt["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
        let id = attempt["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID");
        let left = faces::slots(server.app(), id).await.expect("rows");
        assert!(left.is_empty(), "{reason}: {left:?}");
    }
    // No face at all.
    let begun = begin(&person).await;
    let (_, [front, back]) = begun.material(&person, &me()).await;
    for number in 0..begun.min_frames {
        let what = format!("frames/{number}");
        begun
            .put(&person, &what, "image/jpeg", back.clone())
            .await
            .ok(204);
    }
    begun
        .put(&person, "id-card/front", "image/jpeg", front)
        .await
        .ok(204);
    begun
        .put(&person, "id-card/back", "image/jpeg", back)
        .await
        .ok(204);
    let attempt = begun.submit(&person).await.ok(201);
    assert_eq!(attempt["reason"], "image-unclear", "{attempt}");

    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
    let english = person.with("accept-language", "en");
    let id = attempt["id"].as_str().expect("an id");
    let shown = english
        .get(&format!("/me/verifications/attempts/{id}"))
        .await
        .ok(200);
    assert!(
        shown["message"]
            .as_str()
            .expect("a message")
            .contains("face")
    );
}

// A61, C26, L7
#[tokio::test(flavor = "multi_thread")]
async fn failures_count_and_the_sixth_is_refused_before_the_work() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let still = Show {
        act: |_| Vec::new(),
        ..Show::citizen(4)
    };
    for left in (0..5).rev() {
        let attempt = verify(&person, &still).await;
        assert_eq!(attempt["tries_left"], left, "{attempt}");
    }
    let refused = person.post(PATH, json!({})).await;
    refused.problem(429, "rate-limited");
    assert!(!refused.header("retry-after").is_empty());
}

/// Between the first picture and the last everything else may have changed.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_may_be_refused_in_the_end() {
    let server = TestServer::with(|config| {
        config.session.access_token_seconds = 1200;
        config.verification.valid_days.insert(Method::IdCard, 1);
    })
    .await;
    let client = server.client();
    let (citizen, other) = (client.citizen(4).await, client.citizen(5).await);
    let person = verified(&client, 1, &citizen).await;
    let begun = begin(&person).await;
    begun.send(&person, &Show::citizen(4)).await;
    let wrong = json!({"number": other["social_security"]});
    for _ in 0..5 {
        let failed = person.post("/me/verifications/social-security", wrong.clone());
        assert_eq!(failed.await.ok(201)["status"], "failed");
    }
    begun.submit(&person).await.problem(429, "rate-limited");

    // The ID card lapses five minutes from now.
    let person = verified(&client, 2, &other).await;
    server.clock.advance(24 * 3600 - 300);
    let person_again = person.signed_in_again(&phone(2)).await;
    let begun = begin(&person_again).await;
    begun.send(&person_again, &Show::citizen(5)).await;
    server.clock.advance(301);
    let refused = begun.submit(&person_again).await;
    refused.problem(403, "level-too-low");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_pending_then_passed_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    for (number, mode) in (1..).zip(["error", "drop"]) {
        let person = verified(&client, number, &client.citizen(number as usize).await).await;
        fault(&client, "authority", mode, 60).await;
        let attempt = verify(&person, &Show::citizen(number)).await;
        assert_eq!(
            (&attempt["status"], &attempt["reason"]),
            (&json!("pending"), &json!("outage"))
        );
        assert_eq!(attempt["tries_left"], 5);
        person
            .post(PATH, json!({}))
            .await
            .problem(409, "verification-pending");
        // What is to be asked again is kept, sealed.
        let id = attempt["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID");
        assert!(
            !faces::slots(server.app(), id)
                .await
                .expect("rows")
                .is_empty()
        );
        server.clock.advance(61);
        let attempt = decided(&person, &attempt).await;
        assert_eq!(attempt["status"], "passed", "{attempt}");
        assert!(
            faces::slots(server.app(), id)
                .await
                .expect("rows")
                .is_empty()
        );
        assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_that_brings_the_register_down_is_an_outage() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let error = Show {
        face: "error".into(),
        ..Show::citizen(4)
    };
    let attempt = verify(&person, &error).await;
    assert_eq!(attempt["reason"], "outage", "{attempt}");
    // Taking the consent back ends it, and deletes the pictures.
    let consent = format!("{PATH}/consent");
    person.delete(&consent).await.ok(204);
    let id = attempt["id"].as_str().expect("an id");
    let attempt = person
        .get(&format!("/me/verifications/attempts/{id}"))
        .await
        .ok(200);
    assert_eq!(attempt["reason"], "consent-withdrawn", "{attempt}");
    let id = id.parse().expect("a UUID");
    assert!(
        faces::slots(server.app(), id)
            .await
            .expect("rows")
            .is_empty()
    );
    person
        .post(PATH, json!({}))
        .await
        .problem(422, "consent-required");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn submitting_twice_at_once_makes_one_attempt() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    begun.send(&person, &Show::citizen(4)).await;
    let tries = (0..4).map(|_| begun.submit(&person));
    let answers = futures_util::future::join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].json()["status"], "passed");
    for answer in refused {
        assert!(answer.status == 410, "{}", answer.text());
    }
    let shown = person
        .get(&format!("/me/verifications/attempts/{}", begun.id))
        .await
        .ok(200);
    assert_eq!(shown["tries_left"], 5, "none but the one was counted");
}
