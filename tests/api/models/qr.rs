//! A ticket of a QR sign-in, and what two phones and two browsers do with it.

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
    let check = |acts: Vec<Act>| {
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
            let mut model = Model::new();
            for act in &acts {
                let answer = match act {
                    Act::Scan(who) => {
                        people[*who]
                            .post(&format!("{path}/scan"), Value::Null)
                            .await
                    }
                    Act::Confirm { phone, right } => {
                        let number = if *right { own } else { other };
                        let body = json!({"number": number});
                        people[*phone].post(&format!("{path}/confirm"), body).await
                    }
                    Act::Deny(who) => {
                        people[*who]
                            .post(&format!("{path}/deny"), Value::Null)
                            .await
                    }
                    Act::SignIn { own } => {
                        let secret = if *own {
                            ticket["secret"].clone()
                        } else {
                            "A".repeat(43).into()
                        };
                        let body = json!({"method": "qr", "id": ticket["id"], "secret": secret});
                        client.post("/sessions", body).await
                    }
                    Act::Look => client.get(&path).await,
                    Act::Wait(seconds) => {
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
    runner().run(&acts(), check).expect("the model's");
}
