//! ID cards as people photograph them: on a table, both sides.

use super::{
    canvas::{Canvas, Ink},
    mark::{self, Carrier, Who},
    scene::{self, Pose},
};
use crate::population::Population;

const TABLE: Ink = [206, 190, 168];
const CARD: Ink = [231, 240, 245];
const PRINT: Ink = [92, 118, 140];
const INK: Ink = [40, 44, 52];
const RED: Ink = [176, 42, 40];

/// Rows of five dots, by character.
const GLYPHS: [(char, [u8; 7]); 13] = [
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('X', [17, 17, 10, 4, 10, 17, 17]),
    ('.', [0, 0, 0, 0, 0, 12, 12]),
    ('-', [0, 0, 0, 31, 0, 0, 0]),
];

fn base() -> Canvas {
    let mut canvas = Canvas::new(1040, 700, TABLE);
    canvas.rounded([46.0, 52.0, 1002.0, 660.0], 34.0, [170, 155, 135]);
    canvas.rounded([40.0, 42.0, 998.0, 650.0], 34.0, CARD);
    canvas
}

/// The side with name, number and portrait.
pub fn front(population: &Population, who: Who) -> Vec<u8> {
    let mut canvas = base();
    let citizen = population.citizen(who.looks());
    for (row, length) in (0u8..).zip([150.0, 90.0, 210.0, 330.0, 300.0, 240.0]) {
        let y = 110.0 + f32::from(row) * 54.0;
        canvas.rounded([100.0, y, 158.0, y + 18.0], 9.0, PRINT);
        canvas.rounded([186.0, y, 186.0 + length, y + 18.0], 9.0, INK);
    }
    let portrait = scene::draw(who, Pose::default());
    // Head and shoulders, without the badge: the card has its own.
    let portrait = image::imageops::crop_imm(&portrait, 190, 20, 260, 310).to_image();
    canvas.place(&portrait, 680, 84, 260, 310);
    write(&mut canvas, &citizen.id_number, (100, 560), 5);
    mark::draw(&mut canvas, Carrier::CardFront, who, (790, 462), 6);
    canvas.jpeg()
}

/// The side with the emblem and how long it is valid.
pub fn back(who: Who) -> Vec<u8> {
    let mut canvas = base();
    canvas.ellipse((190.0, 200.0), (84.0, 84.0), RED);
    canvas.ellipse((190.0, 200.0), (66.0, 66.0), CARD);
    canvas.ellipse((190.0, 200.0), (48.0, 48.0), RED);
    canvas.rounded([320.0, 130.0, 900.0, 166.0], 18.0, INK);
    canvas.rounded([320.0, 216.0, 820.0, 262.0], 22.0, INK);
    canvas.rounded([100.0, 440.0, 200.0, 458.0], 9.0, PRINT);
    canvas.rounded([230.0, 440.0, 520.0, 458.0], 9.0, INK);
    write(&mut canvas, "2016.01.01-2036.01.01", (100, 540), 4);
    mark::draw(&mut canvas, Carrier::CardBack, who, (790, 462), 6);
    canvas.jpeg()
}

fn write(canvas: &mut Canvas, text: &str, (left, top): (u32, u32), dot: u32) {
    for (place, character) in (0u32..).zip(text.chars()) {
        let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == character) else {
            continue;
        };
        for (row, bits) in (0u32..).zip(rows) {
            for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                let x = (left + (place * 6 + column) * dot) as f32;
                let y = (top + row * dot) as f32;
                canvas.rounded([x, y, x + dot as f32, y + dot as f32], 0.0, INK);
            }
        }
    }
}
