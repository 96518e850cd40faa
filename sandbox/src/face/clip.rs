//! What a camera would see while somebody does what they are asked: JPEG after JPEG (motion JPEG), as Chromium's
//! `--use-file-for-fake-video-capture` takes it.

use std::{collections::HashMap, f32::consts::PI};

use super::{
    Action,
    canvas::jpeg,
    mark::Who,
    scene::{self, Pose},
};

/// Somebody looks straight ahead for so long first, and afterwards; in seconds.
const LEAD: f32 = 2.0;
const TAIL: f32 = 6.0;
/// How far a head goes.
const FAR: f32 = 28.0;
/// A movement is drawn in so many different pictures.
const STEPS: f32 = 16.0;

/// A clip to be made.
pub struct Clip {
    pub who: Who,
    /// In this order; none for a still picture.
    pub actions: Vec<Action>,
    /// Shown on a telephone held before the camera.
    pub on_screen: bool,
    pub frames_a_second: u32,
    /// How long each action takes, with a pause before and after it.
    pub seconds: f32,
}

impl Clip {
    pub fn bytes(&self) -> Vec<u8> {
        let all = LEAD + TAIL + self.seconds * self.actions.len() as f32;
        let frames = (all * self.frames_a_second as f32).round() as u32;
        let mut drawn: HashMap<(u8, u8), Vec<u8>> = HashMap::new();
        let mut bytes = Vec::new();
        for frame in 0..frames {
            let moment = frame as f32 / self.frames_a_second as f32;
            let (place, step) = self.at(moment);
            let picture = drawn
                .entry((place, step))
                .or_insert_with(|| self.picture(place, step));
            bytes.extend_from_slice(picture);
        }
        bytes
    }

    /// Which action is under way (from 1; 0 for none), and how far it is.
    fn at(&self, moment: f32) -> (u8, u8) {
        let slot = (moment - LEAD) / self.seconds;
        if slot < 0.0 || slot >= self.actions.len() as f32 {
            return (0, 0);
        }
        // A fifth to get ready, three fifths for it, a fifth to rest: whoever takes pictures seldom, on a busy
        // machine, still meets it.
        let done = (slot.fract() - 0.2) / 0.6;
        if !(0.0..1.0).contains(&done) {
            return (0, 0);
        }
        (slot as u8 + 1, (done * STEPS) as u8)
    }

    fn picture(&self, place: u8, step: u8) -> Vec<u8> {
        let action = usize::from(place)
            .checked_sub(1)
            .and_then(|index| self.actions.get(index));
        let done = (f32::from(step) + 0.5) / STEPS;
        let pose = action.map_or_else(Pose::default, |action| pose(*action, done));
        let scene = scene::draw(self.who, pose);
        if self.on_screen {
            jpeg(&scene::through_screen(&scene))
        } else {
            jpeg(&scene)
        }
    }
}

fn pose(action: Action, done: f32) -> Pose {
    // There, held, and back.
    let once = held(done * PI);
    let rest = Pose::default();
    match action {
        Action::Blink => Pose { eyes: once, ..rest },
        Action::OpenMouth => Pose {
            mouth: once,
            ..rest
        },
        Action::Nod => Pose {
            head: (0.0, once * FAR),
            ..rest
        },
        Action::Shake => Pose {
            head: (held(done * 2.0 * PI) * FAR, 0.0),
            ..rest
        },
    }
}

/// A wave whose crests are cut flat.
fn held(angle: f32) -> f32 {
    (angle.sin() * 2.0).clamp(-1.0, 1.0)
}
