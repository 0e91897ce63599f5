//! The document that stock progenitor can take: the same schemas, parameters and operations, all bodies in JSON.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

/// Makes it of the bundled document.
pub(crate) fn stock(bundled: &str) -> OpenAPI {
    let mut document: Value = serde_json::from_str(bundled).expect("JSON");
    let credentials = credentials(&document);
    let default = document.get("security").cloned();
    let paths = document["paths"].as_object_mut().expect("paths");
    for item in paths.values_mut() {
        for (method, operation) in item.as_object_mut().expect("a path item") {
            if !["get", "put", "post", "delete", "patch"].contains(&method.as_str()) {
                continue;
            }
            let operation = operation.as_object_mut().expect("an operation");
            let security = operation.get("security").or(default.as_ref());
            let secured = security
                .and_then(Value::as_array)
                .is_some_and(|all| !all.is_empty());
            if secured {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                parameters
                    .as_array_mut()
                    .expect("parameters")
                    .extend(credentials.iter().cloned());
            }
            operation.remove("security");
            if let Some(body) = operation.get_mut("requestBody") {
                only_json(body);
            }
            operation["responses"] = success(&operation["responses"]);
        }
    }
    for part in ["responses", "requestBodies"] {
        if let Some(bodies) = document
            .pointer_mut(&format!("/components/{part}"))
            .and_then(Value::as_object_mut)
        {
            bodies.values_mut().for_each(only_json);
        }
    }
    document["components"]
        .as_object_mut()
        .expect("components")
        .remove("securitySchemes");
    document
        .as_object_mut()
        .expect("a document")
        .remove("security");
    without_extensions(&mut document);
    without_twins(&mut document);
    serde_json::from_value(document).expect("OpenAPI")
}

/// The credentials as required parameters.
fn credentials(document: &Value) -> Vec<Value> {
    let schemes = document
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    schemes
        .into_iter()
        .flat_map(Map::values)
        .map(|scheme| match scheme["type"].as_str() {
            Some("apiKey") => {
                json!({"name": scheme["name"], "in": scheme["in"], "required": true, "schema": {"type": "string"}})
            }
            _ => json!({"name": "authorization", "in": "header", "required": true, "schema": {"type": "string"}}),
        })
        .collect()
}

/// Keeps one media type, and calls it JSON.
fn only_json(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let media = content
        .get("application/json")
        .or_else(|| content.values().next());
    let schema = media.and_then(|m| m.get("schema")).cloned();
    *content = Map::new();
    if let Some(schema) = schema {
        content.insert("application/json".to_owned(), json!({ "schema": schema }));
    }
}

/// progenitor takes one type of success and one of failure: the first of success is kept, failures are left to its
/// `Error::UnexpectedResponse`.
fn success(responses: &Value) -> Value {
    let responses = responses.as_object().expect("responses");
    let first = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))
        .expect("a success");
    let mut reply = first.1.clone();
    only_json(&mut reply);
    json!({ first.0: reply })
}

fn without_extensions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("x-"));
            map.values_mut().for_each(without_extensions);
        }
        Value::Array(list) => list.iter_mut().for_each(without_extensions),
        _ => {}
    }
}

/// typify panics on values of an enum that differ only in case (`Ok`, `OK`): the first is kept.
fn without_twins(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(values)) = map.get_mut("enum") {
                let mut seen = std::collections::BTreeSet::new();
                values.retain(|v| v.as_str().is_none_or(|v| seen.insert(v.to_lowercase())));
            }
            map.values_mut().for_each(without_twins);
        }
        Value::Array(list) => list.iter_mut().for_each(without_twins),
        _ => {}
    }
}
