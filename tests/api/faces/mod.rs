//! `/me/verifications/face`: what the camera shows comes from the sandbox's clips, and is really read.

mod pictures;
mod results;
mod sessions;
mod there;

use futures_util::future::join_all;
use renzheng_tests::{Answer, Client};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/me/verifications/face";
/// The consent in force.
const CONSENT: &str = renzheng::account::consent::FACE.version;

/// What is put before the camera.
struct Show {
    /// Whose face and whose card: a citizen's number, or a magic face.
    face: String,
    card: String,
    /// What is done, of what is asked.
    act: fn(Vec<String>) -> Vec<String>,
    on_screen: bool,
    swapped_cards: bool,
}

impl Show {
    /// A citizen who does what they are asked.
    fn citizen(number: u32) -> Self {
        Self {
            face: number.to_string(),
            card: number.to_string(),
            act: |asked| asked,
            on_screen: false,
            swapped_cards: false,
        }
    }
}

/// One verification under way.
struct Begun {
    id: String,
    actions: Vec<String>,
    min_frames: usize,
}

impl Begun {
    fn of(answer: &Value) -> Self {
        let actions = answer["actions"].as_array().expect("actions");
        Self {
            id: answer["id"].as_str().expect("an id").into(),
            actions: actions
                .iter()
                .map(|action| action.as_str().expect("a word").to_string())
                .collect(),
            min_frames: answer["min_frames"].as_u64().expect("a number") as usize,
        }
    }

    fn uuid(&self) -> uuid::Uuid {
        self.id.parse().expect("a UUID")
    }

    async fn put(&self, person: &Client, what: &str, kind: &str, file: Vec<u8>) -> Answer {
        let path = format!("{PATH}/{}/{what}", self.id);
        person.send_raw(Method::PUT, &path, kind, file).await
    }

    /// Sends all that is needed.
    async fn send(&self, person: &Client, show: &Show) {
        let (frames, cards) = self.material(person, show).await;
        let frames = frames.into_iter().enumerate().map(|(number, frame)| {
            let what = format!("frames/{number}");
            async move { self.put(person, &what, "image/jpeg", frame).await.ok(204) }
        });
        join_all(frames).await;
        for (side, file) in ["front", "back"].into_iter().zip(cards) {
            let what = format!("id-card/{side}");
            self.put(person, &what, "image/jpeg", file).await.ok(204);
        }
    }

    async fn material(&self, client: &Client, show: &Show) -> (Vec<Vec<u8>>, [Vec<u8>; 2]) {
        let actions = (show.act)(self.actions.clone()).join(",");
        let through = if show.on_screen {
            "&through=screen"
        } else {
            ""
        };
        let path = format!(
            "/clips/{}.mjpeg?actions={actions}&fps=6&seconds=2{through}",
            show.face
        );
        let clip = client.sandbox_get(&path).await;
        clip.ok(200);
        let mut frames = pictures_of(&clip.bytes);
        // Standing still needs no more than one picture.
        frames.dedup();
        while frames.len() < self.min_frames {
            frames.push(frames[0].clone());
        }
        let mut cards = [Vec::new(), Vec::new()];
        for (side, file) in ["front", "back"].into_iter().zip(&mut cards) {
            let path = format!("/id-cards/{}/{side}.jpg", show.card);
            let card = client.sandbox_get(&path).await;
            card.ok(200);
            *file = card.bytes;
        }
        if show.swapped_cards {
            cards.reverse();
        }
        (frames, cards)
    }

    async fn submit(&self, person: &Client) -> Answer {
        let path = format!("{PATH}/{}/submit", self.id);
        person.post(&path, Value::Null).await
    }
}

/// The pictures of a clip. Inside a JPEG no byte 0xFF is followed by 0xD9 but at its end.
fn pictures_of(clip: &[u8]) -> Vec<Vec<u8>> {
    let mut pictures = Vec::new();
    let mut begin = 0;
    for end in 2..=clip.len() {
        if clip[end - 2..end] == [0xff, 0xd9] {
            pictures.push(clip[begin..end].to_vec());
            begin = end;
        }
    }
    pictures
}

async fn begin(person: &Client) -> Begun {
    let answer = person.post(PATH, json!({"consent": CONSENT})).await;
    Begun::of(&answer.ok(201))
}

/// From the first step to the answer.
async fn verify(person: &Client, show: &Show) -> Value {
    let begun = begin(person).await;
    begun.send(person, show).await;
    begun.submit(person).await.ok(201)
}
