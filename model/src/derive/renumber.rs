//! The order of types: components as in the document, then inline schemas by their names. Ids follow.

use std::collections::HashMap;

use super::examples::ExampleCheck;
use super::share::Replaced;
use super::{Deriver, Key};
use crate::model::{Api, AuthKind, Content, TypeDef, TypeId, TypeKind, TypeName, TypeRef};

impl Deriver<'_> {
    /// Lets equal enums share a type, makes names unique, and puts types in order.
    pub(super) fn arrange(&mut self, api: &mut Api, example_checks: &mut [ExampleCheck]) {
        let keys = std::mem::take(&mut self.keys);
        let replaced = self.share_enums(&mut api.types, &keys);
        unique(&mut api.types, &replaced);
        let order = self.order(&api.types, &keys, &replaced);
        let mut ids: HashMap<TypeId, TypeId> = order
            .iter()
            .enumerate()
            .map(|(at, old)| (*old, TypeId(at)))
            .collect();
        for (from, to) in &replaced {
            if let Some(id) = ids.get(to).copied() {
                ids.insert(*from, id);
            }
        }
        let mut types: Vec<Option<TypeDef>> = std::mem::take(&mut api.types)
            .into_iter()
            .map(Some)
            .collect();
        api.types = order
            .iter()
            .filter_map(|old| types.get_mut(old.0)?.take())
            .collect();
        let mut renumber = |ty: &mut TypeRef| rename(ty, &ids);
        each(api, &mut renumber);
        example_checks
            .iter_mut()
            .for_each(|example| renumber(&mut example.ty));
    }

    fn order(&self, types: &[TypeDef], keys: &[Key], replaced: &Replaced) -> Vec<TypeId> {
        let places: HashMap<&String, usize> = self
            .doc
            .components
            .keys()
            .enumerate()
            .map(|(at, name)| (name, at))
            .collect();
        let mut kept: Vec<TypeId> = (0..types.len())
            .map(TypeId)
            .filter(|id| !replaced.contains_key(id))
            .collect();
        let place = |id: &TypeId| match &types[id.0].name {
            TypeName::Component(name) => (0, places.get(name).copied().unwrap_or(0), 0),
            TypeName::ComponentInput(name) => (0, places.get(name).copied().unwrap_or(0), 1),
            TypeName::Inline(_) => (1, 0, 0),
        };
        kept.sort_by(|a, b| {
            let name = |id: &TypeId| (place(id), &types[id.0].name, keys[id.0]);
            name(a).cmp(&name(b))
        });
        kept
    }
}

/// Two types of one name take the places where they are written into it.
fn unique(types: &mut [TypeDef], replaced: &Replaced) {
    let mut count: HashMap<TypeName, usize> = HashMap::new();
    let kept = |at: usize| !replaced.contains_key(&TypeId(at));
    for (at, def) in types.iter().enumerate() {
        if kept(at) {
            *count.entry(def.name.clone()).or_default() += 1;
        }
    }
    let mut taken: HashMap<TypeName, usize> = HashMap::new();
    for (at, def) in types.iter_mut().enumerate() {
        if !kept(at) || count.get(&def.name) == Some(&1) {
            continue;
        }
        let pointer = def.origin.pointer().to_owned();
        let mut path = match &def.name {
            TypeName::Inline(path) => path.clone(),
            TypeName::Component(name) | TypeName::ComponentInput(name) => vec![name.clone()],
        };
        path.push(pointer);
        let number = taken.entry(TypeName::Inline(path.clone())).or_default();
        *number += 1;
        if *number > 1 {
            path.push(number.to_string());
        }
        def.name = TypeName::Inline(path);
    }
}

fn rename(ty: &mut TypeRef, ids: &HashMap<TypeId, TypeId>) {
    match ty {
        TypeRef::Named(id) => {
            if let Some(new) = ids.get(id) {
                *id = *new;
            }
        }
        TypeRef::List(inner)
        | TypeRef::Map(inner)
        | TypeRef::Nullable(inner)
        | TypeRef::Boxed(inner) => rename(inner, ids),
        TypeRef::Scalar(_) | TypeRef::Any { .. } => {}
    }
}

/// Calls `f` with every use of a type.
fn each(api: &mut Api, f: &mut impl FnMut(&mut TypeRef)) {
    for def in &mut api.types {
        match &mut def.kind {
            TypeKind::Struct(made) => {
                made.fields.iter_mut().for_each(|field| f(&mut field.ty));
                made.additional.iter_mut().for_each(&mut *f);
            }
            TypeKind::Union(made) => made
                .variants
                .iter_mut()
                .for_each(|variant| f(&mut variant.ty)),
            TypeKind::Enum(_) => {}
        }
    }
    let content = |content: &mut Content, f: &mut dyn FnMut(&mut TypeRef)| f(&mut content.ty);
    for operation in &mut api.operations {
        operation
            .params
            .iter_mut()
            .for_each(|param| f(&mut param.ty));
        if let Some(body) = &mut operation.request {
            body.contents.iter_mut().for_each(|of| content(of, f));
        }
        for response in &mut operation.responses {
            response
                .headers
                .iter_mut()
                .for_each(|header| f(&mut header.ty));
            response.contents.iter_mut().for_each(|of| content(of, f));
        }
    }
    for scheme in &mut api.auth {
        if let AuthKind::Body { fields } = &mut scheme.kind {
            fields.iter_mut().for_each(|field| f(&mut field.ty));
        }
    }
}
