//! Who sends values of which type; and the removal of types that others stand in for.

use std::collections::HashMap;

use crate::model::{
    Api, AuthKind, Operation, Payload, Struct, TypeDef, TypeId, TypeKind, TypeRef, Usage,
};

/// Marks all types that operations reach.
pub(super) fn mark(api: &mut Api) {
    let mut work: Vec<(TypeId, Usage)> = Vec::new();
    for operation in &api.operations {
        for param in &operation.params {
            named(
                &param.ty,
                Usage {
                    request: true,
                    ..Usage::default()
                },
                &mut work,
            );
        }
        let bodies = operation.request.iter().map(|body| (body, true)).chain(
            operation
                .responses
                .iter()
                .filter_map(|response| response.body.as_ref())
                .map(|body| (body, false)),
        );
        for (body, request) in bodies {
            let usage = Usage {
                request,
                response: !request,
                json: body.json.is_some(),
                xml: body.xml.is_some(),
                multipart: body.multipart,
            };
            if let Some(ty) = &body.ty {
                named(ty, usage, &mut work);
            }
        }
    }
    while let Some((id, usage)) = work.pop() {
        let Some(def) = api.types.get_mut(id.0) else {
            continue;
        };
        let joined = join(def.usage, usage);
        if joined == def.usage {
            continue;
        }
        def.usage = joined;
        for ty in children(def) {
            named(ty, joined, &mut work);
        }
    }
}

fn join(a: Usage, b: Usage) -> Usage {
    Usage {
        request: a.request || b.request,
        response: a.response || b.response,
        json: a.json || b.json,
        xml: a.xml || b.xml,
        multipart: a.multipart || b.multipart,
    }
}

fn named(ty: &TypeRef, usage: Usage, work: &mut Vec<(TypeId, Usage)>) {
    match ty {
        TypeRef::Named(id) => work.push((*id, usage)),
        TypeRef::List(inner) | TypeRef::Map(inner) => named(inner, usage, work),
        TypeRef::Scalar(_) | TypeRef::Any => {}
    }
}

/// Types that a type's values hold.
pub(super) fn children(def: &TypeDef) -> Vec<&TypeRef> {
    match &def.kind {
        TypeKind::Struct(made) => made.fields.iter().map(|field| &field.ty).collect(),
        TypeKind::Union(made) => made.variants.iter().map(|variant| &variant.ty).collect(),
        TypeKind::Enum(_) => Vec::new(),
    }
}

/// How ids change when replaced types are taken out.
pub(super) struct Renumbering(HashMap<TypeId, TypeId>);

impl Renumbering {
    /// Takes out the types that others stand in for.
    pub(super) fn apply(types: &mut Vec<TypeDef>, replaced: &HashMap<TypeId, TypeId>) -> Self {
        let mut ids = HashMap::new();
        for id in (0..types.len())
            .map(TypeId)
            .filter(|id| !replaced.contains_key(id))
        {
            ids.insert(id, TypeId(ids.len()));
        }
        for (from, to) in replaced {
            if let Some(id) = ids.get(to).copied() {
                ids.insert(*from, id);
            }
        }
        let mut index = 0;
        types.retain(|_| {
            index += 1;
            !replaced.contains_key(&TypeId(index - 1))
        });
        let made = Self(ids);
        for def in types {
            match &mut def.kind {
                TypeKind::Struct(Struct { fields, .. }) => {
                    fields.iter_mut().for_each(|field| made.ty(&mut field.ty));
                }
                TypeKind::Union(union) => union
                    .variants
                    .iter_mut()
                    .for_each(|variant| made.ty(&mut variant.ty)),
                TypeKind::Enum(_) => {}
            }
        }
        made
    }

    /// The type after renumbering.
    pub(super) fn ty(&self, ty: &mut TypeRef) {
        match ty {
            TypeRef::Named(id) => {
                if let Some(new) = self.0.get(id) {
                    *id = *new;
                }
            }
            TypeRef::List(inner) | TypeRef::Map(inner) => self.ty(inner),
            TypeRef::Scalar(_) | TypeRef::Any => {}
        }
    }

    /// An operation's types.
    pub(super) fn operation(&self, operation: &mut Operation) {
        operation
            .params
            .iter_mut()
            .for_each(|param| self.ty(&mut param.ty));
        let bodies = operation.request.iter_mut().chain(
            operation
                .responses
                .iter_mut()
                .filter_map(|r| r.body.as_mut()),
        );
        bodies
            .filter_map(|body: &mut Payload| body.ty.as_mut())
            .for_each(|ty| self.ty(ty));
    }

    /// Types of credentials.
    pub(super) fn auth(&self, kind: &mut AuthKind) {
        if let AuthKind::Body { fields } = kind {
            fields.iter_mut().for_each(|field| self.ty(&mut field.ty));
        }
    }
}
