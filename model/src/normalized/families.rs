//! Objects that others extend.

use std::collections::{HashMap, HashSet};

use super::{Document, SchemaId, Type};

impl Document {
    /// Returns the components that extend a schema with a discriminator, or that its mapping names, by that schema.
    #[must_use]
    pub fn families(&self) -> HashMap<SchemaId, Vec<SchemaId>> {
        let doc = self;
        let declares = |id: SchemaId| {
            let schema = &doc.schemas[id];
            let own = schema.discriminator.as_ref()?;
            let inherited = schema.all_of.iter().any(|entry| {
                let theirs = &doc.schemas[*entry].discriminator;
                theirs
                    .as_ref()
                    .is_some_and(|theirs| theirs.property.origin.same(&own.property.origin))
            });
            (!inherited && schema.one_of.is_empty() && schema.any_of.is_empty()).then_some(own)
        };
        let mut made: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
        for component in doc.components.values() {
            let mut open = doc.schemas[component.schema].all_of.clone();
            let mut seen = HashSet::new();
            while let Some(id) = open.pop() {
                if !seen.insert(id) {
                    continue;
                }
                if id != component.schema && declares(id).is_some() {
                    let children = made.entry(id).or_default();
                    if !children.contains(&component.schema) {
                        children.push(component.schema);
                    }
                }
                open.extend(&doc.schemas[id].all_of);
            }
        }
        for (id, _) in doc.schemas.iter() {
            let Some(discriminator) = declares(id) else {
                continue;
            };
            let targets = discriminator
                .mapping
                .values()
                .filter_map(|(target, _)| *target);
            let objects = targets.filter(|target| {
                *target != id && doc.schemas[*target].types.value.has(Type::Object)
            });
            for target in objects {
                let children = made.entry(id).or_default();
                if !children.contains(&target) {
                    children.push(target);
                }
            }
        }
        made
    }
}
