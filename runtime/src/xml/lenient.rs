//! What a reader of others' documents may do without: null, duplicate and missing elements, and coming back to a place.

use super::children::Children;
use super::element::Element;
use super::object::Place;
use super::reader::Reader;
use super::scan::{name_end, skip_space};
use super::tag::{Node, Tag, Tags};
use crate::codec::words::{MORE, excerpt};
use crate::{CodecError, CodecErrorKind};

impl Reader<'_> {
    pub(super) fn back(&mut self, mark: (Element, usize)) {
        (self.el, self.depth) = mark;
        self.pos = self.el.end;
        self.attribute = None;
        let depth = self.depth;
        self.namespaces.retain(|binding| binding.depth <= depth);
    }

    /// The current element, to come back to it.
    #[inline]
    pub(super) fn mark(&self) -> (Element, usize) {
        (self.el, self.depth)
    }

    /// Leaves out the element of this mark, which could not be read, if this reader and the field may.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_out(
        &mut self,
        mark: (Element, usize),
        tag: &Tag,
        error: CodecError,
    ) -> Result<(), CodecError> {
        match tag.strict {
            true => Err(error),
            false => self.leave_out_value(mark, error),
        }
    }

    #[cold]
    pub(super) fn leave_out_value(
        &mut self,
        mark: (Element, usize),
        error: CodecError,
    ) -> Result<(), CodecError> {
        use CodecErrorKind::{Duplicate, Missing, Value};
        if self.omitted.is_none() || !matches!(error.kind(), Duplicate | Missing | Value) {
            return Err(error);
        }
        self.back(mark);
        let start = self.el.start;
        if self.skip().is_err() {
            return Err(error);
        }
        if let Some(omitted) = &mut self.omitted {
            omitted.add(start, error);
        }
        Ok(())
    }

    /// Where the current element is null, reads to its end.
    #[inline(never)]
    pub(super) fn null(&mut self, if_empty: bool) -> Result<bool, CodecError> {
        let el = self.el;
        if el.is_nil() {
            // Rails writes the fields of an object that is null all the same.
            self.skip()?;
            return Ok(true);
        }
        if if_empty {
            if el.is_empty() {
                self.leave();
                return Ok(true);
            }
            let at = skip_space(self.bytes, self.pos);
            return Ok(self.try_close(el, at));
        }
        Ok(false)
    }

    /// Whether there is nothing in an element: no content, no attributes.
    #[cold]
    pub(super) fn is_blank(&self, el: Element) -> bool {
        let closes = |at| self.bytes.get(at..at + 2) == Some(b"</");
        let tag = self.bytes.get(el.start..el.end).unwrap_or_default();
        (el.is_empty() || closes(skip_space(self.bytes, el.end))) && !tag.contains(&b'=')
    }

    #[cold]
    pub(super) fn not_a_value(&self, duplicate: bool) -> CodecError {
        let name = excerpt(self.name(self.el));
        let at = self.el.start;
        match duplicate {
            true => CodecError::duplicate(at, format!("element <{name}>")),
            false => {
                let expected = format!("a value of <{name}>");
                CodecError::expected(CodecErrorKind::Value, at, expected, "nil")
            }
        }
    }

    /// The error of the current element, which is null or one item too many.
    #[cold]
    pub(super) fn not_an_item(&self, len: usize) -> CodecError {
        let start = self.el.start;
        if len < self.limits.max_list_items {
            return self.not_a_value(false).in_item(start);
        }
        let expected = format!("at most {} items in a list", self.limits.max_list_items);
        CodecError::expected(CodecErrorKind::Limit, start, expected, MORE).in_item(start)
    }

    /// Leaves out the current attribute, which could not be read, if this reader and the field may.
    #[cold]
    pub(super) fn leave_out_attribute(
        &mut self,
        tag: &Tag,
        error: CodecError,
    ) -> Result<(), CodecError> {
        match &mut self.omitted {
            Some(omitted) if !tag.strict && error.kind() == CodecErrorKind::Value => {
                omitted.push(error);
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// Notes that an element whose name no document knows has come twice: the last one counts.
    #[cold]
    pub(super) fn comes_again(&mut self, el: Element) {
        let name = excerpt(self.name(el));
        if let Some(omitted) = &mut self.omitted {
            omitted.push(CodecError::duplicate(el.start, format!("element <{name}>")));
        }
    }

    /// Whether there is nothing in the current attribute.
    pub(super) fn is_blank_attribute(&self) -> bool {
        let (from, to) = self.attribute.unwrap_or_default();
        self.slice(from, to).trim().is_empty()
    }

    /// Looks at what a list holds in which there was no item. Text is an error. Elements of other names alone are reported: they may be
    /// what an empty list has beside its items, a count for instance.
    #[cold]
    pub(super) fn no_items(&mut self, el: Element, found: &Children) -> Result<(), CodecError> {
        if found.stray {
            return Err(self.only_text(el, "items"));
        }
        let name = name_end(self.text, found.unknown + 1);
        if let (Some(end), [tag]) = (name, found.tags)
            && found.unknown > 0
        {
            let name = self.slice(found.unknown + 1, end);
            let error = other_items(found.unknown, self.name(el), tag, name);
            if let Some(omitted) = &mut self.omitted {
                omitted.push(error);
            }
        }
        Ok(())
    }

    /// The error of an element that has been read, and holds text in place of this.
    #[cold]
    pub(super) fn only_text(&self, el: Element, expected: &str) -> CodecError {
        let before = self.bytes.get(..self.pos).unwrap_or_default();
        let end = memchr::memrchr(b'<', before).unwrap_or_default();
        text_for(expected, end, self.name(el))
    }

    /// Returns the error of the field of this element that has not come.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn missing(&self, place: Place, tags: &Tags) -> CodecError {
        let Place { el, missing } = place;
        let Some(tag) = missing.and_then(|index| tags.get(index)) else {
            return self.not_a_value(false);
        };
        let name = excerpt(self.name(el));
        let what = match tag.node {
            Node::Element => format!("<{}>", tag.name),
            Node::Attribute => format!("the attribute `{}`", tag.name),
            Node::Text => format!("the text of <{name}>"),
        };
        let at = match tag.node {
            // The last tag of the element ends right before the current position.
            Node::Element => {
                let before = self.bytes.get(..self.pos).unwrap_or_default();
                memchr::memrchr(b'<', before).unwrap_or_default()
            }
            Node::Attribute | Node::Text => el.start,
        };
        CodecError::missing(at, what)
    }
}

/// A list of elements all of which have another name than its items.
#[cold]
pub(super) fn other_items(at: usize, list: &str, tag: &Tag, other: &str) -> CodecError {
    let expected = format!("<{}> in <{}>", tag.name, excerpt(list));
    let other = format!("<{}>", excerpt(other));
    CodecError::expected(CodecErrorKind::Value, at, expected, other)
}

/// An element that holds text in place of elements: it says something else than that there are none.
#[cold]
pub(super) fn text_for(expected: &str, end: usize, name: &str) -> CodecError {
    let expected = format!("{expected} in <{}>", excerpt(name));
    CodecError::expected(CodecErrorKind::Value, end, expected, "text")
}
