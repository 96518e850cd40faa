//! Fills a PostgreSQL database with people: sealed and indexed as the service does, all cores at it, written by COPY.

use std::{fmt::Write as _, path::Path, time::Instant};

use anyhow::{Context, ensure};
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, TimeDelta, Utc};
use renzheng::{
    account::store::place,
    audit::chain,
    clock::Clock,
    crypto::{Engine, MasterKey, PasswordPolicy, PasswordPool, Vault},
    database::Database,
    entity::audit_event,
};
use renzheng_tests::PASSWORD;
use renzheng_types::value::{Phone, check_digit};
use sea_orm::sqlx::PgPool;
use uuid::Uuid;

/// People whose rows are made and sent at once.
const CHUNK: u64 = 5_000;
/// Events of each person.
const EVENTS: i64 = 3;

/// The phone of a person.
pub fn phone(number: u64) -> String {
    format!("138{number:08}")
}

/// Fills the empty database at `url` with so many people, whose keys are under the master key in `data`. All have the
/// password of the tests; three in four are verified, and each has a session.
pub async fn run(count: u64, url: &str, data: &Path) -> anyhow::Result<()> {
    ensure!(count <= 99_999_999, "there are no more phone numbers");
    let begun = Instant::now();
    let (clock, master) = (Clock::system(), MasterKey::load_or_create(data)?);
    let database = Database::connect(url).await?;
    database.migrate().await?;
    let vault = Vault::open(database.write(), &master, &clock).await?;
    let policy = PasswordPolicy {
        memory_kib: 19456,
        iterations: 2,
        lanes: 1,
        threads: 1,
        queue: 1,
        engine: Engine::Portable,
    };
    let passwords = PasswordPool::new(policy, vault.pepper())?;
    let hash = passwords.hash(PASSWORD.to_owned().into()).await?;
    let people = People {
        vault,
        hash,
        began: clock.now() - TimeDelta::days(365),
        now: clock.now(),
        count,
    };
    database.close().await?;

    let pool = PgPool::connect(url).await?;
    let chunks: Vec<u64> = (0..count.div_ceil(CHUNK)).collect();
    let cores = std::thread::available_parallelism()?.get();
    let work = chunks.chunks(chunks.len().div_ceil(cores).max(1));
    let workers: Vec<_> = work
        .map(|chunks| {
            let (chunks, people, pool) = (chunks.to_vec(), people.clone(), pool.clone());
            tokio::spawn(async move {
                for chunk in chunks {
                    write(&pool, &people, chunk).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    let trail = tokio::spawn(write_trail(pool.clone(), people.clone()));
    for worker in workers {
        worker.await??;
    }
    println!(
        "  accounts and sessions: {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    trail.await??;
    println!("  audit trail: {:.0} s", begun.elapsed().as_secs_f64());
    sea_orm::sqlx::query("VACUUM ANALYZE")
        .execute(&pool)
        .await?;
    println!("  {count} people in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

#[derive(Clone)]
struct People {
    vault: Vault,
    hash: String,
    began: DateTime<Utc>,
    now: DateTime<Utc>,
    count: u64,
}

impl People {
    /// When a person registered: one after the other, within a year.
    fn registered(&self, number: u64) -> DateTime<Utc> {
        let share = number as f64 / self.count as f64;
        self.began + TimeDelta::seconds((share * 364.0 * 86_400.0) as i64)
    }

    /// Ids in the order of registration, as the service makes them; always the same for one number.
    fn id(&self, number: u64, kind: u8) -> Uuid {
        let millis = self.registered(number).timestamp_millis() as u64;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        random[8] = kind;
        random[9] = number as u8;
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Bytes as COPY's text takes them.
fn bytes(value: &[u8]) -> String {
    format!("\\\\x{}", hex::encode(value))
}

async fn write(pool: &PgPool, people: &People, chunk: u64) -> anyhow::Result<()> {
    let shared = people.clone();
    let (accounts, sessions) = tokio::task::spawn_blocking(move || rows(&shared, chunk)).await??;
    copy(
        pool,
        "account (id, phone_sealed, phone_index, phone_proven_at, nickname, password_hash, locale, status, \
         agreement_version, agreement_accepted_at, name_sealed, id_number_sealed, id_number_index, created_at)",
        accounts,
    )
    .await?;
    copy(
        pool,
        "session (id, account_id, refresh_digest, method, remember, user_agent, address, created_at, last_used_at, \
         expires_at)",
        sessions,
    )
    .await
}

async fn copy(pool: &PgPool, table: &str, rows: String) -> anyhow::Result<()> {
    let mut connection = pool.acquire().await?;
    let mut into = connection
        .copy_in_raw(&format!("COPY {table} FROM STDIN"))
        .await?;
    into.send(rows.into_bytes()).await?;
    into.finish().await.with_context(|| table.to_owned())?;
    Ok(())
}

fn rows(people: &People, chunk: u64) -> anyhow::Result<(String, String)> {
    let (mut accounts, mut sessions) = (String::new(), String::new());
    for number in chunk * CHUNK..((chunk + 1) * CHUNK).min(people.count) {
        let (id, at) = (people.id(number, 0), time(people.registered(number)));
        let phone = Phone::parse(&phone(number)).map_err(|error| anyhow::anyhow!(error.code()))?;
        let vault = &people.vault;
        let identity = match number % 4 {
            0 => "\\N\t\\N\t\\N".to_owned(),
            _ => {
                let id_number = id_number(number)?;
                format!(
                    "{}\t{}\t{}",
                    bytes(&vault.seal_text(place("name", id), "张三")),
                    bytes(&vault.seal_text(place("id_number", id), &id_number)),
                    bytes(&vault.blind_index("id-number", &id_number)),
                )
            }
        };
        writeln!(
            accounts,
            "{id}\t{}\t{}\t{at}\t第{number}位\t{}\tzh-CN\tactive\t2026-11-01\t{at}\t{identity}\t{at}",
            bytes(&vault.seal_text(place("phone", id), phone.as_str())),
            bytes(&vault.blind_index("phone", phone.as_str())),
            people.hash,
        )?;
        writeln!(
            sessions,
            "{}\t{id}\t{}\tpwd\tt\tMozilla/5.0\t192.0.2.1\t{at}\t{now}\t{expires}",
            people.id(number, 1),
            bytes(&vault.mac("seed", &[&number.to_be_bytes()])),
            now = time(people.now),
            expires = time(people.now + TimeDelta::days(30)),
        )?;
    }
    Ok((accounts, sessions))
}

/// The number of an ID card that nobody else here has.
fn id_number(number: u64) -> anyhow::Result<String> {
    const DAYS: u64 = 20_000;
    let (sequence, day) = (number / DAYS, number % DAYS);
    let (region, sequence) = (110_101 + sequence / 1000, sequence % 1000);
    let born = NaiveDate::from_ymd_opt(1950, 1, 1)
        .and_then(|first| first.checked_add_days(Days::new(day)))
        .context("a birthday")?;
    let body = format!("{region}{}{sequence:03}", born.format("%Y%m%d"));
    let digits: &[u8; 17] = body.as_bytes().try_into()?;
    let check = char::from(check_digit(digits));
    Ok(format!("{body}{check}"))
}

/// The events, chained: one after the other, so by one worker.
async fn write_trail(pool: PgPool, people: People) -> anyhow::Result<()> {
    let mut previous = Vec::new();
    for chunk in 0..people.count.div_ceil(CHUNK) {
        let shared = people.clone();
        let made = tokio::task::spawn_blocking(move || trail(&shared, chunk, previous)).await??;
        let rows = made.0;
        previous = made.1;
        copy(
            &pool,
            "audit_event (id, position, at, actor, subject_id, action, detail, address, request_id, hash)",
            rows,
        )
        .await?;
    }
    Ok(())
}

fn trail(people: &People, chunk: u64, mut previous: Vec<u8>) -> anyhow::Result<(String, Vec<u8>)> {
    let mut rows = String::new();
    for number in chunk * CHUNK..((chunk + 1) * CHUNK).min(people.count) {
        let subject = people.id(number, 0);
        for (turn, action) in (0..EVENTS).zip(["registered", "signed-in", "signed-in"]) {
            let event = audit_event::Model {
                id: people.id(number, 2 + turn as u8),
                position: None,
                at: people.registered(number),
                actor: format!("account:{subject}"),
                subject_id: Some(subject),
                action: action.into(),
                detail: "{}".into(),
                address: "192.0.2.1".into(),
                request_id: Uuid::from_u64_pair(number, turn as u64)
                    .simple()
                    .to_string(),
                hash: None,
            };
            let position = number as i64 * EVENTS + turn + 1;
            previous = chain::hash(&previous, position, &event);
            writeln!(
                rows,
                "{}\t{position}\t{}\t{}\t{subject}\t{action}\t{{}}\t{}\t{}\t{}",
                event.id,
                time(event.at),
                event.actor,
                event.address,
                event.request_id,
                bytes(&previous),
            )?;
        }
    }
    Ok((rows, previous))
}
