//! Bodies in XML: the seam between calls and the codec.

use reqwest::header::HeaderMap;

use super::api::XmlRoot;
use super::reply::{BodyKind, Envelope, charset, reports_success};
use super::stream::{Decoder, Items};
use super::{Body, Core, Dropped, Format, Operation, Reply};
use crate::codec::Omitted;
use crate::json::{FromJson, ToJson};
use crate::xml::{self, FromXml, Limits, ListDecoder, ListTag, ReadField, Tag, ToXml, WriteField};
use crate::{CodecError, CodecErrorKind, Error, ErrorKind};

impl Core {
    /// Writes a body as XML.
    ///
    /// # Errors
    /// Where XML cannot carry a value.
    pub fn encode_xml<T: ToXml + ?Sized>(
        &self,
        operation: &'static Operation,
        value: &T,
    ) -> Result<Body, Error> {
        let (media_type, root) = element(operation)?;
        let encoded = xml::encode_exact(root, value, operation.api.dialect);
        let body = xml_body(operation, media_type, encoded)?;
        Ok(body.with_tags(value.tags()))
    }

    /// Writes a list as XML.
    ///
    /// # Errors
    /// Where XML cannot carry a value.
    pub fn encode_xml_list<T: WriteField>(
        &self,
        operation: &'static Operation,
        items: &[T],
    ) -> Result<Body, Error> {
        let (media_type, list) = list(operation)?;
        let encoded = xml::encode_list_exact(list, items, operation.api.dialect);
        xml_body(operation, media_type, encoded)
    }

    /// Writes a body in the client's format, as far as the operation has it.
    ///
    /// # Errors
    /// Where the format cannot carry a value.
    pub fn encode_any<T: ToJson + ToXml + ?Sized>(
        &self,
        operation: &'static Operation,
        value: &T,
    ) -> Result<Body, Error> {
        match operation.request.choose(self.format()) {
            Some(Format::Xml) => self.encode_xml(operation, value),
            _ => self.encode(operation, value),
        }
    }

    /// Writes a list in the client's format, as far as the operation has it.
    ///
    /// # Errors
    /// Where the format cannot carry a value.
    pub fn encode_any_list<T: ToJson + WriteField>(
        &self,
        operation: &'static Operation,
        items: &[T],
    ) -> Result<Body, Error> {
        match operation.request.choose(self.format()) {
            Some(Format::Xml) => self.encode_xml_list(operation, items),
            _ => self.encode(operation, items),
        }
    }
}

/// The element that a request's body is.
fn element(operation: &'static Operation) -> Result<(&'static str, &'static Tag), Error> {
    match operation.request.xml.map(|xml| (xml.media_type, xml.root)) {
        Some((media_type, XmlRoot::Element([root, ..]))) => Ok((media_type, root)),
        _ => Err(no_root(operation)),
    }
}

/// The list that a request's body is.
fn list(operation: &'static Operation) -> Result<(&'static str, &'static ListTag), Error> {
    match operation.request.xml.map(|xml| (xml.media_type, xml.root)) {
        Some((media_type, XmlRoot::List(list))) => Ok((media_type, list)),
        _ => Err(no_root(operation)),
    }
}

fn xml_body(
    operation: &'static Operation,
    media_type: &'static str,
    encoded: Result<Vec<u8>, CodecError>,
) -> Result<Body, Error> {
    match encoded {
        Ok(bytes) => Ok(Body::bytes(bytes, media_type)),
        Err(error) => {
            let text = format!("in the request: {error}");
            Err(Error::new(operation, ErrorKind::Request, text).unsent())
        }
    }
}

fn no_root(operation: &Operation) -> Error {
    Error::new(
        operation,
        ErrorKind::Request,
        "the operation takes no XML body of this form",
    )
    .unsent()
}

/// Reads the element that a reply is.
pub(crate) fn read_element(
    operation: &'static Operation,
    bytes: &[u8],
    charset: Option<&str>,
    roots: &[Tag],
    read: &mut xml::Read<'_>,
) -> Result<Omitted, CodecError> {
    let (dialect, limits) = (operation.api.dialect, &Limits::DEFAULT);
    let of = |roots: &[Tag], read: &mut xml::Read<'_>| {
        xml::read_lenient(bytes, charset, roots, dialect, limits, read)
    };
    let omitted = match of(roots, read) {
        // An envelope that reports success is one under the root of another operation's envelope too.
        Err(error) if error.kind() == CodecErrorKind::Root && reports_success(operation, bytes) => {
            of(&[Tag::ANY], read)
        }
        omitted => omitted,
    };
    // What is documented without the API's wrapping may come in it.
    match (omitted, &operation.api.failure) {
        (Err(error), Some(shape))
            if may_be_wrapped(&error, shape.content) && reports_success(operation, bytes) =>
        {
            let mut found = 0;
            let wrapped = of(&[Tag::ANY], &mut |r| {
                r.content(shape.content, roots, &mut found, read)
            });
            match wrapped {
                Ok(omitted) if found == 1 => Ok(omitted),
                // It is the wrapping: what is in its content is wrong.
                Err(inner) if found == 1 && depth(&error) == 1 && depth(&inner) > 2 => Err(inner),
                _ => Err(error),
            }
        }
        (omitted, _) => omitted,
    }
}

/// Whether a reply that could not be read may have its content in an element of one of these names: the root is not as documented, or has
/// elements where a text is documented.
#[cold]
fn may_be_wrapped(error: &CodecError, names: &[&str]) -> bool {
    let known = matches!(
        error.kind(),
        CodecErrorKind::Missing | CodecErrorKind::Value
    );
    let inside = error.path().split('/').nth(2);
    known
        && depth(error) <= 2
        && !names.is_empty()
        && !inside.is_some_and(|name| names.contains(&name))
}

/// How many elements are in an error's path.
fn depth(error: &CodecError) -> usize {
    error.path().split('/').count() - 1
}

impl Reply {
    /// Decodes an XML body.
    ///
    /// # Errors
    /// Where the body is empty, an HTML page, no XML, or not as documented.
    pub fn decode_xml<T: FromXml>(&self) -> Result<T, Error> {
        let mut value = None;
        self.read_xml(None, &mut |r| {
            value = Some(T::from_xml(r)?);
            Ok(())
        })?;
        value.ok_or_else(|| self.undecodable(&xml::not_read()))
    }

    /// Compiled once, whatever the value is.
    fn read_xml(&self, list: Option<&ListTag>, read: &mut xml::Read<'_>) -> Result<(), Error> {
        self.expect_xml()?;
        let (operation, charset) = (self.operation, charset(self.headers()));
        let omitted = match list {
            None => read_element(operation, self.content(), charset, self.roots(), read),
            Some(list) => {
                let (dialect, limits) = (operation.api.dialect, &Limits::DEFAULT);
                xml::read_lenient(self.content(), charset, list.roots, dialect, limits, read)
            }
        };
        let omitted = omitted.map_err(|error| self.undecodable(&error))?;
        self.note(Dropped::all(&omitted));
        Ok(())
    }

    /// Decodes an XML body that is a list.
    ///
    /// # Errors
    /// As [`Reply::decode_xml`].
    pub fn decode_xml_list<T: ReadField>(&self) -> Result<Vec<T>, Error> {
        let Some(XmlRoot::List(list)) = self.operation.response.xml.map(|xml| xml.root) else {
            return Err(self.wrong_format(Format::Json, "XML"));
        };
        let mut items = None;
        self.read_xml(Some(list), &mut |r| {
            items = Some(r.list(list.items)?);
            Ok(())
        })?;
        items.ok_or_else(|| self.undecodable(&xml::not_read()))
    }

    /// Decodes a body in JSON or XML, whichever it is.
    ///
    /// # Errors
    /// As [`Reply::decode`] and [`Reply::decode_xml`].
    pub fn decode_any<T: FromJson + FromXml>(&self) -> Result<T, Error> {
        if self.is_xml() {
            self.decode_xml()
        } else {
            self.decode()
        }
    }

    /// Decodes a list in JSON or XML, whichever it is.
    ///
    /// # Errors
    /// As [`Reply::decode`] and [`Reply::decode_xml`].
    pub fn decode_any_list<T: FromJson + ReadField>(&self) -> Result<Vec<T>, Error> {
        if self.is_xml() {
            self.decode_xml_list()
        } else {
            self.decode()
        }
    }

    /// Decodes an XML envelope and takes its content out.
    ///
    /// # Errors
    /// As [`Reply::decode_xml`], and where the envelope reports a failure.
    pub fn open_xml<T: FromXml + Envelope>(&self) -> Result<T::Content, Error> {
        self.required(self.decode_xml::<T>()?.content())
    }

    /// Decodes an envelope in JSON or XML, whichever it is, and takes its content out.
    ///
    /// # Errors
    /// As [`Reply::decode_any`], and where the envelope reports a failure.
    pub fn open_any<T: FromJson + FromXml + Envelope>(&self) -> Result<T::Content, Error> {
        self.required(self.decode_any::<T>()?.content())
    }

    /// Opens an XML envelope as [`Reply::open_optional`] does.
    ///
    /// # Errors
    /// As [`Reply::open_xml`].
    pub fn open_optional_xml<T: FromXml + Envelope>(&self) -> Result<Option<T::Content>, Error> {
        match self.looks() {
            BodyKind::Empty => Ok(None),
            _ => Ok(self.decode_xml::<T>()?.content()),
        }
    }

    /// Opens an envelope in JSON or XML as [`Reply::open_optional`] does.
    ///
    /// # Errors
    /// As [`Reply::open_any`].
    pub fn open_optional_any<T: FromJson + FromXml + Envelope>(
        &self,
    ) -> Result<Option<T::Content>, Error> {
        match self.looks() {
            BodyKind::Empty => Ok(None),
            _ => Ok(self.decode_any::<T>()?.content()),
        }
    }

    fn roots(&self) -> &'static [Tag] {
        match self.operation.response.xml.map(|xml| xml.root) {
            Some(XmlRoot::Element(roots)) => roots,
            _ => &[],
        }
    }

    pub(super) fn failure_roots(&self) -> &'static [Tag] {
        match self.operation.failure_roots {
            [] => self.roots(),
            roots => roots,
        }
    }

    fn is_xml(&self) -> bool {
        self.looks() == BodyKind::Xml
    }

    fn expect_xml(&self) -> Result<(), Error> {
        self.expect_text()?;
        match self.looks() {
            BodyKind::Xml => Ok(()),
            BodyKind::Empty => {
                Err(self.error(ErrorKind::Empty, "expected XML, found an empty body"))
            }
            BodyKind::Html => Err(self.html()),
            BodyKind::Other => match self.plain_text() {
                Some(text) => {
                    let found = format!("text: {}", crate::failure::Line(&text));
                    Err(self.wrong_format(Format::Xml, &found))
                }
                None => Err(self.wrong_format(Format::Xml, "text that is not XML (possibly JSON)")),
            },
        }
    }
}

impl<T: ReadField + Send + 'static> Items<T> {
    /// Returns the items of an XML list. For generated code, as an argument of [`Request::stream`](super::Request::stream).
    pub fn xml(operation: &'static Operation, headers: &HeaderMap) -> Box<dyn Decoder<T>> {
        static NONE: ListTag = ListTag {
            roots: &[],
            items: &[],
        };
        let list = match operation.response.xml.map(|xml| xml.root) {
            Some(XmlRoot::List(list)) => list,
            _ => &NONE,
        };
        let dialect = operation.api.dialect;
        let decoder = ListDecoder::new(charset(headers), list, dialect, Limits::DEFAULT);
        Box::new(XmlItems {
            decoder: decoder.lenient(),
        })
    }
}

struct XmlItems<T> {
    decoder: ListDecoder<T>,
}

impl<T: ReadField + Send> Decoder<T> for XmlItems<T> {
    fn push(&mut self, piece: &[u8]) {
        self.decoder.push(piece);
    }

    fn next(&mut self) -> Option<Result<T, CodecError>> {
        self.decoder.next()
    }

    fn failed(&mut self) -> Option<Vec<u8>> {
        self.decoder.take_failed().map(String::into_bytes)
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        Dropped::all(&self.decoder.take_omitted())
    }

    fn finish(&mut self) -> Result<(), CodecError> {
        self.decoder.finish();
        Ok(())
    }
}
