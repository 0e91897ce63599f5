//! Payloads that are XML as well as JSON.

use std::fmt;

use super::payload::{Payload, Typed, decode, no_format};
use super::{DynamicError, Side};
use crate::client::{Dropped, Format, Media, Operation, Reply, XmlRoot, read_element};
use crate::json::{self, FromJson, ToJson};
use crate::xml::{self, FromXml, Limits, ReadField, Tag, ToXml, WriteField};
use crate::{CodecError, codec::Omitted};

struct Any<T> {
    operation: &'static Operation,
    side: Side,
    value: T,
    media: Media,
    roots: &'static [Tag],
}

impl<T: ToJson + ToXml + fmt::Debug> Typed for Any<T> {
    fn json(&self) -> Result<Vec<u8>, DynamicError> {
        Ok(json::encode_pretty(&self.value))
    }
    fn xml(&self) -> Result<Vec<u8>, DynamicError> {
        let dialect = self.operation.api.dialect;
        match first(self.media, self.roots) {
            Some(root) => match self.side {
                Side::Request => xml::encode_exact(root, &self.value, dialect),
                Side::Response(_) => xml::encode(root, &self.value, dialect),
            }
            .map_err(|e| DynamicError::Input(e.to_string())),
            None => Err(no_root(self.operation)),
        }
    }
    fn debug(&self) -> String {
        format!("{:#?}", self.value)
    }
}

struct AnyList<T> {
    operation: &'static Operation,
    items: Vec<T>,
    media: Media,
}

impl<T: ToJson + WriteField + fmt::Debug> Typed for AnyList<T> {
    fn json(&self) -> Result<Vec<u8>, DynamicError> {
        Ok(json::encode_pretty(&self.items))
    }
    fn xml(&self) -> Result<Vec<u8>, DynamicError> {
        match self.media.xml.map(|media| media.root) {
            Some(XmlRoot::List(list)) if list.roots.iter().any(Tag::is_any) => {
                Err(no_root(self.operation))
            }
            Some(XmlRoot::List(list)) => {
                xml::encode_list(list, &self.items, self.operation.api.dialect)
                    .map_err(|e| DynamicError::Input(e.to_string()))
            }
            _ => Err(no_format(self.operation, Format::Xml)),
        }
    }
    fn debug(&self) -> String {
        format!("{:#?}", self.items)
    }
}

fn all(media: Media, roots: &'static [Tag]) -> &'static [Tag] {
    match media.xml.map(|media| media.root) {
        _ if !roots.is_empty() => roots,
        Some(XmlRoot::Element(roots)) => roots,
        _ => &[],
    }
}

fn first(media: Media, roots: &'static [Tag]) -> Option<&'static Tag> {
    all(media, roots).first().filter(|root| !root.is_any())
}

fn no_root(operation: &Operation) -> DynamicError {
    DynamicError::Input(format!(
        "`{}`: the document does not name the root element of this reply in XML",
        operation.id
    ))
}

pub(super) fn read_xml<T: FromXml>(
    operation: &'static Operation,
    media: Media,
    roots: &'static [Tag],
    bytes: &[u8],
) -> Result<T, DynamicError> {
    let roots = all(media, roots);
    if roots.is_empty() {
        return Err(no_format(operation, Format::Xml));
    }
    xml::decode(bytes, None, roots, operation.api.dialect, &Limits::DEFAULT)
        .map_err(|e| DynamicError::Input(e.to_string()))
}

pub(super) fn read_xml_list<T: ReadField>(
    operation: &'static Operation,
    media: Media,
    bytes: &[u8],
) -> Result<Vec<T>, DynamicError> {
    let Some(XmlRoot::List(list)) = media.xml.map(|media| media.root) else {
        return Err(no_format(operation, Format::Xml));
    };
    xml::decode_list(bytes, None, list, operation.api.dialect, &Limits::DEFAULT)
        .map_err(|e| DynamicError::Input(e.to_string()))
}

/// Reads a payload that is JSON or XML. For generated code. `roots` replace those of the media, where there are any.
///
/// # Errors
/// Where the bytes are not of the type.
#[doc(hidden)]
pub fn read_any<T: FromJson + ToJson + FromXml + ToXml + fmt::Debug + 'static>(
    operation: &'static Operation,
    side: Side,
    from: Format,
    bytes: &[u8],
    media: Media,
    roots: &'static [Tag],
) -> Result<Payload, DynamicError> {
    let (value, dropped) = match (from, side) {
        (Format::Json, _) => decode(operation, side, bytes, Reply::decode::<T>)?,
        (Format::Xml, Side::Request) => (read_xml(operation, media, roots, bytes)?, Vec::new()),
        (Format::Xml, Side::Response(_)) => {
            let roots = all(media, roots);
            if roots.is_empty() {
                return Err(no_format(operation, Format::Xml));
            }
            let mut value = None;
            let omitted = read_element(operation, bytes, None, roots, &mut |r| {
                value = Some(T::from_xml(r)?);
                Ok(())
            });
            let decoded =
                omitted.and_then(|omitted| Ok((value.ok_or_else(xml::not_read)?, omitted)));
            lenient(operation, bytes, decoded)?
        }
    };
    Ok(Payload {
        value: Box::new(Any {
            operation,
            side,
            value,
            media,
            roots,
        }),
        dropped,
    })
}

fn lenient<T>(
    operation: &'static Operation,
    bytes: &[u8],
    decoded: Result<(T, Omitted), CodecError>,
) -> Result<(T, Vec<Dropped>), DynamicError> {
    match decoded {
        Ok((value, omitted)) => Ok((value, Dropped::all(&omitted))),
        Err(error) => {
            let reply = Reply::of_body(operation, 200, bytes);
            let error = reply.explain(reply.undecodable(&error));
            Err(DynamicError::Input(error.about_body()))
        }
    }
}

/// Reads a payload that is a list in JSON or XML. For generated code.
///
/// # Errors
/// Where the bytes are not of the type.
#[doc(hidden)]
pub fn read_any_list<T: FromJson + ToJson + ReadField + WriteField + fmt::Debug + 'static>(
    operation: &'static Operation,
    side: Side,
    from: Format,
    bytes: &[u8],
    media: Media,
) -> Result<Payload, DynamicError> {
    let (items, dropped) = match (from, side, media.xml.map(|media| media.root)) {
        (Format::Json, ..) => decode(operation, side, bytes, Reply::decode::<Vec<T>>)?,
        (Format::Xml, Side::Response(_), Some(XmlRoot::List(list))) => {
            let (dialect, limits) = (operation.api.dialect, &Limits::DEFAULT);
            let decoded = xml::decode_list_lenient(bytes, None, list, dialect, limits);
            lenient(operation, bytes, decoded)?
        }
        (Format::Xml, ..) => (read_xml_list(operation, media, bytes)?, Vec::new()),
    };
    Ok(Payload {
        value: Box::new(AnyList {
            operation,
            items,
            media,
        }),
        dropped,
    })
}
