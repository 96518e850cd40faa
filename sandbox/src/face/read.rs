//! Reads a picture: who it shows, and what their eyes, mouth and head do. Everything is measured from the badge, so that
//! size and place in the picture do not matter.

use image::{ImageFormat, RgbImage};

use super::{
    mark::{self, Carrier, Corners, Who},
    scene::{BADGE, BADGE_SIDE, EYES, MOUTH, NOSE},
};

/// How far the nose must be from its place for the head to have moved.
const MOVED: f32 = 14.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    Straight,
    Down,
    Left,
    Right,
}

/// What one frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub who: Who,
    pub eyes_closed: bool,
    pub mouth_open: bool,
    pub head: Head,
    /// It is a picture of a screen.
    pub on_screen: bool,
}

/// `None` when there is not exactly one person to be made out.
pub fn frame(bytes: &[u8]) -> Option<Seen> {
    let picture = decode(bytes)?;
    let found = mark::find(&picture);
    let [(Carrier::Face, who, corners)] = found.as_slice() else {
        return None;
    };
    let view = View::new(&picture, *corners);
    let nose = view.nose()?;
    let (dx, dy) = (nose.0 - NOSE.0, nose.1 - NOSE.1);
    let at = |(x, y): (f32, f32)| (nose.0 + x, nose.1 + y);
    let [left, right] = EYES.map(|eye| view.brightness(at(eye), 4.0));
    Some(Seen {
        who: *who,
        eyes_closed: left > 130.0 && right > 130.0,
        mouth_open: view.brightness(at(MOUTH), 5.0) < 110.0,
        head: match (dx, dy) {
            _ if dx < -MOVED => Head::Left,
            _ if dx > MOVED => Head::Right,
            _ if dy > MOVED => Head::Down,
            _ => Head::Straight,
        },
        on_screen: has_dark_rim(&picture),
    })
}

/// Whose card it is, when it is that side of a card.
pub fn card(bytes: &[u8], side: Carrier) -> Option<Who> {
    let picture = decode(bytes)?;
    match mark::find(&picture).as_slice() {
        [(carrier, who, _)] if *carrier == side => Some(*who),
        _ => None,
    }
}

fn decode(bytes: &[u8]) -> Option<RgbImage> {
    let format = image::guess_format(bytes).ok()?;
    if ![ImageFormat::Jpeg, ImageFormat::Png].contains(&format) {
        return None;
    }
    Some(
        image::load_from_memory_with_format(bytes, format)
            .ok()?
            .to_rgb8(),
    )
}

/// A picture in the coordinates of the scene.
struct View<'a> {
    picture: &'a RgbImage,
    origin: (f32, f32),
    right: (f32, f32),
    down: (f32, f32),
}

impl<'a> View<'a> {
    fn new(picture: &'a RgbImage, Corners([top_left, top_right, bottom_left]): Corners) -> Self {
        let step = |to: (f32, f32)| {
            (
                (to.0 - top_left.0) / BADGE_SIDE,
                (to.1 - top_left.1) / BADGE_SIDE,
            )
        };
        Self {
            picture,
            origin: top_left,
            right: step(top_right),
            down: step(bottom_left),
        }
    }

    fn pixel(&self, (x, y): (f32, f32)) -> Option<[f32; 3]> {
        let (x, y) = (x - BADGE.0, y - BADGE.1);
        let px = self.origin.0 + x * self.right.0 + y * self.down.0;
        let py = self.origin.1 + x * self.right.1 + y * self.down.1;
        let inside = px >= 0.0
            && py >= 0.0
            && px < self.picture.width() as f32
            && py < self.picture.height() as f32;
        inside.then(|| {
            self.picture
                .get_pixel(px as u32, py as u32)
                .0
                .map(f32::from)
        })
    }

    /// The middle of what is as red as a nose, above the badge.
    fn nose(&self) -> Option<(f32, f32)> {
        let (mut count, mut sum) = (0.0, (0.0, 0.0));
        let reach = 60i16;
        for y in (-reach..=reach).step_by(2) {
            for x in (-reach..=reach).step_by(2) {
                let point = (NOSE.0 + f32::from(x), NOSE.1 + f32::from(y));
                let red = self
                    .pixel(point)
                    .is_some_and(|[r, g, b]| r > 150.0 && r - f32::midpoint(g, b) > 88.0);
                if red {
                    count += 1.0;
                    sum = (sum.0 + point.0, sum.1 + point.1);
                }
            }
        }
        (count >= 20.0).then(|| (sum.0 / count, sum.1 / count))
    }

    /// The mean brightness about a point.
    fn brightness(&self, (x, y): (f32, f32), radius: f32) -> f32 {
        let offsets = [-1.0, -0.5, 0.0, 0.5, 1.0];
        let (mut count, mut sum) = (0.0, 0.0);
        for dy in offsets {
            for dx in offsets {
                if let Some([r, g, b]) = self.pixel((x + dx * radius, y + dy * radius)) {
                    count += 1.0;
                    sum += 0.3 * r + 0.6 * g + 0.1 * b;
                }
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }
}

/// A screen has a dark rim on all four sides; a room does not.
fn has_dark_rim(picture: &RgbImage) -> bool {
    const SAMPLES: u32 = 40;
    let (width, height) = picture.dimensions();
    let inset = (width.min(height) / 32).max(1);
    let dark = |at: &dyn Fn(u32) -> (u32, u32)| {
        let sum: u32 = (0..SAMPLES)
            .map(|sample| {
                let (x, y) = at(sample);
                let [r, g, b] = picture
                    .get_pixel(x.min(width - 1), y.min(height - 1))
                    .0
                    .map(u32::from);
                (r + g + b) / 3
            })
            .sum();
        sum / SAMPLES < 60
    };
    dark(&|n| (n * width / SAMPLES, inset))
        && dark(&|n| (n * width / SAMPLES, height - 1 - inset))
        && dark(&|n| (inset, n * height / SAMPLES))
        && dark(&|n| (width - 1 - inset, n * height / SAMPLES))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            canvas::jpeg,
            card as cards,
            scene::{self, Pose},
        },
        *,
    };
    use crate::population::Population;

    fn seen(pose: Pose, width: u32, height: u32) -> Option<Seen> {
        let scene = scene::draw(Who::Citizen(4321), pose);
        let filter = image::imageops::FilterType::Triangle;
        frame(&jpeg(&image::imageops::resize(
            &scene, width, height, filter,
        )))
    }

    #[test]
    fn faces_are_read_at_any_usual_size() {
        let rest = Pose::default();
        for (width, height) in [(640, 480), (480, 360), (960, 720), (1280, 720)] {
            let straight = seen(rest, width, height).expect("a face");
            assert_eq!(straight.who, Who::Citizen(4321));
            assert_eq!(straight.head, Head::Straight, "{width}");
            assert!(!straight.eyes_closed && !straight.mouth_open && !straight.on_screen);
            let blink = Pose { eyes: 1.0, ..rest };
            assert!(seen(blink, width, height).expect("a face").eyes_closed);
            let mouth = Pose { mouth: 1.0, ..rest };
            assert!(seen(mouth, width, height).expect("a face").mouth_open);
            for (head, expected) in [
                ((0.0, 26.0), Head::Down),
                ((-26.0, 0.0), Head::Left),
                ((26.0, 0.0), Head::Right),
            ] {
                let moved = seen(Pose { head, ..rest }, width, height).expect("a face");
                assert_eq!(moved.head, expected, "{width}");
                assert!(!moved.eyes_closed && !moved.mouth_open, "{width}");
            }
        }
    }

    #[test]
    fn a_screen_is_told_from_a_room() {
        for number in [0, 17, 9999] {
            let scene = scene::draw(Who::Citizen(number), Pose::default());
            assert!(!frame(&jpeg(&scene)).expect("a face").on_screen);
            let screen = frame(&jpeg(&scene::through_screen(&scene))).expect("a face");
            assert!(screen.on_screen && screen.who == Who::Citizen(number));
        }
    }

    #[test]
    fn many_people_are_read_as_themselves() {
        for number in (0..10_000).step_by(613) {
            let scene = scene::draw(Who::Citizen(number), Pose::default());
            let seen = frame(&jpeg(&scene)).expect("a face");
            assert_eq!(seen.who, Who::Citizen(number));
            assert!(!seen.eyes_closed && !seen.mouth_open, "{number}");
        }
    }

    #[test]
    fn cards_are_told_apart_by_side_and_owner() {
        let (population, who) = (Population::default(), Who::Citizen(77));
        let (front, back) = (cards::front(&population, who), cards::back(who));
        assert_eq!(card(&front, Carrier::CardFront), Some(who));
        assert_eq!(card(&back, Carrier::CardBack), Some(who));
        assert_eq!(card(&back, Carrier::CardFront), None);
        assert_eq!(card(b"no picture", Carrier::CardFront), None);
        assert_eq!(frame(&front), None);
    }
}
