//! Names of inline schemas: by the place where they are written, whatever the order of the document.
//!
//! A schema that can be reached by several ways is named after the shortest; of two that are equally short, after the one that
//! comes first in the alphabet. Components come before operations. An entry of `allOf` that is written elsewhere is named after that place.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bases::Bases;
use super::roots::Roots;
use super::variants;
use crate::normalized::{Additional, Document, Schema, SchemaId};

/// A place that a schema can be named after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// It is that of a schema whose `allOf` has this one, or what is inside, or that refers to it: where nothing else names it.
    lent: bool,
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
            lent: self.lent,
            rank: self.rank,
            length: path.len(),
            path,
            property,
        }
    }
}

/// Places of all schemas, by the schemas' indexes.
pub(super) struct Places<'a>(Vec<Option<Place<'a>>>);

impl<'a> Places<'a> {
    pub(super) fn new(doc: &'a Document, bases: &Bases, roots: &Roots) -> Self {
        let mut heap = BinaryHeap::new();
        for (name, component) in &doc.components {
            let place = Place {
                lent: false,
                rank: 0,
                length: 1,
                path: vec![name.into()],
                property: None,
            };
            heap.push(Reverse((place, component.schema)));
        }
        for used in &roots.uses {
            let home = doc.schemas[used.schema].home;
            let place = Place {
                lent: home.is_some_and(|home| home != used.schema),
                rank: 1,
                length: used.place.len(),
                path: used.place.iter().cloned().map(Cow::Owned).collect(),
                property: used.parameter.clone().map(Cow::Owned),
            };
            heap.push(Reverse((place, used.schema)));
        }
        let mut made = Self(vec![None; doc.schemas.len()]);
        while let Some(Reverse((place, id))) = heap.pop() {
            // What is written inside a component is named after it.
            let inline = doc.schemas[id].component.is_none();
            if is_leaf(&doc.schemas[id]) && inline {
                made.keep(place, id);
                continue;
            }
            if made.of(id).is_some() || (!inline && place.length > 1) || (!inline && place.rank > 0)
            {
                continue;
            }
            steps(doc, bases, id, &place, |mut place, child| {
                let schema = &doc.schemas[child];
                if schema.component.is_some() {
                    return;
                }
                // What a reference names is named after the place where it is written.
                place.lent |= schema.home.is_some_and(|home| home != id);
                // Most schemas: nothing is inside, so their place is known without a turn in the heap.
                if is_leaf(schema) {
                    made.keep(place, child);
                } else if made.of(child).is_none() {
                    heap.push(Reverse((place, child)));
                }
            });
            made.keep(place, id);
        }
        made
    }

    fn of(&self, id: SchemaId) -> Option<&Place<'a>> {
        self.0.get(id.index())?.as_ref()
    }

    /// Keeps the better of two places.
    fn keep(&mut self, place: Place<'a>, id: SchemaId) {
        let Some(kept) = self.0.get_mut(id.index()) else {
            return;
        };
        if kept.as_ref().is_none_or(|kept| place < *kept) {
            *kept = Some(place);
        }
    }

    /// The way to a schema.
    pub(super) fn path(&self, id: SchemaId) -> Vec<String> {
        self.of(id).map_or_else(Vec::new, |place| {
            place.path.iter().cloned().map(Cow::into_owned).collect()
        })
    }

    /// The property or parameter whose value the schema is, or the items of whose list.
    pub(super) fn property(&self, id: SchemaId) -> Option<&str> {
        self.of(id)?.property.as_deref()
    }
}

/// Whether a schema has no schemas inside.
fn is_leaf(schema: &Schema) -> bool {
    schema.all_of.is_empty()
        && schema.properties.is_empty()
        && schema.prefix_items.is_empty()
        && schema.items.is_none()
        && !matches!(schema.additional, Additional::Schema(..))
        && schema.branches().next().is_none()
}

fn steps<'a>(
    doc: &'a Document,
    bases: &Bases,
    id: SchemaId,
    place: &Place<'a>,
    mut step: impl FnMut(Place<'a>, SchemaId),
) {
    let schema = &doc.schemas[id];
    let lent = Place {
        lent: true,
        ..place.clone()
    };
    for entry in &schema.all_of {
        step(lent.clone(), *entry);
    }
    // What an entry of `allOf` has is named after that.
    let joined = |has: &dyn Fn(&Schema) -> bool| {
        let mut entries = schema.all_of.iter();
        entries.any(|entry| has(&doc.schemas[*entry]))
    };
    // Components have names of their own.
    let inline = |child: SchemaId| doc.schemas[child].component.is_none();
    for (name, property) in &schema.properties {
        let theirs = |entry: &Schema| {
            let theirs = entry.properties.get(name);
            theirs.is_some_and(|theirs| theirs.schema == property.schema)
        };
        if inline(property.schema) && !joined(&theirs) {
            step(place.step(name, Some(name.into())), property.schema);
        }
    }
    if schema.prefix_items.is_empty() {
        let item = schema.items.filter(|item| inline(*item));
        if let Some(item) = item.filter(|item| !joined(&|entry| entry.items == Some(*item))) {
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
            if !joined(&|entry| entry.branches().any(|theirs| theirs == *branch)) {
                step(place.step(name, None), *branch);
            }
        }
    }
}
