//! Enums.

use std::collections::{HashMap, HashSet};

use super::Deriver;
use crate::diag::{Code, Cost, Finding};
use crate::model::{Enum, EnumRepr, EnumValue};
use crate::normalized::{Schema, SchemaId, Spanned};
use crate::source::{Node, Origin, Value};

impl Deriver<'_> {
    /// The known values of one or several schemas.
    pub(super) fn enumeration(&mut self, members: &[SchemaId]) -> Enum {
        let mut values: Vec<EnumValue> = Vec::new();
        let mut seen: HashMap<String, Origin> = HashMap::new();
        for id in members {
            let schema = self.schema(*id);
            let names = self.value_names(schema);
            let described = &schema.lavka.enum_descriptions;
            let descriptions = self.parallel(schema, "x-enum-descriptions", described);
            let all = schema.values.iter().flat_map(|values| values.iter());
            for (index, node) in all.enumerate() {
                if node.is_null() {
                    continue;
                }
                let wire = node.to_json();
                if let Some(first) = seen.get(&wire.to_string()) {
                    if members.len() == 1 {
                        let finding = Finding::new(
                            Code::EnumTwice,
                            &node.origin,
                            format!("duplicate enum value {wire}"),
                        );
                        let finding = finding.note(first, "first here");
                        self.warn(Cost::Nothing, finding);
                    }
                    continue;
                }
                seen.insert(wire.to_string(), node.origin.clone());
                self.value_type(schema, node);
                let name = names.get(index).copied().flatten();
                // `oneOf` of constants describes each at its place.
                let own = || schema.description.as_ref().or(schema.title.as_ref());
                let only = members.len() > 1 && schema.values.iter().any(|all| all.len() == 1);
                let description = descriptions.get(index).or_else(|| own().filter(|_| only));
                values.push(EnumValue {
                    wire,
                    name: name.map(str::to_owned),
                    description: super::docs::text(description),
                });
            }
        }
        let is =
            |test: fn(&serde_json::Value) -> bool| values.iter().all(|value| test(&value.wire));
        let repr = if is(serde_json::Value::is_string) {
            EnumRepr::String
        } else if is(serde_json::Value::is_i64) {
            EnumRepr::Integer
        } else {
            EnumRepr::Mixed
        };
        Enum { repr, values }
    }

    /// The names of the values by `x-enum-varnames`. They name nothing on the wire: where they cannot be had (another number of
    /// them than of values, two values under one name), the values themselves name the variants.
    fn value_names<'n>(&mut self, schema: &'n Schema) -> Vec<Option<&'n str>> {
        let names = self.parallel(schema, "x-enum-varnames", &schema.lavka.enum_names);
        let mut first: HashMap<&str, &Spanned<String>> = HashMap::new();
        let mut twice: HashSet<&str> = HashSet::new();
        for name in names {
            if let Some(first) = first.get(name.value.as_str()) {
                twice.insert(&name.value);
                let message = format!("duplicate name `{}` of an enum value", name.value);
                let finding = Finding::new(Code::EnumTwice, &name.origin, message);
                self.warn(Cost::Nothing, finding.note(&first.origin, "first here"));
            } else {
                first.insert(&name.value, name);
            }
        }
        names
            .iter()
            .map(|name| Some(name.value.as_str()).filter(|name| !twice.contains(name)))
            .collect()
    }

    /// A value of another type than the enum's is read all the same.
    fn value_type(&mut self, schema: &Schema, node: &Node) {
        use crate::normalized::Type;
        if !schema.typed {
            return;
        }
        let types = schema.types.value;
        if matches!(node.value, Value::Array(_) | Value::Object(_)) || types.fit(node) {
            return;
        }
        let kinds: Vec<&str> = types.iter().map(Type::as_str).collect();
        let finding = Finding::new(
            Code::EnumValue,
            &node.origin,
            format!(
                "expected a value of the type {}, found {}",
                kinds.join(" or "),
                node.kind()
            ),
        );
        let finding = if types.has(Type::String) {
            finding.help("write it in quotes")
        } else {
            finding
        };
        self.warn(Cost::Nothing, finding);
    }

    /// The entries of a list beside the enum, one for each value: none if they are another number.
    fn parallel<'s>(
        &mut self,
        schema: &Schema,
        key: &str,
        list: &'s [Spanned<String>],
    ) -> &'s [Spanned<String>] {
        let length = schema.values.as_ref().map_or(0, |values| values.len());
        let Some(first) = list.first().filter(|_| list.len() != length) else {
            return list;
        };
        let message = format!("`{key}` has {} entries, `enum` has {length}", list.len());
        let finding = Finding::new(Code::EnumLength, &first.origin, message);
        let finding = finding.help("they are parallel: one entry for each value");
        self.warn(Cost::Nothing, finding);
        &[]
    }
}

/// Whether a name can be a Rust identifier.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| c != '_')
}
