//! `allOf`, merged: each schema gets what its entries say, so that joined, inline and referenced objects read the same.

use std::collections::{HashMap, HashSet};

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{
    Additional, Limits, Property, Schema, SchemaExtensions, SchemaId, Spanned, Type, Types, Xml,
    XmlShape,
};
use crate::source::{Node, Origin};

use super::Normalizer;

/// Most schemas that intersections may add.
const MAX_MADE: usize = 100_000;
/// Most properties and values of enums that entries may give to what they are joined with.
const MAX_JOINED: usize = 1_000_000;

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Merging, while it goes on.
struct Merge {
    state: Vec<State>,
    /// Two schemas → the one that is both.
    both: HashMap<(SchemaId, SchemaId), SchemaId>,
    made: usize,
    /// Properties and values that were given on.
    joined: usize,
    /// Whether a limit was reached, which is reported once.
    full: bool,
}

impl Normalizer<'_> {
    /// Merges every schema with its entries, entries first. Recursion through `allOf` ends, and is recorded.
    pub(super) fn merge_all(&mut self) {
        let mut merge = Merge {
            state: vec![State::New; self.schemas.len()],
            both: HashMap::new(),
            made: 0,
            joined: 0,
            full: false,
        };
        let mut next = 0;
        while next < self.schemas.len() {
            merge.state.resize(self.schemas.len(), State::New);
            self.merge_from(id(next), &mut merge);
            next += 1;
        }
    }

    /// Depth-first without recursion: chains may be as long as the document.
    fn merge_from(&mut self, start: SchemaId, merge: &mut Merge) {
        if merge.state[index(start)] != State::New {
            return;
        }
        merge.state[index(start)] = State::Open;
        let mut stack = vec![(start, 0usize)];
        while let Some((at, next)) = stack.last_mut() {
            let at = *at;
            let entry = self.schemas[index(at)].all_of.get(*next).copied();
            *next += 1;
            let Some(entry) = entry else {
                self.merge_one(at, merge);
                merge.state.resize(self.schemas.len(), State::New);
                merge.state[index(at)] = State::Done;
                stack.pop();
                continue;
            };
            match merge.state[index(entry)] {
                State::Done => {}
                State::New => {
                    merge.state[index(entry)] = State::Open;
                    stack.push((entry, 0));
                }
                State::Open => {
                    let origin = self.schemas[index(at)].origin.head();
                    self.findings.push(
                        Finding::new(
                            Code::RefCycle,
                            &origin,
                            "`allOf` is infinitely recursive: the entry that leads back is left out",
                        )
                        .costs(Cost::Schema),
                    );
                    self.schemas[index(at)].recursive_all_of = Some(origin);
                }
            }
        }
    }

    /// Merges a schema, whose entries are merged.
    fn merge_one(&mut self, at: SchemaId, merge: &mut Merge) {
        let mut own = self.take(at);
        let note = std::mem::take(&mut self.notes[index(at)]);
        let entries: Vec<SchemaId> = own
            .all_of
            .iter()
            .copied()
            .filter(|entry| *entry != at && merge.state[index(*entry)] == State::Done)
            .collect();
        if !entries.is_empty() {
            self.join(at, &mut own, &note, &entries, merge);
        }
        for (name, (origin, schemas)) in &note.conditional {
            if own.properties.contains_key(name) {
                continue;
            }
            let schema = self.any_of(schemas, origin, merge);
            let property = Property {
                schema,
                required: None,
                xml: XmlShape::default(),
                origin: origin.clone(),
            };
            own.properties.insert(name.clone(), property);
        }
        for name in &note.required {
            match own.properties.get_mut(&name.value) {
                Some(property) => {
                    property.required.get_or_insert_with(|| name.origin.clone());
                }
                None => undeclared(&mut own.required_undeclared, name),
            }
        }
        let late = std::mem::take(&mut own.required_undeclared);
        for name in late {
            match own.properties.get_mut(&name.value) {
                Some(property) => {
                    property.required.get_or_insert_with(|| name.origin.clone());
                }
                None => undeclared(&mut own.required_undeclared, &name),
            }
        }
        if note.nullable {
            own.types.value = own.types.value.with(Type::Null);
        }
        self.schemas[index(at)] = own;
        self.notes[index(at)] = note;
    }

    /// A schema that is one of several.
    fn any_of(&mut self, schemas: &[SchemaId], origin: &Origin, merge: &mut Merge) -> SchemaId {
        if let [only] = schemas {
            return *only;
        }
        let made = self.reserve();
        merge.state.push(State::New);
        let schema = &mut self.schemas[index(made)];
        schema.any_of = schemas.to_vec();
        schema.types = Spanned::new(Types::ANY, origin);
        schema.origin = origin.clone();
        made
    }

    /// Takes a schema out of the arena, until it is put back. What is asked of it meanwhile stays.
    fn take(&mut self, at: SchemaId) -> Schema {
        let schema = &self.schemas[index(at)];
        let stub = Schema {
            component: schema.component.clone(),
            types: schema.types.clone(),
            typed: true,
            all_of: schema.all_of.clone(),
            origin: schema.origin.clone(),
            ..Schema::default()
        };
        std::mem::replace(&mut self.schemas[index(at)], stub)
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
            let other = &self.schemas[index(entry)];
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
            self.schemas[index(entry)] = other;
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

    /// The schema that is both; what `over` says about itself counts.
    fn both(&mut self, base: SchemaId, over: SchemaId, merge: &mut Merge) -> SchemaId {
        if base == over || self.includes(over, base) {
            return over;
        }
        if self.includes(base, over) {
            return base;
        }
        if let Some(known) = merge.both.get(&(base, over)) {
            return *known;
        }
        // What an intersection was made of says when the same parts come again.
        let parts = |normalizer: &Self, id: SchemaId| -> Vec<SchemaId> {
            let made = &normalizer.notes[index(id)].made_of;
            if made.is_empty() {
                vec![id]
            } else {
                made.clone()
            }
        };
        let (of_base, of_over) = (parts(self, base), parts(self, over));
        if of_over.iter().all(|part| of_base.contains(part)) {
            return base;
        }
        if of_base.iter().all(|part| of_over.contains(part)) {
            return over;
        }
        if merge.made >= MAX_MADE {
            let origin = self.schemas[index(over)].origin.head();
            self.full(&origin, merge);
            return over;
        }
        merge.made += 1;
        let made = self.reserve();
        merge.state.push(State::New);
        let (only_base, only_over) = (self.only_annotates(base), self.only_annotates(over));
        let origin = self.schemas[index(over)].origin.clone();
        if only_over || only_base {
            // Words about the other: a schema of its own over that one.
            let (words, of) = if only_over {
                (over, base)
            } else {
                (base, over)
            };
            let mut schema = self.schemas[index(words)].clone();
            schema.component = None;
            schema.all_of = vec![of];
            if only_base {
                // What the later declaration says of itself counts.
                let later = self.schemas[index(over)].clone();
                schema.description = later.description.or(schema.description);
                schema.title = later.title.or(schema.title);
            }
            self.schemas[index(made)] = schema;
            self.notes[index(made)].nullable = self.notes[index(words)].nullable;
        } else {
            let schema = &mut self.schemas[index(made)];
            schema.all_of = vec![base, over];
            schema.types = Spanned::new(Types::ANY, &origin);
            schema.origin = origin;
            let description = self.schemas[index(over)]
                .description
                .clone()
                .or_else(|| self.schemas[index(base)].description.clone());
            self.schemas[index(made)].description = description;
        }
        let mut all = of_base;
        all.extend(of_over);
        self.notes[index(made)].made_of = all;
        merge.both.insert((base, over), made);
        made
    }

    /// Reports that `allOf` makes more of the document than can be held.
    fn full(&mut self, origin: &Origin, merge: &mut Merge) {
        if !std::mem::replace(&mut merge.full, true) {
            let message = "`allOf` joins too much: the entries are left out from here on";
            self.findings
                .push(Finding::new(Code::TooLarge, origin, message).costs(Cost::Schema));
        }
    }

    /// Whether a schema is, among others, a component.
    fn includes(&self, schema: SchemaId, part: SchemaId) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![schema];
        while let Some(at) = stack.pop() {
            if at == part {
                return true;
            }
            if seen.len() < 1000 && seen.insert(at) {
                stack.extend(&self.schemas[index(at)].all_of);
            }
        }
        false
    }

    fn only_annotates(&self, at: SchemaId) -> bool {
        let schema = &self.schemas[index(at)];
        schema.component.is_none()
            && !schema.typed
            && schema.unresolved.is_none()
            && schema.all_of.is_empty()
            && schema.properties.is_empty()
            && schema.values.is_none()
            && schema.items.is_none()
            && schema.prefix_items.is_empty()
            && schema.one_of.is_empty()
            && schema.any_of.is_empty()
            && schema.not.is_none()
            && schema.format.is_none()
            && self.notes[index(at)].required.is_empty()
            && matches!(schema.additional, Additional::Unsaid)
            && no_limits(&schema.limits)
    }

    fn join_keywords(&mut self, at: SchemaId, own: &mut Schema, other: &Schema, merge: &mut Merge) {
        if other.typed {
            if own.typed {
                let both = own.types.and(other.types.value);
                if both.without(Type::Null) == Types::default()
                    && own.types.without(Type::Null) != Types::default()
                {
                    self.conflict(own, other, "`type`");
                } else {
                    own.types.value = both;
                }
            } else {
                own.types = other.types.clone();
                own.typed = true;
            }
        } else if !own.typed && !own.types.has(Type::Null) {
            own.types.value = own.types.and(other.types.value);
        }
        match (&mut own.values, &other.values) {
            (Some(mine), Some(theirs)) => {
                let known: HashSet<String> = theirs.iter().map(text_of).collect();
                let both: Vec<Node> = mine
                    .iter()
                    .filter(|value| known.contains(&text_of(value)))
                    .cloned()
                    .collect();
                if both.is_empty() {
                    self.conflict(own, other, "`enum`");
                } else {
                    mine.value = both;
                }
            }
            (None, Some(theirs)) => own.values = Some(theirs.clone()),
            _ => {}
        }
        if !other.lavka.is_default()
            && own.lavka.enum_names.is_empty()
            && let (Some(mine), Some(theirs)) = (&own.values, &other.values)
        {
            let places: HashMap<String, usize> = theirs.iter().map(text_of).zip(0..).collect();
            let at = |value: &Node| places.get(&text_of(value)).copied();
            let pick = |words: &[Spanned<String>]| -> Vec<Spanned<String>> {
                if words.len() != theirs.len() {
                    return Vec::new();
                }
                mine.iter()
                    .filter_map(|value| words.get(at(value)?).cloned())
                    .collect()
            };
            if !other.lavka.enum_names.is_empty() || !other.lavka.enum_descriptions.is_empty() {
                own.lavka.enum_names = pick(&other.lavka.enum_names);
                own.lavka.enum_descriptions = pick(&other.lavka.enum_descriptions);
            }
        }
        if !other.limits.is_default() {
            tighten(&mut own.limits, &other.limits);
        }
        own.items = match (own.items, other.items) {
            (Some(mine), Some(theirs)) => Some(self.both(theirs, mine, merge)),
            (mine, theirs) => mine.or(theirs),
        };
        if own.prefix_items.is_empty() {
            own.prefix_items.clone_from(&other.prefix_items);
        }
        own.additional = match (std::mem::take(&mut own.additional), &other.additional) {
            (Additional::Unsaid, theirs) => theirs.clone(),
            (Additional::Any(_), theirs @ (Additional::Schema(..) | Additional::None(_))) => {
                theirs.clone()
            }
            (Additional::Schema(mine, origin), Additional::Schema(theirs, _)) => {
                Additional::Schema(self.both(*theirs, mine, merge), origin)
            }
            (mine, _) => mine,
        };
        for name in &other.required_undeclared {
            undeclared(&mut own.required_undeclared, name);
        }
        for names in &other.required_alternatives {
            own.required_alternatives.push(names.clone());
        }
        own.ignored.extend(other.ignored.iter().cloned());
        // A base that lists its own variants does not make each of them a union.
        let lists = |branches: &[SchemaId]| branches.contains(&at);
        let carried = !other.one_of.is_empty() || !other.any_of.is_empty();
        if carried && !lists(&other.one_of) && !lists(&other.any_of) {
            if own.one_of.is_empty() && own.any_of.is_empty() {
                own.one_of.clone_from(&other.one_of);
                own.any_of.clone_from(&other.any_of);
                if own.discriminator.is_none() {
                    own.discriminator.clone_from(&other.discriminator);
                }
            } else if own.one_of != other.one_of || own.any_of != other.any_of {
                self.conflict(own, other, "`oneOf` or `anyOf`");
            }
        }
        macro_rules! fill {
            ($($field:ident)*) => {$(
                if own.$field.is_none() {
                    own.$field.clone_from(&other.$field);
                }
            )*};
        }
        fill!(format default not content_media_type content_encoding);
    }

    fn conflict(&mut self, own: &Schema, other: &Schema, what: &str) {
        let message = format!("entries of `allOf` contradict each other in {what}");
        self.findings.push(
            Finding::new(Code::AllOfConflict, &own.origin.head(), message)
                .note(&other.origin.head(), "the other schema")
                .costs(Cost::Schema),
        );
    }
}

/// What a schema over a single entry takes from it when it says nothing itself.
fn annotate(own: &mut Schema, other: &Schema) {
    macro_rules! fill {
        ($($field:ident)*) => {$(
            if own.$field.is_none() {
                own.$field.clone_from(&other.$field);
            }
        )*};
    }
    fill!(title description discriminator);
    if own.examples.is_empty() {
        own.examples.clone_from(&other.examples);
    }
    for (mine, theirs) in [
        (&mut own.read_only, &other.read_only),
        (&mut own.write_only, &other.write_only),
        (&mut own.deprecated, &other.deprecated),
    ] {
        if mine.origin.file().is_none() {
            mine.clone_from(theirs);
        }
    }
    if let Some(theirs) = &other.xml {
        match &mut own.xml {
            None => own.xml = Some(theirs.clone()),
            Some(mine) => annotate_xml(mine, theirs),
        }
    }
    if !other.lavka.is_default() {
        annotate_lavka(&mut own.lavka, &other.lavka);
    }
    for (name, node) in &other.extensions {
        if !own.extensions.contains_key(name) {
            own.extensions.insert(name.clone(), node.clone());
        }
    }
    if own.unresolved.is_none() {
        own.unresolved.clone_from(&other.unresolved);
    }
}

fn annotate_lavka(own: &mut SchemaExtensions, other: &SchemaExtensions) {
    macro_rules! lavka {
        ($($field:ident)*) => {$(
            if own.$field.is_none() {
                own.$field.clone_from(&other.$field);
            }
        )*};
    }
    lavka!(null_is_absent strict envelope error request_envelope credential xml_type xml_text);
    if own.evidence.source.is_none() {
        own.evidence.source.clone_from(&other.evidence.source);
    }
    if own.evidence.grade.is_none() {
        own.evidence.grade.clone_from(&other.evidence.grade);
    }
    if own.accept.is_empty() {
        own.accept.clone_from(&other.accept);
        own.number_as_text = other.number_as_text;
    }
}

fn annotate_xml(mine: &mut Xml, theirs: &Xml) {
    macro_rules! fill {
        ($($field:ident)*) => {$(
            if mine.$field.is_none() {
                mine.$field.clone_from(&theirs.$field);
            }
        )*};
    }
    fill!(name namespace prefix attribute wrapped text);
}

fn undeclared(names: &mut Vec<Spanned<String>>, name: &Spanned<String>) {
    if !names.iter().any(|known| known.value == name.value) {
        names.push(name.clone());
    }
}

/// A value as a key.
fn text_of(value: &Node) -> String {
    value.to_json().to_string()
}

fn no_limits(limits: &Limits) -> bool {
    limits.minimum.is_none()
        && limits.maximum.is_none()
        && limits.exclusive_minimum.is_none()
        && limits.exclusive_maximum.is_none()
        && limits.multiple_of.is_none()
        && limits.min_length.is_none()
        && limits.max_length.is_none()
        && limits.pattern.is_none()
        && limits.min_items.is_none()
        && limits.max_items.is_none()
        && limits.unique_items.is_none()
        && limits.min_properties.is_none()
        && limits.max_properties.is_none()
}

/// The tighter of each limit.
fn tighten(own: &mut Limits, other: &Limits) {
    macro_rules! tighter {
        ($keep:expr, $($field:ident)*) => {$(
            match (&own.$field, &other.$field) {
                (None, Some(_)) => own.$field.clone_from(&other.$field),
                (Some(mine), Some(theirs)) if $keep(&theirs.value, &mine.value) => own.$field.clone_from(&other.$field),
                _ => {}
            }
        )*};
    }
    tighter!(greater, minimum exclusive_minimum);
    tighter!(|a, b| greater(b, a), maximum exclusive_maximum);
    tighter!(|a: &u64, b: &u64| a > b, min_length min_items min_properties);
    tighter!(|a: &u64, b: &u64| a < b, max_length max_items max_properties);
    tighter!(|a: &bool, b: &bool| *a && !*b, unique_items);
    macro_rules! first {
        ($($field:ident)*) => {$(
            if own.$field.is_none() {
                own.$field.clone_from(&other.$field);
            }
        )*};
    }
    first!(multiple_of pattern);
}

fn greater(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a > b,
        _ => a.as_f64() > b.as_f64(),
    }
}

fn index(id: SchemaId) -> usize {
    id.0 as usize
}

fn id(index: usize) -> SchemaId {
    SchemaId(u32::try_from(index).unwrap_or(u32::MAX))
}
