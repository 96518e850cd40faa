//! Draws a challenge: easy for a person, hard for a program.

use anyhow::Context;
use captcha::{
    Captcha,
    filters::{Dots, Grid, Noise, Wave},
};
use rand::RngExt;

/// Characters that nobody takes for one another, drawn or spoken.
pub const ALPHABET: &str = "abdefhkmnprtuwxy34678";

const WIDTH: u32 = 260;
const HEIGHT: u32 = 100;
/// Deep blue.
const INK: [u8; 3] = [11, 74, 143];

/// A PNG of `text`, a little different each time.
pub fn png(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut random = rand::rng();
    let mut wave = |low: f64, high: f64| random.random_range(low..high);
    let mut captcha = Captcha::new();
    for character in text.chars() {
        captcha.set_chars(&[character]).add_char();
    }
    captcha
        .apply_filter(Noise::new(0.1))
        .apply_filter(Grid::new(14, 12))
        .apply_filter(Wave::new(wave(1.2, 2.2), wave(4.0, 8.0)).horizontal())
        .apply_filter(Wave::new(wave(1.2, 2.2), wave(4.0, 8.0)).vertical())
        .set_color(INK)
        .view(WIDTH, HEIGHT)
        .apply_filter(Dots::new(6).max_radius(5).min_radius(2));
    captcha.as_png().context("captcha picture")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_can_be_drawn() {
        let font = Captcha::new().supported_chars();
        for character in ALPHABET.chars() {
            assert!(font.contains(&character), "{character}");
        }
        let picture = png("abdef").expect("a picture");
        let picture = image::load_from_memory(&picture).expect("a PNG");
        assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT));
    }
}
