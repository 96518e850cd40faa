//! `renzheng client …` and `renzheng keys …`.

use renzheng::{database::Database, entity::audit_event};
use renzheng_tests::process;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

// A62
#[tokio::test]
async fn what_is_done_to_applications_from_the_command_line_is_in_the_trail() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let (done, said) = process::command(folder.path(), arguments);
        assert!(done, "{arguments:?}: {said}");
        said
    };
    let added = run(&[
        "client",
        "add",
        "--name",
        "办事预约",
        "--redirect-uri",
        "https://app.example/callback",
    ]);
    let id = added.split_whitespace().nth(1).expect("an id").to_string();
    let change = |arguments: &[&str]| run(&[&["client", "change", &id], arguments].concat());
    change(&["--webhook", "https://app.example/hook"]);
    change(&["--rotate-webhook-secret"]);
    change(&["--no-webhook"]);
    for act in ["rotate-secret", "disable", "enable"] {
        run(&["client", act, &id]);
    }
    let url = format!("sqlite://{}", folder.path().join("renzheng.db").display());
    let database = Database::connect(&url).await.expect("the database");
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Action.starts_with("client."))
        .order_by_asc(audit_event::Column::Id)
        .all(database.read())
        .await
        .expect("events");
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "client.add",
            "client.change",
            "client.webhook-secret",
            "client.change",
            "client.secret",
            "client.disable",
            "client.enable"
        ]
    );
    let detail = json!({"client": id}).to_string();
    for event in &events {
        assert_eq!((&*event.actor, &event.detail), ("console", &detail));
    }
    database.close().await.expect("closed");
}

#[test]
fn applications_and_keys_are_managed_from_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| match process::command(folder.path(), arguments) {
        (true, said) => Ok(said),
        (false, said) => Err(said),
    };
    let added = run(&[
        "client",
        "add",
        "--name",
        "办事预约",
        "--redirect-uri",
        "https://app.example/callback",
        "--scope",
        "openid profile phone",
        "--purpose",
        "phone=接收办理进度",
        "--min-level",
        "1",
        "--webhook",
        "https://app.example/first",
    ])
    .expect("added");
    let field = |name: &str| {
        let line = added.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_whitespace().nth(1));
        value
            .unwrap_or_else(|| panic!("{name}: {added}"))
            .to_string()
    };
    let (id, secret) = (field("client_id:"), field("client_secret:"));
    assert!(id.starts_with("app-") && secret.len() == 43, "{added}");
    let listed = run(&["client", "list"]).expect("listed");
    assert!(listed.contains(&id) && listed.contains("办事预约") && listed.contains("active"));
    assert!(!listed.contains(&secret));
    // Kept hashed.
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("a file");
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "the secret is in the data folder");
    }
    let renewed = run(&["client", "rotate-secret", &id]).expect("renewed");
    assert!(renewed.starts_with("client_secret:") && !renewed.contains(&secret));
    // Webhooks: the first secret came with the registration.
    let hook = field("webhook_secret:");
    assert!(hook.starts_with("whsec_"), "{hook}");
    let told = [
        "client",
        "change",
        &id,
        "--webhook",
        "https://app.example/hook",
    ];
    let moved = run(&told).expect("told");
    assert!(!moved.contains("whsec_"), "{moved}");
    let renewed = run(&["client", "change", &id, "--rotate-webhook-secret"]).expect("renewed");
    assert!(renewed.contains("whsec_") && !renewed.contains(&hook));
    assert_eq!(
        run(&["client", "deliveries", &id]).expect("listed").trim(),
        ""
    );
    run(&["client", "change", &id, "--no-webhook"]).expect("told no more");
    run(&["client", "disable", &id]).expect("disabled");
    assert!(
        run(&["client", "list"])
            .expect("listed")
            .contains("disabled")
    );
    run(&["client", "enable", &id]).expect("enabled");

    for (arguments, why) in [
        (vec!["client", "add", "--name", "x"], "redirect URI"),
        (
            vec![
                "client",
                "add",
                "--name",
                "x",
                "--redirect-uri",
                "http://app.example/cb",
            ],
            "this machine",
        ),
        (
            vec![
                "client",
                "add",
                "--name",
                "x",
                "--redirect-uri",
                "https://a.example/cb",
                "--min-level",
                "4",
            ],
            "0 to 3",
        ),
        (
            vec![
                "client",
                "add",
                "--name",
                "x",
                "--redirect-uri",
                "https://a.example/cb",
                "--auth",
                "private-key-jwt",
            ],
            "keys",
        ),
        (
            vec![
                "client",
                "add",
                "--name",
                "x",
                "--redirect-uri",
                "https://a.example/cb",
                "--redirect-uri",
                "https://b.example/cb",
            ],
            "sector",
        ),
        (vec!["client", "disable", "app-unknown"], "no such"),
        (vec!["client", "rotate-secret", "app-unknown"], "no such"),
        (vec!["client", "change", &id], "--webhook"),
        (vec!["client", "change", &id, "--no-webhook"], "no webhook"),
        (
            vec!["client", "change", &id, "--rotate-webhook-secret"],
            "no webhook",
        ),
        (
            vec!["client", "change", &id, "--webhook", "http://app.example/"],
            "https",
        ),
        (
            vec![
                "client",
                "change",
                "app-unknown",
                "--webhook",
                "https://a.example/",
            ],
            "no such",
        ),
        (
            vec!["client", "deliveries", "app-unknown"],
            "no application",
        ),
        (
            vec![
                "client",
                "redeliver",
                "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03",
            ],
            "no application was told",
        ),
        (vec!["keys", "rotate", "--signing", "--revoke"], "--now"),
    ] {
        let refused = run(&arguments).expect_err("refused");
        assert!(refused.contains(why), "{arguments:?}: {refused}");
    }
    assert!(
        run(&["keys", "rotate"])
            .expect("rotated")
            .contains("15 minutes")
    );
    assert!(
        run(&["keys", "rotate", "--signing", "--now"])
            .expect("rotated")
            .contains("from now on")
    );
    assert!(
        run(&["keys", "rotate", "--signing", "--now", "--revoke"])
            .expect("rotated")
            .contains("revoked")
    );
}
