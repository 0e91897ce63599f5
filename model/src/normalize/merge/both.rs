//! Two schemas joined into one: what a property is that two entries declare.

use std::collections::HashSet;

use crate::normalized::{Additional, Schema, SchemaId, Spanned, Types};

use super::annotate::remarks;
use super::{MAX_LOOKED, MAX_MADE, Merge, Normalizer, State, limits};

impl Normalizer<'_> {
    /// The schema that is both; what `over` says about itself counts.
    pub(super) fn both(&mut self, base: SchemaId, over: SchemaId, merge: &mut Merge) -> SchemaId {
        if base == over {
            return over;
        }
        if let Some(known) = merge.both.get(&(base, over)) {
            return *known;
        }
        if self.includes(over, base, merge) {
            return over;
        }
        if self.includes(base, over, merge) {
            return base;
        }
        let (of_base, of_over) = (self.parts_of(base), self.parts_of(over));
        merge.looked += of_base.len() * of_over.len();
        if of_over.iter().all(|part| of_base.contains(part)) {
            return base;
        }
        if of_base.iter().all(|part| of_over.contains(part)) {
            return over;
        }
        if merge.made >= MAX_MADE || merge.looked >= MAX_LOOKED {
            let origin = self.schemas[over].origin.head();
            self.full(&origin, merge);
            return over;
        }
        merge.made += 1;
        let made = self.reserve();
        merge.state.push(State::New);
        self.schemas[made] = match (self.only_annotates(base), self.only_annotates(over)) {
            (_, true) => {
                self.notes[made.index()].nullable = self.notes[over.index()].nullable;
                self.annotating(over, base)
            }
            (true, false) => {
                self.notes[made.index()].nullable = self.notes[base.index()].nullable;
                let mut schema = self.annotating(base, over);
                // What the later declaration says of itself counts.
                let later = &self.schemas[over];
                schema.description = later.description.clone().or(schema.description);
                schema.title = later.title.clone().or(schema.title);
                schema
            }
            (false, false) => self.intersection(base, over),
        };
        self.notes[made.index()].made_of = [of_base, of_over].concat();
        merge.both.insert((base, over), made);
        made
    }

    /// What an intersection was made of, which says when the same parts come again; else the schema itself.
    fn parts_of(&self, id: SchemaId) -> Vec<SchemaId> {
        let made_of = &self.notes[id.index()].made_of;
        if made_of.is_empty() {
            vec![id]
        } else {
            made_of.clone()
        }
    }

    /// A schema that only annotates, over the one that it annotates.
    fn annotating(&self, words: SchemaId, of: SchemaId) -> Schema {
        Schema {
            component: None,
            all_of: vec![of],
            ..self.schemas[words].clone()
        }
    }

    /// A schema with both as its entries.
    fn intersection(&self, base: SchemaId, over: SchemaId) -> Schema {
        let (base_schema, over_schema) = (&self.schemas[base], &self.schemas[over]);
        let origin = over_schema.origin.clone();
        let mut schema = Schema {
            description: over_schema
                .description
                .as_ref()
                .or(base_schema.description.as_ref())
                .cloned(),
            types: Spanned::new(Types::ANY, &origin),
            all_of: vec![base, over],
            origin,
            ..Schema::default()
        };
        // Where both say it, the later declaration counts.
        remarks(&mut schema, over_schema);
        remarks(&mut schema, base_schema);
        schema
    }

    /// Whether a schema is, among others, a component.
    fn includes(&self, schema: SchemaId, part: SchemaId, merge: &mut Merge) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![schema];
        while let Some(at) = stack.pop() {
            if at == part {
                return true;
            }
            merge.looked += 1;
            if seen.len() < 1000 && merge.looked < MAX_LOOKED && seen.insert(at) {
                stack.extend(&self.schemas[at].all_of);
            }
        }
        false
    }

    fn only_annotates(&self, at: SchemaId) -> bool {
        let schema = &self.schemas[at];
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
            && self.notes[at.index()].required.is_empty()
            && matches!(schema.additional, Additional::Unsaid)
            && limits::are_none(&schema.limits)
    }
}
