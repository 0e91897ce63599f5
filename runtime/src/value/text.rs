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
}

/// Null and absent are empty: a form has no other way to say so.
impl<T: ToText> ToText for Maybe<T> {
    fn to_text(&self) -> Cow<'_, str> {
        self.value().map_or(Cow::Borrowed(""), ToText::to_text)
    }
}

macro_rules! by_display {
    ($($ty:ty),+) => {
        $(
            impl ToText for $ty {
                fn to_text(&self) -> Cow<'_, str> {
                    Cow::Owned(self.to_string())
                }
            }
        )+
    };
}

by_display!(
    i32,
    i64,
    u32,
    u64,
    f32,
    f64,
    bool,
    Decimal,
    Date,
    DateOptionalTime
);
