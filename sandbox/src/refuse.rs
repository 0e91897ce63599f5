//! Refusals in the API's own form of errors, as far as its document has one.

use serde_json::{Map, Value, json};

use crate::api::{Api, DocumentedReply, Operation};
use crate::document::Document;
use crate::media::{Format, Media, negotiate};
use crate::problem::{FailureCodes, Problem, Refusal};
use crate::respond::Outgoing;
use crate::xml;

/// The reply that refuses a request.
pub(crate) fn refuse(
    api: &Api,
    operation: Option<&Operation>,
    accept: Option<&str>,
    refusal: Refusal,
    problems: &[Problem],
) -> Outgoing {
    let candidates = refusal.statuses();
    let documented =
        |status: &u16| operation.is_some_and(|operation| operation.reply(*status).is_some());
    // Where the operation says nothing, the API's others do.
    let usual = |status: &u16| {
        operation.is_some()
            && api
                .operations
                .iter()
                .any(|other| other.reply(*status).is_some())
    };
    let mut statuses = candidates.iter().copied();
    let status = statuses
        .clone()
        .find(documented)
        .or_else(|| statuses.clone().find(usual))
        .or_else(|| statuses.next())
        .unwrap_or(400);
    let summary = summary(refusal, problems);
    let mut outgoing = operation
        .and_then(|operation| {
            let (owner, reply) = form(api, operation, status)?;
            let media = negotiate(accept, &reply.media).or_else(|| reply.media.first())?;
            let sample = owner.sample(status, false, media, None);
            let sample =
                sample.and_then(|bytes| media.value(&api.document, api.dialect, bytes).ok());
            let filler = Filler {
                document: &api.document,
                codes: &api.codes,
                refusal,
                problems,
                summary: &summary,
                sample,
            };
            body(api, media, &filler).map(|body| (media, body))
        })
        .map_or_else(
            || Outgoing::text(status, &summary),
            |(media, body)| {
                Outgoing::new(status)
                    .header("content-type", &media.content_type())
                    .body(body)
            },
        );
    if refusal == Refusal::Credentials && status == 401 {
        let basic = operation.is_some_and(|operation| {
            operation
                .security
                .iter()
                .flatten()
                .any(|scheme| *scheme == crate::api::Scheme::Basic)
        });
        if basic {
            outgoing = outgoing.header(
                "www-authenticate",
                "Basic realm=\"sandbox\", charset=\"UTF-8\"",
            );
        }
    }
    outgoing
}

/// Everything that is wrong, in one line.
fn summary(refusal: Refusal, problems: &[Problem]) -> String {
    let reported: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if reported.is_empty() {
        refusal.summary().to_owned()
    } else {
        format!("{}: {}", refusal.summary(), reported.join("; "))
    }
}

/// The documented reply whose form an error of this status takes.
fn form<'a>(
    api: &'a Api,
    operation: &'a Operation,
    status: u16,
) -> Option<(&'a Operation, &'a DocumentedReply)> {
    let has = |reply: &&DocumentedReply, extension: &str| {
        reply
            .media
            .iter()
            .filter_map(|media| media.schema.as_ref())
            .any(|schema| api.document.resolve(schema).get(extension).is_some())
    };
    // A status that is documented without a body says that nothing is known of one.
    if let Some(exact) = operation.reply(status) {
        return (!exact.media.is_empty()).then_some((operation, exact));
    }
    let failing = |reply: &&DocumentedReply| !reply.status.starts_with('2');
    let replies = || operation.responses.iter();
    replies()
        .filter(failing)
        .find(|reply| has(reply, "x-error") || has(reply, "x-envelope"))
        .or_else(|| replies().find(|reply| has(reply, "x-envelope")))
        .map(|reply| (operation, reply))
        .or_else(|| {
            // An operation that documents no error body at all answers like the others.
            // A login answers in a form of its own, so it is not an example.
            let is_login = |other: &&Operation| {
                api.login
                    .as_ref()
                    .is_some_and(|login| login.operation == other.id)
            };
            api.operations
                .iter()
                .filter(|other| !is_login(other))
                .find_map(|other| {
                    let reply = other
                        .reply(status)
                        .filter(|reply| !reply.media.is_empty())?;
                    Some((other, reply))
                })
        })
}

/// The body of a refusal; `None` where the schema does not say how errors look.
fn body(api: &Api, media: &Media, filler: &Filler<'_>) -> Option<Vec<u8>> {
    let schema = media.schema.as_ref()?;
    let value = filler.failure(schema)?;
    match media.format {
        Format::Json => Some(value.to_string().into_bytes()),
        Format::Xml => Some(
            xml::write(
                &api.document,
                api.dialect,
                schema,
                media.xml_root.as_deref(),
                &value,
            )
            .into_bytes(),
        ),
        _ => None,
    }
}

struct Filler<'a> {
    document: &'a Document,
    codes: &'a FailureCodes,
    refusal: Refusal,
    problems: &'a [Problem],
    summary: &'a str,
    /// The sample of such a failure: what it shows fills the properties that no extension names.
    sample: Option<Value>,
}

impl Filler<'_> {
    /// The failing value of a schema with `x-envelope` or `x-error`.
    fn failure(&self, schema: &Value) -> Option<Value> {
        let schema = self.document.resolve(schema);
        let mut result = Map::new();
        if let Some(envelope) = schema.get("x-envelope") {
            let key = |name: &str| envelope.get(name).and_then(Value::as_str);
            if let Some(name) = key("status") {
                let good = envelope
                    .get("success")
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let shown = self
                    .sample
                    .as_ref()
                    .and_then(|sample| sample.get(name))
                    .filter(|value| !good.contains(value));
                let status = shown
                    .cloned()
                    .unwrap_or_else(|| self.failing_status(property(schema, name), good));
                result.insert(name.to_owned(), status);
            }
            if let Some(name) = key("message") {
                let text = if key("errors").is_some() {
                    self.refusal.summary()
                } else {
                    self.summary
                };
                result.insert(name.to_owned(), self.text(property(schema, name), text));
            }
            if let Some(name) = key("errors") {
                result.insert(name.to_owned(), self.errors(property(schema, name)));
            }
            if let Some(name) = key("content")
                && property(schema, name).is_some_and(|content| self.is_nullable(content))
            {
                result.insert(name.to_owned(), Value::Null);
            }
        } else if let Some(error) = schema.get("x-error") {
            let listed = error.get("messages").is_some() && !self.problems.is_empty();
            let text = if listed {
                self.refusal.summary()
            } else {
                self.summary
            };
            self.error(schema, error, text, self.problems, &mut result);
        } else {
            return None;
        }
        let shown = self
            .sample
            .as_ref()
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        for (name, value) in shown {
            if !result.contains_key(name) {
                result.insert(name.clone(), value.clone());
            }
        }
        self.fill_required(schema, &mut result, 0);
        Some(Value::Object(result))
    }

    /// Fills what `x-error` names.
    fn error(
        &self,
        schema: &Value,
        error: &Value,
        text: &str,
        problems: &[Problem],
        result: &mut Map<String, Value>,
    ) {
        let key = |name: &str| error.get(name).and_then(Value::as_str);
        if let Some(name) = key("code") {
            result.insert(
                name.to_owned(),
                self.text(property(schema, name), self.refusal.code(self.codes)),
            );
        }
        if let Some(name) = key("message") {
            result.insert(name.to_owned(), self.text(property(schema, name), text));
        }
        if let Some(name) = key("messages") {
            result.insert(
                name.to_owned(),
                self.messages(property(schema, name), problems),
            );
        }
    }

    /// A list or map of texts.
    fn messages(&self, schema: Option<&Value>, problems: &[Problem]) -> Value {
        let schema = schema.map_or(&Value::Null, |schema| self.document.resolve(schema));
        let texts = || {
            problems
                .iter()
                .map(ToString::to_string)
                .chain(problems.is_empty().then(|| self.summary.to_owned()))
        };
        match schema.get("type").and_then(Value::as_str) {
            Some("object") => {
                let list = schema
                    .get("additionalProperties")
                    .map(|entries| self.document.resolve(entries))
                    .and_then(|entries| entries.get("type")?.as_str())
                    == Some("array");
                let mut map = Map::new();
                for problem in problems {
                    let place = problem.place.split(" (line ").next().unwrap_or_default();
                    let name = place
                        .rsplit(['/', ' '])
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    let text = Value::String(problem.to_string());
                    match map
                        .entry(name)
                        .or_insert_with(|| if list { json!([]) } else { Value::Null })
                    {
                        Value::Array(texts) => texts.push(text),
                        other => *other = text,
                    }
                }
                Value::Object(map)
            }
            Some("string") => Value::String(texts().collect::<Vec<_>>().join("; ")),
            _ => {
                let items = schema.get("items");
                texts().map(|text| self.text(items, &text)).collect()
            }
        }
    }

    /// The `errors` of an envelope: one item for each problem.
    fn errors(&self, schema: Option<&Value>) -> Value {
        let list = schema.map_or(&Value::Null, |schema| self.document.resolve(schema));
        let items = list
            .get("items")
            .map_or(&Value::Null, |items| self.document.resolve(items));
        let Some(error) = items.get("x-error") else {
            return self.messages(Some(list), self.problems);
        };
        let item = |text: &str, problems: &[Problem]| {
            let mut item = Map::new();
            self.error(items, error, text, problems, &mut item);
            self.fill_required(items, &mut item, 0);
            Value::Object(item)
        };
        if self.problems.is_empty() {
            return Value::Array(vec![item(self.summary, &[])]);
        }
        self.problems
            .iter()
            .map(|problem| item(&problem.to_string(), std::slice::from_ref(problem)))
            .collect()
    }

    /// A text in the form of a schema: itself where it may be a string.
    fn text(&self, schema: Option<&Value>, text: &str) -> Value {
        let schema = schema.map_or(&Value::Null, |schema| self.document.resolve(schema));
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => json!([self.text(schema.get("items"), text)]),
            Some("integer" | "number") => json!(1),
            _ => Value::String(text.to_owned()),
        }
    }

    /// A value of the status property that does not mean success.
    fn failing_status(&self, schema: Option<&Value>, good: &[Value]) -> Value {
        let schema = schema.map_or(&Value::Null, |schema| self.document.resolve(schema));
        let listed = schema
            .get("enum")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let typical = match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => vec![json!(false), json!(true)],
            Some("string") => vec![json!("ERROR")],
            _ => vec![json!(1), json!(-1)],
        };
        let fails = |value: &&Value| !good.contains(value);
        listed
            .iter()
            .find(fails)
            .or_else(|| typical.iter().find(fails))
            .cloned()
            .unwrap_or(json!(1))
    }

    fn is_nullable(&self, schema: &Value) -> bool {
        self.document.resolve(schema).get("nullable") == Some(&Value::Bool(true))
    }

    /// Gives the required properties that are still missing a plain value.
    fn fill_required(&self, schema: &Value, result: &mut Map<String, Value>, depth: usize) {
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        for name in required.iter().filter_map(Value::as_str) {
            if !result.contains_key(name) {
                let value = property(schema, name)
                    .map_or(Value::Null, |property| self.plain(property, depth));
                result.insert(name.to_owned(), value);
            }
        }
    }

    fn plain(&self, schema: &Value, depth: usize) -> Value {
        let schema = self.document.resolve(schema);
        let listed = schema.get("enum").and_then(|values| values.get(0));
        if let Some(value) = schema
            .get("example")
            .or_else(|| schema.get("default"))
            .or(listed)
        {
            return value.clone();
        }
        if self.is_nullable(schema) {
            return Value::Null;
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => json!(""),
            Some("integer" | "number") => json!(0),
            Some("boolean") => json!(false),
            Some("array") => json!([]),
            Some("object") if depth < 8 => {
                let mut result = Map::new();
                self.fill_required(schema, &mut result, depth + 1);
                Value::Object(result)
            }
            _ => Value::Null,
        }
    }
}

fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(name)
}
