//! What the person hears of what an operator does.

use renzheng_tests::{Client, TestServer, phone};
use serde_json::{Value, json};

use super::{id_of, operator, text, why};

/// Binds an e-mail address, by the link that is sent to it.
async fn bind(person: &Client, address: &str) {
    let able = person.stepped_up(&phone(1), "email", 2).await;
    let captcha = able.solved_captcha().await;
    let body = json!({"email": address, "captcha": captcha});
    able.put("/me/email", body).await.ok(202);
    let mails = person.mails(address, 1).await;
    let link = text(&mails[0]["links"][0]);
    let (_, token) = link.split_once('#').expect("a token");
    let body = json!({"token": token});
    person.post("/email-activations", body).await.ok(200);
}

/// What was told of locks.
fn notices(messages: &[Value]) -> Vec<String> {
    let notices = messages.iter().filter(|message| message["code"].is_null());
    notices
        .map(|message| text(&message["text"]))
        .filter(|text| text.contains("锁"))
        .collect()
}

// A16
#[tokio::test(flavor = "multi_thread")]
async fn the_person_hears_on_every_channel_that_they_were_locked_and_let_in_again_but_not_why() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let address = "xiaoming@example.cn";
    bind(&person, address).await;
    let before = client.mails(address, 1).await.len();
    let id = id_of(&person).await;
    let operator = operator(&server).await;
    let path = format!("/admin/accounts/{id}");
    for act in ["lock", "lock", "unlock", "unlock"] {
        operator.post(&format!("{path}/{act}"), why()).await.ok(200);
    }
    // Each once, though each was done twice.
    let heard = notices(&client.messages(&phone(1), 5).await);
    let expected = [
        "您的账户已解除锁定，可以重新登录",
        "您的账户已被锁定，暂时不能登录",
    ];
    assert_eq!(heard.len(), 2, "{heard:?}");
    for expected in expected {
        assert!(
            heard.iter().any(|text| text.contains(expected)),
            "{heard:?}"
        );
    }
    let mails = client.mails(address, before + 2).await;
    let mails: String = mails.iter().map(|mail| mail["text"].to_string()).collect();
    for told in heard.iter().chain([&mails]) {
        assert!(told.contains("12345"), "the help line: {told}");
        for hidden in ["help-request", "GD-2026/17", "求助", "operator"] {
            assert!(!told.contains(hidden), "{hidden} in {told}");
        }
    }
    for expected in expected {
        assert_eq!(mails.matches(expected).count(), 1, "{mails}");
    }
    let trail = format!("/admin/audit-events?subject_id={id}");
    let trail = operator.get(&trail).await.ok(200);
    let events = trail["items"].as_array().expect("events");
    for action in ["account.lock", "account.unlock"] {
        let event = events.iter().find(|event| event["action"] == action);
        assert_eq!(event.expect(action)["detail"]["told_by"], "sms,mail");
    }
}
