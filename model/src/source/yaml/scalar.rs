//! Plain scalars by the core schema of YAML 1.2.

use crate::diag::{Code, Finding};
use crate::source::{Origin, Value};

/// A number that JSON's numbers of 64 bits do not hold.
pub(in crate::source) fn number_range(origin: &Origin, text: &str) -> Finding {
    Finding::new(
        Code::NumberRange,
        origin,
        format!("the number `{text}` cannot be represented in JSON with 64 bits"),
    )
    .help("where it is text, write it in quotes")
}

/// Whether an integer needs more than 64 bits.
pub(super) fn oversized(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.len() > 18
        && digits.bytes().all(|b| b.is_ascii_digit())
        && text
            .strip_prefix('+')
            .unwrap_or(text)
            .parse::<i128>()
            .is_ok_and(|number| u64::try_from(number).is_err() && i64::try_from(number).is_err())
}

/// A plain scalar by the core schema. `None`: a number that cannot be held.
pub(super) fn resolve(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return None,
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_digit(radix))
        {
            return u64::from_str_radix(digits, radix)
                .ok()
                .map(|number| Value::Number(number.into()));
        }
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        let number = plain
            .parse::<u64>()
            .map(Into::into)
            .or_else(|_| plain.parse::<i64>().map(Into::into))
            .ok()
            .or_else(|| serde_json::Number::from_f64(plain.parse().ok()?));
        return number.map(Value::Number);
    }
    if is_float(unsigned) {
        let number = text.strip_prefix('+').unwrap_or(text).parse::<f64>().ok()?;
        return serde_json::Number::from_f64(number).map(Value::Number);
    }
    Some(Value::String(text.to_owned()))
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..)),
        None => (text, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    mantissa_fits && exponent_fits
}
