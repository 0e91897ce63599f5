//! Judging texts: the formats of scalars, names that are near, names of secrets.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// `2017-10-10`.
pub(crate) fn is_date(text: &str) -> bool {
    shaped(text, "dddd-dd-dd") && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// RFC 3339: `2017-10-10T12:30:00+03:00`.
pub(crate) fn is_date_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok()
}

/// `2017-10-10`, `2017-10-10T12:30`, or with seconds; with an offset as RFC 3339.
pub(crate) fn is_date_optional_time(text: &str) -> bool {
    is_date(text)
        || is_date_time(text)
        || (shaped(text, "dddd-dd-ddTdd:dd")
            && NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").is_ok())
        || (shaped(text, "dddd-dd-ddTdd:dd:dd")
            && NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").is_ok())
}

/// `2009-06-04 14:22:34 +0400`, or RFC 3339.
pub(crate) fn is_rails_timestamp(text: &str) -> bool {
    is_date_time(text)
        || ((shaped(text, "dddd-dd-dd dd:dd:dd +dddd")
            || shaped(text, "dddd-dd-dd dd:dd:dd -dddd"))
            && DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z").is_ok())
}

/// A decimal number without an exponent: `-12.50`.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    (!whole.is_empty() || !fraction.is_empty()) && all_digits(whole) && all_digits(fraction)
}

/// Whether a text has this shape: `d` stands for a digit, everything else for itself.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(found, expected)| {
            if expected == b'd' {
                found.is_ascii_digit()
            } else {
                found == expected
            }
        })
}

/// The known name that is nearest to `name`, if any is near enough to have been meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: String = name.chars().take(64).collect();
    known
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&name, candidate),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Whether a property, parameter or part of this name is likely to hold a secret.
pub(crate) fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "token",
        "password",
        "passwd",
        "secret",
        "api_key",
        "apikey",
        "sign",
        "authorization",
    ]
    .iter()
    .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        assert!(is_date("2024-02-29") && !is_date("2023-02-29") && !is_date("2024-2-29"));
        assert!(is_date_optional_time("2017-10-10") && is_date_optional_time("2017-10-10T12:30"));
        assert!(
            is_date_optional_time("2017-10-10T12:30:00")
                && is_date_optional_time("2017-10-10T12:30:00Z")
                && !is_date_optional_time("2017-10-10T12:30Z")
                && !is_date_optional_time("2017-10-10 12:30")
        );
        assert!(
            is_rails_timestamp("2009-06-04 14:22:34 +0400")
                && is_rails_timestamp("2009-06-04T14:22:34Z")
        );
        assert!(
            !is_rails_timestamp("2009-06-04") && !is_rails_timestamp("2009-13-04 14:22:34 +0400")
        );
        for good in ["1", "-1.50", "+3", ".5", "5."] {
            assert!(is_decimal(good), "{good}");
        }
        for bad in ["", ".", "-", "1e3", "1,5", " 1", "0x1"] {
            assert!(!is_decimal(bad), "{bad}");
        }
        assert!(!is_date("٢٠٢٤-02-29"), "only ASCII digits are digits");
    }

    #[test]
    fn near_names() {
        assert_eq!(
            nearest("pirce", ["price", "name"].into_iter()),
            Some("price")
        );
        assert_eq!(nearest("colour", ["price", "name"].into_iter()), None);
    }
}
