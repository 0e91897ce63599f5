//! The words of messages: both codecs call the same thing the same.

use std::fmt::{self, Write as _};

pub(crate) const I32: &str = "a 32-bit integer";
pub(crate) const I64: &str = "a 64-bit integer";
pub(crate) const U32: &str = "a 32-bit integer from 0";
pub(crate) const U64: &str = "a 64-bit integer from 0";
#[cfg(feature = "xml")]
pub(crate) const NUMBER: &str = "a number";
pub(crate) const NOT_TOO_LARGE: &str = "a number that is not too large";
pub(crate) const BOOLEAN: &str = "true or false";
pub(crate) const DATE: &str = "a date like 2017-10-10";
pub(crate) const DATE_TIME: &str = "a time like 2017-10-10T12:30:00+03:00";
pub(crate) const RAILS_TIME: &str = "a time like 2009-06-04 14:22:34 +0400";
pub(crate) const DATE_OPTIONAL_TIME: &str = "a date like 2017-10-10 or 2017-10-10T12:30";
pub(crate) const BASE64: &str = "Base64";
pub(crate) const UUID: &str = "a UUID like 123e4567-e89b-12d3-a456-426614174000";

/// Where a text ends too early.
pub(crate) const END: &str = "the end of the input";
pub(crate) const MORE: &str = "more";
pub(crate) const HTML: &str = "an HTML page (possibly a maintenance page)";
pub(crate) const EMPTY: &str = "an empty body";
pub(crate) const FALSE: &str = "false";

pub(super) const SECRET: &str = "the value of a secret field is not of the expected type";
pub(super) const SECRET_CHARACTER: &str =
    "the value of a secret field has a character that XML cannot carry";

/// What a text should have been that is not a decimal.
pub(crate) fn decimal(text: &str) -> &'static str {
    match is_number(text) {
        true => "a decimal of at most 28 digits",
        false => "a decimal",
    }
}

/// What a text should have been that is not a finite number.
#[cfg(feature = "xml")]
pub(crate) fn number(text: &str) -> &'static str {
    match is_number(text) {
        true => NOT_TOO_LARGE,
        false => NUMBER,
    }
}

/// Whether a text is a number, of any size. Rust reads `inf` and `nan` too.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// What was found in place of what was expected.
pub(crate) enum Found {
    /// The text ends.
    End,
    /// A string, unescaped.
    String(String),
    /// A number or the like, as written.
    Text(String),
    /// A character that begins no value.
    Character(char),
    /// Something else, described.
    Other(&'static str),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str(END),
            Self::String(text) => f.write_str(&quoted(text)),
            Self::Text(text) => f.write_str(&cut(text, SHOWN)),
            Self::Character(character) => write!(f, "{character:?}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// How many characters of a value are shown, and of a name or markup.
const SHOWN: usize = 20;
const SHOWN_NAME: usize = 40;

/// A text in quotes, shortened, control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(SHOWN + 8);
    out.push('"');
    let mut chars = text.chars();
    for c in chars.by_ref().take(SHOWN) {
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

/// A text as written, shortened.
pub(crate) fn excerpt(text: &str) -> String {
    cut(text, SHOWN_NAME)
}

/// The beginning of a text on one line, with an ellipsis where it is cut.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut out: String = (chars.by_ref().take(most))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}
