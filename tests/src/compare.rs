//! Canonical comparison: whether two payloads mean the same, judged by what the spec says of each field.
//!
//! Numbers are compared by value. Null and absent are the same only for a field of which the spec says so
//! (`x-null: absent`), a string and a number only where the spec takes both.

use std::collections::BTreeSet;

use lavka_model::model::{
    Accept, Api, Field, Guard, JsonType, Presence, Scalar, Struct, TypeKind, TypeRef, Union,
    Variant,
};

use crate::exact::{Json, Number};

/// A place at which two payloads differ: its path, and what differs there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Path of names and indices, `/content/0/id`.
    pub path: String,
    /// What is in each.
    pub what: String,
}

/// All differences between a payload of the type and what has become of it.
#[must_use]
pub fn differences(api: &Api, ty: &TypeRef, before: &Json, after: &Json) -> Vec<Difference> {
    let mut comparison = Comparison {
        api,
        found: Vec::new(),
    };
    comparison.value(ty, Accept::default(), before, after, "");
    comparison.found
}

/// One line for each difference.
#[must_use]
pub fn lines(differences: &[Difference]) -> String {
    let lines = differences.iter().map(|difference| {
        let path = match difference.path.as_str() {
            "" => "/",
            path => path,
        };
        format!("{path}: {}", difference.what)
    });
    lines.collect::<Vec<_>>().join("\n")
}

struct Comparison<'a> {
    api: &'a Api,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn differ(&mut self, path: &str, what: String) {
        let path = path.to_owned();
        self.found.push(Difference { path, what });
    }

    fn value(&mut self, ty: &TypeRef, accept: Accept, before: &Json, after: &Json, path: &str) {
        match (ty, before, after) {
            (TypeRef::Named(id), _, _) => match &self.api.ty(*id).kind {
                TypeKind::Struct(object) => self.object(object, before, after, path),
                TypeKind::Enum(_) => self.scalar(None, accept, before, after, path),
                TypeKind::Union(union) => self.union(union, before, after, path),
            },
            (TypeRef::Nullable(inner) | TypeRef::Boxed(inner), _, _) => {
                self.value(inner, accept, before, after, path);
            }
            (TypeRef::List(item), Json::Array(old), Json::Array(new)) => {
                if old.len() != new.len() {
                    self.differ(path, format!("{} items, then {}", old.len(), new.len()));
                }
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    self.value(item, accept, old, new, &format!("{path}/{index}"));
                }
            }
            (TypeRef::Map(item), Json::Object(old), Json::Object(new)) => {
                let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                for key in keys {
                    let at = format!("{path}/{key}");
                    match (old.get(key), new.get(key)) {
                        (Some(old), Some(new)) => self.value(item, accept, old, new, &at),
                        (Some(old), None) => self.differ(&at, format!("{old}, then nothing")),
                        (_, new) => {
                            let new = new.unwrap_or(&Json::Null);
                            self.differ(&at, format!("nothing, then {new}"));
                        }
                    }
                }
            }
            (TypeRef::Scalar(scalar), _, _) => {
                self.scalar(Some(*scalar), accept, before, after, path);
            }
            _ => self.scalar(None, accept, before, after, path),
        }
    }

    fn object(&mut self, object: &Struct, before: &Json, after: &Json, path: &str) {
        let (Json::Object(old), Json::Object(new)) = (before, after) else {
            return self.scalar(None, Accept::default(), before, after, path);
        };
        for (key, value) in old {
            if !object.fields.iter().any(|field| field.wire == *key) {
                self.differ(
                    &format!("{path}/{key}"),
                    format!("the spec lacks this field, which holds {value}"),
                );
            }
        }
        for key in new.keys() {
            if !object.fields.iter().any(|field| field.wire == *key) {
                self.differ(
                    &format!("{path}/{key}"),
                    "written, but the spec lacks this field".to_owned(),
                );
            }
        }
        for field in &object.fields {
            let (old, new) = (old.get(&field.wire), new.get(&field.wire));
            self.field(field, old, new, &format!("{path}/{}", field.wire));
        }
    }

    fn field(&mut self, field: &Field, old: Option<&Json>, new: Option<&Json>, path: &str) {
        // What means the same as absence counts as absence.
        let absent_null =
            |value: &&Json| field.presence == Presence::OptionalNull && **value == Json::Null;
        let old = old.filter(|value| !absent_null(value));
        let new = new.filter(|value| !absent_null(value));
        match (old, new) {
            (None, None) | (Some(Json::Null), Some(Json::Null)) => {}
            (Some(old), Some(new)) => self.value(&field.ty, field.accept, old, new, path),
            (Some(old), None) => self.differ(path, format!("{old}, then nothing")),
            (None, Some(new)) => self.differ(path, format!("nothing, then {new}")),
        }
    }

    fn union(&mut self, union: &Union, before: &Json, after: &Json, path: &str) {
        match selected(union, before) {
            Some(variant) if holds(&variant.guard, after) => {
                self.value(&variant.ty, Accept::default(), before, after, path);
            }
            _ => self.scalar(None, Accept::default(), before, after, path),
        }
    }

    fn scalar(
        &mut self,
        scalar: Option<Scalar>,
        accept: Accept,
        before: &Json,
        after: &Json,
        path: &str,
    ) {
        let is_decimal = matches!(scalar, Some(Scalar::DecimalNumber | Scalar::DecimalString));
        let same = match (before, after) {
            (Json::String(text), Json::Number(number))
            | (Json::Number(number), Json::String(text)) => {
                (accept.string || accept.number || is_decimal)
                    && Number::parse(text).as_ref() == Some(number)
            }
            (Json::String(old), Json::String(new)) if scalar == Some(Scalar::DecimalString) => {
                Number::parse(old).is_some() && Number::parse(old) == Number::parse(new)
            }
            _ => before == after,
        };
        if !same {
            self.differ(path, format!("{before}, then {after}"));
        }
    }
}

/// The variant that reads a value.
fn selected<'a>(union: &'a Union, value: &Json) -> Option<&'a Variant> {
    let mut variants = union.variants.iter();
    variants.find(|variant| holds(&variant.guard, value))
}

/// Whether a value has what a variant asks for.
fn holds(guard: &Guard, value: &Json) -> bool {
    let has_type = match guard.json_type {
        None => true,
        Some(JsonType::Null) => *value == Json::Null,
        Some(JsonType::Boolean) => matches!(value, Json::Bool(_)),
        Some(JsonType::Integer | JsonType::Number) => matches!(value, Json::Number(_)),
        Some(JsonType::String) => matches!(value, Json::String(_)),
        Some(JsonType::Array) => matches!(value, Json::Array(_)),
        Some(JsonType::Object) => matches!(value, Json::Object(_)),
    };
    let is =
        |key: &str, wanted: &serde_json::Value| value.get(key) == Some(&Json::from_value(wanted));
    has_type
        && guard.required.iter().all(|key| value.get(key).is_some())
        && guard.constants.iter().all(|(key, wanted)| is(key, wanted))
}

/// The values of a payload that must never be printed.
#[must_use]
pub fn secrets(api: &Api, ty: &TypeRef, value: &Json) -> Vec<String> {
    let mut found = Vec::new();
    match (ty, value) {
        (TypeRef::Scalar(Scalar::Secret), Json::String(text)) => found.push(text.clone()),
        (TypeRef::Nullable(inner) | TypeRef::Boxed(inner), _) => {
            found.extend(secrets(api, inner, value));
        }
        (TypeRef::List(item), Json::Array(items)) => {
            found.extend(items.iter().flat_map(|value| secrets(api, item, value)));
        }
        (TypeRef::Map(item), Json::Object(members)) => {
            found.extend(members.values().flat_map(|value| secrets(api, item, value)));
        }
        (TypeRef::Named(id), _) => match &api.ty(*id).kind {
            TypeKind::Struct(object) => {
                for field in &object.fields {
                    if let Some(value) = value.get(&field.wire) {
                        found.extend(secrets(api, &field.ty, value));
                    }
                }
            }
            TypeKind::Union(union) => {
                if let Some(variant) = selected(union, value) {
                    found.extend(secrets(api, &variant.ty, value));
                }
            }
            TypeKind::Enum(_) => {}
        },
        _ => {}
    }
    found
}
