//! Wrappings of replies: what the caller gets of each.

use lavka_model::model::{Api, Presence, TypeId, TypeKind};

use super::names::{Name, TypeNames};
use super::rust_type::RustType;

/// A wrapping in which replies come, and what the caller gets of it.
#[derive(Clone, Debug)]
pub struct EnvelopeOf {
    /// The wrapping.
    pub ty: TypeId,
    /// What the caller gets.
    pub content: RustType,
    /// The field that it is in; `None` where it is the wrapping itself.
    pub field: Option<EnvelopeField>,
}

/// The field of a wrapping that the caller gets.
#[derive(Clone, Debug)]
pub struct EnvelopeField {
    /// Its name.
    pub name: Name,
    /// It may be absent.
    pub optional: bool,
    /// Absent and null differ in it.
    pub maybe: bool,
    /// In a `Box`.
    pub boxed: bool,
    /// It is a list: absent and empty are the same in XML.
    pub or_empty: bool,
}

/// The wrappings of an API.
pub(super) fn envelopes(api: &Api, types: &TypeNames) -> Vec<EnvelopeOf> {
    let all = api.types.iter().enumerate();
    all.filter_map(|(index, def)| {
        let TypeKind::Struct(s) = &def.kind else {
            return None;
        };
        let envelope = s.envelope.as_ref()?;
        let ty = TypeId(index);
        let (content, field) = match envelope.content {
            None => (RustType::Named(ty), None),
            Some(id) => {
                let field = s.field(id);
                let content = RustType::of(&field.ty, false);
                let found = EnvelopeField {
                    name: types.members(ty)[id.0].clone(),
                    optional: field.presence != Presence::Required,
                    maybe: field.presence == Presence::ThreeState,
                    boxed: field.boxed,
                    or_empty: matches!(content, RustType::Vec(_)) && !field.boxed,
                };
                (content, Some(found))
            }
        };
        Some(EnvelopeOf { ty, content, field })
    })
    .collect()
}
