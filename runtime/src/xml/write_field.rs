//! How the fields of a struct are written.

use super::tag::{ListTag, Node, Tag, Tags};
use super::writer::{ToXml, Writer};
use crate::{CodecError, Maybe};

/// From how many items on the size of a list is guessed, and the largest guess in bytes.
const MANY: usize = 16;
const MOST_RESERVED: usize = 64 << 20;

/// A type that a field can have.
pub trait WriteField {
    /// Writes the element, attribute or text.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError>;

    /// Writes the element of an item of a list.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    fn write_item(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        self.write(w, tag)
    }

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

    #[inline]
    fn write_item(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        w.field(tag, self)
    }

    fn write_null(w: &mut Writer, tag: &Tag) {
        w.null(tag, T::NULL_IF_EMPTY);
    }
}

impl<T: WriteField> WriteField for Vec<T> {
    #[inline(never)]
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match tag.node {
            Node::Attribute => w.attribute_list(tag, self),
            _ if tag.wrapped => w.wrapped(tag, tag.items, self),
            _ => w.repeated(tag, self),
        }
    }

    fn write_item(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        w.wrapped(tag, tag.items, self)
    }

    fn is_nothing(&self, tag: &Tag) -> bool {
        self.is_empty() && !tag.wrapped && tag.node == Node::Element
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

    /// Writes an element for each item. No items and no list look the same.
    ///
    /// # Errors
    /// Where XML cannot carry an item.
    #[inline(never)]
    pub(super) fn repeated<T: WriteField>(
        &mut self,
        tag: &Tag,
        items: &[T],
    ) -> Result<(), CodecError> {
        for (i, item) in items.iter().enumerate() {
            let start = self.out.len();
            item.write_item(self, tag).map_err(|e| e.in_item(start))?;
            if i == 0 && items.len() > MANY {
                // The others are about as long; within reason, as they may not be.
                let rest = (self.out.len() - start).saturating_mul(items.len());
                let rest = rest.saturating_add(rest / 8).min(MOST_RESERVED);
                self.out.reserve(rest);
            }
        }
        Ok(())
    }

    /// Writes a list with its items inside one element.
    ///
    /// # Errors
    /// Where XML cannot carry an item.
    #[inline(never)]
    pub(super) fn wrapped<T: WriteField>(
        &mut self,
        tag: &Tag,
        item: &'static [Tag],
        items: &[T],
    ) -> Result<(), CodecError> {
        self.open(tag);
        if let Some(item) = item.first() {
            self.repeated(item, items)?;
        }
        self.close(tag);
        Ok(())
    }

    /// Writes a list into an attribute, with white space between its items.
    pub(super) fn attribute_list<T: WriteField>(
        &mut self,
        tag: &Tag,
        items: &[T],
    ) -> Result<(), CodecError> {
        self.open_attribute(tag);
        let result = items.iter().enumerate().try_for_each(|(index, item)| {
            if index > 0 {
                self.raw(b" ");
            }
            item.write(self, const { &Tag::TEXT })
        });
        self.close_attribute();
        result
    }

    /// A list as the whole document.
    pub(super) fn list<T: WriteField>(
        &mut self,
        list: &'static ListTag,
        items: &[T],
    ) -> Result<(), CodecError> {
        match list.roots.first() {
            Some(root) => self.wrapped(root, list.items, items),
            None => Ok(()),
        }
    }
}
