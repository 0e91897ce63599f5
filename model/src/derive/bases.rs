//! Which schemas stand for which: overrides of one reference, aliases, and objects that others extend.

use std::collections::{HashMap, HashSet};

use super::roots::Roots;
use crate::normalized::{Additional, Document, Schema, SchemaId, Type};

/// What is known of the document's schemas before types are made.
pub(super) struct Bases {
    /// For each schema, the one whose type it has.
    base: Vec<SchemaId>,
    /// Schemas with a discriminator that others extend, and the components that may be in their place.
    children: HashMap<SchemaId, Vec<SchemaId>>,
    /// Values of the discriminator's property for an object, over all unions that have one.
    tags: HashMap<(SchemaId, String), Vec<String>>,
}

impl Bases {
    pub(super) fn new(doc: &Document, roots: &Roots) -> Self {
        let children = doc.families();
        let extending: HashSet<SchemaId> = children.values().flatten().copied().collect();
        let mut base: Vec<SchemaId> = doc.schemas.iter().map(|(id, _)| id).collect();
        for (at, (id, schema)) in doc.schemas.iter().enumerate() {
            let same_as = schema
                .all_of
                .iter()
                .find(|entry| **entry != id && adds_nothing(doc, schema, &doc.schemas[**entry]));
            if let Some(entry) = same_as {
                // A component that extends a union of its kind is an object, whether or not it adds something.
                if !extending.contains(&id) {
                    base[at] = *entry;
                }
            }
        }
        for (id, same) in &roots.same {
            if doc.schemas[*id].component.is_none() {
                base[id.index()] = *same;
            }
        }
        let resolved = (0..base.len()).map(|at| end(&base, at)).collect();
        let mut made = Self {
            base: resolved,
            children,
            tags: HashMap::new(),
        };
        made.tags = made.all_tags(doc);
        made
    }

    /// The schema whose type a schema has.
    pub(super) fn of(&self, id: SchemaId) -> SchemaId {
        self.base.get(id.index()).copied().unwrap_or(id)
    }

    /// Components that may be in the place of a schema with a discriminator.
    pub(super) fn children(&self, id: SchemaId) -> Option<&[SchemaId]> {
        self.children.get(&id).map(Vec::as_slice)
    }

    /// The only value of a property by which unions tell the object apart, if there is one.
    pub(super) fn tag(&self, id: SchemaId, property: &str) -> Option<&str> {
        match self.tags.get(&(id, property.to_owned()))?.as_slice() {
            [tag] => Some(tag),
            _ => None,
        }
    }

    fn all_tags(&self, doc: &Document) -> HashMap<(SchemaId, String), Vec<String>> {
        let mut tags: HashMap<(SchemaId, String), Vec<String>> = HashMap::new();
        for (id, schema) in doc.schemas.iter() {
            let Some(discriminator) = &schema.discriminator else {
                continue;
            };
            let branches = schema.branches();
            let children = self.children(id).unwrap_or_default();
            let mut seen = HashSet::new();
            let children = children.iter().copied();
            for branch in branches.chain(children).map(|branch| self.of(branch)) {
                if !seen.insert(branch) {
                    continue;
                }
                let key = (branch, discriminator.property.value.clone());
                let known = tags.entry(key).or_default();
                for tag in mapped(schema, branch, self, doc) {
                    if !known.contains(&tag) {
                        known.push(tag);
                    }
                }
            }
        }
        tags
    }
}

/// Values of a discriminator that select a branch: those of `mapping`, or else the component's name.
pub(super) fn mapped(
    schema: &Schema,
    branch: SchemaId,
    bases: &Bases,
    doc: &Document,
) -> Vec<String> {
    let Some(discriminator) = &schema.discriminator else {
        return Vec::new();
    };
    let mut mapping: Vec<String> = discriminator
        .mapping
        .iter()
        .filter(|(_, (target, _))| target.is_some_and(|target| bases.of(target) == branch))
        .map(|(tag, _)| tag.clone())
        .collect();
    mapping.sort();
    if mapping.is_empty() {
        mapping.extend(implicit(schema, branch, doc));
    }
    mapping
}

/// The same, and the component's name beside those of `mapping`: it selects the branch too, where the mapping gives it to no other.
pub(super) fn accepted(
    schema: &Schema,
    branch: SchemaId,
    bases: &Bases,
    doc: &Document,
) -> Vec<String> {
    let mut tags = mapped(schema, branch, bases, doc);
    let known = |name: &String| {
        let discriminator = schema.discriminator.as_ref();
        discriminator.is_some_and(|known| known.mapping.contains_key(name)) || tags.contains(name)
    };
    if let Some(name) = implicit(schema, branch, doc).filter(|name| !known(name)) {
        tags.push(name);
    }
    tags
}

/// The name of a branch's component, unless the branch lists other values.
fn implicit(schema: &Schema, branch: SchemaId, doc: &Document) -> Option<String> {
    let discriminator = schema.discriminator.as_ref()?;
    let target = &doc.schemas[branch];
    let name = target.component.as_ref()?;
    // A property that lists its values takes no other: one of them may be the name in another spelling.
    let listed = target
        .properties
        .get(&discriminator.property.value)
        .and_then(|property| doc.schemas[property.schema].values.as_ref());
    let Some(values) = listed else {
        return Some(name.clone());
    };
    let texts = || values.iter().filter_map(|value| value.as_str());
    if texts().any(|text| text == name) {
        return Some(name.clone());
    }
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let mut same = texts().filter(|text| letters(text) == letters(name));
    let found = same.next()?;
    same.next().is_none().then(|| found.to_owned())
}

/// The end of a chain of bases; a circle ends where it is met again.
fn end(base: &[SchemaId], start: usize) -> SchemaId {
    let mut at = start;
    for _ in 0..64 {
        let next = base[at];
        if next.index() == at {
            break;
        }
        at = next.index();
    }
    base[at]
}

/// Whether a schema allows exactly what an entry of its `allOf` allows, null and annotations aside.
fn adds_nothing(doc: &Document, schema: &Schema, entry: &Schema) -> bool {
    let values = |schema: &Schema| {
        schema.values.as_ref().map(|values| {
            values
                .iter()
                .map(crate::source::Node::to_json)
                .collect::<Vec<_>>()
        })
    };
    let extensions = |schema: &Schema| {
        let lavka = &schema.lavka;
        (
            lavka.envelope.is_some(),
            lavka.error.is_some(),
            lavka.request_envelope.is_some(),
        )
    };
    let text = |text: &Option<crate::normalized::Spanned<String>>| {
        text.as_ref().map(|text| text.value.clone())
    };
    schema.types.value.without(Type::Null) == entry.types.value.without(Type::Null)
        && text(&schema.format) == text(&entry.format)
        && schema.items == entry.items
        && schema.prefix_items == entry.prefix_items
        && schema.one_of == entry.one_of
        && schema.any_of == entry.any_of
        && schema.discriminator.is_some() == entry.discriminator.is_some()
        && schema.properties.len() == entry.properties.len()
        && schema.required_undeclared.len() == entry.required_undeclared.len()
        && extensions(schema) == extensions(entry)
        && same_additional(doc, &schema.additional, &entry.additional)
        && schema.properties.iter().all(|(name, property)| {
            entry.properties.get(name).is_some_and(|other| {
                other.schema == property.schema
                    && other.required.is_some() == property.required.is_some()
            })
        })
        && values(schema) == values(entry)
}

fn same_additional(_: &Document, a: &Additional, b: &Additional) -> bool {
    match (a, b) {
        (Additional::Schema(a, _), Additional::Schema(b, _)) => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
