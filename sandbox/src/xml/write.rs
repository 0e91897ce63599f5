//! Writes a JSON value as XML by its schema: the sandbox's error replies.

use serde_json::{Map, Value};

use super::Dialect;
use super::shape::{self, Carrier, Kind, Name};
use crate::document::Document;

/// The XML document of a value. What the schema does not describe is left out.
pub(crate) fn write(
    document: &Document,
    dialect: Dialect,
    schema: &Value,
    root: Option<&str>,
    value: &Value,
) -> String {
    let by_schema = shape::root_name(document, schema);
    let name = Name {
        local: root
            .or(by_schema.map(|name| name.local))
            .unwrap_or("result"),
        namespace: by_schema.and_then(|name| name.namespace),
        prefix: by_schema.and_then(|name| name.prefix),
    };
    let mut writer = Writer {
        document,
        dialect,
        out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
    };
    let resolved = document.resolve(schema);
    if shape::kind(resolved) == Kind::Array {
        writer.wrapped(name, resolved, value);
    } else {
        writer.element(name, schema, value);
    }
    writer.out
}

struct Writer<'d> {
    document: &'d Document,
    dialect: Dialect,
    out: String,
}

impl Writer<'_> {
    fn element(&mut self, name: Name<'_>, schema: &Value, value: &Value) {
        let document = self.document;
        let schema = document.resolve(schema);
        let schema = match shape::kind(schema) {
            Kind::OneOf => shape::forms(schema)
                .iter()
                .map(|form| document.resolve(form))
                .find(|form| fits(shape::kind(form), value))
                .unwrap_or(schema),
            _ => schema,
        };
        if let (Kind::Array, Value::Array(_)) = (shape::kind(schema), value) {
            self.wrapped(name, schema, value);
            return;
        }
        let ty = schema.get("x-type").and_then(Value::as_str);
        self.open(name, ty.filter(|_| self.dialect == Dialect::Rails));
        match value {
            Value::Null => {
                if self.dialect == Dialect::Rails {
                    self.out.push_str(" nil=\"true\"");
                }
                self.out.push_str("/>");
                return;
            }
            Value::Object(members) => self.members(schema, members),
            Value::String(text) => self.body(text),
            other => self.body(&other.to_string()),
        }
        self.close(name);
    }

    fn members(&mut self, schema: &Value, members: &Map<String, Value>) {
        let document = self.document;
        let properties = shape::properties(document, schema);
        for property in properties
            .iter()
            .filter(|property| property.carrier == Carrier::Attribute)
        {
            if let Some(value) = members.get(property.key).and_then(plain) {
                self.out.push(' ');
                self.out.push_str(property.name.local);
                self.out.push_str("=\"");
                escape(&value, &mut self.out);
                self.out.push('"');
            }
        }
        self.out.push('>');
        for property in &properties {
            let Some(value) = members.get(property.key) else {
                continue;
            };
            let resolved = document.resolve(property.schema);
            match (property.carrier, value) {
                (Carrier::Attribute, _) => {}
                (Carrier::Text, value) => escape(&plain(value).unwrap_or_default(), &mut self.out),
                (Carrier::Element, Value::Null) if self.dialect != Dialect::Rails => {}
                (Carrier::Element, Value::Array(values))
                    if shape::is_list(document, resolved) && !shape::is_wrapped(resolved) =>
                {
                    let items = list_items(document, resolved);
                    for value in values {
                        self.element(property.name, items, value);
                    }
                }
                (Carrier::Element, value) => self.element(property.name, property.schema, value),
            }
        }
    }

    fn wrapped(&mut self, name: Name<'_>, schema: &Value, value: &Value) {
        self.open(name, (self.dialect == Dialect::Rails).then_some("array"));
        self.out.push('>');
        let item = shape::item_name(self.document, schema, name.local);
        let items = schema.get("items").unwrap_or(&Value::Null);
        for value in value.as_array().map(Vec::as_slice).unwrap_or_default() {
            self.element(item, items, value);
        }
        self.close(name);
    }

    /// The start tag without its end.
    fn open(&mut self, name: Name<'_>, ty: Option<&str>) {
        self.out.push('<');
        self.tag(name);
        if let Some(namespace) = name.namespace {
            let prefix = name
                .prefix
                .map(|prefix| format!(":{prefix}"))
                .unwrap_or_default();
            self.out.push_str(&format!(" xmlns{prefix}=\""));
            escape(namespace, &mut self.out);
            self.out.push('"');
        }
        if let Some(ty) = ty {
            self.out.push_str(" type=\"");
            escape(ty, &mut self.out);
            self.out.push('"');
        }
    }

    fn body(&mut self, text: &str) {
        self.out.push('>');
        escape(text, &mut self.out);
    }

    fn close(&mut self, name: Name<'_>) {
        self.out.push_str("</");
        self.tag(name);
        self.out.push('>');
    }

    fn tag(&mut self, name: Name<'_>) {
        if let Some(prefix) = name.prefix {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(name.local);
    }
}

/// The items of a list, or of the form of a value that is one.
fn list_items<'a>(document: &'a Document, schema: &'a Value) -> &'a Value {
    let list = match shape::kind(schema) {
        Kind::OneOf => shape::forms(schema)
            .iter()
            .map(|form| document.resolve(form))
            .find(|form| shape::kind(form) == Kind::Array)
            .unwrap_or(schema),
        _ => schema,
    };
    list.get("items").unwrap_or(&Value::Null)
}

fn fits(kind: Kind, value: &Value) -> bool {
    matches!(
        (kind, value),
        (Kind::String, Value::String(_))
            | (Kind::Integer | Kind::Number, Value::Number(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Object, Value::Object(_))
            | (Kind::Array, Value::Array(_))
    )
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Appends a text with XML's special characters escaped; characters that XML cannot carry become U+FFFD.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}
