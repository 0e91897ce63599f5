//! A call: what is given, what must travel, what comes back.

mod judge;

use std::collections::BTreeMap;

use lavka_codegen::Only;
use serde_json::{Map, Value, json};

use super::security::Security;
use crate::document::{Document, Operation, is_json, is_xml};
use crate::values::{Maker, Sender, kind};
use crate::wire::{self, Request, text};
use crate::xml::{self, Element};

/// A reply of the server.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) media: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) bytes: Vec<u8>,
}

/// What the body must be.
#[derive(Clone, Debug)]
enum Body {
    None,
    Json(Value),
    Xml(Element),
    Form(Vec<(String, String)>),
    Multipart(Vec<(String, Part)>),
    Bytes(Vec<u8>),
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Json(Value),
    Bytes(String),
}

/// A call.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) module: String,
    pub(super) template: String,
    /// The operation's id: written, or made of method and path where there is none or another operation has it too.
    id: String,
    /// How the calling program knows the operation where another has its id.
    pub(super) operation: String,
    /// What the bindings are asked for.
    pub(super) choice: Only,
    pub(super) request: Request,
    body: Body,
    params: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    given: Option<String>,
    xml: bool,
    pub(super) reply: Reply,
    expected: Value,
    security: Security,
    /// Media types that the document has for the body.
    media: Vec<String>,
    /// Servers that the operation or its path has of its own.
    servers: Vec<String>,
}

impl Case {
    /// A call of an operation, with values made for it. `None` where OpenAPI does not say how it travels, or no value can be made.
    pub(super) fn make(
        module: &str,
        document: &Document,
        operation: &Operation<'_>,
        rng: &mut fastrand::Rng,
    ) -> Result<Self, &'static str> {
        let mut maker = Maker {
            document,
            rng: rng.fork(),
            sender: Sender::Client,
        };
        let path = operation.path.split(['?', '#']).next().unwrap_or_default();
        let written = |operation: &Operation<'_>| {
            let id = operation.value.get("operationId");
            id.and_then(Value::as_str).map(str::to_owned)
        };
        let id = written(operation).filter(|id| {
            let all = document.operations();
            all.iter()
                .filter(|op| written(op).as_ref() == Some(id))
                .count()
                == 1
        });
        let name = id.unwrap_or_else(|| format!("{} {}", operation.method, operation.path));
        let mut case = Self {
            module: module.to_owned(),
            template: path.to_owned(),
            id: name.clone(),
            operation: format!("{} {path}", operation.method.to_ascii_uppercase()),
            choice: Only::Operation(name),
            request: Request {
                method: operation.method.to_ascii_uppercase(),
                ..Request::default()
            },
            body: Body::None,
            params: BTreeMap::new(),
            files: BTreeMap::new(),
            given: None,
            xml: false,
            reply: Reply {
                status: 200,
                media: None,
                headers: Vec::new(),
                bytes: Vec::new(),
            },
            expected: Value::Null,
            security: Security::of(document, operation),
            media: Vec::new(),
            servers: document.own_servers(operation),
        };
        let template_query = wire::template_query(operation.path);
        let mut filled = path.to_owned();
        let parameters = document
            .parameters(operation)
            .ok_or("a parameter's reference is in another file")?;
        for parameter in parameters {
            case.parameter(&mut maker, parameter, &mut filled, &template_query)
                .ok_or(
                    "OpenAPI does not say how a parameter travels, or no value can be made for it",
                )?;
        }
        for (name, value) in template_query {
            if value.contains('{') {
                if !case.request.query.iter().any(|(known, _)| *known == name) {
                    return Err("a path parameter is not declared, or empty");
                }
            } else {
                case.operation.push_str(&format!("&{name}={value}"));
                case.request.query.push((name, value));
            }
        }
        if filled.contains('{')
            || filled
                .split('/')
                .skip(1)
                .any(|s| s.is_empty() && path != "/")
        {
            return Err("a path parameter is not declared, or empty");
        }
        case.request.segments = filled
            .split('/')
            .skip(1)
            .map(|s| wire::decode(&s.replace('\u{1}', "/"), false))
            .collect();
        case.body(&mut maker, operation)
            .ok_or("no value can be made for the body, or its media type is not checked")?;
        maker.sender = Sender::Server;
        case.answer(&mut maker, operation)
            .ok_or("no value can be made for the reply, or its media type is not checked")?;
        Ok(case)
    }

    fn parameter(
        &mut self,
        maker: &mut Maker<'_>,
        parameter: &Value,
        filled: &mut String,
        template_query: &[(String, String)],
    ) -> Option<()> {
        let name = parameter.get("name")?.as_str()?;
        let place = parameter.get("in")?.as_str()?;
        let ignored = [
            "accept",
            "content-type",
            "authorization",
            "content-length",
            "host",
            "connection",
            "transfer-encoding",
        ];
        if place == "header" && ignored.contains(&name.to_ascii_lowercase().as_str()) {
            return Some(());
        }
        let required =
            parameter.get("required").and_then(Value::as_bool) == Some(true) || place == "path";
        if !required && maker.rng.bool() {
            return Some(());
        }
        let schema = match parameter.get("content").and_then(Value::as_object) {
            Some(content) => content.values().next()?.get("schema")?,
            None => parameter.get("schema")?,
        };
        let value = maker.value(schema, 0);
        let mut trial = self.request.clone();
        let put = value
            .as_ref()
            .and_then(|value| wire::put(&mut trial, parameter, value));
        let empty = value.as_ref().is_some_and(|v| {
            v.as_array().is_some_and(Vec::is_empty)
                || v.as_object().is_some_and(Map::is_empty)
                || v == ""
        });
        let (Some(value), Some(put), false) = (value, put, empty) else {
            return (!required).then_some(());
        };
        if place == "header" && !value.to_string().is_ascii() {
            return (!required).then_some(());
        }
        // One name in two places cannot be told apart by name.
        if self.params.contains_key(name) {
            return None;
        }
        self.request = trial;
        if place == "path" {
            // A slash of the value is not a separator.
            let put = put.replace('%', "%25").replace('/', "\u{1}");
            let hole = format!("{{{name}}}");
            *filled = filled.replace(&hole, &put);
            for (pair, _) in template_query.iter().filter(|(_, value)| *value == hole) {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                self.request.query.push((pair.clone(), text));
            }
        }
        self.params.insert(name.to_owned(), by_name(&value)?);
        Some(())
    }

    fn body(&mut self, maker: &mut Maker<'_>, operation: &Operation<'_>) -> Option<()> {
        let Some(body) = operation.value.get("requestBody") else {
            return Some(());
        };
        let document = maker.document;
        let body = document.resolve(body)?;
        let content = body.get("content")?.as_object()?;
        self.media = content.keys().cloned().collect();
        if let Some((media, content)) = document.content(body, &is_json) {
            let value = match content.get("schema") {
                Some(schema) => maker.value(schema, 0)?,
                None => json!({"free": 1}),
            };
            self.request
                .headers
                .push(("content-type".to_owned(), media.to_owned()));
            self.given = Some(value.to_string());
            self.body = Body::Json(value);
        } else if let Some((media, content)) = document.content(body, &is_xml) {
            let schema = content.get("schema")?;
            let value = maker.value(schema, 0)?;
            let root = xml::root_name(document, schema)?;
            self.body = Body::Xml(Element::of(document, schema, &root, &value, 0)?);
            self.request
                .headers
                .push(("content-type".to_owned(), media.to_owned()));
            self.given = Some(value.to_string());
            self.xml = true;
        } else if let Some((_, content)) = document.content(body, &|m| {
            m.starts_with("application/x-www-form-urlencoded")
        }) {
            let value = maker.value(content.get("schema")?, 0)?;
            let value = value.as_object()?.clone();
            self.given = Some(Value::Object(value.clone()).to_string());
            self.body = Body::Form(wire::form(&value, content.get("encoding"))?);
        } else if let Some((_, content)) =
            document.content(body, &|m| m.starts_with("multipart/form-data"))
        {
            let schema = document.resolve(content.get("schema")?)?;
            let value = maker.value(schema, 0)?;
            let value = value.as_object()?.clone();
            let binary = |name: &str| {
                let encoding = content
                    .get("encoding")
                    .and_then(|e| e.get(name)?.get("contentType"));
                let property = document.property(schema, name);
                property.is_some_and(|p| document.is_file(p, encoding.and_then(Value::as_str)))
            };
            self.parts(&value, |name, _| binary(name))?;
            let mut parts = Vec::new();
            for (name, value) in &value {
                match value {
                    Value::String(text) if binary(name) => {
                        parts.push((name.clone(), Part::Bytes(text.clone())));
                    }
                    // By name there is one file.
                    Value::Array(items) if binary(name) => {
                        let first = items.first()?.as_str()?;
                        parts.push((name.clone(), Part::Bytes(first.to_owned())));
                    }
                    Value::Array(items) => {
                        for item in items {
                            parts.push((
                                name.clone(),
                                text(item).map_or_else(|| Part::Json(item.clone()), Part::Text),
                            ));
                        }
                    }
                    Value::Object(_) => parts.push((name.clone(), Part::Json(value.clone()))),
                    other => parts.push((name.clone(), Part::Text(text(other)?))),
                }
            }
            self.body = Body::Multipart(parts);
        } else if let Some((_, content)) = document.content(body, &|m| m.starts_with("text/plain"))
        {
            if content
                .get("schema")
                .and_then(|schema| schema.get("format"))
                .is_some_and(|format| format == "byte")
            {
                return None;
            }
            self.given = Some("\"some text\"".to_owned());
            self.body = Body::Bytes(b"some text".to_vec());
        } else {
            return None;
        }
        Some(())
    }

    /// Parts of a form go in by name, as parameters do.
    fn parts(
        &mut self,
        value: &Map<String, Value>,
        file: impl Fn(&str, &Value) -> bool,
    ) -> Option<()> {
        for (name, value) in value {
            if self.params.contains_key(name) {
                return None;
            }
            if file(name, value) {
                let one = value.get(0).unwrap_or(value);
                self.files.insert(name.clone(), one.as_str()?.to_owned());
            } else {
                self.params.insert(name.clone(), by_name(value)?);
            }
        }
        Some(())
    }

    fn answer(&mut self, maker: &mut Maker<'_>, operation: &Operation<'_>) -> Option<()> {
        let responses = operation.value.get("responses")?.as_object()?;
        let success = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))
            .or_else(|| responses.get_key_value("default"))?;
        let reply = maker.document.resolve(success.1)?;
        self.reply.status = success.0.parse().unwrap_or(200);
        let document = maker.document;
        if self.request.method == "HEAD" || self.reply.status == 204 || self.reply.status == 205 {
            return Some(());
        }
        if let Some((media, content)) = document.content(reply, &is_json) {
            let value = match content.get("schema") {
                Some(schema) => maker.value(schema, 0)?,
                None => json!({"free": [1, 2]}),
            };
            self.reply.media = Some(media.to_owned());
            // `format: binary` is any octets, whatever the media type.
            let bytes = content
                .get("schema")
                .and_then(|schema| document.resolve(schema));
            let bytes = bytes.is_some_and(|s| s.get("format").is_some_and(|f| f == "binary"));
            self.reply.bytes = match value.as_str().filter(|_| bytes) {
                Some(text) => text.as_bytes().to_vec(),
                None => value.to_string().into_bytes(),
            };
            self.expected = value;
        } else if let Some((media, content)) =
            document.content(reply, &is_xml).filter(|(media, content)| {
                // An image or a text that is XML is not read.
                let schema = content.get("schema").and_then(|s| document.resolve(s));
                let kind = schema.and_then(Value::as_object).and_then(kind);
                let named = content
                    .get("schema")
                    .is_some_and(|s| xml::root_name(document, s).is_some());
                named && !media.contains("+xml") || !matches!(kind, None | Some("string"))
            })
        {
            let schema = content.get("schema")?;
            let value = maker.value(schema, 0)?;
            // A root that the document does not name may be any element.
            let root = xml::root_name(document, schema).unwrap_or_else(|| "answer".into());
            self.reply.media = Some(media.to_owned());
            self.reply.bytes = Element::of(document, schema, &root, &value, 0)?
                .write()
                .into_bytes();
            self.expected = value;
            self.xml = true;
        } else if let Some((media, _)) = document
            .content(reply, &|m| m.starts_with("text/plain"))
            .filter(|(_, content)| {
                let schema = content.get("schema").and_then(|s| document.resolve(s));
                let kind = schema.and_then(Value::as_object).and_then(kind);
                matches!(kind, None | Some("string"))
            })
        {
            self.reply.media = Some(media.to_owned());
            self.reply.bytes = b"a text".to_vec();
            self.expected = json!("a text");
        } else if let Some((media, content)) = document.content(reply, &|media| {
            !streamed(media) && !media.starts_with("multipart/")
        }) {
            let schema = content
                .get("schema")
                .and_then(|schema| document.resolve(schema));
            let kind = schema.and_then(Value::as_object).and_then(kind);
            if matches!(
                kind,
                Some("object" | "array" | "integer" | "number" | "boolean")
            ) && ["pdf", "zip", "octet-stream", "jose", "jwt"]
                .iter()
                .any(|kind| media.ends_with(kind))
            {
                return None;
            }
            if matches!(
                kind,
                Some("object" | "array" | "integer" | "number" | "boolean")
            ) || schema.is_some_and(|s| {
                ["allOf", "oneOf", "anyOf"]
                    .iter()
                    .any(|k| s.get(k).is_some())
            }) {
                // Of a type that says nothing on how such a value travels: JSON.
                let value = maker.value(content.get("schema")?, 0)?;
                self.reply.media = Some(media.replace("*/*", "application/json"));
                self.reply.bytes = value.to_string().into_bytes();
                self.expected = value;
                return Some(());
            }
            // Of a range, one of its types.
            self.reply.media = Some(
                media
                    .replace("*/*", "application/octet-stream")
                    .replace('*', "png"),
            );
            self.reply.bytes = b"any \"bytes\"".to_vec();
            self.expected = json!("any \"bytes\"");
        } else if document.content(reply, &|_| true).is_some() {
            return None;
        }
        Some(())
    }

    /// What the program is given.
    pub(super) fn input(&self, index: usize, port: u16) -> Value {
        json!({
            "case": index,
            "module": self.module,
            "operation": self.operation,
            "id": self.id,
            "params": self.params,
            "files": self.files,
            "body": self.given,
            "xml": self.xml,
            "base_url": format!("http://127.0.0.1:{port}/{index}"),
            "servers": self.servers,
        })
    }
}

/// Whether a media type is a stream of values, which by name is not read.
fn streamed(media: &str) -> bool {
    ["event-stream", "ndjson", "jsonl", "json-seq", "jsonlines"]
        .iter()
        .any(|kind| media.contains(kind))
}

/// How a value is given by name: scalars as text, lists of scalars with commas, everything else as JSON.
fn by_name(value: &Value) -> Option<String> {
    match value {
        Value::Array(items)
            if items
                .iter()
                .all(|item| text(item).is_some_and(|t| !t.contains(','))) =>
        {
            let texts: Vec<String> = items.iter().filter_map(text).collect();
            Some(texts.join(","))
        }
        Value::Array(_) | Value::Object(_) => Some(value.to_string()),
        other => text(other),
    }
}
