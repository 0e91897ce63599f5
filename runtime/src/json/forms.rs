//! Other forms of single values than their usual one, applied through `Option`, `Maybe`, lists and maps.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use rust_decimal::Decimal;

use super::reader::Kind;
use super::scalars::{Integer, parsed};
use super::{Error, FromJson, Reader, ToJson, Writer};
use crate::Maybe;
use crate::value::decimal;
use crate::value::enums::IntegerEnum;
use crate::value::time::{self, DateTime};

/// A decimal as a JSON string with exactly its digits; a number is read too.
pub enum DecimalString {}
/// A moment as `2009-06-04 14:22:34 +0400`; RFC 3339 is read too.
pub enum RailsTimestamp {}
/// A number, boolean or integer enum that also arrives as a string.
pub enum AcceptString {}
/// A string that also arrives as a number.
pub enum AcceptNumber {}

/// A type that holds values in form `F`: the scalar itself, or `Option`, `Maybe`, a list, a map of it.
pub trait Via<F>: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// Where it has another form.
    fn read(r: &mut Reader<'_>) -> Result<Self, Error>;
    /// Writes the value.
    fn write(&self, w: &mut Writer);
    /// As [`ToJson::is_absent`].
    fn is_absent(&self) -> bool {
        false
    }
}

/// A value that is to be written in form `F`.
pub struct InForm<'a, F, T>(&'a T, PhantomData<F>);

impl<'a, F, T: Via<F>> InForm<'a, F, T> {
    /// This value in the form.
    pub fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<F, T: Via<F>> ToJson for InForm<'_, F, T> {
    fn to_json(&self, w: &mut Writer) {
        self.0.write(w);
    }

    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }
}

impl<F, T: Via<F>> Via<F> for Vec<T> {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.list(T::read)
    }

    fn write(&self, w: &mut Writer) {
        w.begin_array();
        for value in self {
            w.item(&InForm::new(value));
        }
        w.end_array();
    }
}

impl<F, T: Via<F>> Via<F> for BTreeMap<String, T> {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.map(T::read)
    }

    fn write(&self, w: &mut Writer) {
        w.begin();
        for (name, value) in self {
            w.field(name, &InForm::new(value));
        }
        w.end();
    }
}

impl<F, T: Via<F>> Via<F> for Option<T> {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        match r.null()? {
            true => Ok(None),
            false => T::read(r).map(Some),
        }
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Some(value) => value.write(w),
            None => w.null(),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<F, T: Via<F>> Via<F> for Maybe<T> {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        <Option<T> as Via<F>>::read(r).map(Self::or_null)
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Value(value) => value.write(w),
            Self::Null | Self::Absent => w.null(),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Via<DecimalString> for Decimal {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        Self::from_json(r)
    }

    fn write(&self, w: &mut Writer) {
        w.string(&self.to_string());
    }
}

impl Via<RailsTimestamp> for DateTime {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        parsed(
            r,
            "a time like 2009-06-04 14:22:34 +0400",
            time::parse_rails_timestamp,
        )
    }

    fn write(&self, w: &mut Writer) {
        w.string(&time::print_rails_timestamp(self));
    }
}

/// Reads an integer that may be a string, and may be written as `5.0`.
fn lenient_integer<T: Integer>(r: &mut Reader<'_>) -> Result<T, Error> {
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

fn integer_of<T: Integer>(text: &str) -> Option<T> {
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => decimal::parse(text).and_then(T::of_decimal),
    }
}

macro_rules! accept_string {
    ($($ty:ty = $read:expr),+) => {
        $(
            impl Via<AcceptString> for $ty {
                fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
                    $read(r)
                }

                fn write(&self, w: &mut Writer) {
                    self.to_json(w);
                }
            }
        )+
    };
}

accept_string!(
    i32 = lenient_integer,
    i64 = lenient_integer,
    u32 = lenient_integer,
    u64 = lenient_integer,
    f32 = lenient_float,
    f64 = lenient_float,
    bool = lenient_boolean
);

fn lenient_float<T: FromJson + std::str::FromStr + Into<f64> + Copy>(
    r: &mut Reader<'_>,
) -> Result<T, Error> {
    let start = r.place();
    if r.kind() != Some(Kind::String) {
        return T::from_json(r);
    }
    let text = r.string()?;
    // What Rust reads beside numbers (inf, nan) is none here.
    match text.trim().parse::<T>() {
        Ok(number) if number.into().is_finite() => Ok(number),
        _ => Err(r.refuse_at(start, "a number, also as a string")),
    }
}

fn lenient_boolean(r: &mut Reader<'_>) -> Result<bool, Error> {
    let start = r.place();
    if r.kind() != Some(Kind::String) {
        return bool::from_json(r);
    }
    match r.string()?.trim() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(r.refuse_at(start, "true or false, also as a string")),
    }
}

/// For `integer_enum!`.
#[doc(hidden)]
pub fn read_lenient_enum<E: IntegerEnum>(r: &mut Reader<'_>) -> Result<E, Error> {
    lenient_integer(r).map(E::read)
}

impl Via<AcceptNumber> for String {
    /// By the number's own text: 1.50 stays 1.50, and a long identifier keeps its digits.
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        match r.kind() {
            Some(Kind::String) => r.string().map(Into::into),
            Some(Kind::Number) => r.number().map(Into::into),
            _ => Err(r.refuse("a string or a number")),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.string(self);
    }
}
