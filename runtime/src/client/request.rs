//! The request of an operation: made of values once, when the call is made, and sent by each attempt.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName,
    HeaderValue,
};
use url::Url;

use super::compression;
use super::credentials::Given;
use super::encode::{self, Encoder, Field, NOT_FINITE, Param, Part, Place, ToParam, Value};
use super::scheme::SchemeKind;
use super::stream::MakeDecoder;
use super::{Body, Call, Core, Download, Items, Multipart, Operation, Reply, Upload};
use crate::json::ToJson;
use crate::{Error, ErrorKind, Secret, ToText};

/// A request that is being made: [`Core::request`] begins it, a body may follow, [`Request::call`] or its like ends it.
/// What is wrong with a value is the call's error. For generated code.
#[must_use = "nothing is sent before it is made a call and awaited"]
pub struct Request<'a> {
    core: &'a Core,
    operation: &'static Operation,
    parts: Result<Box<Parts>, Error>,
}

/// What a request is made of, encoded.
#[derive(Clone, Default)]
pub(super) struct Parts {
    /// Scheme, host and path before `path`, where that is not the client's base URL.
    pub(super) base: Option<String>,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) cookies: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

/// What differs from attempt to attempt, or is negotiated.
pub(super) struct Attempt<'a> {
    pub(super) given: &'a [Given],
    /// Value of `Accept`.
    pub(super) accept: &'static str,
    /// Value of `Content-Type`; empty if the request has no body.
    pub(super) content_type: Cow<'static, str>,
    /// The body.
    pub(super) body: reqwest::Body,
}

impl Core {
    /// Begins a request of an operation. `values` are those of [`Operation::params`], in their order.
    pub fn request<'a>(
        &'a self,
        operation: &'static Operation,
        values: &[&dyn ToParam],
    ) -> Request<'a> {
        let parts = Parts::new(operation, values).and_then(|mut parts| {
            if let Some(server) = operation.server {
                parts.base = Some(self.server(operation, server)?);
            }
            Ok(Box::new(parts))
        });
        Request {
            core: self,
            operation,
            parts,
        }
    }
}

impl<'a> Request<'a> {
    /// Sets the body, if `value` is there: `.when(book, Request::json)`.
    pub fn when<T>(self, value: Option<T>, write: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => write(self, value),
            None => self,
        }
    }

    /// Sets a body in JSON.
    pub fn json<T: ToJson + ?Sized>(self, value: &T) -> Self {
        self.encoded(&value)
    }

    /// Compiled once, whatever the value is.
    fn encoded(self, value: &dyn ToJson) -> Self {
        let body = self.core.encode_json(self.operation, value);
        self.body(body)
    }

    /// Sets a body as `application/x-www-form-urlencoded`. `fields` has those that are not exploded `form`.
    pub fn form(self, value: &dyn ToParam, fields: &[Field]) -> Self {
        let mut text = String::new();
        let written = Encoder::form(&mut text).fields(&value.to_param(), fields);
        let body = match written {
            Ok(()) => Ok(Body::bytes(text, "application/x-www-form-urlencoded")),
            Err(error) => Err(refused(self.operation, format!("in the request: {error}"))),
        };
        self.body(body)
    }

    /// Sets a body of parts, as `multipart/form-data` or as the form says.
    pub fn multipart(self, form: Multipart) -> Self {
        let body = match form.wrong {
            None => Ok(Body::multipart(form)),
            Some(wrong) => Err(refused(self.operation, format!("in the request: {wrong}"))),
        };
        self.body(body)
    }

    /// Sets a body that is a text, in UTF-8.
    pub fn text(self, media_type: &'static str, text: &(impl ToText + ?Sized)) -> Self {
        match text.is_finite() {
            true => self.bytes(media_type, text.to_text().into_owned()),
            false => {
                let error = format!("in the request: {NOT_FINITE}");
                let error = refused(self.operation, error);
                self.body(Err(error))
            }
        }
    }

    /// Sets a body of JSON texts, one on each line.
    pub fn lines<T: ToJson>(self, media_type: &'static str, items: &[T]) -> Self {
        let mut text = Vec::new();
        for item in items {
            match crate::json::encode_finite(item) {
                Some(line) => text.extend(line),
                None => {
                    let message =
                        "in the request: expected finite numbers, found NaN or an infinity";
                    let error = refused(self.operation, message.to_owned());
                    return self.body(Err(error));
                }
            }
            text.push(b'\n');
        }
        self.bytes(media_type, text)
    }

    /// Sets a body of any bytes.
    pub fn bytes(self, media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        self.body(Ok(Body::bytes(bytes, media_type)))
    }

    /// Sets a body that is streamed. Where the spec has a range of media types (`image/*`), the upload's own type is sent.
    pub fn upload(self, media_type: &'static str, upload: &Upload) -> Self {
        self.body(Ok(Body::upload(upload.clone(), media_type)))
    }

    /// Sets a body that is made already, or why it could not be.
    pub fn body(mut self, body: Result<Body, Error>) -> Self {
        match (&mut self.parts, body) {
            (Ok(parts), Ok(body)) => parts.body = body,
            (Ok(_), Err(error)) => self.parts = Err(error),
            (Err(_), _) => {}
        }
        self
    }

    /// Sends the request to the target of a reply's `Link`, where there is one: for the next page of a list. The query parameters of the
    /// operation are those of the link. It must not lead to another host.
    pub fn follow(mut self, target: Option<&str>) -> Self {
        if let (Some(target), Ok(parts)) = (target, &mut self.parts)
            && let Err(text) = parts.follow(self.core, self.operation, target)
        {
            self.parts = Err(refused(self.operation, text));
        }
        self
    }

    /// Returns the call, whose reply `decode` reads.
    pub fn call<T: Send + 'static>(self, decode: fn(&Reply) -> Result<T, Error>) -> Call<'a, T> {
        Call::of_request(self, decode)
    }

    /// Returns the call, whose reply is a stream of items.
    pub fn stream<T: 'static>(self, decoder: MakeDecoder<T>) -> Call<'a, Items<T>> {
        Call::of_stream(self, decoder)
    }

    /// Returns the call, whose reply is any bytes, streamed.
    pub fn download(self) -> Call<'a, Download> {
        Call::of_download(self)
    }

    pub(super) fn into_parts(self) -> (&'a Core, &'static Operation, Result<Box<Parts>, Error>) {
        (self.core, self.operation, self.parts)
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.operation
    }
}

#[cfg(feature = "xml")]
impl Request<'_> {
    /// Sets a body in XML.
    pub fn xml<T: crate::xml::ToXml + ?Sized>(self, value: &T) -> Self {
        let body = self.core.encode_xml(self.operation, value);
        self.body(body)
    }

    /// Sets a list as a body in XML.
    pub fn xml_list<T: crate::xml::WriteField>(self, items: &[T]) -> Self {
        let body = self.core.encode_xml_list(self.operation, items);
        self.body(body)
    }

    /// Sets a body in the client's format, as far as the operation has it.
    pub fn any<T: ToJson + crate::xml::ToXml + ?Sized>(self, value: &T) -> Self {
        let body = self.core.encode_any(self.operation, value);
        self.body(body)
    }

    /// Sets a list as a body in the client's format, as far as the operation has it.
    pub fn any_list<T: ToJson + crate::xml::WriteField>(self, items: &[T]) -> Self {
        let body = self.core.encode_any_list(self.operation, items);
        self.body(body)
    }
}

/// The operation alone: values may be secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl Parts {
    fn new(operation: &'static Operation, values: &[&dyn ToParam]) -> Result<Self, Error> {
        let mut parts = Self::default();
        parts.path(operation, values)?;
        for (name, value) in operation.fixed_query {
            Encoder::query(&mut parts.query).pair(name, value);
        }
        for (param, value) in operation.params.iter().zip(values) {
            let written = match param.place {
                Place::Path => continue,
                Place::Query => Encoder::query(&mut parts.query).pairs(param, &value.to_param()),
                Place::Cookie => {
                    Encoder::cookies(&mut parts.cookies).pairs(param, &value.to_param())
                }
                Place::Header => parts.header(param, &value.to_param()),
            };
            written
                .map_err(|error| refused(operation, format!("{}: {error}", param.describe())))?;
        }
        Ok(parts)
    }

    /// Fills the path template in. Whatever the values hold, the path has as many segments as the template.
    fn path(
        &mut self,
        operation: &'static Operation,
        values: &[&dyn ToParam],
    ) -> Result<(), Error> {
        let out = &mut self.path;
        out.reserve(operation.path.len() + 24);
        for (index, segment) in pieces(operation.path, b'/').enumerate() {
            if index > 0 {
                out.push('/');
            }
            let mut rest = segment;
            let start = out.len();
            let mut last = None;
            while let Some((literal, more)) = cut(rest, b'{') {
                let Some((name, more)) = cut(more, b'}') else {
                    break;
                };
                out.push_str(literal);
                let mut known = operation.params.iter().zip(values);
                let Some((param, value)) =
                    known.find(|(param, _)| param.place == Place::Path && param.name == name)
                else {
                    let text = format!("the path parameter `{name}` has no value");
                    return Err(refused(operation, text));
                };
                Encoder::path(out)
                    .segment(param, &value.to_param())
                    .map_err(|error| {
                        refused(operation, format!("{}: {error}", param.describe()))
                    })?;
                last = Some(param);
                rest = more;
            }
            out.push_str(rest);
            let written = out.get(start..).unwrap_or_default();
            if let Some(param) = last
                && is_no_segment(written)
            {
                let text = format!(
                    "{} makes the path segment {written:?}, which would change the path",
                    param.describe()
                );
                return Err(refused(operation, text));
            }
        }
        Ok(())
    }

    fn header(&mut self, param: &Param, value: &Value<'_>) -> Result<(), String> {
        let Some(text) = encode::header_text(param, value)? else {
            return Ok(());
        };
        let name =
            HeaderName::from_bytes(param.name.as_bytes()).map_err(|_| "not a header's name")?;
        self.headers.append(name, header_value(&text)?);
        Ok(())
    }

    fn follow(&mut self, core: &Core, operation: &Operation, target: &str) -> Result<(), String> {
        let base = self.base.as_deref().unwrap_or(core.base_url());
        let base =
            Url::parse(&format!("{base}{}", self.path)).map_err(|error| error.to_string())?;
        let url = base
            .join(target)
            .map_err(|error| format!("the next page's link is not a URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme();
            return Err(format!(
                "the next page's link is a URL of {scheme}, not of HTTP"
            ));
        }
        // Behind a proxy that ends TLS, servers write `http://`, and know no port but their own. It is asked where the others were.
        let port = url.port_or_known_default();
        let is_same_port = url.port().is_none() || port == base.port_or_known_default();
        if url.host() != base.host() || !is_same_port {
            return Err(format!(
                "the next page's link points to {}: credentials go only to the configured host",
                url.origin().ascii_serialization()
            ));
        }
        self.base = Some(base.origin().ascii_serialization());
        self.path = url.path().to_owned();
        self.query.clear();
        // A server may repeat the credential, which is added again.
        let schemes = operation.security.iter().flat_map(|schemes| schemes.iter());
        let credentials: Vec<&str> = schemes
            .filter_map(|scheme| match scheme.kind {
                SchemeKind::Query(name) => Some(name),
                _ => None,
            })
            .collect();
        for pair in url
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let name = pair.split('=').next().unwrap_or_default();
            let mut known = url::form_urlencoded::parse(name.as_bytes());
            let is_credential = known.any(|(name, _)| credentials.contains(&&*name));
            if !is_credential {
                if !self.query.is_empty() {
                    self.query.push('&');
                }
                self.query.push_str(pair);
            }
        }
        Ok(())
    }

    /// Finds out whether the request has what makes it idempotent, where the operation says what that is.
    pub(super) fn look_for_key(&mut self, operation: &'static Operation) {
        let Some(name) = operation.idempotency_key else {
            return;
        };
        let header = self
            .headers
            .get(name)
            .is_some_and(|value| !value.is_empty());
        let query = || {
            let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
            pairs.any(|(known, value)| known == name && !value.trim().is_empty())
        };
        if !header && !self.body.has_value(name) && !query() {
            self.body.without_key();
        }
    }

    /// The request of one attempt.
    pub(super) fn build(
        &self,
        base: &str,
        operation: &'static Operation,
        attempt: Attempt<'_>,
    ) -> Result<reqwest::Request, String> {
        let mut url = String::with_capacity(base.len() + self.path.len() + self.query.len() + 64);
        url.push_str(base);
        url.push_str(&self.path);
        let mut separator = '?';
        if !self.query.is_empty() {
            url.push(separator);
            url.push_str(&self.query);
            separator = '&';
        }
        let mut headers = HeaderMap::with_capacity(self.headers.len() + 4);
        headers.extend(
            self.headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        headers.insert(ACCEPT, HeaderValue::from_static(attempt.accept));
        if let Some(encodings) = compression::ACCEPTED {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encodings));
        }
        let has_body = !attempt.content_type.is_empty();
        if has_body {
            let value = match attempt.content_type {
                Cow::Borrowed(text) => HeaderValue::try_from(text),
                Cow::Owned(text) => HeaderValue::try_from(text),
            };
            headers.insert(
                CONTENT_TYPE,
                value.map_err(|_| "the media type is not a header's value")?,
            );
        }
        let mut cookies = Cow::Borrowed(&self.cookies);
        for Given { scheme, secret, .. } in attempt.given {
            let wrong = |error: String| format!("the credential for `{}`: {error}", scheme.name);
            match scheme.kind {
                SchemeKind::Query(name) => {
                    url.push(separator);
                    separator = '&';
                    encode::push(&mut url, Part::Url, name);
                    url.push('=');
                    encode::push(&mut url, Part::Url, secret.expose());
                }
                SchemeKind::Header(name) => {
                    let name = HeaderName::try_from(name)
                        .map_err(|_| wrong("not a header's name".to_owned()))?;
                    headers.insert(name, secret_value(secret).map_err(wrong)?);
                }
                SchemeKind::Cookie(name) => {
                    Encoder::cookies(cookies.to_mut()).pair(name, secret.expose());
                }
                SchemeKind::Basic | SchemeKind::Token(_) => {
                    headers.insert(AUTHORIZATION, secret_value(secret).map_err(wrong)?);
                }
                SchemeKind::Body => {}
            }
        }
        if !cookies.is_empty() {
            let mut value =
                header_value(&cookies).map_err(|error| format!("the cookies: {error}"))?;
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        let url = Url::parse(&url)
            .map_err(|error| format!("the request's URL cannot be parsed: {error}"))?;
        let method = reqwest::Method::from_bytes(operation.method.as_bytes())
            .map_err(|_| format!("`{}` is not an HTTP method", operation.method))?;
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers;
        *request.body_mut() = has_body.then_some(attempt.body);
        Ok(request)
    }
}

/// The text before and behind the first such byte, an ASCII character. Searching character by character, the texts are
/// too short for `memchr` to be worth its start.
pub(super) fn cut(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|found| found == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The texts between such bytes.
pub(super) fn pieces(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let left = rest?;
        let (piece, more) = match cut(left, byte) {
            Some((piece, more)) => (piece, Some(more)),
            None => (left, None),
        };
        rest = more;
        Some(piece)
    })
}

/// Whether URLs do without such a segment, or take it for a step. A percent sign of a value is `%25` here.
pub(super) fn is_no_segment(text: &str) -> bool {
    matches!(text, "" | "." | "..")
}

/// A header's value: anything but control characters, text beyond ASCII as UTF-8. White space at an end would be lost.
pub(super) fn header_value(text: &str) -> Result<HeaderValue, String> {
    // Not `all`, which looks at one byte after the other.
    let is_plain = text
        .bytes()
        .fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if !is_plain && text.chars().any(char::is_control) {
        return Err("a header cannot contain control characters".to_owned());
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err("a header's value cannot begin or end with a space".to_owned());
    }
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| "not a header's value".to_owned())
}

fn secret_value(secret: &Secret) -> Result<HeaderValue, String> {
    let mut value = header_value(secret.expose())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cold]
fn refused(operation: &'static Operation, text: String) -> Error {
    Error::new(operation, ErrorKind::Request, text).unsent()
}
