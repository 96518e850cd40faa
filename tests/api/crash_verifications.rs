//! `kill -9` while authorities are being asked: every attempt is decided, none twice, and none costs a try.

use std::{path::Path, time::Duration};

use renzheng_sandbox::{
    ALIPAY_APP_ID, ALIPAY_APP_PRIVATE_KEY, ALIPAY_PUBLIC_KEY, ALIYUN_FACE_SCENE,
};
use renzheng_tests::{
    Client, face_page,
    faults::Counted,
    gateway, phone,
    process::{Process, free_port},
    verification::fault,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

/// What is under way when the server dies: the method, and who is asked.
const UNDER_WAY: [(&str, &str); 5] = [
    ("bank-card", "aliyun-bankmeta"),
    ("social-security", "authority"),
    ("telecom", "tencent-phone"),
    ("alipay", "alipay-user"),
    ("face", "aliyun-face-result"),
];

/// All verification goes to `gateway`; messages stay in the sandbox beside the server.
fn configuration(gateway: &str, sandbox_port: u16) -> String {
    let (id, secret) = (gateway::KEY_ID, gateway::KEY_SECRET);
    let url = gateway::APP_URL;
    format!(
        r#"
        public_url = "{url}"
        [verification.routes]
        telecom = ["tencent"]
        face = ["aliyun"]
        [aliyun]
        face_scene_id = "{ALIYUN_FACE_SCENE}"
        sms_endpoint = "http://127.0.0.1:{sandbox_port}/aliyun/"
        cloudauth_endpoint = "{gateway}/aliyun/"
        access_key_id = "{id}"
        access_key_secret = "{secret}"
        [tencent]
        faceid_endpoint = "{gateway}/tencent/"
        secret_id = "{id}"
        secret_key = "{secret}"
        [authorities.authority]
        url = "{gateway}/authority/"
        key_id = "{id}"
        secret = "{secret}"
        [alipay]
        gateway_url = "{gateway}/alipay/gateway.do"
        app_id = "{ALIPAY_APP_ID}"
        private_key = """{ALIPAY_APP_PRIVATE_KEY}"""
        alipay_public_key = """{ALIPAY_PUBLIC_KEY}"""
        "#
    )
}

async fn start(data: &Path, file: &Path, sandbox_port: u16) -> Process {
    let (data, file) = (data.to_path_buf(), file.to_path_buf());
    tokio::task::spawn_blocking(move || {
        let file = file.to_str().expect("a path");
        Process::with(&data, sandbox_port, &[("RENZHENG_CONFIG", file)])
    })
    .await
    .expect("the server starts")
}

/// How often each upstream of [`UNDER_WAY`] was called.
async fn calls(upstreams: &Client) -> Vec<u64> {
    let all = upstreams.sandbox_get("/upstreams").await.ok(200);
    let all = all.as_array().expect("a list").clone();
    let of = |upstream: &str| {
        let found = all.iter().find(|one| one["upstream"] == upstream);
        found.and_then(|one| one["calls"].as_u64()).expect("listed")
    };
    UNDER_WAY.iter().map(|(_, upstream)| of(upstream)).collect()
}

async fn faults(upstreams: &Client, mode: &str) {
    for (_, upstream) in UNDER_WAY {
        fault(upstreams, upstream, mode, 3600).await;
    }
}

async fn authorised(person: &Client, upstreams: &Client, account: &str) -> Value {
    let begun = person.post("/me/verifications/alipay", Value::Null).await;
    let begun = begun.ok(201);
    let back = format!("{}/back", gateway::APP_URL);
    let fields = [
        ("app_id", ALIPAY_APP_ID),
        ("scope", "auth_user"),
        ("redirect_uri", back.as_str()),
        ("account", account),
        ("decision", "agree"),
    ];
    let answer = upstreams
        .sandbox_form("/alipay/oauth2/decide", &fields)
        .await;
    let location = reqwest::Url::parse(answer.header("location")).expect("a URL");
    let code = location
        .query_pairs()
        .find(|(name, _)| name == "auth_code")
        .map(|(_, code)| code.into_owned());
    json!({"state": begun["state"], "auth_code": code})
}

/// Looks until there is nothing left to wait for.
async fn until_nothing_is_left(mut look: impl AsyncFnMut() -> Vec<String>) {
    let mut left = Vec::new();
    for _ in 0..600 {
        left = look().await;
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("still waiting for {left:?}");
}

// D1, D23
#[tokio::test(flavor = "multi_thread")]
async fn attempts_cut_short_by_kill_9_are_decided_once_and_cost_no_try() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (
        folder.path().join("data"),
        folder.path().join("renzheng.toml"),
    );
    let (gateway, _served) = gateway::start().await;
    let upstreams = Client::new(gateway.clone(), gateway.clone());
    let sandbox_port = free_port();
    std::fs::write(&file, configuration(&gateway, sandbox_port)).expect("written");

    let mut server = start(&data, &file, sandbox_port).await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let created = client.register(&phone(1)).await;
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let person = client.bearer(token);
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let first = person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    assert_eq!(first["status"], "passed");
    let account = citizen["alipay_account"].as_str().expect("an account");
    let callback = authorised(&person, &upstreams, account).await;

    let consent = json!({"consent": renzheng::account::consent::FACE.version});
    let begun = person.post("/me/verifications/face", consent).await.ok(201);
    let face = face_page::done(&upstreams, &begun, "person").await;

    faults(&upstreams, "slow").await;
    let posts = [
        (
            "bank-card",
            json!({"card_number": citizen["bank_card"]["number"], "phone": citizen["bank_card"]["phone"]}),
        ),
        (
            "social-security",
            json!({"number": citizen["social_security"]}),
        ),
        ("telecom", json!({"phone": citizen["phone"]})),
        ("alipay/callback", callback),
        ("face/callback", face),
    ];
    let http = reqwest::Client::new();
    let posts: Vec<_> = posts
        .into_iter()
        .map(|(path, body)| {
            let url = format!("{}/api/v1/me/verifications/{path}", server.url);
            let request = http.post(url).bearer_auth(token).json(&body);
            // The server is gone before it answers.
            tokio::spawn(async move { request.send().await.is_err() })
        })
        .collect();
    until_nothing_is_left(async || {
        let calls = calls(&upstreams).await;
        let asked = UNDER_WAY.iter().zip(calls);
        asked
            .filter(|(_, calls)| *calls == 0)
            .map(|((method, _), _)| (*method).to_string())
            .collect::<Vec<_>>()
    })
    .await;
    server.kill();
    for post in posts {
        assert!(post.await.expect("no panic"), "nothing was answered");
    }
    faults(&upstreams, "none").await;

    let server = start(&data, &file, sandbox_port).await;
    let client = server.client();
    let person = client.signed_in_again(&phone(1)).await;
    // Past the time in which no other node would ask again, or look what came of a page.
    let ahead = json!({"advance_seconds": 130});
    client.sandbox_post("/clock", ahead).await.ok(200);
    until_nothing_is_left(async || {
        let found = person.get("/me/verifications").await.ok(200);
        let methods = found["methods"].as_array().expect("methods").clone();
        let is_left = |state: &&Value| {
            let concerned = UNDER_WAY
                .iter()
                .any(|(method, _)| state["method"] == *method);
            concerned && state["status"] != "verified"
        };
        methods
            .iter()
            .filter(is_left)
            .map(Value::to_string)
            .collect::<Vec<_>>()
    })
    .await;
    assert_eq!(calls(&upstreams).await, [2; 5], "asked once more");
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    // Each was told, once.
    let told = client.messages(&phone(1), 5).await;
    let passed = |message: &&Value| {
        message["text"]
            .as_str()
            .is_some_and(|text| text.contains("已通过"))
    };
    assert_eq!(told.iter().filter(passed).count(), 5);
    drop(server);

    let url = format!("sqlite://{}", data.join("renzheng.db").display());
    let database = sea_orm::Database::connect(url).await.expect("the file");
    let query =
        |sql: &str| Statement::from_string(database.get_database_backend(), sql.to_string());
    let rows = database
        .query_all_raw(query(
            "SELECT id, status, claim_sealed IS NULL FROM verification_attempt",
        ))
        .await
        .expect("rows");
    assert_eq!(rows.len(), 6, "none lost, none doubled");
    for row in &rows {
        let status: String = row.try_get_by_index(1).expect("a status");
        let wiped: bool = row.try_get_by_index(2).expect("a truth");
        assert!(status == "passed" && wiped);
    }
    let counted = database
        .query_all_raw(query(
            "SELECT key FROM counter WHERE key LIKE 'real-name-6-hours%' AND hits > 0",
        ))
        .await
        .expect("rows");
    assert!(counted.is_empty(), "no try was used");
    Counted::whole("D23 `kill -9` while authorities are asked", 1, rows.len()).hold("SQLite");
}
