//! Bytes that are Base64 on the wire.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::ToText;
use crate::client::{ToParam, Value};
use crate::json::{FromJson, Reader, ToJson, Writer};
use crate::{CodecError, codec::words::BASE64};

/// Bytes that are Base64 in JSON, XML and parameters (`format: byte`).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(pub Bytes);

/// How many bytes there are: they may be long.
impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl<T: Into<Bytes>> From<T> for Base64 {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Reads Base64, with or without padding and white space, in either alphabet.
fn parse(text: &str) -> Option<Base64> {
    let mut clean = String::with_capacity(text.len());
    clean.extend(text.chars().filter_map(|c| match c {
        '-' => Some('+'),
        '_' => Some('/'),
        c if c.is_ascii_whitespace() => None,
        c => Some(c),
    }));
    let end = clean.trim_end_matches('=').len();
    clean.truncate(end);
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(clean);
    bytes.ok().map(|bytes| Base64(bytes.into()))
}

impl ToText for Base64 {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(STANDARD.encode(&self.0))
    }
}

impl ToParam for Base64 {
    fn to_param(&self) -> Value<'_> {
        Value::Text(self.to_text())
    }
}

impl FromJson for Base64 {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let start = r.place();
        parse(&r.string()?).ok_or_else(|| r.refuse_at(start, BASE64))
    }
}

impl ToJson for Base64 {
    fn to_json(&self, w: &mut Writer) {
        w.string(&self.to_text());
    }
}

#[cfg(feature = "xml")]
impl crate::xml::FromXml for Base64 {
    fn from_xml(r: &mut crate::xml::Reader<'_>) -> Result<Self, crate::CodecError> {
        let at = r.value_offset();
        let text = String::from_xml(r)?;
        parse(&text).ok_or_else(|| crate::xml::not_a(at, BASE64, &text))
    }
}

#[cfg(feature = "xml")]
impl crate::xml::ToXml for Base64 {
    fn to_xml(&self, w: &mut crate::xml::Writer) -> Result<(), crate::CodecError> {
        self.to_text().into_owned().to_xml(w)
    }
}

#[cfg(feature = "schema")]
impl crate::schema::schemars::JsonSchema for Base64 {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Base64")
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(
        _: &mut crate::schema::schemars::SchemaGenerator,
    ) -> crate::schema::schemars::Schema {
        crate::schema::schemars::json_schema!({ "type": "string", "format": "byte" })
    }
}

crate::__json_serde!(Base64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_spelling() {
        for text in ["aGk/Pj8=", "aGk/Pj8", "aGk_Pj8=", " aGk/\nPj8= "] {
            assert_eq!(parse(text), Some(Base64::from("hi?>?")), "{text}");
        }
        assert_eq!(parse("%"), None);
        assert_eq!(Base64::from("hi?>?").to_text(), "aGk/Pj8=");
    }
}
