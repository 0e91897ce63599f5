//! What is wrong with a JSON text, and where.

use std::borrow::Cow;
use std::fmt;

/// Why a JSON text could not be read.
///
/// Strings of the text are shown shortened, and not at all where a key's name says that its value is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(pub(super) Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Inner {
    /// Where the value begins that is wrong, and where what was looked at ends: offsets in the text.
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
    pub(super) excerpt: String,
    pub(super) html: bool,
    pub(super) eof: bool,
    pub(super) secret: bool,
    /// The message shows something of the value.
    pub(super) telling: bool,
}

/// What was found in place of what was expected.
pub(super) enum Found {
    /// The text ends.
    End,
    /// A string, unescaped.
    String(String),
    /// A number or the like, as it stands.
    Text(String),
    /// A character that begins no value.
    Character(char),
    /// A property for the second time.
    Again(&'static str),
    /// Something else, described.
    Other(&'static str),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the text"),
            Self::String(text) => write!(f, "\"{}\"", cut(text, SHOWN)),
            Self::Text(text) => f.write_str(&cut(text, SHOWN)),
            Self::Character(character) => write!(f, "{character:?}"),
            Self::Again(name) => write!(f, "`{}` again", cut(name, 64)),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// How many characters of a value are shown.
const SHOWN: usize = 20;

impl Error {
    #[cold]
    pub(super) fn at(at: usize, end: usize, expected: Cow<'static, str>, found: Found) -> Self {
        let eof = matches!(found, Found::End);
        let telling = !matches!(found, Found::End | Found::Again(_));
        let mut error = Self::new(at, end, format!("expected {expected}, found {found}"), eof);
        error.0.telling = telling;
        error
    }

    #[cold]
    pub(super) fn missing(at: usize, name: &str) -> Self {
        Self::new(at, at, format!("`{}` is missing", cut(name, 64)), false)
    }

    #[cold]
    pub(super) fn encoding(at: usize) -> Self {
        Self::new(at, at, "expected text in UTF-8".to_owned(), false)
    }

    fn new(at: usize, end: usize, message: String, eof: bool) -> Self {
        Self(Box::new(Inner {
            at,
            end,
            path: "$".to_owned(),
            line: 0,
            column: 0,
            message,
            excerpt: String::new(),
            html: false,
            eof,
            secret: false,
            telling: false,
        }))
    }

    /// The value is a secret, whatever its property is called.
    pub(super) fn into_secret(mut self) -> Self {
        self.0.secret = true;
        self
    }

    /// Where the value begins that is wrong.
    pub(super) fn offset(&self) -> usize {
        self.0.at
    }

    /// Where in the value, `$.content[3].price`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The byte in the line, from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What was expected and what was found.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The text up to the place, strings elided.
    pub fn excerpt(&self) -> &str {
        &self.0.excerpt
    }

    /// Whether the text is an HTML page.
    pub fn is_html(&self) -> bool {
        self.0.html
    }

    /// Whether the text ends too early.
    pub fn is_truncated(&self) -> bool {
        self.0.eof
    }
}

/// `$.price: line 1, column 15: expected a decimal, found "abc", near `{"id":1,"price":"…"``
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let Inner {
            path,
            line,
            column,
            message,
            ..
        } = inner;
        write!(f, "{path}: line {line}, column {column}: {message}")?;
        if !inner.excerpt.is_empty() {
            write!(f, ", near `{}`", inner.excerpt)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "json::Error({self})")
    }
}

impl std::error::Error for Error {}

/// Whether a body is a page for people.
pub(crate) fn looks_like_html(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let mut start = text
        .get(..text.len().min(256))
        .unwrap_or(text)
        .to_ascii_lowercase();
    // A page may begin with a comment or an XML declaration.
    while start.starts_with(b"<!--") || start.starts_with(b"<?xml") {
        match start.iter().position(|byte| *byte == b'>') {
            Some(end) => {
                start = start
                    .get(end + 1..)
                    .unwrap_or_default()
                    .trim_ascii_start()
                    .to_vec();
            }
            None => break,
        }
    }
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

/// The beginning of a text on one line, with an ellipsis where it is cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut out: String = characters
        .by_ref()
        .take(most)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if characters.next().is_some() {
        out.push('…');
    }
    out
}
