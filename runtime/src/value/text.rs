//! Scalars as text, for forms and parameters.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::time::{Date, DateOptionalTime, DateTime, print_date_time};
use super::{Maybe, Secret};

/// A scalar as written in a form's part or a parameter. Unlike `Display` it is meant for the wire: it exposes a
/// [`Secret`], and writes a time as the documents do.
pub trait ToText {
    /// The text.
    fn to_text(&self) -> Cow<'_, str>;

    /// Whether it is not a number that is NaN or infinite, which is not sent.
    fn is_finite(&self) -> bool {
        true
    }
}

impl ToText for str {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ToText for String {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ToText for Secret {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.expose())
    }
}

impl ToText for DateTime {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(print_date_time(self))
    }
}

impl<T: ToText + ?Sized> ToText for &T {
    fn to_text(&self) -> Cow<'_, str> {
        (**self).to_text()
    }

    fn is_finite(&self) -> bool {
        (**self).is_finite()
    }
}

/// Null and absent are empty: a form has no other way to say so.
impl<T: ToText> ToText for Maybe<T> {
    fn to_text(&self) -> Cow<'_, str> {
        self.value().map_or(Cow::Borrowed(""), ToText::to_text)
    }

    fn is_finite(&self) -> bool {
        self.value().is_none_or(ToText::is_finite)
    }
}

macro_rules! by_display {
    ($($ty:ty $(: $is_finite:expr)?),+ $(,)?) => {
        $(
            impl ToText for $ty {
                fn to_text(&self) -> Cow<'_, str> {
                    Cow::Owned(self.to_string())
                }
                $(
                    fn is_finite(&self) -> bool {
                        $is_finite(*self)
                    }
                )?
            }
        )+
    };
}

by_display!(
    i32,
    i64,
    u32,
    u64,
    f32: f32::is_finite,
    f64: f64::is_finite,
    bool,
    Decimal,
    Date,
    DateOptionalTime,
);

/// Whether a text may be an identifier where a UUID is documented: servers of tests, and shops that number their tasks, send other
/// words. What a server says instead of one is a sentence, or a word without a digit.
pub(crate) fn is_identifier(text: &str) -> bool {
    let text = text.trim_ascii();
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text is a UUID, in one of the forms in which servers write them: with or without hyphens, in braces, as a URN, with
/// spaces around it.
pub(crate) fn is_uuid(text: &str) -> bool {
    let text = text.trim_ascii();
    let text = match text.get(..9) {
        Some(start) if start.eq_ignore_ascii_case("urn:uuid:") => text.split_at(9).1,
        _ => text,
    };
    let braced = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let mut lengths = [0; 5];
    let mut group = 0;
    for byte in braced.unwrap_or(text).bytes() {
        match lengths.get_mut(group) {
            Some(length) if byte.is_ascii_hexdigit() => *length += 1,
            Some(_) if byte == b'-' => group += 1,
            _ => return false,
        }
    }
    matches!(lengths, [8, 4, 4, 4, 12] | [32, 0, 0, 0, 0]) && matches!(group, 0 | 4)
}
