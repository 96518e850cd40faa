//! Attempts to verify.

use super::*;

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
