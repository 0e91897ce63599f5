//! The keywords of joined schemas.

use std::collections::{HashMap, HashSet};

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{Additional, Schema, SchemaId, Spanned, Type, Types};
use crate::source::Node;

use super::{Merge, Normalizer, fill, limits, undeclared};

impl Normalizer<'_> {
    /// Adds the keywords of an entry, properties and annotations aside.
    pub(super) fn join_keywords(
        &mut self,
        at: SchemaId,
        own: &mut Schema,
        other: &Schema,
        merge: &mut Merge,
    ) {
        self.join_types(own, other);
        self.join_values(own, other);
        if !other.limits.is_default() {
            limits::tighten(&mut own.limits, &other.limits);
        }
        own.items = match (own.items, other.items) {
            (Some(mine), Some(theirs)) => Some(self.both(theirs, mine, merge)),
            (mine, theirs) => mine.or(theirs),
        };
        if own.prefix_items.is_empty() {
            own.prefix_items.clone_from(&other.prefix_items);
        }
        self.join_additional(own, other, merge);
        for name in &other.required_undeclared {
            undeclared(&mut own.required_undeclared, name);
        }
        // An entry may come by several ways.
        for group in &other.required_alternatives {
            let own_groups = &own.required_alternatives;
            if !own_groups
                .iter()
                .any(|known| known.origin.same(&group.origin))
            {
                own.required_alternatives.push(group.clone());
            }
        }
        for keyword in &other.ignored {
            let place = &keyword.name.origin;
            if !own
                .ignored
                .iter()
                .any(|known| known.name.origin.same(place))
            {
                own.ignored.push(keyword.clone());
            }
        }
        self.join_branches(at, own, other, merge);
        fill!(own, other; format default not content_media_type content_encoding content_schema);
    }

    fn join_types(&mut self, own: &mut Schema, other: &Schema) {
        let both = own.types.and(other.types.value);
        match (own.typed, other.typed) {
            (true, true) => {
                let none = |types: Types| types.without(Type::Null) == Types::default();
                if none(both) && !none(own.types.value) {
                    self.conflict(own, other, "`type`");
                } else {
                    own.types.value = both;
                }
            }
            (false, true) => {
                own.types = other.types.clone();
                own.typed = true;
            }
            (false, false) if !own.types.has(Type::Null) => own.types.value = both,
            (_, false) => {}
        }
    }

    fn join_values(&mut self, own: &mut Schema, other: &Schema) {
        let Some(theirs) = &other.values else { return };
        match &mut own.values {
            None => own.values = Some(theirs.clone()),
            Some(mine) => {
                let known: HashSet<String> = theirs.iter().map(text_of).collect();
                let both = mine.iter().filter(|value| known.contains(&text_of(value)));
                let both: Vec<Node> = both.cloned().collect();
                if both.is_empty() {
                    self.conflict(own, other, "`enum`");
                } else {
                    mine.value = both;
                }
            }
        }
        if !other.lavka.is_default() {
            name_values(own, other);
        }
    }

    fn join_additional(&mut self, own: &mut Schema, other: &Schema, merge: &mut Merge) {
        own.additional = match (std::mem::take(&mut own.additional), &other.additional) {
            (Additional::Unsaid, theirs)
            | (Additional::Any(_), theirs @ (Additional::Schema(..) | Additional::None(_))) => {
                theirs.clone()
            }
            (Additional::Schema(mine, origin), Additional::Schema(theirs, _)) => {
                Additional::Schema(self.both(*theirs, mine, merge), origin)
            }
            (mine, _) => mine,
        };
    }

    fn join_branches(&mut self, at: SchemaId, own: &mut Schema, other: &Schema, merge: &mut Merge) {
        // A base that lists its own variants does not make each of them a union.
        if other.branches().next().is_none() || other.branches().any(|branch| branch == at) {
            return;
        }
        if own.branches().next().is_none() {
            own.one_of.clone_from(&other.one_of);
            own.any_of.clone_from(&other.any_of);
            fill!(own, other; discriminator);
        } else if own.one_of != other.one_of || own.any_of != other.any_of {
            // A value is of both unions: it has properties of a branch of the second too.
            let object = |id: SchemaId| self.schemas[id].types.has(Type::Object);
            if !other.branches().all(object) {
                self.conflict(own, other, "`oneOf` or `anyOf`");
                return;
            }
            merge.further.extend(other.branches());
            let message = "a second union in an `allOf` makes properties that are optional";
            let finding = Finding::new(Code::Unsupported, &own.origin.head(), message);
            let finding = finding.note(&other.origin.head(), "the second union");
            self.findings.push(finding.costs(Cost::Schema));
        }
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

/// Takes the names and descriptions that an entry gives to the values that are left, where the schema names none itself.
fn name_values(own: &mut Schema, other: &Schema) {
    let (words, named) = (&other.lavka, own.lavka.enum_names.is_empty());
    let (Some(mine), Some(theirs)) = (&own.values, &other.values) else {
        return;
    };
    if !named || (words.enum_names.is_empty() && words.enum_descriptions.is_empty()) {
        return;
    }
    let places: HashMap<String, usize> = theirs.iter().map(text_of).zip(0..).collect();
    let pick = |words: &[Spanned<String>]| -> Vec<Spanned<String>> {
        if words.len() != theirs.len() {
            return Vec::new();
        }
        let places = mine.iter().filter_map(|value| places.get(&text_of(value)));
        places
            .filter_map(|place| words.get(*place).cloned())
            .collect()
    };
    own.lavka.enum_names = pick(&words.enum_names);
    own.lavka.enum_descriptions = pick(&words.enum_descriptions);
}

/// A value as a key.
fn text_of(value: &Node) -> String {
    value.to_json().to_string()
}
