//! Serde's traits of types that have a codec of their own.
//!
//! Types emitted from a spec implement Serde's traits, so that they can be in a program's own data. The work is done
//! by their JSON codec: what is written is its JSON, as Serde's data model, and what is read becomes JSON first. With
//! serde_json's texts numbers keep exactly their digits both ways. Other formats must be self-describing (YAML, CBOR,
//! MessagePack, …); numbers that a float cannot hold exactly may lose digits there, as they do in serde_json's `Value` and
//! where Serde reads ahead (`flatten`, `untagged`).

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess};
use serde::ser::{self, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::value::RawValue;

use super::reader::Kind;
use super::{FromJson, Reader, ToJson, Writer, decode, encode};
use crate::CodecError;

/// Implements Serde's traits by the JSON codec.
#[doc(hidden)]
#[macro_export]
macro_rules! __json_serde {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::json::bridge::serialize(self, serializer)
            }
        }
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::json::bridge::deserialize(deserializer)
            }
        }
    };
}

/// Writes a value by its JSON codec.
///
/// # Errors
/// The serializer's.
pub fn serialize<T: ToJson + ?Sized, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let text = encode(value);
    let text = std::str::from_utf8(&text).map_err(ser::Error::custom)?;
    let tree = tree(&mut Reader::new(text)).map_err(ser::Error::custom)?;
    ser::Serialize::serialize(&tree, serializer)
}

/// A JSON value whose numbers are as they were written.
enum Tree<'a> {
    Null,
    Boolean(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

fn tree<'a>(r: &mut Reader<'a>) -> Result<Tree<'a>, CodecError> {
    Ok(match r.kind() {
        Some(Kind::Boolean) => Tree::Boolean(r.boolean()?),
        Some(Kind::Number) => Tree::Number(r.number()?),
        Some(Kind::String) => Tree::String(r.string()?),
        Some(Kind::Array) => {
            let mut items = Vec::new();
            r.items(&mut |r| {
                items.push(tree(r)?);
                Ok(())
            })?;
            Tree::Array(items)
        }
        Some(Kind::Object) => {
            let mut entries = Vec::new();
            r.entries(&mut |r, name| {
                entries.push((name, tree(r)?));
                Ok(())
            })?;
            Tree::Object(entries)
        }
        Some(Kind::Null) | None => match r.null()? {
            true => Tree::Null,
            false => return Err(r.refuse("a value")),
        },
    })
}

impl ser::Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(text) => number(text, serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// As an integer or a float where that says the same; else by its digits, which only serde_json can write.
fn number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = text.parse() {
        return serializer.serialize_i64(number);
    }
    if let Ok(number) = text.parse() {
        return serializer.serialize_u64(number);
    }
    let float = text.parse::<f64>().ok();
    let exact = float.filter(|number| {
        serde_json::Number::from_f64(*number).is_some_and(|number| number.to_string() == *text)
    });
    match exact.or(float.filter(|_| !is_serde_json::<S>())) {
        Some(number) => serializer.serialize_f64(number),
        None => {
            let raw = RawValue::from_string(text.to_owned()).map_err(ser::Error::custom)?;
            ser::Serialize::serialize(&raw, serializer)
        }
    }
}

/// Whether a serializer is one of serde_json's, or made of one. Another one would write a `RawValue` as an object. By the
/// type's name, because Serde has no way to ask; were it called otherwise, no more than digits would be lost.
fn is_serde_json<S>() -> bool {
    std::any::type_name::<S>().contains("serde_json::")
}

/// The name by which serde_json is asked for a value's text. Other formats, and a serde_json that knew it no more,
/// give the value itself.
const TEXT: &str = "$serde_json::private::RawValue";

/// Reads a value by its JSON codec.
///
/// # Errors
/// The deserializer's, and where the value is not of its type.
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut writer = Writer::default();
    deserializer.deserialize_newtype_struct(
        TEXT,
        Copy {
            writer: &mut writer,
            whole: true,
        },
    )?;
    // Line and column of the text that was made here would mislead.
    decode(&writer.finish())
        .map_err(|error| de::Error::custom(format_args!("{}: {}", error.path(), error.message())))
}

/// Writes what is read as JSON.
struct Copy<'w> {
    writer: &'w mut Writer,
    /// serde_json was asked for the text, and has not answered yet. Afterwards an object with this name is part of
    /// the value.
    whole: bool,
}

impl<'w> Copy<'w> {
    fn part(writer: &'w mut Writer) -> Self {
        Self {
            writer,
            whole: false,
        }
    }
}

/// The same for an item of an array.
struct Item<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.separate();
        deserializer.deserialize_any(Copy::part(self.0))
    }
}

impl<'de> DeserializeSeed<'de> for Copy<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Copy<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has too")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Copy::part(self.writer))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Copy::part(self.writer))
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.writer.null();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.writer.null();
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        value.to_json(self.writer);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        value.to_json(self.writer);
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        value.to_json(self.writer);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        value.to_json(self.writer);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.writer.string(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.writer.begin_array();
        while items.next_element_seed(Item(self.writer))?.is_some() {}
        self.writer.end_array();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut name = entries.next_key::<String>()?;
        if self.whole && name.as_deref() == Some(TEXT) {
            self.writer.raw(&entries.next_value::<String>()?);
            return Ok(());
        }
        self.writer.begin();
        while let Some(known) = name {
            self.writer.name(&known);
            entries.next_value_seed(Copy::part(self.writer))?;
            name = entries.next_key()?;
        }
        self.writer.end();
        Ok(())
    }
}
