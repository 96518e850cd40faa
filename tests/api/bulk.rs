//! Bringing accounts along from another system, and handing them on.

use std::path::{Path, PathBuf};

use renzheng::{
    bulk::command::{self, AccountsCommand},
    config::LimitProfile,
};
use renzheng_tests::{TestServer, phone, trigger::whenever};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const WORDS: &str = "correct horse";
/// Of [`WORDS`], by passlib, Django and gmssl.
const HASHES: [&str; 5] = [
    "$argon2id$v=19$m=1024,t=2,p=1$rbU2hvD+Pyck5Lx3jlHK2Q$DcwFioo5KMtmwmKIx/E8u10FUhthji/Y7tqTNfzW5ZM",
    "$2b$05$Vgu5Vc9roL24CqaMYnCAD./9vM7qvKoHzJ/95r6PTlup97sfaWG0G",
    "pbkdf2_sha256$1000$saltysalt$ogyELkenhssjo9YzB+hLx2dedTg0guGJUM+KVU08H9I=",
    "$scrypt$ln=8,r=8,p=1$51yr1dpb651zbq11DqHUug$obteGKuAVfz/q4e8XOg82yA9Na6ZWqXDnQldIevJe8g",
    "$sm3-salt-password$bde0650ec201d6e7$abdcfb2486716e502918f844f60be9abf0040df0443bf254b4cfd64f88948189",
];

fn file(server: &TestServer, name: &str, text: &str) -> PathBuf {
    let file = server.folder().join(name);
    std::fs::write(&file, text).expect("written");
    file
}

fn import(file: &Path) -> AccountsCommand {
    AccountsCommand::Import {
        file: file.to_path_buf(),
        format: None,
        dry_run: false,
        errors: None,
        identities: false,
    }
}

async fn run(server: &TestServer, command: AccountsCommand) -> String {
    command::run(server.app(), command).await.expect("done")
}

/// The lines of the error file: record, field, code.
fn errors(file: &Path) -> Vec<(u64, String, String)> {
    let errors = format!("{}.errors.jsonl", file.display());
    let text = std::fs::read_to_string(errors).expect("the error file");
    let word = |line: &Value, name: &str| line[name].as_str().expect(name).to_string();
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .map(|line: Value| {
            let record = line["record"].as_u64().expect("a number");
            (record, word(&line, "field"), word(&line, "code"))
        })
        .collect()
}

/// All values of one query's only column, as text.
async fn texts(server: &TestServer, sql: &str) -> Vec<String> {
    let database = server.app().database.read();
    let all = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(all).await.expect(sql);
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("a text"))
        .collect()
}

async fn accounts(server: &TestServer) -> usize {
    texts(server, "SELECT status FROM account").await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_another_system_signs_in_and_is_hashed_anew() {
    let server = TestServer::start().await;
    let mut lines = String::new();
    for (number, hash) in HASHES.iter().enumerate() {
        let record =
            json!({"phone": phone(number as u32), "nickname": "小明", "password_hash": hash});
        lines += &format!("{record}\n");
    }
    let said = run(&server, import(&file(&server, "people.jsonl", &lines))).await;
    assert!(said.contains("5 records: 5 accounts, 0 refused"), "{said}");

    let client = server.client();
    for number in 0..HASHES.len() {
        let account = phone(number as u32);
        client
            .sign_in(&account, "correct horsf")
            .await
            .problem(401, "invalid-credentials");
        let session = client.sign_in(&account, WORDS).await.ok(201);
        assert_eq!(session["account"]["nickname"], "小明");
        // And by our own hash from now on.
        client.sign_in(&account, WORDS).await.ok(201);
    }
    let hashes = texts(
        &server,
        "SELECT password_hash FROM account WHERE foreign_hash_sealed IS NULL",
    )
    .await;
    assert_eq!(hashes.len(), HASHES.len());
    assert!(
        hashes
            .iter()
            .all(|hash| hash.starts_with("$argon2id$v=19$m=19456"))
    );
}

/// How many passwords wait to be hashed.
async fn waiting(server: &TestServer) -> usize {
    let metrics = reqwest::get(server.metrics_url()).await.expect("metrics");
    let metrics = metrics.text().await.expect("text");
    let name = "renzheng_hashes_waiting ";
    let count = metrics.lines().find_map(|line| line.strip_prefix(name));
    count.expect("the metric").parse().expect("a number")
}

// A9, A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_another_system_that_signs_in_at_once_is_hashed_anew_once() {
    const ROUNDS: usize = 20;
    let server = TestServer::one(|config| {
        config.limits = LimitProfile::Relaxed;
        config.password.threads = 1;
    })
    .await;
    let slow = HASHES[2].replace("$1000$", "$250000$");
    let hashes = [slow.as_str()].into_iter().chain([HASHES[4]; ROUNDS]);
    let people: Vec<_> = (0..)
        .zip(hashes)
        .map(|(number, hash)| json!({"phone": phone(number), "password_hash": hash}).to_string())
        .collect();
    run(
        &server,
        import(&file(&server, "people.jsonl", &people.join("\n"))),
    )
    .await;
    let database = server.app().database.write();
    let table = "CREATE TABLE replaced (hash TEXT)";
    database.execute_unprepared(table).await.expect(table);
    let note = "INSERT INTO replaced VALUES (NEW.password_hash)";
    let replaced = "UPDATE OF password_hash ON account";
    whenever(&server, replaced, "TRUE", note).await;

    let sign_in = |number: usize, password: &'static str| {
        let (client, account) = (server.client(), phone(number as u32));
        tokio::spawn(async move { client.sign_in(&account, password).await })
    };
    for round in 1..=ROUNDS {
        // While the only thread is at a hash that takes long, all the others read what is stored, and come to wait.
        let slow = sign_in(0, "correct horsf");
        let at_once = [(); 3].map(|()| sign_in(round, WORDS));
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        let mut together = false;
        while !together && !slow.is_finished() {
            looks.tick().await;
            together = waiting(&server).await == at_once.len();
        }
        for session in at_once {
            session.await.expect("an answer").ok(201);
        }
        let refused = slow.await.expect("an answer");
        refused.problem(401, "invalid-credentials");
        let replaced = texts(&server, "SELECT hash FROM replaced ORDER BY hash").await;
        assert_eq!(replaced.len(), round, "once");
        let stored = "SELECT password_hash FROM account WHERE foreign_hash_sealed IS NULL ORDER BY password_hash";
        assert_eq!(texts(&server, stored).await, replaced);
        server
            .client()
            .sign_in(&phone(round as u32), WORDS)
            .await
            .ok(201);
        if together {
            return;
        }
    }
    panic!("they never came together");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_password_the_phone_signs_in_and_no_password_does() {
    // Also where a new device is asked for more: there is nothing more to ask for.
    let server = TestServer::with(|config| {
        config.sign_in.second_factor = Some(renzheng::config::SecondFactorPolicy::NewDevice);
    })
    .await;
    let people = file(&server, "people.csv", &format!("phone\n{}\n", phone(1)));
    run(&server, import(&people)).await;
    let client = server.client();
    for password in ["", WORDS] {
        let answer = client.sign_in(&phone(1), password).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    let code = client.code(&phone(1), "login", 1).await;
    let body = json!({"method": "sms", "phone": phone(1), "code": code});
    let session = client.post("/sessions", body).await.ok(201);
    let nickname = session["account"]["nickname"].as_str().expect("a text");
    assert!(nickname.starts_with("用户"), "{nickname}");
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    let activity = person.get("/me/activity").await.ok(200);
    let texts: Vec<&str> = activity["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["text"].as_str())
        .collect();
    assert!(texts.contains(&"从原有系统迁入账户"), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_record_by_record_and_without_personal_data() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let citizen = client.citizen(21).await;
    let text = [
        "phone,nickname,email,password_hash,created_at,name,id_number",
        &format!("{},,,,,,", phone(2)),
        &format!("{},,,,,,", phone(1)),
        &format!("{},,,,,,", phone(2)),
        "12345,,not an address,,,,",
        &format!("{},,,md5$abc,2999-01-01T00:00:00Z,,", phone(3)),
        &format!(
            "{},,,,,张三,{}",
            phone(4),
            citizen["id_number"].as_str().expect("a number")
        ),
        "too,few",
    ]
    .join("\n");
    let people = file(&server, "people.csv", &text);
    let expected: Vec<(u64, String, String)> = [
        (2, "phone", "taken"),
        (3, "phone", "taken"),
        (4, "phone", "phone-invalid"),
        (4, "email", "email-invalid"),
        (5, "password_hash", "invalid"),
        (5, "created_at", "invalid"),
        (6, "id_number", "identities-not-taken"),
        (7, "", "unreadable"),
    ]
    .map(|(record, field, code)| (record, field.into(), code.into()))
    .into();

    let look = AccountsCommand::Import {
        file: people.clone(),
        format: None,
        dry_run: true,
        errors: None,
        identities: false,
    };
    let said = run(&server, look).await;
    assert!(
        said.contains("nothing was written: 7 records: 1 accounts, 6 refused"),
        "{said}"
    );
    assert_eq!(errors(&people), expected);
    assert_eq!(accounts(&server).await, 1);

    run(&server, import(&people)).await;
    assert_eq!(errors(&people), expected);
    assert_eq!(accounts(&server).await, 2);
    let told = std::fs::read_to_string(server.folder().join("people.csv.errors.jsonl"));
    let told = told.expect("the error file");
    assert!(
        !told.contains(&phone(1)) && !told.contains("张三"),
        "{told}"
    );
    // Once more changes nothing.
    let said = run(&server, import(&people)).await;
    assert!(said.contains("7 records were done with before"), "{said}");
    assert_eq!(accounts(&server).await, 2);
    assert_eq!(errors(&people), expected);

    let unknown = file(&server, "unknown.csv", "phone,colour\n1,red\n");
    let refused = command::run(server.app(), import(&unknown)).await;
    let told = format!("{:#}", refused.expect_err("refused"));
    assert!(told.contains("not known"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_interrupted_goes_on_where_it_was() {
    const PEOPLE: u32 = 1_600;
    let server = TestServer::start().await;
    let mut lines = String::new();
    for number in 0..PEOPLE {
        // One in a hundred is refused.
        let phone = if number % 100 == 99 {
            "1".into()
        } else {
            phone(number)
        };
        lines += &format!("{}\n", json!({ "phone": phone }));
    }
    let people = file(&server, "people.jsonl", &lines);
    {
        let importing = command::run(server.app(), import(&people));
        tokio::pin!(importing);
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            tokio::select! {
                _ = &mut importing => break,
                _ = looks.tick() => {
                    if accounts(&server).await > 0 {
                        break;
                    }
                }
            }
        }
    }
    let said = run(&server, import(&people)).await;
    assert!(
        said.contains("1600 records: 1584 accounts, 16 refused"),
        "{said}"
    );
    assert_eq!(accounts(&server).await, 1_584);
    let refused: Vec<u64> = errors(&people)
        .into_iter()
        .map(|(record, ..)| record)
        .collect();
    let expected: Vec<u64> = (1..=16).map(|hundreds| hundreds * 100).collect();
    assert_eq!(refused, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_locked_or_being_closed_is_not_handed_on() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (locked, closing, plain) = (phone(1), phone(2), phone(3));
    let person = client.registered(&locked).await;
    let account = person.get("/me").await.ok(200);
    client.operate(&account, "lock").await;
    let person = client.registered(&closing).await;
    let able = person.stepped_up(&closing, "close", 2).await;
    able.delete("/me").await.ok(202);
    client.registered(&plain).await;
    let exported = server.folder().join("all.jsonl");
    let export = AccountsCommand::Export {
        file: exported.clone(),
        format: None,
    };
    let said = run(&server, export).await;
    assert!(said.starts_with("1 accounts in "), "{said}");
    assert!(said.contains("; 2 that are locked"), "{said}");
    let text = std::fs::read_to_string(&exported).expect("a file");
    assert!(text.contains(&plain), "{text}");
    assert!(
        !text.contains(&locked) && !text.contains(&closing),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported_elsewhere() {
    let here = TestServer::start().await;
    let client = here.client();
    let citizen = client.citizen(21).await;
    let record = json!({
        "phone": phone(1), "nickname": "小明", "email": "ming@example.org", "locale": "en",
        "password_hash": HASHES[1], "created_at": "2020-05-01T00:00:00Z",
        "phone_proven_at": here.clock.now().to_rfc3339(),
        "name": citizen["name"], "id_number": citizen["id_number"], "verified_at": "2026-01-01T08:00:00+08:00",
    });
    let people = file(&here, "people.jsonl", &record.to_string());
    let with_identities = |file: &Path| AccountsCommand::Import {
        file: file.to_path_buf(),
        format: None,
        dry_run: false,
        errors: None,
        identities: true,
    };
    run(&here, with_identities(&people)).await;
    let exported = here.folder().join("all.csv");
    let export = || AccountsCommand::Export {
        file: exported.clone(),
        format: None,
    };
    let said = run(&here, export()).await;
    assert!(said.starts_with("1 accounts in "), "{said}");
    assert!(
        command::run(here.app(), export()).await.is_err(),
        "overwritten"
    );

    let there = TestServer::start().await;
    run(&there, with_identities(&exported)).await;
    let client = there.client();
    let session = client.sign_in("ming@example.org", WORDS).await.ok(201);
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    let me = person.get("/me").await.ok(200);
    assert_eq!(
        (&me["level"], &me["nickname"], &me["locale"]),
        (&json!(1), &json!("小明"), &json!("en"))
    );
    let verifications = person.get("/me/verifications").await.ok(200);
    let methods = verifications["methods"].as_array().expect("methods");
    let card = methods.iter().find(|method| method["method"] == "id-card");
    let at = &card.expect("the method")["verified_at"];
    assert!(
        at.as_str()
            .is_some_and(|at| at.starts_with("2026-01-01T00:00:00")),
        "{at}"
    );
}
