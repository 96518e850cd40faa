//! The badge: a QR code that says who somebody is, and whether it is them or a side of their card.

use image::{GrayImage, RgbImage};
use qrcode::{Color, EcLevel, QrCode, Version};

use super::canvas::Canvas;
use crate::population::SIZE;

/// Modules on a side (version 1).
const MODULES: u32 = 21;
const PREFIX: &str = "RENZHENG-";

/// A citizen, or a face that makes the register answer in a given way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Citizen(u32),
    Mismatch,
    NoRecord,
    Error,
    Slow,
}

/// What carries the badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Face,
    CardFront,
    CardBack,
}

/// Where a badge was found: top left, top right, bottom left, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corners(pub [(f32, f32); 3]);

impl Who {
    /// As in addresses: `42`, `no-record`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "mismatch" => Self::Mismatch,
            "no-record" => Self::NoRecord,
            "error" => Self::Error,
            "slow" => Self::Slow,
            number => Self::Citizen(number.parse().ok().filter(|number| *number < SIZE)?),
        })
    }

    /// What differs between people: which of the citizens they look like.
    pub const fn looks(self) -> u32 {
        match self {
            Self::Citizen(number) => number,
            Self::Mismatch => 3,
            Self::NoRecord => 8,
            Self::Error => 13,
            Self::Slow => 18,
        }
    }

    fn word(self) -> String {
        match self {
            Self::Citizen(number) => format!("{number:05}"),
            Self::Mismatch => "MISMATCH".into(),
            Self::NoRecord => "NORECORD".into(),
            Self::Error => "ERROR".into(),
            Self::Slow => "SLOW".into(),
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "MISMATCH" => Self::Mismatch,
            "NORECORD" => Self::NoRecord,
            "ERROR" => Self::Error,
            "SLOW" => Self::Slow,
            number if number.len() == 5 => {
                Self::Citizen(number.parse().ok().filter(|number| *number < SIZE)?)
            }
            _ => return None,
        })
    }
}

impl Carrier {
    const fn letter(self) -> &'static str {
        match self {
            Self::Face => "F",
            Self::CardFront => "A",
            Self::CardBack => "B",
        }
    }
}

/// Draws the badge: the symbol's top left corner at (left, top), `module` pixels each, on white.
pub fn draw(canvas: &mut Canvas, carrier: Carrier, who: Who, (left, top): (u32, u32), module: u32) {
    let text = format!("{PREFIX}{}-{}", carrier.letter(), who.word());
    // At most 19 characters of the alphanumeric set: version 1 holds 20.
    let Ok(code) = QrCode::with_version(text, Version::Normal(1), EcLevel::M) else {
        return;
    };
    let side = MODULES * module;
    let quiet = (module * 4) as f32;
    canvas.rounded(
        [
            left as f32 - quiet,
            top as f32 - quiet,
            (left + side) as f32 + quiet,
            (top + side) as f32 + quiet,
        ],
        module as f32 * 2.0,
        [255, 255, 255],
    );
    for (index, colour) in (0..).zip(code.to_colors()) {
        if colour == Color::Dark {
            let (x, y) = (index % MODULES, index / MODULES);
            for (dx, dy) in (0..module * module).map(|n| (n % module, n / module)) {
                let pixel = image::Rgb([16, 16, 16]);
                let (x, y) = (left + x * module + dx, top + y * module + dy);
                if x < canvas.0.width() && y < canvas.0.height() {
                    canvas.0.put_pixel(x, y, pixel);
                }
            }
        }
    }
}

/// Every badge in a picture.
pub fn find(picture: &RgbImage) -> Vec<(Carrier, Who, Corners)> {
    let grey = image::imageops::grayscale(picture);
    let found = find_grey(&grey, 1.0);
    if !found.is_empty() || picture.width() > 800 {
        return found;
    }
    // A small picture is easier to read when it is larger.
    let larger = image::imageops::resize(
        &grey,
        grey.width() * 2,
        grey.height() * 2,
        image::imageops::FilterType::CatmullRom,
    );
    find_grey(&larger, 0.5)
}

fn find_grey(grey: &GrayImage, scale: f32) -> Vec<(Carrier, Who, Corners)> {
    let (width, height) = grey.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            grey.get_pixel(x as u32, y as u32).0[0]
        });
    let grids = prepared.detect_grids();
    grids
        .iter()
        .filter_map(|grid| {
            let (_, text) = grid.decode().ok()?;
            let (carrier, word) = text.strip_prefix(PREFIX)?.split_once('-')?;
            let carrier = [Carrier::Face, Carrier::CardFront, Carrier::CardBack]
                .into_iter()
                .find(|known| known.letter() == carrier)?;
            let [top_left, top_right, _, bottom_left] = grid.bounds;
            let corners = [top_left, top_right, bottom_left]
                .map(|point| (point.x as f32 * scale, point.y as f32 * scale));
            Some((carrier, Who::of_word(word)?, Corners(corners)))
        })
        .collect()
}
