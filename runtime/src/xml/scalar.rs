//! Scalars: numbers, booleans, strings, secrets.

use super::reader::{FromXml, Reader};
use super::tag::Tags;
use super::writer::{ToXml, Writer};
use crate::codec::words::{self, quoted};
use crate::json::integer_of;
use crate::value::enums::{IntegerEnum, StringEnum, from_integer, from_str};
use crate::value::{Secret, decimal, is_identifier};
use crate::{CodecError, CodecErrorKind};
use rust_decimal::Decimal;

/// The error of a text that is not of its type.
#[cold]
#[inline(never)]
pub(crate) fn not_a(at: usize, what: &'static str, text: &str) -> CodecError {
    CodecError::expected(CodecErrorKind::Value, at, what, quoted(text))
}

impl Reader<'_> {
    /// Reads the plain form of a number, `-740.05`: its digits as an integer and
    /// how many of them are behind the point. `None`, with nothing read, where
    /// it is not plain or has more than 18 digits, or a fraction is not wanted.
    #[inline]
    fn plain_number(&mut self, fraction: bool) -> Option<(i64, u32)> {
        let from = self.pos;
        let negative = self.byte(from) == Some(b'-');
        let mut p = from + usize::from(negative);
        let digits = p;
        let mut number: i64 = 0;
        let mut point = None;
        loop {
            match self.byte(p)? {
                digit @ b'0'..=b'9' => {
                    if p - digits >= 18 {
                        return None;
                    }
                    number = number * 10 + i64::from(digit - b'0');
                }
                b'.' if fraction && point.is_none() && p != digits => point = Some(p),
                b'<' => break,
                _ => return None,
            }
            p += 1;
        }
        let scale = match point {
            Some(point) => p - point - 1,
            None => 0,
        };
        if p == digits || (point.is_some() && scale == 0) || self.el.is_empty() {
            return None;
        }
        if !self.try_close(self.el, p) {
            return None;
        }
        let number = if negative { -number } else { number };
        Some((number, u32::try_from(scale).ok()?))
    }

    #[inline(never)]
    fn integer(&mut self, expected: &'static str) -> Result<i64, CodecError> {
        if let Some((number, _)) = self.plain_number(false) {
            return Ok(number);
        }
        let at = self.value_offset();
        let lenient = self.omitted.is_some();
        let text = self.scalar_text()?;
        match text.parse() {
            Ok(number) => Ok(number),
            // As in JSON.
            Err(_) => Some(&text)
                .filter(|_| lenient)
                .and_then(|text| integer_of(text))
                .ok_or_else(|| not_a(at, expected, &text)),
        }
    }
}

impl FromXml for i64 {
    const NULL_IF_EMPTY: bool = true;

    #[inline]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.integer(words::I64)
    }
}

impl FromXml for i32 {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let at = r.value_offset();
        let number = r.integer(words::I32)?;
        Self::try_from(number).map_err(|_| not_a(at, words::I32, &number.to_string()))
    }
}

macro_rules! unsigned {
    ($($ty:ty: $expected:expr),+) => {
        $(
            impl FromXml for $ty {
                const NULL_IF_EMPTY: bool = true;

                fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
                    let at = r.value_offset();
                    let text = r.scalar_text()?;
                    text.parse().map_err(|_| not_a(at, $expected, &text))
                }
            }

            impl ToXml for $ty {
                const NULL_IF_EMPTY: bool = true;
                fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
                    w.digits(false, u64::from(*self), 0);
                    Ok(())
                }
            }
        )+
    };
}

unsigned!(u32: words::U32, u64: words::U64);

/// A finite number in XML's notation.
fn float(r: &mut Reader<'_>) -> Result<f64, CodecError> {
    let at = r.value_offset();
    let text = r.scalar_text()?;
    text.parse()
        .ok()
        .filter(|n: &f64| n.is_finite())
        .ok_or_else(|| not_a(at, words::number(&text), &text))
}

impl FromXml for f64 {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        float(r)
    }
}

impl FromXml for f32 {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let at = r.value_offset();
        let text = r.scalar_text()?;
        text.parse()
            .ok()
            .filter(|n: &f32| n.is_finite())
            .ok_or_else(|| not_a(at, words::number(&text), &text))
    }
}

impl FromXml for bool {
    const NULL_IF_EMPTY: bool = true;

    #[inline(never)]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        if r.attribute.is_none() && !r.el.is_empty() {
            let rest = r.bytes.get(r.pos..).unwrap_or_default();
            if rest.starts_with(b"false") {
                if r.try_close(r.el, r.pos + 5) {
                    return Ok(false);
                }
            } else if rest.starts_with(b"true") && r.try_close(r.el, r.pos + 4) {
                return Ok(true);
            }
        }
        let at = r.value_offset();
        let text = r.scalar_text()?;
        match &*text {
            // .NET prints a capital letter at times
            "true" | "1" | "True" => Ok(true),
            "false" | "0" | "False" => Ok(false),
            _ => Err(not_a(at, words::BOOLEAN, &text)),
        }
    }
}

impl FromXml for Decimal {
    const NULL_IF_EMPTY: bool = true;

    #[inline(never)]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        if let Some((number, scale)) = r.plain_number(true) {
            return Ok(Self::new(number, scale)); // a scale of at most 17
        }
        let at = r.value_offset();
        let text = r.scalar_text()?;
        decimal::parse(&text).ok_or_else(|| not_a(at, words::decimal(&text), &text))
    }
}

impl FromXml for String {
    #[inline]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        match r.uuid {
            true => uuid(r),
            false => r.string(),
        }
    }
}

fn uuid(r: &mut Reader<'_>) -> Result<String, CodecError> {
    let at = r.value_offset();
    let text = r.scalar_text()?;
    match is_identifier(&text) {
        true => Ok(text.into_owned()),
        false => Err(not_a(at, words::UUID, &text)),
    }
}

impl FromXml for Secret {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let element = r.el.start;
        r.string().map(Self::new).map_err(|e| e.in_secret(element))
    }
}

impl<T: FromXml> FromXml for Box<T> {
    const NULL_IF_EMPTY: bool = T::NULL_IF_EMPTY;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::from_xml(r).map(Self::new)
    }

    fn tags() -> Option<&'static Tags> {
        T::tags()
    }
}

impl Reader<'_> {
    /// Reads an open enum of strings; used by [`string_enum!`](crate::string_enum).
    #[doc(hidden)]
    pub fn string_enum<E: StringEnum>(&mut self) -> Result<E, CodecError> {
        Ok(from_str(&self.scalar_text()?))
    }

    /// Reads an open enum of integers; used by [`integer_enum!`](crate::integer_enum).
    #[doc(hidden)]
    pub fn integer_enum<E: IntegerEnum>(&mut self) -> Result<E, CodecError> {
        Ok(from_integer(self.integer(words::I64)?))
    }

    /// Reads an open enum of any scalars; used by [`mixed_enum!`](crate::mixed_enum). Numbers and booleans are what JSON calls so.
    #[doc(hidden)]
    pub fn mixed_enum<E: From<serde_json::Value>>(&mut self) -> Result<E, CodecError> {
        let text = self.scalar_text()?;
        let value = match crate::json::decode(text.as_bytes()) {
            Ok(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => value,
            _ => serde_json::Value::String(text.into_owned()),
        };
        Ok(E::from(value))
    }
}

// ---- writing ----

impl ToXml for i64 {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.digits(*self < 0, self.unsigned_abs(), 0);
        Ok(())
    }
}

impl ToXml for i32 {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        i64::from(*self).to_xml(w)
    }
}

macro_rules! float {
    ($($ty:ty),*) => {$(
        impl ToXml for $ty {
            const NULL_IF_EMPTY: bool = true;
            fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
                if !self.is_finite() {
                    return Err(w.unrepresentable("a finite number", self.to_string()));
                }
                w.display(*self);
                Ok(())
            }
        }
    )*};
}

float!(f64, f32);

impl ToXml for bool {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.raw(if *self { b"true" } else { b"false" });
        Ok(())
    }
}

impl ToXml for Decimal {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        match u64::try_from(self.mantissa().unsigned_abs()) {
            Ok(digits) if self.scale() <= 18 => {
                w.digits(self.is_sign_negative(), digits, self.scale() as usize);
            }
            _ => w.display(self),
        }
        Ok(())
    }
}

impl ToXml for str {
    #[inline]
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.string(self)
    }
}

impl ToXml for String {
    #[inline]
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.string(self)
    }
}

impl ToXml for Secret {
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        w.string(self.expose()).map_err(|e| e.in_secret(0))
    }
}

impl<T: ToXml + ?Sized> ToXml for Box<T> {
    const NULL_IF_EMPTY: bool = T::NULL_IF_EMPTY;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        (**self).to_xml(w)
    }

    fn tags(&self) -> Option<&'static Tags> {
        (**self).tags()
    }
}

impl<T: ToXml + ?Sized> ToXml for &T {
    const NULL_IF_EMPTY: bool = T::NULL_IF_EMPTY;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        (**self).to_xml(w)
    }

    fn tags(&self) -> Option<&'static Tags> {
        (**self).tags()
    }
}
