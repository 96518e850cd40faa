//! What the register says of somebody who shows their face.

use super::{
    Action,
    mark::{Carrier, Who},
    read::{self, Head, Seen},
};

/// What it is given.
pub struct Material {
    pub actions: Vec<Action>,
    /// In the order they were taken.
    pub frames: Vec<Vec<u8>>,
    pub front: Vec<u8>,
    pub back: Vec<u8>,
}

/// What it makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This person, alive, with their card.
    Is(Who),
    /// The material is of no use, by the contract's word.
    Rejected(&'static str),
    /// This person, alive, with somebody else's card.
    OtherCard(Who),
}

/// Of all frames, at least three in four must show somebody.
pub fn judge(material: &Material) -> Verdict {
    let seen: Vec<Seen> = material
        .frames
        .iter()
        .filter_map(|bytes| read::frame(bytes))
        .collect();
    let Some(who) = seen.first().map(|first| first.who) else {
        return Verdict::Rejected("image-unclear");
    };
    if matches!(who, Who::Error | Who::Slow | Who::Mismatch | Who::NoRecord) {
        return Verdict::Is(who);
    }
    if seen.len() * 4 < material.frames.len() * 3 {
        return Verdict::Rejected("image-unclear");
    }
    if seen.iter().any(|seen| seen.who != who) || seen.iter().any(|seen| seen.on_screen) {
        return Verdict::Rejected("not-live");
    }
    let done = done(&seen);
    let in_order = done
        .iter()
        .zip(&material.actions)
        .all(|(done, asked)| done == asked);
    if !in_order || done.len() > material.actions.len() {
        let asked_only = done.iter().all(|action| material.actions.contains(action));
        let mut rest = material.actions.iter();
        // A part of what was asked, in its order: something is missing rather than mixed up.
        let part = done.iter().all(|action| rest.any(|asked| asked == action));
        return Verdict::Rejected(if asked_only && part {
            "action-missing"
        } else {
            "action-order"
        });
    }
    if done.len() < material.actions.len() {
        return Verdict::Rejected("action-missing");
    }
    let front = read::card(&material.front, Carrier::CardFront);
    let back = read::card(&material.back, Carrier::CardBack);
    match (front, back) {
        (Some(front), Some(back)) if front == who && back == who => Verdict::Is(who),
        (Some(_), Some(_)) => Verdict::OtherCard(who),
        _ => Verdict::Rejected("id-card-unclear"),
    }
}

/// The actions that were done, each once, in the order in which they began. Something is done when it was not so
/// before: eyes that are always closed do not blink.
fn done(seen: &[Seen]) -> Vec<Action> {
    let first = |shows: &dyn Fn(&Seen) -> bool| {
        let not_yet = seen.iter().position(|seen| !shows(seen))?;
        let now = seen.iter().skip(not_yet).position(shows)?;
        Some(not_yet + now)
    };
    let turned = |head: Head| first(&|seen| seen.head == head);
    let shaken = turned(Head::Left)
        .zip(turned(Head::Right))
        .map(|(left, right)| left.max(right));
    let mut events = [
        (Action::Blink, first(&|seen| seen.eyes_closed)),
        (Action::OpenMouth, first(&|seen| seen.mouth_open)),
        (Action::Nod, turned(Head::Down)),
        (Action::Shake, shaken),
    ];
    events.sort_by_key(|(_, at)| *at);
    events
        .into_iter()
        .filter_map(|(action, at)| at.map(|_| action))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{card, clip::Clip},
        *,
    };
    use crate::population::Population;

    const ASKED: [Action; 3] = [Action::Nod, Action::Blink, Action::Shake];

    fn frames(clip: &Clip) -> Vec<Vec<u8>> {
        super::super::routes::split(&clip.bytes())
    }

    fn clip(actions: &[Action]) -> Clip {
        Clip {
            who: Who::Citizen(5),
            actions: actions.to_vec(),
            on_screen: false,
            frames_a_second: 4,
            seconds: 3.0,
        }
    }

    fn verdict(clip: &Clip, card: u32) -> Verdict {
        let card = Who::Citizen(card);
        judge(&Material {
            actions: ASKED.to_vec(),
            frames: frames(clip),
            front: card::front(&Population::default(), card),
            back: card::back(card),
        })
    }

    #[test]
    fn what_was_asked_passes_and_nothing_else() {
        use Action::{Blink, Nod, OpenMouth, Shake};
        let rejected = Verdict::Rejected;
        assert_eq!(verdict(&clip(&ASKED), 5), Verdict::Is(Who::Citizen(5)));
        for (actions, expected) in [
            (vec![], rejected("action-missing")),
            (vec![Nod, Blink], rejected("action-missing")),
            (vec![Nod, Shake], rejected("action-missing")),
            (vec![Blink, Nod, Shake], rejected("action-order")),
            (vec![Nod, Blink, Shake, OpenMouth], rejected("action-order")),
        ] {
            assert_eq!(verdict(&clip(&actions), 5), expected, "{actions:?}");
        }
        let screen = Clip {
            on_screen: true,
            ..clip(&ASKED)
        };
        assert_eq!(verdict(&screen, 5), rejected("not-live"));
        let other = Verdict::OtherCard(Who::Citizen(5));
        assert_eq!(verdict(&clip(&ASKED), 6), other);
    }
}
