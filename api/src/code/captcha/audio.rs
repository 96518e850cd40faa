//! Speaks a challenge: its characters one after the other, with light noise.

use anyhow::{Context, ensure};
use captcha::Captcha;

/// The header that WAV files of our one format begin with: 22,050 Hz, mono, 16 bits.
const HEADER: usize = 44;

/// A WAV file of `text`.
pub fn wav(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut captcha = Captcha::new();
    for character in text.chars() {
        captcha.set_chars(&[character]).add_char();
    }
    let mut file = Vec::new();
    for letter in captcha.as_wav() {
        let letter = letter.context("a character without a sound")?;
        ensure!(letter.len() > HEADER, "a sound without samples");
        let (header, samples) = letter.split_at(HEADER);
        if file.is_empty() {
            file.extend_from_slice(header);
        }
        file.extend_from_slice(samples);
    }
    let size = u32::try_from(file.len())?;
    set_size(&mut file, 4, size.saturating_sub(8));
    set_size(&mut file, 40, size.saturating_sub(HEADER as u32));
    Ok(file)
}

/// The sizes of the RIFF and the data chunk now cover all characters.
fn set_size(file: &mut [u8], at: usize, size: u32) {
    if let Some(place) = file.get_mut(at..at + 4) {
        place.copy_from_slice(&size.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::captcha::draw::ALPHABET;

    #[test]
    fn every_character_can_be_spoken() {
        let file = wav(ALPHABET).expect("a sound");
        assert_eq!(
            (&file[..4], &file[8..16], &file[36..40]),
            (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..])
        );
        let data = u32::from_le_bytes([file[40], file[41], file[42], file[43]]) as usize;
        assert_eq!(data, file.len() - HEADER);
        assert!(data > ALPHABET.len() * 22_050);
    }
}
