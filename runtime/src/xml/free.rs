//! Free-form values: what a schema leaves open.
//!
//! An element with children is an object, elements of one name are a list, text is a string, and null is null. Attributes
//! are not read, and nothing says which texts are numbers.

use serde_json::{Map, Value};

use super::reader::{FromXml, Reader};
use super::writer::{ToXml, Writer, child};
use crate::CodecError;

impl FromXml for Value {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        if r.null(false)? {
            return Ok(Self::Null);
        }
        if r.attribute.is_some() || !r.has_children() {
            return r.string().map(Self::String);
        }
        let mut object = Map::new();
        r.each_child(&mut |r, name| {
            let value = Self::from_xml(r)?;
            match object.get_mut(&name) {
                None => drop(object.insert(name, value)),
                Some(first) => drop(first.again(value)),
            }
            Ok(())
        })?;
        Ok(Self::Object(object))
    }

    fn again(&mut self, next: Self) -> bool {
        match self {
            Self::Array(items) => items.push(next),
            first => *first = Self::Array(vec![first.take(), next]),
        }
        false
    }
}

impl ToXml for Value {
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        match self {
            Self::Null => Ok(()),
            Self::Bool(flag) => w.string(if *flag { "true" } else { "false" }),
            Self::Number(number) => w.string(&number.to_string()),
            Self::String(text) => w.string(text),
            Self::Array(items) => items.iter().try_for_each(|item| child(w, "item", item)),
            Self::Object(object) => {
                let mut members = object.iter();
                members.try_for_each(|(name, value)| value.named(w, name))
            }
        }
    }

    fn named(&self, w: &mut Writer, name: &str) -> Result<(), CodecError> {
        match self {
            Self::Array(items) => items.iter().try_for_each(|item| child(w, name, item)),
            value => child(w, name, value),
        }
    }
}

impl<T: ToXml> ToXml for std::collections::BTreeMap<String, T> {
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        self.iter()
            .try_for_each(|(name, value)| value.named(w, name))
    }
}
