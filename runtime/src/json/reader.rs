//! The reader that emitted code drives: it asks for the next documented property, the reader finds it.

use std::borrow::Cow;

use crate::codec::words::{BOOLEAN, END, Found, MORE};
use crate::{CodecError, CodecErrorKind, codec::Omitted};

use super::forms::Form;
use super::scan::{number_end, skip_space};

/// How deep objects and arrays may nest.
const DEPTH: u8 = 128;

/// A type that JSON can be read into.
pub trait FromJson: Sized {
    /// Reads the value that comes next.
    ///
    /// # Errors
    /// Where it is not of this type, or no JSON.
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError>;
}

/// Reads a JSON text from its beginning to its end.
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// How many more objects and arrays may be open.
    pub(super) room: u8,
    /// Of the property whose value comes next.
    pub(super) form: Form,
    /// What was left out; `None` where nothing may be.
    pub(super) omitted: Option<Omitted>,
    /// Properties so far that no type names: which variant of a union fits best.
    pub(super) undeclared: u32,
    /// How many bytes may be read again to find the best variants of unions.
    pub(super) patience: usize,
    /// Names are taken in other spellings.
    pub(super) any_spelling: bool,
    /// What comes is the whole value or an item of a list that is the whole.
    pub(super) top: bool,
}

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            room: DEPTH,
            form: Form::default(),
            omitted: None,
            undeclared: 0,
            patience: text.len().saturating_mul(64),
            any_spelling: false,
            top: true,
        }
    }

    /// A reader that takes names in other spellings.
    pub(super) fn spelled(text: &'a str) -> Self {
        Self {
            any_spelling: true,
            ..Self::new(text)
        }
    }

    /// The first byte of what comes next, after white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => {
                self.at = skip_space(self.bytes, self.at);
                self.bytes.get(self.at).copied()
            }
        }
    }

    /// Returns what the next value is; `None` where none comes.
    #[inline(never)]
    pub fn kind(&mut self) -> Option<Kind> {
        Some(match self.peek()? {
            b'"' => Kind::String,
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'-' | b'0'..=b'9' => Kind::Number,
            b't' | b'f' => Kind::Boolean,
            b'n' => Kind::Null,
            _ => return None,
        })
    }

    /// Where the next value begins.
    #[inline]
    pub(crate) fn place(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// Returns an error about what comes next. Where that is no JSON either, the error says so.
    #[cold]
    pub fn refuse(&mut self, expected: impl Into<Cow<'static, str>>) -> CodecError {
        self.unexpected(CodecErrorKind::Value, expected)
    }

    /// The error of what the grammar does not allow next.
    #[cold]
    pub(super) fn syntax(&mut self, expected: &'static str) -> CodecError {
        self.unexpected(CodecErrorKind::Syntax, expected)
    }

    #[cold]
    pub(super) fn unexpected(
        &mut self,
        kind: CodecErrorKind,
        expected: impl Into<Cow<'static, str>>,
    ) -> CodecError {
        let start = self.place();
        match self.found() {
            Ok(found) => CodecError::found(kind, start..self.at, expected, &found),
            Err(broken) => broken,
        }
    }

    /// An error about the value that began at `start` and has been read.
    #[cold]
    pub(crate) fn refuse_at(
        &mut self,
        start: usize,
        expected: impl Into<Cow<'static, str>>,
    ) -> CodecError {
        self.at = start;
        self.refuse(expected)
    }

    /// Describes what comes next, and passes it where it is a scalar.
    fn found(&mut self) -> Result<Found, CodecError> {
        Ok(match self.kind() {
            Some(Kind::Object) => Found::Other("an object"),
            Some(Kind::Array) => Found::Other("an array"),
            Some(Kind::String) => Found::String(self.string()?.into_owned()),
            Some(Kind::Number) => Found::Text(self.number()?.to_owned()),
            Some(Kind::Boolean | Kind::Null) | None => self.found_word(),
        })
    }

    fn found_word(&mut self) -> Found {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for word in ["true", "false", "null"] {
            if self.take(word) {
                return Found::Other(word);
            }
            // Also where the text ends within the word.
            if word.starts_with(rest) {
                self.at = self.bytes.len();
                return Found::End;
            }
        }
        Found::Character(rest.chars().next().unwrap_or('\u{fffd}'))
    }

    /// Passes these bytes, if they come next.
    #[inline]
    pub(super) fn take(&mut self, word: &str) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Passes `null`, if it comes next.
    ///
    /// # Errors
    /// Where something begins as `null` does and is not.
    #[inline(never)]
    pub fn null(&mut self) -> Result<bool, CodecError> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        match self.take("null") {
            true => Ok(true),
            false => Err(self.refuse("a value")),
        }
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, CodecError> {
        self.peek();
        if self.take("true") {
            return Ok(true);
        }
        match self.take("false") {
            true => Ok(false),
            false => Err(self.refuse(BOOLEAN)),
        }
    }

    /// The text of the number that comes next.
    pub(crate) fn number(&mut self) -> Result<&'a str, CodecError> {
        let start = self.place();
        match number_end(self.bytes, start) {
            Ok(end) => {
                self.at = end;
                Ok(self.text.get(start..end).unwrap_or_default())
            }
            Err(other) if other == start => Err(self.refuse("a number")),
            // What is there is not looked at: it may be the next broken number.
            Err(broken) => {
                self.at = broken;
                Err(self.broken("a digit"))
            }
        }
    }

    /// Passes the value that comes next, whatever it is, and gives its text.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn skip(&mut self) -> Result<&'a str, CodecError> {
        let start = self.place();
        match self.kind() {
            Some(Kind::String) => self.skip_string()?,
            Some(Kind::Number) => drop(self.number()?),
            Some(Kind::Boolean) => drop(self.boolean()?),
            Some(Kind::Null) => drop(self.null()?),
            Some(Kind::Array) => self.items(&mut |r| r.skip().map(drop))?,
            Some(Kind::Object) => {
                let mut object = self.object(&[])?;
                while object.more(self)? {
                    self.string()?;
                    self.colon()?;
                    self.skip()?;
                }
            }
            None => return Err(self.refuse("a value")),
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    #[inline]
    pub(super) fn open(&mut self) -> Result<(), CodecError> {
        match self.room.checked_sub(1) {
            Some(room) => {
                self.room = room;
                self.at += 1;
                Ok(())
            }
            None => {
                let expected = format!("at most {DEPTH} nested objects and arrays");
                Err(CodecError::expected(
                    CodecErrorKind::Limit,
                    self.at,
                    expected,
                    MORE,
                ))
            }
        }
    }

    #[inline]
    pub(super) fn close(&mut self) {
        self.at += 1;
        self.room += 1;
    }

    /// Reads an array: `item` is called at the beginning of each item, and passes it.
    ///
    /// # Errors
    /// Where no array comes, and those of `item`.
    pub fn items(
        &mut self,
        item: &mut dyn FnMut(&mut Self) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        if self.peek() != Some(b'[') {
            return Err(self.refuse("an array"));
        }
        self.open()?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        loop {
            item(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.close();
                    return Ok(());
                }
                _ => return Err(self.syntax("a comma or the end of the array")),
            }
        }
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Result<(), CodecError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax(END)),
        }
    }
}
