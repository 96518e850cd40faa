//! 人脸识别: a person does what they are asked before the camera, and photographs both sides of their ID card. Level 3.
//!
//! The service asks (a random sequence, with a nonce and a time limit), collects and cleans; the decision is always the
//! provider's. Pictures are sealed while they wait and gone once it is decided, or the time is over. A provider that
//! looks at faces on a page of its own does all of that there; the person goes there and comes back.

pub mod begin;
pub mod callback_routes;
pub mod evidence;
pub mod finish;
pub mod page;
pub mod routes;
pub mod store;
pub mod submit;
pub mod upload;
pub mod withdraw;

use chrono::TimeDelta;
use renzheng_types::verification::{CardSide, Method};

use super::method::Terms;

pub static TERMS: Terms = Terms {
    key: Method::Face,
    level: 3,
    needs: 1,
};

/// Everything is to be sent and submitted in this time.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// The highest number of a frame.
const MAX_FRAME: u8 = 60;
/// Frames for each action, at the least, and one before them.
const FRAMES_AN_ACTION: usize = 2;
/// The longest side of a frame, and of a photo of a card, as they are kept.
const FRAME_SIDE: u32 = 960;
const CARD_SIDE: u32 = 2000;

/// What a picture is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Frame(u8),
    Card(CardSide),
}

impl Slot {
    /// As the row has it. Frames sort by their number.
    fn name(self) -> String {
        match self {
            Self::Frame(number) => format!("frame-{number:02}"),
            Self::Card(side) => format!("card-{}", <&str>::from(side)),
        }
    }

    const fn longest_side(self) -> u32 {
        match self {
            Self::Frame(_) => FRAME_SIDE,
            Self::Card(_) => CARD_SIDE,
        }
    }
}

/// How many frames there must be.
const fn min_frames(actions: usize) -> usize {
    actions * FRAMES_AN_ACTION + 1
}
