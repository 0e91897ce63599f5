//! The document that progenitor can take.
//!
//! progenitor knows neither XML nor multipart, and panics on some documents that are valid. It is given one in which none
//! of that occurs: bodies are bytes both ways, credentials and negotiated headers are parameters, and parameters are strings,
//! integers and booleans. What the types are is the business of the emitter.

use serde_json::{Map, Value, json};

use crate::model::{Api, AuthKind, Operation, Param, ParamIn, Scalar, TypeRef};
use crate::names::Names;
use crate::plan::markdown;

/// Name of the header parameter that carries the media types that the caller can read.
pub const ACCEPT: &str = "Accept";
/// Name of the header parameter that carries the body's media type.
pub const CONTENT_TYPE: &str = "Content-Type";
/// Name of the header parameter of HTTP authentication.
pub const AUTHORIZATION: &str = "Authorization";

/// Extension of a parameter whose name in the lowered document is not its name on the wire: it holds the latter.
pub const WIRE_NAME: &str = "x-wire-name";

/// The lowered document of `api`.
///
/// # Errors
/// A message where the lowered document is no OpenAPI document: a fault of this crate.
pub fn lower(api: &Api, names: &Names) -> Result<openapiv3::OpenAPI, String> {
    let mut paths = Map::new();
    for ((op, raw_name), params) in api
        .operations
        .iter()
        .zip(&names.raw_methods)
        .zip(&names.lowered_params)
    {
        let item = paths.entry(path(op, params)).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(
                op.method.as_str().to_ascii_lowercase(),
                operation(api, op, raw_name, params),
            );
        }
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": markdown::inline(&api.title), "version": markdown::plain(&api.version)},
        "paths": paths,
    });
    serde_json::from_value(document)
        .map_err(|e| format!("the lowered document is not OpenAPI: {e}"))
}

/// The path with the lowered names of its parameters.
fn path(op: &Operation, params: &[String]) -> String {
    op.params
        .iter()
        .zip(params)
        .filter(|(p, _)| p.location == ParamIn::Path)
        .fold(op.path.clone(), |path, (p, name)| {
            path.replace(&format!("{{{}}}", p.wire), &format!("{{{name}}}"))
        })
}

fn operation(api: &Api, op: &Operation, raw_name: &str, names: &[String]) -> Value {
    let bytes =
        json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
    let mut params: Vec<Value> = op
        .params
        .iter()
        .zip(names)
        .map(|(p, name)| parameter(p, name))
        .collect();
    match op.auth.and_then(|i| api.auth.get(i)).map(|a| &a.kind) {
        Some(AuthKind::Query { parameter, .. }) => params.push(text("query", parameter)),
        Some(AuthKind::Header { name, .. }) => params.push(text("header", name)),
        Some(AuthKind::Basic | AuthKind::Bearer { .. }) => {
            params.push(text("header", AUTHORIZATION));
        }
        Some(AuthKind::Body { .. }) | None => {}
    }
    params.push(text("header", ACCEPT));
    let mut lowered = json!({
        "operationId": raw_name,
        "summary": markdown::inline(&op.doc.summary),
        "responses": {"default": {"description": "", "content": bytes}},
    });
    if op.request.is_some() {
        params.push(text("header", CONTENT_TYPE));
        lowered["requestBody"] = json!({"required": true, "content": bytes});
    }
    lowered["parameters"] = Value::Array(params);
    lowered
}

fn parameter(p: &Param, name: &str) -> Value {
    let location = match p.location {
        ParamIn::Path => "path",
        ParamIn::Query => "query",
        ParamIn::Header => "header",
    };
    let schema = match &p.ty {
        TypeRef::List(_) => json!({"type": "array", "items": {"type": "string"}}),
        TypeRef::Scalar(Scalar::Int64) => json!({"type": "integer", "format": "int64"}),
        TypeRef::Scalar(Scalar::Int32) => json!({"type": "integer", "format": "int32"}),
        TypeRef::Scalar(Scalar::Bool) => json!({"type": "boolean"}),
        _ => json!({"type": "string"}),
    };
    let mut lowered =
        json!({"name": name, "in": location, "required": p.required, "schema": schema});
    if name != p.wire {
        lowered[WIRE_NAME] = Value::String(p.wire.clone());
    }
    lowered
}

fn text(location: &str, name: &str) -> Value {
    json!({"name": name, "in": location, "required": true, "schema": {"type": "string"}})
}
