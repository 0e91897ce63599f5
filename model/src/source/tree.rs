//! The tree that a spec file is read into: every value and every key knows its place.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use indexmap::IndexMap;

use super::Origin;

/// A value and its place.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is.
    pub origin: Origin,
}

/// A value of the JSON data model.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// An object, in document order.
    Object(Shared),
}

/// An object: key → where the key is, and the value.
pub type Object = IndexMap<String, Member>;

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where the key is.
    pub key: Origin,
    /// The value.
    pub node: Node,
}

/// An object that copies of a node share until one of them changes it: the stages after reading keep parts of the tree.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<Object>);

impl Shared {
    /// The object itself.
    #[must_use]
    pub fn into_inner(self) -> Object {
        Arc::unwrap_or_clone(self.0)
    }
}

impl Deref for Shared {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.0
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut Object {
        Arc::make_mut(&mut self.0)
    }
}

impl<'a> IntoIterator for &'a Shared {
    type Item = (&'a String, &'a Member);
    type IntoIter = indexmap::map::Iter<'a, String, Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Shared {
    type Item = (&'a String, &'a mut Member);
    type IntoIter = indexmap::map::IterMut<'a, String, Member>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::make_mut(&mut self.0).iter_mut()
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(Shared(Arc::new(object)))
    }
}

impl Node {
    /// A node with this value.
    #[must_use]
    pub fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<String>, origin: Origin) -> Self {
        Self::new(Value::String(text.into()), origin)
    }

    /// How many values it consists of.
    pub(super) fn size(&self) -> usize {
        1 + self.inner().map(Self::size).sum::<usize>()
    }

    /// The values in it.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Self> {
        let members = self.as_object().into_iter().flat_map(Object::values);
        let items = self.as_array().into_iter().flatten();
        members.map(|member| &member.node).chain(items)
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let Value::Object(object) = &self.value {
            Some(object)
        } else {
            None
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node]> {
        if let Value::Array(items) = &self.value {
            Some(items)
        } else {
            None
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value {
            Some(text)
        } else {
            None
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(flag) = self.value {
            Some(flag)
        } else {
            None
        }
    }

    /// The number, if it is a non-negative integer.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        if let Value::Number(number) = &self.value {
            number.as_u64()
        } else {
            None
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&serde_json::Number> {
        if let Value::Number(number) = &self.value {
            Some(number)
        } else {
            None
        }
    }

    /// The member's value, if this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()
            .and_then(|object| object.get(key))
            .map(|member| &member.node)
    }

    /// The text of a member, if it is a string.
    #[must_use]
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }

    /// The target of `$ref`, if this is a reference.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.get_str("$ref")
    }

    /// A scalar as it is written; empty for anything else.
    #[must_use]
    pub fn written(&self) -> String {
        let source = || {
            let text = self.origin.file()?.text();
            text.get(self.origin.start()..self.origin.end())
        };
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => source().map_or_else(|| number.to_string(), str::to_owned),
            Value::Bool(flag) => source().map_or_else(|| flag.to_string(), str::to_owned),
            _ => String::new(),
        }
    }

    /// What the value is, in words: `a string`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a number",
            Value::Number(_) => "an integer",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The same value without places.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => serde_json::Value::Bool(*flag),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(text) => serde_json::Value::String(text.clone()),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Object(object) => serde_json::Value::Object(
                object
                    .iter()
                    .map(|(key, member)| (key.clone(), member.node.to_json()))
                    .collect(),
            ),
        }
    }

    /// JSON text in document order, indented by two spaces.
    #[must_use]
    pub fn to_json_text(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out, 0);
        out.push('\n');
        out
    }

    fn write_json(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        };
        match &self.value {
            Value::Array(items) if !items.is_empty() => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    item.write_json(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
            Value::Object(object) if !object.is_empty() => {
                out.push('{');
                for (index, (key, member)) in object.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    out.push_str(&serde_json::Value::String(key.clone()).to_string());
                    out.push_str(": ");
                    member.node.write_json(out, depth + 1);
                }
                line(out, depth);
                out.push('}');
            }
            _ => out.push_str(&self.to_json().to_string()),
        }
    }

    /// Whether both hold the same value, places aside, in whatever order the keys of objects are.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Value::Object(a), Value::Object(b)) => {
                Arc::ptr_eq(&a.0, &b.0)
                    || a.len() == b.len()
                        && a.iter().all(|(key, member)| {
                            let theirs = b.get(key);
                            theirs.is_some_and(|theirs| member.node.same(&theirs.node))
                        })
            }
            _ => false,
        }
    }
}

/// A segment of a JSON pointer (of a URI fragment, so percent-encoding counts) as a key.
#[must_use]
pub fn unescape(segment: &str) -> String {
    percent_decode(segment)
        .replace("~1", "/")
        .replace("~0", "~")
}

pub(super) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = if first == b'%' {
            tail.get(..2)
                .and_then(|hex| std::str::from_utf8(hex).ok())
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        } else {
            None
        };
        if let Some(byte) = decoded {
            out.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            rest = tail;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
