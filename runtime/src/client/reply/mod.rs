//! A reply that has been read, and what becomes of it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use super::request::{cut, pieces};
use super::{Dropped, Operation};
use crate::Error;
use crate::codec::{begins_with, looks_like_html};
use crate::failure;

mod decode;
mod reasons;

pub(crate) use reasons::check_body;
#[cfg(feature = "xml")]
pub(crate) use reasons::reports_success;

/// A wrapping in which an API answers, from `x-envelope`.
pub trait Envelope {
    /// What the caller gets.
    type Content;
    /// Takes the content out. `None`: a success that came without its content.
    fn content(self) -> Option<Self::Content>;
}

/// A whole reply.
pub struct Reply {
    pub(crate) operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// The body as decoders read it, where it came in UTF-16 or behind warnings of PHP.
    content: Option<Bytes>,
    /// What the decoders left out.
    dropped: Mutex<Vec<Dropped>>,
}

/// Cheap but for the headers: copies share the body.
impl Clone for Reply {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.clone(),
            content: self.content.clone(),
            dropped: Mutex::new(self.dropped()),
        }
    }
}

/// Headers and body may hold secrets.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("operation", &self.operation)
            .field("status", &self.status().as_u16())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What a body looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    Empty,
    Html,
    Xml,
    Other,
}

impl Reply {
    pub(super) fn new(
        operation: &'static Operation,
        (status, headers): (StatusCode, HeaderMap),
        body: Bytes,
    ) -> Self {
        let mut reply = Self {
            operation,
            status,
            headers,
            body,
            content: None,
            dropped: Mutex::default(),
        };
        reply.normalize();
        reply
    }

    /// A reply of which only the body is known.
    pub(crate) fn of_body(operation: &'static Operation, status: u16, body: &[u8]) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let body = Bytes::copy_from_slice(body);
        Self::new(operation, (status, HeaderMap::new()), body)
    }

    /// The beginning of a reply that was to be read item by item.
    pub(super) fn of_beginning(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
        beginning: Bytes,
    ) -> Self {
        let mut headers = headers;
        // It has been decoded.
        headers.remove(CONTENT_ENCODING);
        Self::new(operation, (status, headers), beginning)
    }

    /// The failure that the body reports, or the error about it, with the body and the reason that it may hold.
    pub(super) fn instead_of(&self, error: Error) -> Error {
        if let Err(failure) = self.check() {
            return failure;
        }
        let text = self.text_of_content();
        let is_list = match error.body_path().unwrap_or("$") {
            path if path.starts_with('$') => text
                .as_deref()
                .is_some_and(|text| text.trim_start().starts_with('[')),
            path => path.matches('/').count() > 1,
        };
        let error = error.with_body(self.error_body());
        match is_list {
            true => error,
            false if self.looks() == BodyKind::Html => {
                match text.and_then(|t| failure::title(&t)) {
                    Some(title) => error.adding(&failure::Line(&title)),
                    None => error,
                }
            }
            false => self.with_reason(error),
        }
    }

    /// What an earlier attempt was not heard to answer: it deleted what the later one did not find any more.
    pub(super) fn deleted_before(operation: &'static Operation) -> Self {
        let head = (StatusCode::NO_CONTENT, HeaderMap::new());
        Self::new(operation, head, Bytes::new())
    }

    /// Makes JSON in UTF-16 readable, and what PHP has printed warnings in front of.
    fn normalize(&mut self) {
        let start = self.body.trim_ascii_start();
        // Buffers of a fixed size are sent with their rest. UTF-16 has such bytes too.
        if self.body.last() == Some(&0)
            && matches!(start.first(), Some(b'{' | b'[' | b'<'))
            && start.get(1) != Some(&0)
        {
            let end = self.body.iter().rposition(|byte| *byte != 0);
            self.content = Some(self.body.slice(..end.map_or(0, |end| end + 1)));
            return;
        }
        // The usual case: JSON or XML begins at once. XML's decoder knows charsets itself; a warning of PHP begins with `<b`.
        match start {
            [b'<', 0 | b'b', ..] | [_, 0, ..] => {}
            [b'<', ..] if start.len() == self.body.len() => return,
            [] | [b'{' | b'[', ..] if self.is_utf8() => return,
            _ => {}
        }
        if let Some(text) = failure::utf16(&self.body) {
            // XML in UTF-16 may say so itself, and its decoder knows it.
            if !text.trim_start().starts_with('<') {
                self.content = Some(text.into_bytes().into());
            }
            return;
        }
        let Ok(text) = std::str::from_utf8(&self.body) else {
            // JSON in the charset that the transport names; XML's decoder knows charsets itself.
            let charset = charset(self.headers()).filter(|_| start.first() != Some(&b'<'));
            let text = charset.and_then(|charset| failure::to_text(&self.body, Some(charset)));
            self.content = text.map(|text| text.into_owned().into_bytes().into());
            return;
        };
        let whole = text;
        let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        if let Some(at) = failure::script_guard(text) {
            let skipped = self.body.len() - text.len() + at;
            self.content = Some(self.body.slice(skipped..));
        } else if let Some(at) = failure::php_warning(text) {
            let (warning, _) = text.split_at(at);
            let reason = format!("text in front of the body: {}", failure::Line(warning));
            self.note(vec![Dropped::beside(reason)]);
            let skipped = self.body.len() - text.len() + at;
            self.content = Some(self.body.slice(skipped..));
        } else if text.len() < whole.len() && text.starts_with(['<', '{', '[', '"']) {
            // White space before an XML declaration, which XML does not allow, and byte-order marks in any number.
            self.content = Some(self.body.slice(whole.len() - text.len()..));
        }
    }

    /// Whether the transport names UTF-8, or no charset.
    fn is_utf8(&self) -> bool {
        charset(self.headers()).is_none_or(|name| name.eq_ignore_ascii_case("utf-8"))
    }

    /// What the decoders read.
    pub(super) fn content(&self) -> &Bytes {
        self.content.as_ref().unwrap_or(&self.body)
    }

    /// Values that decoding left out, so far.
    pub(crate) fn dropped(&self) -> Vec<Dropped> {
        self.dropped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes what was left out.
    pub(super) fn note(&self, dropped: Vec<Dropped>) {
        self.dropped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(dropped);
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(super) fn into_headers(self) -> HeaderMap {
        self.headers
    }

    /// Returns the body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    fn text_of_content(&self) -> Option<std::borrow::Cow<'_, str>> {
        failure::to_text(self.content(), charset(self.headers()))
    }

    /// The body, where it is a text of words: neither JSON, nor the beginning of some.
    pub(super) fn plain_text(&self) -> Option<String> {
        let first = self.content().trim_ascii_start().first();
        // Read on every call: the usual body is known by its first byte.
        if first.is_some_and(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) {
            return None;
        }
        let text = self.text_of_content()?;
        let text = text.trim_start_matches('\u{feff}').trim();
        let word = text.split(|c: char| !c.is_alphabetic()).next()?;
        let is_json = word.is_empty()
            || ["null", "true", "false"]
                .iter()
                .any(|known| known.starts_with(word));
        (!is_json).then(|| text.to_owned())
    }

    /// By the body's own look: servers of this field send JSON as `text/html` and HTML as `application/json`.
    pub(super) fn looks(&self) -> BodyKind {
        let body = self
            .content()
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.content())
            .trim_ascii_start();
        match body.first() {
            None => BodyKind::Empty,
            Some(b'<') if looks_like_html(body) => BodyKind::Html,
            Some(b'<') if failure::is_html_fragment(body) && self.says("text/html") => {
                BodyKind::Html
            }
            Some(b'<') => BodyKind::Xml,
            // XML in UTF-16: JSON in it has been read already.
            Some(0xFE | 0xFF) => BodyKind::Xml,
            Some(_)
                if !matches!(body.first(), Some(b'{' | b'[' | b'"'))
                    && self.says("text/html")
                    && body.contains(&b'<') =>
            {
                BodyKind::Html
            }
            Some(_) => BodyKind::Other,
        }
    }

    /// Whether the server calls the body this.
    fn says(&self, media_type: &str) -> bool {
        let value = self
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        value.is_some_and(|value| begins_with(value.trim_start().as_bytes(), media_type))
    }
}

/// The charset that `Content-Type` names.
pub(super) fn charset(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    pieces(value, b';').skip(1).find_map(|parameter| {
        let (name, value) = cut(parameter, b'=')?;
        let is_charset = name.trim_ascii().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim_ascii().trim_matches('"'))
    })
}
