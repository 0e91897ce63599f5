//! What a schema says about its form in XML: names, attributes, lists.

use serde_json::Value;

use crate::document::Document;

/// An element's or attribute's name, as the schema gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) local: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) prefix: Option<&'a str>,
}

/// Where a property is in its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Element,
    Attribute,
    /// The element's own text.
    Text,
}

/// A property's form in XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'a> {
    pub(super) key: &'a str,
    pub(super) name: Name<'a>,
    pub(super) carrier: Carrier,
    pub(super) schema: &'a Value,
}

/// What kind of value a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Object,
    Array,
    /// One of several forms.
    OneOf,
    /// Any JSON value.
    Any,
}

/// The kind of a resolved schema.
pub(super) fn kind(schema: &Value) -> Kind {
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => Kind::String,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("object") => Kind::Object,
        Some("array") => Kind::Array,
        _ if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() => Kind::OneOf,
        _ if schema.get("properties").is_some() => Kind::Object,
        _ => Kind::Any,
    }
}

/// The forms that a `oneOf` or `anyOf` lists.
pub(super) fn forms(schema: &Value) -> &[Value] {
    let list = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    list.and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The properties of a resolved object schema.
pub(super) fn properties<'a>(document: &'a Document, schema: &'a Value) -> Vec<Property<'a>> {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Vec::new();
    };
    properties
        .iter()
        .map(|(key, schema)| {
            let resolved = document.resolve(schema);
            // A reference keeps the property's name; the name of what it refers to is that of a root.
            let own = if schema.get("$ref").is_some() {
                None
            } else {
                schema.get("xml")
            };
            let unwrapped = is_list(document, resolved) && !is_wrapped(resolved);
            let item_name = resolved
                .get("items")
                .filter(|_| unwrapped)
                .and_then(|items| own_or_inherited(document, items));
            let name = match item_name {
                Some(name) => named(Some(name), key),
                None => named(own, key),
            };
            let flag = |name: &str| own.and_then(|xml| xml.get(name)) == Some(&Value::Bool(true));
            let carrier = if flag("attribute") {
                Carrier::Attribute
            } else if schema.get("x-text").or_else(|| resolved.get("x-text"))
                == Some(&Value::Bool(true))
                || flag("x-text")
            {
                Carrier::Text
            } else {
                Carrier::Element
            };
            Property {
                key,
                name,
                carrier,
                schema,
            }
        })
        .collect()
}

/// The name of a wrapped list's items; that of the list where they have none.
pub(super) fn item_name<'a>(
    document: &'a Document,
    list: &'a Value,
    fallback: &'a str,
) -> Name<'a> {
    let xml = list
        .get("items")
        .and_then(|items| own_or_inherited(document, items));
    named(xml, fallback)
}

/// The name of a root element: the schema's, or else that of the component that it refers to.
pub(super) fn root_name<'a>(document: &'a Document, schema: &'a Value) -> Option<Name<'a>> {
    let xml = own_or_inherited(document, schema);
    let component = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| target.strip_prefix("#/components/schemas/"));
    match (xml.and_then(|xml| xml.get("name")), component) {
        (Some(_), _) => Some(named(xml, "")),
        (None, Some(component)) => Some(named(xml, component)),
        (None, None) => None,
    }
}

/// Whether a list of this schema is in an element of its own.
pub(super) fn is_wrapped(schema: &Value) -> bool {
    schema
        .pointer("/xml/wrapped")
        .or_else(|| schema.pointer("/x-inherited-xml/wrapped"))
        == Some(&Value::Bool(true))
}

/// Whether a schema is a list, or may be.
pub(super) fn is_list(document: &Document, schema: &Value) -> bool {
    match kind(schema) {
        Kind::Array => true,
        Kind::OneOf => forms(schema)
            .iter()
            .any(|form| kind(document.resolve(form)) == Kind::Array),
        _ => false,
    }
}

fn own_or_inherited<'a>(document: &'a Document, schema: &'a Value) -> Option<&'a Value> {
    let own = |schema: &'a Value| {
        schema
            .get("xml")
            .filter(|xml| xml.get("name").is_some())
            .or_else(|| schema.get("x-inherited-xml"))
            .filter(|xml| xml.get("name").is_some())
    };
    own(schema).or_else(|| own(document.resolve(schema)))
}

fn named<'a>(xml: Option<&'a Value>, fallback: &'a str) -> Name<'a> {
    let text = |key: &str| xml.and_then(|xml| xml.get(key)).and_then(Value::as_str);
    Name {
        local: text("name").unwrap_or(fallback),
        namespace: text("namespace"),
        prefix: text("prefix"),
    }
}
