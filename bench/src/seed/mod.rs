//! Fills a PostgreSQL database with people: sealed and indexed as the service does by all cores, each table written by one
//! COPY in the order of its ids, the indexes made afterwards.

mod copy;
mod indexes;

use std::{path::Path, time::Instant};

use anyhow::{Context, ensure};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::{Stream, StreamExt, stream};
use renzheng::{
    account::store::place,
    audit::chain,
    clock::Clock,
    crypto::{Engine, MasterKey, PasswordPolicy, PasswordPool, Vault},
    database::Database,
    entity::{account, audit_event},
};
use renzheng_tests::PASSWORD;
use renzheng_types::value::{Phone, check_digit};
use sea_orm::{
    EntityTrait,
    sqlx::{Executor, PgPool},
};
use uuid::Uuid;

use copy::{Rows, Target};
use indexes::Indexes;

/// People whose rows are made and sent at once.
const CHUNK: u64 = 5_000;
/// What happened to each person.
const EVENTS: [(&str, &str); 3] = [
    ("account.register", r#"{"agreement":"2026-11-01"}"#),
    ("session.begin", r#"{"method":"password"}"#),
    ("session.begin", r#"{"method":"password"}"#),
];

const ACCOUNTS: Target = Target {
    table: "account",
    columns: &[
        "id",
        "phone_sealed",
        "phone_index",
        "phone_proven_at",
        "nickname",
        "password_hash",
        "locale",
        "status",
        "agreement_version",
        "agreement_accepted_at",
        "name_sealed",
        "id_number_sealed",
        "id_number_index",
        "created_at",
    ],
};
const SESSIONS: Target = Target {
    table: "session",
    columns: &[
        "id",
        "account_id",
        "refresh_digest",
        "method",
        "remember",
        "user_agent",
        "address",
        "created_at",
        "last_used_at",
        "expires_at",
    ],
};
const TRAIL: Target = Target {
    table: "audit_event",
    columns: &[
        "id",
        "position",
        "at",
        "actor",
        "subject_id",
        "action",
        "detail",
        "address",
        "request_id",
        "hash",
    ],
};

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
    let filled = account::Entity::find().one(database.read()).await?;
    ensure!(filled.is_none(), "the database is not empty");
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
    let tables = [ACCOUNTS, SESSIONS, TRAIL].map(|target| target.table);
    let indexes = Indexes::take_away(&pool, &tables).await?;
    tokio::try_join!(
        ACCOUNTS.fill(&pool, people.clone().all(accounts)),
        SESSIONS.fill(&pool, people.clone().all(sessions)),
        TRAIL.fill(&pool, trail(people)),
    )?;
    println!("  rows: {:.0} s", begun.elapsed().as_secs_f64());
    indexes.make(&pool).await?;
    println!("  indexes: {:.0} s", begun.elapsed().as_secs_f64());
    pool.execute("VACUUM ANALYZE").await?;
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

    fn chunks(&self) -> impl Iterator<Item = u64> + use<> {
        0..self.count.div_ceil(CHUNK)
    }

    fn chunk(&self, chunk: u64) -> impl Iterator<Item = u64> + use<> {
        chunk * CHUNK..((chunk + 1) * CHUNK).min(self.count)
    }

    /// The rows of all, in order, made by as many threads as there are cores.
    fn all(
        self,
        make: fn(&Self, u64) -> anyhow::Result<Rows>,
    ) -> impl Stream<Item = anyhow::Result<Rows>> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        stream::iter(self.chunks())
            .map(move |chunk| {
                let people = self.clone();
                async move { tokio::task::spawn_blocking(move || make(&people, chunk)).await? }
            })
            .buffered(cores)
    }
}

fn accounts(people: &People, chunk: u64) -> anyhow::Result<Rows> {
    let mut rows = ACCOUNTS.rows();
    for number in people.chunk(chunk) {
        let (id, at, vault) = (
            people.id(number, 0),
            people.registered(number),
            &people.vault,
        );
        let phone = Phone::parse(&phone(number)).map_err(|error| anyhow::anyhow!(error.code()))?;
        rows.row()
            .uuid(id)
            .bytes(&vault.seal_text(place("phone", id), phone.as_str()))
            .bytes(&vault.blind_index("phone", phone.as_str()))
            .time(at)
            .text(&format!("第{number}位"))
            .text(&people.hash)
            .text("zh-CN")
            .text("active")
            .text("2026-11-01")
            .time(at);
        if number % 4 == 0 {
            rows.null().null().null();
        } else {
            let id_number = id_number(number)?;
            rows.bytes(&vault.seal_text(place("name", id), "张三"))
                .bytes(&vault.seal_text(place("id_number", id), &id_number))
                .bytes(&vault.blind_index("id-number", &id_number));
        }
        rows.time(at);
    }
    Ok(rows)
}

fn sessions(people: &People, chunk: u64) -> anyhow::Result<Rows> {
    let mut rows = SESSIONS.rows();
    for number in people.chunk(chunk) {
        rows.row()
            .uuid(people.id(number, 1))
            .uuid(people.id(number, 0))
            .bytes(&people.vault.mac("seed", &[&number.to_be_bytes()]))
            .text("pwd")
            .flag(true)
            .text("Mozilla/5.0")
            .text("192.0.2.1")
            .time(people.registered(number))
            .time(people.now)
            .time(people.now + TimeDelta::days(30));
    }
    Ok(rows)
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

/// The events, chained: in one pass, since each hash covers the one before.
fn trail(people: People) -> impl Stream<Item = anyhow::Result<Rows>> {
    let chunks = people.chunks();
    stream::try_unfold((chunks, Vec::new()), move |(mut chunks, previous)| {
        let people = people.clone();
        async move {
            let Some(chunk) = chunks.next() else {
                return Ok(None);
            };
            let made = tokio::task::spawn_blocking(move || events(&people, chunk, previous));
            let (rows, last) = made.await?;
            Ok(Some((rows, (chunks, last))))
        }
    })
}

fn events(people: &People, chunk: u64, mut previous: Vec<u8>) -> (Rows, Vec<u8>) {
    let mut rows = TRAIL.rows();
    for number in people.chunk(chunk) {
        let subject = people.id(number, 0);
        let mut event = audit_event::Model {
            id: subject,
            position: None,
            at: people.registered(number),
            actor: format!("account:{subject}"),
            subject_id: Some(subject),
            action: String::new(),
            detail: String::new(),
            address: "192.0.2.1".into(),
            request_id: String::new(),
            hash: None,
        };
        for (turn, (action, detail)) in (0_u8..).zip(EVENTS) {
            event.id = people.id(number, 2 + turn);
            event.action = action.into();
            event.detail = detail.into();
            event.request_id = Uuid::from_u64_pair(number, turn.into())
                .simple()
                .to_string();
            let position = number as i64 * EVENTS.len() as i64 + i64::from(turn) + 1;
            previous = chain::hash(&previous, position, &event);
            rows.row()
                .uuid(event.id)
                .number(position)
                .time(event.at)
                .text(&event.actor)
                .uuid(subject)
                .text(&event.action)
                .text(&event.detail)
                .text(&event.address)
                .text(&event.request_id)
                .bytes(&previous);
        }
    }
    (rows, previous)
}
