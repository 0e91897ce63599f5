//! Bytes that are Base64 on the wire.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;

use super::ToText;
use crate::client::{ToParam, Value};
use crate::json::{FromJson, Reader, ToJson, Writer};
use crate::{CodecError, codec::words::BASE64};

/// A type of bytes, and the alphabet in which they are written.
macro_rules! encoded {
    ($(#[$doc:meta])* $name:ident, $engine:expr, $schema:tt) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Bytes);

        /// How many bytes there are: they may be long.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl<T: Into<Bytes>> From<T> for $name {
            fn from(bytes: T) -> Self {
                Self(bytes.into())
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl ToText for $name {
            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned($engine.encode(&self.0))
            }
        }

        impl ToParam for $name {
            fn to_param(&self) -> Value<'_> {
                Value::Text(self.to_text())
            }
        }

        impl FromJson for $name {
            fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
                let start = r.place();
                let bytes = parse(&r.string()?);
                bytes.map(Self).ok_or_else(|| r.refuse_at(start, BASE64))
            }
        }

        impl ToJson for $name {
            fn to_json(&self, w: &mut Writer) {
                w.string(&self.to_text());
            }
        }

        #[cfg(feature = "xml")]
        impl crate::xml::FromXml for $name {
            fn from_xml(r: &mut crate::xml::Reader<'_>) -> Result<Self, crate::CodecError> {
                let at = r.value_offset();
                let text = String::from_xml(r)?;
                let bytes = parse(&text);
                bytes.map(Self).ok_or_else(|| crate::xml::not_a(at, BASE64, &text))
            }
        }

        #[cfg(feature = "xml")]
        impl crate::xml::ToXml for $name {
            fn to_xml(&self, w: &mut crate::xml::Writer) -> Result<(), crate::CodecError> {
                self.to_text().into_owned().to_xml(w)
            }
        }

        #[cfg(feature = "schema")]
        impl crate::schema::schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(
                _: &mut crate::schema::schemars::SchemaGenerator,
            ) -> crate::schema::schemars::Schema {
                crate::schema::schemars::json_schema!($schema)
            }
        }

        crate::__json_serde!($name);
    };
}

encoded! {
    /// Bytes that are Base64 in JSON, XML and parameters (`format: byte`).
    Base64, STANDARD, { "type": "string", "format": "byte" }
}

encoded! {
    /// Bytes that are Base64 of the alphabet for URLs, without padding, in JSON, XML and parameters (`contentEncoding: base64url`).
    Base64Url, URL_SAFE_NO_PAD, { "type": "string", "contentEncoding": "base64url" }
}

/// Reads Base64, with or without padding and white space, in either alphabet.
fn parse(text: &str) -> Option<Bytes> {
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
    bytes.ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_spelling() {
        for text in ["aGk/Pj8=", "aGk/Pj8", "aGk_Pj8=", " aGk/\nPj8= "] {
            assert_eq!(parse(text), Some(Bytes::from("hi?>?")), "{text}");
        }
        assert_eq!(parse("%"), None);
        assert_eq!(Base64::from("hi?>?").to_text(), "aGk/Pj8=");
        assert_eq!(Base64Url::from("hi?>?").to_text(), "aGk_Pj8");
    }
}
