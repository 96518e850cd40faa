//! P15 and P16: the web pages, over the wire and on a phone.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::{
    report::{Goal, Row},
    service::{Service, Setup, pages},
};

/// What a browser fetches before it shows a page.
const FIRST: [&str; 4] = ["index", "app", "boot", "style"];
const LIGHTHOUSE: &str = "lighthouse@12";
const TIMES: usize = 3;

/// P15: what a first visit transfers.
pub fn transferred() -> anyhow::Result<Vec<Row>> {
    let Some(folder) = pages() else {
        println!("  the web pages are not built");
        return Ok(Vec::new());
    };
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".br") && FIRST.iter().any(|first| name.starts_with(first)) {
            bytes += entry.metadata()?.len();
        }
    }
    let mut row = Row::bounded("P15", "first load over the wire", "kB", Goal::Most(250.0));
    row.measured(bytes as f64 / 1000.0);
    Ok(vec![row])
}

/// P16: the sign-in page on a throttled phone, by Lighthouse's own preset for phones.
pub async fn usable() -> anyhow::Result<Vec<Row>> {
    if pages().is_none() {
        println!("  the web pages are not built");
        return Ok(Vec::new());
    }
    let service = Service::start(Setup::default()).await?;
    let mut score = Row::bounded(
        "P16",
        "Lighthouse performance, throttled phone",
        "of 100",
        Goal::Least(95.0),
    );
    let mut largest = Row::bounded(
        "P16",
        "largest contentful paint, throttled phone",
        "s",
        Goal::Most(2.5),
    );
    let folder = tempfile::tempdir()?;
    for _ in 0..TIMES {
        let report = lighthouse(&format!("{}/sign-in", service.url), folder.path())?;
        let number = |pointer| report.pointer(pointer).and_then(Value::as_f64);
        let points = number("/categories/performance/score").context("a score")?;
        let paint = number("/audits/largest-contentful-paint/numericValue").context("a paint")?;
        score.measured(points * 100.0);
        largest.measured(paint / 1000.0);
    }
    Ok(vec![score, largest])
}

fn lighthouse(url: &str, folder: &Path) -> anyhow::Result<Value> {
    let report = folder.join("report.json");
    let flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
         --disable-background-networking --disable-component-update --disable-sync";
    let output = Command::new("npx")
        .args(["--yes", LIGHTHOUSE, url, "--quiet"])
        .args(["--only-categories=performance", "--output=json"])
        .arg(format!("--output-path={}", report.display()))
        .arg(format!("--chrome-flags={flags}"))
        .output()
        .context("npx")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "lighthouse: {said}");
    Ok(serde_json::from_slice(&std::fs::read(report)?)?)
}
