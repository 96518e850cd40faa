//! Which tests hold which requirement of security. A test says so by a comment right above it, `// A12, C5`; the
//! requirements are in `rows.txt`; `docs/security-coverage.md` is made of both. A unit test here fails when that file is
//! stale, or a requirement has neither a test nor a reason.

mod run;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};

use crate::shell::root;

pub use run::{faults, run};

const ROWS: &str = include_str!("rows.txt");
const COVERAGE: &str = "docs/security-coverage.md";
const THREATS: &str = "docs/threat-model.md";
/// Folders with tests, and the target that they are run by.
const TESTED: [(&str, &str); 5] = [
    ("tests/api", "api"),
    ("tests/contract", "contract"),
    ("tests/e2e", "e2e"),
    ("api/src", ""),
    ("types/src", ""),
];
const SECTIONS: [(char, &str); 4] = [
    ('A', "Requirements"),
    ('C', "Attacks"),
    ('L', "Limits"),
    ('D', "Faults"),
];

/// A requirement.
struct Row {
    id: &'static str,
    text: &'static str,
    remark: &'static str,
}

/// A test that holds some.
struct Test {
    /// The target, `api`; empty for unit tests.
    target: &'static str,
    /// As the test runner names it.
    name: String,
    path: String,
    rows: Vec<String>,
}

/// Writes the list anew.
pub fn write() -> anyhow::Result<()> {
    let root = root()?;
    let missing = unknown(&root)?;
    ensure!(
        missing.is_empty(),
        "{THREATS} names tests that are not there: {}",
        missing.join(", ")
    );
    fs::write(root.join(COVERAGE), coverage(&root)?)?;
    println!("{COVERAGE} is written.");
    Ok(())
}

/// That the list is what the tests say.
pub fn check() -> anyhow::Result<()> {
    let root = root()?;
    let kept = fs::read_to_string(root.join(COVERAGE)).unwrap_or_default();
    ensure!(
        coverage(&root)? == kept,
        "{COVERAGE} is stale: run `cargo xtask security`"
    );
    Ok(())
}

fn coverage(root: &Path) -> anyhow::Result<String> {
    let (rows, tests) = (rows()?, tests(root)?);
    let mut by_row: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
    for test in &tests {
        for row in &test.rows {
            let known = rows.iter().find(|known| known.id == row);
            let known = known.with_context(|| format!("{}: {row} is no requirement", test.name))?;
            by_row.entry(known.id).or_default().push(test);
        }
    }
    let mut text = String::from(
        "<!-- Made by `cargo xtask security`; do not edit. -->\n# Security coverage\n\n\
         Each requirement with the tests that hold it, and what is done otherwise or cannot be tested. Tests name the \
         requirements they hold in a comment right above them; `cargo xtask test --security` runs them all, on SQLite and \
         again on PostgreSQL with Redis. See also the [threat model](threat-model.md).\n",
    );
    let mut bare = Vec::new();
    for (letter, title) in SECTIONS {
        write!(
            text,
            "\n## {title}\n\n| | | held by | remarks |\n|---|---|---|---|\n"
        )?;
        for row in rows.iter().filter(|row| row.id.starts_with(letter)) {
            let held: Vec<String> = by_row
                .get(row.id)
                .into_iter()
                .flatten()
                .map(|test| format!("[`{}`](../{})", test.name, test.path))
                .collect();
            if held.is_empty() && row.remark.is_empty() {
                bare.push(row.id);
            }
            let (id, what, held, remark) = (row.id, row.text, held.join("<br>"), row.remark);
            writeln!(text, "| {id} | {what} | {held} | {remark} |")?;
        }
    }
    ensure!(
        bare.is_empty(),
        "neither a test nor a reason: {}",
        bare.join(", ")
    );
    Ok(text)
}

fn rows() -> anyhow::Result<Vec<Row>> {
    let lines = ROWS.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.split('|').map(str::trim);
            let (Some(id), Some(text), Some(remark), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                bail!("three parts are wanted: {line}");
            };
            Ok(Row { id, text, remark })
        })
        .collect()
}

/// Every test that names requirements, in the order of files.
fn tests(root: &Path) -> anyhow::Result<Vec<Test>> {
    let mut tests = Vec::new();
    for (folder, target) in TESTED {
        for path in sources(&root.join(folder))? {
            let text = fs::read_to_string(&path)?;
            let inside = path.strip_prefix(root.join(folder))?;
            for (name, rows) in marked(&text) {
                tests.push(Test {
                    target,
                    name: format!("{}{name}", module(inside)),
                    path: path.strip_prefix(root)?.display().to_string(),
                    rows,
                });
            }
        }
    }
    Ok(tests)
}

fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(files);
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The path of a file's module: `oidc::token::`.
fn module(file: &Path) -> String {
    let parts = file.with_extension("");
    let parts = parts.iter().filter_map(|part| part.to_str());
    parts
        .filter(|part| !["mod", "main", "lib"].contains(part))
        .map(|part| format!("{part}::"))
        .collect()
}

/// Tests with what they hold. One that is indented is in the module `tests` of its file.
fn marked(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rows: Option<Vec<String>> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(named) = trimmed.strip_prefix("// ").and_then(requirements) {
            rows = Some(named);
        } else if let Some((_, rest)) = trimmed.split_once("fn ") {
            if let Some(rows) = rows.take() {
                let name = rest.split('(').next().unwrap_or_default();
                let inner = if trimmed.len() < line.len() {
                    "tests::"
                } else {
                    ""
                };
                found.push((format!("{inner}{name}"), rows));
            }
        } else if !trimmed.starts_with('#') && !trimmed.starts_with("//") {
            rows = None;
        }
    }
    found
}

/// `A12, C5`, and nothing else.
fn requirements(comment: &str) -> Option<Vec<String>> {
    let is_row = |part: &str| {
        let (letter, number) = part.split_at_checked(1).unwrap_or_default();
        SECTIONS.iter().any(|(known, _)| letter.starts_with(*known))
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = comment.trim_end().split(", ").collect();
    let all = parts.iter().all(|part| is_row(part));
    all.then(|| parts.into_iter().map(String::from).collect())
}

/// The tests that a text names in backticks, `module::test`, but not what looks like code.
fn named(text: &str) -> BTreeSet<&str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| {
            let name =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            word.contains("::") && word.bytes().all(|byte| name(byte) || byte == b':')
        })
        .collect()
}

/// Names in [`THREATS`] that no test has.
fn unknown(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(root.join(THREATS))?;
    let mut known = Vec::new();
    for (folder, target) in TESTED {
        for path in sources(&root.join(folder))? {
            let module = module(path.strip_prefix(root.join(folder))?);
            for line in fs::read_to_string(&path)?.lines() {
                if let Some((_, rest)) = line.split_once("fn ") {
                    let name = rest.split('(').next().unwrap_or_default();
                    known.push(format!("{target}::{module}{name}"));
                }
            }
        }
    }
    let is_known = |name: &str| {
        known
            .iter()
            .any(|known| known.ends_with(&format!("::{name}")) || known == name)
    };
    let missing = named(&text).into_iter().filter(|name| !is_known(name));
    Ok(missing.map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_current_and_whole() {
        check().expect("current, and every requirement is held");
    }

    #[test]
    fn the_threat_model_names_tests_that_exist() {
        let root = root().expect("the project");
        assert_eq!(unknown(&root).expect("read"), Vec::<String>::new());
    }

    #[test]
    fn tests_are_found_with_what_they_hold() {
        let text = "\
            /// Words.\n// A1, C20\n#[tokio::test]\nasync fn one() {}\n\
            // A2 is not a list\n#[test]\nfn two() {}\n\
            mod tests {\n    // L3\n    #[test]\n    fn three() {}\n}\n";
        let found = marked(text);
        assert_eq!(found[0], ("one".into(), vec!["A1".into(), "C20".into()]));
        assert_eq!(found[1], ("tests::three".into(), vec!["L3".into()]));
        assert_eq!(found.len(), 2);
        assert_eq!(module(Path::new("oidc/mod.rs")), "oidc::");
        assert_eq!(module(Path::new("oidc/token.rs")), "oidc::token::");
        assert_eq!(module(Path::new("main.rs")), "");
    }
}
