//! Generic schemas of OpenAPI 3.1: a schema that refers to another and declares a dynamic anchor which that one refers to
//! (`$dynamicRef`) is a copy of it, in which the reference means the anchor of the schema that refers.

use std::cell::Cell;
use std::collections::HashMap;

use super::place::plain;
use super::tree::{Member, Node, Object, Value};
use crate::origin::escape;

/// Deepest chain of generic schemas that refer to generic schemas.
const MAX_DEPTH: usize = 4;
/// Most values that are copied in a file, and that for each of its own.
const MAX_COPIED: usize = 200_000;
const MAX_GROWTH: usize = 20;

/// Dynamic anchors of a schema: name → a reference to what has it.
type Anchors = HashMap<String, String>;

/// Copies what schemas refer to where their own anchors change its meaning.
pub(super) fn fill_in(root: &mut Node) {
    let schemas = root.get("components").and_then(|of| of.get("schemas"));
    let Some(Value::Object(schemas)) = schemas.map(|node| node.value.clone()) else {
        return;
    };
    let templates = Templates {
        schemas: &schemas,
        left: Cell::new(MAX_COPIED.min(root.size() * MAX_GROWTH)),
    };
    templates.fill(root, &mut "#".to_owned());
}

/// The anchors that a schema declares, itself or in its `$defs`.
fn anchors(schema: &Node, pointer: &str) -> Anchors {
    let mut found = Anchors::new();
    let own = schema.get_str("$dynamicAnchor");
    found.extend(own.map(|name| (name.to_owned(), pointer.to_owned())));
    let definitions = schema.get("$defs").and_then(Node::as_object);
    for (key, member) in definitions.into_iter().flatten() {
        if let Some(name) = member.node.get_str("$dynamicAnchor") {
            let only_refers = member.node.as_object().is_some_and(|keys| keys.len() == 2);
            let other = member.node.get_str("$ref").filter(|_| only_refers);
            let own = || format!("{pointer}/$defs/{}", escape(key));
            let target = other.map_or_else(own, str::to_owned);
            found.insert(name.to_owned(), target);
        }
    }
    found
}

struct Templates<'a> {
    /// The components.
    schemas: &'a Object,
    /// How much may still be copied.
    left: Cell<usize>,
}

impl Templates<'_> {
    /// Fills in the schemas of a value that is at a pointer; what is copied stays as it is.
    fn fill(&self, node: &mut Node, at: &mut String) {
        let length = at.len();
        let mut within = |node: &mut Node, key: &str| {
            at.push('/');
            at.push_str(key);
            self.fill(node, at);
            at.truncate(length);
        };
        match &mut node.value {
            Value::Object(members) => {
                for (key, member) in members {
                    within(&mut member.node, &escape(key));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    within(item, &index.to_string());
                }
            }
            _ => {}
        }
        let anchors = anchors(node, at);
        if !anchors.is_empty()
            && let Some(filled) = self.copy_in(node, &anchors, &mut Vec::new())
        {
            *node = filled;
        }
    }

    /// The schema with copies of the generic schemas that it refers to by `$ref` or in `allOf`. `None` where there are none.
    fn copy_in(&self, schema: &Node, anchors: &Anchors, chain: &mut Vec<String>) -> Option<Node> {
        let object = schema.as_object()?;
        let own = self.copied(schema, anchors, chain);
        let entries = object.get("allOf").and_then(|all| all.node.as_array());
        let entries = entries.unwrap_or_default();
        let copies = entries.iter().map(|at| self.copied(at, anchors, chain));
        let copies: Vec<Option<Node>> = copies.collect();
        if own.is_none() && copies.iter().all(Option::is_none) {
            return None;
        }
        let mut made = object.clone();
        if own.is_some() {
            made.shift_remove("$ref");
        }
        let mut all: Vec<Node> = own.into_iter().collect();
        let pairs = copies.into_iter().zip(entries);
        all.extend(pairs.map(|(copy, entry)| copy.unwrap_or_else(|| entry.clone())));
        let member = Member {
            key: schema.origin.clone(),
            node: Node::new(Value::Array(all), schema.origin.clone()),
        };
        made.insert("allOf".to_owned(), member);
        Some(Node::new(made.into(), schema.origin.clone()))
    }

    /// A copy of the generic schema that a reference names, in which dynamic references mean these anchors.
    fn copied(&self, reference: &Node, anchors: &Anchors, chain: &mut Vec<String>) -> Option<Node> {
        let name = reference.get_str("$ref")?;
        let name = name.strip_prefix("#/components/schemas/")?;
        let name = plain(name);
        let schema = &self.schemas.get(&name)?.node;
        if !uses(schema, anchors) || chain.len() == MAX_DEPTH || chain.contains(&name) {
            return None;
        }
        self.left.set(self.left.get().checked_sub(schema.size())?);
        chain.push(name);
        let filled = self.copy_in(schema, anchors, chain);
        chain.pop();
        let mut node = filled.unwrap_or_else(|| schema.clone());
        if let Value::Object(members) = &mut node.value {
            for key in ["$id", "$anchor", "$dynamicAnchor", "$defs"] {
                members.shift_remove(key);
            }
        }
        replace(&mut node, anchors);
        Some(node)
    }
}

/// Whether something in a schema refers to one of the anchors.
fn uses(node: &Node, anchors: &Anchors) -> bool {
    match &node.value {
        Value::Object(members) => {
            meant(members, anchors).is_some()
                || members.values().any(|member| uses(&member.node, anchors))
        }
        Value::Array(items) => items.iter().any(|item| uses(item, anchors)),
        _ => false,
    }
}

/// What an object's dynamic reference means.
fn meant<'a>(members: &Object, anchors: &'a Anchors) -> Option<&'a String> {
    let reference = members.get("$dynamicRef")?.node.as_str()?;
    anchors.get(reference.strip_prefix('#')?)
}

fn replace(node: &mut Node, anchors: &Anchors) {
    match &mut node.value {
        Value::Object(members) => {
            if let Some(target) = meant(members, anchors).cloned()
                && let Some((at, _, mut member)) = members.shift_remove_full("$dynamicRef")
            {
                member.node.value = Value::String(target);
                members.shift_insert(at, "$ref".to_owned(), member);
            }
            for member in members.values_mut() {
                replace(&mut member.node, anchors);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, anchors)),
        _ => {}
    }
}
