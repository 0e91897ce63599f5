//! Schemas of the typed document as entries of the arena, in the form of OpenAPI 3.1.

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{
    Additional, Alternatives, Discriminator, Limits, Property, Rare, Schema, SchemaId, Spanned,
    Type, Types, XmlShape,
};
use crate::openapi;

use super::Normalizer;
use super::absorb::{absorb, numeric_text};
use super::values;

/// How deep conditions may be in one another.
const MAX_CONDITIONS: usize = 16;

/// What the branches of `oneOf` or `anyOf` are.
struct Branches {
    /// The properties that each requires, where the branches say nothing else.
    required: Vec<Vec<Spanned<String>>>,
    /// Otherwise the schemas.
    ids: Vec<SchemaId>,
}

/// The types of a schema, and whether it says them.
fn types(typed: &mut openapi::Schema) -> (Spanned<Types>, bool) {
    match (typed.types.take(), typed.boolean) {
        // Nothing fits.
        (_, Some(false)) => (Spanned::new(Types::default(), &typed.origin), true),
        (Some(types), _) => (types, true),
        (None, _) => (Spanned::new(Types::ANY, &typed.origin), false),
    }
}

impl Normalizer<'_> {
    /// A new entry, to be filled.
    pub(super) fn reserve(&mut self) -> SchemaId {
        self.notes.push(super::Note::default());
        self.schemas.push(Schema::default())
    }

    /// The id of a schema: its target's, where it is only a reference.
    pub(super) fn schema(&mut self, typed: openapi::Schema, file: usize) -> SchemaId {
        match &typed.reference {
            Some(reference) if !typed.siblings => self.schema_ref(reference, file),
            _ => self.inline(typed, file),
        }
    }

    /// The entry of an inline schema. What references name it by is the same entry, whichever is read first.
    fn inline(&mut self, typed: openapi::Schema, file: usize) -> SchemaId {
        let identity = typed.origin.identity();
        let Some(id) = self.inline.awaited.remove(&identity) else {
            let id = self.reserve();
            self.inline
                .seen
                .entry(identity)
                .or_insert((id, self.within));
            self.fill(id, typed, file);
            return id;
        };
        self.schemas[id].home = Some(self.within.unwrap_or(id));
        if self.inline.unread.remove(&id) {
            self.fill(id, typed, file);
        }
        id
    }

    fn schemas_of(&mut self, typed: Vec<openapi::Schema>, file: usize) -> Vec<SchemaId> {
        typed
            .into_iter()
            .map(|schema| self.schema(schema, file))
            .collect()
    }

    /// Fills an entry.
    pub(super) fn fill(&mut self, id: SchemaId, typed: openapi::Schema, file: usize) {
        let outer = self.within.replace(id);
        self.fill_within(id, typed, file);
        self.within = outer;
    }

    fn fill_within(&mut self, id: SchemaId, mut typed: openapi::Schema, file: usize) {
        let mut note = super::Note::default();
        let mut all_of = Vec::new();
        if let Some(reference) = typed.reference.take() {
            // Siblings of `$ref` (3.1): a schema of its own, of which the target is an entry of `allOf`. A component that is only a
            // reference is resolved before it is filled.
            all_of.push(self.schema_ref(&reference, file));
        }
        absorb(&mut typed);
        numeric_text(&mut typed);
        values::of_items(&mut typed);
        note.properties_first = typed.properties_first;
        note.nullable = typed.nullable.as_ref().is_some_and(|flag| flag.value);
        note.required = std::mem::take(&mut typed.required);
        let entries = std::mem::take(&mut typed.all_of);
        all_of.extend(self.schemas_of(entries, file));
        let one_of = self.union(&mut typed.one_of, file, &mut note, &mut all_of);
        let any_of = self.union(&mut typed.any_of, file, &mut note, &mut all_of);
        self.conditional(std::mem::take(&mut typed.conditional), file, &mut note, 0);
        let additional = self.additional(&mut typed, file);
        let properties = self.properties(&mut typed, file);
        let discriminator = typed.discriminator.take();
        let discriminator = discriminator.map(|made| self.discriminator(*made, file));
        let (prefix_items, items) = self.items(&mut typed, file);
        let not = typed.not.take().map(|not| self.schema(*not, file));
        let content_schema = typed.content_schema.take();
        let content_schema = content_schema.map(|content| self.schema(*content, file));
        let (types, typed_here) = types(&mut typed);
        if types.has(Type::Null) && typed_here {
            note.nullable = true;
        }
        let values = self.values(&mut typed, typed_here.then_some(types.value), &mut note);
        let alternatives = [(true, one_of.required), (false, any_of.required)];
        let alternatives = alternatives.into_iter().filter_map(|(exactly_one, names)| {
            let origin = names.iter().flatten().next()?.origin.clone();
            Some(Alternatives {
                exactly_one,
                names,
                origin,
            })
        });
        let schema = Schema {
            component: self.schemas[id].component.take(),
            title: typed.title,
            description: typed.description,
            types,
            typed: typed_here,
            format: typed.format,
            values,
            default: typed.default,
            examples: typed.examples,
            limits: self.limits(typed.limits, typed.excludes),
            content_media_type: typed.content_media_type,
            content_encoding: typed.content_encoding,
            content_schema,
            items,
            prefix_items,
            properties,
            required_undeclared: Vec::new(),
            additional,
            one_of: one_of.ids,
            any_of: any_of.ids,
            not,
            all_of,
            discriminator,
            read_only: typed.read_only.unwrap_or_default(),
            write_only: typed.write_only.unwrap_or_default(),
            deprecated: typed.deprecated.unwrap_or_default(),
            xml: typed.xml,
            lavka: typed
                .lavka
                .map(|lavka| Rare::new(*lavka))
                .unwrap_or_default(),
            extensions: typed.extensions,
            bare_nullable: typed.bare_nullable,
            ignored: typed.ignored,
            required_alternatives: alternatives.collect(),
            unresolved: None,
            recursive_all_of: None,
            home: self.schemas[id].home,
            origin: typed.origin,
        };
        self.schemas[id] = schema;
        self.notes[id.index()] = note;
    }

    /// The branches of `oneOf` or `anyOf`; the only one is part of `all_of` instead.
    fn union(
        &mut self,
        list: &mut Vec<openapi::Schema>,
        file: usize,
        note: &mut super::Note,
        all_of: &mut Vec<SchemaId>,
    ) -> Branches {
        let mut branches = self.branches(std::mem::take(list), file, note);
        if branches.ids.len() == 1 {
            all_of.append(&mut branches.ids);
        }
        branches
    }

    /// The branches of `oneOf` or `anyOf`. Whether null is one of them goes to the note.
    fn branches(
        &mut self,
        mut list: Vec<openapi::Schema>,
        file: usize,
        note: &mut super::Note,
    ) -> Branches {
        let before = list.len();
        list.retain(|branch| !branch.is_null());
        note.nullable |= list.len() < before;
        if !list.iter().all(openapi::Schema::is_never) {
            list.retain(|branch| !branch.is_never());
        }
        if !list.is_empty() && list.iter().all(openapi::Schema::only_constrains) {
            let names = list.into_iter().map(|branch| branch.required);
            return Branches {
                required: names.collect(),
                ids: Vec::new(),
            };
        }
        Branches {
            required: Vec::new(),
            ids: self.schemas_of(list, file),
        }
    }

    /// The schemas of `prefixItems`, and that of `items`.
    fn items(
        &mut self,
        typed: &mut openapi::Schema,
        file: usize,
    ) -> (Vec<SchemaId>, Option<SchemaId>) {
        let first = std::mem::take(&mut typed.prefix_items);
        // `items: false` after `prefixItems` says that there are no others.
        let limits = &mut typed.limits;
        let items = typed.items.take().filter(|items| {
            let none = items.boolean == Some(false) && !first.is_empty();
            if none {
                let most = &mut limits.get_or_insert_default().max_items;
                let count = first.len() as u64;
                if most.as_ref().is_none_or(|most| most.value > count) {
                    *most = Some(Spanned::new(count, &items.origin));
                }
            }
            !none
        });
        let items = items.map(|items| self.schema(*items, file));
        (self.schemas_of(first, file), items)
    }

    fn properties(
        &mut self,
        typed: &mut openapi::Schema,
        file: usize,
    ) -> IndexMap<String, Property> {
        let properties = std::mem::take(&mut typed.properties).into_iter();
        let properties = properties.map(|(name, named)| {
            let property = Property {
                schema: self.schema(named.value, file),
                required: None,
                xml: XmlShape::default(),
                origin: named.key,
            };
            (name, property)
        });
        properties.collect()
    }

    fn discriminator(&mut self, made: openapi::Discriminator, file: usize) -> Discriminator {
        let default = made.default.and_then(|name| self.mapped(&name, file));
        let mapping = made.mapping.into_iter().map(|(value, target)| {
            let id = self.mapped(&target, file);
            (value, (id, target.origin))
        });
        Discriminator {
            mapping: mapping.collect(),
            default,
            property: made.property,
        }
    }

    /// Properties that only some objects have, by `then`, `else` and `dependentSchemas`: none of them is required. One that several
    /// declare is what any of them says.
    fn conditional(
        &mut self,
        schemas: Vec<openapi::Schema>,
        file: usize,
        note: &mut super::Note,
        depth: usize,
    ) {
        for mut schema in schemas {
            if let Some(reference) = schema.reference.take() {
                let target = self.schema_ref(&reference, file);
                note.conditional_on.push(target);
            }
            for (name, named) in std::mem::take(&mut schema.properties) {
                let origin = named.key;
                let id = self.schema(named.value, file);
                let (_, known) = note
                    .conditional
                    .entry(name)
                    .or_insert_with(|| (origin, Vec::new()));
                known.push(id);
            }
            if depth < MAX_CONDITIONS {
                let within = [
                    std::mem::take(&mut schema.conditional),
                    std::mem::take(&mut schema.all_of),
                    std::mem::take(&mut schema.any_of),
                    std::mem::take(&mut schema.one_of),
                ];
                self.conditional(
                    within.into_iter().flatten().collect(),
                    file,
                    note,
                    depth + 1,
                );
            }
        }
    }

    fn additional(&mut self, typed: &mut openapi::Schema, file: usize) -> Additional {
        let said = typed.additional.take();
        let mut patterns = std::mem::take(&mut typed.pattern_properties);
        if let Some((key, schema)) = &said
            && schema.boolean != Some(false)
        {
            if schema.is_any() {
                return Additional::Any(key.clone());
            }
            let key = key.clone();
            let Some((_, schema)) = said else {
                return Additional::Unsaid;
            };
            return Additional::Schema(self.schema(*schema, file), key);
        }
        match (patterns.len(), said) {
            (0, Some((key, _))) => Additional::None(key),
            (0, None) => Additional::Unsaid,
            (1, _) => {
                let pattern = patterns.remove(0);
                let origin = pattern.origin.clone();
                if pattern.is_empty() {
                    Additional::Any(origin)
                } else {
                    Additional::Schema(self.schema(pattern, file), origin)
                }
            }
            _ => Additional::Any(patterns[0].origin.clone()),
        }
    }

    /// The schema that a value of `mapping` names: by reference, or by the name of a component.
    fn mapped(&mut self, target: &Spanned<String>, file: usize) -> Option<SchemaId> {
        if self.typed_component(&target.value) {
            let place = super::Place::component(&target.value);
            return self.at_place(&place, &target.origin, false);
        }
        self.resolve_schema(target, file, Cost::Part)
    }

    fn typed_component(&self, name: &str) -> bool {
        let schemas = self
            .source
            .root()
            .and_then(|root| root.get("components")?.get("schemas"));
        schemas.is_some_and(|schemas| schemas.get(name).is_some())
    }

    fn limits(
        &mut self,
        limits: Option<Box<Limits>>,
        excludes: Option<Box<openapi::Excludes>>,
    ) -> Rare<Limits> {
        let Some(mut limits) = limits else {
            return Rare::default();
        };
        if let Some(excludes) = excludes {
            let made = &mut *limits;
            for (flag, name, bound, exclusive) in [
                (
                    excludes.minimum,
                    "minimum",
                    &mut made.minimum,
                    &mut made.exclusive_minimum,
                ),
                (
                    excludes.maximum,
                    "maximum",
                    &mut made.maximum,
                    &mut made.exclusive_maximum,
                ),
            ] {
                let Some(flag) = flag.filter(|flag| flag.value) else {
                    continue;
                };
                *exclusive = bound.take();
                if exclusive.is_none() {
                    let message = format!("this has no effect without `{name}`");
                    let finding = Finding::new(Code::Limits, &flag.origin, message);
                    self.findings.push(finding.costs(Cost::Nothing));
                }
            }
        }
        Rare::new(*limits)
    }
}
