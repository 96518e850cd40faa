//! P7 and P9: tokens given out, and given out again.

use std::sync::Mutex;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::{Bench, CLIENTS, ROUND, ROUNDS};
use crate::{
    application::Application,
    limit::{self, Inserts},
    load,
    report::{Goal, Row},
    service::{Service, Setup},
};

/// Codes of one round.
const CODES: usize = 300;

/// P7: codes redeemed, and tokens of applications for themselves, beside the signatures that the cores can make.
pub async fn issued(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::default()).await?;
    let application = Application::register(&service)?;
    let person = application.person(0).await;
    let row = |name| {
        Row::new(
            "P7",
            name,
            "per second",
            "signatures alone (ES256)",
            Goal::Share(0.3),
        )
    };
    let (mut redeemed, mut own) = (row("codes redeemed"), row("client_credentials"));
    for _ in 0..ROUNDS {
        let signs = limit::signs(bench.cores, ROUND).await?;
        let mut codes = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            codes.push(application.code(&person, "openid profile").await?);
        }
        redeemed.limit(signs);
        let redeem = |code: String| {
            let application = &application;
            async move { application.redeem(&code).await }
        };
        redeemed.measured(load::each_once(CLIENTS, codes, redeem).await?);
        own.limit(signs);
        own.measured(load::per_second(CLIENTS, ROUND, |_| application.for_itself()).await?);
    }
    Ok(vec![redeemed, own])
}

/// P9: refresh tokens used, beside single-row transactions of the same database.
pub async fn refreshed(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let inserts = Inserts::sqlite().await?;
    rows.push(refreshed_on("SQLite", Setup::people(CLIENTS), inserts).await?);
    if let Some(database) = bench.database("p9").await? {
        let inserts = Inserts::postgres(&database).await?;
        let setup = Setup {
            database: Some(database),
            ..Setup::people(CLIENTS)
        };
        rows.push(refreshed_on("PostgreSQL", setup, inserts).await?);
    }
    Ok(rows)
}

async fn refreshed_on(database: &str, setup: Setup, inserts: Inserts) -> anyhow::Result<Row> {
    let service = Service::start(setup).await?;
    let mut tokens = Vec::new();
    for turn in 0..CLIENTS {
        let session = service.sign_in(turn).await?;
        tokens.push(refresh_token(&session)?);
    }
    let tokens = Mutex::new(tokens);
    let mut row = Row::new(
        "P9",
        format!("refresh tokens used ({database})"),
        "per second",
        "single-row inserts",
        Goal::Share(0.4),
    );
    let url = format!("{}/api/v1/sessions/refresh", service.url);
    let refresh = |_| async {
        let token = tokens.lock().ok().and_then(|mut tokens| tokens.pop());
        let body = json!({"refresh_token": token.context("a token")?});
        let answer = service.http.post(&url).json(&body).send().await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
        let token = refresh_token(&answer.json().await?)?;
        tokens.lock().ok().context("tokens")?.push(token);
        Ok(())
    };
    for _ in 0..ROUNDS {
        row.limit(inserts.per_second(ROUND).await?);
        row.measured(load::per_second(CLIENTS, ROUND, refresh).await?);
    }
    Ok(row)
}

fn refresh_token(session: &Value) -> anyhow::Result<String> {
    let token = session["refresh_token"].as_str().context("a token")?;
    Ok(token.to_owned())
}
