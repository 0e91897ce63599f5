//! Both sides of a call against the samples, by code that the bindings do not share: serde_json's values for JSON, the
//! sandbox's reader for XML.

use lavka::Format;
use lavka::dynamic::{BodyShape, Output};
use lavka_sandbox::{Recorded, SampleFormat, XmlOracle};
use serde_json::Value;

use super::plan::Call;

/// The spec of an API, to read XML by.
pub(super) struct Spec {
    document: Value,
    oracle: XmlOracle,
}

impl Spec {
    pub(super) fn of(api: &str) -> Result<Self, String> {
        let text = lavka_sandbox::spec(api)
            .ok_or_else(|| format!("the sandbox has no spec of `{api}`"))?;
        let document: Value =
            serde_json::from_str(text).map_err(|e| format!("the spec of `{api}`: {e}"))?;
        let oracle = XmlOracle::new(&document).map_err(|e| format!("the spec of `{api}`: {e}"))?;
        Ok(Self { document, oracle })
    }

    /// The bytes on the socket say what the sample says.
    pub(super) fn check_request(&self, call: &Call, recorded: &Recorded) -> Result<(), String> {
        if let Some(problem) = recorded.problems.first() {
            return Err(format!("the sandbox rejected the request: {problem}"));
        }
        let Some(sample) = call.request else {
            return match call.entry.body {
                BodyShape::Form if recorded.body_length == 0 => {
                    Err("the form was sent without a body".to_owned())
                }
                BodyShape::None if recorded.body_length != 0 => {
                    Err("a body was sent where there is none".to_owned())
                }
                _ => Ok(()),
            };
        };
        let sent = self.value(call, call.format, None, &recorded.body)?;
        let wanted = self.value(call, call.format, None, sample.bytes)?;
        equal("the request on the socket", &sent, "the sample", &wanted)
    }

    /// The typed value that came back says what the sample says.
    pub(super) fn check_reply(
        &self,
        call: &Call,
        status: u16,
        output: &Output,
    ) -> Result<(), String> {
        let Some(sample) = call.reply else {
            return if output.json.is_null() {
                Ok(())
            } else {
                Err("a value came back, but no sample has one".to_owned())
            };
        };
        let whole = match sample.format {
            SampleFormat::Text => {
                Value::String(String::from_utf8_lossy(sample.bytes).trim().to_owned())
            }
            SampleFormat::Json => self.value(call, Format::Json, Some(status), sample.bytes)?,
            SampleFormat::Xml => self.value(call, Format::Xml, Some(status), sample.bytes)?,
        };
        let wanted = match call.entry.content {
            Some(content) => whole.get(content).cloned().unwrap_or(Value::Null),
            None => whole,
        };
        if !call.entry.documented {
            // Nobody prints it, so the sandbox makes it up again each time (a token, when it ends): only its form counts.
            return equal(
                "the form of the typed reply",
                &form(&output.json),
                "the form of the sample",
                &form(&wanted),
            );
        }
        equal("the typed reply", &output.json, "the sample", &wanted)
    }

    /// A body as JSON: that of the request, or of the reply with this status.
    fn value(
        &self,
        call: &Call,
        format: Format,
        status: Option<u16>,
        bytes: &[u8],
    ) -> Result<Value, String> {
        if format == Format::Json {
            return serde_json::from_slice(bytes).map_err(|e| format!("not JSON: {e}"));
        }
        let operation = call.entry.operation;
        let declared = self
            .document
            .get("paths")
            .and_then(|paths| {
                paths
                    .get(operation.path)?
                    .get(operation.method.to_ascii_lowercase())
            })
            .ok_or("the spec has no such operation")?;
        let body = match status {
            None => declared.get("requestBody"),
            Some(status) => declared
                .get("responses")
                .and_then(|all| all.get(status.to_string())),
        }
        .unwrap_or(&Value::Null);
        let media = self
            .resolve(body)
            .get("content")
            .and_then(Value::as_object)
            .and_then(|content| content.iter().find(|(name, _)| name.contains("xml")))
            .map(|(_, media)| media)
            .ok_or("the spec has no XML form of this body")?;
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let root = media.get("x-xml-root").and_then(Value::as_str);
        self.oracle
            .to_json(schema, root, bytes)
            .map_err(|e| e.to_string())
    }

    fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|r| r.strip_prefix('#'))
        {
            Some(pointer) => self.document.pointer(pointer).unwrap_or(node),
            None => node,
        }
    }
}

/// Numbers by value; a null and an absent property are the same, and so are an absent and an empty list: in XML they
/// cannot be distinguished.
fn equal(left_name: &str, left: &Value, right_name: &str, right: &Value) -> Result<(), String> {
    match difference("$", left, right) {
        None => Ok(()),
        Some((path, l, r)) => Err(format!(
            "{left_name} and {right_name} differ at {path}: {} and {}",
            brief(&l),
            brief(&r)
        )),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn difference(path: &str, left: &Value, right: &Value) -> Option<(String, Value, Value)> {
    match (left, right) {
        (Value::Object(l), Value::Object(r)) => {
            let keys: std::collections::BTreeSet<&String> = l.keys().chain(r.keys()).collect();
            keys.into_iter().find_map(|key| {
                let (l, r) = (
                    l.get(key).unwrap_or(&Value::Null),
                    r.get(key).unwrap_or(&Value::Null),
                );
                difference(&format!("{path}.{key}"), l, r)
            })
        }
        (Value::Array(l), Value::Array(r)) if l.len() == r.len() => l
            .iter()
            .zip(r)
            .enumerate()
            .find_map(|(index, (l, r))| difference(&format!("{path}[{index}]"), l, r)),
        (Value::Number(l), Value::Number(r)) if l == r || l.as_f64() == r.as_f64() => None,
        _ if left == right || (is_nothing(left) && is_nothing(right)) => None,
        _ => Some((path.to_owned(), left.clone(), right.clone())),
    }
}

/// A value with each scalar replaced by its type's name.
fn form(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => "boolean".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(items) => items.iter().map(form).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), form(value)))
            .collect(),
    }
}

/// A value in a few words, tokens masked.
pub(super) fn brief(value: &Value) -> String {
    const MOST: usize = 60;
    let text = match value {
        Value::Object(fields) if fields.contains_key("token") => {
            let masked = fields.iter().map(|(k, v)| {
                (
                    k.clone(),
                    if k == "token" {
                        "***".into()
                    } else {
                        v.clone()
                    },
                )
            });
            Value::Object(masked.collect()).to_string()
        }
        Value::Null => "nothing".to_owned(),
        Value::Array(items) => format!(
            "{} of {}",
            items.len(),
            items.first().map_or_else(|| "nothing".to_owned(), brief)
        ),
        other => other.to_string(),
    };
    if text.chars().count() <= MOST {
        text
    } else {
        format!("{}…", text.chars().take(MOST - 1).collect::<String>())
    }
}
