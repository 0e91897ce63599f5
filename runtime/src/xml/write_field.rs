//! How the fields of a struct are written.

use super::tag::{Node, Tag, Tags};
use super::writer::{ToXml, Writer};
use crate::{CodecError, Maybe};

/// A type that a field can have.
pub trait WriteField {
    /// Writes the element, attribute or text.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError>;

    /// Whether it would be written as nothing: an empty list without a wrapper.
    fn is_nothing(&self, _tag: &Tag) -> bool {
        false
    }

    /// Writes null.
    fn write_null(w: &mut Writer, tag: &Tag)
    where
        Self: Sized,
    {
        w.nil(tag);
    }
}

impl<T: ToXml> WriteField for T {
    #[inline(never)]
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match tag.node {
            Node::Element => w.field(tag, self),
            Node::Attribute => w.attribute(tag, self),
            Node::Text => self.to_xml(w),
        }
    }

    fn write_null(w: &mut Writer, tag: &Tag) {
        w.null(tag, T::NULL_IF_EMPTY);
    }
}

impl<T: ToXml> WriteField for Vec<T> {
    #[inline(never)]
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match tag.node {
            Node::Attribute => w.attribute_list(tag, self),
            _ if tag.items.is_empty() => w.repeated(tag, self),
            _ => w.wrapped(tag, tag.items, self),
        }
    }

    fn is_nothing(&self, tag: &Tag) -> bool {
        self.is_empty() && tag.items.is_empty() && tag.node == Node::Element
    }
}

impl<T: WriteField> WriteField for Option<T> {
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match self {
            Some(value) if w.exact && value.is_nothing(tag) => Err(Writer::no_items(tag)),
            Some(value) => value.write(w, tag),
            None => {
                if tag.nullable && tag.node == Node::Element {
                    T::write_null(w, tag);
                }
                Ok(())
            }
        }
    }
}

impl<T: WriteField> WriteField for Maybe<T> {
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match self {
            Self::Value(value) if w.exact && value.is_nothing(tag) => Err(Writer::no_items(tag)),
            Self::Value(value) => value.write(w, tag),
            Self::Null => {
                if tag.node == Node::Element {
                    T::write_null(w, tag);
                }
                Ok(())
            }
            Self::Absent => Ok(()),
        }
    }
}

impl Writer {
    /// Writes the attributes and the content of a struct's element.
    ///
    /// # Errors
    /// Where XML cannot carry a value.
    #[inline(never)]
    pub fn fields(&mut self, tags: &Tags, values: &[&dyn WriteField]) -> Result<(), CodecError> {
        if tags.attributes {
            for (tag, value) in tags.tags.iter().zip(values) {
                if tag.node == Node::Attribute {
                    value.write(self, tag)?;
                }
            }
        }
        for (tag, value) in tags.tags.iter().zip(values) {
            if tag.node != Node::Attribute {
                value.write(self, tag)?;
            }
        }
        Ok(())
    }
}
