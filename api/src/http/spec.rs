//! The OpenAPI description: what poem-openapi derives, plus what the layers around the handlers may answer.
//!
//! Handlers declare their own refusals by type (see [`super::problem`]). Authentication, the parsing of bodies, limits
//! on size and cross-site checks stand around every handler, so they are described here, once.

use std::{fmt, sync::LazyLock};

use bytes::Bytes;
use poem::{Endpoint, Response, endpoint::make_sync};
use poem_openapi::{
    ApiResponse, OpenApiService,
    registry::{
        MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
    },
    types::Type,
};
use renzheng_types::problem::Problem;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, json};
use strum::IntoEnumIterator;

use super::{
    API_BASE, Api, catalogue,
    problem::{Fault, Refusal},
};
use crate::oidc::error::ErrorCode;

/// The operations of OAuth and OpenID Connect.
const PROTOCOL: &str = include_str!("../../assets/oidc/openapi.yaml");
const PROBLEM: &str = "application/problem+json";

/// Every status with the codes that it can carry: how an operation's refusals show in the spec.
impl<E: Refusal> ApiResponse for Fault<E> {
    fn meta() -> MetaResponses {
        let mut responses: Vec<MetaResponse> = Vec::new();
        let mut statuses: Vec<u16> = E::VARIANTS
            .iter()
            .map(|code| catalogue::entry(code).status)
            .collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let codes = E::VARIANTS
                .iter()
                .filter(|code| catalogue::entry(code).status == status)
                .map(|code| Value::from(*code))
                .collect();
            responses.push(refusal(status, codes));
        }
        MetaResponses { responses }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}

fn refusal(status: u16, codes: Vec<Value>) -> MetaResponse {
    let code = MetaSchema {
        enum_items: codes,
        ..MetaSchema::new("string")
    };
    let narrowed = MetaSchema {
        properties: vec![("code", MetaSchemaRef::Inline(Box::new(code)))],
        ..MetaSchema::new("object")
    };
    let schema = MetaSchema {
        all_of: vec![
            Problem::schema_ref(),
            MetaSchemaRef::Inline(Box::new(narrowed)),
        ],
        ..MetaSchema::ANY
    };
    let headers = if status == 429 || status == 503 {
        vec![MetaHeader {
            name: "Retry-After".into(),
            description: Some("Seconds to wait".into()),
            required: true,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("integer"))),
        }]
    } else {
        Vec::new()
    };
    MetaResponse {
        description: meaning(status),
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: PROBLEM,
            schema: MetaSchemaRef::Inline(Box::new(schema)),
        }],
        headers,
    }
}

const fn meaning(status: u16) -> &'static str {
    match status {
        400 => "Malformed",
        401 => "No or bad credentials",
        403 => "Not allowed",
        404 => "Not found",
        409 => "In conflict with the present state",
        410 => "Used or expired",
        413 => "Too large",
        415 => "Not a media type this takes",
        421 => "Not a host name of this service",
        422 => "Well-formed, but not valid",
        429 => "Too many tries",
        503 => "Busy; try again",
        _ => "Refused",
    }
}

/// The description as poem-openapi writes it: a path that several APIs serve stands there several times.
#[derive(Default, Deserialize)]
struct Whole {
    paths: Paths,
}

/// The operations of each path, wherever they stand.
#[derive(Default)]
struct Paths(Map<String, Value>);

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Gather;
        impl<'de> Visitor<'de> for Gather {
            type Value = Paths;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Paths, A::Error> {
                let mut paths = Map::new();
                while let Some((path, mut item)) = map.next_entry::<String, Map<String, Value>>()? {
                    match paths.entry(path).or_insert_with(|| json!({})) {
                        Value::Object(known) => known.append(&mut item),
                        other => *other = item.into(),
                    }
                }
                Ok(Paths(paths))
            }
        }
        deserializer.deserialize_map(Gather)
    }
}

/// The whole description, the same for every configuration. It takes megabytes while it is put together, so nobody keeps
/// it.
pub fn description() -> Value {
    describe(&super::api())
}

fn describe(api: &OpenApiService<Api, ()>) -> Value {
    let text = api.spec();
    let mut spec: Value = serde_json::from_str(&text).unwrap_or_default();
    let whole: Whole = serde_json::from_str(&text).unwrap_or_default();
    spec["paths"] = whole.paths.0.into();
    let Some(paths) = spec.get_mut("paths").and_then(Value::as_object_mut) else {
        return spec;
    };
    for (path, item) in paths.iter_mut() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete(path, method, operation);
            }
        }
    }
    add_protocol(&mut spec);
    spec
}

/// What is not derived from handlers: the operations of OAuth and OpenID Connect, which take forms and tell errors in
/// their own way.
fn add_protocol(spec: &mut Value) {
    let mut part: Value = serde_norway::from_str(PROTOCOL).unwrap_or_default();
    let errors: Vec<Value> = ErrorCode::iter()
        .map(|code| <&str>::from(code).into())
        .collect();
    part["components"]["schemas"]["OAuthError"]["properties"]["error"]["enum"] = errors.into();
    if let Some(paths) = part["paths"].as_object_mut() {
        for (_, operation) in paths
            .values_mut()
            .filter_map(Value::as_object_mut)
            .flat_map(Map::iter_mut)
            .filter(|(name, _)| *name != "servers")
        {
            if let Some(operation) = operation.as_object_mut() {
                for code in ["unknown-host", "unavailable"] {
                    add_code(operation, code);
                }
            }
        }
    }
    for place in [
        "/paths",
        "/components/securitySchemes",
        "/components/schemas",
    ] {
        if let (Some(Value::Object(known)), Some(Value::Object(more))) =
            (spec.pointer_mut(place), part.pointer_mut(place))
        {
            known.append(more);
        }
    }
}

/// Adds to one operation what the layers around it may answer.
fn complete(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let has_body = operation.contains_key("requestBody");
    let has_parameters = operation.contains_key("parameters");
    let names_something = operation
        .get("parameters")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|parameter| parameter["in"] == "path"));
    let signed_in = operation.contains_key("security");
    // What is about themselves is for staff of every role.
    let by_role = !path.starts_with("/staff/")
        && operation
            .get("security")
            .is_some_and(|schemes| schemes.to_string().contains("staff-bearer"));
    let application_only = operation
        .get("security")
        .is_some_and(|schemes| schemes.to_string().contains("application-bearer"));
    let changes = method != "get";
    let mut codes = vec!["unknown-host", "unavailable"];
    if has_body || has_parameters {
        codes.push("malformed-request");
    }
    if has_body {
        codes.extend(["body-too-large", "unsupported-media-type"]);
    }
    if names_something {
        // What is no id names nothing.
        codes.push("not-found");
    }
    if signed_in {
        codes.push("unauthenticated");
    }
    if by_role {
        codes.push("role-not-allowed");
    }
    if application_only {
        codes.push("insufficient-scope");
    }
    if changes {
        codes.push("storage-full");
        codes.push("cross-site-request");
    }
    if method == "post" {
        codes.extend([
            "malformed-request",
            "idempotency-in-progress",
            "idempotency-key-reused",
        ]);
        add_parameter(operation, idempotency_key());
    }
    add_parameter(operation, accept_language());
    describe_events(operation);
    for code in codes {
        add_code(operation, code);
    }
}

/// A stream of events has no one schema: each event's `data` holds the JSON.
fn describe_events(operation: &mut Map<String, Value>) {
    let stream = operation
        .get_mut("responses")
        .and_then(|responses| responses.pointer_mut("/200/content/text~1event-stream"));
    if let Some(stream) = stream {
        *stream = json!({"example": "event: message\ndata: {\"status\":\"scanned\"}\n\n"});
    }
}

fn add_parameter(operation: &mut Map<String, Value>, parameter: Value) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(parameter);
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Names this request for 24 hours: sent again with the same key and body, it is answered as before and not done again.",
        "required": false,
        "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[A-Za-z0-9_-]+$"}
    })
}

fn accept_language() -> Value {
    json!({
        "name": "Accept-Language",
        "in": "header",
        "description": "`zh-CN` (default) or `en`.",
        "required": false,
        "schema": {"type": "string", "enum": ["zh-CN", "en"]}
    })
}

/// Adds a code to the response of its status, or the response with it.
fn add_code(operation: &mut Map<String, Value>, code: &'static str) {
    let status = catalogue::entry(code).status;
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let codes = responses
        .get_mut(status.to_string())
        .and_then(|response| {
            response.pointer_mut(
                "/content/application~1problem+json/schema/allOf/1/properties/code/enum",
            )
        })
        .and_then(Value::as_array_mut);
    if let Some(codes) = codes {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.into());
        }
        return;
    }
    let mut response = json!({
        "description": meaning(status),
        "content": {PROBLEM: {"schema": {"allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"code": {"type": "string", "enum": [code]}}},
        ]}}},
    });
    if status == 503 {
        response["headers"] = json!({"RETRY-AFTER": {
            "description": "Seconds to wait", "required": true, "deprecated": false, "schema": {"type": "integer"}
        }});
    }
    if let Some(responses) = responses.as_object_mut() {
        responses.insert(status.to_string(), response);
        responses.sort_keys();
    }
}

fn to_yaml(description: &Value) -> String {
    serde_norway::to_string(description).unwrap_or_default()
}

// The texts are made when first asked for: starting has better things to do.

pub fn json() -> impl Endpoint {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| description().to_string().into());
    make_sync(|_| respond("application/json", TEXT.clone()))
}

pub fn yaml() -> impl Endpoint {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| to_yaml(&description()).into());
    make_sync(|_| respond("application/yaml", TEXT.clone()))
}

fn respond(content_type: &'static str, text: Bytes) -> Response {
    Response::builder()
        .content_type(content_type)
        .header("Cache-Control", "no-cache")
        .body(text)
}

/// The description that `renzheng openapi` prints.
pub fn openapi_yaml() -> String {
    format!(
        "# Generated by `cargo xtask openapi` from the code; do not edit. Base path: {API_BASE}\n{}",
        to_yaml(&description())
    )
}
