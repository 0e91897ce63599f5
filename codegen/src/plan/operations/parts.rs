//! Parts of a multipart form.

use lavka_model::model::{
    Api, FormField, FormFormat, Presence, Scalar, Struct, TypeId, TypeKind, TypeRef,
};

use super::params::{Travel, travel};
use crate::plan::names::{Name, TypeNames};
use crate::plan::types::additional;

/// A part of a multipart form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Name on the wire.
    pub wire: String,
    /// The struct's field.
    pub name: Name,
    /// How often it is there.
    pub presence: PartPresence,
    /// What it is written as.
    pub kind: PartKind,
    /// Its media type, where one is declared.
    pub content_type: Option<String>,
    /// Further headers, with their only values.
    pub headers: Vec<(String, String)>,
}

/// How often a part is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PartPresence {
    One,
    Optional,
    Maybe,
    Many,
    OptionalMany,
    MaybeMany,
}

/// What a part is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A file or other bytes.
    Upload,
    /// A text.
    Text,
    /// JSON.
    Json,
    /// A value that may be a scalar, which is text, or an object or a list, which is JSON.
    Value,
    /// The struct's other properties: a part for each.
    Rest(Rest),
}

/// Parts that have no name in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Files by the names of their parts.
    Files,
    /// The properties of a value.
    Value(Travel),
}

/// How a value's properties become parts.
pub(super) fn rest(api: &Api, ty: &TypeRef) -> Rest {
    match ty {
        TypeRef::Map(value) if **value == TypeRef::Scalar(Scalar::Binary) => Rest::Files,
        ty => Rest::Value(travel(api, ty)),
    }
}

pub(super) fn parts(
    api: &Api,
    types: &TypeNames,
    id: TypeId,
    s: &Struct,
    formats: &[FormField],
) -> Vec<Part> {
    let members = types.members(id);
    let additional = additional(s, members, true).zip(s.additional.as_ref());
    let additional = additional.map(|((name, _), value)| Part {
        wire: String::new(),
        name,
        presence: PartPresence::One,
        kind: PartKind::Rest(rest(api, &TypeRef::Map(Box::new(value.clone())))),
        content_type: None,
        headers: Vec::new(),
    });
    s.fields
        .iter()
        .zip(members)
        .map(|(f, name)| {
            let format = formats.iter().find(|format| format.wire == f.wire);
            let (many, item) = match &f.ty {
                TypeRef::List(item) => (true, &**item),
                other => (false, other),
            };
            let binary = matches!(item, TypeRef::Scalar(Scalar::Binary));
            let kind = match format.map(|format| format.format) {
                _ if binary => PartKind::Upload,
                Some(FormFormat::Json | FormFormat::JsonItems) => PartKind::Json,
                _ if travel(api, item) == Travel::Json
                    || matches!(
                        item,
                        TypeRef::List(_)
                            | TypeRef::Map(_)
                            | TypeRef::Any { .. }
                            | TypeRef::Nullable(_)
                    ) =>
                {
                    PartKind::Json
                }
                _ => PartKind::Text,
            };
            let compound = match item {
                TypeRef::List(_) | TypeRef::Map(_) => true,
                TypeRef::Named(id) => matches!(api.ty(*id).kind, TypeKind::Struct(_)),
                _ => false,
            };
            let said = format
                .and_then(|format| format.content_type.as_ref())
                .is_some();
            let kind = match kind {
                PartKind::Json if !said && !compound => PartKind::Value,
                kind => kind,
            };
            // One part holds a whole list that is written as JSON.
            let many = many
                && (!matches!(kind, PartKind::Json | PartKind::Value)
                    || format.is_none_or(|f| f.format != FormFormat::Json));
            let presence = match (f.presence, many) {
                (Presence::Required, false) => PartPresence::One,
                (Presence::Required, true) => PartPresence::Many,
                (Presence::ThreeState, false) => PartPresence::Maybe,
                (Presence::ThreeState, true) => PartPresence::MaybeMany,
                (_, false) => PartPresence::Optional,
                (_, true) => PartPresence::OptionalMany,
            };
            Part {
                wire: f.wire.clone(),
                name: name.clone(),
                presence,
                kind,
                content_type: format.and_then(|format| format.content_type.clone()),
                headers: format
                    .map(|format| format.headers.clone())
                    .unwrap_or_default(),
            }
        })
        .chain(additional)
        .collect()
}
