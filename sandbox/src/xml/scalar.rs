//! Scalars from their texts.

use serde_json::{Number, Value};

use crate::text;

/// An integer, in decimal digits, of 64 bits.
pub(super) fn integer(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    let signed = text.parse::<i64>().map(Number::from).ok();
    signed
        .or_else(|| text.parse::<u64>().map(Number::from).ok())
        .map(Value::Number)
}

/// A number; a whole one without an exponent becomes an integer.
pub(super) fn number(text: &str) -> Option<Value> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    if !text::is_decimal(mantissa) {
        return None;
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    if exponent.is_none()
        && let Some(whole) = integer(text)
    {
        return Some(whole);
    }
    let value: f64 = text.parse().ok()?;
    Number::from_f64(value).map(Value::Number)
}

/// A boolean as XML Schema writes it.
pub(super) fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "1" => Some(Value::Bool(true)),
        "false" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}
