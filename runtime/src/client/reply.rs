//! A reply that has been read, and what becomes of it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use progenitor_client::{ByteStream, ResponseValue};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::{Format, Operation};
use crate::json::{self, FromJson};
use crate::{Error, ErrorKind, Failure};

/// A wrapping in which an API answers, from `x-envelope`.
pub trait Envelope {
    /// What the caller gets.
    type Content;
    /// Takes the content out, or says what failed. `None`: a success that came without its content.
    ///
    /// # Errors
    /// Where the envelope tells of a failure.
    fn open(self) -> Result<Option<Self::Content>, Failure>;
}

/// A body that explains a failure, from `x-error`.
pub trait ApiError {
    /// The failure that it tells of.
    fn failure(self) -> Failure;
}

/// A whole reply.
pub struct Reply {
    pub(crate) operation: &'static Operation,
    /// Status and headers; its stream is used up.
    pub(crate) value: ResponseValue<ByteStream>,
    pub(crate) body: Bytes,
}

/// Cheap but for the headers: copies share the body.
impl Clone for Reply {
    fn clone(&self) -> Self {
        // The stream is used up: a copy has another that gives nothing.
        let stream = ByteStream::new(Box::pin(NoMore));
        Self {
            operation: self.operation,
            value: ResponseValue::new(stream, self.status(), self.headers().clone()),
            body: self.body.clone(),
        }
    }
}

/// A stream that has ended.
struct NoMore;

impl Stream for NoMore {
    type Item = reqwest::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
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
pub(super) enum Looks {
    Empty,
    Html,
    Xml,
    Other,
}

impl Reply {
    /// What an earlier attempt was not heard to answer: it deleted what the later one did not find any more.
    pub(super) fn deleted_before(operation: &'static Operation) -> Self {
        let stream = ByteStream::new(Box::pin(NoMore));
        Self {
            operation,
            value: ResponseValue::new(stream, StatusCode::NO_CONTENT, HeaderMap::new()),
            body: Bytes::new(),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.value.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.value.headers()
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Decodes a JSON body.
    ///
    /// # Errors
    /// Where the body is empty, an HTML page, XML, or not as documented.
    pub fn decode<T: FromJson>(&self) -> Result<T, Error> {
        self.expect_json()?;
        json::decode(&self.body).map_err(|error| self.json_error(&error))
    }

    /// Decodes a JSON body that may be an unquoted string.
    ///
    /// # Errors
    /// As [`Reply::decode`].
    pub fn decode_bare_string<T: FromJson>(&self) -> Result<T, Error> {
        self.expect_json()?;
        json::decode_bare_string(&self.body).map_err(|error| self.json_error(&error))
    }

    /// Decodes a JSON envelope and takes its content out.
    ///
    /// # Errors
    /// As [`Reply::decode`], and where the envelope tells of a failure.
    pub fn open<T: FromJson + Envelope>(&self) -> Result<T::Content, Error> {
        self.required(self.opened(self.decode::<T>()?.open())?)
    }

    /// As [`Reply::open`] for an envelope whose content may be missing: so it may be from an empty body too.
    ///
    /// # Errors
    /// As [`Reply::open`].
    pub fn open_optional<T: FromJson + Envelope>(&self) -> Result<Option<T::Content>, Error> {
        match self.looks() {
            Looks::Empty => Ok(None),
            _ => self.opened(self.decode::<T>()?.open()),
        }
    }

    /// For a reply without a content: an empty body is success, and a body is a JSON envelope that may tell of a
    /// failure.
    ///
    /// # Errors
    /// Where the envelope tells of a failure, or the body is an HTML page or not as documented.
    pub fn acknowledge<T: FromJson + Envelope>(&self) -> Result<(), Error> {
        self.open_optional::<T>().map(drop)
    }

    /// For a reply without a content: whatever body there is does not matter, unless it is an HTML page.
    ///
    /// # Errors
    /// Where the body is an HTML page: a maintenance page says nothing about the request.
    pub fn unit(&self) -> Result<(), Error> {
        match self.looks() {
            Looks::Html => Err(self.html()),
            _ => Ok(()),
        }
    }

    /// The body as text.
    ///
    /// # Errors
    /// Where the body is an HTML page or no UTF-8.
    pub fn text(&self) -> Result<String, Error> {
        self.unit()?;
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()),
            Err(_) => Err(self.error(ErrorKind::Decode, "expected text in UTF-8")),
        }
    }

    /// For [`Operation::failure`]: the failure that a JSON body of this type tells of.
    pub fn failure<T: FromJson + ApiError>(&self) -> Option<Failure> {
        json::decode::<T>(&self.body).ok().map(ApiError::failure)
    }

    /// For [`Operation::failure`]: the failure that a JSON envelope of this type tells of.
    pub fn envelope_failure<T: FromJson + Envelope>(&self) -> Option<Failure> {
        json::decode::<T>(&self.body).ok()?.open().err()
    }

    /// The content that a success must have.
    pub(super) fn required<T>(&self, content: Option<T>) -> Result<T, Error> {
        content.ok_or_else(|| {
            self.error(
                ErrorKind::Empty,
                "the server reports success, but sent no content: the request was carried out, so look before you repeat it",
            )
        })
    }

    pub(crate) fn opened<T>(&self, content: Result<T, Failure>) -> Result<T, Error> {
        content.map_err(|failure| {
            Error::from_failure(self.operation, ErrorKind::Failure, failure)
                .with_status(self.status())
        })
    }

    fn expect_json(&self) -> Result<(), Error> {
        match self.looks() {
            Looks::Other => Ok(()),
            Looks::Empty => Err(self.error(ErrorKind::Empty, "expected JSON, found an empty body")),
            Looks::Html => Err(self.html()),
            Looks::Xml => Err(self.wrong_format(Format::Json, "XML")),
        }
    }

    pub(super) fn wrong_format(&self, expected: Format, found: &str) -> Error {
        self.error(
            ErrorKind::Format,
            format!("expected {expected}, found {found}"),
        )
    }

    pub(super) fn html(&self) -> Error {
        let format = self
            .operation
            .response
            .choose(Format::Json)
            .map_or("no HTML".to_owned(), |f| f.to_string());
        self.error(
            ErrorKind::Html,
            format!("expected {format}, found an HTML page (a maintenance page?)"),
        )
    }

    fn json_error(&self, error: &json::Error) -> Error {
        let kind = match error {
            error if error.is_html() => ErrorKind::Html,
            error if error.is_truncated() => ErrorKind::Truncated,
            _ => ErrorKind::Decode,
        };
        self.error(kind, format!("in the reply: {error}"))
            .with_body_path(error.path())
    }

    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(self.operation, kind, text).with_status(self.status())
    }

    /// By the body's own look: servers of this field send JSON as `text/html` and HTML as `application/json`.
    pub(super) fn looks(&self) -> Looks {
        let body = self
            .body
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&self.body)
            .trim_ascii_start();
        match body.first() {
            None => Looks::Empty,
            Some(b'<') if json::looks_like_html(body) => Looks::Html,
            Some(b'<') => Looks::Xml,
            // UTF-16, which JSON never is.
            Some(0xFE | 0xFF) => Looks::Xml,
            Some(_)
                if !matches!(body.first(), Some(b'{' | b'[' | b'"'))
                    && self.says_html()
                    && body.contains(&b'<') =>
            {
                Looks::Html
            }
            Some(_) => Looks::Other,
        }
    }

    fn says_html(&self) -> bool {
        let value = self
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        value.is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
    }
}
