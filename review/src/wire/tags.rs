//! Values of discriminators, and the properties that they fix.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use lavka_model::normalized::{Discriminator, Schema, SchemaId, Schemas};
use lavka_model::source::{Node, Origin};

/// The alternatives of a schema.
pub(super) fn branches(schema: &Schema) -> &[SchemaId] {
    if schema.one_of.is_empty() {
        &schema.any_of
    } else {
        &schema.one_of
    }
}

/// A value of a discriminator.
#[derive(Clone, Copy)]
pub(super) struct Selector<'a> {
    /// The alternative that it selects.
    pub(super) schema: Option<SchemaId>,
    pub(super) origin: &'a Origin,
    /// Whether it is the alternative's own enum that says so: that is compared with the property.
    pub(super) by_enum: bool,
}

/// Values of a discriminator: those of `mapping`, and of alternatives that it leaves out, their enums or else their names.
pub(super) fn selectors<'a>(
    discriminator: &'a Discriminator,
    alternatives: &[SchemaId],
    schemas: &'a Schemas,
) -> IndexMap<String, Selector<'a>> {
    let mapping = discriminator.mapping.iter();
    let mut made: IndexMap<String, Selector<'_>> = mapping
        .map(|(name, (schema, origin))| {
            let (schema, by_enum) = (*schema, false);
            let selector = Selector {
                schema,
                origin,
                by_enum,
            };
            (name.clone(), selector)
        })
        .collect();
    for &id in alternatives {
        if made.values().any(|known| known.schema == Some(id)) {
            continue;
        }
        let property = schemas[id].properties.get(&discriminator.property.value);
        let values = property.and_then(|property| schemas[property.schema].values.as_ref());
        let selector = Selector {
            schema: Some(id),
            origin: values.map_or(&discriminator.property.origin, |values| &values.origin),
            by_enum: values.is_some(),
        };
        let names: Vec<String> = match values {
            Some(values) => values
                .value
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect(),
            None => schemas[id].component.iter().cloned().collect(),
        };
        for name in names {
            made.entry(name).or_insert(selector);
        }
    }
    made
}

/// Of alternatives, the property that a discriminator fixes, and its values.
pub(super) struct Tags<'a>(HashMap<SchemaId, (&'a str, BTreeSet<String>)>);

impl<'a> Tags<'a> {
    pub(super) fn of(schemas: &'a Schemas) -> Self {
        let mut all: HashMap<SchemaId, (&'a str, BTreeSet<String>)> = HashMap::new();
        for (_, union) in schemas.iter() {
            let Some(discriminator) = &union.discriminator else {
                continue;
            };
            let property = discriminator.property.value.as_str();
            for (name, selector) in selectors(discriminator, branches(union), schemas) {
                let Some(id) = selector.schema else { continue };
                let (known, values) = all.entry(id).or_insert((property, BTreeSet::new()));
                if *known == property {
                    values.insert(name);
                }
            }
        }
        Self(all)
    }

    /// The values that a property of a schema can have, where a discriminator fixes them: those that its own enum allows.
    pub(super) fn values(
        &self,
        schemas: &Schemas,
        id: SchemaId,
        name: &str,
    ) -> Option<BTreeSet<String>> {
        let (_, values) = self.0.get(&id).filter(|(property, _)| *property == name)?;
        let property = schemas[id].properties.get(name)?.schema;
        let own = schemas[property].values.as_ref();
        let allows = |value: &&String| {
            own.is_none_or(|own| own.iter().any(|known| known.as_str() == Some(value)))
        };
        let values: BTreeSet<String> = values.iter().filter(allows).cloned().collect();
        Some(values).filter(|values| !values.is_empty())
    }
}
