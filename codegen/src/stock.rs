//! progenitor's own client of an API, for users who come from there and as the oracle of our requests.
//!
//! progenitor knows neither XML nor multipart, and panics on some documents that are valid. It is given one in which none of that
//! occurs: bodies are bytes both ways, credentials and negotiated headers are parameters, and values are strings, integers and
//! booleans. Operations that cannot be said so are left out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lavka_model::model::{
    Api, AuthKind, Operation, Param, ParamFormat, ParameterIn, PathPart, Scalar, Style, TypeRef,
};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};

use crate::plan::{Plan, markdown, names};

/// Methods that progenitor's clients have anyway.
const RESERVED: &[&str] = &[
    "api_version",
    "baseurl",
    "client",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
];

/// The client that progenitor writes, unedited. `None` where it can take no operation.
///
/// # Errors
/// progenitor's own message. Where progenitor panics, that is an error too.
pub fn stock(api: &Api, plan: &Plan) -> Result<Option<TokenStream>, String> {
    let Some(lowered) = lower(api, plan)? else {
        return Ok(None);
    };
    catch_unwind(AssertUnwindSafe(|| {
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Positional);
        Generator::new(&settings).generate_tokens(&lowered)
    }))
    .map_err(|_| {
        format!(
            "progenitor panicked on the lowered document of `{}`",
            api.module
        )
    })?
    .map(Some)
    .map_err(|e| {
        format!(
            "progenitor refused the lowered document of `{}`: {e}",
            api.module
        )
    })
}

/// The document that progenitor is given.
///
/// # Errors
/// A message where the lowered document is not an OpenAPI document: a fault of this crate.
pub fn lower(api: &Api, plan: &Plan) -> Result<Option<OpenAPI>, String> {
    let mut paths = Map::new();
    for (op, planned) in api.operations.iter().zip(&plan.operations) {
        let Some(lowered) = operation(api, op, planned.name.as_str()) else {
            continue;
        };
        let item = paths.entry(path(op)).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            let method = op.method.as_str().to_ascii_lowercase();
            item.entry(method).or_insert(lowered);
        }
    }
    if paths.is_empty() {
        return Ok(None);
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": markdown::inline(&api.title), "version": markdown::plain(&api.version)},
        "paths": paths,
    });
    serde_json::from_value(document)
        .map(Some)
        .map_err(|e| format!("the lowered document is not OpenAPI: {e}"))
}

/// The path with names of parameters that progenitor can take: each is the n-th.
fn path(op: &Operation) -> String {
    let mut path = String::new();
    for segment in &op.path.segments {
        path.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => path.push_str(text),
                PathPart::Param(name) => {
                    path.push('{');
                    path.push_str(name);
                    path.push('}');
                }
            }
        }
    }
    path
}

fn operation(api: &Api, op: &Operation, name: &str) -> Option<Value> {
    if !op.fixed_query.is_empty() {
        return None;
    }
    let literal = |part: &PathPart| matches!(part, PathPart::Literal(text) if text.contains(['{', '}', '%', '?', '#', ' ']));
    if op.path.segments.iter().flatten().any(literal) {
        return None;
    }
    let bytes =
        json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
    let mut params = Vec::new();
    for p in &op.params {
        match parameter(p) {
            Some(lowered) => params.push(lowered),
            None if p.required => return None,
            None => {}
        }
    }
    let first = op.security.first();
    for (id, _) in first.iter().flat_map(|alternative| &alternative.schemes) {
        match &api.auth.get(id.0)?.kind {
            AuthKind::ApiKey { name, location } => match location {
                ParameterIn::Query => params.push(text("query", name)),
                ParameterIn::Header => params.push(text("header", name)),
                ParameterIn::Path | ParameterIn::Cookie => return None,
            },
            AuthKind::Body { .. } => {}
            _ => params.push(text("header", "Authorization")),
        }
    }
    params.push(text("header", "Accept"));
    let mut lowered = json!({
        "operationId": method_name(name),
        "summary": markdown::inline(&op.doc.summary),
        "responses": {"default": {"description": "", "content": bytes}},
    });
    if op.request.is_some() {
        params.push(text("header", "Content-Type"));
        lowered["requestBody"] = json!({"required": true, "content": bytes});
    }
    // Two that progenitor would give one name.
    let mut idents: HashSet<String> = HashSet::new();
    idents.insert("body".to_owned());
    let distinct = params.iter().all(|p| {
        let name = p["name"].as_str().unwrap_or_default();
        idents.insert(names::spell(name, names::Case::Snake))
    });
    if !distinct {
        return None;
    }
    lowered["parameters"] = Value::Array(params);
    Some(lowered)
}

fn method_name(name: &str) -> String {
    match RESERVED.contains(&name) {
        true => format!("{name}_call"),
        false => name.to_owned(),
    }
}

/// `None` where progenitor does not write such a value as OpenAPI says.
fn parameter(p: &Param) -> Option<Value> {
    let ParamFormat::Style {
        style,
        explode,
        allow_reserved: false,
    } = p.format
    else {
        return None;
    };
    let location = match p.location {
        ParameterIn::Path if style == Style::Simple => "path",
        ParameterIn::Query if style == Style::Form => "query",
        ParameterIn::Header => "header",
        _ => return None,
    };
    let schema = match &p.ty {
        TypeRef::List(item) if location == "query" && explode && is_text(item) => {
            json!({"type": "array", "items": {"type": "string"}})
        }
        TypeRef::Scalar(Scalar::Int64) => json!({"type": "integer", "format": "int64"}),
        TypeRef::Scalar(Scalar::Int32) => json!({"type": "integer", "format": "int32"}),
        TypeRef::Scalar(Scalar::Bool) => json!({"type": "boolean"}),
        ty if is_text(ty) => json!({"type": "string"}),
        _ => return None,
    };
    Some(json!({"name": p.wire, "in": location, "required": p.required, "schema": schema}))
}

/// Whether a value of the type is one text on the wire.
fn is_text(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => !matches!(scalar, Scalar::Binary | Scalar::Null),
        TypeRef::Named(_) => true,
        _ => false,
    }
}

fn text(location: &str, name: &str) -> Value {
    json!({"name": name, "in": location, "required": true, "schema": {"type": "string"}})
}
