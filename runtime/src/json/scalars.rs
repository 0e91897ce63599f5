//! Single values.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::map::Entry;

use super::reader::Kind;
use super::{FromJson, Reader, ToJson, Writer};
use crate::CodecError;
use crate::codec::words;
use crate::value::decimal;
use crate::value::is_identifier;
use crate::value::time::{self, Date, DateOptionalTime, DateTime};
use crate::{Secret, value::enums::IntegerEnum, value::enums::StringEnum};

impl FromJson for String {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        if r.form.changes_strings() {
            return string_in_form(r);
        }
        r.string().map(Into::into)
    }
}

/// Reads a string that may be a number, or must be an identifier.
fn string_in_form(r: &mut Reader<'_>) -> Result<String, CodecError> {
    let start = r.place();
    let text = match r.kind() {
        // By the number's own text: 1.50 stays 1.50, and a long identifier keeps its digits.
        Some(Kind::Number) if r.form.takes_number() => r.number()?.to_owned(),
        Some(Kind::String) => r.string()?.into_owned(),
        _ if r.form.takes_number() => return Err(r.refuse("a string or a number")),
        _ => return Err(r.refuse("a string")),
    };
    match r.form.is_uuid() && !is_identifier(&text) {
        true => Err(r.refuse_at(start, words::UUID)),
        false => Ok(text),
    }
}

impl ToJson for String {
    fn to_json(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl ToJson for str {
    fn to_json(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl FromJson for bool {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        match r.kind() {
            Some(Kind::String) if r.form.takes_string() => {
                let start = r.place();
                match r.string()?.trim() {
                    "true" | "1" => Ok(true),
                    "false" | "0" => Ok(false),
                    _ => Err(r.refuse_at(start, "true or false, also as a string")),
                }
            }
            Some(Kind::Number) if r.form.takes_number() => {
                let start = r.place();
                match r.number()? {
                    "1" => Ok(true),
                    "0" => Ok(false),
                    _ => Err(r.refuse_at(start, "true or false, also as 1 or 0")),
                }
            }
            _ => r.boolean(),
        }
    }
}

impl ToJson for bool {
    fn to_json(&self, w: &mut Writer) {
        w.raw(if *self { "true" } else { "false" });
    }
}

/// What an integer is called in messages.
pub(crate) trait Integer: itoa::Integer + Copy + std::str::FromStr {
    const EXPECTED: &'static str;
    /// Also for one that is written as `5.0` or `5e0`.
    fn of_decimal(number: Decimal) -> Option<Self>;
}

macro_rules! integer {
    ($($ty:ty: $expected:expr, $convert:ident);+) => {
        $(
            impl Integer for $ty {
                const EXPECTED: &'static str = $expected;

                fn of_decimal(number: Decimal) -> Option<Self> {
                    number.is_integer().then(|| number.$convert()).flatten()
                }
            }

            impl FromJson for $ty {
                fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
                    if r.form.takes_string() {
                        return lenient_integer(r);
                    }
                    let start = r.place();
                    if r.kind() != Some(Kind::Number) {
                        return Err(r.refuse(Self::EXPECTED));
                    }
                    let text = r.number()?;
                    match text.parse() {
                        Ok(number) => Ok(number),
                        // `5.0` is an integer in JSON Schema, and servers send it.
                        Err(_) => Some(text)
                            .filter(|_| r.is_tolerant())
                            .and_then(integer_of)
                            .ok_or_else(|| r.refuse_at(start, Self::EXPECTED)),
                    }
                }
            }

            impl ToJson for $ty {
                fn to_json(&self, w: &mut Writer) {
                    w.integer(*self);
                }
            }
        )+
    };
}

integer!(
    i32: words::I32, to_i32;
    i64: words::I64, to_i64;
    u32: words::U32, to_u32;
    u64: words::U64, to_u64
);

/// Reads an integer that may be a string, and may be written as `5.0`.
fn lenient_integer<T: Integer>(r: &mut Reader<'_>) -> Result<T, CodecError> {
    let start = r.place();
    let number = match r.kind() {
        Some(Kind::Number) => integer_of(r.number()?),
        Some(Kind::String) => integer_of(r.string()?.trim()),
        _ => None,
    };
    match number {
        Some(number) => Ok(number),
        None => Err(r.refuse_at(start, format!("{}, also as a string", T::EXPECTED))),
    }
}

/// Reads an integer that may be written as `5.0`.
pub(crate) fn integer_of<T: Integer>(text: &str) -> Option<T> {
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => decimal::parse(text).and_then(T::of_decimal),
    }
}

macro_rules! float {
    ($($ty:ty),+) => {
        $(
            impl FromJson for $ty {
                fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
                    let start = r.place();
                    if r.form.takes_string() && r.kind() == Some(Kind::String) {
                        // What Rust reads beside numbers (inf, nan) is not a number here.
                        return match r.string()?.trim().parse::<$ty>() {
                            Ok(number) if number.is_finite() => Ok(number),
                            _ => Err(r.refuse_at(start, "a number, also as a string")),
                        };
                    }
                    match r.number()?.parse::<$ty>() {
                        Ok(number) if number.is_finite() => Ok(number),
                        _ => Err(r.refuse_at(start, words::NOT_TOO_LARGE)),
                    }
                }
            }

            /// NaN and the infinities, which JSON does not have, are written as null; a request that has one is not sent.
            impl ToJson for $ty {
                fn to_json(&self, w: &mut Writer) {
                    w.float((*self).into(), self);
                }
            }
        )+
    };
}

float!(f32, f64);

impl FromJson for Decimal {
    /// From a number's own digits, which a float would have changed, or from a string.
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let start = r.place();
        let text = match r.kind() {
            Some(Kind::Number) => Cow::Borrowed(r.number()?),
            Some(Kind::String) => r.string()?,
            _ => return Err(r.refuse("a decimal")),
        };
        decimal::parse(text.trim()).ok_or_else(|| r.refuse_at(start, words::decimal(&text)))
    }
}

impl ToJson for Decimal {
    /// With exactly its digits.
    fn to_json(&self, w: &mut Writer) {
        let text = self.to_string();
        match w.form.is_decimal_string() {
            true => w.string(&text),
            false => w.raw(&text),
        }
    }
}

/// Reads a string that has a form of its own.
pub(super) fn parsed<T>(
    r: &mut Reader<'_>,
    expected: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, CodecError> {
    let start = r.place();
    if r.kind() != Some(Kind::String) {
        return Err(r.refuse(expected));
    }
    parse(r.string()?.trim()).ok_or_else(|| r.refuse_at(start, expected))
}

impl FromJson for Date {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        parsed(r, words::DATE, time::parse_date)
    }
}

impl ToJson for Date {
    fn to_json(&self, w: &mut Writer) {
        w.string(&self.to_string());
    }
}

impl FromJson for DateTime {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let expected = match r.form.is_rails_timestamp() {
            true => words::RAILS_TIME,
            false => words::DATE_TIME,
        };
        parsed(r, expected, time::parse_date_time)
    }
}

impl ToJson for DateTime {
    fn to_json(&self, w: &mut Writer) {
        w.string(&match w.form.is_rails_timestamp() {
            true => time::print_rails_timestamp(self),
            false => time::print_date_time(self),
        });
    }
}

impl FromJson for DateOptionalTime {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        parsed(r, words::DATE_OPTIONAL_TIME, time::parse_date_optional_time)
    }
}

impl ToJson for DateOptionalTime {
    fn to_json(&self, w: &mut Writer) {
        w.string(&self.to_string());
    }
}

impl FromJson for Secret {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        match r.kind() {
            Some(Kind::String) => r.string().map(Self::new).map_err(CodecError::into_secret),
            _ => Err(r.refuse("a secret string").into_secret()),
        }
    }
}

impl ToJson for Secret {
    fn to_json(&self, w: &mut Writer) {
        w.string(self.expose());
    }
}

impl FromJson for serde_json::Value {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let start = r.place();
        r.undeclared = r.undeclared.saturating_add(1);
        Ok(match r.kind() {
            Some(Kind::Boolean) => Self::Bool(r.boolean()?),
            Some(Kind::Number) => match free_number(r.number()?) {
                Some(number) => Self::Number(number),
                None => return Err(r.refuse_at(start, words::NOT_TOO_LARGE)),
            },
            Some(Kind::String) => Self::String(r.string()?.into()),
            Some(Kind::Array) => Self::Array(Vec::from_json(r)?),
            Some(Kind::Object) => {
                let mut entries = serde_json::Map::new();
                r.entries(&mut |r, name| {
                    let start = r.place();
                    let value = Self::from_json(r)?;
                    match entries.entry(name.into_owned()) {
                        Entry::Vacant(free) => drop(free.insert(value)),
                        Entry::Occupied(mut first) => {
                            r.comes_again(start, first.key());
                            first.insert(value);
                        }
                    }
                    Ok(())
                })?;
                Self::Object(entries)
            }
            Some(Kind::Null) | None => match r.null()? {
                true => Self::Null,
                false => return Err(r.refuse("a value")),
            },
        })
    }
}

/// A number of a free-form value: an integer, or the float nearest to its digits, which serde_json's own parser may miss.
fn free_number(text: &str) -> Option<serde_json::Number> {
    let integer = match text.starts_with('-') {
        true => text.parse::<i64>().ok().filter(|n| *n != 0).map(Into::into),
        false => text.parse::<u64>().ok().map(Into::into),
    };
    integer.or_else(|| serde_json::Number::from_f64(text.parse().ok()?))
}

impl ToJson for serde_json::Value {
    fn to_json(&self, w: &mut Writer) {
        match self {
            Self::Null => w.null(),
            Self::Bool(value) => value.to_json(w),
            Self::Number(number) => w.raw(&number.to_string()),
            Self::String(text) => w.string(text),
            Self::Array(items) => items.to_json(w),
            Self::Object(entries) => {
                w.begin();
                for (name, value) in entries {
                    w.field(name, value);
                }
                w.end();
            }
        }
    }
}

/// Reads an open enum of strings, for `string_enum!`.
#[doc(hidden)]
pub fn read_string_enum<E: StringEnum>(r: &mut Reader<'_>) -> Result<E, CodecError> {
    r.word().map(|wire| E::read(&wire))
}

impl<'t> Reader<'t> {
    /// The text of an enum of strings.
    #[inline(never)]
    fn word(&mut self) -> Result<Cow<'t, str>, CodecError> {
        if self.form.takes_number() && self.kind() == Some(Kind::Number) {
            return self.number().map(Cow::Borrowed);
        }
        self.string()
    }
}

/// Reads an open enum of integers, for `integer_enum!`.
#[doc(hidden)]
pub fn read_integer_enum<E: IntegerEnum>(r: &mut Reader<'_>) -> Result<E, CodecError> {
    i64::from_json(r).map(E::read)
}

/// Null, and nothing else.
impl FromJson for () {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        match r.null()? {
            true => Ok(()),
            false => Err(r.refuse("null")),
        }
    }
}

impl ToJson for () {
    fn to_json(&self, w: &mut Writer) {
        w.null();
    }
}
