use std::fmt::Write as _;

use qrcodegen::{QrCode as Modules, QrCodeEcc};
use yew::prelude::*;

/// A QR code, drawn here; `label` says what it is to those who can't see it. It stays dark on white
/// in the dark scheme too: cameras expect that.
pub fn qr_code(text: &str, label: &'static str) -> Html {
    let Some((size, path)) = outline(text) else {
        return Html::default();
    };
    html! {
        <svg id="qr-code" class="qr" viewBox={format!("0 0 {size} {size}")} role="img" aria-label={label} data-text={text.to_owned()}>
            <path d={path} />
        </svg>
    }
}

/// The code's width with its quiet zone, and its dark modules as a path.
fn outline(text: &str) -> Option<(i32, String)> {
    const QUIET: i32 = 4;
    let modules = Modules::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = modules.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let from = x;
            while modules.get_module(x, y) {
                x += 1;
            }
            if x > from {
                // Writing to a string cannot fail.
                let _ = write!(
                    path,
                    "M{} {}h{}v1H{}z",
                    from + QUIET,
                    y + QUIET,
                    x - from,
                    from + QUIET
                );
            }
            x += 1;
        }
    }
    Some((size + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn draws_inside_the_quiet_zone() {
        let (size, path) = outline("https://id.example.cn/scan/1").unwrap();
        assert_eq!(size, 33 + 2 * 4 - 4);
        assert!(path.starts_with("M4 4h7v1H4z"), "{path}");
    }
}
