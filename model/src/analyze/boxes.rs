//! Which fields and variants are held in a `Box`: those through which a type would contain itself, and so have no size.
//!
//! Lists and maps hold their items at one remove already, so only types that are fields or variants themselves count. Optional
//! fields are taken first: a `Box` behind an `Option` costs nothing where the value is absent; then variants; then required
//! fields. Every one of a kind in a circle is boxed, so that the order of types does not count.

use super::sizes::components;
use crate::diag::Findings;
use crate::model::{Api, Presence, TypeId, TypeKind, TypeRef};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Optional,
    Variant,
    Required,
}

/// Marks them.
pub(super) fn mark(api: &mut Api, _: &mut Findings) {
    for kind in [Kind::Optional, Kind::Variant, Kind::Required] {
        let circle = components(api.types.len(), |id| held(api, id));
        for (at, def) in api.types.iter_mut().enumerate() {
            let own = circle[at];
            let inside = |ty: &TypeRef| match direct(ty) {
                Some(target) => own.is_some() && circle[target.0] == own,
                None => false,
            };
            match &mut def.kind {
                TypeKind::Struct(made) => {
                    for field in &mut made.fields {
                        let own = match field.presence {
                            Presence::Required => Kind::Required,
                            _ => Kind::Optional,
                        };
                        if own == kind && inside(&field.ty) {
                            field.boxed = true;
                        }
                    }
                }
                TypeKind::Union(made) if kind == Kind::Variant => {
                    for variant in &mut made.variants {
                        if inside(&variant.ty) {
                            let ty =
                                std::mem::replace(&mut variant.ty, TypeRef::Any { open: true });
                            variant.ty = TypeRef::Boxed(Box::new(ty));
                        }
                    }
                }
                TypeKind::Union(_) | TypeKind::Enum(_) => {}
            }
        }
    }
}

/// The type that a value holds in itself.
fn direct(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::Nullable(inner) => direct(inner),
        _ => None,
    }
}

/// The types that a value of a type holds without a `Box` between.
fn held(api: &Api, id: TypeId) -> Vec<TypeId> {
    match api.types.get(id.0).map(|def| &def.kind) {
        Some(TypeKind::Struct(made)) => {
            let fields = made.fields.iter().filter(|field| !field.boxed);
            fields.filter_map(|field| direct(&field.ty)).collect()
        }
        Some(TypeKind::Union(made)) => made
            .variants
            .iter()
            .filter_map(|variant| direct(&variant.ty))
            .collect(),
        Some(TypeKind::Enum(_)) | None => Vec::new(),
    }
}
