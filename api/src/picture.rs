//! Pictures that people send: believed in nothing, decoded within bounds, and made anew, so that only what can be seen
//! remains (OWASP ASVS 5.2).
//!
//! Format and dimensions are read from the content before a pixel is decoded. Decoding runs on threads of its own, in a
//! budget of memory that all of it shares: whoever finds it used up waits a little, and is then told to come back.

use std::{io::Cursor, sync::Arc, time::Duration};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::jpeg::JpegEncoder,
};
use tokio::sync::Semaphore;

use crate::background;

/// The largest file taken, in bytes.
pub const LARGEST_FILE: usize = 8 << 20;
const LARGEST_AREA: u64 = 40_000_000;
const LARGEST_SIDE: u32 = 16_384;
const SMALLEST_SIDE: u32 = 160;
/// The most that one picture may take decoded.
const LARGEST_DECODED: u64 = 160 << 20;
/// What all pictures being decoded may take together, in MiB.
const BUDGET: u32 = 176;
const PATIENCE: Duration = Duration::from_secs(5);
const QUALITY: u8 = 88;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("neither JPEG nor PNG")]
    Unsupported,
    #[error("too many pixels")]
    TooLarge,
    #[error("broken, or too small")]
    Invalid,
    #[error("too many pictures at once")]
    Busy,
}

/// Cleans pictures, a bounded number at a time. Cheap to clone.
#[derive(Clone)]
pub struct Pictures {
    budget: Arc<Semaphore>,
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    format: ImageFormat,
    /// In MiB, rounded up.
    weight: u32,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            budget: Arc::new(Semaphore::new(BUDGET as usize)),
        }
    }
}

impl Pictures {
    /// The picture as a JPEG of its own, upright, no side longer than `longest`; nothing else that was in the file.
    pub async fn clean(&self, file: Vec<u8>, longest: u32) -> Result<Vec<u8>, PictureError> {
        let header = header(&file, longest)?;
        let places = Arc::clone(&self.budget).acquire_many_owned(header.weight);
        let places = tokio::time::timeout(PATIENCE, places)
            .await
            .map_err(|_| PictureError::Busy)?
            .map_err(|_| PictureError::Busy)?;
        let cleaned = background::run(move || {
            let _places = places;
            clean(&file, header.format, longest)
        });
        // A decoder that panics has met a broken picture.
        cleaned.await.unwrap_or(Err(PictureError::Invalid))
    }
}

/// Reads the header alone. No side of what will be kept, with none longer than `longest`, may be too small to show anything.
fn header(file: &[u8], longest: u32) -> Result<Header, PictureError> {
    let format = image::guess_format(file).map_err(|_| PictureError::Unsupported)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(PictureError::Unsupported);
    }
    let decoder = reader(file, format).into_decoder().map_err(classify)?;
    let (width, height) = decoder.dimensions();
    let mut decoded = decoder.total_bytes();
    if format == ImageFormat::Jpeg {
        let jpeg = Jpeg::read(file);
        if !jpeg.complete {
            return Err(PictureError::Invalid);
        }
        if jpeg.progressive {
            // All coefficients, of two bytes each, are held beside the pixels.
            decoded = decoded.saturating_mul(3);
        }
    }
    let area = u64::from(width) * u64::from(height);
    if area > LARGEST_AREA || width.max(height) > LARGEST_SIDE || decoded > LARGEST_DECODED {
        return Err(PictureError::TooLarge);
    }
    let (short, long) = (width.min(height), width.max(height));
    let kept = u64::from(short) * u64::from(long.min(longest)) / u64::from(long.max(1));
    if kept < u64::from(SMALLEST_SIDE) {
        return Err(PictureError::Invalid);
    }
    let weight = u32::try_from(decoded.div_ceil(1 << 20)).unwrap_or(BUDGET);
    Ok(Header {
        format,
        weight: weight.clamp(1, BUDGET),
    })
}

fn reader(file: &[u8], format: ImageFormat) -> ImageReader<Cursor<&[u8]>> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(LARGEST_DECODED);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    reader
}

fn classify(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Invalid,
    }
}

/// A picture cleaned here and now, for the fuzz target.
#[cfg(fuzzing)]
pub fn cleaned(file: &[u8], longest: u32) -> Result<Vec<u8>, PictureError> {
    clean(file, header(file, longest)?.format, longest)
}

fn clean(file: &[u8], format: ImageFormat, longest: u32) -> Result<Vec<u8>, PictureError> {
    let mut decoder = reader(file, format).into_decoder().map_err(classify)?;
    let orientation = decoder.orientation().map_err(classify)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(classify)?;
    if picture.width().max(picture.height()) > longest {
        picture = picture.thumbnail(longest, longest);
    }
    picture.apply_orientation(orientation);
    let mut cleaned = Vec::new();
    JpegEncoder::new_with_quality(&mut cleaned, QUALITY)
        .encode_image(&picture.to_rgb8())
        .map_err(classify)?;
    Ok(cleaned)
}

/// What the decoder does not tell of a JPEG: it fills up with grey what is missing at the end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Jpeg {
    progressive: bool,
    /// Data is followed by the mark of the end.
    complete: bool,
}

impl Jpeg {
    fn read(file: &[u8]) -> Self {
        let mut jpeg = Self::default();
        let mut at = 2;
        while let Some(&[0xff, marker]) = file.get(at..at + 2) {
            match marker {
                0xff => at += 1,
                0xda => {
                    let data = file.get(at..).unwrap_or_default();
                    jpeg.complete = data.windows(2).any(|pair| pair == [0xff, 0xd9]);
                    break;
                }
                _ => {
                    jpeg.progressive |= marker == 0xc2;
                    let Some(&[high, low]) = file.get(at + 2..at + 4) else {
                        break;
                    };
                    at += 2 + usize::from(u16::from_be_bytes([high, low]));
                }
            }
        }
        jpeg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
        }))
    }

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        photo(width, height)
            .write_to(&mut bytes, format)
            .expect("written");
        bytes.into_inner()
    }

    async fn cleaned(file: Vec<u8>) -> Result<DynamicImage, PictureError> {
        let bytes = Pictures::default().clean(file, 400).await?;
        assert_eq!(image::guess_format(&bytes).ok(), Some(ImageFormat::Jpeg));
        Ok(image::load_from_memory(&bytes).expect("a JPEG"))
    }

    #[tokio::test]
    async fn jpeg_and_png_are_made_anew_within_bounds() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let small = cleaned(file(320, 200, format)).await.expect("a picture");
            assert_eq!((small.width(), small.height()), (320, 200));
            let large = cleaned(file(1600, 800, format)).await.expect("a picture");
            assert_eq!((large.width(), large.height()), (400, 200));
        }
    }

    // A60, C22
    #[tokio::test]
    async fn what_is_hidden_in_a_file_does_not_come_through() {
        // EXIF: lying on its side, and taken somewhere.
        let mut exif =
            b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 39.9042N 116.4074E");
        let plain = file(320, 200, ImageFormat::Jpeg);
        let mut tagged = plain[..2].to_vec();
        tagged.extend_from_slice(&[0xff, 0xe1]);
        tagged.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
        tagged.extend_from_slice(&exif);
        tagged.extend_from_slice(&plain[2..]);
        tagged.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        let bytes = Pictures::default()
            .clean(tagged, 400)
            .await
            .expect("a picture");
        for trace in [&b"Exif"[..], b"GPS", b"script", b"PK\x03\x04"] {
            assert!(!bytes.windows(trace.len()).any(|window| window == trace));
        }
        let picture = image::load_from_memory(&bytes).expect("a JPEG");
        assert_eq!((picture.width(), picture.height()), (200, 320), "upright");
    }

    // A60, C22
    #[tokio::test]
    async fn bombs_and_broken_files_are_refused_by_their_headers() {
        let jpeg = file(320, 200, ImageFormat::Jpeg);
        let png = file(320, 200, ImageFormat::Png);
        let mut bomb = png.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        for (file, expected) in [
            (
                b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
                PictureError::Unsupported,
            ),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
                PictureError::Unsupported,
            ),
            (Vec::new(), PictureError::Unsupported),
            (jpeg[..jpeg.len() * 2 / 3].to_vec(), PictureError::Invalid),
            (jpeg[..20].to_vec(), PictureError::Invalid),
            (png[..png.len() * 2 / 3].to_vec(), PictureError::Invalid),
            (bomb, PictureError::TooLarge),
            (file(159, 159, ImageFormat::Png), PictureError::Invalid),
            // Large enough, until it is made to fit.
            (file(1600, 160, ImageFormat::Png), PictureError::Invalid),
        ] {
            let begun = std::time::Instant::now();
            assert_eq!(cleaned(file).await.err(), Some(expected));
            assert!(begun.elapsed() < Duration::from_secs(1));
        }
    }

    /// Of a PNG's chunk.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
