//! Dates and times as shops' APIs write them; shared by JSON and XML.

use std::fmt;

use chrono::{
    DateTime as ChronoDateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _,
};

/// A calendar date, `2017-10-10`.
pub type Date = NaiveDate;
/// A moment with the offset from UTC that the wire gives.
pub type DateTime = ChronoDateTime<FixedOffset>;

/// A date with or without a time of day, and no offset: the API means its own local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOptionalTime {
    /// The date.
    pub date: Date,
    /// The time of day, if there is one.
    pub time: Option<NaiveTime>,
}

impl From<Date> for DateOptionalTime {
    fn from(date: Date) -> Self {
        Self { date, time: None }
    }
}

impl From<NaiveDateTime> for DateOptionalTime {
    fn from(at: NaiveDateTime) -> Self {
        Self {
            date: at.date(),
            time: Some(at.time()),
        }
    }
}

/// `2017-10-10` or `2017-10-10T12:30`; seconds are written only where they are not zero.
impl fmt::Display for DateOptionalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use chrono::Timelike as _;
        match self.time {
            None => write!(f, "{}", self.date),
            Some(time) if time.second() == 0 && time.nanosecond() == 0 => {
                write!(f, "{}T{}", self.date, time.format("%H:%M"))
            }
            Some(time) => write!(f, "{}T{}", self.date, time.format("%H:%M:%S%.f")),
        }
    }
}

/// Reads `2017-10-10`.
pub fn parse_date(text: &str) -> Option<Date> {
    // chrono takes one-digit months too; the wire has none.
    if text.len() != 10 {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Reads `2017-10-10`, `2017-10-10T12:30` and `2017-10-10T12:30:15.5`; a space may stand for the `T`.
pub fn parse_date_optional_time(text: &str) -> Option<DateOptionalTime> {
    let date = parse_date(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(DateOptionalTime { date, time: None });
    }
    let time = rest.strip_prefix(['T', ' '])?;
    let time = NaiveTime::parse_from_str(time, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S%.f"))
        .ok()?;
    Some(DateOptionalTime {
        date,
        time: Some(time),
    })
}

/// Reads RFC 3339: `2026-11-21T10:20:30.1234567+03:00`, also with a space for the `T` and an offset without a colon.
pub fn parse_date_time(text: &str) -> Option<DateTime> {
    ChronoDateTime::parse_from_rfc3339(text)
        .or_else(|_| ChronoDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()
}

/// Writes RFC 3339, with as many digits of a second as are needed.
pub fn print_date_time(at: &DateTime) -> String {
    format!(
        "{}{}{}",
        at.format("%Y-%m-%dT%H:%M:%S"),
        fraction(at),
        at.format("%:z")
    )
}

/// The fraction of a second with its point, without zeros at its end; nothing where there is none. As in XML.
fn fraction(at: &DateTime) -> String {
    match at.nanosecond() % 1_000_000_000 {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    }
}

/// Reads `2009-06-04 14:22:34 +0400` (or `UTC`) and RFC 3339.
pub fn parse_rails_timestamp(text: &str) -> Option<DateTime> {
    if let Some(naive) = text.strip_suffix(" UTC") {
        let at = NaiveDateTime::parse_from_str(naive, "%Y-%m-%d %H:%M:%S%.f").ok()?;
        return Some(at.and_utc().fixed_offset());
    }
    ChronoDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z")
        .ok()
        .or_else(|| parse_date_time(text))
}

/// Writes `2009-06-04 14:22:34 +0400`, with as many digits of a second as are needed, as in XML.
pub fn print_rails_timestamp(at: &DateTime) -> String {
    format!(
        "{}{} {}",
        at.format("%Y-%m-%d %H:%M:%S"),
        fraction(at),
        at.format("%z")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_time_keeps_offset_and_digits() {
        let at =
            parse_date_time("2026-11-21T10:20:30.1234567+03:00").map(|at| print_date_time(&at));
        assert_eq!(at.as_deref(), Some("2026-11-21T10:20:30.1234567+03:00"));
        let at = parse_date_time("2026-11-21T10:20:30.123456789Z").map(|at| print_date_time(&at));
        assert_eq!(at.as_deref(), Some("2026-11-21T10:20:30.123456789+00:00"));
        assert_eq!(parse_date_time("2026-11-21"), None);
        assert_eq!(parse_date_time("2026-13-21T10:20:30Z"), None);
    }

    #[test]
    fn rails_timestamps_in_three_forms() {
        for (text, printed) in [
            ("2009-06-04 14:22:34 +0400", "2009-06-04 14:22:34 +0400"),
            ("2009-06-04 14:22:34 UTC", "2009-06-04 14:22:34 +0000"),
            ("2009-06-04T14:22:34.000+04:00", "2009-06-04 14:22:34 +0400"),
            (
                "2009-06-04 14:22:34.250 +0400",
                "2009-06-04 14:22:34.25 +0400",
            ),
        ] {
            assert_eq!(
                parse_rails_timestamp(text)
                    .map(|at| print_rails_timestamp(&at))
                    .as_deref(),
                Some(printed)
            );
        }
    }

    #[test]
    fn dates_with_and_without_time() {
        for text in ["2017-10-10", "2017-10-10T12:30", "2017-10-10T12:30:15"] {
            assert_eq!(
                parse_date_optional_time(text)
                    .map(|at| at.to_string())
                    .as_deref(),
                Some(text)
            );
        }
        for text in [
            "2017-1-1",
            "2017-10-10T",
            "2017-10-10T25:00",
            "2017-10-10x",
            "тт",
            "2017-02-30",
        ] {
            assert_eq!(parse_date_optional_time(text), None, "{text}");
        }
    }
}
