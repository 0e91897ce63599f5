//! Who sends what: which schemas are part of requests, which of replies, and which need a type for each.

use std::collections::HashMap;

use super::bases::Bases;
use super::roots::Roots;
use crate::normalized::{Additional, Document, SchemaId};

/// From which side a schema is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    /// One type serves both.
    Both,
    /// What a reply holds, where a request holds another.
    Response,
    /// What a request holds, where a reply holds another.
    Request,
}

/// Where schemas are part of.
pub(super) struct Reach {
    request: Vec<bool>,
    response: Vec<bool>,
    split: Vec<bool>,
}

impl Reach {
    pub(super) fn new(doc: &Document, bases: &Bases, roots: &Roots) -> Self {
        let request = reached(doc, bases, roots, true);
        let response = reached(doc, bases, roots, false);
        let mut made = Self {
            split: vec![false; doc.schemas.len()],
            request,
            response,
        };
        made.split(doc, bases);
        made
    }

    /// Whether a schema is part of requests only.
    pub(super) fn only_request(&self, id: SchemaId) -> bool {
        self.request[id.index()] && !self.response[id.index()]
    }

    /// Whether a schema is part of replies only.
    pub(super) fn only_response(&self, id: SchemaId) -> bool {
        self.response[id.index()] && !self.request[id.index()]
    }

    /// The side that a type is made for.
    pub(super) fn side(&self, id: SchemaId, side: Side) -> Side {
        match (self.split[id.index()], side) {
            (false, _) => Side::Both,
            (true, Side::Both) => Side::Response,
            (true, side) => side,
        }
    }

    /// Schemas that are part of both and need two types: those with a required property that only one of them has, and what
    /// uses them.
    fn split(&mut self, doc: &Document, bases: &Bases) {
        let mut users: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
        let mut open = Vec::new();
        for (id, schema) in doc.schemas.iter() {
            if !(self.request[id.index()] && self.response[id.index()]) {
                continue;
            }
            let one_sided = schema.properties.values().any(|property| {
                let of = &doc.schemas[property.schema];
                property.required.is_some() && (of.read_only.value != of.write_only.value)
            });
            if one_sided {
                open.push(id);
            }
            for child in children(doc, bases, id) {
                users.entry(child).or_default().push(id);
            }
        }
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut self.split[id.index()], true) {
                continue;
            }
            open.extend(users.get(&id).into_iter().flatten());
        }
    }
}

/// Schemas that requests, or else replies, reach.
fn reached(doc: &Document, bases: &Bases, roots: &Roots, request: bool) -> Vec<bool> {
    let mut seen = vec![false; doc.schemas.len()];
    let mut open: Vec<SchemaId> = roots
        .uses
        .iter()
        .filter(|used| used.request == request)
        .map(|used| bases.of(used.schema))
        .collect();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let schema = &doc.schemas[id];
        let hidden = |property: &crate::normalized::Property| {
            let of = &doc.schemas[property.schema];
            request && of.read_only.value && !of.write_only.value
        };
        let properties = schema
            .properties
            .values()
            .filter(|property| !hidden(property));
        open.extend(properties.map(|property| bases.of(property.schema)));
        open.extend(others(doc, bases, id));
    }
    seen
}

/// Every schema that a schema's type may hold.
fn children(doc: &Document, bases: &Bases, id: SchemaId) -> Vec<SchemaId> {
    let mut made = others(doc, bases, id);
    let properties = doc.schemas[id].properties.values();
    made.extend(properties.map(|property| bases.of(property.schema)));
    made
}

/// The same without properties.
fn others(doc: &Document, bases: &Bases, id: SchemaId) -> Vec<SchemaId> {
    let schema = &doc.schemas[id];
    let mut made: Vec<SchemaId> = schema
        .items
        .iter()
        .chain(&schema.prefix_items)
        .chain(&schema.one_of)
        .chain(&schema.any_of)
        .copied()
        .collect();
    if let Additional::Schema(values, _) = schema.additional {
        made.push(values);
    }
    made.extend(bases.children(id).unwrap_or_default());
    made.into_iter().map(|child| bases.of(child)).collect()
}
