//! Which fields are held in a `Box`: those through which a type would hold itself, and so have no size.
//!
//! Lists and maps hold their items at one remove already, so only types that stand in a field or a variant themselves count.

use std::collections::HashSet;

use crate::model::{Api, Presence, TypeDef, TypeId, TypeKind, TypeRef};

/// A field, by its type and its place there.
type Place = (usize, usize);

/// Marks the fields. Optional ones are taken first: a `Box` behind an `Option` costs nothing where the value is absent.
pub(super) fn mark(api: &mut Api) {
    let mut boxed: HashSet<Place> = HashSet::new();
    for required in [false, true] {
        for (index, def) in api.types.iter().enumerate() {
            let TypeKind::Struct(made) = &def.kind else {
                continue;
            };
            for (at, field) in made.fields.iter().enumerate() {
                let TypeRef::Named(target) = field.ty else {
                    continue;
                };
                let always = field.presence == Presence::Required;
                if always == required && leads_to(api, target, TypeId(index), &boxed) {
                    boxed.insert((index, at));
                }
            }
        }
    }
    for (index, at) in boxed {
        if let Some(TypeDef {
            kind: TypeKind::Struct(made),
            ..
        }) = api.types.get_mut(index)
            && let Some(field) = made.fields.get_mut(at)
        {
            field.boxed = true;
        }
    }
}

/// Whether a value of `from` holds one of `to` without a `Box` between.
fn leads_to(api: &Api, from: TypeId, to: TypeId, boxed: &HashSet<Place>) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id) {
            open.extend(held(api, id, boxed));
        }
    }
    false
}

/// The types that a value of a type holds.
fn held(api: &Api, id: TypeId, boxed: &HashSet<Place>) -> Vec<TypeId> {
    let named = |ty: &TypeRef| match ty {
        TypeRef::Named(id) => Some(*id),
        _ => None,
    };
    match api.types.get(id.0).map(|def| &def.kind) {
        Some(TypeKind::Struct(made)) => made
            .fields
            .iter()
            .enumerate()
            .filter(|(at, _)| !boxed.contains(&(id.0, *at)))
            .filter_map(|(_, field)| named(&field.ty))
            .collect(),
        Some(TypeKind::Union(made)) => made
            .variants
            .iter()
            .filter_map(|variant| named(&variant.ty))
            .collect(),
        Some(TypeKind::Enum(_)) | None => Vec::new(),
    }
}
