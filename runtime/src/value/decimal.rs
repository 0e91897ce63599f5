//! Exact decimal numbers from and to text.

use std::str::FromStr as _;

use rust_decimal::Decimal;

/// Reads a decimal as JSON, XML and people write it: `-12`, `0.50`, `1.5e3`. Nothing is rounded: a number that does
/// not fit (more than 28 places or 96 bits) gives `None`, as does anything else that is not a number.
pub fn parse(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        None => return plain(text),
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
    };
    let value = plain(mantissa)?;
    if value.is_zero() {
        return i64::from_str(exponent).ok().map(|_| value);
    }
    let exponent = i32::from_str(exponent)
        .ok()
        .filter(|exponent| exponent.unsigned_abs() <= 60)?;
    // The point moves by `exponent` places: fewer places after it, or more digits before it.
    let scale = i64::from(value.scale()) - i64::from(exponent);
    if let Ok(scale) = u32::try_from(scale) {
        return Decimal::try_from_i128_with_scale(value.mantissa(), scale).ok();
    }
    let zeros = u32::try_from(-scale).ok()?;
    let mantissa = 10_i128.checked_pow(zeros)?.checked_mul(value.mantissa())?;
    Decimal::try_from_i128_with_scale(mantissa, 0).ok()
}

fn plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let well_formed = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    if !well_formed {
        return None;
    }
    // Zeros at the end count as digits there, and as none in the value.
    let shorter = || {
        let significant = text
            .contains('.')
            .then(|| text.trim_end_matches('0').trim_end_matches('.'))?;
        Decimal::from_str_exact(significant).ok()
    };
    Decimal::from_str_exact(text).ok().or_else(shorter)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn shown(text: &str) -> Option<String> {
        parse(text).map(|value| value.to_string())
    }

    #[test]
    fn reads_what_is_a_number_and_keeps_its_digits() {
        assert_eq!(shown("0.50").as_deref(), Some("0.50"));
        assert_eq!(shown("-12").as_deref(), Some("-12"));
        assert_eq!(shown("1.5e3").as_deref(), Some("1500"));
        assert_eq!(shown("15E-1").as_deref(), Some("1.5"));
        assert_eq!(shown("0e999").as_deref(), Some("0"));
        let zeros = "0".repeat(40);
        assert_eq!(shown(&format!("10.5{zeros}")).as_deref(), Some("10.5"));
        assert_eq!(shown(&format!("10.{zeros}")).as_deref(), Some("10"));
        assert_eq!(shown(&format!("1{zeros}.5")), None);
        assert_eq!(
            shown("79228162514264337593543950335").as_deref(),
            Some("79228162514264337593543950335")
        );
    }

    #[test]
    fn refuses_what_is_none_or_does_not_fit() {
        for text in [
            "",
            "-",
            ".",
            "abc",
            "1,5",
            "1e",
            "1e999999999999",
            "1e61",
            "1e29",
            "1e-29",
            "0x10",
            "1_000",
            "NaN",
            "79228162514264337593543950336",
            "0.12345678901234567890123456789",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
