//! The reader's methods for fields: presence, lists, attributes.

use super::error::{XmlError, XmlErrorKind, excerpt};
use super::reader::{Element, FromXml, Reader};
use super::scan::skip_space;
use super::tag::Tag;
use crate::value::Maybe;

/// The most errors of left out elements that are kept.
const OMITTED: usize = 100;

impl Reader<'_> {
    /// Reads the current element into a field that may not be null.
    ///
    /// # Errors
    /// Where it is null, came before, or is not of the type.
    #[inline(never)]
    pub fn value<T: FromXml>(&mut self, slot: &mut Option<T>) -> Result<(), XmlError> {
        if slot.is_some() || self.el.is_nil() {
            return Err(self.not_a_value(slot.is_some()));
        }
        *slot = Some(T::from_xml(self)?);
        Ok(())
    }

    /// Reads the current element into a field of three states.
    ///
    /// # Errors
    /// Where it came before, or is not of the type.
    #[inline(never)]
    pub fn maybe<T: FromXml>(&mut self, slot: &mut Maybe<T>) -> Result<(), XmlError> {
        let mark = self.mark();
        match self.strict_maybe(slot) {
            Ok(()) => Ok(()),
            Err(error) => self.leave_out(mark, error),
        }
    }

    /// As [`maybe`](Self::maybe) for a field whose wrong values are errors whatever the reader (`x-strict`).
    ///
    /// # Errors
    /// Where it came before, or is not of the type.
    #[inline]
    pub fn strict_maybe<T: FromXml>(&mut self, slot: &mut Maybe<T>) -> Result<(), XmlError> {
        if !matches!(slot, Maybe::Absent) {
            return Err(self.not_a_value(true));
        }
        *slot = if self.null(T::NULL_IF_EMPTY)? {
            Maybe::Null
        } else {
            Maybe::Value(T::from_xml(self)?)
        };
        Ok(())
    }

    /// Reads the current element into a field for which null means absent.
    ///
    /// # Errors
    /// Where it came before, or is not of the type.
    #[inline(never)]
    pub fn lenient<T: FromXml>(&mut self, slot: &mut Option<T>) -> Result<(), XmlError> {
        let mark = self.mark();
        match self.strict(slot) {
            Ok(()) => Ok(()),
            Err(error) => self.leave_out(mark, error),
        }
    }

    /// As [`lenient`](Self::lenient) for a field whose wrong values are errors whatever the reader (`x-strict`).
    ///
    /// # Errors
    /// Where it came before, or is not of the type.
    #[inline]
    pub fn strict<T: FromXml>(&mut self, slot: &mut Option<T>) -> Result<(), XmlError> {
        if slot.is_some() {
            return Err(self.not_a_value(true));
        }
        if !self.null(T::NULL_IF_EMPTY)? {
            *slot = Some(T::from_xml(self)?);
        }
        Ok(())
    }

    /// Reads the current element as one more item of a list whose items repeat
    /// their element.
    ///
    /// # Errors
    /// Where it is null or not of the type, or the list is too long.
    #[inline(never)]
    pub fn repeated<T: FromXml>(&mut self, items: &mut Vec<T>) -> Result<(), XmlError> {
        let at = self.el.start;
        if items.len() >= self.limits.max_list_items || self.el.is_nil() {
            let (mark, error) = (self.mark(), self.not_an_item(items.len()).in_item(at));
            // A null item is passed over by a lenient reader.
            return self.leave_out(mark, error);
        }
        match T::from_xml(self) {
            Ok(item) => {
                if items.capacity() == 0 {
                    items.reserve_exact(1); // most lists are this short
                }
                items.push(item);
                Ok(())
            }
            Err(e) => Err(e.in_item(at)),
        }
    }

    /// The same for a list that may be absent.
    ///
    /// # Errors
    /// As [`repeated`](Self::repeated).
    #[inline(never)]
    pub fn repeated_value<T: FromXml>(
        &mut self,
        slot: &mut Option<Vec<T>>,
    ) -> Result<(), XmlError> {
        self.repeated(slot.get_or_insert_default())
    }

    /// The same for a list of three states; a null element makes the list null.
    ///
    /// # Errors
    /// As [`repeated`](Self::repeated); also where null and items are mixed.
    #[inline(never)]
    pub fn repeated_maybe<T: FromXml>(&mut self, slot: &mut Maybe<Vec<T>>) -> Result<(), XmlError> {
        match slot {
            Maybe::Value(items) => self.repeated(items),
            Maybe::Absent if self.null(false)? => {
                *slot = Maybe::Null;
                Ok(())
            }
            Maybe::Absent => {
                let mut items = Vec::new();
                self.repeated(&mut items)?;
                *slot = Maybe::Value(items);
                Ok(())
            }
            Maybe::Null => Err(self.not_a_value(true)),
        }
    }

    /// The same for a list for which null means absent.
    ///
    /// # Errors
    /// As [`repeated`](Self::repeated).
    #[inline(never)]
    pub fn repeated_lenient<T: FromXml>(
        &mut self,
        slot: &mut Option<Vec<T>>,
    ) -> Result<(), XmlError> {
        if self.null(false)? {
            return Ok(());
        }
        let mark = self.mark();
        let result = self.repeated(slot.get_or_insert_default());
        result.or_else(|error| self.leave_out(mark, error))
    }

    /// Reads the current element as a list of `item` elements.
    ///
    /// # Errors
    /// Where an item is null or not of the type, or the list is too long.
    #[inline(never)]
    pub fn list<T: FromXml>(&mut self, item: &'static [Tag]) -> Result<Vec<T>, XmlError> {
        let mut items = Vec::new();
        let mut children = self.children(item);
        while children.next(self)?.is_some() {
            self.repeated(&mut items)?;
        }
        Ok(items)
    }

    /// Reads a wrapped list that may not be null.
    ///
    /// # Errors
    /// As [`value`](Self::value) and [`list`](Self::list).
    #[inline(never)]
    pub fn wrapped<T: FromXml>(
        &mut self,
        slot: &mut Option<Vec<T>>,
        item: &'static [Tag],
    ) -> Result<(), XmlError> {
        if slot.is_some() || self.el.is_nil() {
            return Err(self.not_a_value(slot.is_some()));
        }
        *slot = Some(self.list(item)?);
        Ok(())
    }

    /// Reads a wrapped list of three states.
    ///
    /// # Errors
    /// As [`maybe`](Self::maybe) and [`list`](Self::list).
    #[inline(never)]
    pub fn wrapped_maybe<T: FromXml>(
        &mut self,
        slot: &mut Maybe<Vec<T>>,
        item: &'static [Tag],
    ) -> Result<(), XmlError> {
        let mark = self.mark();
        let result = self.wrapped_maybe_strict(slot, item);
        result.or_else(|error| self.leave_out(mark, error))
    }

    fn wrapped_maybe_strict<T: FromXml>(
        &mut self,
        slot: &mut Maybe<Vec<T>>,
        item: &'static [Tag],
    ) -> Result<(), XmlError> {
        if !matches!(slot, Maybe::Absent) {
            return Err(self.not_a_value(true));
        }
        *slot = if self.null(false)? {
            Maybe::Null
        } else {
            Maybe::Value(self.list(item)?)
        };
        Ok(())
    }

    /// Reads a wrapped list for which null means absent.
    ///
    /// # Errors
    /// As [`lenient`](Self::lenient) and [`list`](Self::list).
    #[inline(never)]
    pub fn wrapped_lenient<T: FromXml>(
        &mut self,
        slot: &mut Option<Vec<T>>,
        item: &'static [Tag],
    ) -> Result<(), XmlError> {
        let mark = self.mark();
        let result = self.wrapped_lenient_strict(slot, item);
        result.or_else(|error| self.leave_out(mark, error))
    }

    fn wrapped_lenient_strict<T: FromXml>(
        &mut self,
        slot: &mut Option<Vec<T>>,
        item: &'static [Tag],
    ) -> Result<(), XmlError> {
        if slot.is_some() {
            return Err(self.not_a_value(true));
        }
        if !self.null(false)? {
            *slot = Some(self.list(item)?);
        }
        Ok(())
    }

    /// The current element, to come back to it.
    #[inline]
    fn mark(&self) -> (Element, usize) {
        (self.el, self.depth)
    }

    /// Leaves out the element of this mark, which could not be read, if this reader may.
    #[cold]
    fn leave_out(&mut self, mark: (Element, usize), error: XmlError) -> Result<(), XmlError> {
        use XmlErrorKind::{Duplicate, Missing, Value};
        if self.omitted.is_none() || !matches!(error.kind(), Duplicate | Missing | Value) {
            return Err(error);
        }
        (self.el, self.depth) = mark;
        self.pos = self.el.end;
        self.attribute = None;
        let depth = self.depth;
        self.namespaces.retain(|binding| binding.depth <= depth);
        let start = self.el.start;
        if self.skip().is_err() {
            return Err(error);
        }
        if let Some(omitted) = &mut self.omitted {
            // What was left out within the element is part of it.
            while omitted.last().is_some_and(|inner| inner.offset() >= start) {
                omitted.pop();
            }
            if omitted.len() < OMITTED {
                omitted.push(error);
            }
        }
        Ok(())
    }

    /// Reads an attribute of an element into a field; leaves the field alone
    /// where there is none.
    ///
    /// # Errors
    /// Where the attribute's value is not of the type.
    #[inline(never)]
    pub fn attribute<T: FromXml>(
        &mut self,
        el: Element,
        tag: &Tag,
        slot: &mut Option<T>,
    ) -> Result<(), XmlError> {
        if let Some((from, to)) = self.find_attribute(el, tag) {
            let before = (self.pos, self.el);
            self.pos = from;
            self.attribute = Some((from, to));
            let value = T::from_xml(self);
            self.attribute = None;
            (self.pos, self.el) = before;
            *slot = Some(value?);
        }
        Ok(())
    }

    /// Whether the current element contains elements rather than text, to tell
    /// the variants of an untagged enum apart. Reads nothing.
    #[must_use]
    pub fn has_children(&self) -> bool {
        if self.el.is_empty() {
            return false;
        }
        let mut ahead = Reader::new(self.text, self.dialect, self.limits);
        ahead.pos = self.pos;
        loop {
            let at = skip_space(ahead.bytes, ahead.pos);
            ahead.pos = at;
            match (ahead.byte(at), ahead.byte(at + 1)) {
                (Some(b'<'), Some(b'/')) => return false,
                (Some(b'<'), Some(b'!')) if ahead.byte(at + 2) == Some(b'[') => return false,
                (Some(b'<'), Some(b'!' | b'?')) => {
                    if ahead.markup().is_err() {
                        return false;
                    }
                }
                (Some(b'<'), Some(_)) => return true,
                _ => return false,
            }
        }
    }

    /// What a required field holds, once its element has been read.
    ///
    /// # Errors
    /// Where nothing was read: the element `tag` is missing in the current one.
    #[inline]
    pub fn present<T>(&self, slot: Option<T>, tag: &Tag) -> Result<T, XmlError> {
        slot.ok_or_else(|| self.missing(tag))
    }

    /// The same for a required field that may be null.
    ///
    /// # Errors
    /// As [`present`](Self::present).
    #[inline]
    pub fn present_nullable<T>(&self, slot: Maybe<T>, tag: &Tag) -> Result<Option<T>, XmlError> {
        match slot {
            Maybe::Value(value) => Ok(Some(value)),
            Maybe::Null => Ok(None),
            Maybe::Absent => Err(self.missing(tag)),
        }
    }

    /// The same for a required attribute.
    ///
    /// # Errors
    /// As [`present`](Self::present).
    #[inline]
    pub fn present_attribute<T>(
        &self,
        el: Element,
        slot: Option<T>,
        tag: &Tag,
    ) -> Result<T, XmlError> {
        slot.ok_or_else(|| {
            XmlError::new(
                XmlErrorKind::Missing,
                el.start,
                format!(
                    "the attribute `{}` of <{}>",
                    tag.name,
                    excerpt(self.name(el))
                ),
                "none",
            )
        })
    }

    /// The same for an element's own text.
    ///
    /// # Errors
    /// As [`present`](Self::present).
    #[inline]
    pub fn present_text<T>(&self, el: Element, slot: Option<T>) -> Result<T, XmlError> {
        slot.ok_or_else(|| {
            XmlError::new(
                XmlErrorKind::Missing,
                el.start,
                format!("the text of <{}>", excerpt(self.name(el))),
                "none",
            )
        })
    }

    /// Where the current element is null, reads to its end.
    fn null(&mut self, if_empty: bool) -> Result<bool, XmlError> {
        let el = self.el;
        if el.is_nil() {
            self.end_of_null(el)?;
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

    fn end_of_null(&mut self, el: Element) -> Result<(), XmlError> {
        if el.is_empty() {
            self.leave();
            return Ok(());
        }
        loop {
            let at = skip_space(self.bytes, self.pos);
            self.pos = at;
            match (self.byte(at), self.byte(at + 1)) {
                (Some(b'<'), Some(b'/')) => return self.close(el),
                (Some(b'<'), Some(b'!' | b'?')) if self.byte(at + 2) != Some(b'[') => {
                    self.markup()?;
                }
                _ => {
                    let expected = format!("</{}>, as the element is nil", self.name(el));
                    return Err(self.unexpected(at, expected));
                }
            }
        }
    }

    #[cold]
    pub(super) fn not_a_value(&self, duplicate: bool) -> XmlError {
        let name = excerpt(self.name(self.el));
        let (kind, expected, found) = if duplicate {
            (
                XmlErrorKind::Duplicate,
                format!("<{name}> once"),
                "another one".to_owned(),
            )
        } else {
            (
                XmlErrorKind::Value,
                format!("a value of <{name}>"),
                "nil".to_owned(),
            )
        };
        XmlError::new(kind, self.el.start, expected, found)
    }

    #[cold]
    fn not_an_item(&self, len: usize) -> XmlError {
        if len < self.limits.max_list_items {
            return self.not_a_value(false);
        }
        XmlError::new(
            XmlErrorKind::Limit,
            self.el.start,
            format!("at most {} items in a list", self.limits.max_list_items),
            "more",
        )
    }

    #[cold]
    fn missing(&self, tag: &Tag) -> XmlError {
        // The last tag of the current element ends right before the current position.
        let before = self.bytes.get(..self.pos).unwrap_or_default();
        let at = memchr::memrchr(b'<', before).unwrap_or_default();
        let name = self
            .slice(at, self.pos)
            .trim_start_matches(['<', '/'])
            .split([' ', '\n', '\r', '\t', '/', '>'])
            .next()
            .unwrap_or_default();
        XmlError::new(
            XmlErrorKind::Missing,
            at,
            format!("the element <{}> in <{}>", tag.name, excerpt(name)),
            "none",
        )
    }
}
