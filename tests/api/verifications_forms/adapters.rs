//! Every outcome of every method, through each adapter that checks it.

use futures_util::future::join_all;
use renzheng::config::LimitProfile;
use renzheng_tests::{
    Client, TestServer, phone,
    verification::{decided, fault},
};
use renzheng_types::verification::Method;
use serde_json::{Value, json};

use super::{FORMS, Form};

/// One adapter: its name in the configuration, and the sandbox's upstream for each method.
struct Adapter {
    name: &'static str,
    upstreams: &'static [(Method, &'static str)],
}

const ALIYUN: Adapter = Adapter {
    name: "aliyun",
    upstreams: &[
        (Method::IdCard, "aliyun-id2meta"),
        (Method::BankCard, "aliyun-bankmeta"),
        (Method::Telecom, "aliyun-mobile3meta"),
    ],
};

const TENCENT: Adapter = Adapter {
    name: "tencent",
    upstreams: &[
        (Method::IdCard, "tencent-idcard"),
        (Method::BankCard, "tencent-bankcard"),
        (Method::Telecom, "tencent-phone"),
    ],
};

const AUTHORITY: Adapter = Adapter {
    name: "authority",
    upstreams: &[
        (Method::IdCard, "authority"),
        (Method::BankCard, "authority"),
        (Method::SocialSecurity, "authority"),
        (Method::ProvidentFund, "authority"),
        (Method::Telecom, "authority"),
        (Method::DrivingLicence, "authority"),
    ],
};

impl Adapter {
    fn forms(&self) -> impl Iterator<Item = (&'static Form, &'static str)> {
        self.upstreams.iter().filter_map(|(method, upstream)| {
            let key: &str = method.into();
            let form = FORMS.iter().find(|form| form.method == key)?;
            Some((form, *upstream))
        })
    }

    async fn fault(&self, client: &Client, mode: &str, seconds: u32) {
        for (_, upstream) in self.upstreams {
            fault(client, upstream, mode, seconds).await;
        }
    }
}

fn id_card(citizen: &Value) -> Value {
    json!({"name": citizen["name"], "id_number": citizen["id_number"]})
}

async fn attempt(person: &Client, path: &str, body: Value) -> Value {
    person.post(path, body).await.ok(201)
}

async fn every_outcome(adapter: &Adapter) {
    let server = TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        let route = vec![adapter.name.to_string()];
        for (method, _) in adapter.upstreams {
            config.verification.routes.insert(*method, route.clone());
        }
    })
    .await;
    let client = server.client();
    let path = "/me/verifications/id-card";

    // What is decided at once.
    let citizen = client.citizen(30).await;
    let person = client.registered(&phone(30)).await;
    for (name, reason) in [("测试不一致", "mismatch"), ("测试无记录", "no-record")] {
        let body = json!({"name": name, "id_number": citizen["id_number"]});
        assert_eq!(attempt(&person, path, body).await["reason"], reason);
    }
    let passed = attempt(&person, path, id_card(&citizen)).await;
    assert_eq!(passed["status"], "passed", "{}", adapter.name);
    for (form, _) in adapter.forms() {
        let path = form.path();
        let [mismatch, no_record, outage] = form.magic;
        let made = attempt(&person, &path, form.with(&citizen, mismatch)).await;
        assert_eq!(made["reason"], "mismatch", "{made}");
        let made = attempt(&person, &path, form.with(&citizen, no_record)).await;
        // Tencent's answer about a bank card has no word for it.
        let expected = match (adapter.name, form.method) {
            ("tencent", "bank-card") => "mismatch",
            _ => "no-record",
        };
        assert_eq!(made["reason"], expected, "{made}");
        let made = attempt(&person, &path, form.with(&citizen, outage)).await;
        assert_eq!(made["reason"], "outage", "{made}");
    }

    // What is lost and found: the answer comes at a later try.
    for (number, mode) in [(31, "error"), (32, "drop")] {
        let citizen = client.citizen(number as usize).await;
        let person = client.registered(&phone(number)).await;
        adapter.fault(&client, mode, 20).await;
        let waiting = attempt(&person, path, id_card(&citizen)).await;
        assert_eq!(waiting["reason"], "outage", "{waiting}");
        server.clock.advance(21);
        assert_eq!(decided(&person, &waiting).await["status"], "passed");
        adapter.fault(&client, mode, 20).await;
        let mut pending = Vec::new();
        for (form, _) in adapter.forms().take(4) {
            let waiting = attempt(&person, &form.path(), (form.right)(&citizen)).await;
            assert_eq!(waiting["reason"], "outage", "{waiting}");
            pending.push(waiting);
        }
        server.clock.advance(21);
        for waiting in pending {
            let made = decided(&person, &waiting).await;
            assert_eq!(made["status"], "passed", "{mode} {made}");
        }
    }

    // What takes its time, or comes twice, is as good.
    for (number, mode) in [(33, "slow"), (34, "duplicate")] {
        let citizen = client.citizen(number as usize).await;
        let person = client.registered(&phone(number)).await;
        adapter.fault(&client, mode, 60).await;
        let made = attempt(&person, path, id_card(&citizen)).await;
        assert_eq!(made["status"], "passed", "{mode} {made}");
        let tries = adapter.forms().map(|(form, _)| {
            let (person, body) = (person.clone(), (form.right)(&citizen));
            async move { attempt(&person, &form.path(), body).await }
        });
        for made in join_all(tries).await {
            assert_eq!(made["status"], "passed", "{mode} {made}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_through_aliyun() {
    every_outcome(&ALIYUN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_through_tencent() {
    every_outcome(&TENCENT).await;
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_through_the_authority_contract() {
    every_outcome(&AUTHORITY).await;
}
