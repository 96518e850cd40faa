//! What is taken for a picture, and what is left of it.

use std::{io::Cursor, time::Duration};

use image::{DynamicImage, ImageFormat, RgbImage};
use renzheng::verification::face::store as faces;
use renzheng_tests::{TestServer, verification::verified};

use super::begin;

fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, 80])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, format)
        .expect("written");
    bytes.into_inner()
}

/// 50,000 × 50,000 pixels, all of the first colour, in a few kilobytes.
fn bomb() -> Vec<u8> {
    let mut bytes = file(200, 200, ImageFormat::Png);
    bytes[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

// A60, C22
#[tokio::test(flavor = "multi_thread")]
async fn bad_files_are_refused_at_once_and_for_what_they_are() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let jpeg = file(640, 480, ImageFormat::Jpeg);
    let png = file(640, 480, ImageFormat::Png);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>".to_vec();
    let mut gif = b"GIF89a".to_vec();
    gif.extend_from_slice(&jpeg);
    let cases = [
        ("a bomb", "image/png", bomb(), 413, "image-too-large"),
        (
            "too wide",
            "image/png",
            file(16_400, 200, ImageFormat::Png),
            413,
            "image-too-large",
        ),
        (
            "too many bytes",
            "image/jpeg",
            vec![0xff; (8 << 20) + 1],
            413,
            "body-too-large",
        ),
        (
            "a GIF",
            "image/gif",
            gif.clone(),
            415,
            "unsupported-media-type",
        ),
        (
            "a GIF that says PNG",
            "image/png",
            gif,
            415,
            "image-unsupported",
        ),
        (
            "SVG",
            "image/svg+xml",
            svg.clone(),
            415,
            "unsupported-media-type",
        ),
        (
            "SVG that says JPEG",
            "image/jpeg",
            svg,
            415,
            "image-unsupported",
        ),
        (
            "JSON",
            "application/json",
            b"{}".to_vec(),
            415,
            "unsupported-media-type",
        ),
        ("nothing", "image/png", Vec::new(), 415, "image-unsupported"),
        (
            "half a JPEG",
            "image/jpeg",
            jpeg[..jpeg.len() / 2].to_vec(),
            422,
            "image-invalid",
        ),
        (
            "half a PNG",
            "image/png",
            png[..png.len() / 2].to_vec(),
            422,
            "image-invalid",
        ),
        (
            "a stamp",
            "image/png",
            file(64, 64, ImageFormat::Png),
            422,
            "image-invalid",
        ),
    ];
    for (name, kind, file, status, code) in cases {
        for what in ["frames/0", "id-card/front"] {
            let sent = std::time::Instant::now();
            let answer = begun.put(&person, what, kind, file.clone()).await;
            assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
            answer.problem(status, code);
            assert!(sent.elapsed() < Duration::from_secs(1), "{name}");
        }
    }
    assert!(
        faces::slots(server.app(), begun.uuid())
            .await
            .expect("rows")
            .is_empty()
    );
}

// A60, C22
#[tokio::test(flavor = "multi_thread")]
async fn only_what_can_be_seen_is_kept() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    // A photo from a telephone: lying on its side, with the place where it was taken, and a web page behind it.
    let plain = file(640, 480, ImageFormat::Jpeg);
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPSLatitude 39.9042 GPSLongitude 116.4074");
    let mut photo = plain[..2].to_vec();
    photo.extend_from_slice(&[0xff, 0xe1]);
    photo.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    photo.extend_from_slice(&exif);
    photo.extend_from_slice(&plain[2..]);
    photo.extend_from_slice(b"PK\x03\x04 <html><script>alert(1)</script>");
    begun
        .put(&person, "frames/0", "image/jpeg", photo)
        .await
        .ok(204);
    // The kind is seen from the content, whatever the header says.
    let large = file(4000, 3000, ImageFormat::Png);
    begun
        .put(&person, "id-card/front", "image/jpeg", large)
        .await
        .ok(204);
    begun
        .put(&person, "id-card/back", "image/png", plain)
        .await
        .ok(204);

    let kept = faces::evidence(server.app(), begun.uuid())
        .await
        .expect("opened")
        .expect("kept");
    for trace in [&b"Exif"[..], b"GPS", b"<script", b"PK\x03\x04"] {
        let mut windows = kept.frames[0].windows(trace.len());
        assert!(!windows.any(|window| window == trace), "{trace:?}");
    }
    let sizes = [&kept.frames[0], &kept.id_card_front, &kept.id_card_back].map(|bytes| {
        assert_eq!(image::guess_format(bytes).ok(), Some(ImageFormat::Jpeg));
        let picture = image::load_from_memory(bytes).expect("a picture");
        (picture.width(), picture.height())
    });
    assert_eq!(sizes, [(480, 640), (2000, 1500), (640, 480)]);
}

// A60, C22
#[tokio::test(flavor = "multi_thread")]
async fn twenty_of_the_worst_at_once_do_no_harm() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let bomb = bomb();
    let tries = (0..20).map(|_| begun.put(&person, "frames/0", "image/png", bomb.clone()));
    for answer in futures_util::future::join_all(tries).await {
        answer.problem(413, "image-too-large");
    }
    person.get("/me").await.ok(200);
}

// A61, C22
#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_limited() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    for _ in 0..8 {
        let tries = (0..50).map(|_| begun.put(&person, "frames/0", "image/png", vec![0]));
        for answer in futures_util::future::join_all(tries).await {
            answer.problem(415, "image-unsupported");
        }
    }
    for what in ["frames/0", "id-card/front"] {
        let refused = begun.put(&person, what, "image/png", vec![0]).await;
        refused.problem(429, "rate-limited");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_draws_clips_cards_and_portraits() {
    let server = TestServer::start().await;
    let client = server.client();
    for path in [
        "/portraits/4.svg",
        "/portraits/4.png",
        "/portraits/4.jpg",
        "/id-cards/4/back.jpg",
    ] {
        client.sandbox_get(path).await.ok(200);
    }
    let url = client.citizen(4).await["portrait_url"].clone();
    client
        .sandbox_get(url.as_str().expect("a path"))
        .await
        .ok(200);
    for path in [
        "/clips/10000.mjpeg",
        "/clips/4.mp4",
        "/id-cards/4/left.jpg",
        "/portraits/x.png",
    ] {
        assert_eq!(client.sandbox_get(path).await.status, 404, "{path}");
    }
    for query in [
        "actions=wink",
        "fps=0",
        "fps=31",
        "seconds=0",
        "through=mirror",
    ] {
        let answer = client.sandbox_get(&format!("/clips/4.mjpeg?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
    }
    let one = client
        .sandbox_get("/clips/4.mjpeg?actions=blink&fps=2&seconds=1")
        .await;
    let same = client
        .sandbox_get("/clips/4.mjpeg?actions=blink&fps=2&seconds=1")
        .await;
    assert_eq!(super::pictures_of(&one.bytes).len(), 18);
    assert!(one.bytes == same.bytes, "the same in every run");
}
