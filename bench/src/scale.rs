//! P13: the same work among few people and among many, on PostgreSQL, by alternating rounds; and how each hot query
//! finds its rows.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use renzheng_tests::{PASSWORD, process::free_port};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::{
    report::{Goal, Row},
    seed,
};

const FEW: u64 = 10_000;
const ROUNDS: usize = 5;
/// Of one round.
const SIGN_INS: u64 = 60;
const LOOKS: usize = 1_500;

/// Seeds both, measures, and prints tables in Markdown.
pub async fn run(many: u64, server: &str) -> anyhow::Result<()> {
    let places = Places::make(many, server).await?;
    let mut rows = places.measure().await?;
    println!("\n| | {FEW} people: median, p99 | {many} people: median, p99 | p99, ratio |");
    println!("|---|---|---|---|");
    for (name, [few, many]) in &mut rows {
        let (few, many) = (spread(few), spread(many));
        println!(
            "| {name} | {:.2} ms, {:.2} ms | {:.2} ms, {:.2} ms | {:.2} |",
            few.0,
            few.1,
            many.0,
            many.1,
            many.1 / few.1
        );
    }
    places.many.sizes().await?;
    places.many.plans().await
}

/// P13: the 99th percentiles, as rows of the table.
pub async fn rows(many: u64, server: &str) -> anyhow::Result<Vec<Row>> {
    let places = Places::make(many, server).await?;
    let measured = places.measure().await?;
    let mut rows = Vec::new();
    for (name, [few, many_times]) in measured {
        let mut row = Row::new(
            "P13",
            format!("p99 of {name} among {many} people"),
            "ms",
            format!("among {FEW}"),
            Goal::Times(1.5),
        );
        let rounds = few.len() / ROUNDS;
        for (few, many) in few.chunks(rounds).zip(many_times.chunks(rounds)) {
            row.limit(spread(&mut few.to_vec()).1);
            row.measured(spread(&mut many.to_vec()).1);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Few people and many.
struct Places {
    few: Place,
    many: Place,
}

/// What was done, and how long (ms) each took among few and among many.
type Times = Vec<(&'static str, [Vec<f64>; 2])>;

impl Places {
    async fn make(many: u64, server: &str) -> anyhow::Result<Self> {
        Ok(Self {
            few: Place::make(FEW, server).await?,
            many: Place::make(many, server).await?,
        })
    }

    async fn measure(&self) -> anyhow::Result<Times> {
        let mut rows: Times = vec![
            ("sign-in by password", Default::default()),
            ("GET /me", Default::default()),
            ("look-up of a phone that nobody has", Default::default()),
        ];
        for round in 0..ROUNDS {
            for (side, place) in [&self.few, &self.many].into_iter().enumerate() {
                let times = place.round(round).await?;
                for (row, times) in rows.iter_mut().zip(times) {
                    row.1[side].extend(times);
                }
            }
        }
        Ok(rows)
    }
}

/// Median and 99th percentile.
fn spread(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (times.len() as f64 * share) as usize;
        times.get(index).copied().unwrap_or_default()
    };
    (at(0.5), at(0.99))
}

/// A seeded database with a server on it.
struct Place {
    people: u64,
    url: String,
    database: String,
    child: Child,
    http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Drop for Place {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    async fn make(people: u64, server: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (base, _) = server.rsplit_once('/').context("a URL with a database")?;
        let name = format!("scale_{people}_{}", std::process::id());
        let admin = sea_orm::Database::connect(server).await?;
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await?;
        let database = format!("{base}/{name}");
        println!("seeding {people} people");
        seed::run(people, &database, folder.path()).await?;
        let port = free_port();
        let mut child = Command::new(std::env::current_exe()?.with_file_name("renzheng"))
            .arg("serve")
            .env("RENZHENG_LISTEN", format!("127.0.0.1:{port}"))
            .env(
                "RENZHENG_SANDBOX_LISTEN",
                format!("127.0.0.1:{}", free_port()),
            )
            .env(
                "RENZHENG_METRICS_LISTEN",
                format!("127.0.0.1:{}", free_port()),
            )
            .env("RENZHENG_DATA_DIR", folder.path())
            .env("RENZHENG_DATABASE_URL", &database)
            .env("RENZHENG_LIMITS", "relaxed")
            .env("RENZHENG_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().context("its output")?);
        let mut lines = output.lines().map_while(Result::ok);
        ensure!(lines.any(|line| line.contains("ready")), "it ended");
        Ok(Self {
            people,
            url: format!("http://127.0.0.1:{port}/api/v1"),
            database,
            child,
            http: reqwest::Client::new(),
            _folder: folder,
        })
    }

    /// A person far from the one before.
    fn somebody(&self, turn: u64) -> u64 {
        turn.wrapping_mul(0x9E37_79B9_7F4A_7C15) % self.people
    }

    async fn sign_in(&self, account: &str) -> anyhow::Result<(u16, Value, f64)> {
        let body = json!({"method": "password", "account": account, "password": PASSWORD});
        let begun = Instant::now();
        let answer = self.http.post(format!("{}/sessions", self.url)).json(&body);
        let answer = answer.send().await?;
        let (status, body) = (answer.status().as_u16(), answer.json().await?);
        Ok((status, body, begun.elapsed().as_secs_f64() * 1000.0))
    }

    /// Milliseconds of each sign-in, look and refused look-up.
    async fn round(&self, round: usize) -> anyhow::Result<[Vec<f64>; 3]> {
        let (mut sign_ins, mut looks, mut misses) = (Vec::new(), Vec::new(), Vec::new());
        let mut tokens = Vec::new();
        for turn in 0..SIGN_INS {
            let number = self.somebody(round as u64 * SIGN_INS + turn + 1);
            let (status, body, time) = self.sign_in(&seed::phone(number)).await?;
            ensure!(status == 201, "{status} {body}");
            tokens.push(body["access_token"].as_str().context("a token")?.to_owned());
            sign_ins.push(time);
            let (status, _, time) = self.sign_in(&format!("139{number:08}")).await?;
            ensure!(status == 401, "{status}");
            misses.push(time);
        }
        // Longer than a session is believed, so that most looks ask the database.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        for turn in 0..LOOKS {
            let request = self.http.get(format!("{}/me", self.url));
            let begun = Instant::now();
            let answer = request
                .bearer_auth(&tokens[turn % tokens.len()])
                .send()
                .await?;
            ensure!(answer.status() == 200, "{}", answer.status());
            answer.bytes().await?;
            looks.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        Ok([sign_ins, looks, misses])
    }

    async fn sizes(&self) -> anyhow::Result<()> {
        let sizes = "SELECT relname, pg_table_size(c.oid) AS data, pg_indexes_size(c.oid) AS indexes, \
             reltuples::bigint AS rows FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
             WHERE relkind = 'r' AND nspname = 'public' AND reltuples > 1000 ORDER BY relname";
        println!("\n| table | rows | data | indexes | bytes a row |\n|---|---|---|---|---|");
        for row in self.query(sizes).await? {
            let (data, indexes): (i64, i64) =
                (row.try_get("", "data")?, row.try_get("", "indexes")?);
            let rows: i64 = row.try_get("", "rows")?;
            println!(
                "| {} | {rows} | {} MB | {} MB | {} |",
                row.try_get::<String>("", "relname")?,
                data >> 20,
                indexes >> 20,
                (data + indexes) / rows.max(1)
            );
        }
        Ok(())
    }

    /// How PostgreSQL answers each query that requests and jobs ask.
    async fn plans(&self) -> anyhow::Result<()> {
        println!();
        for (what, query) in HOT {
            let rows = self
                .query(&format!(
                    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY ON) {query}"
                ))
                .await?;
            println!("**{what}**\n```");
            for row in rows {
                println!("{}", row.try_get_by_index::<String>(0)?);
            }
            println!("```");
        }
        Ok(())
    }

    async fn query(&self, sql: &str) -> anyhow::Result<Vec<sea_orm::QueryResult>> {
        let database = sea_orm::Database::connect(&self.database).await?;
        let statement = Statement::from_string(database.get_database_backend(), sql);
        Ok(database.query_all_raw(statement).await?)
    }
}

/// One of each kind that is asked often; the middle account stands for any.
const HOT: [(&str, &str); 12] = [
    (
        "sign-in: the account of a phone",
        "SELECT * FROM account WHERE phone_index = (SELECT phone_index FROM account OFFSET 5000 LIMIT 1)",
    ),
    (
        "verification: the account of an ID number",
        "SELECT id FROM account WHERE id_number_index = (SELECT id_number_index FROM account WHERE id_number_index IS NOT NULL OFFSET 5000 LIMIT 1)",
    ),
    (
        "every signed-in request: the session",
        "SELECT * FROM session WHERE id = (SELECT id FROM session OFFSET 5000 LIMIT 1) AND ended_at IS NULL",
    ),
    (
        "a browser's cookie",
        "SELECT id FROM session WHERE cookie_digest = '\\x00'",
    ),
    (
        "new device: has this person signed in from here",
        "SELECT id FROM session WHERE account_id = (SELECT id FROM account OFFSET 5000 LIMIT 1) AND user_agent = 'x' AND address = 'y'",
    ),
    (
        "the list of devices",
        "SELECT * FROM session WHERE account_id = (SELECT id FROM account OFFSET 5000 LIMIT 1) AND ended_at IS NULL AND expires_at > now() ORDER BY id DESC",
    ),
    (
        "what happened to the account",
        "SELECT * FROM audit_event WHERE subject_id = (SELECT id FROM account OFFSET 5000 LIMIT 1) ORDER BY id DESC LIMIT 20",
    ),
    (
        "chaining: events to chain (each second)",
        "SELECT * FROM audit_event WHERE position IS NULL ORDER BY id LIMIT 500",
    ),
    (
        "chaining: the last event",
        "SELECT * FROM audit_event WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1",
    ),
    (
        "outbox: messages due (twice a second)",
        "SELECT id FROM outbox WHERE status = 'pending' AND next_try_at <= now() ORDER BY next_try_at LIMIT 16 FOR UPDATE SKIP LOCKED",
    ),
    (
        "verification: attempts due (twice a second)",
        "SELECT id FROM verification_attempt WHERE status = 'pending' AND next_try_at <= now() LIMIT 16",
    ),
    (
        "purging: old sessions (each minute)",
        "SELECT id FROM session WHERE expires_at < now() - interval '180 days' LIMIT 1000",
    ),
];
