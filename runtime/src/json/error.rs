//! What is wrong with a JSON text, and where.

use std::fmt;

use super::locate;

/// Why a JSON text could not be read.
///
/// Strings of the text are shown shortened, and not at all where a key's name says that its value is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    path: String,
    line: usize,
    column: usize,
    message: String,
    excerpt: String,
    html: bool,
    eof: bool,
}

impl Error {
    pub(super) fn new(text: &[u8], error: &serde_json::Error) -> Self {
        let html = looks_like_html(text);
        let said = message(error);
        let of_last_child = (said.starts_with("invalid type: ")
            || said.starts_with("invalid value: "))
            && !said.starts_with("invalid type: map")
            && !said.starts_with("invalid type: sequence");
        let place = locate::locate(text, error.line(), error.column(), of_last_child);
        let message = if html {
            "expected JSON, found an HTML page (a maintenance page?)".to_owned()
        } else if text.trim_ascii().is_empty() {
            "expected JSON, found an empty body".to_owned()
        } else if place.secret {
            "the value of a secret field is not of the expected type".to_owned()
        } else {
            said
        };
        Self(Box::new(Inner {
            path: place.path,
            line: error.line(),
            column: error.column(),
            message,
            excerpt: if html { String::new() } else { place.excerpt },
            html,
            eof: error.is_eof(),
        }))
    }

    pub(super) fn unwritable(error: &serde_json::Error) -> Self {
        Self(Box::new(Inner {
            path: "$".to_owned(),
            line: 0,
            column: 0,
            message: message(error),
            excerpt: String::new(),
            html: false,
            eof: false,
        }))
    }

    /// Where in the value, `$.content[3].price`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The line, from 1; 0 where no text was read.
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

    /// The text before the place, strings elided.
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

/// `$.price: line 1, column 15: expected …, near `{"id":1,"price":"…"``
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{}: ", inner.path)?;
        if inner.line > 0 {
            write!(f, "line {}, column {}: ", inner.line, inner.column)?;
        }
        f.write_str(&inner.message)?;
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

/// serde_json's message without its position, and with long strings cut.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    shorten_quoted(text.strip_suffix(&position).unwrap_or(&text))
}

/// Cuts each `"…"` of a message to 20 characters, and the whole to 300; control characters become spaces, so that a
/// message stays on one line.
fn shorten_quoted(message: &str) -> String {
    let mut out = String::with_capacity(message.len().min(320));
    let mut quoted: Option<usize> = None;
    let mut escaped = false;
    let mut count = 0;
    for c in message.chars() {
        let c = if c.is_control() { ' ' } else { c };
        match (&mut quoted, c) {
            (None, '"') => quoted = Some(0),
            (Some(_), '"') if !escaped => quoted = None,
            (Some(length), _) => {
                *length += 1;
                escaped = c == '\\' && !escaped;
                if *length == 21 {
                    out.push('…');
                }
                if *length > 20 {
                    continue;
                }
            }
            (None, _) => {}
        }
        if count == 300 {
            out.push('…');
            break;
        }
        count += 1;
        out.push(c);
    }
    out
}
