//! Samples of bodies as they are sent: made of a document's examples where it has them, and of its schemas where not. Both sides of a
//! comparison make the same values for the same names, so that samples differ where the documents do.

use std::fmt::Write as _;

use lavka_model::media::{self, Media};
use lavka_model::normalized::{
    Additional, Dialect, Document, MediaType, Schema, SchemaId, Type, XmlName, XmlNode, XmlShape,
};
use lavka_model::source::{self, Node};
use serde_json::Value;

use crate::level::Direction;
use crate::wire::is_xml;

/// How deep values are made.
const DEPTH: usize = 6;
/// How many values a sample has at most.
const SIZE: usize = 400;

/// A body as text, in the encoding of its media type; `None` where it is neither JSON nor XML.
#[must_use]
pub fn encode(document: &Document, media: &MediaType, direction: Direction) -> Option<String> {
    let id = media.schema?;
    let mut maker = Maker {
        document,
        direction,
        left: SIZE,
    };
    let value = maker.value(id, "value", 0);
    if is_xml(&media.name) {
        let root = media.root.clone()?;
        let mut writer = Writer {
            document,
            direction,
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
        };
        let shape = XmlShape {
            name: root,
            ..XmlShape::default()
        };
        writer.element(id, &value, &shape.name, None, 0);
        return Some(writer.out);
    }
    if media::media(&media.name) == Media::Json {
        let mut out = String::new();
        value.write(&mut out, 0);
        return Some(out);
    }
    None
}

/// A value whose properties keep the order of the document.
#[derive(Clone, Debug, PartialEq)]
enum Sample {
    Scalar(Value),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Sample {
    fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(Value::Null))
    }

    /// JSON, indented.
    fn write(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        };
        match self {
            Self::Array(items) if !items.is_empty() => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    item.write(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
            Self::Object(members) if !members.is_empty() => {
                out.push('{');
                for (at, (name, member)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    out.push_str(&Value::String(name.clone()).to_string());
                    out.push_str(": ");
                    member.write(out, depth + 1);
                }
                line(out, depth);
                out.push('}');
            }
            Self::Array(_) => out.push_str("[]"),
            Self::Object(_) => out.push_str("{}"),
            Self::Scalar(value) => out.push_str(&value.to_string()),
        }
    }
}

/// A value as it is written in the document.
fn written(node: &Node) -> Sample {
    match &node.value {
        source::Value::Array(items) => Sample::Array(items.iter().map(written).collect()),
        source::Value::Object(object) => Sample::Object(
            object
                .iter()
                .map(|(name, member)| (name.clone(), written(&member.node)))
                .collect(),
        ),
        _ => Sample::Scalar(node.to_json()),
    }
}

struct Maker<'a> {
    document: &'a Document,
    direction: Direction,
    left: usize,
}

/// Whether a property does not travel this way.
fn hidden(schema: &Schema, direction: Direction) -> bool {
    match direction {
        Direction::Argument => schema.read_only.value,
        Direction::Reply => schema.write_only.value,
    }
}

impl Maker<'_> {
    fn value(&mut self, id: SchemaId, name: &str, depth: usize) -> Sample {
        let schema = &self.document.schemas[id];
        if depth > DEPTH || self.left == 0 {
            return Sample::Scalar(Value::Null);
        }
        self.left -= 1;
        let composite = !schema.properties.is_empty() || schema.items.is_some();
        if !composite && let Some(known) = known(schema) {
            return known;
        }
        if let Some(&branch) = schema.one_of.first().or(schema.any_of.first()) {
            let mut value = self.value(branch, name, depth + 1);
            self.tag(schema, branch, &mut value);
            return value;
        }
        let types = *schema.types;
        let first = types.without(Type::Null).iter().next();
        match first {
            _ if !schema.properties.is_empty() => self.object(schema, depth),
            Some(Type::Object) => self.object(schema, depth),
            Some(Type::Array) => self.array(schema, name, depth),
            Some(Type::Boolean) => Sample::Scalar(Value::Bool(true)),
            Some(Type::Integer) => Sample::Scalar(number(schema, 1.0, true)),
            Some(Type::Number) => Sample::Scalar(number(schema, 1.5, false)),
            Some(Type::String) => Sample::Scalar(Value::String(text(schema, name))),
            _ => Sample::Scalar(Value::Null),
        }
    }

    fn object(&mut self, schema: &Schema, depth: usize) -> Sample {
        let mut object = Vec::new();
        for (name, property) in &schema.properties {
            if self.left == 0 {
                break;
            }
            if hidden(&self.document.schemas[property.schema], self.direction) {
                continue;
            }
            let value = self.value(property.schema, name, depth + 1);
            if !value.is_null() || property.required.is_some() {
                object.push((name.clone(), value));
            }
        }
        if let Additional::Schema(id, _) = &schema.additional {
            let value = self.value(*id, "value", depth + 1);
            object.push(("key".to_owned(), value));
        }
        Sample::Object(object)
    }

    fn array(&mut self, schema: &Schema, name: &str, depth: usize) -> Sample {
        if !schema.prefix_items.is_empty() {
            let items = schema.prefix_items.iter();
            return Sample::Array(items.map(|&id| self.value(id, name, depth + 1)).collect());
        }
        match schema.items {
            Some(id) => {
                let item = self.value(id, name, depth + 1);
                Sample::Array(if item.is_null() {
                    Vec::new()
                } else {
                    vec![item]
                })
            }
            None => Sample::Array(Vec::new()),
        }
    }

    /// The discriminator's value for a branch.
    fn tag(&self, schema: &Schema, branch: SchemaId, value: &mut Sample) {
        let Some(discriminator) = &schema.discriminator else {
            return;
        };
        let mapped = discriminator
            .mapping
            .iter()
            .find(|(_, (target, _))| *target == Some(branch))
            .map(|(name, _)| name.clone())
            .or_else(|| self.document.schemas[branch].component.clone());
        if let (Sample::Object(object), Some(name)) = (value, mapped) {
            let property = &discriminator.property.value;
            let tag = Sample::Scalar(Value::String(name));
            match object.iter_mut().find(|(name, _)| name == property) {
                Some((_, known)) => *known = tag,
                None => object.push((property.clone(), tag)),
            }
        }
    }
}

/// What the document says itself.
fn known(schema: &Schema) -> Option<Sample> {
    let value = schema.examples.first().or(schema.default.as_ref());
    let value = value.or_else(|| schema.values.as_ref()?.value.first());
    value.map(written)
}

fn number(schema: &Schema, usual: f64, whole: bool) -> Value {
    let bound = |limit: &Option<lavka_model::normalized::Spanned<serde_json::Number>>| {
        limit.as_ref().and_then(|limit| limit.value.as_f64())
    };
    let low = bound(&schema.limits.minimum).unwrap_or(usual);
    let high = bound(&schema.limits.maximum).unwrap_or(f64::MAX);
    let value = usual.max(low).min(high);
    if whole {
        #[allow(clippy::cast_possible_truncation)]
        return Value::from(value as i64);
    }
    Value::from(value)
}

fn text(schema: &Schema, name: &str) -> String {
    let format = schema.format.as_ref().map(|format| format.value.as_str());
    match format {
        Some("date") => "2026-11-26".to_owned(),
        Some("date-time") => "2026-11-26T12:00:00Z".to_owned(),
        Some("time") => "12:00:00Z".to_owned(),
        Some("uuid") => "3f2a7c1e-0b4d-4e5f-8a6b-9c0d1e2f3a4b".to_owned(),
        Some("uri" | "url") => "https://example.com/".to_owned(),
        Some("email") => "someone@example.com".to_owned(),
        Some("byte") => "AAEC".to_owned(),
        Some("decimal") => "1.50".to_owned(),
        Some("password") => "********".to_owned(),
        _ => {
            let least = schema
                .limits
                .min_length
                .as_ref()
                .map_or(0, |least| least.value);
            let least = usize::try_from(least.min(80)).unwrap_or(0);
            let mut text = name.to_owned();
            while text.chars().count() < least {
                text.push('x');
            }
            text
        }
    }
}

struct Writer<'a> {
    document: &'a Document,
    direction: Direction,
    out: String,
}

fn qualified(name: &XmlName) -> String {
    match (&name.prefix, &name.namespace) {
        (Some(prefix), Some(_)) => format!("{prefix}:{}", name.local),
        _ => name.local.clone(),
    }
}

fn declaration(name: &XmlName) -> String {
    match (&name.prefix, &name.namespace) {
        (Some(prefix), Some(uri)) => format!(" xmlns:{prefix}=\"{}\"", escape(uri)),
        (None, Some(uri)) => format!(" xmlns=\"{}\"", escape(uri)),
        _ => String::new(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn scalar(value: &Sample) -> String {
    match value {
        Sample::Scalar(Value::String(text)) => escape(text),
        Sample::Scalar(Value::Null) | Sample::Array(_) | Sample::Object(_) => String::new(),
        Sample::Scalar(other) => other.to_string(),
    }
}

impl Writer<'_> {
    fn element(
        &mut self,
        id: SchemaId,
        value: &Sample,
        name: &XmlName,
        type_attribute: Option<&str>,
        depth: usize,
    ) {
        if depth > 2 * DEPTH + 4 {
            return;
        }
        let document = self.document;
        let schema = &document.schemas[id];
        let pad = "  ".repeat(depth);
        let tag = qualified(name);
        let mut open = format!("{pad}<{tag}{}", declaration(name));
        if let Some(ty) = type_attribute {
            let _ = write!(open, " type=\"{}\"", escape(ty));
        }
        let schema = branch(document, schema, value);
        match value {
            Sample::Object(object) => {
                let mut text = String::new();
                let mut children = Vec::new();
                for (key, value) in object {
                    let Some(property) = schema.properties.get(key.as_str()) else {
                        continue;
                    };
                    match property.xml.node {
                        XmlNode::Attribute => {
                            let name = qualified(&property.xml.name);
                            let _ = write!(open, " {name}=\"{}\"", scalar(value));
                        }
                        XmlNode::Text => text = scalar(value),
                        XmlNode::Element => children.push((property, value)),
                    }
                }
                if children.is_empty() {
                    let _ = writeln!(self.out, "{open}>{text}</{tag}>");
                    return;
                }
                let _ = writeln!(self.out, "{open}>{text}");
                for (property, value) in children {
                    self.property(property.schema, value, &property.xml, depth + 1);
                }
                let _ = writeln!(self.out, "{pad}</{tag}>");
            }
            Sample::Array(items) => {
                let _ = writeln!(self.out, "{open}>");
                for item in items {
                    if let Some(id) = schema.items {
                        let name = self.item_name(id);
                        self.element(id, item, &name, None, depth + 1);
                    }
                }
                let _ = writeln!(self.out, "{pad}</{tag}>");
            }
            value => {
                let _ = writeln!(self.out, "{open}>{}</{tag}>", scalar(value));
            }
        }
    }

    fn item_name(&self, id: SchemaId) -> XmlName {
        let schema = &self.document.schemas[id];
        let given = schema.xml.as_ref().and_then(|xml| xml.name.as_ref());
        let local = given
            .map(|name| name.value.clone())
            .or_else(|| schema.component.clone())
            .unwrap_or_else(|| "item".to_owned());
        XmlName {
            local,
            ..XmlName::default()
        }
    }

    fn property(&mut self, id: SchemaId, value: &Sample, shape: &XmlShape, depth: usize) {
        let schema = &self.document.schemas[id];
        if hidden(schema, self.direction) {
            return;
        }
        let rails = self.document.lavka.xml_dialect.value == Dialect::Rails;
        let attribute = shape.type_attribute.as_deref();
        match (value, schema.items) {
            (Sample::Array(items), Some(item)) => match &shape.item {
                Some(name) => {
                    let pad = "  ".repeat(depth);
                    let tag = qualified(&shape.name);
                    let ty = attribute.filter(|_| rails);
                    let ty = ty.map_or(String::new(), |ty| format!(" type=\"{}\"", escape(ty)));
                    let _ = writeln!(self.out, "{pad}<{tag}{}{ty}>", declaration(&shape.name));
                    for value in items {
                        self.element(item, value, name, None, depth + 1);
                    }
                    let _ = writeln!(self.out, "{pad}</{tag}>");
                }
                None => {
                    for value in items {
                        self.element(item, value, &shape.name, None, depth);
                    }
                }
            },
            _ => self.element(id, value, &shape.name, attribute, depth),
        }
    }
}

/// The alternative that a value is, of a choice.
fn branch<'a>(document: &'a Document, schema: &'a Schema, value: &Sample) -> &'a Schema {
    let Sample::Object(object) = value else {
        return schema;
    };
    if !schema.properties.is_empty() {
        return schema;
    }
    let branches = schema.branches();
    branches
        .map(|id| &document.schemas[id])
        .find(|branch| {
            object
                .iter()
                .all(|(key, _)| branch.properties.contains_key(key))
        })
        .unwrap_or(schema)
}
