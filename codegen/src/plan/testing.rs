//! `T::example()`: a value of each struct, made of the API's samples, or of the examples of its document.

use std::collections::HashMap;

use lavka_model::dates;
use lavka_model::model::{
    Api, Codec, Enum, EnumRepr, Field, Operation, Presence, Scalar, Status, Struct, TypeId,
    TypeKind, TypeRef,
};
use serde_json::{Map, Value};

use super::names::{Name, TypeNames};
use super::xml_sample;
use crate::samples::{Sample, Side};

/// How deep values are built and looked through.
const DEPTH: usize = 32;

/// The examples of a module.
#[derive(Clone, Debug)]
pub struct Testing {
    /// The cargo feature that turns them on.
    pub feature: String,
    /// One for each struct that has a JSON form.
    pub examples: Vec<Example>,
}

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    /// The type.
    pub ty: Name,
    /// The value, as JSON.
    pub json: String,
    /// It is from a sample; otherwise put together from the schema.
    pub sampled: bool,
}

pub(super) fn plan(api: &Api, names: &TypeNames, samples: &[Sample], feature: &str) -> Testing {
    let mut found = Found {
        api,
        best: HashMap::new(),
    };
    for op in &api.operations {
        found.operation(op, samples);
    }
    let mut examples = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        if !matches!(def.kind, TypeKind::Struct(_)) || super::types::holds_uploads(def) {
            continue;
        }
        let sampled = found.best.remove(&id);
        let is_sampled = sampled.is_some();
        let value = sampled
            .map(|(_, value)| value)
            .or_else(|| synthetic(api, &TypeRef::Named(id), 0));
        examples.extend(value.map(|value| Example {
            ty: names.ty(id).clone(),
            json: value.to_string(),
            sampled: is_sampled,
        }));
    }
    Testing {
        feature: feature.to_owned(),
        examples,
    }
}

/// What makes one value better than another: a documented sample, seldom inside another value, with many properties.
type Rank = (u8, usize, usize);

struct Found<'a> {
    api: &'a Api,
    best: HashMap<TypeId, (Rank, Value)>,
}

impl Found<'_> {
    fn operation(&mut self, op: &Operation, samples: &[Sample]) {
        let of = |side: Side| {
            samples
                .iter()
                .filter(move |s| s.operation == op.id && s.side == side && s.is_usable())
        };
        if let Some(request) = &op.request {
            for content in &request.contents {
                for sample in of(Side::Request) {
                    self.sample(&content.codec, &content.ty, sample);
                }
                for example in &content.examples {
                    self.value(&content.ty, &example.to_json(), (1, 0, 0));
                }
            }
        }
        for response in &op.responses {
            let side = match response.status {
                Status::Code(code) if !(200..300).contains(&code) => Side::Response(Some(code)),
                _ => Side::Response(None),
            };
            for content in &response.contents {
                for sample in of(side) {
                    self.sample(&content.codec, &content.ty, sample);
                }
                for example in &content.examples {
                    self.value(&content.ty, &example.to_json(), (1, 0, 0));
                }
            }
        }
    }

    fn sample(&mut self, codec: &Codec, ty: &TypeRef, sample: &Sample) {
        let value = match (codec, sample.extension.as_str()) {
            (Codec::Json { .. }, "json") => serde_json::from_slice(&sample.bytes).ok(),
            (Codec::Xml(_), "xml") => xml_sample::value(self.api, ty, &sample.bytes),
            _ => None,
        };
        if let Some(value) = value {
            self.value(ty, &value, (sample.rank(), 0, 0));
        }
    }

    fn value(&mut self, ty: &TypeRef, value: &Value, rank: Rank) {
        if let Some(value) = fitting(self.api, ty, value, DEPTH) {
            self.visit(ty, &value, rank);
        }
    }

    /// Keeps the values of structs.
    fn visit(&mut self, ty: &TypeRef, value: &Value, rank: Rank) {
        let (origin, depth, _) = rank;
        match (ty, value) {
            (TypeRef::Nullable(inner) | TypeRef::Boxed(inner), value) => {
                self.visit(inner, value, rank);
            }
            (TypeRef::List(item), Value::Array(items)) => {
                for value in items {
                    self.visit(item, value, (origin, depth + 1, 0));
                }
            }
            (TypeRef::Map(item), Value::Object(entries)) => {
                for value in entries.values() {
                    self.visit(item, value, (origin, depth + 1, 0));
                }
            }
            (TypeRef::Named(id), value) => match (&self.api.ty(*id).kind, value) {
                (TypeKind::Struct(s), Value::Object(object)) => {
                    let rank = (origin, depth, usize::MAX - object.len());
                    let best = self.best.get(id).map(|(known, _)| *known);
                    if best.is_none_or(|known| rank < known) {
                        self.best.insert(*id, (rank, value.clone()));
                    }
                    for field in &s.fields {
                        if let Some(value) = object.get(&field.wire) {
                            self.visit(&field.ty, value, (origin, depth + 1, 0));
                        }
                    }
                }
                (TypeKind::Union(u), value) => {
                    let variant = u
                        .variants
                        .iter()
                        .find(|v| fitting(self.api, &v.ty, value, DEPTH).as_ref() == Some(value));
                    if let Some(variant) = variant {
                        self.visit(&variant.ty, value, (origin, depth + 1, 0));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// The value without what does not fit its type; `None` where nothing of it does.
fn fitting(api: &Api, ty: &TypeRef, value: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match ty {
        TypeRef::Any { .. } => Some(value.clone()),
        TypeRef::Nullable(_) if value.is_null() => Some(Value::Null),
        TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => fitting(api, inner, value, depth),
        TypeRef::Scalar(scalar) => self::scalar(*scalar, value),
        TypeRef::List(item) => {
            let items = value.as_array()?.iter();
            let items: Option<Vec<Value>> = items
                .map(|value| fitting(api, item, value, depth))
                .collect();
            items.map(Value::Array)
        }
        TypeRef::Map(item) => {
            let entries = value.as_object()?.iter();
            let entries: Option<Map<String, Value>> = entries
                .map(|(key, value)| Some((key.clone(), fitting(api, item, value, depth)?)))
                .collect();
            entries.map(Value::Object)
        }
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(s) => structure(api, s, value, depth),
            TypeKind::Enum(e) => fits_enum(e, value).then(|| value.clone()),
            TypeKind::Union(u) => u
                .variants
                .iter()
                .any(|v| fitting(api, &v.ty, value, depth).as_ref() == Some(value))
                .then(|| value.clone()),
        },
    }
}

fn structure(api: &Api, s: &Struct, value: &Value, depth: usize) -> Option<Value> {
    let object = value.as_object()?;
    let mut kept = Map::new();
    for field in &s.fields {
        let found = object.get(&field.wire);
        let fitted = match found {
            Some(Value::Null) => match field.presence {
                Presence::RequiredNullable | Presence::ThreeState => Some(Value::Null),
                _ => None,
            },
            Some(value) => fitting(api, &field.ty, value, depth),
            None => None,
        };
        match fitted {
            Some(value) => {
                kept.insert(field.wire.clone(), value);
            }
            None if field.presence.is_optional() => {}
            None => return None,
        }
    }
    if let Some(item) = &s.additional {
        for (key, value) in object {
            if s.fields.iter().all(|field| field.wire != *key)
                && let Some(value) = fitting(api, item, value, depth)
            {
                kept.insert(key.clone(), value);
            }
        }
    }
    Some(Value::Object(kept))
}

fn fits_enum(e: &Enum, value: &Value) -> bool {
    match e.repr {
        EnumRepr::String => value.is_string(),
        EnumRepr::Integer => value.is_i64(),
        EnumRepr::Mixed => e.values.iter().any(|known| known.wire == *value),
    }
}

/// A scalar in the form that its type reads without leniency.
fn scalar(scalar: Scalar, value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return (scalar == Scalar::Null && value.is_null()).then_some(Value::Null),
    };
    let number = |is: bool| is.then(|| serde_json::from_str(&text).ok()).flatten();
    match scalar {
        Scalar::String | Scalar::Secret => Some(Value::String(text)),
        Scalar::Int32 => number(text.parse::<i32>().is_ok()),
        Scalar::Int64 => number(text.parse::<i64>().is_ok()),
        Scalar::UInt32 => number(text.parse::<u32>().is_ok()),
        Scalar::UInt64 => number(text.parse::<u64>().is_ok()),
        Scalar::Float32 | Scalar::Float64 | Scalar::DecimalNumber => {
            number(dates::is_decimal(&text))
        }
        Scalar::DecimalString => dates::is_decimal(&text).then_some(Value::String(text)),
        Scalar::Bool => text.parse::<bool>().ok().map(Value::Bool),
        Scalar::Date => dates::is_date(&text).then_some(Value::String(text)),
        Scalar::DateTime => dates::is_date_time(&text).then_some(Value::String(text)),
        Scalar::RailsTimestamp => dates::is_rails(&text).then_some(Value::String(text)),
        Scalar::DateOptionalTime => {
            let date = text.split(['T', ' ']).next().unwrap_or_default();
            dates::is_date(date).then_some(Value::String(text))
        }
        Scalar::Base64 | Scalar::Base64Url | Scalar::Binary | Scalar::Null => None,
    }
}

/// A value with the required fields, of the examples in the schema where there are some.
fn synthetic(api: &Api, ty: &TypeRef, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    match ty {
        TypeRef::Any { .. } | TypeRef::Nullable(_) => Some(Value::Null),
        TypeRef::List(_) => Some(Value::Array(Vec::new())),
        TypeRef::Map(_) => Some(Value::Object(Map::new())),
        TypeRef::Boxed(inner) => synthetic(api, inner, depth + 1),
        TypeRef::Scalar(scalar) => Some(match scalar {
            Scalar::String | Scalar::Secret => "text".into(),
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => 1.into(),
            Scalar::Float32 | Scalar::Float64 | Scalar::DecimalNumber => 1.into(),
            Scalar::DecimalString => "1".into(),
            Scalar::Bool => true.into(),
            Scalar::Date | Scalar::DateOptionalTime => "2024-01-31".into(),
            Scalar::DateTime => "2024-01-31T12:00:00Z".into(),
            Scalar::RailsTimestamp => "2024-01-31 12:00:00 UTC".into(),
            Scalar::Base64 | Scalar::Base64Url => "".into(),
            Scalar::Null => Value::Null,
            Scalar::Binary => return None,
        }),
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(s) => {
                let mut object = Map::new();
                for field in s.fields.iter() {
                    if let Some(value) = synthetic_field(api, field, depth)? {
                        object.insert(field.wire.clone(), value);
                    }
                }
                Some(Value::Object(object))
            }
            TypeKind::Enum(e) => e.values.first().map(|known| known.wire.clone()),
            TypeKind::Union(u) => u
                .variants
                .iter()
                .find(|v| v.guard.tags.is_empty() && v.guard.constants.is_empty())
                .and_then(|v| synthetic(api, &v.ty, depth + 1)),
        },
    }
}

/// `Some(None)`: the field is left out; `None`: it must be there, and no value is known.
fn synthetic_field(api: &Api, field: &Field, depth: usize) -> Option<Option<Value>> {
    let documented = [&field.constant, &field.example, &field.default];
    let documented = documented
        .into_iter()
        .flatten()
        .find_map(|value| fitting(api, &field.ty, value, DEPTH));
    match documented {
        Some(value) => Some(Some(value)),
        None if field.presence.is_optional() => Some(None),
        None if field.presence == Presence::RequiredNullable => Some(Some(Value::Null)),
        None => synthetic(api, &field.ty, depth + 1).map(Some),
    }
}
