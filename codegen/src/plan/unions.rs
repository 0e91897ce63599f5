//! Open enums and unions.

use lavka_model::model::{
    Api, Enum, EnumRepr, JsonType, Scalar, Selection, TypeId, TypeKind, TypeRef,
    Union as UnionFact, Variant as VariantFact,
};
use serde_json::Value;

use super::as_text;
use super::docs::Docs;
use super::markdown;
use super::names::{Name, TypeNames, variant_tag};
use super::rust_type::RustType;
use super::schemas::{SchemaType, schema_form};

/// A known value of an enum.
#[derive(Clone, Debug)]
pub struct Known {
    /// On the wire.
    pub wire: Value,
    /// The variant.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// How variants are distinguished.
    pub selection: Selection,
    /// Variants.
    pub variants: Vec<Variant>,
    /// A variant is a list whose items repeat the element.
    pub lists: bool,
}

impl Union {
    /// Whether it has the variant `Unknown`, for values whose tag is not known.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.selection {
            Selection::Tag { fallback, .. } => {
                fallback.is_none_or(|index| index >= self.variants.len())
            }
            Selection::JsonType | Selection::FirstFit => false,
        }
    }
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
    /// What it holds.
    pub ty: RustType,
    /// The type whose JSON Schema it has, where its own has none.
    pub schema: Option<SchemaType>,
    /// Its JSON type, as the runtime's macro names it.
    pub kind: &'static str,
    /// Values of the tag.
    pub tags: Vec<String>,
    /// Keys that it must have.
    pub required: Vec<String>,
    /// Keys, and the only values that they can have, as JSON.
    pub constants: Vec<(String, String)>,
    /// It alone holds this type, so that it can be made of it.
    pub from: bool,
}

/// The known values of an enum.
pub(super) fn values(names: &TypeNames, id: TypeId, e: &Enum) -> Vec<Known> {
    e.values
        .iter()
        .zip(names.members(id))
        .map(|(value, name)| {
            let wire = match &value.wire {
                Value::String(text) if text.is_empty() => "the empty string".to_owned(),
                Value::String(text) => markdown::code(text),
                other => markdown::code(&other.to_string()),
            };
            let mut docs = Docs::default();
            docs.spec(&value.description);
            let on_the_wire = format!("On the wire: {wire}.");
            match value.description.trim_end().ends_with(['.', '!', '?']) {
                true => docs.sentence(&on_the_wire),
                false => docs.paragraph(&on_the_wire),
            }
            Known {
                wire: value.wire.clone(),
                name: name.clone(),
                docs,
            }
        })
        .collect()
}

/// What a variant holds that the spec does not describe.
fn in_words(names: &TypeNames, ty: &TypeRef) -> String {
    let words = match ty {
        TypeRef::Named(id) => return format!("A value of type `{}`.", names.ty(*id)),
        TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => return in_words(names, inner),
        TypeRef::List(_) => "A list.",
        TypeRef::Map(_) => "A map.",
        TypeRef::Any { .. } => "Any value.",
        TypeRef::Scalar(scalar) => match scalar {
            Scalar::String | Scalar::Secret => "A string.",
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => "An integer.",
            Scalar::Float32 | Scalar::Float64 => "A number.",
            Scalar::DecimalNumber | Scalar::DecimalString => "A decimal.",
            Scalar::Bool => "A boolean.",
            Scalar::Date => "A date.",
            Scalar::DateTime | Scalar::RailsTimestamp | Scalar::DateOptionalTime => "A time.",
            Scalar::Binary | Scalar::Base64 | Scalar::Base64Url => "Bytes.",
            Scalar::Null => "Null.",
        },
    };
    words.to_owned()
}

pub(super) fn union(api: &Api, names: &TypeNames, id: TypeId, u: &UnionFact) -> Union {
    let types: Vec<RustType> = u
        .variants
        .iter()
        .map(|v| RustType::of(&v.ty, false))
        .collect();
    let variants = u
        .variants
        .iter()
        .zip(names.members(id))
        .zip(&types)
        .map(|((v, name), ty)| Variant {
            name: name.clone(),
            docs: Docs::of(&v.doc, || match (&u.selection, variant_tag(v)) {
                (Selection::Tag { property, .. }, Some(tag)) => {
                    let (property, tag) = (markdown::code(property), markdown::code(tag));
                    format!("Where {property} is {tag}.")
                }
                _ => in_words(names, &v.ty),
            }),
            ty: ty.clone(),
            schema: schema_form(&v.ty),
            kind: kind(api, v),
            tags: v.guard.tags.iter().map(as_text).collect(),
            required: v.guard.required.clone(),
            constants: v
                .guard
                .constants
                .iter()
                .map(|(key, value)| (key.clone(), value.to_string()))
                .collect(),
            from: types.iter().filter(|other| *other == ty).count() == 1
                && !matches!(ty, RustType::Json | RustType::Unit),
        })
        .collect();
    Union {
        selection: u.selection.clone(),
        variants,
        lists: u.variants.iter().any(|v| matches!(v.ty, TypeRef::List(_))),
    }
}

pub(super) fn kind(api: &Api, v: &VariantFact) -> &'static str {
    let of = match v.guard.json_type {
        Some(known) => Some(known),
        None => json_type(api, &v.ty),
    };
    match of {
        Some(JsonType::Null) => "null",
        Some(JsonType::String) => "string",
        Some(JsonType::Integer) => "integer",
        Some(JsonType::Number) => "number",
        Some(JsonType::Boolean) => "boolean",
        Some(JsonType::Array) => "array",
        Some(JsonType::Object) => "object",
        None => "any",
    }
}

pub(super) fn json_type(api: &Api, ty: &TypeRef) -> Option<JsonType> {
    match ty {
        TypeRef::Scalar(scalar) => Some(match scalar {
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => JsonType::Integer,
            Scalar::Float32 | Scalar::Float64 | Scalar::DecimalNumber => JsonType::Number,
            Scalar::Bool => JsonType::Boolean,
            Scalar::Null => JsonType::Null,
            _ => JsonType::String,
        }),
        TypeRef::List(_) => Some(JsonType::Array),
        TypeRef::Map(_) => Some(JsonType::Object),
        TypeRef::Boxed(inner) => json_type(api, inner),
        TypeRef::Nullable(_) | TypeRef::Any { .. } => None,
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(_) => Some(JsonType::Object),
            TypeKind::Enum(e) => match e.repr {
                EnumRepr::String => Some(JsonType::String),
                EnumRepr::Integer => Some(JsonType::Integer),
                EnumRepr::Mixed => None,
            },
            TypeKind::Union(_) => None,
        },
    }
}
