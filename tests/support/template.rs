//! A database with the newest schema, made once and copied for each test: making the schema takes longer than most tests.

use std::path::Path;

use renzheng::database::Database;
use sea_orm::ConnectionTrait;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// A new PostgreSQL database. `None` where `TEST_POSTGRES_URL` names no server.
pub async fn postgres() -> Option<String> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let admin = std::env::var("TEST_POSTGRES_URL").ok()?;
    let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
    let template = TEMPLATE
        .get_or_init(|| async {
            let url = empty_postgres().await.expect("a database");
            migrate(&url).await;
            let (_, name) = url.rsplit_once('/').expect("a name");
            name.to_string()
        })
        .await;
    let name = new_name();
    let make = format!("CREATE DATABASE {name} TEMPLATE {template}");
    execute(&admin, &make).await;
    Some(format!("{server}/{name}"))
}

/// A new PostgreSQL database with nothing in it.
pub async fn empty_postgres() -> Option<String> {
    let admin = std::env::var("TEST_POSTGRES_URL").ok()?;
    let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
    let name = new_name();
    execute(&admin, &format!("CREATE DATABASE {name}")).await;
    Some(format!("{server}/{name}"))
}

/// Makes `file` a database of SQLite.
pub async fn sqlite(file: &Path) {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("template.db");
            migrate(&format!("sqlite://{}?mode=rwc", file.display())).await;
            std::fs::read(&file).expect("the template")
        })
        .await;
    let folder = file.parent().expect("in a folder");
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(file, template).expect("a copy");
}

fn new_name() -> String {
    format!("test_{}", Uuid::new_v4().simple())
}

async fn migrate(url: &str) {
    let database = Database::connect(url).await.expect("a database");
    database.migrate().await.expect("migrated");
    // The last connection takes the write-ahead log into the file.
    database.close().await.expect("closed");
}

async fn execute(url: &str, statement: &str) {
    let connection = sea_orm::Database::connect(url).await.expect("PostgreSQL");
    connection
        .execute_unprepared(statement)
        .await
        .expect(statement);
    connection.close().await.expect("closed");
}
