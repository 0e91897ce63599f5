//! How the variants of a union are distinguished: by the JSON type, by a property, or by what each must have.

use std::collections::HashSet;

use super::shape::{Alternative, Of, Shape, listed, object};
use super::{Deriver, Part, bases};
use crate::model::{Guard, JsonType, Selection};
use crate::normalized::{Schema, SchemaId, Type, Types};
use crate::source::Value;

impl Deriver<'_> {
    /// How the alternatives of a union are distinguished, and what each must have.
    pub(super) fn select(
        &self,
        schema: &Schema,
        alternatives: &[Alternative],
    ) -> (Selection, Vec<Guard>) {
        let mut guards: Vec<Guard> = alternatives
            .iter()
            .map(|alternative| self.guard(alternative))
            .collect();
        let single = alternatives
            .iter()
            .all(|alternative| json_type(alternative.types).is_some());
        let distinct: HashSet<Option<JsonType>> = guards
            .iter()
            .map(|guard| guard.json_type.map(word))
            .collect();
        if single && distinct.len() == guards.len() {
            return (Selection::JsonType, guards);
        }
        let objects = |alternative: &Alternative| alternative.types.single() == Some(Type::Object);
        if alternatives.iter().all(objects)
            && let Some((property, tags)) = self.tag(schema, alternatives)
        {
            for (guard, tags) in guards.iter_mut().zip(tags) {
                guard.tags = tags;
            }
            // The discriminator of a union is required, even where the document forgets to say so. Where others extend a schema, the
            // schema says it itself.
            let union = schema.branches().next().is_some();
            let required = (schema.discriminator.is_some() && union)
                || alternatives.iter().all(|alternative| {
                    self.alternative_properties(alternative)
                        .any(|(name, required)| required && name == property)
                });
            let fallback = self.fallback(schema, alternatives);
            let selection = Selection::Tag {
                property,
                required,
                fallback,
            };
            return (selection, guards);
        }
        (Selection::FirstFit, guards)
    }

    /// The alternative that `defaultMapping` names.
    fn fallback(&self, schema: &Schema, alternatives: &[Alternative]) -> Option<usize> {
        let named = self.bases.of(schema.discriminator.as_ref()?.default?);
        alternatives
            .iter()
            .position(|known| matches!(known.of, Of::Schema(id, _) if id == named))
    }

    fn guard(&self, alternative: &Alternative) -> Guard {
        let mut guard = Guard {
            json_type: json_type(alternative.types),
            ..Guard::default()
        };
        if let Of::Schema(id, part) = alternative.of {
            let beside = match part {
                Part::With(id) => Some(id),
                _ => None,
            };
            for id in beside.into_iter().chain([id]) {
                self.object_guard(id, &mut guard);
            }
            guard.required.sort();
            guard.constants.sort_by(|a, b| a.0.cmp(&b.0));
        }
        guard
    }

    fn object_guard(&self, id: SchemaId, guard: &mut Guard) {
        let schema = self.schema(id);
        if !matches!(object(schema), Shape::Struct) || !schema.types.has(Type::Object) {
            return;
        }
        for (name, property) in &schema.properties {
            let of = self.schema(property.schema);
            if property.required.is_none() || of.write_only.value {
                continue;
            }
            let mut values = listed(of);
            match (values.next(), values.next()) {
                (Some(only), None) if !of.nullable() => {
                    guard.constants.push((name.clone(), only.to_json()));
                }
                _ if !guard.required.contains(name) => guard.required.push(name.clone()),
                _ => {}
            }
        }
    }

    /// The property that distinguishes objects, and its values for each.
    fn tag(
        &self,
        schema: &Schema,
        alternatives: &[Alternative],
    ) -> Option<(String, Vec<Vec<serde_json::Value>>)> {
        if let Some(discriminator) = &schema.discriminator {
            let property = &discriminator.property.value;
            let tags: Vec<Vec<serde_json::Value>> = alternatives
                .iter()
                .map(|alternative| self.tags_by_discriminator(schema, property, alternative))
                .collect();
            let of_others = |at: usize, tag: &serde_json::Value| {
                let others = tags.iter().enumerate().filter(|(other, _)| *other != at);
                others.flat_map(|(_, tags)| tags).any(|other| other == tag)
            };
            // The schema itself has what those that extend it leave.
            let itself = |alternative: &Alternative| match alternative.of {
                Of::Schema(id, Part::Base) => std::ptr::eq(self.schema(id), schema),
                _ => false,
            };
            let kept = alternatives.iter().zip(&tags).enumerate();
            let kept = kept.map(|(at, (alternative, own))| match itself(alternative) {
                true => own
                    .iter()
                    .filter(|tag| !of_others(at, tag))
                    .cloned()
                    .collect(),
                false => own.clone(),
            });
            if let Some(tags) = disjoint(kept.collect()) {
                return Some((property.clone(), tags));
            }
        }
        let first = alternatives.first()?;
        let mut names: Vec<(bool, String)> = self
            .alternative_properties(first)
            .map(|(name, required)| (!required, name))
            .collect();
        names.sort();
        names.into_iter().find_map(|(_, name)| {
            let tags = alternatives
                .iter()
                .map(|alternative| self.constants(alternative, &name));
            disjoint(tags.collect()).map(|tags| (name.clone(), tags))
        })
    }

    fn tags_by_discriminator(
        &self,
        schema: &Schema,
        property: &str,
        alternative: &Alternative,
    ) -> Vec<serde_json::Value> {
        let Of::Schema(id, _) = alternative.of else {
            return Vec::new();
        };
        let tags = bases::accepted(schema, id, &self.bases, self.doc);
        let constants = self.constants(alternative, property);
        let by_mapping = schema.discriminator.as_ref().is_some_and(|discriminator| {
            let mut targets = discriminator.mapping.values();
            targets.any(|(target, _)| target.is_some_and(|target| self.bases.of(target) == id))
        });
        // A list of values that all of a family inherit is narrowed by the name.
        let named = |tags: &[String]| {
            let known = |tag: &String| constants.iter().any(|value| value.as_str() == Some(tag));
            constants.len() > 1 && !tags.is_empty() && tags.iter().all(known)
        };
        if !by_mapping && !constants.is_empty() && !named(&tags) {
            return constants;
        }
        if tags.is_empty() {
            return self.nested_tags(id, property);
        }
        tags.into_iter().map(serde_json::Value::String).collect()
    }

    /// Tags of a branch that is a union itself.
    fn nested_tags(&self, id: SchemaId, property: &str) -> Vec<serde_json::Value> {
        let schema = self.schema(id);
        let Some(discriminator) = &schema.discriminator else {
            return Vec::new();
        };
        if discriminator.property.value != property {
            return Vec::new();
        }
        let branches = schema.branches();
        let tags = branches.flat_map(|branch| {
            bases::accepted(schema, self.bases.of(branch), &self.bases, self.doc)
        });
        tags.map(serde_json::Value::String).collect()
    }

    fn alternative_properties(
        &self,
        alternative: &Alternative,
    ) -> impl Iterator<Item = (String, bool)> {
        let schema = match alternative.of {
            Of::Schema(id, _) => Some(self.schema(id)),
            _ => None,
        };
        let properties = schema.into_iter().flat_map(|schema| &schema.properties);
        properties.map(|(name, property)| (name.clone(), property.required.is_some()))
    }

    /// The only values that a property of an alternative can have.
    fn constants(&self, alternative: &Alternative, name: &str) -> Vec<serde_json::Value> {
        let Of::Schema(id, _) = alternative.of else {
            return Vec::new();
        };
        let schema = self.schema(id);
        let Some(property) = schema.properties.get(name) else {
            return Vec::new();
        };
        let of = self.schema(property.schema);
        if of.nullable() {
            return Vec::new();
        }
        listed(of)
            .filter(|node| {
                matches!(
                    node.value,
                    Value::String(_) | Value::Number(_) | Value::Bool(_)
                )
            })
            .map(crate::source::Node::to_json)
            .collect()
    }
}

/// The lists, where none is empty and no value is in two of them.
fn disjoint(lists: Vec<Vec<serde_json::Value>>) -> Option<Vec<Vec<serde_json::Value>>> {
    let mut seen = HashSet::new();
    for list in &lists {
        if list.is_empty() || list.iter().any(|value| !seen.insert(value.to_string())) {
            return None;
        }
    }
    Some(lists)
}

fn json_type(types: Types) -> Option<JsonType> {
    if super::shape::numbers(types) {
        return Some(JsonType::Number);
    }
    if types == std::iter::once(Type::Null).collect() {
        return Some(JsonType::Null);
    }
    match types.single()? {
        Type::String => Some(JsonType::String),
        Type::Integer => Some(JsonType::Integer),
        Type::Number => Some(JsonType::Number),
        Type::Boolean => Some(JsonType::Boolean),
        Type::Array => Some(JsonType::Array),
        Type::Object => Some(JsonType::Object),
        Type::Null => None,
    }
}

/// Integers and numbers are not distinguished.
fn word(ty: JsonType) -> JsonType {
    if ty == JsonType::Integer {
        JsonType::Number
    } else {
        ty
    }
}
