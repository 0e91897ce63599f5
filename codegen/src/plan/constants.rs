//! The only values that fields can have.

use lavka_model::model::{Api, TypeId, TypeKind, TypeRef};
use serde_json::Value;

use super::names::{Name, TypeNames};

/// A constant of the document.
#[derive(Clone, Debug)]
pub enum Constant {
    /// A text.
    Text(String),
    /// A number or a boolean.
    Literal(Value),
    /// A value of an enum.
    Variant(TypeId, Name),
}

/// The only value that a field can have, as an expression of its type.
pub(super) fn constant(
    api: &Api,
    types: &TypeNames,
    ty: &TypeRef,
    value: &Value,
) -> Option<Constant> {
    match (ty, value) {
        (TypeRef::Named(id), value) => match &api.ty(*id).kind {
            TypeKind::Enum(e) => {
                let index = e.values.iter().position(|known| known.wire == *value)?;
                Some(Constant::Variant(*id, types.members(*id)[index].clone()))
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => None,
        },
        (_, Value::String(text)) => Some(Constant::Text(text.clone())),
        (_, Value::Number(_) | Value::Bool(_)) => Some(Constant::Literal(value.clone())),
        _ => None,
    }
}
