//! What went wrong, and where.

use super::trace;
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The most characters of an input that an error shows.
const EXCERPT: usize = 40;

/// The class of an [`XmlError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// The input is not well-formed XML.
    Syntax,
    /// The input ends too early.
    Truncated,
    /// The input's bytes do not fit its encoding, or the encoding is unknown.
    Encoding,
    /// The root element is another one.
    Root,
    /// The input is an HTML page.
    Html,
    /// A required element or attribute is missing.
    Missing,
    /// An element that may stand once stands twice.
    Duplicate,
    /// A text is not of its type, or is null where null means nothing.
    Value,
    /// A limit of [`Limits`](super::Limits) is passed, or a DTD wants to be read.
    Limit,
    /// A value cannot be written as XML.
    Unrepresentable,
}

/// An error of the XML reader or writer.
///
/// Its `Display` is one line:
/// `/products/product[2]/price: line 61, column 28: expected a decimal, found "abc"`.
#[derive(Clone, PartialEq, Eq)]
pub struct XmlError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: XmlErrorKind,
    offset: usize,
    /// Offsets of the start tags of the lists' items on the way.
    items: Vec<usize>,
    expected: Cow<'static, str>,
    found: String,
    path: String,
    line: u64,
    column: u64,
}

impl XmlError {
    /// An error at a byte offset; [`locate`](Self::locate) adds the place.
    #[cold]
    #[inline(never)]
    pub(super) fn new(
        kind: XmlErrorKind,
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            offset,
            items: Vec::new(),
            expected: expected.into(),
            found: found.into(),
            path: String::new(),
            line: 0,
            column: 0,
        }))
    }

    /// The same error at another offset.
    pub(super) fn moved(mut self, offset: usize) -> Self {
        self.0.offset = offset;
        self
    }

    /// Notes that the item of a list whose start tag is at `offset` is on the way.
    #[cold]
    pub(super) fn in_item(mut self, offset: usize) -> Self {
        self.0.items.push(offset);
        self
    }

    /// Removes all that may show something of a secret: the place becomes its
    /// element's start.
    #[cold]
    pub(super) fn redacted(mut self, element: usize) -> Self {
        self.0.offset = element;
        self.0.expected = "a text that XML allows".into();
        self.0.found = "something else in a secret, which is not shown".to_owned();
        self
    }

    /// Works out path, line and column from the input.
    #[cold]
    pub(super) fn locate(mut self, text: &str, origin: &trace::Origin) -> Self {
        let inner = &mut *self.0;
        let place = trace::locate(text, inner.offset, &inner.items, origin);
        inner.path = place.path;
        inner.line = place.line;
        inner.column = place.column;
        self
    }

    /// Works out the path alone, from what the writer has written.
    #[cold]
    pub(super) fn locate_output(mut self, text: &str) -> Self {
        let origin = trace::Origin::default();
        self.0.path = trace::locate(text, text.len(), &self.0.items, &origin).path;
        self
    }

    /// Sets the place of an error that is outside every element.
    #[cold]
    pub(super) fn at(mut self, path: &str, line: u64, column: u64) -> Self {
        path.clone_into(&mut self.0.path);
        self.0.line = line;
        self.0.column = column;
        self
    }

    pub(super) fn offset(&self) -> usize {
        self.0.offset
    }

    /// What was expected and what was found.
    #[must_use]
    pub fn message(&self) -> String {
        format!("expected {}, found {}", self.0.expected, self.0.found)
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> XmlErrorKind {
        self.0.kind
    }

    /// The element, for instance `/products/product[2]/price`. An index, from 1,
    /// stands where siblings of the same name came before, or the element is a list's item.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The line, from 1; 0 where there is none (writing).
    #[must_use]
    pub fn line(&self) -> u64 {
        self.0.line
    }

    /// The column in characters, from 1; 0 where there is none (writing).
    #[must_use]
    pub fn column(&self) -> u64 {
        self.0.column
    }

    /// What was expected.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What was found instead, shortened; never a secret.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.found
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        if !e.path.is_empty() {
            write!(f, "{}: ", e.path)?;
        }
        if e.line != 0 {
            write!(f, "line {}, column {}: ", e.line, e.column)?;
        }
        write!(f, "expected {}, found {}", e.expected, e.found)
    }
}

impl fmt::Debug for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "XmlError({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for XmlError {}

/// A text in quotes, at most [`EXCERPT`] characters of it, control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(EXCERPT + 8);
    out.push('"');
    let mut chars = text.chars();
    for c in chars.by_ref().take(EXCERPT) {
        if c.is_control() || c == '"' {
            let _ = write!(out, "{}", c.escape_debug());
        } else {
            out.push(c);
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out.push('"');
    out
}

/// Markup as it stands, at most [`EXCERPT`] characters of it.
pub(super) fn excerpt(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(EXCERPT)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
