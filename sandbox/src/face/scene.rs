//! A person before a camera: 640 × 480, the head free to move, the badge on the chest.

use image::RgbImage;

use super::{
    canvas::{Canvas, Ink, hsl},
    mark::{self, Carrier, Who},
};

pub const WIDTH: u32 = 640;
pub const HEIGHT: u32 = 480;
/// The badge's symbol, from corner to corner.
pub const BADGE: (f32, f32) = (268.0, 352.0);
pub const BADGE_SIDE: f32 = 105.0;
/// The nose of somebody who looks straight ahead; eyes and mouth as seen from there.
pub const NOSE: (f32, f32) = (320.0, 196.0);
pub const EYES: [(f32, f32); 2] = [(-37.0, -34.0), (37.0, -34.0)];
pub const MOUTH: (f32, f32) = (0.0, 46.0);

const SKIN: Ink = [243, 211, 181];
const NECK: Ink = [226, 190, 158];
const NOSE_INK: Ink = [214, 92, 80];
const HAIR: Ink = [51, 38, 29];
const DARK: Ink = [34, 26, 24];
const LIPS: Ink = [146, 88, 82];
const MOUTH_INK: Ink = [84, 22, 26];
const WHITE: Ink = [252, 252, 250];

/// What somebody's face does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pose {
    /// 0 open to 1 closed.
    pub eyes: f32,
    /// 0 closed to 1 open.
    pub mouth: f32,
    /// Where the head is, in pixels from straight ahead.
    pub head: (f32, f32),
}

/// Draws somebody.
pub fn draw(who: Who, pose: Pose) -> RgbImage {
    let looks = who.looks();
    let hue = looks.wrapping_mul(47) % 360;
    let mut canvas = Canvas::new(WIDTH, HEIGHT, hsl(hue, 35, 88));
    let (nose_x, nose_y) = (NOSE.0 + pose.head.0, NOSE.1 + pose.head.1);
    let head = (nose_x, nose_y - 18.0);
    if looks.is_multiple_of(2) {
        // Women wear it long, in this village.
        canvas.rounded(
            [
                head.0 - 104.0,
                head.1 - 60.0,
                head.0 + 104.0,
                head.1 + 128.0,
            ],
            46.0,
            HAIR,
        );
    }
    canvas.rounded([288.0, 250.0, 352.0, 340.0], 20.0, NECK);
    canvas.ellipse((320.0, 500.0), (232.0, 196.0), hsl(hue, 40, 45));
    canvas.ellipse((head.0, head.1 - 16.0), (102.0, 112.0), HAIR);
    for side in [-1.0, 1.0] {
        canvas.ellipse((head.0 + side * 92.0, head.1 + 8.0), (14.0, 20.0), NECK);
    }
    canvas.ellipse(head, (91.0, 108.0), SKIN);
    let fringe = 44.0 + (looks % 7) as f32 * 4.0;
    let parting = (looks % 5) as f32 * 14.0 - 28.0;
    canvas.ellipse_where((head.0, head.1), (91.5, 108.5), HAIR, |x, y| {
        let across = (x - head.0 - parting) / 91.0;
        y < head.1 - fringe + across * across * 34.0 - 12.0
    });
    face(&mut canvas, looks, (nose_x, nose_y), pose);
    mark::draw(
        &mut canvas,
        Carrier::Face,
        who,
        (BADGE.0 as u32, BADGE.1 as u32),
        5,
    );
    canvas.0
}

fn face(canvas: &mut Canvas, looks: u32, (nose_x, nose_y): (f32, f32), pose: Pose) {
    for (dx, dy) in EYES {
        let (x, y) = (nose_x + dx, nose_y + dy);
        canvas.curve((x - 18.0, y - 20.0), (x + 18.0, y - 20.0), -4.0, 4.5, HAIR);
        if pose.eyes > 0.6 {
            canvas.curve((x - 15.0, y + 7.0), (x + 15.0, y + 7.0), 5.0, 3.0, DARK);
        } else {
            let height = 12.0 * (1.0 - pose.eyes);
            canvas.ellipse((x, y), (17.0, height), WHITE);
            canvas.ellipse((x, y), (8.5, height.min(8.5)), DARK);
        }
        if looks % 11 == 4 {
            // Spectacles: thin, and well around the eye.
            canvas.curve((x - 24.0, y), (x + 24.0, y), 22.0, 2.0, DARK);
            canvas.curve((x - 24.0, y), (x + 24.0, y), -22.0, 2.0, DARK);
        }
    }
    canvas.ellipse((nose_x, nose_y), (11.0, 12.0), NOSE_INK);
    let (x, y) = (nose_x + MOUTH.0, nose_y + MOUTH.1);
    if pose.mouth > 0.15 {
        let height = 6.0 + 16.0 * pose.mouth;
        canvas.ellipse((x, y), (24.0, height), LIPS);
        canvas.ellipse((x, y), (19.0, height - 4.0), MOUTH_INK);
    } else {
        let smile = 5.0 + (looks % 5) as f32 * 1.5;
        canvas.curve((x - 24.0, y - 10.0), (x + 24.0, y - 10.0), smile, 5.0, LIPS);
    }
}

/// The same, shown on a telephone that is held before the camera: a dark rim, and stripes.
pub fn through_screen(scene: &RgbImage) -> RgbImage {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, [22, 24, 28]);
    let (width, height) = (WIDTH * 4 / 5, HEIGHT * 4 / 5);
    canvas.place(scene, WIDTH / 10, HEIGHT / 10, width, height);
    for (_, y, pixel) in canvas.0.enumerate_pixels_mut() {
        if y % 4 < 2 {
            for channel in &mut pixel.0 {
                *channel = (u16::from(*channel) * 15 / 16) as u8;
            }
        }
    }
    canvas.0
}
