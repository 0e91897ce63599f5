//! The reader's core: start tags, end tags, children, and what is between.

use super::element::Element;
use super::known::KnownTags;
use super::limits::{Dialect, Limits};
use super::scan::skip_space;
use super::tag::Tags;
use crate::codec::Omitted;
use crate::codec::words::{END, MORE, excerpt, quoted};
use crate::{CodecError, CodecErrorKind};
use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// A type that is read from an element.
pub trait FromXml: Sized {
    /// Whether an empty element is null where null is possible: true for
    /// numbers, dates and enums, which no empty text can be.
    const NULL_IF_EMPTY: bool = false;

    /// Reads the content of the element whose start tag has just been read,
    /// and its end tag.
    ///
    /// # Errors
    /// Where the content is not well-formed or not of this type.
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError>;

    /// Adds a further element of the same name, where names are not known beforehand. The last one counts; free values become a list.
    /// Whether the value of before is lost.
    #[doc(hidden)]
    fn again(&mut self, next: Self) -> bool {
        *self = next;
        true
    }

    /// The elements, attributes and text that the type has, where it is a struct.
    #[doc(hidden)]
    #[must_use]
    fn tags() -> Option<&'static Tags> {
        None
    }
}

/// A namespace declaration in scope.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) prefix: String,
    pub(super) uri: String,
    /// The depth of the element that declares it.
    pub(super) depth: usize,
}

/// Reads one document, or one item of a streamed list.
///
/// Emitted code uses it through [`FromXml`]; see [`decode`](super::decode).
#[derive(Debug)]
pub struct Reader<'x> {
    pub(super) text: &'x str,
    pub(super) bytes: &'x [u8],
    pub(super) pos: usize,
    /// The element whose start tag was read last.
    pub(super) el: Element,
    /// While an attribute is read: the range of its value.
    pub(super) attribute: Option<(usize, usize)>,
    /// Whether the text of the field that is read must be an identifier.
    pub(super) uuid: bool,
    /// Open elements.
    pub(super) depth: usize,
    pub(super) namespaces: Vec<Binding>,
    pub(super) known: KnownTags,
    pub(super) dialect: Dialect,
    pub(super) limits: &'x Limits,
    /// What was left out; `None` where nothing may be.
    pub(super) omitted: Option<Omitted>,
}

impl<'x> Reader<'x> {
    pub(super) fn new(text: &'x str, dialect: Dialect, limits: &'x Limits) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            el: Element::default(),
            attribute: None,
            uuid: false,
            depth: 0,
            namespaces: Vec::new(),
            known: KnownTags::default(),
            dialect,
            limits,
            omitted: None,
        }
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The text of a range that is known to lie on character boundaries.
    #[inline]
    pub(super) fn slice(&self, from: usize, to: usize) -> &'x str {
        self.text.get(from..to).unwrap_or_default()
    }

    #[inline]
    pub(super) fn rest(&self, at: usize) -> &'x [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// The element's name as written, with its prefix.
    pub(super) fn name(&self, el: Element) -> &'x str {
        self.slice(el.start + 1, el.start + 1 + el.name_len)
    }

    // ---- errors ----

    #[cold]
    pub(super) fn syntax(
        &self,
        at: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl std::fmt::Display,
    ) -> CodecError {
        CodecError::expected(CodecErrorKind::Syntax, at, expected, found)
    }

    #[cold]
    pub(super) fn truncated(&self, expected: impl Into<Cow<'static, str>>) -> CodecError {
        let end = self.bytes.len();
        CodecError::expected(CodecErrorKind::Truncated, end, expected, END)
    }

    /// The error of something unexpected at `at`.
    #[cold]
    pub(super) fn unexpected(
        &self,
        at: usize,
        expected: impl Into<Cow<'static, str>>,
    ) -> CodecError {
        let Some(byte) = self.byte(at) else {
            return self.truncated(expected);
        };
        let rest = self.text.get(at..).unwrap_or_default();
        let found = if byte == b'<' {
            let end = memchr(b'>', rest.as_bytes()).map_or(rest.len(), |n| n + 1);
            excerpt(rest.get(..end).unwrap_or(rest))
        } else {
            let line = rest.lines().next().filter(|l| !l.is_empty());
            let line = line.unwrap_or(rest);
            let end = memchr2(b'<', b'>', line.as_bytes()).filter(|n| *n > 0);
            quoted(line.get(..end.unwrap_or(line.len())).unwrap_or(line))
        };
        self.syntax(at, expected, found)
    }

    // ---- elements ----

    #[inline]
    pub(super) fn enter(&mut self, el: Element) -> Result<(), CodecError> {
        self.el = el;
        self.pos = el.end;
        self.depth += 1;
        if self.depth > self.limits.max_depth {
            return Err(self.too_deep(el));
        }
        Ok(())
    }

    #[cold]
    fn too_deep(&self, el: Element) -> CodecError {
        let expected = format!("at most {} nested elements", self.limits.max_depth);
        CodecError::expected(CodecErrorKind::Limit, el.start, expected, MORE)
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if !self.namespaces.is_empty() {
            let depth = self.depth;
            self.namespaces.retain(|b| b.depth <= depth);
        }
    }

    /// Takes the end tag of `el` where it is at `at` in its usual form.
    #[inline]
    pub(super) fn try_close(&mut self, el: Element, at: usize) -> bool {
        let n = el.name_len;
        let Some(tag) = self.bytes.get(at..at + n + 3) else {
            return false;
        };
        let [b'<', b'/', rest @ ..] = tag else {
            return false;
        };
        let Some((b'>', name)) = rest.split_last() else {
            return false;
        };
        if self.bytes.get(el.start + 1..el.start + 1 + n) != Some(name) {
            return false;
        }
        self.pos = at + n + 3;
        self.leave();
        true
    }

    /// Takes the end tag of `el`, which must be at the current position.
    #[inline]
    pub(super) fn close(&mut self, el: Element) -> Result<(), CodecError> {
        if self.try_close(el, self.pos) {
            return Ok(());
        }
        self.close_odd(el)
    }

    #[cold]
    fn close_odd(&mut self, el: Element) -> Result<(), CodecError> {
        let at = self.pos;
        let name = self.name(el);
        let rest = self.text.get(at..).unwrap_or_default();
        let same = rest
            .strip_prefix("</")
            .and_then(|r| r.strip_prefix(name))
            .map(|r| skip_space(self.bytes, self.bytes.len() - r.len()));
        match same {
            Some(end) if self.byte(end) == Some(b'>') => {
                self.pos = end + 1;
                self.leave();
                Ok(())
            }
            Some(end) if self.byte(end).is_none() => Err(self.truncated(format!("</{name}>"))),
            _ if memchr(b'>', rest.as_bytes()).is_none() => {
                Err(self.truncated(format!("</{name}>")))
            }
            _ => Err(self.unexpected(at, format!("</{name}>"))),
        }
    }
}
