//! What the reader passes over: undocumented elements, stray text, comments,
//! instructions. All of it is checked.

use super::element::Element;
use super::reader::Reader;
use super::scan::{illegal, is_plain_without_references, is_space, name_end};
use crate::CodecError;
use crate::codec::words::excerpt;
use memchr::{memchr, memmem};

impl Reader<'_> {
    /// Skips the current element and all inside it, checking that it is well-formed.
    ///
    /// # Errors
    /// Where it is not.
    #[inline(never)]
    pub fn skip(&mut self) -> Result<(), CodecError> {
        self.skip_rest(self.el).map(drop)
    }

    /// Skips the rest of an open element; gives the offset of its end tag.
    pub(super) fn skip_rest(&mut self, el: Element) -> Result<usize, CodecError> {
        if el.is_empty() {
            self.leave();
            return Ok(self.pos);
        }
        let mut parents: Vec<Element> = Vec::new();
        let mut el = el;
        loop {
            self.skip_text(el)?;
            let at = self.pos;
            match self.byte(at + 1) {
                Some(b'/') => {
                    self.close(el)?;
                    match parents.pop() {
                        Some(parent) => el = parent,
                        None => return Ok(at),
                    }
                }
                Some(b'!' | b'?') => self.markup()?,
                _ => {
                    let (child, _) = self.known_start_tag(at, &[], |_, _| None)?;
                    self.enter(child)?;
                    if child.is_empty() {
                        self.leave();
                    } else {
                        parents.push(std::mem::replace(&mut el, child));
                    }
                }
            }
        }
    }

    /// Skips text up to the next `<`, checking it.
    pub(super) fn skip_text(&mut self, el: Element) -> Result<(), CodecError> {
        let from = self.pos;
        let rest = self.rest(from);
        let Some(n) = memchr(b'<', rest) else {
            self.check_text(from, self.bytes.len())?;
            return Err(self.truncated(format!("</{}>", excerpt(self.name(el)))));
        };
        self.check_text(from, from + n)?;
        self.pos = from + n;
        Ok(())
    }

    /// Checks text for illegal characters, `]]>` and unknown entities.
    pub(super) fn check_text(&self, from: usize, to: usize) -> Result<(), CodecError> {
        if !is_plain_without_references(self.slice(from, to).as_bytes()) {
            self.unescape(from, to, false)?;
        }
        Ok(())
    }

    /// Skips the comment, CDATA section or processing instruction at the
    /// current position.
    #[cold]
    pub(super) fn markup(&mut self) -> Result<(), CodecError> {
        let at = self.pos;
        let rest = self.text.get(at..).unwrap_or_default();
        if rest.starts_with("<!--") {
            self.skip_comment()
        } else if rest.starts_with("<?") {
            self.skip_instruction()
        } else if rest.starts_with("<![CDATA[") {
            self.cdata().map(drop)
        } else if rest.len() < 9 && ["<!--", "<![CDATA["].iter().any(|m| m.starts_with(rest)) {
            Err(self.truncated("a comment or a CDATA section"))
        } else {
            Err(self.unexpected(at, "an element, a comment or a CDATA section"))
        }
    }

    fn skip_comment(&mut self) -> Result<(), CodecError> {
        let from = self.pos + 4;
        let Some(n) = memmem::find(self.rest(from), b"--") else {
            return Err(self.truncated("-->"));
        };
        let to = from + n;
        if let Some(n) = illegal(self.slice(from, to)) {
            return Err(self.illegal_character(from + n));
        }
        if self.byte(to + 2) != Some(b'>') {
            return Err(self.unexpected(to, "no `--` in a comment"));
        }
        self.pos = to + 3;
        Ok(())
    }

    fn skip_instruction(&mut self) -> Result<(), CodecError> {
        let at = self.pos;
        let Some(end) = name_end(self.text, at + 2) else {
            return Err(self.unexpected(at, "a name behind `<?`"));
        };
        if self.slice(at + 2, end).eq_ignore_ascii_case("xml") {
            return Err(self.unexpected(at, "an XML declaration at the very start only"));
        }
        let Some(n) = memmem::find(self.rest(end), b"?>") else {
            return Err(self.truncated("?>"));
        };
        if n != 0 && !self.byte(end).is_some_and(is_space) {
            return Err(self.unexpected(end, "white space behind an instruction's name"));
        }
        if let Some(n) = illegal(self.slice(end, end + n)) {
            return Err(self.illegal_character(end + n));
        }
        self.pos = end + n + 2;
        Ok(())
    }

    /// Takes the CDATA section at the current position; gives its range.
    pub(super) fn cdata(&mut self) -> Result<(usize, usize), CodecError> {
        let from = self.pos + 9;
        let Some(n) = memmem::find(self.rest(from), b"]]>") else {
            return Err(self.truncated("]]>"));
        };
        if let Some(n) = illegal(self.slice(from, from + n)) {
            return Err(self.illegal_character(from + n));
        }
        self.pos = from + n + 3;
        Ok((from, from + n))
    }
}
