//! Parameters as text.

use std::str::FromStr;

use serde_json::Value;

use crate::{Date, DateOptionalTime, DateTime, json};

/// A type that a parameter's text can be read into.
pub trait Text: Sized {
    /// What is expected, in words.
    const EXPECTED: &'static str;
    /// Reads it.
    fn from_text(text: &str) -> Option<Self>;
}

macro_rules! text_by_from_str {
    ($($ty:ty: $expected:literal),* $(,)?) => {
        $(impl Text for $ty {
            const EXPECTED: &'static str = $expected;
            fn from_text(text: &str) -> Option<Self> {
                <$ty>::from_str(text.trim()).ok()
            }
        })*
    };
}

text_by_from_str! {
    i32: "an integer",
    i64: "an integer",
    u32: "an integer that is not negative",
    u64: "an integer that is not negative",
    f32: "a number",
    f64: "a number",
    bool: "true or false",
    crate::Decimal: "a decimal",
    Date: "a date like 2017-10-10",
}

impl Text for String {
    const EXPECTED: &'static str = "a text";
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Text for crate::Secret {
    const EXPECTED: &'static str = "a text";
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned().into())
    }
}

impl Text for DateTime {
    const EXPECTED: &'static str = "a time like 2009-06-04T14:22:34+04:00";
    fn from_text(text: &str) -> Option<Self> {
        crate::value::time::parse_date_time(text.trim())
    }
}

impl Text for DateOptionalTime {
    const EXPECTED: &'static str = "a date like 2017-10-10, or 2017-10-10T12:30";
    fn from_text(text: &str) -> Option<Self> {
        crate::value::time::parse_date_optional_time(text.trim())
    }
}

/// Lists are separated by commas, or written as a JSON list of scalars, whose items may hold commas.
impl<T: Text> Text for Vec<T> {
    const EXPECTED: &'static str = "a list separated by commas";
    fn from_text(text: &str) -> Option<Self> {
        match json_items(text) {
            Some(items) => items.iter().map(|item| T::from_text(item)).collect(),
            None => text.split(',').map(T::from_text).collect(),
        }
    }
}

/// The texts of a JSON list of scalars; `None` where the text is another.
fn json_items(text: &str) -> Option<Vec<String>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let items: Vec<Value> = json::decode(text.as_bytes()).ok()?;
    let scalars = items.into_iter().map(|item| match item {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Bool(_) => Some(item.to_string()),
        _ => None,
    });
    scalars.collect()
}
