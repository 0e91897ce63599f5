//! A reply that has been read, and what becomes of it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use super::{Dropped, Format, Operation};
use crate::codec::{Omitted, looks_like_html};
use crate::error::ErrorBody;
use crate::failure::{self, FailureShape};
use crate::json::{self, FromJson};
use crate::{CodecError, Error, ErrorKind, Failure};

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
pub(super) enum Looks {
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
        // The usual case: JSON or XML begins at once.
        let is_utf8 = charset(self.headers()).is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
        if matches!(start.first(), None | Some(b'{' | b'[')) && start.get(1) != Some(&0) && is_utf8
        {
            return;
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
            self.note(vec![Dropped {
                path: String::new(),
                reason: format!("text in front of the body: {}", failure::Line(warning)),
            }]);
            let skipped = self.body.len() - text.len() + at;
            self.content = Some(self.body.slice(skipped..));
        } else if text.len() < whole.len() && text.starts_with(['<', '{', '[', '"']) {
            // White space before an XML declaration, which XML does not allow, and byte-order marks in any number.
            self.content = Some(self.body.slice(whole.len() - text.len()..));
        }
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

    /// Returns the body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Decodes a JSON body. Optional properties with unexpected values are absent.
    ///
    /// # Errors
    /// Where the body is empty, an HTML page, XML, or not as documented.
    pub fn decode<T: FromJson>(&self) -> Result<T, Error> {
        let mut value = None;
        self.read_json(&mut |reader| {
            value = Some(T::from_json(reader)?);
            Ok(())
        })?;
        value.ok_or_else(|| self.undecodable(&json::not_read()))
    }

    /// Compiled once, whatever the value is.
    fn read_json(
        &self,
        read: &mut dyn FnMut(&mut json::Reader<'_>) -> Result<(), CodecError>,
    ) -> Result<(), Error> {
        self.expect_json()?;
        let omitted = self.read_content(read);
        self.note(omitted.map_err(|error| self.undecodable(&error))?);
        Ok(())
    }

    /// Reads JSON, from the API's wrapping where it came in that and is documented without.
    fn read_content(
        &self,
        read: &mut dyn FnMut(&mut json::Reader<'_>) -> Result<(), CodecError>,
    ) -> Result<Vec<Dropped>, CodecError> {
        let omitted = match json::read_lenient(self.content(), read) {
            Err(error) if is_of_another_shape(&error) => match self.read_wrapped(read) {
                Some(read) => read,
                None => Err(error),
            },
            read => read,
        };
        Ok(Dropped::all(&omitted?))
    }

    /// Reads the content of the API's wrapping; `None` where the body is no wrapping that reports success.
    #[cold]
    fn read_wrapped(
        &self,
        read: &mut dyn FnMut(&mut json::Reader<'_>) -> Result<(), CodecError>,
    ) -> Option<Result<Omitted, CodecError>> {
        let names = self.operation.api.failure.as_ref()?.content;
        if names.is_empty() || !self.reports_success() {
            return None;
        }
        let mut found = false;
        let omitted = json::read_lenient(self.content(), &mut |reader| {
            reader.entries(&mut |reader, name| {
                let is_content = names.iter().any(|known| json::same_name(known, &name));
                if found || !is_content {
                    return reader.skip().map(drop);
                }
                found = true;
                read(reader)
            })
        });
        found.then_some(omitted)
    }

    /// The text that the API's wrapping holds, where it holds one.
    fn wrapped_text(&self) -> Option<String> {
        let mut text = None;
        self.read_wrapped(&mut |reader| {
            text = Some(reader.string()?.into_owned());
            Ok(())
        })?
        .ok()?;
        text
    }

    pub(super) fn lenient<T>(&self, decoded: Result<(T, Omitted), CodecError>) -> Result<T, Error> {
        let (value, omitted) = decoded.map_err(|error| self.undecodable(&error))?;
        self.note(Dropped::all(&omitted));
        Ok(value)
    }

    /// Decodes a JSON body that may be an unquoted string. A string, quoted or not, must look like an identifier.
    ///
    /// # Errors
    /// As [`Reply::decode`].
    pub fn decode_bare_string<T: FromJson>(&self) -> Result<T, Error> {
        if self.looks() != Looks::Other {
            self.expect_json()?;
        }
        match self.bare_string() {
            Some(Ok(text)) => self.lenient(json::decode_lenient(&json::encode(&*text))),
            Some(Err(text)) => {
                let text = format!("in the reply: {text}");
                Err(self.error(ErrorKind::Decode, text).with_body_path("$"))
            }
            None => self.decode(),
        }
    }

    /// The text that is the whole content, or what is wrong with it; `None` where the content is something else.
    fn bare_string(&self) -> Option<Result<String, String>> {
        let text = match json::bare_string(self.content()) {
            Some(text) => text.into_owned(),
            None => self.wrapped_text()?,
        };
        let bare = self.operation.bare;
        Some(match bare.fits(&text) {
            true => Ok(text),
            false => {
                let found = failure::Line(&text);
                Err(format!("expected {}, found \"{found}\"", bare.expected()))
            }
        })
    }

    /// Decodes a JSON envelope and takes its content out.
    ///
    /// # Errors
    /// As [`Reply::decode`], and where the content is missing.
    pub fn open<T: FromJson + Envelope>(&self) -> Result<T::Content, Error> {
        self.required(self.decode::<T>()?.content())
    }

    /// As [`Reply::open`] for an envelope whose content may be missing: so it may be from an empty body too.
    ///
    /// # Errors
    /// As [`Reply::decode`].
    pub fn open_optional<T: FromJson + Envelope>(&self) -> Result<Option<T::Content>, Error> {
        match self.looks() {
            Looks::Empty => Ok(None),
            _ => Ok(self.decode::<T>()?.content()),
        }
    }

    /// For a reply without a content: a body does not matter, unless it is an HTML page, names an error, or is plain text
    /// where the API reports failures in bodies.
    ///
    /// # Errors
    /// Where the body is such a page or text, which says nothing about the request, or says that it failed.
    pub fn unit(&self) -> Result<(), Error> {
        match self.looks() {
            Looks::Html => Err(self.html()),
            Looks::Xml | Looks::Other if self.names_an_error() => {
                let error = self
                    .error(ErrorKind::Failure, "")
                    .with_body(self.error_body());
                Err(self.with_reason(error))
            }
            Looks::Other if self.is_odd_text() => {
                let found = self.text_of_content().unwrap_or_default();
                let text = format!("expected no body, found \"{}\"", failure::Line(&found));
                Err(self.error(ErrorKind::Format, text))
            }
            _ => Ok(()),
        }
    }

    /// Whether the body has an error at its top.
    fn names_an_error(&self) -> bool {
        let text = self.text_of_content();
        text.is_some_and(|text| {
            failure::names_an_error(&text) || failure::reports_inside(&text, &self.shapes())
        })
    }

    /// Whether the body is text that neither is JSON nor reports success, of an API whose bodies say which it is.
    fn is_odd_text(&self) -> bool {
        let shapes = self.shapes();
        let Some(text) = self
            .text_of_content()
            .filter(|_| shapes.iter().any(|s| s.tells()))
        else {
            return false;
        };
        let text = text.trim();
        let is_word = |text: &str| text.len() <= 16 && !text.contains(char::is_whitespace);
        let is_json = text.starts_with(['{', '[', '"']) || text.parse::<f64>().is_ok();
        !is_json && !is_word(text)
    }

    /// Returns the body as it came. For generated code.
    ///
    /// # Errors
    /// Never: a `Result`, as the forms that can fail have one.
    pub fn bytes(&self) -> Result<Bytes, Error> {
        Ok(self.body.clone())
    }

    /// Returns what `read` makes of the body, where there is one. For generated code.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn optional<T>(&self, read: fn(&Self) -> Result<T, Error>) -> Result<Option<T>, Error> {
        match self.content().trim_ascii().is_empty() {
            true => Ok(None),
            false => read(self).map(Some),
        }
    }

    /// Returns the body as text.
    ///
    /// # Errors
    /// Where the body is an HTML page or no UTF-8.
    pub fn text(&self) -> Result<String, Error> {
        if self.looks() == Looks::Html {
            return Err(self.html());
        }
        match std::str::from_utf8(self.content()) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()),
            Err(_) => Err(self.error(ErrorKind::Decode, "expected text in UTF-8")),
        }
    }

    /// Fails where the body reports a failure, whatever the operation returns.
    ///
    /// # Errors
    /// Where the body reports a failure.
    pub(super) fn check(&self) -> Result<(), Error> {
        let shapes = self.shapes();
        if !shapes.iter().any(|shape| shape.tells()) {
            return Ok(());
        }
        let Some(text) = self.text_of_content() else {
            return Ok(());
        };
        match reported_failure(&text, &shapes) {
            Some(failure) => Err(self
                .error(ErrorKind::Failure, "")
                .with_failure(self.operation, failure)
                .with_body(self.error_body())),
            None => Ok(()),
        }
    }

    /// The error for a status that is not a success, with what the body says about it, or else the headers, or else the
    /// status line.
    pub(super) fn refusal(&self, status_line: Option<&[u8]>) -> Error {
        let text = match self.status() {
            StatusCode::NOT_MODIFIED => {
                "the server reports that nothing has changed, but the request had no condition"
            }
            _ => "",
        };
        let error = self
            .error(ErrorKind::Status, text)
            .with_body(self.error_body());
        let error = self.with_reason(error);
        let looks = self.looks();
        if error.failure().is_some() || !matches!(looks, Looks::Empty | Looks::Html) {
            return error;
        }
        let said = || status_line.filter(|_| looks == Looks::Empty);
        let reason = Failure::of_challenge(&self.headers)
            .or_else(|| Failure::of_status_line(self.status, said()?));
        match reason {
            Some(reason) => error.with_failure(self.operation, reason),
            None => error,
        }
    }

    /// Adds the body to an error about it, and the reason that it may hold.
    pub(crate) fn explain(&self, error: Error) -> Error {
        if error.body().is_some() || error.status().is_none() {
            return error;
        }
        let error = error.with_body(self.error_body());
        if error.failure().is_some()
            || !matches!(error.kind(), ErrorKind::Decode | ErrorKind::Format)
        {
            return error;
        }
        // Documented replies have texts too: where the body is what was asked for but for a part of it, only what is called an
        // error explains it.
        let is_whole = match error.body_path() {
            None | Some("$") => true,
            // Another root element.
            Some(path) => path.starts_with('/') && path.matches('/').count() == 1,
        };
        let text = self.text_of_content();
        // Nor is it what was asked for where it lacks the status that replies have.
        let is_whole = is_whole || text.as_deref().is_some_and(|text| self.lacks_status(text));
        let explains = |text: &str| match is_whole {
            true => failure::explains_itself(text),
            false => failure::names_an_error(text),
        };
        match text.as_deref().is_some_and(explains) {
            true => self.with_reason(error),
            false => error,
        }
    }

    /// Whether replies say how the request went, and this one does not.
    fn lacks_status(&self, text: &str) -> bool {
        let shapes = self.shapes();
        let mut telling = shapes.iter().filter(|shape| shape.tells()).peekable();
        telling.peek().is_some() && telling.all(|shape| failure::reported(text, shape).is_none())
    }

    fn with_reason(&self, error: Error) -> Error {
        let text = self.text_of_content();
        match text.and_then(|text| Failure::read(&text, &self.shapes())) {
            Some(failure) => error.with_failure(self.operation, failure),
            None => error,
        }
    }

    /// Whether the body's status reports success.
    pub(super) fn reports_success(&self) -> bool {
        reports_success(self.operation, self.content())
    }

    fn shapes(&self) -> Vec<&'static FailureShape> {
        shapes(self.operation, self.status().as_u16())
    }

    fn text_of_content(&self) -> Option<std::borrow::Cow<'_, str>> {
        failure::to_text(self.content(), charset(self.headers()))
    }

    fn error_body(&self) -> ErrorBody {
        let body = self.content();
        let cut = body.slice(..body.len().min(ERROR_BODY));
        let (text, is_text) = match failure::to_text(&cut, charset(self.headers())) {
            // A character may have been cut in two.
            Some(text) if cut.len() < body.len() => {
                let text = failure::start(&text, ERROR_BODY);
                (
                    text.trim_end_matches(char::REPLACEMENT_CHARACTER)
                        .to_owned(),
                    true,
                )
            }
            Some(text) => (text.into_owned(), true),
            None => (self.not_text(), false),
        };
        ErrorBody {
            text,
            is_text,
            headers: self.headers.clone(),
            #[cfg(feature = "xml")]
            roots: self.failure_roots(),
            #[cfg(feature = "xml")]
            dialect: self.operation.api.dialect,
        }
    }

    /// What a body is that is not text.
    fn not_text(&self) -> String {
        let header = |name| {
            let value = self.headers().get(name)?.to_str().ok()?;
            Some(failure::Line(value).to_string())
        };
        let mut text = format!("a body of {} bytes that is not text", self.body.len());
        if let Some(encoding) = header(CONTENT_ENCODING) {
            text.push_str(&format!(", Content-Encoding {encoding}"));
        } else if let Some(media_type) = header(CONTENT_TYPE) {
            text.push_str(&format!(", {media_type}"));
        }
        text
    }

    /// The content that a success must have.
    pub(super) fn required<T>(&self, content: Option<T>) -> Result<T, Error> {
        content.ok_or_else(|| {
            self.error(
                ErrorKind::Empty,
                "the server reports success but sent no content; the request was carried out, so check its effect before repeating it",
            )
        })
    }

    /// Fails where the body is compressed and no header says so.
    pub(super) fn expect_text(&self) -> Result<(), Error> {
        match self.content().starts_with(&[0x1F, 0x8B, 8]) {
            true => Err(self.error(
                ErrorKind::Format,
                "the body is compressed (gzip), and no Content-Encoding says so",
            )),
            false => Ok(()),
        }
    }

    fn expect_json(&self) -> Result<(), Error> {
        self.expect_text()?;
        match self.looks() {
            Looks::Other => match self.plain_text() {
                Some(text) => {
                    let found = format!("text: {}", failure::Line(&text));
                    Err(self.wrong_format(Format::Json, &found))
                }
                None => Ok(()),
            },
            Looks::Empty => Err(self.error(ErrorKind::Empty, "expected JSON, found an empty body")),
            Looks::Html => Err(self.html()),
            Looks::Xml => Err(self.wrong_format(Format::Json, "XML")),
        }
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
            .map_or("a reply that is not HTML".to_owned(), |f| f.to_string());
        let title = self
            .text_of_content()
            .and_then(|text| failure::title(&text))
            .map_or(String::new(), |title| {
                format!(": {}", failure::Line(&title))
            });
        self.error(
            ErrorKind::Html,
            format!("expected {format}, found an HTML page (possibly a maintenance page){title}"),
        )
    }

    pub(crate) fn undecodable(&self, error: &CodecError) -> Error {
        Error::of_reply(self.operation, error).with_status(self.status())
    }

    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(self.operation, kind, text).with_status(self.status())
    }

    /// By the body's own look: servers of this field send JSON as `text/html` and HTML as `application/json`.
    pub(super) fn looks(&self) -> Looks {
        let body = self
            .content()
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.content())
            .trim_ascii_start();
        match body.first() {
            None => Looks::Empty,
            Some(b'<') if looks_like_html(body) => Looks::Html,
            Some(b'<') if self.says_html() && failure::is_html_fragment(body) => Looks::Html,
            Some(b'<') => Looks::Xml,
            // XML in UTF-16: JSON in it has been read already.
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

/// Whether a body has none of what is documented for its top.
fn is_of_another_shape(error: &CodecError) -> bool {
    use crate::CodecErrorKind::{Missing, Value};
    error.path() == "$" && matches!(error.kind(), Missing | Value)
}

/// How much of a body an error keeps.
const ERROR_BODY: usize = 64 << 10;

/// Fails where the body of a success reports a failure.
pub(crate) fn check_body(operation: &'static Operation, bytes: &[u8]) -> Result<(), Error> {
    let shapes = shapes(operation, StatusCode::OK.as_u16());
    match failure::to_text(bytes, None).and_then(|text| reported_failure(&text, &shapes)) {
        Some(failure) => {
            let error = Error::new(operation, ErrorKind::Failure, "");
            Err(error.with_failure(operation, failure))
        }
        None => Ok(()),
    }
}

/// Whether the status in the body of a success reports one.
pub(crate) fn reports_success(operation: &'static Operation, bytes: &[u8]) -> bool {
    let text = failure::to_text(bytes, None).unwrap_or_default();
    let says_so = |shape: &&FailureShape| {
        failure::reported(&text, shape).is_some_and(|value| shape.is_success(&value))
    };
    shapes(operation, StatusCode::OK.as_u16())
        .iter()
        .any(says_so)
}

/// How the replies of an operation may report a failure: the API's way first, then what is documented for the status.
fn shapes(operation: &'static Operation, status: u16) -> Vec<&'static FailureShape> {
    let mut own: Vec<_> = operation.failure.iter().collect();
    own.sort_by_key(|shape| shape.distance(status));
    operation.api.failure.iter().chain(own).collect()
}

/// The failure that a body with a success status reports.
fn reported_failure(text: &str, shapes: &[&FailureShape]) -> Option<Failure> {
    let is_failure = |shape: &&&FailureShape| {
        failure::reported(text, shape).is_some_and(|value| !shape.is_success(&value))
    };
    shapes
        .iter()
        .filter(|shape| shape.tells())
        .find(is_failure)?;
    Some(Failure::read(text, shapes).unwrap_or_default())
}

/// The charset that `Content-Type` names.
pub(super) fn charset(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    })
}
