//! Families of objects: a schema with a discriminator, and the components that extend it.

use serde_json::{Map, Value};

use crate::document::Document;

/// The components that may be in the place of the schema that a reference names, each with the value of the discriminator; `None`
/// where the schema has no discriminator of its own, or is a union.
pub(crate) fn members(
    document: &Document,
    reference: &str,
) -> Option<(String, Vec<(String, String)>)> {
    let base = document.at(reference)?.as_object()?;
    if base.contains_key("oneOf") || base.contains_key("anyOf") {
        return None;
    }
    let discriminator = base.get("discriminator")?;
    let property = discriminator.get("propertyName")?.as_str()?.to_owned();
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let mapping: Vec<(&String, String)> = mapping
        .into_iter()
        .flatten()
        .filter_map(|(tag, target)| Some((tag, full(target.as_str()?))))
        .collect();
    let mut made: Vec<(String, String)> = mapping
        .iter()
        .filter(|(_, target)| target != reference && document.at(target).is_some())
        .map(|(tag, target)| (target.clone(), (*tag).clone()))
        .collect();
    let listed = base.get("properties").and_then(|all| all.get(&property));
    let listed = listed
        .and_then(|schema| document.resolve(schema)?.get("enum")?.as_array())
        .map(|values| values.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let components = document
        .0
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in components.into_iter().flatten() {
        let target = full(name);
        let known = mapping.iter().any(|(_, known)| *known == target);
        let allowed = listed
            .as_ref()
            .is_none_or(|values| values.contains(&name.as_str()));
        if !known && allowed && extends(schema, reference) {
            made.push((target, name.clone()));
        }
    }
    Some((property, made))
}

/// What `mapping` names: a reference, or a component.
fn full(target: &str) -> String {
    match target.contains('#') {
        true => target.to_owned(),
        false => format!("#/components/schemas/{target}"),
    }
}

fn extends(schema: &Value, reference: &str) -> bool {
    let entries = schema.get("allOf").and_then(Value::as_array);
    let mut entries = entries.into_iter().flatten();
    entries.any(|entry| entry.get("$ref").and_then(Value::as_str) == Some(reference))
}

/// Gives an object the value of the discriminator by which it is known.
pub(crate) fn tag(object: &mut Map<String, Value>, property: &str, value: &str) {
    object.insert(property.to_owned(), Value::String(value.to_owned()));
}
