//! `docs/configuration.md` names every key there is, and every text that providers must have registered.

use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).expect(path)
}

/// The keys that a source file's structures take from a configuration.
fn keys(source: &str) -> impl Iterator<Item = &str> {
    let structures = source.split("#[derive(").filter(|part| {
        let derived = part.split(')').next().unwrap_or_default();
        derived.contains("Deserialize") && part.contains("pub struct ")
    });
    structures.flat_map(|part| {
        let body = part.split("\n}").next().unwrap_or_default();
        body.lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("    pub ")?.split_once(": ")?;
            Some(name)
        })
    })
}

#[test]
fn every_key_is_described() {
    let described = read("docs/configuration.md");
    let mut count = 0;
    for file in [
        "config/mod.rs",
        "config/connections.rs",
        "config/hall.rs",
        "config/oidc.rs",
        "config/session.rs",
        "config/sign_in.rs",
        "config/staff.rs",
        "config/verification.rs",
        "provider/settings.rs",
    ] {
        let source = read(&format!("api/src/{file}"));
        for key in keys(&source) {
            let named = described.contains(&format!("| `{key}` |"))
                || described.contains(&format!("`[{key}]`"))
                || described.contains(&format!("`[{key}.<name>]`"))
                || described.contains(&format!("`{key}` and"))
                || described.contains(&format!("and `{key}`"));
            assert!(named, "{key} of {file} is not in docs/configuration.md");
            count += 1;
        }
    }
    assert!(count > 80, "only {count} keys were found");
}

#[test]
fn every_text_is_there_to_be_registered() {
    let described = read("docs/configuration.md");
    let texts = renzheng::provider::sandbox_templates(&Default::default());
    assert!(texts.len() >= 22);
    for text in texts.values() {
        assert!(described.contains(&format!(" | {text} |")), "{text}");
    }
    for key in renzheng::provider::template_keys() {
        assert!(described.contains(&format!("| `{key}` |")), "{key}");
    }
}
