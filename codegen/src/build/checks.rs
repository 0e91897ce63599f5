//! Checks that need all types: sizes, and bytes where they cannot travel.

use std::collections::HashSet;

use super::Builder;
use crate::diag::{Code, Finding};
use crate::model::{Api, Payload, Presence, Scalar, TypeDef, TypeId, TypeKind, TypeRef};

impl Builder<'_> {
    pub(super) fn check_types(&mut self, api: &Api) {
        let endless = endless(api);
        for def in endless.iter().filter_map(|id| api.types.get(id.0)) {
            let through = match &def.kind {
                TypeKind::Struct(made) => made.fields.iter().find(|field| {
                    field.presence == Presence::Required
                        && matches!(field.ty, TypeRef::Named(id) if endless.contains(&id))
                }),
                _ => None,
            };
            let (at, name) = through.map_or((&def.origin, ""), |field| {
                (&field.origin, field.wire.as_str())
            });
            let message = format!(
                "a value of `{}` would hold itself without end, through `{name}`",
                def.name
            );
            let finding = Finding::new(Code::InfiniteSize, at, message);
            self.push(
                finding.help("do not require the property, make it nullable, or make it a list"),
            );
        }
        self.check_bytes(api);
        self.check_forms(api);
    }

    /// Decimals and times have forms in JSON that fields know, but neither whole bodies nor variants.
    fn check_forms(&mut self, api: &Api) {
        let mut found = Vec::new();
        for body in bodies(api).filter(|body| body.json.is_some()) {
            if body.ty.as_ref().is_some_and(has_form) {
                found.push((&body.origin, "a JSON body"));
            }
        }
        for def in api.types.iter().filter(|def| def.usage.json) {
            if let TypeKind::Union(made) = &def.kind
                && made.variants.iter().any(|variant| has_form(&variant.ty))
            {
                found.push((&def.origin, "a branch of oneOf"));
            }
        }
        for (origin, what) in found {
            let message = format!("{what} that is a decimal or a time is not supported");
            let finding = Finding::new(Code::Unsupported, origin, message);
            self.push(finding.help(
                "make it a property of an object, or write `type: string` or `type: number` without a format",
            ));
        }
    }

    /// `format: binary` travels in multipart bodies alone.
    fn check_bytes(&mut self, api: &Api) {
        for operation in &api.operations {
            let bodies = operation
                .request
                .iter()
                .chain(operation.responses.iter().filter_map(|r| r.body.as_ref()));
            for body in bodies.filter(|body| body.json.is_some() || body.xml.is_some()) {
                let Some(ty) = &body.ty else { continue };
                if is_binary(ty) {
                    let finding = Finding::new(
                        Code::BinaryPlace,
                        &body.origin,
                        "bytes cannot be a JSON or XML body",
                    );
                    self.push(finding.help("use application/octet-stream or multipart/form-data"));
                }
            }
        }
        for def in api
            .types
            .iter()
            .filter(|def| def.usage.json || def.usage.xml)
        {
            let TypeKind::Struct(made) = &def.kind else {
                continue;
            };
            for field in made.fields.iter().filter(|field| is_binary(&field.ty)) {
                let message = format!("bytes (`{}`) cannot travel in JSON or XML", field.wire);
                let finding = Finding::new(Code::BinaryPlace, &field.origin, message);
                self.push(finding.help("use a multipart body, or `type: string` for encoded text"));
            }
        }
    }
}

/// Whether a value has a form in JSON that is not that of its Rust type.
fn has_form(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => matches!(
            scalar,
            Scalar::DecimalNumber
                | Scalar::DecimalString
                | Scalar::Date
                | Scalar::DateTime
                | Scalar::RailsTimestamp
                | Scalar::DateOptionalTime
        ),
        TypeRef::List(inner) | TypeRef::Map(inner) => has_form(inner),
        TypeRef::Named(_) | TypeRef::Any => false,
    }
}

fn is_binary(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar == Scalar::Binary,
        TypeRef::List(inner) | TypeRef::Map(inner) => is_binary(inner),
        TypeRef::Named(_) | TypeRef::Any => false,
    }
}

/// Types of which no value can be built: each needs another of them. What remains when everything that ends is taken out.
fn endless(api: &Api) -> Vec<TypeId> {
    let mut left: HashSet<TypeId> = (0..api.types.len()).map(TypeId).collect();
    loop {
        let ended: Vec<TypeId> = left
            .iter()
            .copied()
            .filter(|id| api.types.get(id.0).is_none_or(|def| ends(def, &left)))
            .collect();
        if ended.is_empty() {
            break;
        }
        for id in ended {
            left.remove(&id);
        }
    }
    let mut left: Vec<TypeId> = left.into_iter().collect();
    left.sort_unstable();
    left
}

fn ends(def: &TypeDef, left: &HashSet<TypeId>) -> bool {
    let open = |ty: &TypeRef| matches!(ty, TypeRef::Named(id) if left.contains(id));
    match &def.kind {
        TypeKind::Struct(made) => !made
            .fields
            .iter()
            .any(|field| field.presence == Presence::Required && open(&field.ty)),
        TypeKind::Union(made) => {
            made.variants.is_empty() || made.variants.iter().any(|variant| !open(&variant.ty))
        }
        TypeKind::Enum(_) => true,
    }
}

/// All bodies of an API.
pub(super) fn bodies(api: &Api) -> impl Iterator<Item = &Payload> {
    api.operations.iter().flat_map(|operation| {
        operation.request.iter().chain(
            operation
                .responses
                .iter()
                .filter_map(|response| response.body.as_ref()),
        )
    })
}
