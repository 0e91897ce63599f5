//! A spec as JSON Schema, and values that it allows: what the tests hold the generated types against.
//!
//! Nothing here comes from the generator: it reads the bundled OpenAPI document alone.

#![allow(dead_code, unreachable_pub)] // Each test uses its own part.

pub mod tree;

use serde_json::{Map, Value, json};

/// A bundled OpenAPI 3.0 document.
pub struct Spec {
    pub document: Value,
}

impl Spec {
    pub fn parse(text: &str) -> Self {
        Self {
            document: serde_json::from_str(text).expect("a bundled document is JSON"),
        }
    }

    pub fn components(&self) -> &Map<String, Value> {
        self.document["components"]["schemas"]
            .as_object()
            .expect("the document has schemas")
    }

    /// Components that are types of their own: aliases of scalars and lists are none.
    pub fn types(&self) -> Vec<&str> {
        let is_type = |schema: &Map<String, Value>| {
            schema.contains_key("properties")
                || schema.contains_key("enum")
                || schema.contains_key("oneOf")
        };
        self.components()
            .iter()
            .filter(|(_, schema)| is_type(&self.view(schema)))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The component that a schema is, where it is one: a reference, or `allOf` with one.
    pub fn target<'a>(&self, schema: &'a Value) -> Option<&'a str> {
        let reference = match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => only,
            _ => schema,
        };
        reference["$ref"]
            .as_str()?
            .strip_prefix("#/components/schemas/")
    }

    /// A schema with its references followed and its `allOf` joined.
    pub fn view(&self, schema: &Value) -> Map<String, Value> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.trim_start_matches("#/components/schemas/");
            return self.view(&self.components()[name]);
        }
        let mut view = Map::new();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            for (key, value) in self.view(part) {
                match (key.as_str(), view.get_mut(&key), value) {
                    ("properties", Some(Value::Object(all)), Value::Object(more)) => {
                        all.extend(more);
                    }
                    ("required", Some(Value::Array(all)), Value::Array(more)) => all.extend(more),
                    (_, _, value) => {
                        view.insert(key, value);
                    }
                }
            }
        }
        let siblings = schema.as_object().into_iter().flatten();
        view.extend(
            siblings
                .filter(|(key, _)| *key != "allOf")
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        view
    }

    /// The JSON Schema (2020-12) of a component.
    pub fn json_schema(&self, name: &str) -> Value {
        let definitions: Map<String, Value> = self
            .components()
            .iter()
            .map(|(name, schema)| (name.clone(), convert(schema)))
            .collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/$defs/{name}"),
            "$defs": definitions,
        })
    }

    /// The schema of an operation's body; `status` is that of a reply, none of the success.
    pub fn body(&self, operation: &str, request: bool, status: Option<u16>) -> Option<&Value> {
        let methods = self.document["paths"].as_object()?.values();
        let operation = methods
            .filter_map(Value::as_object)
            .flat_map(Map::values)
            .find(|op| op["operationId"] == operation)?;
        let body = if request {
            &operation["requestBody"]
        } else {
            let replies = operation["responses"].as_object()?;
            let found = match status {
                None => replies.iter().find(|(code, _)| code.starts_with('2')),
                Some(status) => {
                    let exact = status.to_string();
                    let range = format!("{}XX", status / 100);
                    let matches = |wanted: &str| replies.iter().find(|(code, _)| *code == wanted);
                    matches(&exact)
                        .or_else(|| matches(&range))
                        .or_else(|| matches("default"))
                }
            };
            self.resolve(found?.1)
        };
        let content = self.resolve(body)["content"].as_object()?;
        content
            .iter()
            .find(|(media, _)| media.contains("json") || media.contains("xml"))
            .map(|(_, media)| &media["schema"])
    }

    fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node["$ref"].as_str() {
            Some(reference) => self
                .document
                .pointer(reference.trim_start_matches('#'))
                .expect("a reference of a bundled document leads somewhere"),
            None => node,
        }
    }

    /// The parts of a value that are of named types, the value itself included.
    pub fn parts(&self, schema: &Value, value: &Value, found: &mut Vec<(String, Value)>) {
        if value.is_null() {
            return;
        }
        if let Some(name) = self.target(schema) {
            found.push((name.to_owned(), value.clone()));
        }
        let view = self.view(schema);
        if let Some(forms) = view.get("oneOf").and_then(Value::as_array) {
            if let Some(form) = forms
                .iter()
                .find(|form| self.view(form)["type"] == kind(value))
            {
                self.parts(form, value, found);
            }
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.parts(&view["items"], item, found);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    let schema = view.get("properties").and_then(|p| p.get(key));
                    if let Some(schema) = schema.or_else(|| view.get("additionalProperties")) {
                        self.parts(schema, member, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// A value of a schema with everything in it, down to a depth.
    pub fn full(&self, schema: &Value, depth: usize) -> Value {
        let view = self.view(schema);
        if let Some(value) = view.get("enum").and_then(|values| values.get(0)) {
            return value.clone();
        }
        if let Some(form) = view.get("oneOf").and_then(|forms| forms.get(0)) {
            return self.full(form, depth);
        }
        match view.get("type").and_then(Value::as_str) {
            Some("boolean") => json!(true),
            Some("integer" | "number") => view.get("minimum").cloned().unwrap_or(json!(7)),
            Some("array") if depth == 0 => json!([]),
            Some("array") => json!([self.full(&view["items"], depth - 1)]),
            Some("string") => json!(match view.get("format").and_then(Value::as_str) {
                Some("date") => "2017-10-10",
                Some("date-time") => "2017-10-10T12:30:00+03:00",
                Some("date-optional-time") => "2017-10-10T12:30",
                Some("rails-timestamp") => "2009-06-04 14:22:34 +0400",
                Some("uri") => "https://shop.example.invalid/a",
                Some("email") => "someone@shop.example.invalid",
                Some("uuid") => "5b8d3a52-7a0b-4d6e-9c5c-0b2f3f7f3c11",
                Some("decimal") => "12.50",
                _ => "text",
            }),
            _ => {
                let required = view.get("required").and_then(Value::as_array);
                let is_required =
                    |key: &str| required.is_some_and(|keys| keys.iter().any(|k| k == key));
                let properties = view.get("properties").and_then(Value::as_object);
                properties
                    .into_iter()
                    .flatten()
                    .filter(|(key, _)| depth > 0 || is_required(key))
                    .map(|(key, schema)| (key.clone(), self.full(schema, depth.saturating_sub(1))))
                    .collect::<Map<_, _>>()
                    .into()
            }
        }
    }
}

/// The JSON Schema type of a value.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A schema of OpenAPI 3.0 as one of JSON Schema. What is said of the reading alone (`x-accept`) is left out.
fn convert(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let flag = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    let mut out = Map::new();
    for (key, value) in schema {
        let (key, value) = match key.as_str() {
            "$ref" => {
                let name = value.as_str().unwrap_or_default();
                let name = name.replace("#/components/schemas/", "#/$defs/");
                (key.as_str(), json!(name))
            }
            "minimum" if flag("exclusiveMinimum") => ("exclusiveMinimum", value.clone()),
            "maximum" if flag("exclusiveMaximum") => ("exclusiveMaximum", value.clone()),
            "type" | "enum" | "required" | "minimum" | "maximum" | "multipleOf" | "minLength"
            | "maxLength" | "pattern" | "minItems" | "maxItems" | "uniqueItems"
            | "minProperties" | "maxProperties" | "format" => (key.as_str(), value.clone()),
            "items" | "additionalProperties" | "not" => (key.as_str(), convert(value)),
            "allOf" | "anyOf" | "oneOf" => {
                let all = value.as_array().into_iter().flatten().map(convert);
                // A form is known by its JSON type; the format of a string there is documentation only.
                let all = all.map(|mut form| {
                    if let (Value::Object(members), "oneOf") = (&mut form, key.as_str()) {
                        members.remove("format");
                    }
                    form
                });
                (key.as_str(), all.collect())
            }
            "properties" => {
                let all = value.as_object().into_iter().flatten();
                let all = all.map(|(name, schema)| (name.clone(), convert(schema)));
                (key.as_str(), Value::Object(all.collect()))
            }
            _ => continue,
        };
        out.insert(key.to_owned(), value);
    }
    if flag("nullable") {
        return json!({"anyOf": [out, {"type": "null"}]});
    }
    out.into()
}
