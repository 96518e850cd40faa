//! Rules of the source tree that the compiler does not know.

use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("tests.rs")
        {
            files.push(path);
        }
    }
    files
}

fn api() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src")
}

fn using(word: &str) -> Vec<String> {
    let api = api();
    sources(&api)
        .into_iter()
        .filter(|path| {
            let text = std::fs::read_to_string(path).expect("a file");
            // Tests inside a module may stand on anything; tests in a file of their own are named anywhere.
            let code = text.split("#[cfg(test)]\nmod tests {").next();
            let code = code.unwrap_or_default();
            code.lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains(&format!("{word}::")))
        })
        .map(|path| {
            path.strip_prefix(&api)
                .expect("inside")
                .display()
                .to_string()
        })
        .collect()
}

#[test]
fn only_routes_and_http_know_poem() {
    for file in using("poem").into_iter().chain(using("poem_openapi")) {
        let fine = file.starts_with("http/")
            || file.ends_with("routes.rs")
            || ["server.rs", "service.rs"].contains(&file.as_str());
        assert!(fine, "{file} knows poem");
    }
}

#[test]
fn only_stores_know_the_database() {
    for file in using("sea_orm") {
        let fine = [
            "entity/",
            "ephemeral/",
            "crypto/",
            "job/",
            "audit/",
            "database/",
        ]
        .iter()
        .any(|folder| file.starts_with(folder))
            || file.ends_with("store.rs")
            || [
                "account/standing.rs",
                "verification/level.rs",
                "http/problem.rs",
            ]
            .contains(&file.as_str());
        assert!(fine, "{file} knows sea-orm");
    }
}

#[test]
fn only_the_configuration_reads_the_environment() {
    for file in using("env") {
        let text = std::fs::read_to_string(api().join(&file)).expect("a file");
        let reads = text.lines().any(|line| line.contains("env::var"));
        assert!(
            !reads || file.starts_with("config/"),
            "{file} reads the environment"
        );
    }
}

#[test]
fn only_the_clock_knows_the_time() {
    for file in using("Utc") {
        let text = std::fs::read_to_string(api().join(&file)).expect("a file");
        assert!(
            !text.contains("Utc::now()") || file == "clock.rs",
            "{file} asks the machine for the time"
        );
    }
}

/// Every sealed column moves to a new data key, or a retired one would never be unused.
// A67
#[test]
fn every_sealed_column_is_known_to_key_rotation() {
    use renzheng::crypto::sealed::TABLES;
    for file in sources(&api().join("entity")) {
        let text = std::fs::read_to_string(&file).expect("a file");
        let Some(table) = text.split("table_name = \"").nth(1) else {
            continue;
        };
        let table = table.split('"').next().unwrap_or_default();
        for line in text.lines() {
            let Some(column) = line.trim().strip_prefix("pub ") else {
                continue;
            };
            let column = column.split(':').next().unwrap_or_default();
            if !column.ends_with("_sealed") {
                continue;
            }
            let listed = TABLES
                .iter()
                .filter(|known| known.name == table)
                .flat_map(|known| known.columns)
                .any(|known| known.name == column);
            assert!(
                listed,
                "{table}.{column} is missing in api/src/crypto/sealed.rs"
            );
        }
    }
}
