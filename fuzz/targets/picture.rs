//! Files that people send as pictures: refused by their headers, or made anew within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renzheng::picture::{self, PictureError};

fuzz_target!(|file: &[u8]| {
    match picture::cleaned(file, 320) {
        Ok(clean) => {
            assert!(clean.starts_with(&[0xff, 0xd8, 0xff]));
            assert!(clean.len() < 1 << 20);
            // What was made here is taken again.
            picture::cleaned(&clean, 320).expect("a picture of our own");
        }
        Err(error) => assert_ne!(error, PictureError::Busy),
    }
});
