//! What is wrong with a JSON or XML text, and where.

use std::borrow::Cow;
use std::fmt;

use super::Position;
use super::words::{FALSE, Found, SECRET, SECRET_CHARACTER};

/// The class of a [`CodecError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecErrorKind {
    /// The text is empty.
    Empty,
    /// The text is an HTML page.
    Html,
    /// The bytes do not fit their encoding, or the encoding is unknown.
    Encoding,
    /// The text is not well-formed JSON or XML.
    Syntax,
    /// The text ends too early.
    Truncated,
    /// The root element is another one.
    Root,
    /// A required property, element or attribute is missing.
    Missing,
    /// A property or element that may occur once occurs twice.
    Duplicate,
    /// A value is not of the expected type.
    Value,
    /// A limit is exceeded: of size, of nesting, or one of `xml::Limits`.
    Limit,
    /// XML cannot carry the value.
    Unrepresentable,
}

/// Why a JSON or XML text could not be read, or a value not be written.
///
/// `Display` is one line: path, line, column, what was expected and found, and the text before the place.
///
/// ```text
/// $.price: line 1, column 15: expected a decimal, found "abc", near `{"id":1,"price":"…"`
/// /product/price: line 3, column 10: expected a decimal, found "abc", near `<price>…`
/// ```
///
/// Values are shown shortened, and not at all where the field is a secret by its type or its name.
#[derive(Clone, PartialEq, Eq)]
pub struct CodecError(pub(crate) Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Inner {
    kind: CodecErrorKind,
    message: String,
    /// The message shows something of the value.
    shows_value: bool,
    /// The value is a secret, whatever its field is called.
    pub(crate) secret: bool,
    /// The value is `false`, by which servers say that there is none.
    pub(crate) is_false: bool,
    /// The range of the value that is wrong, as far as it was read: offsets in the text.
    pub(crate) at: usize,
    pub(crate) end: usize,
    /// In XML: offsets of the start tags of the lists' items on the way.
    pub(crate) items: Vec<usize>,
    pub(crate) path: String,
    pub(crate) position: Option<Position>,
    pub(crate) excerpt: String,
}

impl CodecError {
    /// An error at an offset, of which the place is not known yet.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: CodecErrorKind, at: usize, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            shows_value: false,
            secret: false,
            is_false: false,
            at,
            end: at,
            items: Vec::new(),
            path: String::new(),
            position: None,
            excerpt: String::new(),
        }))
    }

    /// `expected X, found Y`; the kind says whether what was found is part of a value.
    #[cold]
    #[inline(never)]
    pub(crate) fn expected(
        kind: CodecErrorKind,
        at: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl fmt::Display,
    ) -> Self {
        use CodecErrorKind::{Syntax, Value};
        let message = format!("expected {}, found {found}", expected.into());
        let mut error = Self::new(kind, at, message);
        error.0.shows_value = matches!(kind, Syntax | Value);
        error
    }

    /// As [`CodecError::expected`], where what was found says of which kind the error is, unless it is a value: then it is of
    /// this one.
    #[cold]
    pub(crate) fn found(
        kind: CodecErrorKind,
        range: std::ops::Range<usize>,
        expected: impl Into<Cow<'static, str>>,
        found: &Found,
    ) -> Self {
        let kind = match (found, kind) {
            (Found::End, _) => CodecErrorKind::Truncated,
            (Found::Character(_), CodecErrorKind::Value) => CodecErrorKind::Syntax,
            (_, kind) => kind,
        };
        let mut error = Self::expected(kind, range.start, expected, found).until(range.end);
        error.0.is_false = matches!(found, Found::Other(FALSE));
        error
    }

    /// A required field has not come; `what` names it.
    #[cold]
    pub(crate) fn missing(at: usize, what: impl fmt::Display) -> Self {
        Self::new(CodecErrorKind::Missing, at, format!("{what} is missing"))
    }

    /// A field has come twice; `what` names it.
    #[cold]
    pub(crate) fn duplicate(at: usize, what: impl fmt::Display) -> Self {
        Self::new(CodecErrorKind::Duplicate, at, format!("duplicate {what}"))
    }

    /// A byte that its encoding does not allow; `None`: the text ends within a character.
    #[cold]
    pub(crate) fn encoding(at: usize, encoding: &str, byte: Option<u8>) -> Self {
        let found = match byte {
            Some(byte) => format!("the byte 0x{byte:02X}"),
            None => super::words::END.to_owned(),
        };
        let expected = format!("text encoded as {encoding}");
        Self::expected(CodecErrorKind::Encoding, at, expected, found)
    }

    /// The same error, where the text was read up to `end`.
    pub(crate) fn until(mut self, end: usize) -> Self {
        self.0.end = end;
        self
    }

    /// Another class and message, for a text that is wrong as a whole.
    pub(crate) fn set(&mut self, kind: CodecErrorKind, message: String) {
        self.0.kind = kind;
        self.0.message = message;
    }

    /// The value is a secret: nothing of it is shown.
    #[cold]
    pub(crate) fn into_secret(mut self) -> Self {
        self.0.secret = true;
        self.hide();
        self
    }

    /// Takes the value out of the message, if it is there.
    pub(crate) fn hide(&mut self) {
        let message = match self.0.kind {
            CodecErrorKind::Unrepresentable => SECRET_CHARACTER,
            _ if self.0.shows_value => SECRET,
            _ => return,
        };
        message.clone_into(&mut self.0.message);
    }

    /// The same error in a part of a document: the part's path and its position there, `None` where it was not counted.
    pub(crate) fn within(mut self, path: &str, start: Option<Position>) -> Self {
        let inner = self.0.path.strip_prefix('$').unwrap_or(&self.0.path);
        self.0.path = format!("{path}{inner}");
        let position = self.0.position.take();
        self.0.position = start.zip(position).map(|(start, inner)| start.then(inner));
        self
    }

    /// The same error with this place.
    pub(crate) fn placed(mut self, path: impl Into<String>, position: Option<Position>) -> Self {
        self.0.path = path.into();
        self.0.position = position;
        self
    }

    pub(crate) fn offset(&self) -> usize {
        self.0.at
    }

    /// Returns the class of the error.
    #[must_use]
    pub fn kind(&self) -> CodecErrorKind {
        self.0.kind
    }

    /// Returns where in the document: `$.content[3].price` in JSON, `/products/product[2]/price` in XML, where an index is from 1 and
    /// of siblings of the same name. Empty for what is outside the root element.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the line, from 1. `None` where a value was written, or an item of a stream was read.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.0.position.map(|position| position.line)
    }

    /// Returns the character in the line, from 1; known where the line is.
    #[must_use]
    pub fn column(&self) -> Option<u64> {
        self.0.position.map(|position| position.column)
    }

    /// Returns what was expected and what was found.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the text before the place, in which strings and texts are elided: in XML that of the innermost element, and empty in
    /// the root. Empty where the place itself says as much.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.0.excerpt
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.path.is_empty() {
            write!(f, "{}: ", inner.path)?;
        }
        if let Some(Position { line, column, .. }) = inner.position {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&inner.message)?;
        if !inner.excerpt.is_empty() {
            write!(f, ", near `{}`", inner.excerpt)?;
        }
        Ok(())
    }
}

impl fmt::Debug for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodecError({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for CodecError {}

/// Values of optional fields that were not of their type, and null items: left out by a lenient reader.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Omitted {
    /// What was wrong with each, up to a bound.
    pub errors: Vec<CodecError>,
    /// How many more there were.
    pub more: usize,
}

/// The most errors of left out values that are kept.
const OMITTED: usize = 100;

impl Omitted {
    /// Adds the error of a value that begins at `start`. What was left out within the value is part of it.
    pub(crate) fn add(&mut self, start: usize, error: CodecError) {
        while (self.errors.last()).is_some_and(|inner| inner.offset() >= start) {
            self.errors.pop();
        }
        self.push(error);
    }

    pub(crate) fn push(&mut self, error: CodecError) {
        match self.errors.len() < OMITTED {
            true => self.errors.push(error),
            false => self.more += 1,
        }
    }
}
