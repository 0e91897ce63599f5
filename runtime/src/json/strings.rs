//! Strings and their escapes.

use std::borrow::Cow;

use super::reader::Reader;
use super::scan::plain_end;
use crate::codec::words::Found;
use crate::{CodecError, CodecErrorKind};

impl<'a> Reader<'a> {
    /// The string that comes next, borrowed where nothing in it is escaped.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, CodecError> {
        if self.peek() != Some(b'"') {
            return Err(self.refuse("a string"));
        }
        let start = self.at + 1;
        let end = plain_end(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.text.get(start..end).unwrap_or_default()));
        }
        self.escaped(start, end).map(Cow::Owned)
    }

    /// The rest of a string whose first `start..end` stands for itself.
    pub(super) fn escaped(
        &mut self,
        mut start: usize,
        mut end: usize,
    ) -> Result<String, CodecError> {
        let mut text = String::new();
        loop {
            text.push_str(self.text.get(start..end).unwrap_or_default());
            self.at = end;
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.broken("a string without bare control characters"));
                }
                None => return Err(self.broken("the end of a string")),
            }
            start = self.at;
            end = plain_end(self.bytes, start);
        }
    }

    /// An error about the very byte that comes next: inside a string or number white space is not skipped.
    #[cold]
    pub(super) fn broken(&self, expected: &'static str) -> CodecError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = rest.chars().next().map_or(Found::End, Found::Character);
        CodecError::found(CodecErrorKind::Syntax, self.at..self.at, expected, &found)
    }

    /// The character that the escape stands for which begins here.
    pub(super) fn escape(&mut self) -> Result<char, CodecError> {
        self.at += 1;
        let character = match self.bytes.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.broken("an escape like \\n or \\u0441")),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of `\u`: four hexadecimal digits, or twice that for one outside the first 65,536.
    pub(super) fn unicode(&mut self) -> Result<char, CodecError> {
        let unit = self.hex()?;
        let code = match unit {
            0xD800..=0xDBFF => {
                if !self.take("\\u") {
                    // A text that is cut off within the escape ends there.
                    self.take_last("\\");
                    return Err(self.broken("the second half of a surrogate pair"));
                }
                let second = self.hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.broken("the second half of a surrogate pair before this"));
                }
                0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00)
            }
            unit => unit,
        };
        char::from_u32(code)
            .ok_or_else(|| self.broken("the first half of a surrogate pair before this"))
    }

    pub(super) fn hex(&mut self) -> Result<u32, CodecError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self
                .bytes
                .get(self.at)
                .and_then(|b| char::from(*b).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.broken("four hexadecimal digits"));
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// Passes a string that is a value. Halves of surrogate pairs are let through here: servers that cut texts within a
    /// character send them, and JSON's grammar allows them.
    pub(super) fn skip_string(&mut self) -> Result<(), CodecError> {
        self.at = plain_end(self.bytes, self.at + 1);
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') if self.take("\\u") => drop(self.hex()?),
                Some(b'\\') => drop(self.escape()?),
                Some(_) => return Err(self.broken("a string without bare control characters")),
                None => return Err(self.broken("the end of a string")),
            }
            self.at = plain_end(self.bytes, self.at);
        }
    }

    /// Passes these bytes, if they come next and nothing after them.
    pub(super) fn take_last(&mut self, word: &str) {
        if self.bytes.get(self.at..) == Some(word.as_bytes()) {
            self.at += word.len();
        }
    }
}
