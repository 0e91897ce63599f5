//! Operations with everything filled in: parameters, servers and security of what encloses them; defaults of keywords.

mod bodies;
mod parameters;

use std::collections::HashMap;

use indexmap::IndexMap;

use super::Normalizer;
use crate::diag::{Code, Cost, Finding};
use crate::normalized::{
    Evidence, Header, MediaType, Operation, Parameter, Part, RequestBody, SecurityRequirement,
    SecurityScheme, Server, Spanned, Unresolved,
};
use crate::openapi::{self, Named, Pointed, RefOr, Reference, UnreadParameter};
use crate::source::{Origin, Place};
use parameters::same_parameter;

/// What references to parts of operations have named so far, so that each is read once and its schemas have one id.
#[derive(Default)]
pub(super) struct Cache {
    /// `None`: a header that is not a parameter.
    parameters: HashMap<Place, Option<Parameter>>,
    headers: HashMap<Place, Header>,
    requests: HashMap<Place, RequestBody>,
    responses: HashMap<Place, Reply>,
}

/// What an operation has from its path and document.
struct Enclosing<'a> {
    path: Spanned<String>,
    file: usize,
    parameters: Vec<Parameter>,
    unresolved: Vec<Unresolved>,
    summary: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
    servers: Option<Vec<Server>>,
    security: &'a [SecurityRequirement],
}

/// A reply before its status is known.
#[derive(Clone)]
struct Reply {
    description: Spanned<String>,
    headers: IndexMap<String, Header>,
    content: Vec<MediaType>,
    links: Vec<Spanned<String>>,
    lavka: Evidence,
    component: Option<String>,
    origin: Origin,
}

impl Normalizer<'_> {
    pub(super) fn security_schemes(
        &mut self,
        typed: IndexMap<String, Named<RefOr<SecurityScheme>>>,
    ) -> IndexMap<String, SecurityScheme> {
        let mut made = IndexMap::new();
        for (name, named) in typed {
            let scheme = match named.value {
                RefOr::Item(scheme) => Some(scheme),
                RefOr::Ref(reference) => self
                    .part::<SecurityScheme>(&reference.target, 0, Cost::Operation)
                    .map(|(scheme, _)| scheme),
            };
            if let Some(mut scheme) = scheme {
                scheme.origin = named.key;
                made.insert(name, scheme);
            }
        }
        made
    }

    /// The operations of a path.
    pub(super) fn path(
        &mut self,
        path: &str,
        item: openapi::PathItem,
        security: &[SecurityRequirement],
        operations: &mut Vec<Operation>,
    ) {
        let path = Spanned::new(path.to_owned(), &item.origin);
        let mut seen = Vec::new();
        for (item, file) in self.path_items(item) {
            let mut unresolved = broken(item.broken_parameters);
            let enclosing = Enclosing {
                path: path.clone(),
                file,
                parameters: self.parameters(item.parameters, file, &mut unresolved),
                unresolved,
                summary: item.summary,
                description: item.description,
                servers: item.servers,
                security,
            };
            for operation in item.operations {
                if !seen.contains(&operation.method.value) {
                    seen.push(operation.method.value);
                    operations.push(self.operation(operation, &enclosing));
                }
            }
        }
    }

    /// A path item and those that its `$ref` names, with their files. What is beside `$ref` comes first, and counts.
    fn path_items(&mut self, item: openapi::PathItem) -> Vec<(openapi::PathItem, usize)> {
        let mut items = vec![(item, 0)];
        while let Some(reference) = items.last().and_then(|(item, _)| item.reference.clone()) {
            let file = items.last().map_or(0, |(_, file)| *file);
            if items.len() > 16 {
                self.findings.push(
                    Finding::new(
                        Code::RefCycle,
                        &reference.target.origin,
                        "circular reference between path items",
                    )
                    .costs(Cost::Operation),
                );
                break;
            }
            match self.part::<openapi::PathItem>(&reference.target, file, Cost::Operation) {
                Some((item, place)) => items.push((item, place.file)),
                None => break,
            }
        }
        items
    }

    /// Takes an id from the operations that share it, so that each is called by its method and path, whatever their order.
    pub(super) fn same_ids(&mut self, operations: &mut [Operation]) {
        let mut all: IndexMap<String, Vec<usize>> = IndexMap::new();
        for (index, operation) in operations.iter().enumerate() {
            if let Some(id) = &operation.id {
                all.entry(id.value.clone()).or_default().push(index);
            }
        }
        for (id, indices) in all.into_iter().filter(|(_, indices)| indices.len() > 1) {
            let mut first: Option<Origin> = None;
            for index in indices {
                let Some(origin) = operations[index].id.take().map(|id| id.origin) else {
                    continue;
                };
                let Some(first) = &first else {
                    first = Some(origin);
                    continue;
                };
                let message = format!(
                    "duplicate operationId `{id}`: its operations are named after method and path"
                );
                self.findings.push(
                    Finding::new(Code::OperationIdTwice, &origin, message)
                        .costs(Cost::Nothing)
                        .note(first, "first here")
                        .help("give each operation an id of its own"),
                );
            }
        }
    }

    fn operation(&mut self, typed: openapi::Operation, enclosing: &Enclosing<'_>) -> Operation {
        let file = enclosing.file;
        let mut unresolved = enclosing.unresolved.clone();
        unresolved.extend(broken(typed.broken_parameters));
        let own = self.parameters(typed.parameters, file, &mut unresolved);
        let overridden =
            |parameter: &&Parameter| !own.iter().any(|other| same_parameter(other, parameter));
        let mut parameters: Vec<Parameter> = enclosing
            .parameters
            .iter()
            .filter(overridden)
            .cloned()
            .collect();
        parameters.extend(own);
        let request = typed
            .request
            .and_then(|request| self.request(request, file, &mut unresolved));
        let responses = self.responses(typed.responses, file, &mut unresolved);
        Operation {
            id: typed.id,
            method: typed.method,
            path: enclosing.path.clone(),
            tags: typed.tags,
            summary: typed.summary.or_else(|| enclosing.summary.clone()),
            description: typed.description.or_else(|| enclosing.description.clone()),
            deprecated: filled(typed.deprecated, false, &typed.origin),
            parameters,
            request,
            responses,
            security: typed
                .security
                .unwrap_or_else(|| enclosing.security.to_vec()),
            servers: typed.servers.or_else(|| enclosing.servers.clone()),
            callbacks: typed.callbacks,
            unresolved,
            lavka: typed.lavka,
            extensions: typed.extensions,
            origin: typed.origin,
        }
    }

    /// What a reference names, read once. `None` where it is unresolved.
    fn shared<T: Pointed, M: Clone>(
        &mut self,
        reference: &Reference,
        file: usize,
        cost: Cost,
        cache: fn(&mut Cache) -> &mut HashMap<Place, M>,
        read: impl FnOnce(&mut Self, T, &Place) -> M,
    ) -> Option<M> {
        let key = self.key(&reference.target.value, file);
        if let Some(known) = key.as_ref().and_then(|key| cache(&mut self.parts).get(key)) {
            return Some(known.clone());
        }
        let (typed, place) = self.part::<T>(&reference.target, file, cost)?;
        let made = read(self, typed, &place);
        if let Some(key) = key {
            cache(&mut self.parts).insert(key, made.clone());
        }
        Some(made)
    }
}

/// Parameters that could not be read.
fn broken(parameters: Vec<UnreadParameter>) -> Vec<Unresolved> {
    let broken = parameters.into_iter().map(|parameter| Unresolved {
        part: Part::Unread {
            needed: parameter.needed,
        },
        reference: parameter.name,
    });
    broken.collect()
}

/// A keyword, or its default with the place of its object.
fn filled<T>(given: Option<Spanned<T>>, default: T, origin: &Origin) -> Spanned<T> {
    given.unwrap_or_else(|| Spanned::new(default, &origin.head()))
}
