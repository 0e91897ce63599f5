//! `allOf`, merged: each schema gets what its entries say, so that joined, inline and referenced objects read the same.

mod annotate;
mod both;
mod keywords;
mod limits;

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{Additional, Property, Schema, SchemaId, Spanned, Type, Types, XmlShape};
use crate::source::Origin;

use super::Normalizer;
use annotate::annotate;

/// Takes the fields that `own` does not have from `other`.
macro_rules! fill {
    ($own:expr, $other:expr; $($field:ident)*) => {$(
        if $own.$field.is_none() {
            $own.$field.clone_from(&$other.$field);
        }
    )*};
}
use fill;

/// Most schemas that intersections may add.
const MAX_MADE: usize = 100_000;
/// Most schemas that are looked at to see whether one is part of another.
const MAX_LOOKED: usize = 5_000_000;
/// Most properties and values of enums that entries may give to what they are joined with.
const MAX_JOINED: usize = 1_000_000;

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// The state of merging.
struct Merge {
    state: Vec<State>,
    /// Two schemas → the one that is both.
    both: HashMap<(SchemaId, SchemaId), SchemaId>,
    made: usize,
    /// Schemas that were looked at.
    looked: usize,
    /// Properties and values that were given on.
    joined: usize,
    /// Whether a limit was reached, which is reported once.
    full: bool,
    /// Branches of further unions of the schema that is being merged.
    further: Vec<SchemaId>,
}

impl Normalizer<'_> {
    /// Merges every schema with its entries, entries first. Recursion through `allOf` ends, and is recorded.
    pub(super) fn merge_all(&mut self) {
        let mut merge = Merge {
            state: vec![State::New; self.schemas.len()],
            both: HashMap::new(),
            made: 0,
            looked: 0,
            joined: 0,
            full: false,
            further: Vec::new(),
        };
        let mut next = 0;
        while let Some(id) = self.schemas.id(next) {
            merge.state.resize(self.schemas.len(), State::New);
            self.merge_from(id, &mut merge);
            next += 1;
        }
        self.conditions(&mut merge);
    }

    /// Depth-first without recursion: chains may be as long as the document.
    fn merge_from(&mut self, start: SchemaId, merge: &mut Merge) {
        if merge.state[start.index()] != State::New {
            return;
        }
        merge.state[start.index()] = State::Open;
        let mut stack = vec![(start, 0usize)];
        while let Some((at, next)) = stack.last_mut() {
            let at = *at;
            let entry = self.schemas[at].all_of.get(*next).copied();
            *next += 1;
            let Some(entry) = entry else {
                self.merge_one(at, merge);
                merge.state.resize(self.schemas.len(), State::New);
                merge.state[at.index()] = State::Done;
                stack.pop();
                continue;
            };
            match merge.state[entry.index()] {
                State::Done => {}
                State::New => {
                    merge.state[entry.index()] = State::Open;
                    stack.push((entry, 0));
                }
                State::Open => {
                    let origin = self.schemas[at].origin.head();
                    self.findings.push(
                        Finding::new(
                            Code::RefCycle,
                            &origin,
                            "`allOf` is infinitely recursive: the entry that refers back is left out",
                        )
                        .costs(Cost::Schema),
                    );
                    self.schemas[at].recursive_all_of = Some(origin);
                }
            }
        }
    }

    /// Merges a schema, whose entries are merged.
    fn merge_one(&mut self, at: SchemaId, merge: &mut Merge) {
        let mut own = self.take(at);
        let mut note = std::mem::take(&mut self.notes[at.index()]);
        let entries: Vec<SchemaId> = own
            .all_of
            .iter()
            .copied()
            .filter(|entry| *entry != at && merge.state[entry.index()] == State::Done)
            .collect();
        if !entries.is_empty() {
            self.join(at, &mut own, &note, &entries, merge);
            note.conditional_on.append(&mut merge.further);
        }
        for entry in &entries {
            for target in &self.notes[entry.index()].conditional_on {
                if !note.conditional_on.contains(target) {
                    note.conditional_on.push(*target);
                }
            }
        }
        for (name, (origin, schemas)) in &note.conditional {
            if own.properties.contains_key(name) {
                continue;
            }
            let schema = self.any_of(schemas, origin, merge);
            let property = conditional(schema, origin);
            own.properties.insert(name.clone(), property);
        }
        let of_entries = std::mem::take(&mut own.required_undeclared);
        for name in note.required.iter().chain(&of_entries) {
            if let Some(property) = own.properties.get_mut(&name.value) {
                property.required.get_or_insert_with(|| name.origin.clone());
            }
        }
        for name in of_entries.iter().chain(&note.required) {
            if !own.properties.contains_key(&name.value) {
                undeclared(&mut own.required_undeclared, name);
            }
        }
        if note.nullable {
            own.types.value = own.types.value.with(Type::Null);
        }
        self.schemas[at] = own;
        self.notes[at.index()] = note;
    }

    /// Gives schemas the properties of those that conditions refer to, of which only some objects have them. Conditions may lead
    /// back, so it is done last, from what the schemas were before.
    fn conditions(&mut self, merge: &mut Merge) {
        let mut found = Vec::new();
        for at in self.schemas.ids() {
            let mut open = self.notes[at.index()].conditional_on.clone();
            if open.is_empty() {
                continue;
            }
            // What comes first is taken from the end.
            open.reverse();
            let mut seen = HashSet::from([at]);
            let mut given: IndexMap<String, (Origin, Vec<SchemaId>)> = IndexMap::new();
            while let Some(target) = open.pop() {
                if !seen.insert(target) {
                    continue;
                }
                merge.joined += self.schemas[target].properties.len();
                if merge.joined > MAX_JOINED {
                    self.full(&self.schemas[at].origin.head(), merge);
                    break;
                }
                for (name, property) in &self.schemas[target].properties {
                    if self.schemas[at].properties.contains_key(name) {
                        continue;
                    }
                    let made = || (property.origin.clone(), Vec::new());
                    let (_, known) = given.entry(name.clone()).or_insert_with(made);
                    if !known.contains(&property.schema) {
                        known.push(property.schema);
                    }
                }
                open.extend(self.notes[target.index()].conditional_on.iter().rev());
            }
            found.push((at, given));
        }
        for (at, given) in found {
            for (name, (origin, schemas)) in given {
                let schema = self.any_of(&schemas, &origin, merge);
                let property = conditional(schema, &origin);
                self.schemas[at].properties.insert(name, property);
            }
        }
    }

    /// A schema that is one of several.
    fn any_of(&mut self, schemas: &[SchemaId], origin: &Origin, merge: &mut Merge) -> SchemaId {
        if let [only] = schemas {
            return *only;
        }
        let made = self.reserve();
        merge.state.push(State::New);
        let schema = &mut self.schemas[made];
        schema.any_of = schemas.to_vec();
        schema.types = Spanned::new(Types::ANY, origin);
        schema.origin = origin.clone();
        made
    }

    /// Takes a schema out of the arena, until it is put back. What is asked of it meanwhile stays.
    fn take(&mut self, at: SchemaId) -> Schema {
        let schema = &self.schemas[at];
        let stub = Schema {
            component: schema.component.clone(),
            types: schema.types.clone(),
            typed: true,
            all_of: schema.all_of.clone(),
            origin: schema.origin.clone(),
            ..Schema::default()
        };
        std::mem::replace(&mut self.schemas[at], stub)
    }

    fn join(
        &mut self,
        at: SchemaId,
        own: &mut Schema,
        note: &super::Note,
        entries: &[SchemaId],
        merge: &mut Merge,
    ) {
        let alias = entries.len() == 1
            && own.properties.is_empty()
            && note.required.is_empty()
            && own.values.is_none()
            && own.items.is_none()
            && own.prefix_items.is_empty()
            && own.one_of.is_empty()
            && own.any_of.is_empty()
            && matches!(own.additional, Additional::Unsaid);
        let mut properties = if note.properties_first {
            std::mem::take(&mut own.properties)
        } else {
            indexmap::IndexMap::new()
        };
        for entry in entries {
            let entry = *entry;
            let other = &self.schemas[entry];
            merge.joined += other.properties.len() + other.values.as_ref().map_or(0, |v| v.len());
            if merge.joined > MAX_JOINED {
                self.full(&own.origin.head(), merge);
                break;
            }
            // Taken out and put back, so that other entries can be changed meanwhile.
            let other = self.take(entry);
            if properties.is_empty() {
                properties.clone_from(&other.properties);
            } else {
                for (name, property) in &other.properties {
                    let first = note.properties_first;
                    self.join_property(&mut properties, name, property.clone(), first, merge);
                }
            }
            self.join_keywords(at, own, &other, merge);
            if alias {
                annotate(own, &other);
            }
            self.schemas[entry] = other;
        }
        for (name, property) in std::mem::take(&mut own.properties) {
            self.join_property(&mut properties, &name, property, false, merge);
        }
        own.properties = properties;
    }

    /// Adds a property; one that is there already becomes both.
    fn join_property(
        &mut self,
        properties: &mut indexmap::IndexMap<String, Property>,
        name: &str,
        property: Property,
        known_is_own: bool,
        merge: &mut Merge,
    ) {
        match properties.get_mut(name) {
            None => {
                properties.insert(name.to_owned(), property);
            }
            Some(known) => {
                let (base, over) = if known_is_own {
                    (property.schema, known.schema)
                } else {
                    (known.schema, property.schema)
                };
                known.schema = self.both(base, over, merge);
                if known.required.is_none() {
                    known.required = property.required;
                }
            }
        }
    }

    /// Reports that `allOf` or conditions make more of the document than can be held.
    fn full(&mut self, origin: &Origin, merge: &mut Merge) {
        if !std::mem::replace(&mut merge.full, true) {
            let message =
                "`allOf` and conditions merge too many schemas: further entries are left out";
            self.findings
                .push(Finding::new(Code::TooLarge, origin, message).costs(Cost::Schema));
        }
    }
}

fn undeclared(names: &mut Vec<Spanned<String>>, name: &Spanned<String>) {
    if !names.iter().any(|known| known.value == name.value) {
        names.push(name.clone());
    }
}

/// A property that only some objects have.
fn conditional(schema: SchemaId, origin: &Origin) -> Property {
    Property {
        schema,
        required: None,
        xml: XmlShape::default(),
        origin: origin.clone(),
    }
}
