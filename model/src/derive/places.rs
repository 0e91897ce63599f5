//! Names of inline schemas: by the place where they are written, whatever the order of the document.
//!
//! A schema that can be reached by several ways is named after the shortest; of two that are equally short, after the one that
//! comes first in the alphabet. Components come before operations.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::bases::Bases;
use super::roots::Roots;
use super::variants;
use crate::normalized::{Additional, Document, SchemaId};

/// A place that a schema can be named after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// Components first.
    rank: u8,
    length: usize,
    path: Vec<Cow<'a, str>>,
    /// The property or parameter whose value the schema is, or the items of whose list.
    property: Option<Cow<'a, str>>,
}

impl<'a> Place<'a> {
    fn step(&self, word: impl Into<Cow<'a, str>>, property: Option<Cow<'a, str>>) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(word.into());
        Self {
            rank: self.rank,
            length: path.len(),
            path,
            property,
        }
    }
}

/// Places of all schemas.
pub(super) struct Places<'a>(HashMap<SchemaId, Place<'a>>);

impl<'a> Places<'a> {
    pub(super) fn new(doc: &'a Document, bases: &Bases, roots: &Roots) -> Self {
        let mut heap = BinaryHeap::new();
        for (name, component) in &doc.components {
            let place = Place {
                rank: 0,
                length: 1,
                path: vec![name.into()],
                property: None,
            };
            heap.push(Reverse((place, component.schema)));
        }
        for used in &roots.uses {
            let place = Place {
                rank: 1,
                length: used.place.len(),
                path: used.place.iter().cloned().map(Cow::Owned).collect(),
                property: used.parameter.clone().map(Cow::Owned),
            };
            heap.push(Reverse((place, used.schema)));
        }
        let mut made = Self(HashMap::new());
        while let Some(Reverse((place, id))) = heap.pop() {
            // What is written inside a component is named after it.
            let inline = doc.schemas[id].component.is_none();
            if made.0.contains_key(&id)
                || (!inline && place.length > 1)
                || (!inline && place.rank > 0)
            {
                continue;
            }
            steps(doc, bases, id, &place, |place, child| {
                if !made.0.contains_key(&child) && doc.schemas[child].component.is_none() {
                    heap.push(Reverse((place, child)));
                }
            });
            made.0.insert(id, place);
        }
        made
    }

    /// The way to a schema.
    pub(super) fn path(&self, id: SchemaId) -> Vec<String> {
        self.0.get(&id).map_or_else(Vec::new, |place| {
            place.path.iter().cloned().map(Cow::into_owned).collect()
        })
    }

    /// The property or parameter whose value the schema is, or the items of whose list.
    pub(super) fn property(&self, id: SchemaId) -> Option<&str> {
        self.0.get(&id)?.property.as_deref()
    }
}

fn steps<'a>(
    doc: &'a Document,
    bases: &Bases,
    id: SchemaId,
    place: &Place<'a>,
    mut step: impl FnMut(Place<'a>, SchemaId),
) {
    let schema = &doc.schemas[id];
    for entry in &schema.all_of {
        step(place.clone(), *entry);
    }
    let joined = |name: &str, child: SchemaId| {
        schema.all_of.iter().any(|entry| {
            let theirs = doc.schemas[*entry].properties.get(name);
            theirs.is_some_and(|theirs| theirs.schema == child)
        })
    };
    // Components have names of their own.
    let inline = |child: SchemaId| doc.schemas[child].component.is_none();
    for (name, property) in &schema.properties {
        if inline(property.schema) && !joined(name, property.schema) {
            step(place.step(name, Some(name.into())), property.schema);
        }
    }
    if schema.prefix_items.is_empty() {
        if let Some(item) = schema.items.filter(|item| inline(*item)) {
            step(place.step("item", place.property.clone()), item);
        }
    } else {
        let items: Vec<SchemaId> = schema.all_items().collect();
        for (item, name) in items.iter().zip(variants::names(doc, bases, &items)) {
            step(place.step("item", None).step(name, None), *item);
        }
    }
    if let Additional::Schema(values, _) = schema.additional {
        step(place.step("value", place.property.clone()), values);
    }
    let branches: Vec<SchemaId> = schema.branches().collect();
    if !branches.is_empty() {
        for (branch, name) in branches.iter().zip(variants::names(doc, bases, &branches)) {
            step(place.step(name, None), *branch);
        }
    }
}
