//! JSON with the digits of its numbers: `serde_json::Value` keeps no more than a double does.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde_json::value::RawValue;

#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    String(String),
    Array(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
}

impl Tree {
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let text = text.trim();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
                let members = members.into_iter();
                Self::Object(
                    members
                        .map(|(key, value)| Ok((key, Self::parse(value.get())?)))
                        .collect::<Result<_, serde_json::Error>>()?,
                )
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::Array(
                    items
                        .iter()
                        .map(|i| Self::parse(i.get()))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Self::String(serde_json::from_str(text)?),
            Some(b't' | b'f') => Self::Bool(serde_json::from_str(text)?),
            Some(b'n') => {
                serde_json::from_str::<()>(text)?;
                Self::Null
            }
            _ => {
                serde_json::from_str::<&RawValue>(text)?;
                Self::Number(text.to_owned())
            }
        })
    }

    /// Numbers in one spelling for each value: a sign, digits without zeros at the ends, a power of ten.
    pub fn canonical(self) -> Self {
        match self {
            Self::Number(text) => Self::Number(canonical_number(&text)),
            Self::Array(items) => Self::Array(items.into_iter().map(Self::canonical).collect()),
            Self::Object(members) => Self::Object(
                members
                    .into_iter()
                    .map(|(k, v)| (k, v.canonical()))
                    .collect(),
            ),
            other => other,
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(text) => f.write_str(text),
            Self::String(text) => f.write_str(&quoted(text)),
            Self::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { "," } else { "" })?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                f.write_char('{')?;
                for (index, (key, value)) in members.iter().enumerate() {
                    write!(
                        f,
                        "{}{}:{value}",
                        if index > 0 { "," } else { "" },
                        quoted(key)
                    )?;
                }
                f.write_char('}')
            }
        }
    }
}

fn canonical_number(text: &str) -> String {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse::<i64>().unwrap_or(i64::MAX / 2)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - kept.len()).unwrap_or(0);
    let power = power - i64::try_from(fraction.len()).unwrap_or(0) + dropped;
    match kept.trim_start_matches('0') {
        "" => "0".to_owned(),
        kept => format!("{sign}{kept}e{power}"),
    }
}

#[test]
fn numbers_are_compared_by_value() {
    for (a, b) in [
        ("1", "1.0"),
        ("100", "1e2"),
        ("0.10", "1E-1"),
        ("-0", "0.00"),
        ("-120", "-1.2e+2"),
    ] {
        assert_eq!(canonical_number(a), canonical_number(b), "{a} {b}");
    }
    assert_ne!(canonical_number("1"), canonical_number("-1"));
    assert_ne!(canonical_number("10"), canonical_number("1"));
}
