//! Schemas inside a condition, as they are written: what one allows beside another.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::level::Variance;

/// Keywords whose schema applies to a part of the value: what is stricter inside is stricter outside.
const INSIDE: &[&str] = &[
    "contains",
    "else",
    "items",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords of which a larger number is stricter.
const LEAST: &[&str] = &[
    "exclusiveMinimum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
];

/// Keywords of which a smaller number is stricter.
const MOST: &[&str] = &[
    "exclusiveMaximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
];

/// Keywords that take something away, and that are not compared further.
const OTHERS: &[&str] = &["dependentRequired", "multipleOf", "pattern", "uniqueItems"];

/// Keywords that say nothing about values.
const TEXTS: &[&str] = &[
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// What is known of a change.
#[derive(Clone, Copy, Default)]
struct Effect {
    narrows: bool,
    widens: bool,
    unknown: bool,
}

impl Effect {
    const UNKNOWN: Self = Self {
        narrows: false,
        widens: false,
        unknown: true,
    };

    fn of(narrows: bool, widens: bool) -> Self {
        Self {
            narrows,
            widens,
            unknown: false,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            narrows: self.narrows || other.narrows,
            widens: self.widens || other.widens,
            unknown: self.unknown || other.unknown,
        }
    }

    /// Of the contrary.
    fn reversed(self) -> Self {
        Self {
            narrows: self.widens,
            widens: self.narrows,
            ..self
        }
    }
}

/// How a schema relates to the one that it replaces: nothing, or a variance, which may be unknown.
pub(super) fn relation(one: &Value, other: &Value) -> Option<Option<Variance>> {
    let effect = compare(one, other);
    match effect.unknown {
        true => Some(None),
        false => Variance::of(effect.narrows, effect.widens).map(Some),
    }
}

fn compare(one: &Value, other: &Value) -> Effect {
    let empty = Map::new();
    let (one, other) = match (one, other) {
        (Value::Bool(was), Value::Bool(is)) => return Effect::of(*was && !is, *is && !was),
        (Value::Bool(false), _) => return Effect::of(false, true),
        (_, Value::Bool(false)) => return Effect::of(true, false),
        (Value::Bool(true), Value::Object(other)) => (&empty, other),
        (Value::Object(one), Value::Bool(true)) => (one, &empty),
        (Value::Object(one), Value::Object(other)) => (one, other),
        _ => return Effect::UNKNOWN,
    };
    let names: BTreeSet<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
    let names = names.into_iter();
    names.fold(Effect::default(), |effect, name| {
        effect.and(keyword(name, (one, other)))
    })
}

fn keyword(name: &str, (one, other): (&Map<String, Value>, &Map<String, Value>)) -> Effect {
    let (was, is) = (one.get(name), other.get(name));
    if was == is || TEXTS.contains(&name) {
        return Effect::default();
    }
    // The value of one limit may follow from the other.
    let twin = match name {
        "minimum" => "exclusiveMinimum",
        "exclusiveMinimum" => "minimum",
        "maximum" => "exclusiveMaximum",
        "exclusiveMaximum" => "maximum",
        "const" => "enum",
        "enum" | "type" => "const",
        _ => "",
    };
    let limits = matches!(name, "const" | "enum" | "type") && has_values(one) && has_values(other);
    if one.get(twin) != other.get(twin) && (was.is_none() || is.is_none()) && !limits {
        return Effect::UNKNOWN;
    }
    match name {
        // Values say their type themselves.
        "type" if limits => Effect::UNKNOWN,
        "const" | "enum" if limits => {
            let (was, is) = (values(one), values(other));
            Effect::of(!was.is_subset(&is), !is.is_subset(&was))
        }
        "type" if was.is_some() && is.is_some() => {
            let (was, is) = (types(was), types(is));
            Effect::of(!was.is_subset(&is), !is.is_subset(&was))
        }
        "properties" | "patternProperties" | "dependentSchemas" => members(name, (one, other)),
        "required" => {
            let (was, is) = (texts(was), texts(is));
            Effect::of(!is.is_subset(&was), !was.is_subset(&is))
        }
        "not" => match (was, is) {
            (Some(was), Some(is)) => compare(was, is).reversed(),
            _ => Effect::of(is.is_some(), was.is_some()),
        },
        // Which properties and items these are of follows from others.
        "additionalProperties" if known_properties(one) != known_properties(other) => {
            Effect::UNKNOWN
        }
        "items" if one.get("prefixItems") != other.get("prefixItems") => Effect::UNKNOWN,
        "then" | "else" if one.get("if") != other.get("if") => Effect::UNKNOWN,
        // Fewer items may be what another limit asks for.
        "contains" if one.contains_key("maxContains") || other.contains_key("maxContains") => {
            Effect::UNKNOWN
        }
        "additionalProperties" => inside(was, is),
        name if INSIDE.contains(&name) => inside(was, is),
        name if LEAST.contains(&name) || MOST.contains(&name) => {
            let number = |value: Option<&Value>| value.map(Value::as_f64);
            match (number(was), number(is)) {
                (Some(Some(was)), Some(Some(is))) => {
                    let tighter = (is > was) == LEAST.contains(&name);
                    Effect::of(tighter, !tighter)
                }
                (None, Some(Some(_))) => Effect::of(true, false),
                (Some(Some(_)), None) => Effect::of(false, true),
                _ => Effect::UNKNOWN,
            }
        }
        "const" | "enum" | "type" => Effect::of(is.is_some(), was.is_some()),
        name if OTHERS.contains(&name) && (was.is_none() || is.is_none()) => {
            Effect::of(is.is_some(), was.is_some())
        }
        _ => Effect::UNKNOWN,
    }
}

/// Of a schema of parts; where there is none, everything is allowed.
fn inside(was: Option<&Value>, is: Option<&Value>) -> Effect {
    const ALL: Value = Value::Bool(true);
    compare(was.unwrap_or(&ALL), is.unwrap_or(&ALL))
}

/// Of a map of schemas.
fn members(name: &str, (one, other): (&Map<String, Value>, &Map<String, Value>)) -> Effect {
    let (Some(was), Some(is)) = (object(one.get(name)), object(other.get(name))) else {
        return Effect::UNKNOWN;
    };
    let closes = |schema: &Map<String, Value>| {
        let keys = ["additionalProperties", "unevaluatedProperties"];
        name != "dependentSchemas" && keys.iter().any(|key| schema.contains_key(*key))
    };
    if !was.keys().eq(is.keys()) && (closes(one) || closes(other)) {
        return Effect::UNKNOWN;
    }
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let names = names.into_iter();
    names.fold(Effect::default(), |effect, name| {
        effect.and(inside(was.get(name), is.get(name)))
    })
}

/// An object, which is empty where it is absent.
fn object(value: Option<&Value>) -> Option<Map<String, Value>> {
    match value {
        None => Some(Map::new()),
        Some(value) => value.as_object().cloned(),
    }
}

/// What `additionalProperties` does not apply to.
fn known_properties(schema: &Map<String, Value>) -> BTreeSet<&str> {
    let keys = ["properties", "patternProperties"];
    let maps = keys.iter().filter_map(|key| schema.get(*key)?.as_object());
    maps.flat_map(|map| map.keys().map(String::as_str))
        .collect()
}

fn has_values(schema: &Map<String, Value>) -> bool {
    schema.contains_key("const") || schema.contains_key("enum")
}

/// The values of `const` and `enum`, as texts.
fn values(schema: &Map<String, Value>) -> BTreeSet<String> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => BTreeSet::from([value.to_string()]),
        (None, Some(Value::Array(values))) => values.iter().map(Value::to_string).collect(),
        _ => BTreeSet::new(),
    }
}

/// The names of `type`. A number may be an integer.
fn types(value: Option<&Value>) -> BTreeSet<String> {
    let mut all = match value {
        Some(Value::String(name)) => BTreeSet::from([name.clone()]),
        other => texts(other),
    };
    if all.contains("number") {
        all.insert("integer".to_owned());
    }
    all
}

fn texts(value: Option<&Value>) -> BTreeSet<String> {
    let all = value.and_then(Value::as_array);
    let all = all.into_iter().flatten();
    all.filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
