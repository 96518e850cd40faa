//! Mail through a real server: STARTTLS, TLS from the first byte, a password; and what happens while it is down.

use renzheng::{
    config::LimitProfile,
    provider::{Secret, SmtpSecurity, SmtpSettings},
};
use renzheng_tests::{Client, TestServer, faults::Counted, mail_server::MailServer, phone};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const ADDRESS: &str = "zhang.san@example.org";

async fn server(smtp: SmtpSettings) -> TestServer {
    TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        config.smtp = Some(smtp);
    })
    .await
}

/// Asks for the link that binds [`ADDRESS`].
async fn ask(client: &Client) -> Client {
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    let captcha = client.solved_captcha().await;
    let body = json!({"email": ADDRESS, "captcha": captcha});
    able.put("/me/email", body).await.ok(202);
    person
}

async fn delivery(person: &Client) -> Value {
    person.get("/me/email").await.ok(200)["pending"]["delivery"].clone()
}

/// Waits until the delivery stands so.
async fn stands(person: &Client, expected: &str) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        if delivery(person).await == expected {
            return;
        }
    }
    panic!("never {expected}");
}

/// Waits until the mail has been tried so often.
async fn tried(server: &TestServer, times: i32) {
    let database = server.app().database.read();
    let sql = "SELECT tries FROM outbox WHERE channel = 'mail'";
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..800 {
        looks.tick().await;
        let look = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(look).await.expect("an answer");
        let tries: i32 = row.expect("a row").try_get("", "tries").expect("a number");
        if tries >= times {
            return;
        }
    }
    panic!("tried fewer than {times} times");
}

// A68
#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_out_by_tls_and_password() {
    for security in [SmtpSecurity::StartTls, SmtpSecurity::ImplicitTls] {
        let Some(mut mail) = MailServer::new(security) else {
            eprintln!("TEST_PYTHON is not set: left out");
            return;
        };
        mail.start();
        let server = server(mail.settings()).await;
        let person = ask(&server.client()).await;
        let mails = mail.mails(1).await;
        assert!(mails[0].starts_with(&format!("X-Taken: TLS True {ADDRESS}")));
        assert!(mails[0].contains("multipart/alternative"), "{}", mails[0]);
        assert!(mails[0].contains("text/plain") && mails[0].contains("text/html"));
        stands(&person, "sent").await;
    }
}

// D9
#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_down_mail_waits_and_then_goes_out_once() {
    let Some(mut mail) = MailServer::new(SmtpSecurity::StartTls) else {
        eprintln!("TEST_PYTHON is not set: left out");
        return;
    };
    let server = server(mail.settings()).await;
    let person = ask(&server.client()).await;
    // A second, then two, then four: as the clock goes on, it is tried again.
    for (times, wait) in [(1, 1), (2, 2), (3, 4)] {
        tried(&server, times).await;
        assert_eq!(delivery(&person).await, "sending");
        server.clock.advance(wait + 1);
    }
    tried(&server, 4).await;
    mail.start();
    server.clock.advance(300);
    mail.mails(1).await;
    stands(&person, "sent").await;
    server.clock.advance(600);
    // The next mail comes after it, and not a second copy.
    let again = server.client().signed_in_again(&phone(1)).await;
    let able = again.stepped_up(&phone(1), "email", 3).await;
    let captcha = able.solved_captcha().await;
    let body = json!({"email": "li.si@example.org", "captcha": captcha});
    able.put("/me/email", body).await.ok(202);
    let mails = mail.mails(2).await;
    assert_eq!(mails.len(), 2);
    let copies = mails.iter().filter(|mail| mail.contains(ADDRESS));
    let copies = copies.count();
    let counted = Counted {
        fault: "D9 mail server down",
        injected: 4,
        acknowledged: mails.len(),
        lost: usize::from(copies == 0),
        duplicated: copies.saturating_sub(1),
    };
    counted.hold("SMTP");
}

// D9
#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_mail_survives_a_restart() {
    let Some(mut mail) = MailServer::new(SmtpSecurity::StartTls) else {
        eprintln!("TEST_PYTHON is not set: left out");
        return;
    };
    let server = server(mail.settings()).await;
    let person = ask(&server.client()).await;
    tried(&server, 1).await;
    assert_eq!(delivery(&person).await, "sending");
    let server = server.restart().await;
    mail.start();
    server.clock.advance(300);
    let mails = mail.mails(1).await;
    assert!(mails[0].contains(ADDRESS));
    let person = server.client().signed_in_again(&phone(1)).await;
    stands(&person, "sent").await;
    assert_eq!(mail.taken().len(), 1);
}

// A68
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_gets_no_mail() {
    let Some(mut mail) = MailServer::new(SmtpSecurity::StartTls) else {
        eprintln!("TEST_PYTHON is not set: left out");
        return;
    };
    mail.start();
    let right = mail.settings();
    let unknown = SmtpSettings {
        ca_file: None,
        ..right.clone()
    };
    let misnamed = SmtpSettings {
        host: "127.0.0.1".into(),
        ..right.clone()
    };
    let stranger = SmtpSettings {
        password: Some(Secret("wrong".into())),
        ..right
    };
    for settings in [unknown, misnamed, stranger] {
        let server = server(settings).await;
        let person = ask(&server.client()).await;
        tried(&server, 1).await;
        assert_eq!(delivery(&person).await, "sending");
        assert!(mail.taken().is_empty());
    }
}
