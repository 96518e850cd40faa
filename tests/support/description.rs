//! The OpenAPI description as the tests read it.

use serde_json::Value;

/// The whole description.
pub fn description() -> Value {
    serde_norway::from_str(&renzheng::http::spec::openapi_yaml()).expect("YAML")
}

/// Every operation: path, method, description.
pub fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .expect("an item")
                .iter()
                .filter(|(method, _)| *method != "servers")
                .map(move |(method, operation)| (path.clone(), method.clone(), operation.clone()))
        })
        .collect()
}

/// Described by hand: at the root, by forms, with errors as OAuth tells them.
pub fn is_protocol(path: &str) -> bool {
    path.starts_with("/oauth2/") || path.starts_with("/.well-known/")
}

/// The examples of an operation's JSON body: one, or one of each variant with what tells it apart.
pub fn examples(description: &Value, operation: &Value) -> Vec<Value> {
    let schemas = &description["components"]["schemas"];
    let pointer = "/requestBody/content/application~1json; charset=utf-8/schema";
    let Some(name) = operation.pointer(pointer).and_then(named) else {
        return Vec::new();
    };
    let schema = &schemas[name];
    let Some(variants) = ["anyOf", "oneOf"]
        .iter()
        .find_map(|key| schema[*key].as_array())
    else {
        return vec![schema["example"].clone()];
    };
    variants
        .iter()
        .filter_map(named)
        .map(|variant| {
            let parts = &schemas[variant]["allOf"];
            let mut example = schemas[named(&parts[1]).expect("a name")]["example"].clone();
            for (field, told) in parts[0]["properties"].as_object().expect("properties") {
                example[field] = told["enum"][0].clone();
            }
            example
        })
        .collect()
}

/// The name of a schema that is referred to.
pub fn named(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}
