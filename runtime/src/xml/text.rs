//! Reading an element's text.

use super::element::Element;
use super::limits::Dialect;
use super::reader::Reader;
use super::scan::{illegal, is_plain, is_space, reference, skip_space, trim};
use crate::CodecError;
use crate::codec::words::quoted;
use memchr::{memchr2, memchr3, memmem, memrchr};
use std::borrow::Cow;

impl<'x> Reader<'x> {
    #[cold]
    pub(super) fn illegal_character(&self, at: usize) -> CodecError {
        let c = self.text.get(at..).and_then(|t| t.chars().next());
        self.syntax(
            at,
            "a character that XML allows",
            format!("U+{:04X}", c.map_or(0, u32::from)),
        )
    }

    /// Resolves references and line ends of a text or an attribute's value.
    pub(super) fn unescape(
        &self,
        from: usize,
        to: usize,
        attribute: bool,
    ) -> Result<Cow<'x, str>, CodecError> {
        let text = self.slice(from, to);
        if let Some(n) = illegal(text) {
            return Err(self.illegal_character(from + n));
        }
        if !attribute && let Some(n) = memmem::find(text.as_bytes(), b"]]>") {
            return Err(self.syntax(from + n, "no `]]>` in a text", "one"));
        }
        // Each byte is looked at once: with memchr for text, by hand for the few
        // bytes of an attribute.
        let next = |t: &str| {
            if attribute {
                t.bytes()
                    .position(|b| matches!(b, b'&' | b'\r' | b'\n' | b'\t'))
            } else {
                memchr2(b'&', b'\r', t.as_bytes())
            }
        };
        if next(text).is_none() {
            return Ok(Cow::Borrowed(text));
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(n) = next(rest) {
            let (before, at) = rest.split_at(n);
            out.push_str(before);
            let here = to - at.len();
            if let Some(body) = at.strip_prefix('&') {
                // A reference's body is short; do not look for its end further than that.
                let end = body.bytes().take(32).position(|b| b == b';');
                let known = end.and_then(|n| body.get(..n)).and_then(reference);
                let (Some(end), Some(c)) = (end, known) else {
                    let stop = end.map_or(0, |n| n + 1);
                    return Err(self.syntax(
                        here,
                        "a character reference or a predefined entity (write `&amp;` for `&`)",
                        quoted(at.get(..=stop).filter(|t| t.len() > 1).unwrap_or(at)),
                    ));
                };
                out.push(c);
                rest = body.get(end + 1..).unwrap_or_default();
            } else {
                let crlf = at.starts_with("\r\n");
                out.push(if attribute { ' ' } else { '\n' });
                rest = at.get(if crlf { 2 } else { 1 }..).unwrap_or_default();
            }
        }
        out.push_str(rest);
        Ok(Cow::Owned(out))
    }

    /// The text of the current element and its end tag, where the text is as it is written, as nearly all is.
    #[inline]
    fn plain_text(&mut self) -> Option<&'x str> {
        if self.attribute.is_some() || self.el.is_empty() {
            return None;
        }
        let from = self.pos;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let n = memchr3(b'<', b'&', b'\r', rest)?;
        let plain = rest.get(..n).is_some_and(is_plain) && self.try_close(self.el, from + n);
        plain.then(|| self.slice(from, from + n))
    }

    /// Reads the current element, or attribute, as a string: its unescaped text;
    /// where it has child elements, its inner source as written.
    ///
    /// # Errors
    /// Where it is not well-formed.
    #[inline(never)]
    pub fn string(&mut self) -> Result<String, CodecError> {
        if let Some(text) = self.plain_text() {
            return Ok(match self.dialect {
                Dialect::Trimmed => trim(text).to_owned(),
                Dialect::Plain | Dialect::Rails => text.to_owned(),
            });
        }
        Ok(self
            .odd_text(self.dialect == Dialect::Trimmed)?
            .into_owned())
    }

    /// Reads the current element, or attribute, as the text of a scalar: without
    /// the white space around it.
    ///
    /// # Errors
    /// Where it is not well-formed.
    #[inline(never)]
    pub fn scalar_text(&mut self) -> Result<Cow<'x, str>, CodecError> {
        if let Some(text) = self.plain_text() {
            return Ok(Cow::Borrowed(trim(text)));
        }
        Ok(match self.odd_text(true)? {
            Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
            Cow::Owned(text) => Cow::Owned(trim(&text).to_owned()),
        })
    }

    /// Where the value that is about to be read starts, for errors.
    #[must_use]
    pub(crate) fn value_offset(&self) -> usize {
        if self.el.is_empty() && self.attribute.is_none() {
            return self.el.start;
        }
        skip_space(self.bytes, self.pos)
    }

    #[inline(never)]
    fn odd_text(&mut self, trimmed: bool) -> Result<Cow<'x, str>, CodecError> {
        if let Some((from, to)) = self.attribute {
            let text = self.unescape(from, to, true)?;
            return Ok(match text {
                Cow::Borrowed(text) if trimmed => Cow::Borrowed(trim(text)),
                other => other,
            });
        }
        let el = self.el;
        if el.is_empty() {
            self.leave();
            return Ok(Cow::Borrowed(""));
        }
        self.mixed_text(el, trimmed)
    }

    /// Text with references, CDATA sections, comments, or elements.
    fn mixed_text(&mut self, el: Element, trimmed: bool) -> Result<Cow<'x, str>, CodecError> {
        let start = self.pos;
        let mut text = Pieces::default();
        loop {
            let from = self.pos;
            let rest = self.bytes.get(from..).unwrap_or_default();
            let Some(n) = memchr::memchr(b'<', rest) else {
                self.unescape(from, self.bytes.len(), false)?;
                return Err(self.truncated(format!("</{}>", self.name(el))));
            };
            let to = from + n;
            if n != 0 {
                let piece = self.unescape(from, to, false)?;
                text.literal(self.slice(from, to), &piece);
                self.pos = to;
            }
            match (self.byte(to + 1), self.byte(to + 2)) {
                (Some(b'/'), _) => {
                    self.close(el)?;
                    return Ok(Cow::Owned(text.finish(trimmed)));
                }
                (Some(b'!'), Some(b'[')) if self.bytes.get(to + 3..to + 9) == Some(b"CDATA[") => {
                    let (from, to) = self.cdata()?;
                    text.cdata(self.slice(from, to));
                }
                (Some(b'!' | b'?'), _) => self.markup()?,
                _ => {
                    let end = self.skip_rest(el)?;
                    let inner = self.slice(start, end);
                    return Ok(Cow::Borrowed(if trimmed { trim(inner) } else { inner }));
                }
            }
        }
    }
}

/// The pieces of a text, put together.
#[derive(Default)]
struct Pieces {
    out: String,
    /// Ranges of `out` that are nothing but white space; they go once a CDATA
    /// section shows that they were there for the looks.
    blank: Vec<(usize, usize)>,
    has_cdata: bool,
    /// The part of `out` that trimming must leave: from the first to behind
    /// the last character that was written as a reference or in CDATA.
    kept: Option<(usize, usize)>,
}

impl Pieces {
    fn keep(&mut self, from: usize, to: usize) {
        let first = self.kept.map_or(from, |(first, _)| first);
        self.kept = Some((first, to));
    }

    /// Text outside CDATA: as written in the source, and unescaped.
    fn literal(&mut self, source: &str, text: &str) {
        let at = self.out.len();
        if source.bytes().all(is_space) {
            if self.has_cdata {
                return;
            }
            self.blank.push((at, at + text.len()));
        }
        self.out.push_str(text);
        // White space that was written as a reference is meant. It is found from
        // the ends: what is white space in the text but not in the source.
        let source_lead = source.bytes().take_while(|b| is_space(*b)).count();
        let source_tail = source.bytes().rev().take_while(|b| is_space(*b)).count();
        if source.as_bytes().get(source_lead) == Some(&b'&') {
            let lead = line_ends(source.get(..source_lead).unwrap_or_default());
            self.keep(at + lead, at + lead + 1);
        }
        let tail = source.len() - source_tail;
        if memrchr(b'&', source.as_bytes().get(..tail).unwrap_or_default()).is_some()
            && source.as_bytes().get(tail.wrapping_sub(1)) == Some(&b';')
        {
            let tail = line_ends(source.get(tail..).unwrap_or_default());
            let end = self.out.len() - tail;
            self.keep(end, end);
        }
    }

    fn cdata(&mut self, text: &str) {
        if !self.has_cdata {
            self.has_cdata = true;
            let before = std::mem::take(&mut self.out);
            let mut from = 0;
            for (start, end) in std::mem::take(&mut self.blank) {
                self.out
                    .push_str(before.get(from..start).unwrap_or_default());
                // What is kept is never in a blank piece: it moves with the rest.
                if let Some((first, last)) = &mut self.kept {
                    let (gone, here) = (end - start, self.out.len());
                    *first -= if *first > here { gone } else { 0 };
                    *last -= if *last > here { gone } else { 0 };
                }
                from = end;
            }
            self.out.push_str(before.get(from..).unwrap_or_default());
        }
        let at = self.out.len();
        push_lines(&mut self.out, text);
        self.keep(at, self.out.len());
    }

    fn finish(self, trimmed: bool) -> String {
        if !trimmed {
            return self.out;
        }
        let (first, last) = self.kept.unwrap_or((usize::MAX, 0));
        let out = self.out.as_str();
        let lead = out.len() - out.trim_start_matches([' ', '\n', '\t', '\r']).len();
        let tail = out.trim_end_matches([' ', '\n', '\t', '\r']).len();
        let from = lead.min(first);
        out.get(from..tail.max(last).max(from))
            .unwrap_or_default()
            .to_owned()
    }
}

/// The length of white space once its line ends are line feeds.
fn line_ends(space: &str) -> usize {
    space.len() - space.matches("\r\n").count()
}

/// Appends text with its line ends made line feeds.
fn push_lines(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(n) = memchr::memchr(b'\r', rest.as_bytes()) {
        let (before, at) = rest.split_at(n);
        out.push_str(before);
        out.push('\n');
        rest = at
            .get(if at.starts_with("\r\n") { 2 } else { 1 }..)
            .unwrap_or_default();
    }
    out.push_str(rest);
}
