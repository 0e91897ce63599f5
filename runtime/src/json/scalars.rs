//! The forms of single values, as modules for `#[serde(with = "…")]`. Each works for the value itself and for
//! `Option`, `Maybe`, `Vec` and maps of it; an `Option` or `Maybe` field needs `#[serde(default)]` too.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::via::{Codec, Expected, Via};
use crate::value::time::{self, Date, DateOptionalTime, DateTime};

/// Makes a module of a codec.
macro_rules! with_module {
    ($(#[$doc:meta])* $module:ident = $codec:ident) => {
        $(#[$doc])*
        pub mod $module {
            use serde::{Deserializer, Serializer};

            use crate::json::Via;

            pub use super::$codec as Form;

            /// Writes the value.
            ///
            /// # Errors
            /// The serializer's.
            pub fn serialize<T: Via<Form>, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
                value.serialize(serializer)
            }

            /// Reads the value.
            ///
            /// # Errors
            /// The deserializer's, or that the value has another form.
            pub fn deserialize<'de, T: Via<Form>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
                T::deserialize(deserializer)
            }
        }
    };
}

/// Connects a codec with the type that it writes.
macro_rules! via {
    ($codec:ty: $($ty:ty),+) => {
        $(
            impl Via<$codec> for $ty {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    <$codec as Codec<$ty>>::serialize(self, serializer)
                }

                fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    <$codec as Codec<$ty>>::deserialize(deserializer)
                }
            }
        )+
    };
}

with_module! {
    /// A decimal as a JSON number with exactly its digits; a string is read too.
    decimal = DecimalNumber
}
with_module! {
    /// A decimal as a JSON string with exactly its digits; a number is read too.
    decimal_string = DecimalString
}
with_module! {
    /// A date, `2017-10-10`.
    date = DateForm
}
with_module! {
    /// A moment in RFC 3339.
    date_time = DateTimeForm
}
with_module! {
    /// A moment as `2009-06-04 14:22:34 +0400`; RFC 3339 is read too.
    rails_timestamp = RailsTimestamp
}
with_module! {
    /// A date with or without a time, `2017-10-10T12:30`.
    date_optional_time = DateOptionalTimeForm
}
with_module! {
    /// Numbers, booleans and integer enums that also arrive as strings.
    accept_string = AcceptString
}
with_module! {
    /// Strings that also arrive as numbers.
    accept_number = AcceptNumber
}

/// See [`decimal`].
pub struct DecimalNumber;
/// See [`decimal_string`].
pub struct DecimalString;
via!(DecimalNumber: Decimal);
via!(DecimalString: Decimal);

impl Codec<Decimal> for DecimalNumber {
    fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(value.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        read_decimal(deserializer)
    }
}

impl Codec<Decimal> for DecimalString {
    fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        read_decimal(deserializer)
    }
}

/// Reads the number's text: a float would have changed its digits.
fn read_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.get();
    let digits: Cow<'_, str> = match text.as_bytes().first() {
        Some(b'"') => Cow::Owned(serde_json::from_str(text).map_err(de::Error::custom)?),
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(text),
        _ => {
            return Err(de::Error::invalid_type(
                json_type(text),
                &Expected("a decimal"),
            ));
        }
    };
    crate::value::decimal::parse(digits.trim()).ok_or_else(|| {
        let number = format!("number {text}");
        let found = match &digits {
            Cow::Owned(digits) => Unexpected::Str(digits),
            Cow::Borrowed(_) => Unexpected::Other(&number),
        };
        de::Error::invalid_value(found, &Expected("a decimal of at most 28 digits"))
    })
}

fn json_type(text: &str) -> Unexpected<'static> {
    match text.as_bytes().first() {
        Some(b'n') => Unexpected::Other("null"),
        Some(b't' | b'f') => Unexpected::Other("boolean"),
        Some(b'[') => Unexpected::Seq,
        _ => Unexpected::Map,
    }
}

/// See [`date`].
pub struct DateForm;
/// See [`date_time`].
pub struct DateTimeForm;
/// See [`rails_timestamp`].
pub struct RailsTimestamp;
/// See [`date_optional_time`].
pub struct DateOptionalTimeForm;
via!(DateForm: Date);
via!(DateTimeForm: DateTime);
via!(RailsTimestamp: DateTime);
via!(DateOptionalTimeForm: DateOptionalTime);

impl Codec<Date> for DateForm {
    fn serialize<S: Serializer>(value: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        read_text(deserializer, time::parse_date, "a date like 2017-10-10")
    }
}

impl Codec<DateTime> for DateTimeForm {
    fn serialize<S: Serializer>(value: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time::print_date_time(value))
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
        read_text(
            deserializer,
            time::parse_date_time,
            "a time like 2017-10-10T12:30:00+03:00",
        )
    }
}

impl Codec<DateTime> for RailsTimestamp {
    fn serialize<S: Serializer>(value: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time::print_rails_timestamp(value))
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
        read_text(
            deserializer,
            time::parse_rails_timestamp,
            "a time like 2009-06-04 14:22:34 +0400",
        )
    }
}

impl Codec<DateOptionalTime> for DateOptionalTimeForm {
    fn serialize<S: Serializer>(
        value: &DateOptionalTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateOptionalTime, D::Error> {
        read_text(
            deserializer,
            time::parse_date_optional_time,
            "a date like 2017-10-10 or 2017-10-10T12:30",
        )
    }
}

fn read_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    parse: fn(&str) -> Option<T>,
    expected: &'static str,
) -> Result<T, D::Error> {
    /// Inside a visitor, so that serde_json gives an error its position.
    struct Text<T>(fn(&str) -> Option<T>, &'static str);
    impl<T> de::Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text.trim()).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_str(Text(parse, expected))
}

/// See [`accept_string`].
pub struct AcceptString;
/// See [`accept_number`].
pub struct AcceptNumber;
via!(AcceptString: i32, i64, u32, u64, f32, f64, bool);
via!(AcceptNumber: String);

macro_rules! accept_string {
    ($($ty:ty: $expected:literal),+) => {
        $(
            impl Codec<$ty> for AcceptString {
                fn serialize<S: Serializer>(value: &$ty, serializer: S) -> Result<S::Ok, S::Error> {
                    Serialize::serialize(value, serializer)
                }

                fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$ty, D::Error> {
                    let text = deserializer.deserialize_any(ScalarText($expected))?;
                    let number = text.trim();
                    // A whole number may be written as `5.0`.
                    let whole = number.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'));
                    number
                        .parse()
                        .or_else(|error| whole.map_or(Err(error), |(whole, _)| whole.parse()))
                        .map_err(|_| de::Error::invalid_value(Unexpected::Str(&text), &Expected($expected)))
                }
            }
        )+
    };
}

accept_string!(
    i32: "a 32-bit integer, also as a string",
    i64: "a 64-bit integer, also as a string",
    u32: "a 32-bit integer from 0, also as a string",
    u64: "a 64-bit integer from 0, also as a string",
    f32: "a number, also as a string",
    f64: "a number, also as a string",
    bool: "true or false, also as a string"
);

/// Connects an integer enum with [`accept_string`]. Called by `integer_enum!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __accept_integer_enum {
    ($name:ident) => {
        impl $crate::json::Via<$crate::json::accept_string::Form> for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                s: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                s.serialize_i64(self.code())
            }
            fn deserialize<'de, D: $crate::serde::Deserializer<'de>>(
                d: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <i64 as $crate::json::Via<$crate::json::accept_string::Form>>::deserialize(d)
                    .map(Self::from)
            }
        }
    };
}

impl Codec<String> for AcceptNumber {
    fn serialize<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        // By the number's own text: 1.50 stays 1.50, and a long identifier keeps its digits.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'"') => serde_json::from_str(text).map_err(de::Error::custom),
            Some(b'-' | b'0'..=b'9') => Ok(text.to_owned()),
            _ => Err(de::Error::invalid_type(
                json_type(text),
                &Expected("a string or a number"),
            )),
        }
    }
}

/// The text of a scalar of any JSON type.
struct ScalarText(&'static str);

impl de::Visitor<'_> for ScalarText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }
}
