//! What is around the root element, and the root itself.

use super::element::Element;
use super::reader::Reader;
use super::scan::{is_space, name_end, skip_space};
use super::tag::Tag;
use crate::codec::words::{EMPTY, END, HTML, excerpt};
use crate::{CodecError, CodecErrorKind};
use memchr::memchr3;

/// What a step through the prolog found.
pub(super) enum Prolog {
    /// Nothing that counts: go on.
    Misc,
    /// The root's start tag, at this offset.
    Root(usize),
    /// The end of the text.
    End,
}

impl Reader<'_> {
    fn rest_text(&self) -> &str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// Takes one thing before the root element. `first`: nothing came before it;
    /// `doctype`: whether a DOCTYPE has come.
    pub(super) fn prolog(&mut self, first: bool, doctype: &mut bool) -> Result<Prolog, CodecError> {
        if first && self.pos == 0 {
            let rest = self.text.strip_prefix("<?xml").unwrap_or_default();
            if rest.bytes().next().is_some_and(is_space) {
                self.declaration()?;
                return Ok(Prolog::Misc);
            }
        }
        self.pos = skip_space(self.bytes, self.pos);
        let at = self.pos;
        let rest = self.rest_text();
        if rest.is_empty() {
            return Ok(Prolog::End);
        }
        if is_html(rest, "<!doctype html") || is_html(rest, "<html") {
            return Err(CodecError::expected(CodecErrorKind::Html, at, "XML", HTML));
        }
        if rest.starts_with("<!--") || rest.starts_with("<?") {
            self.markup()?;
            Ok(Prolog::Misc)
        } else if rest.starts_with("<!DOCTYPE") {
            if std::mem::replace(doctype, true) {
                return Err(self.unexpected(at, "one DOCTYPE at most"));
            }
            self.doctype()?;
            Ok(Prolog::Misc)
        } else if name_end(self.text, at + 1).is_some() && rest.starts_with('<') {
            Ok(Prolog::Root(at))
        } else if "<!DOCTYPE".starts_with(rest) || "<!--".starts_with(rest) {
            Err(self.truncated("XML"))
        } else {
            Err(self.unexpected(at, "XML"))
        }
    }

    /// `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
    fn declaration(&mut self) -> Result<(), CodecError> {
        const NAMES: [&str; 3] = ["version", "encoding", "standalone"];
        let mut p = 5;
        let mut next = 0;
        loop {
            let before = p;
            p = skip_space(self.bytes, p);
            if self.byte(p) == Some(b'?') && next > 0 {
                if self.byte(p + 1) != Some(b'>') {
                    return Err(self.unexpected(p + 1, "`>` behind `?`"));
                }
                self.pos = p + 2;
                return Ok(());
            }
            let (name, from, to) = self.attribute_at(p)?;
            let index = NAMES.iter().position(|n| *n == name);
            let in_order = index.is_some_and(|i| i >= next && (i == 0) == (next == 0));
            if !in_order || before == p {
                return Err(
                    self.unexpected(p, "`version`, `encoding`, `standalone`, in this order")
                );
            }
            let value = self.slice(from, to);
            let fits = match name {
                "version" => value
                    .strip_prefix("1.")
                    .is_some_and(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit())),
                "encoding" => {
                    value.starts_with(|c: char| c.is_ascii_alphabetic())
                        && value
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
                }
                _ => matches!(value, "yes" | "no"),
            };
            if !fits {
                return Err(self.unexpected(from, format!("a known value of `{name}`")));
            }
            next = index.map_or(next, |i| i + 1);
            p = to + 1;
        }
    }

    /// A DOCTYPE without an internal subset is skipped. One with a subset could
    /// declare entities, which are never expanded: it is refused.
    fn doctype(&mut self) -> Result<(), CodecError> {
        let at = self.pos + 9;
        if !self.byte(at).is_some_and(is_space) {
            return Err(self.unexpected(self.pos, "white space behind `<!DOCTYPE`"));
        }
        let Some(mut p) = name_end(self.text, skip_space(self.bytes, at)) else {
            return Err(self.unexpected(self.pos, "a name behind `<!DOCTYPE`"));
        };
        loop {
            let rest = self.bytes.get(p..).unwrap_or_default();
            // `[` and `>` inside of quotes mean nothing
            let stop = memchr3(b'>', b'"', b'\'', rest);
            let end = stop.unwrap_or(rest.len());
            let before = rest.get(..end).unwrap_or_default();
            if let Some(n) = memchr::memchr2(b'[', b'<', before) {
                return Err(CodecError::expected(
                    CodecErrorKind::Limit,
                    p + n,
                    "no document type definition (its entities are never expanded)",
                    "an internal subset",
                ));
            }
            let Some(n) = stop else {
                return Err(self.truncated("the end of the DOCTYPE"));
            };
            p += n + 1;
            match rest.get(n) {
                Some(b'>') => {
                    self.pos = p;
                    return Ok(());
                }
                Some(quote) => {
                    let rest = self.bytes.get(p..).unwrap_or_default();
                    let Some(n) = memchr::memchr(*quote, rest) else {
                        return Err(self.truncated("the end of the DOCTYPE"));
                    };
                    p += n + 1;
                }
                None => {}
            }
        }
    }

    /// Reads the root's start tag at `at`, which must be one of `roots`; of a reply without a documented root, any.
    pub(super) fn root(&mut self, at: usize, roots: &[Tag]) -> Result<Element, CodecError> {
        let el = self.start_tag(at)?;
        if !roots.iter().any(|tag| tag.is_any() || self.is(el, tag)) {
            let names: Vec<String> = roots.iter().map(|t| format!("<{}>", t.name)).collect();
            let namespaced = roots.iter().any(|t| t.name == self.name(el));
            return Err(CodecError::expected(
                CodecErrorKind::Root,
                at,
                format!("the root element {}", names.join(" or ")),
                if namespaced {
                    format!("<{}> in another namespace", excerpt(self.name(el)))
                } else {
                    format!("<{}>", excerpt(self.name(el)))
                },
            ));
        }
        if el.is_nil() {
            let expected = format!("a value of <{}>", self.name(el));
            return Err(CodecError::expected(
                CodecErrorKind::Value,
                at,
                expected,
                "nil",
            ));
        }
        self.enter(el)?;
        Ok(el)
    }

    /// Takes one thing behind the root element; `false` at the end.
    pub(super) fn epilog(&mut self) -> Result<bool, CodecError> {
        self.pos = skip_space(self.bytes, self.pos);
        let rest = self.rest_text();
        if rest.is_empty() {
            return Ok(false);
        }
        if rest.starts_with("<!--") || rest.starts_with("<?") {
            self.markup()?;
            return Ok(true);
        }
        Err(self.unexpected(self.pos, END))
    }

    /// Reads up to the root's start tag and takes it.
    pub(super) fn open_document(&mut self, roots: &[Tag]) -> Result<Element, CodecError> {
        let (mut first, mut doctype) = (true, false);
        loop {
            match self.prolog(first, &mut doctype)? {
                Prolog::Misc => first = false,
                Prolog::Root(at) => return self.root(at, roots),
                Prolog::End => return Err(self.no_document()),
            }
        }
    }

    /// The error of a text without a root element.
    #[cold]
    pub(super) fn no_document(&self) -> CodecError {
        match self.text.trim().is_empty() {
            true => CodecError::expected(CodecErrorKind::Empty, 0, "XML", EMPTY),
            false => self.truncated("XML"),
        }
    }

    /// Reads what is behind the root element.
    pub(super) fn close_document(&mut self) -> Result<(), CodecError> {
        while self.epilog()? {}
        Ok(())
    }
}

/// Whether markup starts like `start`, in any case.
fn is_html(rest: &str, start: &str) -> bool {
    rest.get(..start.len())
        .is_some_and(|r| r.eq_ignore_ascii_case(start))
        && !rest
            .as_bytes()
            .get(start.len())
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
}
