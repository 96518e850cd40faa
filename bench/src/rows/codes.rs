//! P8 and P10: codes by SMS, and the captchas before them.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use anyhow::ensure;
use renzheng::code::captcha::draw;
use renzheng_tests::phone;
use serde_json::{Value, json};

use super::{Bench, CLIENTS, ROUND, ROUNDS};
use crate::{
    limit::Inserts,
    load,
    report::{Goal, Row},
    service::{Service, Setup},
};

/// Codes of one round.
const CODES: usize = 600;

/// P8: codes promised, beside single-row transactions of the same database.
pub async fn sent(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let inserts = Inserts::sqlite().await?;
    let mut rows = vec![sent_on("SQLite", 0.25, Setup::default(), inserts).await?];
    if let Some(database) = bench.database("p8").await? {
        let inserts = Inserts::postgres(&database).await?;
        let setup = Setup {
            database: Some(database),
            ..Setup::default()
        };
        rows.push(sent_on("PostgreSQL", 0.2, setup, inserts).await?);
    }
    Ok(rows)
}

async fn sent_on(database: &str, goal: f64, setup: Setup, inserts: Inserts) -> anyhow::Result<Row> {
    let service = Service::start(setup).await?;
    let next = AtomicU32::new(1_000);
    let mut row = Row::new(
        "P8",
        format!("POST /sms-codes ({database})"),
        "per second",
        "single-row inserts",
        Goal::Share(goal),
    );
    let url = format!("{}/api/v1/sms-codes", service.url);
    let send = |captcha: Value| {
        let number = phone(next.fetch_add(1, Ordering::Relaxed));
        let request = service.http.post(&url);
        async move {
            let body = json!({"phone": number, "purpose": "register", "captcha": captcha});
            let answer = request.json(&body).send().await?;
            ensure!(answer.status() == 202, "{}", answer.text().await?);
            Ok(())
        }
    };
    for _ in 0..ROUNDS {
        row.limit(inserts.per_second(ROUND).await?);
        let captchas = service.solved_captchas(CODES).await;
        row.measured(load::each_once(CLIENTS, captchas, send).await?);
        // What was promised is sent before the next round.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(row)
}

/// P10: captchas drawn on one thread, beside packing the same pixels.
pub fn drawn() -> anyhow::Result<Vec<Row>> {
    let mut row = Row::new(
        "P10",
        "captchas drawn, one thread",
        "per second",
        "packing the same pixels",
        Goal::Share(0.5),
    );
    let pixels = image::load_from_memory(&draw::png("abdef")?)?.into_rgb8();
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    for _ in 0..ROUNDS {
        row.limit(repeat(|| {
            let rgb = lodepng::ColorType::RGB;
            black_box(lodepng::encode_memory(
                pixels.as_raw(),
                width,
                height,
                rgb,
                8,
            )?);
            Ok(())
        })?);
        row.measured(repeat(|| {
            black_box(draw::png("abdef")?);
            Ok(())
        })?);
    }
    Ok(vec![row])
}

fn repeat(work: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < ROUND {
        work()?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}
