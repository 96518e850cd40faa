//! Flat shapes with soft edges.

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

pub type Ink = [u8; 3];

pub struct Canvas(pub RgbImage);

impl Canvas {
    pub fn new(width: u32, height: u32, ground: Ink) -> Self {
        Self(RgbImage::from_pixel(width, height, Rgb(ground)))
    }

    /// Paints inside bounds (left, top, right, bottom) where `distance` from the shape's edge, in pixels, is negative.
    pub fn paint(&mut self, bounds: [f32; 4], ink: Ink, distance: impl Fn(f32, f32) -> f32) {
        let [left, top, right, bottom] = bounds;
        let clip = |value: f32, most: u32| value.clamp(0.0, most as f32) as u32;
        let (width, height) = self.0.dimensions();
        for y in clip(top - 1.0, height)..clip(bottom + 2.0, height) {
            for x in clip(left - 1.0, width)..clip(right + 2.0, width) {
                let cover = (0.5 - distance(x as f32 + 0.5, y as f32 + 0.5)).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let Rgb(pixel) = self.0.get_pixel_mut(x, y);
                    for (old, new) in pixel.iter_mut().zip(ink) {
                        let mixed = f32::from(*old) * (1.0 - cover) + f32::from(new) * cover;
                        *old = mixed.round() as u8;
                    }
                }
            }
        }
    }

    pub fn ellipse(&mut self, centre: (f32, f32), radii: (f32, f32), ink: Ink) {
        self.ellipse_where(centre, radii, ink, |_, _| true);
    }

    /// The part of an ellipse where `keep` says so.
    pub fn ellipse_where(
        &mut self,
        (cx, cy): (f32, f32),
        (rx, ry): (f32, f32),
        ink: Ink,
        keep: impl Fn(f32, f32) -> bool,
    ) {
        if rx < 0.5 || ry < 0.5 {
            return;
        }
        self.paint([cx - rx, cy - ry, cx + rx, cy + ry], ink, |x, y| {
            if !keep(x, y) {
                return 1.0;
            }
            let (u, v) = ((x - cx) / rx, (y - cy) / ry);
            (u.hypot(v) - 1.0) * rx.min(ry)
        });
    }

    /// A rectangle (left, top, right, bottom) with round corners.
    pub fn rounded(&mut self, bounds: [f32; 4], radius: f32, ink: Ink) {
        let [left, top, right, bottom] = bounds;
        let (cx, cy) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
        let (half_width, half_height) = ((right - left) / 2.0, (bottom - top) / 2.0);
        self.paint(bounds, ink, |x, y| {
            let dx = ((x - cx).abs() - half_width + radius).max(0.0);
            let dy = ((y - cy).abs() - half_height + radius).max(0.0);
            let inside = ((x - cx).abs() - half_width).max((y - cy).abs() - half_height);
            if dx > 0.0 && dy > 0.0 {
                dx.hypot(dy) - radius
            } else {
                inside
            }
        });
    }

    /// A line with round ends.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink) {
        let half = width / 2.0;
        let bounds = [
            from.0.min(to.0) - half,
            from.1.min(to.1) - half,
            from.0.max(to.0) + half,
            from.1.max(to.1) + half,
        ];
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).max(f32::EPSILON);
        self.paint(bounds, ink, |x, y| {
            let along = (((x - from.0) * dx + (y - from.1) * dy) / length).clamp(0.0, 1.0);
            (x - from.0 - along * dx).hypot(y - from.1 - along * dy) - half
        });
    }

    /// A curve that sags by `sag` in its middle.
    pub fn curve(&mut self, from: (f32, f32), to: (f32, f32), sag: f32, width: f32, ink: Ink) {
        const PIECES: u8 = 12;
        let at = |piece: u8| {
            let t = f32::from(piece) / f32::from(PIECES);
            let x = from.0 + (to.0 - from.0) * t;
            let y = from.1 + (to.1 - from.1) * t + sag * 4.0 * t * (1.0 - t);
            (x, y)
        };
        for piece in 0..PIECES {
            self.line(at(piece), at(piece + 1), width, ink);
        }
    }

    /// Puts a picture, scaled, into bounds (left, top, width, height).
    pub fn place(&mut self, picture: &RgbImage, left: u32, top: u32, width: u32, height: u32) {
        let scaled = image::imageops::resize(
            picture,
            width,
            height,
            image::imageops::FilterType::Triangle,
        );
        image::imageops::replace(&mut self.0, &scaled, i64::from(left), i64::from(top));
    }

    pub fn jpeg(&self) -> Vec<u8> {
        jpeg(&self.0)
    }
}

/// Baseline JPEG, as a camera would make it.
pub fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory fails for no picture of ours: none is empty or wider than 65,535.
    if JpegEncoder::new_with_quality(&mut bytes, 85)
        .encode_image(picture)
        .is_err()
    {
        bytes.clear();
    }
    bytes
}

/// A colour by hue (degrees), saturation and lightness (percent).
pub fn hsl(hue: u32, saturation: u32, lightness: u32) -> Ink {
    let (s, l) = (saturation as f32 / 100.0, lightness as f32 / 100.0);
    let chroma = s * l.min(1.0 - l);
    let channel = |n: f32| {
        let k = (n + hue as f32 / 30.0) % 12.0;
        let value = l - chroma * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    [channel(0.0), channel(8.0), channel(4.0)]
}
