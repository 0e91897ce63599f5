//! JSON Schema of the runtime's types, by schemars.

use std::borrow::Cow;

pub use schemars;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::value::time::DateOptionalTime as DateOptionalTimeValue;
use crate::{Maybe, Secret};

/// Marks a schema whose null is meant, until [`documented`] has looked at it.
const MARKER: &str = "x-nullable";
/// Marks an `Option` that must be there, as a value or as null, likewise.
const REQUIRED: &str = "x-required";

/// Gives a type this schema, under this name.
macro_rules! like {
    ($ty:ty, $name:expr, $schema:tt) => {
        impl JsonSchema for $ty {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

/// A type that only stands for a schema.
macro_rules! form {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        pub struct $name;

        like!($name, stringify!($name), $schema);
    };
}

form! {
    /// A decimal written as a number, for `schemars(with = "…")`.
    Decimal, { "type": "number", "format": "decimal" }
}
form! {
    /// A decimal written as a string, for `schemars(with = "…")`.
    DecimalString, { "type": "string", "format": "decimal" }
}
form! {
    /// A date, for `schemars(with = "…")`.
    Date, { "type": "string", "format": "date" }
}
form! {
    /// A moment in RFC 3339, for `schemars(with = "…")`.
    DateTime, { "type": "string", "format": "date-time" }
}
form! {
    /// A moment as Rails writes it, for `schemars(with = "…")`.
    RailsTimestamp, { "type": "string", "format": "rails-timestamp" }
}
form! {
    /// A date with or without a time, for `schemars(with = "…")`.
    DateOptionalTime, { "type": "string", "format": "date-optional-time" }
}

like!(Secret, "Secret", { "type": "string", "format": "password" });
like!(DateOptionalTimeValue, "DateOptionalTime", { "type": "string", "format": "date-optional-time" });

impl<T: JsonSchema> JsonSchema for Maybe<T> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("Maybe_{}", T::schema_name()))
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<Option<T>>();
        schema.insert(MARKER.to_owned(), Value::Bool(true));
        schema
    }
}

/// Returns a transform for structs: removes null from properties that need not be there, as an `Option` stands for "may be
/// left out"; a [`Maybe`] keeps it. An `Option` for "must be there, may be null" becomes required.
pub fn documented(schema: &mut Schema) {
    require_marked(schema);
    let required: Vec<String> = match schema.get("required") {
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        let Value::Object(property) = property else {
            continue;
        };
        let nullable = property.remove(MARKER).is_some();
        if !nullable && !required.contains(name) {
            remove_null(property);
        }
    }
}

fn require_marked(schema: &mut Schema) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let marked: Vec<Value> = properties
        .iter_mut()
        .filter_map(|(name, property)| {
            property.as_object_mut()?.remove(REQUIRED)?;
            Some(Value::String(name.clone()))
        })
        .collect();
    if marked.is_empty() {
        return;
    }
    match schema.get_mut("required") {
        Some(Value::Array(names)) => names.extend(marked),
        _ => {
            schema.insert("required".to_owned(), Value::Array(marked));
        }
    }
}

fn remove_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|ty| ty != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = property.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(variants)) = property.get_mut("anyOf") {
        variants.retain(|variant| variant.get("type").is_none_or(|ty| ty != "null"));
        if let [Value::Object(only)] = variants.as_slice() {
            let only = only.clone();
            property.remove("anyOf");
            for (key, value) in only {
                property.entry(key).or_insert(value);
            }
        }
    }
}

#[doc(hidden)]
pub fn string_enum(known: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": known })
}

#[doc(hidden)]
pub fn integer_enum(known: &[i64]) -> Schema {
    json_schema!({ "type": "integer", "enum": known })
}

#[doc(hidden)]
pub fn union(variants: Vec<Schema>) -> Schema {
    json_schema!({ "anyOf": variants })
}
