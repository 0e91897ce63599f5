//! Forms of decimals, dates and times, for examples.

/// Whether the text has this form.
#[must_use]
pub fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction)
}

/// Whether text has the form of a pattern, in which `0` stands for a digit.
fn like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, p)| {
            if p == b'0' {
                b.is_ascii_digit()
            } else {
                b == p
            }
        })
}

fn within(text: &str, at: std::ops::Range<usize>, low: u32, high: u32) -> bool {
    text.get(at)
        .and_then(|part| part.parse::<u32>().ok())
        .is_some_and(|n| (low..=high).contains(&n))
}

/// Whether the text has this form.
#[must_use]
pub fn is_date(text: &str) -> bool {
    like(text, "0000-00-00") && within(text, 5..7, 1, 12) && within(text, 8..10, 1, 31)
}

pub(super) fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    (like(whole, "00:00:00") || like(whole, "00:00"))
        && within(whole, 0..2, 0, 23)
        && within(whole, 3..5, 0, 59)
        && (whole.len() == 5 || within(whole, 6..8, 0, 60))
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_offset(text: &str) -> bool {
    matches!(text, "Z" | "z")
        || text
            .strip_prefix(['+', '-'])
            .is_some_and(|rest| like(rest, "00:00") || like(rest, "0000"))
}

/// Whether the text has this form.
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some(at) = rest.find(['Z', 'z', '+', '-']) else {
        return false;
    };
    let (time, offset) = (rest.get(..at).unwrap_or(""), rest.get(at..).unwrap_or(""));
    is_date(date) && is_time(time) && time.len() >= 8 && is_offset(offset)
}

/// Whether the text is a moment as Rails writes it.
#[must_use]
pub fn is_rails(text: &str) -> bool {
    let mut parts = text.split(' ');
    let fits = parts.next().is_some_and(is_date)
        && parts.next().is_some_and(is_time)
        && parts
            .next()
            .is_none_or(|offset| is_offset(offset) || offset == "UTC");
    fits && parts.next().is_none()
}
