//! What stands under `deploy/` speaks of metrics and settings that exist.

use std::{collections::BTreeSet, path::Path};

use renzheng::http::metrics::Metrics;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../deploy")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of metrics in a text.
fn named(text: &str) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter| !is_name(letter))
        .filter(|word| word.starts_with("renzheng_") || word.starts_with("process_"))
        .map(|word| {
            let word = word.trim_end_matches("_bucket");
            word.strip_suffix("_seconds_count")
                .map_or_else(|| word.to_string(), |base| format!("{base}_seconds"))
        })
        .collect()
}

#[test]
fn dashboard_and_alerts_name_metrics_that_exist() {
    let known = Metrics::new().expect("metrics").names();
    for file in ["grafana/renzheng.json", "prometheus/renzheng.rules.yaml"] {
        let used = named(&read(file));
        assert!(used.len() >= 8, "{file} names {used:?}");
        for name in used {
            assert!(known.contains(&name), "{file}: {name} is no metric");
        }
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("grafana/renzheng.json")).expect("JSON");
    assert_eq!(dashboard["uid"], "renzheng");
}

/// The container, the unit and the manifests agree with the server about ports, paths and time to stop.
#[test]
fn manifests_agree_with_the_server() {
    let manifests = read("kubernetes/renzheng.yaml");
    for document in manifests.split("\n---\n") {
        let document: serde_json::Value = serde_norway::from_str(document).expect("YAML");
        assert!(document["kind"].is_string(), "{document}");
        if document["kind"] != "ConfigMap" {
            continue;
        }
        let text = document["data"]["renzheng.toml"].as_str().expect("TOML");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let error = renzheng::config::Config::load(Some(file.path())).expect_err("no secrets");
        let error = format!("{error:#}");
        assert!(
            error.contains("[aliyun]"),
            "nothing but the secrets is missing: {error}"
        );
    }
    for path in ["/readyz", "/healthz", "containerPort: 9464"] {
        assert!(manifests.contains(path), "{path}");
    }
}
