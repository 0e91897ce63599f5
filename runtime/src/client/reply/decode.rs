//! From the body of a reply to a value.

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::{BodyKind, Envelope, Reply};
use crate::client::texts::{array_of_lines, says_lines};
use crate::client::{BareForm, Dropped, Format};
use crate::codec::Omitted;
use crate::json::{self, By, FromJson, Slot};
use crate::{CodecError, Error, ErrorKind, failure};

impl Reply {
    /// Decodes a JSON body. Optional properties with unexpected values are absent.
    ///
    /// # Errors
    /// Where the body is empty, an HTML page, XML, or not as documented.
    pub fn decode<T: FromJson>(&self) -> Result<T, Error> {
        let mut value = None;
        self.read_json(&mut value)?;
        value.ok_or_else(|| self.undecodable(&json::not_read()))
    }

    /// Compiled once, whatever the value is.
    fn read_json(&self, slot: &mut dyn Slot) -> Result<(), Error> {
        self.expect_json()?;
        let omitted = self.read_content(slot);
        self.note(omitted.map_err(|error| self.undecodable(&error))?);
        Ok(())
    }

    /// Reads JSON, from the API's wrapping where it came in that and is documented without.
    fn read_content(&self, slot: &mut dyn Slot) -> Result<Vec<Dropped>, CodecError> {
        let omitted = match json::read_lenient(self.content(), slot) {
            Err(error) if is_of_another_shape(&error) => {
                match self.read_wrapped(slot).or_else(|| self.read_lines(slot)) {
                    Some(read) => read,
                    None => Err(error),
                }
            }
            read => read,
        };
        Ok(Dropped::all(&omitted?))
    }

    /// Reads the content of the API's wrapping; `None` if the body is not a wrapping that reports success.
    #[cold]
    fn read_wrapped(&self, slot: &mut dyn Slot) -> Option<Result<Omitted, CodecError>> {
        let names = self.operation.api.failure.as_ref()?.content;
        if names.is_empty() || !self.reports_success() {
            return None;
        }
        let mut found = false;
        let content = &mut By(|reader: &mut json::Reader<'_>| {
            reader.entries(&mut |reader, name| {
                let is_content = names.iter().any(|known| json::same_name(known, &name));
                if found || !is_content {
                    return reader.skip().map(drop);
                }
                found = true;
                slot.read(reader)
            })
        });
        let omitted = json::read_lenient(self.content(), content);
        found.then_some(omitted)
    }

    /// Reads a list that comes as JSON texts on lines of their own.
    #[cold]
    fn read_lines(&self, slot: &mut dyn Slot) -> Option<Result<Omitted, CodecError>> {
        let list = array_of_lines(self.content(), says_lines(self.headers()))?;
        let read = json::read_lenient(&list, slot);
        // Where no list is documented, the error is that of before.
        Some(read).filter(|read| !read.as_ref().is_err_and(is_of_another_shape))
    }

    /// The text that the API's wrapping holds, where it holds one.
    fn wrapped_text(&self) -> Option<String> {
        let mut text = None;
        let slot = &mut By(|reader: &mut json::Reader<'_>| {
            text = Some(reader.string()?.into_owned());
            Ok(())
        });
        self.read_wrapped(slot)?.ok()?;
        text
    }

    pub(in crate::client) fn lenient<T>(
        &self,
        decoded: Result<(T, Omitted), CodecError>,
    ) -> Result<T, Error> {
        let (value, omitted) = decoded.map_err(|error| self.undecodable(&error))?;
        self.note(Dropped::all(&omitted));
        Ok(value)
    }

    /// Decodes a JSON body that may be an unquoted string. A string, quoted or not, must look like an identifier.
    ///
    /// # Errors
    /// As [`Reply::decode`].
    pub fn decode_bare_string<T: FromJson>(&self) -> Result<T, Error> {
        if self.looks() != BodyKind::Other {
            self.expect_json()?;
        }
        match self.bare_string() {
            Some(Ok(text)) => {
                // What is documented as text may be a number or a boolean.
                let literal = self.operation.bare == BareForm::Text;
                let literal = literal.then(|| json::decode_lenient(self.content()));
                let literal = literal.filter(Result::is_ok);
                self.lenient(literal.unwrap_or_else(|| json::decode_lenient(&json::encode(&*text))))
            }
            Some(Err(text)) => {
                let text = format!("in the reply: {text}");
                Err(self.error(ErrorKind::Decode, text).with_body_path("$"))
            }
            None => self.decode(),
        }
    }

    /// The text that is the whole content, or what is wrong with it; `None` where the content is something else.
    fn bare_string(&self) -> Option<Result<String, String>> {
        let bare = self.operation.bare;
        let text = match (
            json::bare_string(self.content()),
            self.content().trim_ascii(),
        ) {
            (Some(text), _) => text.into_owned(),
            (None, b"true") if bare == BareForm::Text => "true".to_owned(),
            (None, b"false") if bare == BareForm::Text => "false".to_owned(),
            (None, _) => self.wrapped_text()?,
        };
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

    /// Opens an envelope as [`Reply::open`] does. Its content, or the body, may be missing.
    ///
    /// # Errors
    /// As [`Reply::decode`].
    pub fn open_optional<T: FromJson + Envelope>(&self) -> Result<Option<T::Content>, Error> {
        match self.looks() {
            BodyKind::Empty => Ok(None),
            _ => Ok(self.decode::<T>()?.content()),
        }
    }

    /// Checks a reply without a content: a body does not matter, unless it is an HTML page, names an error, or is plain text
    /// where the API reports failures in bodies.
    ///
    /// # Errors
    /// Where the body is such a page or text, which is no answer to the request, or says that it failed.
    pub fn unit(&self) -> Result<(), Error> {
        match self.looks() {
            BodyKind::Html => Err(self.html()),
            BodyKind::Xml | BodyKind::Other if self.names_an_error() => {
                let error = self
                    .error(ErrorKind::Failure, "")
                    .with_body(self.error_body());
                Err(self.with_reason(error))
            }
            BodyKind::Other if self.is_odd_text() => {
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
            .filter(|_| shapes.iter().any(|s| s.names_a_status()))
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
        if self.looks() == BodyKind::Html {
            return Err(self.html());
        }
        match std::str::from_utf8(self.content()) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()),
            Err(_) => Err(self.error(ErrorKind::Decode, "expected text in UTF-8")),
        }
    }

    /// Returns the content as text: as it is where the server calls it plain text, else that of a JSON string, which needs no quotes.
    /// A quoted string is JSON, whatever the server calls it.
    ///
    /// # Errors
    /// Where the content is an HTML page, not UTF-8, or neither text nor a JSON string.
    pub fn text_or_json(&self) -> Result<String, Error> {
        let is_quoted = self.content().trim_ascii_start().first() == Some(&b'"');
        match self.says("text/plain") && !is_quoted {
            true => self.text(),
            false => self.decode_bare_string(),
        }
    }

    /// The content that a success must have.
    pub(in crate::client) fn required<T>(&self, content: Option<T>) -> Result<T, Error> {
        content.ok_or_else(|| {
            self.error(
                ErrorKind::Empty,
                "the server reports success but sent no content; the request was carried out, so check its effect before repeating it",
            )
        })
    }

    /// Fails where the body is compressed and no header says so.
    pub(in crate::client) fn expect_text(&self) -> Result<(), Error> {
        if self.content().starts_with(&[0x1F, 0x8B, 8]) {
            let text = "the body is compressed (gzip), and no Content-Encoding says so";
            return Err(self.error(ErrorKind::Format, text));
        }
        let media_type = self.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let parts = media_type.is_some_and(|name| name.starts_with(b"multipart/"));
        match parts && self.content().starts_with(b"--") {
            true => Err(self.error(
                ErrorKind::Format,
                "the body is in parts (multipart), which is not supported here",
            )),
            false => Ok(()),
        }
    }

    fn expect_json(&self) -> Result<(), Error> {
        self.expect_text()?;
        match self.looks() {
            BodyKind::Other => match self.plain_text() {
                Some(text) => {
                    let found = format!("text: {}", failure::Line(&text));
                    Err(self.wrong_format(Format::Json, &found))
                }
                None => Ok(()),
            },
            BodyKind::Empty => {
                Err(self.error(ErrorKind::Empty, "expected JSON, found an empty body"))
            }
            BodyKind::Html => Err(self.html()),
            BodyKind::Xml => Err(self.wrong_format(Format::Json, "XML")),
        }
    }
}

/// Whether a body has none of what is documented for its top.
fn is_of_another_shape(error: &CodecError) -> bool {
    use crate::CodecErrorKind::{Missing, Value};
    error.path() == "$" && matches!(error.kind(), Missing | Value)
}
