//! The writer: elements, attributes, escaping.

use super::limits::Dialect;
use super::scan::{has_none, is_legal, name_end};
use super::start::XSI;
use super::tag::{Tag, Tags};
use crate::codec::words::excerpt;
use crate::{CodecError, CodecErrorKind};
use std::fmt::{Display, Write as _};

/// `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// A type that is written into an element.
pub trait ToXml {
    /// No value is written as nothing, so that in the dialect `trimmed` an empty element can stand for null.
    const NULL_IF_EMPTY: bool = false;

    /// Writes the attributes and the content of the element that the caller opened.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError>;

    /// Writes an element whose name is not known beforehand; several for the items of a free list.
    #[doc(hidden)]
    fn named(&self, w: &mut Writer, name: &str) -> Result<(), CodecError> {
        child(w, name, self)
    }

    /// The documented elements, where it has some.
    fn tags(&self) -> Option<&'static Tags> {
        None
    }
}

/// Writes one document.
///
/// Emitted code uses it through [`ToXml`]; see [`encode`](super::encode).
#[derive(Debug)]
pub struct Writer {
    pub(super) out: Vec<u8>,
    pub(super) dialect: Dialect,
    /// An optional list that is given and would be written as nothing is an error.
    pub(super) exact: bool,
    in_attribute: bool,
    iso_time: bool,
    /// The length of the output behind the start tag that was written last.
    bare: usize,
    /// Prefixes and namespaces in scope, with how many elements are open where
    /// they are declared.
    namespaces: Vec<(&'static str, &'static str, usize)>,
    depth: usize,
}

/// Writes an element whose name is not known beforehand.
pub(super) fn child<T: ToXml + ?Sized>(
    w: &mut Writer,
    name: &str,
    value: &T,
) -> Result<(), CodecError> {
    if name_end(name, 0) != Some(name.len()) || name.contains(':') {
        return Err(w.unrepresentable("a name of an element", name.to_owned()));
    }
    w.raw(b"<");
    w.raw(name.as_bytes());
    w.raw(b">");
    value.to_xml(w)?;
    w.raw(b"</");
    w.raw(name.as_bytes());
    w.raw(b">");
    Ok(())
}

impl Writer {
    /// A writer that appends to `out`.
    pub(super) fn new(dialect: Dialect, mut out: Vec<u8>) -> Self {
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Self {
            out,
            dialect,
            exact: false,
            in_attribute: false,
            iso_time: false,
            bare: 0,
            namespaces: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn locate(&self, error: CodecError) -> CodecError {
        error.locate_output(&String::from_utf8_lossy(&self.out))
    }

    /// How the API writes date-times in the element that is open.
    pub(super) fn rails_time(&self) -> bool {
        self.dialect == Dialect::Rails && !self.iso_time
    }

    // ---- fields ----

    /// Writes an element.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    #[inline(never)]
    pub(super) fn field<T: ToXml + ?Sized>(
        &mut self,
        tag: &Tag,
        value: &T,
    ) -> Result<(), CodecError> {
        self.open(tag);
        value.to_xml(self)?;
        self.close(tag);
        Ok(())
    }

    /// Writes an attribute into the start tag of the element that was opened
    /// last; only before its content.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    #[inline(never)]
    pub(super) fn attribute<T: ToXml + ?Sized>(
        &mut self,
        tag: &Tag,
        value: &T,
    ) -> Result<(), CodecError> {
        self.open_attribute(tag);
        let result = value.to_xml(self);
        self.close_attribute();
        result
    }

    #[inline(never)]
    pub(super) fn open_attribute(&mut self, tag: &Tag) {
        self.out.pop(); // the start tag's `>`
        if tag.namespace.is_empty() {
            self.out.push(b' ');
            self.raw(tag.name.as_bytes());
        } else {
            // An attribute without a prefix is in no namespace, so it needs one.
            let prefix = if tag.prefix.is_empty() {
                "ns"
            } else {
                tag.prefix
            };
            self.declare(prefix, tag.namespace);
            self.out.push(b' ');
            self.raw(prefix.as_bytes());
            self.out.push(b':');
            self.raw(tag.name.as_bytes());
        }
        self.raw(b"=\"");
        self.in_attribute = true;
    }

    #[inline(never)]
    pub(super) fn close_attribute(&mut self) {
        self.in_attribute = false;
        self.raw(b"\">");
        self.bare = self.out.len();
    }

    // ---- elements ----

    /// Opens an element.
    #[inline(never)]
    pub(super) fn open(&mut self, tag: &Tag) {
        self.depth += 1;
        self.iso_time = tag.iso_time;
        tag.append_open(&mut self.out);
        if !tag.namespace.is_empty() {
            self.open_namespace(tag);
        }
        self.bare = self.out.len();
    }

    #[cold]
    fn open_namespace(&mut self, tag: &Tag) {
        self.out.pop();
        self.declare(tag.prefix, tag.namespace);
        self.out.push(b'>');
    }

    #[inline(never)]
    pub(super) fn close(&mut self, tag: &Tag) {
        if self.out.len() == self.bare {
            self.out.pop();
            self.raw(b"/>");
        } else {
            tag.append_close(&mut self.out);
        }
        self.depth -= 1;
        if !self.namespaces.is_empty() {
            let depth = self.depth;
            self.namespaces.retain(|(_, _, at)| *at <= depth);
        }
    }

    /// Null for a value that is not a list: an empty field, where the dialect has those and the type allows it.
    pub(super) fn null(&mut self, tag: &Tag, null_if_empty: bool) {
        if self.dialect == Dialect::Trimmed && null_if_empty {
            self.open(tag);
            self.close(tag);
        } else {
            self.nil(tag);
        }
    }

    #[inline(never)]
    pub(super) fn nil(&mut self, tag: &Tag) {
        self.open(tag);
        self.out.pop();
        if self.dialect == Dialect::Rails {
            self.raw(b" nil=\"true\">");
        } else {
            self.declare("xsi", XSI);
            self.raw(b" xsi:nil=\"true\">");
        }
        self.bare = self.out.len();
        self.close(tag);
    }

    /// Declares a namespace in the start tag that is open, unless it is in scope.
    fn declare(&mut self, prefix: &'static str, namespace: &'static str) {
        let current = self.namespaces.iter().rev().find(|(p, _, _)| *p == prefix);
        // The prefix `xml` is bound everywhere.
        if prefix == "xml" || current.is_some_and(|(_, n, _)| *n == namespace) {
            return;
        }
        self.raw(b" xmlns");
        if !prefix.is_empty() {
            self.out.push(b':');
            self.raw(prefix.as_bytes());
        }
        self.raw(b"=\"");
        for part in namespace.split_inclusive(['&', '<', '"']) {
            let (text, special) = match part.as_bytes().last() {
                Some(b'&') => (part.len() - 1, "&amp;"),
                Some(b'<') => (part.len() - 1, "&lt;"),
                Some(b'"') => (part.len() - 1, "&quot;"),
                _ => (part.len(), ""),
            };
            self.raw(part.get(..text).unwrap_or_default().as_bytes());
            self.raw(special.as_bytes());
        }
        self.out.push(b'"');
        self.namespaces.push((prefix, namespace, self.depth));
    }

    // ---- text ----

    #[inline]
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn display(&mut self, value: impl Display) {
        let mut text = String::new();
        let _ = write!(text, "{value}");
        self.raw(text.as_bytes());
    }

    /// Appends the first `len` bytes of an array: a fixed number is copied, which is faster.
    #[inline]
    pub(super) fn fixed<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        let end = self.out.len() + len;
        self.out.extend_from_slice(bytes);
        self.out.truncate(end);
    }

    /// Writes an integer's digits with a point before the last `scale` of them.
    pub(super) fn digits(&mut self, negative: bool, digits: u64, scale: usize) {
        let mut text = [b'0'; 24];
        if negative {
            self.out.push(b'-');
        }
        // how many digits, at least one of them before the point
        let count = (digits.checked_ilog10().unwrap_or(0) as usize + 1).max(scale + 1);
        let mut rest = digits;
        let mut end = count;
        while rest >= 100 {
            let pair = PAIRS[(rest % 100) as usize];
            rest /= 100;
            text[end - 2..end].copy_from_slice(&pair);
            end -= 2;
        }
        let pair = PAIRS[rest as usize];
        text[end - 1] = pair[1];
        if rest >= 10 {
            text[end - 2] = pair[0];
        }
        if scale == 0 {
            self.fixed(&text, count);
        } else {
            let point = count - scale;
            text.copy_within(point..count, point + 1);
            text[point] = b'.';
            self.fixed(&text, count + 1);
        }
    }

    /// Writes a string, or a scalar's text, escaped.
    ///
    /// # Errors
    /// Where it has a character that XML cannot carry.
    #[inline(never)]
    pub fn string(&mut self, text: &str) -> Result<(), CodecError> {
        let bytes = text.as_bytes();
        let ends = self.dialect == Dialect::Trimmed
            && (bytes.first().is_some_and(|b| *b <= b' ')
                || bytes.last().is_some_and(|b| *b <= b' '));
        if is_clean(bytes) && !self.in_attribute && !ends {
            self.raw(bytes);
            return Ok(());
        }
        self.escaped(text, ends)
    }

    fn escaped(&mut self, text: &str, protect_ends: bool) -> Result<(), CodecError> {
        let space = [' ', '\n', '\t', '\r'];
        let lead = text.len() - text.trim_start_matches(space).len();
        let tail = text.trim_end_matches(space).len();
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let protect = protect_ends && (at < lead || at >= tail);
            let escape = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' if self.in_attribute => "&quot;",
                '\r' => "&#13;",
                '\n' if self.in_attribute || protect => "&#10;",
                '\t' if self.in_attribute || protect => "&#9;",
                ' ' if protect => "&#32;",
                c if !is_legal(c) => {
                    return Err(self.unrepresentable(
                        "characters that XML can carry",
                        format!("U+{:04X}", u32::from(c)),
                    ));
                }
                _ => continue,
            };
            self.raw(text.get(from..at).unwrap_or_default().as_bytes());
            self.raw(escape.as_bytes());
            from = at + c.len_utf8();
        }
        self.raw(text.get(from..).unwrap_or_default().as_bytes());
        Ok(())
    }

    /// The error of an optional list that would be written as nothing.
    #[cold]
    pub(super) fn no_items(tag: &Tag) -> CodecError {
        let expected = format!("items of <{}> (XML has no other form of a list)", tag.name);
        CodecError::expected(
            CodecErrorKind::Unrepresentable,
            0,
            expected,
            "an empty list",
        )
    }

    #[cold]
    pub(super) fn unrepresentable(&self, expected: &'static str, found: String) -> CodecError {
        CodecError::expected(
            CodecErrorKind::Unrepresentable,
            0,
            expected,
            excerpt(&found),
        )
    }
}

/// Whether a text can be written as it is. Written so that the compiler makes
/// it vector code.
#[inline]
fn is_clean(bytes: &[u8]) -> bool {
    let odd = |b: u8| -> u8 {
        u8::from((b < b' ') & (b != b'\n') & (b != b'\t'))
            | u8::from(b == b'<')
            | u8::from(b == b'>')
            | u8::from(b == b'&')
            | u8::from(b == 0xef)
    };
    has_none(bytes, odd)
}
