//! What operators do: look, back up and restore, change the keys.

use std::path::Path;

use renzheng::{
    job,
    operate::{
        backup,
        doctor::{self, Status},
        keys, restore,
    },
    provider::Secret,
};
use renzheng_tests::{Client, PASSWORD, TestServer, phone, process, server, template};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

/// What one check of the doctor says.
async fn finding(server: &TestServer, check: &str) -> (Status, String) {
    let report = doctor::examine(&server.config).await;
    let found = report.checks.into_iter().find(|found| found.check == check);
    let found = found.expect("the check");
    (found.status, found.detail)
}

async fn execute(server: &TestServer, sql: &str) {
    let database = server.app().database.write();
    database.execute_unprepared(sql).await.expect(sql);
}

/// The first bytes of every sealed phone: suite and data key.
async fn phone_keys(server: &TestServer) -> Vec<Vec<u8>> {
    let database = server.app().database.read();
    let all = Statement::from_string(
        database.get_database_backend(),
        "SELECT phone_sealed FROM account WHERE phone_sealed IS NOT NULL",
    );
    let rows = database.query_all_raw(all).await.expect("rows");
    rows.iter()
        .map(|row| row.try_get::<Vec<u8>>("", "phone_sealed").expect("bytes")[..5].to_vec())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_what_is_wrong() {
    let server = TestServer::start().await;
    server.client().register(&phone(1)).await;
    renzheng::audit::chain::extend(server.app())
        .await
        .expect("chained");
    let report = doctor::examine(&server.config).await;
    assert!(report.healthy, "{}", report.text());
    let checks: Vec<_> = report.checks.iter().map(|found| found.check).collect();
    for check in [
        "configuration",
        "master key",
        "database",
        "schema",
        "keys",
        "clock",
        "audit trail",
        "outbox",
    ] {
        assert!(checks.contains(&check), "{check} in {checks:?}");
    }

    execute(
        &server,
        "UPDATE audit_event SET actor = 'nobody' WHERE position = 1",
    )
    .await;
    let (status, detail) = finding(&server, "audit trail").await;
    assert_eq!(status, Status::Fault);
    assert!(detail.contains("event 1"), "{detail}");

    execute(
        &server,
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_later', 0)",
    )
    .await;
    let (status, detail) = finding(&server, "schema").await;
    assert_eq!(status, Status::Warning);
    assert!(detail.contains("m2999_later"), "{detail}");
    execute(
        &server,
        "DELETE FROM seaql_migrations WHERE version LIKE '%_device'",
    )
    .await;
    assert_eq!(finding(&server, "schema").await.0, Status::Fault);
    assert!(!doctor::examine(&server.config).await.healthy);
}

#[test]
fn the_doctor_speaks_to_people_and_programs_and_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (passed, said) = process::command(&data, &["doctor"]);
    assert!(!passed && said.contains("FAULT"), "{said}");
    let (passed, said) = process::command(&data, &["doctor", "--json"]);
    let json = said.rsplit_once('}').expect("JSON").0.to_string() + "}";
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert!(!passed && report["healthy"] == false, "{report}");
    let (passed, said) = process::command(&data, &["backup", "nowhere"]);
    assert!(!passed && said.contains("renzheng.db"), "{said}");
    assert!(!data.exists(), "looking makes no key and no database");
}

// D17
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_under_load_comes_back_without_what_has_ended() {
    let server = TestServer::single(|_| {}).await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    let session = created["session"].clone();
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    let code = client.code(&phone(2), "register", 1).await;
    let (file, config) = (server.folder().join("backup.db"), server.config.clone());
    let renames = async {
        for turn in 0..50 {
            let body = json!({"nickname": format!("第{turn}次")});
            person.patch("/me", body).await.ok(200);
        }
    };
    let (said, ()) = tokio::join!(backup::run(&config, &file), renames);
    assert!(said.expect("a backup").contains("master.key"));
    let mode = std::fs::metadata(&file).expect("a file").permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o600
    );
    let error = backup::run(&config, &file).await.expect_err("there is one");
    assert!(error.to_string().contains("backup.db"), "{error}");
    // Afterwards: the code is used, and that account is not in the backup.
    let late = client
        .post("/accounts", Client::registration(&phone(2), &code))
        .await;
    late.ok(201);
    let error = restore::from_file(&config, &file)
        .await
        .expect_err("it runs");
    assert!(
        format!("{error:#}").contains("stop `renzheng serve`"),
        "{error:#}"
    );

    let server = server.restore(&file).await;
    let client = server.client();
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    person.get("/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": session["refresh_token"]});
    let refreshed = client.post("/sessions/refresh", refresh).await;
    assert_eq!(refreshed.status, 401, "{}", refreshed.text());
    let used = client
        .post("/accounts", Client::registration(&phone(2), &code))
        .await;
    used.problem(422, "code-invalid");
    let again = client.sign_in(&phone(1), PASSWORD).await.ok(201);
    assert_eq!(again["account"]["id"], created["account"]["id"]);
    let report = doctor::examine(&server.config).await;
    assert!(report.healthy, "{}", report.text());
    let replaced = std::fs::read_dir(server.folder().join("data")).expect("a folder");
    let replaced = replaced.filter(|entry| {
        let name = entry.as_ref().expect("an entry").file_name();
        name.to_string_lossy().contains("replaced-")
    });
    assert_eq!(replaced.count(), 1, "what was there is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_restored_by_its_own_means_is_settled() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let code = client.code(&phone(2), "register", 1).await;
    restore::settle(&server.config).await.expect("settled");
    let server = server.restart().await;
    let client = server.client();
    let token = person.header("authorization");
    let person = client.with("authorization", &token);
    person.get("/me").await.problem(401, "unauthenticated");
    let used = client
        .post("/accounts", Client::registration(&phone(2), &code))
        .await;
    // With Redis, codes were not in the database that went back.
    let gone = server.config.redis_url.is_none();
    assert_eq!(used.status, if gone { 422 } else { 201 }, "{}", used.text());
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
    renzheng::audit::chain::extend(server.app())
        .await
        .expect("chained");
    assert_eq!(finding(&server, "audit trail").await.0, Status::Ok);
}

/// One of PostgreSQL's own programs, where Debian keeps them.
fn postgres_program(name: &str, arguments: &[&str]) -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL");
    let folders = versions.map(|entry| entry.expect("an entry").path().join("bin"));
    let newest = folders.filter(|bin| bin.join(name).is_file()).max();
    let program = newest.expect("the program").join(name);
    let status = std::process::Command::new(program).args(arguments).status();
    status.expect("it runs").success()
}

// D17
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_postgresql_comes_back_in_another_database() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let mut server = TestServer::relaxed().await;
    let person = server.client().registered(&phone(1)).await;
    let file = server.folder().join("dump");
    let (file, url) = (file.display().to_string(), server.config.database_url());
    assert!(postgres_program("pg_dump", &["-Fc", "-f", &file, &url]));
    server.client().register(&phone(2)).await;
    let other = template::empty_postgres().await.expect("a database");
    assert!(postgres_program("pg_restore", &["-d", &other, &file]));
    server.config.database_url = Some(other);
    let said = restore::settle(&server.config).await.expect("settled");
    assert!(said.contains("1 sessions ended"), "{said}");
    let report = doctor::examine(&server.config).await;
    assert!(report.healthy, "{}", report.text());
    let server = server.restart().await;
    let client = server.client();
    let person = client.with("authorization", &person.header("authorization"));
    person.get("/me").await.problem(401, "unauthenticated");
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
    let unknown = client.sign_in(&phone(2), PASSWORD).await;
    unknown.problem(401, "invalid-credentials");
}

// D17, D18
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_backup_is_refused_and_nothing_is_touched() {
    let server = TestServer::single(|_| {}).await;
    server.client().register(&phone(1)).await;
    let (folder, config) = (server.folder().to_path_buf(), server.config.clone());
    let broken = folder.join("broken.db");
    std::fs::write(&broken, "no database").expect("written");
    for file in [broken.as_path(), Path::new("/nowhere/at-all.db")] {
        restore::from_file(&config, file)
            .await
            .expect_err("refused");
    }
    // A backup of somebody else: another master key.
    let other = TestServer::single(|_| {}).await;
    let theirs = folder.join("theirs.db");
    backup::run(&other.config, &theirs).await.expect("a backup");
    let error = restore::from_file(&config, &theirs).await;
    let error = format!("{:#}", error.expect_err("refused"));
    assert!(error.contains("another master key"), "{error}");
    server.client().sign_in(&phone(1), PASSWORD).await.ok(201);
}

// A67
#[tokio::test(flavor = "multi_thread")]
async fn a_new_data_key_takes_over_every_field_and_the_old_one_retires() {
    let server =
        TestServer::one(|config| config.limits = renzheng::config::LimitProfile::Relaxed).await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let masked = person.get("/me").await.ok(200)["phone"].clone();
    let app = server.app();
    keys::rotate_fields(&server.config).await.expect("rotated");
    job::keys::run(app).await.expect("taken over");
    client.register(&phone(2)).await;
    assert_eq!(phone_keys(&server).await, [[1, 0, 0, 0, 1]; 2], "not yet");
    server.clock.advance(61);
    client.register(&phone(3)).await;
    assert!(phone_keys(&server).await.contains(&vec![1, 0, 0, 0, 2]));
    let renames = async {
        for turn in 0..20 {
            let body = json!({"nickname": format!("第{turn}次")});
            person.patch("/me", body).await.ok(200);
        }
    };
    let moves = async {
        while app.vault.superseding().is_some() {
            job::reseal::run(app).await.expect("moved");
        }
    };
    tokio::join!(renames, moves);
    assert_eq!(phone_keys(&server).await, [[1, 0, 0, 0, 2]; 3]);
    assert_eq!(person.get("/me").await.ok(200)["phone"], masked);
    let (status, detail) = finding(&server, "keys").await;
    assert_eq!(status, Status::Ok, "{detail}");
    assert!(detail.contains("1 data keys in use, 1 retired"), "{detail}");
    // Signing keys are sealed too.
    let server = server.restart().await;
    server.client().sign_in(&phone(1), PASSWORD).await.ok(201);
}

// A67, D19
#[tokio::test(flavor = "multi_thread")]
async fn a_new_master_key_takes_over_without_a_pause() {
    let mut server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let file = server.folder().join("new.key");
    keys::rewrap(&server.config, &file).await.expect("wrapped");
    // The node that runs with the old one goes on, also past its next look for keys.
    let _ = job::keys::run(server.app()).await;
    client.register(&phone(2)).await;
    let (status, detail) = finding(&server, "keys").await;
    assert_eq!(status, Status::Fault);
    assert!(detail.contains("another master key"), "{detail}");

    let text = std::fs::read_to_string(&file).expect("the key");
    server.config.master_key = Some(Secret(text));
    let server = server.restart().await;
    let client = server.client();
    for number in [1, 2] {
        client.sign_in(&phone(number), PASSWORD).await.ok(201);
    }
    let (status, detail) = finding(&server, "keys").await;
    assert_eq!(status, Status::Ok, "{detail}");
}
