//! Enums, and which inline ones share a type.

use std::collections::HashMap;

use super::{Builder, names};
use crate::diag::{Code, Finding};
use crate::model::{Enum, EnumRepr, EnumValue, TypeId, TypeKind, TypeRef};
use crate::source::{Node, Origin, Value};

/// An inline enum and where it stands.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) id: TypeId,
    /// Name of the property or parameter.
    pub(super) property: String,
}

impl<'a> Builder<'a> {
    /// Known values of an enum.
    pub(super) fn enumeration(&mut self, base: &'a Node) -> Enum {
        let kind = base.get_str("type").unwrap_or("string");
        let repr = if kind == "integer" {
            EnumRepr::Integer
        } else {
            EnumRepr::String
        };
        if !matches!(kind, "string" | "integer") {
            let origin = base.get("type").map_or(&base.origin, |node| &node.origin);
            let message = format!("an enum of the type `{kind}` is not supported");
            self.push(
                Finding::new(Code::EnumValue, origin, message)
                    .help("enums are of strings or integers"),
            );
            return Enum {
                repr,
                values: Vec::new(),
            };
        }
        let nullable = base
            .get("nullable")
            .and_then(Node::as_bool)
            .unwrap_or(false);
        let list = base.get("enum");
        let nodes = list.and_then(Node::as_array).unwrap_or_default();
        if let (Some(list), true) = (list, nodes.is_empty())
            && list.as_array().is_some()
        {
            self.report(Code::EnumValue, &list.origin, "`enum` has no values");
        }
        let varnames = self.parallel(base, "x-enum-varnames", nodes.len());
        let descriptions = self.parallel(base, "x-enum-descriptions", nodes.len());
        let mut values: Vec<EnumValue> = Vec::new();
        let mut places: Vec<Origin> = Vec::new();
        let mut named: HashMap<&str, &Origin> = HashMap::new();
        for (index, node) in nodes.iter().enumerate() {
            let fits = match (&node.value, repr) {
                (Value::String(_), EnumRepr::String) => true,
                (Value::Number(number), EnumRepr::Integer) => number.is_i64(),
                (Value::Null, _) if nullable => continue,
                _ => false,
            };
            if !fits {
                let mut finding = Finding::new(
                    Code::EnumValue,
                    &node.origin,
                    format!(
                        "an enum of the type `{kind}` has {} among its values",
                        node.kind()
                    ),
                );
                finding = match node.value {
                    Value::Null => finding.help("write `nullable: true`"),
                    Value::Bool(_) | Value::Number(_) if repr == EnumRepr::String => {
                        finding.help("write it in quotes")
                    }
                    _ => finding,
                };
                self.push(finding);
                continue;
            }
            let wire = node.to_json();
            if let Some(at) = values.iter().position(|value| value.wire == wire) {
                let mut finding = Finding::new(
                    Code::EnumTwice,
                    &node.origin,
                    format!("the value {wire} is given twice"),
                );
                if let Some(first) = places.get(at) {
                    finding = finding.note(first, "first here");
                }
                self.push(finding);
                continue;
            }
            let name = varnames.and_then(|list| list.get(index));
            if let Some((name, node)) = name.and_then(|node| Some((node.as_str()?, node))) {
                if !names::is_identifier(name) {
                    let message = format!("`{name}` is not a Rust identifier");
                    self.push(
                        Finding::new(Code::RustName, &node.origin, message)
                            .help("use `UpperCamelCase`"),
                    );
                } else if let Some(first) = named.insert(name, &node.origin) {
                    let finding = Finding::new(
                        Code::EnumTwice,
                        &node.origin,
                        format!("the name `{name}` is given twice"),
                    );
                    self.push(finding.note(first, "first here"));
                }
            }
            places.push(node.origin.clone());
            values.push(EnumValue {
                wire,
                name: name.and_then(Node::as_str).map(str::to_owned),
                description: descriptions
                    .and_then(|list| list.get(index))
                    .and_then(Node::as_str)
                    .unwrap_or("")
                    .trim()
                    .to_owned(),
            });
        }
        Enum { repr, values }
    }

    fn parallel(&mut self, base: &'a Node, key: &str, length: usize) -> Option<&'a [Node]> {
        let node = base.get(key)?;
        let list = node.as_array()?;
        if list.len() != length {
            let message = format!("`{key}` has {} entries, `enum` has {length}", list.len());
            self.push(
                Finding::new(Code::EnumLength, &node.origin, message)
                    .help("they are parallel: one entry for each value"),
            );
        }
        Some(list)
    }

    /// Remembers an inline enum's property, for sharing.
    pub(super) fn note_enum(&mut self, ty: &TypeRef, property: &str) {
        let id = match ty {
            TypeRef::Named(id) => *id,
            TypeRef::List(inner) | TypeRef::Map(inner) => return self.note_enum(inner, property),
            _ => return,
        };
        let inline = !self.components.values().any(|component| *component == id);
        let is_enum = self
            .types
            .get(id.0)
            .is_some_and(|def| matches!(def.kind, TypeKind::Enum(_)));
        if inline && is_enum && !self.enums.iter().any(|known| known.id == id) {
            self.enums.push(Inline {
                id,
                property: property.to_owned(),
            });
        }
    }

    /// Inline enums with the same property name and the same values become one type: `Locale` where several share it and the
    /// name is free, else the first one's place. The others stay in the list, unused, and are taken out.
    pub(super) fn share_enums(&mut self) {
        let inline = std::mem::take(&mut self.enums);
        // Enums that no property names (items of unions, bodies) keep their places' names.
        let mut groups: Vec<(String, Vec<TypeId>)> = Vec::new();
        let noted: Vec<TypeId> = inline.iter().map(|entry| entry.id).collect();
        for Inline { id, property } in inline {
            let group = groups.iter().position(|(name, ids)| {
                *name == property && ids.first().is_some_and(|first| self.same_enum(*first, id))
            });
            match group.and_then(|at| groups.get_mut(at)) {
                Some((_, ids)) => ids.push(id),
                None => groups.push((property, vec![id])),
            }
        }
        let mut wanted: HashMap<String, usize> = HashMap::new();
        for (property, _) in groups.iter().filter(|(_, ids)| ids.len() > 1) {
            *wanted.entry(names::camel(property)).or_default() += 1;
        }
        let mut replaced: HashMap<TypeId, TypeId> = HashMap::new();
        for (property, ids) in &groups {
            let Some((&first, others)) = ids.split_first() else {
                continue;
            };
            let short = names::camel(property);
            let origin = self
                .types
                .get(first.0)
                .map(|def| def.origin.clone())
                .unwrap_or_default();
            if !others.is_empty()
                && wanted.get(&short) == Some(&1)
                && !self.taken.contains_key(&short)
                && let Some(def) = self.types.get_mut(first.0)
            {
                def.name.clone_from(&short);
            }
            let name = self
                .types
                .get(first.0)
                .map(|def| def.name.clone())
                .unwrap_or_default();
            self.take_name(&name, &origin);
            replaced.extend(others.iter().map(|id| (*id, first)));
        }
        let unnoted: Vec<(String, Origin)> = (0..self.types.len())
            .map(TypeId)
            .filter(|id| {
                !noted.contains(id) && !self.components.values().any(|component| component == id)
            })
            .filter_map(|id| self.types.get(id.0))
            .filter(|def| matches!(def.kind, TypeKind::Enum(_)))
            .map(|def| (def.name.clone(), def.origin.clone()))
            .collect();
        for (name, origin) in unnoted {
            self.take_name(&name, &origin);
        }
        self.replaced = replaced;
    }

    fn same_enum(&self, a: TypeId, b: TypeId) -> bool {
        let (Some(a), Some(b)) = (self.types.get(a.0), self.types.get(b.0)) else {
            return false;
        };
        let (TypeKind::Enum(x), TypeKind::Enum(y)) = (&a.kind, &b.kind) else {
            return false;
        };
        a.rust_name == b.rust_name
            && x.repr == y.repr
            && x.values.len() == y.values.len()
            && x.values.iter().zip(&y.values).all(|(x, y)| {
                x.wire == y.wire && x.name == y.name && x.description == y.description
            })
    }
}
