//! Walking over the children of an element.

use super::element::{EMPTY, Element, NIL};
use super::limits::Dialect;
use super::reader::Reader;
use super::scan::skip_space;
use super::tag::{Node, Tag};
use crate::CodecError;

/// Walks over the children of an element, in any order.
#[derive(Clone, Copy, Debug)]
pub struct Children {
    pub(super) el: Element,
    pub(super) tags: &'static [Tag],
    /// The index of the tag that is expected next.
    pub(super) next: usize,
    /// Every child is documented.
    pub(super) any_name: bool,
    /// Text has come between the children, and was skipped.
    pub(super) stray: bool,
    /// The same in a CDATA section.
    pub(super) quoted: bool,
    /// Where the first child began that is not documented, and was skipped; 0: none.
    pub(super) unknown: usize,
}

impl Children {
    /// Reads up to the next documented child's start tag and gives the index of
    /// its tag; undocumented children and stray text are checked and skipped.
    /// `None` once the element's end tag has been read; not to be called again then.
    ///
    /// # Errors
    /// Where the document is not well-formed.
    #[inline(never)]
    pub fn next(&mut self, r: &mut Reader<'_>) -> Result<Option<usize>, CodecError> {
        if self.el.is_empty() {
            r.leave();
            return Ok(None);
        }
        loop {
            let at = skip_space(r.bytes, r.pos);
            if r.byte(at) != Some(b'<') {
                r.pos = at;
                r.skip_text(self.el)?;
                self.stray = true;
                continue;
            }
            match r.byte(at + 1) {
                Some(b'/') => {
                    r.pos = at;
                    r.close(self.el)?;
                    return Ok(None);
                }
                Some(b'!' | b'?') => {
                    r.pos = at;
                    self.quoted |= r.byte(at + 2) == Some(b'[');
                    r.markup()?;
                    continue;
                }
                _ => {}
            }
            if let Some(i) = self.child(r, at)? {
                return Ok(Some(i));
            }
        }
    }

    /// Reads up to the next item of a list and gives its tag. In an array of Rails, an item's name has no meaning.
    ///
    /// # Errors
    /// Where the document is not well-formed.
    pub(super) fn next_item(
        &mut self,
        r: &mut Reader<'_>,
    ) -> Result<Option<&'static Tag>, CodecError> {
        self.any_name = r.dialect == Dialect::Rails;
        let found = self.next(r)?;
        Ok(found.and_then(|index| self.tags.get(index)))
    }

    /// Reads up to the next child's start tag, whatever its name.
    ///
    /// # Errors
    /// Where the document is not well-formed.
    pub(super) fn next_of_any_name(&mut self, r: &mut Reader<'_>) -> Result<bool, CodecError> {
        self.any_name = true;
        Ok(self.next(r)?.is_some())
    }

    /// Reads the start tag of the child at `at`, or all of it if it is undocumented.
    #[inline]
    pub(super) fn child(
        &mut self,
        r: &mut Reader<'_>,
        at: usize,
    ) -> Result<Option<usize>, CodecError> {
        match self.predicted(r, at)? {
            Some(i) => Ok(Some(i)),
            None => self.other(r, at),
        }
    }

    /// Tries the tag that is documented next, and the one that came last.
    #[inline]
    fn predicted(&mut self, r: &mut Reader<'_>, at: usize) -> Result<Option<usize>, CodecError> {
        // Attributes and texts have no element.
        while self
            .tags
            .get(self.next)
            .is_some_and(|tag| tag.node != Node::Element)
        {
            self.next += 1;
        }
        let mut index = self.next;
        let mut head = self.tags.get(index).and_then(|t| t.head_at(r.bytes, at));
        if head.is_none() {
            index = index.wrapping_sub(1);
            head = self.tags.get(index).and_then(|t| t.head_at(r.bytes, at));
        }
        let (Some(head), Some(tag)) = (head, self.tags.get(index)) else {
            return Ok(None);
        };
        let (end, flags) = match r.byte(head) {
            Some(b'>') => (head + 1, 0),
            Some(b'/') if r.byte(head + 1) == Some(b'>') => (head + 2, EMPTY),
            Some(b' ')
                if r.dialect == Dialect::Rails
                    && r.bytes.get(head..head + 13) == Some(b" nil=\"true\"/>") =>
            {
                (head + 13, EMPTY | NIL)
            }
            _ => return Ok(None),
        };
        let el = Element {
            start: at,
            name_len: tag.name.len(),
            end,
            flags,
        };
        self.next = index + 1;
        r.enter(el)?;
        Ok(Some(index))
    }

    /// The tag of an element whose name Rails takes for the same: with `_` for `-`.
    fn with_dashes(&self, r: &Reader<'_>, el: Element) -> Option<usize> {
        if r.dialect != Dialect::Rails {
            return None;
        }
        let name = r.name(el);
        if !name.contains('_') {
            return None;
        }
        let same = |tag: &Tag| {
            tag.node == Node::Element
                && tag.namespace.is_empty()
                && tag.name.len() == name.len()
                && tag
                    .name
                    .bytes()
                    .zip(name.bytes())
                    .all(|(known, byte)| known == byte || (known == b'-' && byte == b'_'))
        };
        self.tags.iter().position(same)
    }

    /// Reads any other child.
    #[inline(never)]
    fn other(&mut self, r: &mut Reader<'_>, at: usize) -> Result<Option<usize>, CodecError> {
        let (el, found) = r.known_start_tag(at, self.tags, |r, el| {
            r.which(el, self.tags, self.next)
                .or_else(|| self.with_dashes(r, el))
        })?;
        r.enter(el)?;
        match found {
            Some(i) => self.next = i + 1,
            None if self.any_name => return Ok(Some(0)),
            None => {
                if self.unknown == 0 {
                    self.unknown = at;
                }
                r.skip()?;
            }
        }
        Ok(found)
    }
}

impl Reader<'_> {
    /// Starts reading the children of the current element. `tags` are the
    /// documented ones, in the documented order.
    #[inline]
    #[must_use]
    pub(super) fn children(&self, tags: &'static [Tag]) -> Children {
        Children {
            el: self.el,
            tags,
            next: 0,
            any_name: false,
            stray: false,
            quoted: false,
            unknown: 0,
        }
    }
}
