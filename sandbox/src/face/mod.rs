//! Drawn people: their portraits, ID cards and camera clips, and the register that reads them.
//!
//! Everybody wears a badge that says who they are (a QR code, [`mark`]); eyes, mouth and head are read from the pixels.
//! So the check is a real one: another person, other actions, a still picture, a picture of a picture all fail.

mod canvas;
mod card;
mod clip;
mod judge;
mod mark;
mod read;
pub mod routes;
mod scene;

pub use judge::{Material, Verdict, judge};
pub use mark::Who;

/// What a person is asked to do before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Blink,
    Nod,
    OpenMouth,
    Shake,
}

impl Action {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "blink" => Self::Blink,
            "nod" => Self::Nod,
            "open-mouth" => Self::OpenMouth,
            "shake" => Self::Shake,
            _ => return None,
        })
    }
}
