//! What the branches of a union are called: the component, the `title`, the constant that tells it apart, its only property (as
//! Rust's own enums are written in JSON), or the JSON type.

use std::collections::HashMap;

use super::bases::Bases;
use crate::normalized::{Document, Schema, SchemaId, Type};
use crate::source::Value;

/// A name for each branch, each once.
pub(super) fn names(doc: &Document, bases: &Bases, branches: &[SchemaId]) -> Vec<String> {
    let first: Vec<String> = branches.iter().map(|id| name(doc, bases, *id)).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for name in &first {
        *count.entry(name).or_default() += 1;
    }
    let mut made: Vec<String> = Vec::new();
    for (at, id) in branches.iter().enumerate() {
        let plain = &first[at];
        if count.get(plain.as_str()) == Some(&1) {
            made.push(plain.clone());
            continue;
        }
        let others = branches
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at);
        let others: Vec<SchemaId> = others.map(|(_, id)| *id).collect();
        made.push(match distinctive(doc, *id, &others) {
            Some(word) => format!("{plain} {word}"),
            None => plain.clone(),
        });
    }
    // Branches that nothing tells apart are numbered.
    let mut taken: HashMap<String, usize> = HashMap::new();
    for name in &mut made {
        let count = taken.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *name = format!("{name} {count}");
        }
    }
    made
}

fn name(doc: &Document, bases: &Bases, id: SchemaId) -> String {
    let schema = &doc.schemas[id];
    let base = &doc.schemas[bases.of(id)];
    let title = schema
        .title
        .as_ref()
        .filter(|title| !title.trim().is_empty());
    // A title beside a reference is meant for the branch.
    let own = title.filter(|title| {
        let of = base.title.as_ref();
        schema.component.is_none() && !of.is_some_and(|of| of.origin.same(&title.origin))
    });
    if let Some(name) = own.map(|title| &title.value).or(base.component.as_ref()) {
        return name.clone();
    }
    if let Some(title) = title {
        return title.value.clone();
    }
    if let Some(tag) = constant(doc, schema) {
        return tag;
    }
    if let Some((name, property)) = schema.properties.first()
        && schema.properties.len() == 1
        && property.required.is_some()
    {
        return name.clone();
    }
    type_word(schema).to_owned()
}

/// The value of a required property that has only one.
fn constant(doc: &Document, schema: &Schema) -> Option<String> {
    let mut found: Vec<(&String, String)> = schema
        .properties
        .iter()
        .filter(|(_, property)| property.required.is_some())
        .filter_map(|(name, property)| {
            let values = doc.schemas[property.schema].values.as_ref()?;
            match values.value.as_slice() {
                [node] => Some((name, node.as_str()?.to_owned())),
                _ => None,
            }
        })
        .collect();
    found.sort();
    found.into_iter().next().map(|(_, value)| value)
}

/// A word for what only this branch has: a property, a value, or what its items are.
fn distinctive(doc: &Document, id: SchemaId, others: &[SchemaId]) -> Option<String> {
    let schema = &doc.schemas[id];
    let mut own: Vec<&String> = schema
        .properties
        .keys()
        .filter(|name| {
            let has = |other: &SchemaId| doc.schemas[*other].properties.contains_key(*name);
            !others.iter().any(has)
        })
        .collect();
    own.sort_by_key(|name| {
        let optional = schema
            .properties
            .get(*name)
            .is_some_and(|own| own.required.is_none());
        (optional, *name)
    });
    if let Some(name) = own.first() {
        return Some((*name).clone());
    }
    if let Some(item) = schema.items {
        let item = &doc.schemas[item];
        return Some(
            item.component
                .clone()
                .unwrap_or_else(|| type_word(item).to_owned()),
        );
    }
    if let Some(values) = &schema.values {
        return values
            .iter()
            .find_map(|value| value.as_str().map(str::to_owned));
    }
    schema.format.as_ref().map(|format| format.value.clone())
}

/// The JSON type in a word.
pub(super) fn type_word(schema: &Schema) -> &'static str {
    if let Some(values) = &schema.values
        && let Some(first) = values.first()
        && schema.types.single().is_none()
    {
        return match first.value {
            Value::String(_) => "String",
            Value::Number(_) => "Number",
            Value::Bool(_) => "Boolean",
            Value::Array(_) => "Array",
            Value::Object(_) => "Object",
            Value::Null => "Null",
        };
    }
    match schema.types.single() {
        Some(Type::String) => "String",
        Some(Type::Integer | Type::Number) => "Number",
        Some(Type::Boolean) => "Boolean",
        Some(Type::Array) => "Array",
        Some(Type::Object) => "Object",
        Some(Type::Null) | None => "Value",
    }
}
