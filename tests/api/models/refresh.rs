//! The life of a session.

use super::*;

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
