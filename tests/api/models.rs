//! State machines against small models of them: whatever is done in whatever order, the answers are the model's.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use renzheng::config::LimitProfile;
use renzheng_tests::{Answer, PASSWORD, TestServer, faults::times, phone};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().build().expect("a runtime")
}

/// The same sequences in every run; more of them with `TEST_CASES`.
fn runner() -> TestRunner {
    let cases = u32::try_from(times("TEST_CASES", 24)).expect("a number");
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 64,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Status and code of an answer.
fn told(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap_or_default().into();
    (answer.status.as_u16(), code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.into())
}

fn fine(status: u16) -> (u16, String) {
    (status, String::new())
}

/// A ticket of a QR sign-in, and what two phones and two browsers do with it.
mod qr {
    use super::*;

    #[derive(Debug, Clone)]
    pub enum Act {
        Scan(usize),
        Confirm { phone: usize, right: bool },
        Deny(usize),
        SignIn { own: bool },
        Look,
        Wait(i64),
    }

    pub fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            3 => (0..2_usize).prop_map(Act::Scan),
            3 => (0..2_usize, prop::bool::weighted(0.7))
                .prop_map(|(phone, right)| Act::Confirm { phone, right }),
            1 => (0..2_usize).prop_map(Act::Deny),
            3 => prop::bool::weighted(0.7).prop_map(|own| Act::SignIn { own }),
            2 => Just(Act::Look),
            1 => (1..70_i64).prop_map(Act::Wait),
        ];
        vec(act, 1..12)
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum State {
        Pending,
        Scanned(usize),
        Confirmed,
        Denied,
        Gone,
    }

    pub struct Model {
        state: State,
        left: i64,
    }

    impl Model {
        pub fn new() -> Self {
            Self {
                state: State::Pending,
                left: 120,
            }
        }

        /// What is answered; `None` where nothing is asked.
        pub fn act(&mut self, act: &Act) -> Option<(u16, String)> {
            let answer = match *act {
                Act::Wait(seconds) => {
                    self.left -= seconds;
                    if self.left <= 0 {
                        self.state = State::Gone;
                    }
                    return None;
                }
                Act::Look => fine(200),
                Act::Scan(phone) => match self.state {
                    State::Pending => {
                        self.state = State::Scanned(phone);
                        fine(200)
                    }
                    State::Scanned(first) if first == phone => fine(200),
                    State::Scanned(_) => refused(409, "qr-taken"),
                    _ => refused(410, "qr-expired"),
                },
                Act::Confirm { phone, right } => match self.decided_by(phone) {
                    Err(refusal) => refusal,
                    Ok(()) if right => {
                        self.state = State::Confirmed;
                        fine(204)
                    }
                    Ok(()) => {
                        self.state = State::Denied;
                        refused(409, "wrong-number")
                    }
                },
                Act::Deny(phone) => match self.decided_by(phone) {
                    Err(refusal) => refusal,
                    Ok(()) => {
                        self.state = State::Denied;
                        fine(204)
                    }
                },
                Act::SignIn { own } if own && self.state == State::Confirmed => {
                    self.state = State::Gone;
                    fine(201)
                }
                Act::SignIn { .. } => refused(401, "invalid-credentials"),
            };
            Some(answer)
        }

        fn decided_by(&self, phone: usize) -> Result<(), (u16, String)> {
            match self.state {
                State::Pending => Err(refused(409, "qr-not-scanned")),
                State::Scanned(first) if first == phone => Ok(()),
                State::Scanned(_) => Err(refused(409, "qr-taken")),
                _ => Err(refused(410, "qr-expired")),
            }
        }

        pub fn word(&self) -> &'static str {
            match self.state {
                State::Pending => "pending",
                State::Scanned(_) => "scanned",
                State::Confirmed => "confirmed",
                State::Denied => "denied",
                State::Gone => "expired",
            }
        }
    }
}

// A65, C10, C13
#[test]
fn a_qr_ticket_does_what_its_model_does() {
    let runtime = runtime();
    let (server, phones) = runtime.block_on(async {
        let server = TestServer::relaxed().await;
        let client = server.client();
        client.register(&phone(1)).await;
        client.register(&phone(2)).await;
        (server, [phone(1), phone(2)])
    });
    let check = |acts: Vec<qr::Act>| {
        runtime.block_on(async {
            let client = server.client();
            let people = [
                client.signed_in_again(&phones[0]).await,
                client.signed_in_again(&phones[1]).await,
            ];
            let ticket = client.post("/qr-logins", Value::Null).await.ok(201);
            let path = format!("/qr-logins/{}", ticket["id"].as_str().expect("an id"));
            let own = ticket["number"].as_str().expect("a number");
            let other = if own == "10" { "11" } else { "10" };
            let mut model = qr::Model::new();
            for act in &acts {
                let answer = match act {
                    qr::Act::Scan(who) => {
                        people[*who]
                            .post(&format!("{path}/scan"), Value::Null)
                            .await
                    }
                    qr::Act::Confirm { phone, right } => {
                        let number = if *right { own } else { other };
                        let body = json!({"number": number});
                        people[*phone].post(&format!("{path}/confirm"), body).await
                    }
                    qr::Act::Deny(who) => {
                        people[*who]
                            .post(&format!("{path}/deny"), Value::Null)
                            .await
                    }
                    qr::Act::SignIn { own } => {
                        let secret = if *own {
                            ticket["secret"].clone()
                        } else {
                            "A".repeat(43).into()
                        };
                        let body = json!({"method": "qr", "id": ticket["id"], "secret": secret});
                        client.post("/sessions", body).await
                    }
                    qr::Act::Look => client.get(&path).await,
                    qr::Act::Wait(seconds) => {
                        server.clock.advance(*seconds);
                        model.act(act);
                        continue;
                    }
                };
                let expected = model.act(act).expect("an answer");
                prop_assert_eq!(told(&answer), expected, "{:?} of {:?}", act, acts);
                let state = client.get(&path).await.ok(200);
                prop_assert_eq!(&state["status"], model.word(), "{:?} of {:?}", act, acts);
            }
            Ok(())
        })
    };
    runner().run(&qr::acts(), check).expect("the model's");
}

/// A session and its refresh tokens: each works once, while the session lives; an old one ends it.
#[derive(Debug, Clone)]
enum Use {
    /// The token that came so long ago, the newest first.
    Refresh(usize),
    /// A token that was never given out.
    MadeUp,
    SignOut,
    Look,
    Wait(i64),
}

// A30, A43, A65, C14
#[test]
fn a_family_of_refresh_tokens_does_what_its_model_does() {
    let runtime = runtime();
    let server = runtime.block_on(async {
        let server = TestServer::relaxed().await;
        server.client().register(&phone(1)).await;
        server
    });
    let uses = vec(
        prop_oneof![
            5 => Just(Use::Refresh(0)),
            2 => (1..4_usize).prop_map(Use::Refresh),
            1 => Just(Use::MadeUp),
            1 => Just(Use::SignOut),
            3 => Just(Use::Look),
            2 => (1..1200_i64).prop_map(Use::Wait),
        ],
        1..14,
    );
    let check = |uses: Vec<Use>| {
        runtime.block_on(async {
            let client = server.client();
            let begun = client.sign_in(&phone(1), PASSWORD).await.ok(201);
            let mut given = vec![begun];
            let text =
                |session: &Value, name: &str| session[name].as_str().expect("a token").to_string();
            // The model: ended or not, when last renewed, when the newest access token came.
            let (mut ended, mut idle, mut age) = (false, 0, 0);
            for done in &uses {
                let lapsed = idle >= 1800;
                match done {
                    Use::Wait(seconds) => {
                        server.clock.advance(*seconds);
                        (idle, age) = (idle + seconds, age + seconds);
                    }
                    Use::Look => {
                        let newest = text(given.last().expect("one"), "access_token");
                        let answer = client.bearer(&newest).get("/me").await;
                        let live = !ended && !lapsed && age < 600;
                        prop_assert_eq!(answer.status == 200, live, "{:?}", uses);
                    }
                    Use::SignOut => {
                        let newest = text(given.last().expect("one"), "access_token");
                        let answer = client.bearer(&newest).delete("/sessions/current").await;
                        let live = !ended && !lapsed && age < 600;
                        prop_assert_eq!(answer.status == 204, live, "{:?}", uses);
                        ended |= live;
                    }
                    Use::MadeUp => {
                        let body = json!({"refresh_token": "A".repeat(107)});
                        let answer = client.post("/sessions/refresh", body).await;
                        prop_assert_eq!(told(&answer), refused(401, "invalid-refresh-token"));
                    }
                    Use::Refresh(back) => {
                        let place = given.len().saturating_sub(1 + back);
                        let newest = place + 1 == given.len();
                        let body = json!({"refresh_token": text(&given[place], "refresh_token")});
                        let answer = client.post("/sessions/refresh", body).await;
                        let expected = match (newest, ended || lapsed) {
                            (true, false) => fine(200),
                            (true, true) => refused(401, "invalid-refresh-token"),
                            (false, _) if ended => refused(401, "invalid-refresh-token"),
                            (false, _) => refused(401, "refresh-token-replayed"),
                        };
                        prop_assert_eq!(told(&answer), expected, "{:?} of {:?}", done, uses);
                        if answer.status == 200 {
                            given.push(answer.json());
                            (idle, age) = (0, 0);
                        }
                        ended |= !newest;
                    }
                }
            }
            Ok(())
        })
    };
    runner().run(&uses, check).expect("the model's");
}

#[derive(Debug, Clone)]
enum Try {
    Right,
    /// Somebody else's name.
    Mismatch,
    /// What is no ID number.
    Mistyped,
    WaitHours(i64),
}

/// A fixed window: so many since its first, until its end.
#[derive(Default)]
struct Window {
    since: i64,
    hits: u64,
}

impl Window {
    fn is_full(&mut self, now: i64, length: i64, limit: u64) -> bool {
        if self.hits > 0 && now >= self.since + length {
            self.hits = 0;
        }
        self.hits >= limit
    }

    fn hit(&mut self, now: i64) {
        if self.hits == 0 {
            self.since = now;
        }
        self.hits += 1;
    }
}

// A61, A65, C26, L7
#[test]
fn attempts_to_verify_do_what_their_model_does() {
    const HOUR: i64 = 3600;
    let runtime = runtime();
    let server = runtime.block_on(TestServer::with(|config| {
        config.limits = LimitProfile::Standard;
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    }));
    let tries = vec(
        prop_oneof![
            1 => Just(Try::Right),
            8 => Just(Try::Mismatch),
            1 => Just(Try::Mistyped),
            2 => (1..8_i64).prop_map(Try::WaitHours),
        ],
        1..20,
    );
    let case = std::cell::Cell::new(0_u32);
    let check = |tries: Vec<Try>| {
        // Nobody's counts are another's.
        let number = case.get();
        case.set(number + 1);
        runtime.block_on(async {
            let address = format!("198.18.{}.{}", number / 250, number % 250 + 1);
            let client = server.client().with("x-forwarded-for", &address);
            let mine = format!("13{:03}{:06}", 100 + number, number);
            let mut person = client.registered(&mine).await;
            let citizen = client.citizen(10 + number as usize).await;
            let (mut now, mut verified) = (0, false);
            let [mut account, mut id_number, mut of_address] = [(); 3].map(|()| Window::default());
            for tried in &tries {
                let (name, id) = match tried {
                    Try::WaitHours(hours) => {
                        server.clock.advance(hours * HOUR);
                        now += hours * HOUR;
                        person = client.signed_in_again(&mine).await;
                        continue;
                    }
                    Try::Right => (citizen["name"].clone(), citizen["id_number"].clone()),
                    Try::Mismatch => ("欧阳不在".into(), citizen["id_number"].clone()),
                    Try::Mistyped => (citizen["name"].clone(), "110105194912310021".into()),
                };
                let body = json!({"name": name, "id_number": id});
                let answer = person.post("/me/verifications/id-card", body).await;
                let full = account.is_full(now, 6 * HOUR, 5)
                    | id_number.is_full(now, 24 * HOUR, 10)
                    | of_address.is_full(now, 24 * HOUR, 20);
                let expected = match tried {
                    _ if verified => refused(409, "already-verified"),
                    Try::Mistyped => refused(422, "invalid-input"),
                    _ if full => refused(429, "rate-limited"),
                    _ => fine(201),
                };
                prop_assert_eq!(
                    told(&answer),
                    expected.clone(),
                    "{:?} of {:?}",
                    tried,
                    tries
                );
                if expected.0 == 201 {
                    let passes = matches!(tried, Try::Right);
                    let status = if passes { "passed" } else { "failed" };
                    prop_assert_eq!(&answer.json()["status"], status);
                    verified |= passes;
                    if !passes {
                        for window in [&mut account, &mut id_number, &mut of_address] {
                            window.hit(now);
                        }
                    }
                }
                let me = person.get("/me").await.ok(200);
                prop_assert_eq!(&me["level"], &json!(u8::from(verified)));
            }
            Ok(())
        })
    };
    runner().run(&tries, check).expect("the model's");
}
