//! The schema only ever grows: while a new version starts, the one before still serves on the same database, and may be
//! gone back to.

use std::path::Path;

use renzheng_migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};

/// What takes something away from whoever still uses it, as it stands in a migration.
const FORBIDDEN: [&str; 12] = [
    "drop_table",
    "drop_column",
    "drop_index",
    "drop_foreign_key",
    "rename_table",
    "rename_column",
    "modify_column",
    "truncate",
    "DROP ",
    "RENAME ",
    "ALTER COLUMN",
    "DELETE FROM",
];

// D15
#[test]
fn no_step_takes_anything_away() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/src");
    let mut steps = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if !name.starts_with('m') || !name.contains('_') {
            continue;
        }
        steps += 1;
        let text = std::fs::read_to_string(&path).expect("a file");
        let up = text.split("async fn up").nth(1).expect("a way up");
        let up = up.split("async fn down").next().unwrap_or_default();
        for word in FORBIDDEN {
            assert!(!up.contains(word), "{name}: {word}");
        }
    }
    assert_eq!(steps, Migrator::migrations().len());
}

/// A table as it was after some step, and how to write a row as the version of that step does.
struct Table {
    name: String,
    /// Name and type.
    columns: Vec<(String, String)>,
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    /// A row that differs from every other by its number.
    fn insert(&self, number: usize) -> String {
        let values: Vec<_> = self
            .columns
            .iter()
            .map(|(_, kind)| value(&kind.to_lowercase(), number))
            .collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.name,
            self.names(),
            values.join(", ")
        )
    }
}

fn value(kind: &str, number: usize) -> String {
    if kind.contains("blob") {
        format!("x'{number:032x}'")
    } else if kind.contains("bool") {
        "0".into()
    } else if kind.contains("int") || kind.contains("real") || kind.contains("double") {
        number.to_string()
    } else if kind.contains("time") {
        "'2026-01-01T00:00:00+00:00'".into()
    } else {
        format!("'row {number}'")
    }
}

async fn rows(db: &DatabaseConnection, sql: String) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql.clone());
    db.query_all_raw(statement).await.expect(&sql)
}

async fn tables(db: &DatabaseConnection) -> Vec<Table> {
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                 AND name <> 'seaql_migrations'";
    let mut tables = Vec::new();
    for row in rows(db, names.into()).await {
        let name: String = row.try_get("", "name").expect("a name");
        let columns = rows(db, format!("PRAGMA table_info({name})")).await;
        let columns = columns.iter().map(|column| {
            let get = |field| column.try_get::<String>("", field).expect("a text");
            (get("name"), get("type"))
        });
        tables.push(Table {
            columns: columns.collect(),
            name,
        });
    }
    tables
}

/// After every step each table takes a row; at the end, every version of every table can still be read and written by
/// the statements of its time, and every row is there.
// D15, D16
#[tokio::test]
async fn every_version_works_on_the_newest_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = sea_orm::Database::connect(options)
        .await
        .expect("a database");
    let run = async |sql: String| db.execute_unprepared(&sql).await.expect(&sql);
    run("PRAGMA foreign_keys = OFF".into()).await;
    run("PRAGMA ignore_check_constraints = ON".into()).await;
    let mut versions = Vec::new();
    let mut number = 0;
    for _ in Migrator::migrations() {
        Migrator::up(&db, Some(1)).await.expect("a step");
        for table in tables(&db).await {
            number += 1;
            run(table.insert(number)).await;
            versions.push(table);
        }
    }
    for table in &versions {
        number += 1;
        run(table.insert(number)).await;
        let all = format!("SELECT {} FROM {}", table.names(), table.name);
        let expected = versions
            .iter()
            .filter(|other| other.name == table.name)
            .count();
        assert!(rows(&db, all).await.len() > expected, "{}", table.name);
    }
}
