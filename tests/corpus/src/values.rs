//! Values made from schemas: what a caller gives and what a server replies.

use fastrand::Rng;
use serde_json::{Map, Number, Value, json};

use crate::document::Document;
use crate::family;

/// Who sends a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
}

/// Makes values of a document's schemas.
pub(crate) struct Maker<'a> {
    pub(crate) document: &'a Document,
    pub(crate) rng: Rng,
    pub(crate) sender: Sender,
}

const DEEPEST: usize = 7;

impl Maker<'_> {
    /// A value of a schema. `None` where none can be made: the schema contradicts itself, has no end, or refers to nothing.
    pub(crate) fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
            && let Some((property, members)) = family::members(self.document, reference)
            && let Some(at) = self.index(members.len())
            && let (target, tag) = &members[at]
            && let Some(Value::Object(mut made)) = self.own(&json!({"$ref": target}), depth + 1)
        {
            family::tag(&mut made, &property, tag);
            return Some(Value::Object(made));
        }
        self.own(schema, depth)
    }

    /// A value of the schema itself, not of one that extends it.
    fn own(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST + 6 {
            return None;
        }
        if let Some(joined) = self.document.siblings(schema) {
            return self.all_of(&joined, depth);
        }
        let schema = self.document.resolve(schema)?;
        if schema.as_bool() == Some(true) {
            return Some(json!({"free": true}));
        }
        let object = schema.as_object()?;
        if let Some(constant) = object.get("const") {
            return Some(constant.clone());
        }
        if let Some(values) = object.get("enum").and_then(Value::as_array) {
            let fitting: Vec<&Value> = values
                .iter()
                .filter(|value| !value.is_null() && fits(object.get("type"), value))
                .collect();
            return fitting
                .get(self.index(fitting.len())?)
                .map(|value| (*value).clone());
        }
        if object.contains_key("allOf") {
            return self.all_of(object, depth);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = object.get(key).and_then(Value::as_array)
                && !branches.is_empty()
                && !object.contains_key("properties")
            {
                return self.branch(object, branches, depth);
            }
        }
        match kind(object) {
            Some("object") => self.object(object, depth),
            Some("array") => self.array(object, depth),
            Some("string") => Some(Value::String(self.string(object))),
            Some("integer") => self.integer(object),
            Some("number") if is_whole(object) => self.integer(object),
            Some("number") => self.number(object),
            Some("boolean") => Some(Value::Bool(self.rng.bool())),
            Some(_) => None,
            None => Some(json!({"free": self.rng.u32(0..100)})),
        }
    }

    fn index(&mut self, len: usize) -> Option<usize> {
        (len > 0).then(|| self.rng.usize(0..len))
    }

    fn all_of(&mut self, object: &Map<String, Value>, depth: usize) -> Option<Value> {
        let mut merged: Option<Value> = None;
        let mut own = object.clone();
        own.remove("allOf");
        let entries = object.get("allOf")?.as_array()?.clone();
        // A property that two entries declare has the value of the later; what only one requires must be there.
        let mut parts = entries;
        if own.contains_key("properties") || own.contains_key("oneOf") || own.contains_key("anyOf")
        {
            parts.push(Value::Object(own));
        }
        for part in &parts {
            let resolved = self.document.resolve(part)?;
            let typed = resolved.as_object().is_some_and(|o| {
                [
                    "type",
                    "properties",
                    "enum",
                    "oneOf",
                    "anyOf",
                    "allOf",
                    "items",
                    "const",
                    "additionalProperties",
                ]
                .iter()
                .any(|key| o.contains_key(*key))
            });
            if !typed {
                continue;
            }
            let value = self.own(part, depth + 1)?;
            merged = Some(match (merged, value) {
                (Some(Value::Object(mut a)), Value::Object(b)) => {
                    // The earlier value may not be one of the later schema.
                    let declared = resolved.get("properties").and_then(Value::as_object);
                    for (name, schema) in declared.into_iter().flatten() {
                        if a.contains_key(name) && !b.contains_key(name) {
                            a.insert(name.clone(), self.value(schema, depth + 1)?);
                        }
                    }
                    a.extend(b);
                    Value::Object(a)
                }
                (None, value) => value,
                // A tightened scalar: the later entry.
                (Some(_), value) => value,
            });
        }
        let mut value = merged?;
        let required: Vec<String> = parts
            .iter()
            .chain([&Value::Object(object.clone())])
            .filter_map(|part| part.get("required")?.as_array().cloned())
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        if let Value::Object(made) = &mut value {
            for name in required {
                if made.contains_key(&name) {
                    continue;
                }
                for part in &parts {
                    if let Some(schema) = self.property(part, &name, 0)
                        && !self.hidden(&schema)
                    {
                        made.insert(name.clone(), self.value(&schema, depth + 1)?);
                    }
                }
            }
        }
        Some(value)
    }

    fn property(&self, schema: &Value, name: &str, depth: usize) -> Option<Value> {
        let schema = self.document.resolve(schema)?;
        if let Some(found) = schema.get("properties").and_then(|p| p.get(name)) {
            return Some(found.clone());
        }
        let entries = schema.get("allOf").and_then(Value::as_array);
        (depth < 8)
            .then(|| {
                entries
                    .into_iter()
                    .flatten()
                    .find_map(|e| self.property(e, name, depth + 1))
            })
            .flatten()
    }

    fn branch(
        &mut self,
        object: &Map<String, Value>,
        branches: &[Value],
        depth: usize,
    ) -> Option<Value> {
        let start = self.index(branches.len())?;
        for step in 0..branches.len() {
            let branch = &branches[(start + step) % branches.len()];
            let Some(mut value) = self.value(branch, depth + 1) else {
                continue;
            };
            // A branch that contradicts the type beside it has no values.
            if !fits(object.get("type"), &value) {
                continue;
            }
            if let Some(discriminator) = object.get("discriminator") {
                let name = discriminator.get("propertyName").and_then(Value::as_str)?;
                let reference = branch.get("$ref").and_then(Value::as_str)?;
                let mapped = discriminator
                    .get("mapping")
                    .and_then(Value::as_object)
                    .and_then(|map| {
                        map.iter().find_map(|(key, target)| {
                            let target = target.as_str()?;
                            (target == reference || reference.ends_with(&format!("/{target}")))
                                .then(|| key.clone())
                        })
                    });
                let tag = mapped.or_else(|| reference.rsplit('/').next().map(str::to_owned))?;
                value
                    .as_object_mut()?
                    .insert(name.to_owned(), Value::String(tag));
            }
            return Some(value);
        }
        None
    }

    fn hidden(&self, schema: &Value) -> bool {
        let flag = |key: &str| {
            let resolved = self.document.resolve(schema);
            schema.get(key).and_then(Value::as_bool) == Some(true)
                || resolved.and_then(|s| s.get(key)).and_then(Value::as_bool) == Some(true)
        };
        match self.sender {
            Sender::Client => flag("readOnly"),
            Sender::Server => flag("writeOnly"),
        }
    }

    fn object(&mut self, object: &Map<String, Value>, depth: usize) -> Option<Value> {
        let required: Vec<&str> = object
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut made = Map::new();
        let properties = object.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            if self.hidden(schema) {
                continue;
            }
            let needed = required.contains(&name.as_str());
            if !needed && (depth >= DEEPEST || self.rng.u8(0..100) < 40) {
                continue;
            }
            match self.value(schema, depth + 1) {
                Some(value) => {
                    made.insert(name.clone(), value);
                }
                None if needed => return None,
                None => {}
            }
        }
        if properties.is_none_or(Map::is_empty)
            && let Some(free) = object.get("additionalProperties")
            && free.as_bool() != Some(false)
            && depth < DEEPEST
        {
            for key in ["first", "second key"] {
                if let Some(value) = self.value(
                    if free.is_boolean() {
                        &Value::Bool(true)
                    } else {
                        free
                    },
                    depth + 1,
                ) {
                    made.insert(key.to_owned(), value);
                }
            }
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = object
                .get(key)
                .and_then(Value::as_array)
                .filter(|b| !b.is_empty())
            {
                let index = self.index(branches.len())?;
                let branch = self.document.resolve(&branches[index])?.as_object()?;
                if kind(branch).is_some() || branch.contains_key("allOf") {
                    if let Some(Value::Object(more)) = self.value(&branches[index], depth + 1) {
                        made.extend(more);
                    }
                    continue;
                }
                // It only says what there must be.
                let names = branch.get("required").and_then(Value::as_array);
                for name in names.into_iter().flatten().filter_map(Value::as_str) {
                    if let Some(schema) = properties.and_then(|all| all.get(name))
                        && !made.contains_key(name)
                    {
                        made.insert(name.to_owned(), self.value(schema, depth + 1)?);
                    }
                }
            }
        }
        Some(Value::Object(made))
    }

    fn array(&mut self, object: &Map<String, Value>, depth: usize) -> Option<Value> {
        let least = object
            .get("minItems")
            .and_then(Value::as_u64)
            .unwrap_or(0)
            .min(20);
        let most = object
            .get("maxItems")
            .and_then(Value::as_u64)
            .unwrap_or(3)
            .min(3)
            .max(least);
        let count = if depth >= DEEPEST {
            least
        } else {
            self.rng.u64(least.max(1).min(most)..=most)
        };
        let free = Value::Bool(true);
        let items = object.get("items").unwrap_or(&free);
        let mut made = Vec::new();
        if let Some(places) = object.get("prefixItems").and_then(Value::as_array) {
            for place in places {
                made.push(self.value(place, depth + 1)?);
            }
            return Some(Value::Array(made));
        }
        for _ in 0..count {
            match self.value(items, depth + 1) {
                Some(value) => made.push(value),
                None if least > 0 => return None,
                None => break,
            }
        }
        Some(Value::Array(made))
    }

    fn string(&mut self, object: &Map<String, Value>) -> String {
        let n = self.rng.u32(1..1000);
        let said = |key: &str| object.get(key).and_then(Value::as_str);
        let encoded = said("contentEncoding").map(|name| match name {
            "base64" => "byte",
            other => other,
        });
        match said("format").or(encoded).unwrap_or("") {
            "date" => format!("2024-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
            "date-time" => format!(
                "2024-{:02}-{:02}T12:{:02}:05Z",
                n % 12 + 1,
                n % 28 + 1,
                n % 60
            ),
            "uuid" => format!("0f9ad1cb-6c5b-4c3e-9d5e-{n:012}"),
            "uri" | "url" => format!("https://example.com/{n}"),
            "email" => format!("someone{n}@example.com"),
            "byte" => "aGVsbG8=".to_owned(),
            "base64url" => "aGk_Pj8".to_owned(),
            "binary" => format!("bytes {n}"),
            "ipv4" => "192.0.2.1".to_owned(),
            "decimal" => format!("{n}.25"),
            "date-optional-time" => format!("2024-02-{:02}", n % 28 + 1),
            "rails-timestamp" => format!("2024-02-{:02} 14:22:34 +0400", n % 28 + 1),
            _ => {
                let words = [
                    "plain",
                    "two words",
                    "Ünïcode",
                    "a&b=c/d",
                    "100%",
                    "quote\"d",
                ];
                let mut text = format!("{} {n}", words[self.rng.usize(0..words.len())]);
                let most = object
                    .get("maxLength")
                    .and_then(Value::as_u64)
                    .unwrap_or(64);
                while text.chars().count() as u64 > most {
                    text.pop();
                }
                while (text.chars().count() as u64)
                    < object
                        .get("minLength")
                        .and_then(Value::as_u64)
                        .unwrap_or(0)
                        .min(500)
                {
                    text.push('x');
                }
                text
            }
        }
    }

    fn integer(&mut self, object: &Map<String, Value>) -> Option<Value> {
        let (low, high) = bounds(object);
        let (low, high) = (low.ceil(), high.floor());
        let n = (low + f64::from(self.rng.u16(..)) % (high - low + 1.0)).clamp(low, high);
        #[allow(clippy::cast_possible_truncation)]
        Some(Value::from(n as i64))
    }

    fn number(&mut self, object: &Map<String, Value>) -> Option<Value> {
        let (low, high) = bounds(object);
        let n = (low + f64::from(self.rng.u16(..)) / 4.0 % (high - low + 0.001)).clamp(low, high);
        // Few digits: this side reads numbers by serde_json, which rounds the last of many.
        Number::from_f64((n * 100.0).round() / 100.0)
            .filter(|rounded| rounded.as_f64().is_some_and(|r| (low..=high).contains(&r)))
            .or_else(|| Number::from_f64(n))
            .map(Value::Number)
    }
}

fn bounds(object: &Map<String, Value>) -> (f64, f64) {
    let bound = |key: &str| object.get(key).and_then(Value::as_f64);
    let mut low = bound("minimum").or(bound("exclusiveMinimum").map(|n| n + 1.0));
    let mut high = bound("maximum").or(bound("exclusiveMaximum").map(|n| n - 1.0));
    if object.get("exclusiveMinimum").and_then(Value::as_bool) == Some(true) {
        low = low.map(|n| n + 1.0);
    }
    if object.get("exclusiveMaximum").and_then(Value::as_bool) == Some(true) {
        high = high.map(|n| n - 1.0);
    }
    let low = low
        .unwrap_or_else(|| high.map_or(0.0, |h| h - 1000.0))
        .clamp(-1e9, 1e9);
    let high = high.unwrap_or(low + 60_000.0).clamp(-1e9, 2e9).max(low);
    (low, high)
}

/// The type of a schema: written, or what its keywords say.
pub(crate) fn kind(object: &Map<String, Value>) -> Option<&str> {
    match object.get("type") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null"),
        _ if object.contains_key("properties") || object.contains_key("additionalProperties") => {
            Some("object")
        }
        _ if object.contains_key("items") || object.contains_key("prefixItems") => Some("array"),
        _ if object.contains_key("format")
            || object.contains_key("pattern")
            || object.contains_key("contentMediaType")
            || object.contains_key("maxLength") =>
        {
            Some("string")
        }
        _ => None,
    }
}

/// Whether a number has the format of an integer: it has no fraction then.
fn is_whole(object: &Map<String, Value>) -> bool {
    let format = object.get("format").and_then(Value::as_str);
    format.is_some_and(|format| format.starts_with("int") || format.starts_with("uint"))
}

fn fits(kind: Option<&Value>, value: &Value) -> bool {
    match kind.and_then(Value::as_str) {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

/// Whether two values are the same on the wire: numbers by value, times by instant and offset.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => a == b || same_time(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn same_time(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace("+00:00", "Z").replace(".000", "");
    a.len() >= 19 && a.as_bytes()[4] == b'-' && plain(a) == plain(b)
}
