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

/// What the runtime labels a part of JSON as.
const JSON: &str = "application/json";

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
    let declared = s.fields.iter().zip(members).map(|(f, name)| {
        let format = formats.iter().find(|format| format.wire == f.wire);
        let (many, item) = match &f.ty {
            TypeRef::List(item) => (true, &**item),
            other => (false, other),
        };
        let kind = kind(api, item, format);
        // One part holds a whole list that is written as JSON.
        let whole = matches!(kind, PartKind::Json | PartKind::Value)
            && format.is_some_and(|format| format.format == FormFormat::Json);
        Part {
            wire: f.wire.clone(),
            name: name.clone(),
            presence: presence(f.presence, many && !whole),
            kind,
            content_type: format
                .and_then(|format| format.content_type.clone())
                .filter(|name| kind != PartKind::Json || name != JSON),
            headers: format
                .map(|format| format.headers.clone())
                .unwrap_or_default(),
        }
    });
    declared.chain(additional).collect()
}

/// What an item of a part is written as.
fn kind(api: &Api, item: &TypeRef, format: Option<&FormField>) -> PartKind {
    if *item == TypeRef::Scalar(Scalar::Binary) {
        return PartKind::Upload;
    }
    let json = matches!(
        format.map(|format| format.format),
        Some(FormFormat::Json | FormFormat::JsonItems)
    ) || travel(api, item) == Travel::Json
        || matches!(
            item,
            TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Any { .. } | TypeRef::Nullable(_)
        );
    if !json {
        return PartKind::Text;
    }
    let compound = match item {
        TypeRef::List(_) | TypeRef::Map(_) => true,
        TypeRef::Named(id) => matches!(api.ty(*id).kind, TypeKind::Struct(_)),
        _ => false,
    };
    let declared = format.is_some_and(|format| format.content_type.is_some());
    match declared || compound {
        true => PartKind::Json,
        false => PartKind::Value,
    }
}

fn presence(presence: Presence, many: bool) -> PartPresence {
    match (presence, many) {
        (Presence::Required, false) => PartPresence::One,
        (Presence::Required, true) => PartPresence::Many,
        (Presence::ThreeState, false) => PartPresence::Maybe,
        (Presence::ThreeState, true) => PartPresence::MaybeMany,
        (_, false) => PartPresence::Optional,
        (_, true) => PartPresence::OptionalMany,
    }
}
