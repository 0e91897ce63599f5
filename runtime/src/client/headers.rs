//! Headers of replies as typed values.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::{Operation, Response};
use crate::json::{self, FromJson, Kind, Reader};
use crate::{Error, ErrorKind};

/// How the text of a header is read. For generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderForm {
    /// As a text.
    Text,
    /// As a number or a boolean, where it looks like one; otherwise as a text.
    Literal,
    /// As JSON.
    Json,
    /// As items with commas between them.
    List(&'static HeaderForm),
    /// As names and values with commas between them, `x,1,y,2` or `x=1,y=2`.
    Object(&'static [(&'static str, HeaderForm)]),
}

/// The headers of a reply to an operation. For generated code.
#[derive(Debug)]
pub struct Headers<'a> {
    operation: &'static Operation,
    status: StatusCode,
    map: &'a HeaderMap,
}

impl<T> Response<T> {
    /// Returns the headers, to be read as typed values. For generated code.
    pub fn typed_headers(&self, operation: &'static Operation) -> Headers<'_> {
        Headers {
            operation,
            status: self.status(),
            map: self.headers(),
        }
    }
}

impl Error {
    /// Returns the headers of the reply, to be read as typed values. For generated code.
    pub fn typed_headers(&self, operation: &'static Operation) -> Option<Headers<'_>> {
        Some(Headers {
            operation,
            status: self.status()?,
            map: self.headers()?,
        })
    }
}

impl Headers<'_> {
    /// Returns a header that may be absent, or not of its type: a reply that is an error is no reason for another one.
    pub fn readable<V: FromJson>(&self, name: &str, form: HeaderForm) -> Option<V> {
        self.optional(name, form).ok().flatten()
    }

    /// Returns a header that must be there.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn required<V: FromJson>(&self, name: &str, form: HeaderForm) -> Result<V, Error> {
        self.optional(name, form)?
            .ok_or_else(|| self.wrong(&format!("the reply has no header `{name}`")))
    }

    /// Returns a header that may be absent.
    ///
    /// # Errors
    /// Where it is not of its type.
    pub fn optional<V: FromJson>(&self, name: &str, form: HeaderForm) -> Result<Option<V>, Error> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let mut document = String::new();
        write(&mut document, &text, form);
        json::decode(document.as_bytes())
            .map(Some)
            .map_err(|error| {
                // What was found may be a secret.
                let message = error.message();
                let expected = message.split(", found").next().unwrap_or_default();
                self.wrong(&format!("the header `{name}` of the reply: {expected}"))
            })
    }

    /// The text of all lines with this name.
    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let mut text: Option<String> = None;
        for value in self.map.get_all(name) {
            let line = std::str::from_utf8(value.as_bytes()).map_err(|_| {
                self.wrong(&format!("the header `{name}` of the reply is not UTF-8"))
            })?;
            match &mut text {
                Some(text) => {
                    text.push_str(", ");
                    text.push_str(line);
                }
                None => text = Some(line.to_owned()),
            }
        }
        Ok(text)
    }

    fn wrong(&self, text: &str) -> Error {
        Error::new(self.operation, ErrorKind::Decode, text).with_status(self.status)
    }
}

/// Writes a header's text as JSON of the form.
fn write(out: &mut String, text: &str, form: HeaderForm) {
    let text = text.trim();
    match form {
        HeaderForm::Text => quote(out, text),
        HeaderForm::Literal => match Reader::new(text).kind() {
            Some(Kind::Number | Kind::Boolean) if json::is_valid(text) => out.push_str(text),
            _ => quote(out, text),
        },
        HeaderForm::Json => match json::is_valid(text) {
            true => out.push_str(text),
            false => quote(out, text),
        },
        HeaderForm::List(item) => {
            out.push('[');
            for (index, part) in text.split(',').filter(|_| !text.is_empty()).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, part, *item);
            }
            out.push(']');
        }
        HeaderForm::Object(fields) => {
            out.push('{');
            let mut parts = text.split(',').filter(|part| !part.trim().is_empty());
            let mut first = true;
            while let Some(part) = parts.next() {
                let (name, value) = match part.split_once('=') {
                    Some(pair) => pair,
                    None => (part, parts.next().unwrap_or_default()),
                };
                let name = name.trim();
                let known = fields.iter().find(|(known, _)| *known == name);
                let form = known.map_or(HeaderForm::Literal, |(_, form)| *form);
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                quote(out, name);
                out.push(':');
                write(out, value, form);
            }
            out.push('}');
        }
    }
}

fn quote(out: &mut String, text: &str) {
    out.push_str(&String::from_utf8_lossy(&json::encode(text)));
}
