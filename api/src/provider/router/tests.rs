//! Fail-over, time-outs, breakers and the cap.

use std::{
    future::pending,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::NaiveDate;
use renzheng_types::value::{IdNumber, PersonName};

use super::*;
use crate::provider::{FacePage, Identity, Verdict};

enum Behaviour {
    Answers(Verdict),
    Fails,
    Hangs,
}

struct Fake {
    name: &'static str,
    behaviour: Behaviour,
    asked: AtomicUsize,
}

impl Fake {
    fn new(name: &'static str, behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            name,
            behaviour,
            asked: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Authority for Fake {
    fn checks(&self, method: Method) -> bool {
        method == Method::Telecom
    }

    async fn check(&self, _: &Claim) -> Result<Finding, Outage> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.behaviour {
            Behaviour::Answers(verdict) => Ok(Finding {
                verdict,
                provider: self.name.into(),
                reference: "R".into(),
                result_code: "0".into(),
                elements: BTreeMap::new(),
            }),
            Behaviour::Fails => Err(Outage::new("down")),
            Behaviour::Hangs => pending().await,
        }
    }
}

fn claim() -> Claim {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
    Claim {
        method: Method::Telecom,
        identity: Identity {
            name: PersonName::parse("张三").expect("a name"),
            id_number: IdNumber::parse("11010519491231002X", today).expect("a number"),
        },
        details: BTreeMap::new(),
    }
}

fn router(fakes: &[&Arc<Fake>], clock: &Clock) -> Router {
    let names: Vec<String> = fakes.iter().map(|fake| fake.name.to_string()).collect();
    let authorities = fakes
        .iter()
        .map(|fake| {
            (
                fake.name.to_string(),
                Arc::clone(fake) as Arc<dyn Authority>,
            )
        })
        .collect();
    let routes = BTreeMap::from([(Method::Telecom, names)]);
    let settings = RouterSettings {
        answer_within: Duration::from_millis(20),
        face_answer_within: Duration::from_millis(20),
        at_once: 2,
    };
    Router::new(&routes, &authorities, settings, clock.clone()).expect("a router")
}

#[tokio::test]
async fn the_next_answers_for_one_that_is_down_or_hangs() {
    for behaviour in [Behaviour::Fails, Behaviour::Hangs] {
        let first = Fake::new("first", behaviour);
        let second = Fake::new("second", Behaviour::Answers(Verdict::Match));
        let router = router(&[&first, &second], &Clock::system());
        let finding = router.check(&claim()).await.expect("an answer");
        assert_eq!(
            (finding.verdict, finding.provider.as_str()),
            (Verdict::Match, "second")
        );
    }
}

#[tokio::test]
async fn an_answer_is_final() {
    for verdict in [Verdict::Mismatch, Verdict::NoRecord] {
        let first = Fake::new("first", Behaviour::Answers(verdict));
        let second = Fake::new("second", Behaviour::Answers(Verdict::Match));
        let router = router(&[&first, &second], &Clock::system());
        assert_eq!(
            router.check(&claim()).await.expect("an answer").verdict,
            verdict
        );
        assert_eq!(second.asked(), 0);
    }
}

// C28
#[tokio::test]
async fn one_that_keeps_failing_is_left_alone_for_a_while() {
    let clock = Clock::system();
    let fake = Fake::new("first", Behaviour::Fails);
    let router = router(&[&fake], &clock);
    for _ in 0..20 {
        router.check(&claim()).await.expect_err("down");
    }
    assert_eq!(fake.asked(), 5);
    clock.advance(31);
    router.check(&claim()).await.expect_err("down");
    router.check(&claim()).await.expect_err("down");
    assert_eq!(fake.asked(), 6);
}

// C28, D20
#[tokio::test]
async fn questions_under_way_are_capped() {
    let fake = Fake::new("first", Behaviour::Hangs);
    let router = router(&[&fake], &Clock::system());
    let claim = claim();
    let questions = (0..4).map(|_| router.check(&claim));
    for answer in futures_util::future::join_all(questions).await {
        answer.expect_err("no answer");
    }
    assert!(fake.asked() <= 4);
    assert_eq!(router.routes[&Method::Telecom][0].guard.free_places(), 2);
}

#[test]
fn a_route_to_nowhere_is_told_by_its_key() {
    let settings = RouterSettings {
        answer_within: Duration::from_secs(1),
        face_answer_within: Duration::from_secs(1),
        at_once: 1,
    };
    let first = Fake::new("first", Behaviour::Fails);
    let authorities: Authorities = BTreeMap::from([("first".into(), first as Arc<dyn Authority>)]);
    for (method, name, what) in [
        (Method::Telecom, "second", "is not configured"),
        (Method::BankCard, "first", "does not check"),
    ] {
        let routes = BTreeMap::from([(method, vec![name.to_string()])]);
        let refused = Router::new(&routes, &authorities, settings, Clock::system());
        let message = refused.err().expect("refused").to_string();
        let key = format!("verification.routes.{}", <&str>::from(method));
        assert!(
            message.contains(&key) && message.contains(what),
            "{message}"
        );
    }
}

/// Looks at faces: on our page, or on one of its own with what this starts.
struct Faces {
    page: Option<Result<FaceStart, &'static str>>,
}

#[async_trait]
impl Authority for Faces {
    fn checks(&self, _: Method) -> bool {
        true
    }

    async fn check(&self, _: &Claim) -> Result<Finding, Outage> {
        Err(Outage::new("down"))
    }

    fn has_face_page(&self) -> bool {
        self.page.is_some()
    }

    async fn open_face(&self, _: &FaceVisit<'_>) -> Result<FaceStart, Outage> {
        self.page.clone().expect("a page").map_err(Outage::new)
    }
}

async fn start(authorities: Vec<Faces>) -> (Router, Result<FaceStart, Outage>) {
    let names: Vec<String> = (0..authorities.len()).map(|n| n.to_string()).collect();
    let authorities = names
        .iter()
        .cloned()
        .zip(authorities)
        .map(|(name, faces)| (name, Arc::new(faces) as Arc<dyn Authority>))
        .collect();
    let routes = BTreeMap::from([(Method::Face, names)]);
    let settings = RouterSettings {
        answer_within: Duration::from_millis(20),
        face_answer_within: Duration::from_millis(20),
        at_once: 2,
    };
    let clock = Clock::system();
    let router = Router::new(&routes, &authorities, settings, clock).expect("a router");
    let claim = claim();
    let visit = FaceVisit {
        claim: &claim,
        order: uuid::Uuid::nil(),
        return_url: String::new(),
        callback_url: String::new(),
        callback_token: String::new(),
        user_agent: "",
    };
    let start = router.open_face(&visit).await;
    (router, start)
}

#[tokio::test]
async fn a_face_goes_to_the_first_that_can() {
    let there = FaceStart::There(FacePage {
        provider: "2".into(),
        ticket: "T".into(),
        url: "https://x".into(),
        life: chrono::TimeDelta::minutes(1),
    });
    let page = |start| Faces { page: Some(start) };
    let ours = || Faces { page: None };
    let (_, started) = start(vec![
        page(Err("down")),
        page(Ok(FaceStart::NotThere)),
        page(Ok(there.clone())),
    ])
    .await;
    assert_eq!(started, Ok(there.clone()));
    let (_, started) = start(vec![page(Err("down")), ours()]).await;
    assert_eq!(started, Ok(FaceStart::Here));
    let (router, started) = start(vec![page(Err("down")), page(Ok(FaceStart::NotThere))]).await;
    assert!(started.is_err(), "nobody");
    assert!(router.has_face_page());
    // An answer is final.
    let (_, started) = start(vec![page(Ok(FaceStart::TooOften)), page(Ok(there.clone()))]).await;
    assert_eq!(started, Ok(FaceStart::TooOften));

    // One that takes pictures is passed by once it keeps failing.
    let (router, started) = start(vec![ours(), page(Ok(there.clone()))]).await;
    assert_eq!(started, Ok(FaceStart::Here));
    let face = FaceEvidence::default();
    let mut claim = claim();
    claim.method = Method::Face;
    for _ in 0..5 {
        router.check_face(&claim, &face).await.expect_err("down");
    }
    let visit = FaceVisit {
        claim: &claim,
        order: uuid::Uuid::nil(),
        return_url: String::new(),
        callback_url: String::new(),
        callback_token: String::new(),
        user_agent: "",
    };
    assert_eq!(router.open_face(&visit).await, Ok(there));
}
