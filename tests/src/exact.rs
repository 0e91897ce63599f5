//! JSON without loss: numbers are decimals of any length, a key that comes twice is an error.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON value. Two are equal where they mean the same: numbers by value, objects without regard to order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

/// A decimal number of any length: `digits × 10^exponent`, without zeros at either end of the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    /// Reads JSON's form of a number. `None` where the text is none.
    ///
    /// ```
    /// use lavka_tests::exact::Number;
    /// assert_eq!(Number::parse("1.50"), Number::parse("15e-1"));
    /// assert_ne!(Number::parse("0.1"), Number::parse("0.1000000000000000000000001"));
    /// assert_eq!(Number::parse("abc"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match rest.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        let zeros = i64::try_from(significant.len() - digits.len()).ok()?;
        let scale = i64::try_from(fraction.len()).ok()?;
        let is_zero = digits.is_empty();
        Some(Self {
            negative: negative && !is_zero,
            digits: digits.to_owned(),
            exponent: if is_zero { 0 } else { power - scale + zeros },
        })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.digits.is_empty() {
            "0"
        } else {
            &self.digits
        };
        match usize::try_from(self.exponent) {
            Ok(zeros) if zeros <= 20 => write!(f, "{sign}{digits}{}", "0".repeat(zeros)),
            _ => write!(f, "{sign}{digits}e{}", self.exponent),
        }
    }
}

impl Json {
    /// Reads JSON text.
    ///
    /// # Errors
    /// Where it is no JSON, or a key comes twice in an object.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        Self::from_raw(raw.get())
    }

    /// The same value as `serde_json` holds it; fractions are then as exact as a double is.
    ///
    /// # Panics
    /// Never: what `serde_json` writes is JSON.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        Self::parse(value.to_string().as_bytes()).expect("serde_json writes JSON")
    }

    fn from_raw(text: &str) -> Result<Self, String> {
        let fault = |error: serde_json::Error| format!("{error} in {text}");
        Ok(match text.bytes().next() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).map_err(fault)?;
                let mut object = BTreeMap::new();
                for (key, raw) in members {
                    let value = Self::from_raw(raw.get())?;
                    if object.insert(key.clone(), value).is_some() {
                        return Err(format!("the key {key:?} comes twice in {text}"));
                    }
                }
                Self::Object(object)
            }
            Some(b'[') => {
                let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(fault)?;
                let items = items.iter().map(|raw| Self::from_raw(raw.get()));
                Self::Array(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::String(serde_json::from_str(text).map_err(fault)?),
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Bool(serde_json::from_str(text).map_err(fault)?),
            _ => Self::Number(Number::parse(text).ok_or_else(|| format!("no number: {text}"))?),
        })
    }

    /// The member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(key),
            _ => None,
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Array(items) => write!(f, "a list of {}", items.len()),
            Self::Object(members) => write!(f, "an object of {}", members.len()),
        }
    }
}

/// The members of an object as written, so that a key that comes twice is seen.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Number};

    #[test]
    fn numbers_are_equal_by_value() {
        for (a, b) in [
            ("0", "-0.00"),
            ("100", "1e2"),
            ("0.0010", "1E-3"),
            ("-12.50", "-12.5"),
        ] {
            assert_eq!(Number::parse(a), Number::parse(b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("0.3", "0.30000000000000004"),
        ] {
            assert_ne!(Number::parse(a), Number::parse(b), "{a} {b}");
        }
        for text in ["", "-", "1.e", "x", "1e", ".5"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn objects_are_equal_without_order_and_have_each_key_once() {
        let a = Json::parse(br#"{"a": [1.0, "x"], "b": null}"#);
        assert_eq!(a, Json::parse(br#" {"b":null,"a":[1,"\u0078"]} "#));
        assert!(Json::parse(br#"{"a": 1, "a": 1}"#).is_err());
        assert!(Json::parse(br#"{"a": {"b": 1, "b": 2}}"#).is_err());
    }
}
