//! Dates and times as shops' APIs write them; shared by JSON and XML.

use std::fmt;

use chrono::{
    DateTime as ChronoDateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _,
};

/// A calendar date, `2017-10-10`.
pub type Date = NaiveDate;
/// A moment with the offset from UTC that the wire gives.
pub type DateTime = ChronoDateTime<FixedOffset>;

/// A date with or without a time of day. Usually it has no offset: the API means its own local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateOptionalTime {
    /// The date.
    pub date: Date,
    /// The time of day, if there is one.
    pub time: Option<NaiveTime>,
    /// The offset from UTC of a time of day, if it is given. Not documented for the APIs of this field; some clients send it.
    pub offset: Option<FixedOffset>,
}

impl From<Date> for DateOptionalTime {
    fn from(date: Date) -> Self {
        Self {
            date,
            time: None,
            offset: None,
        }
    }
}

impl From<NaiveDateTime> for DateOptionalTime {
    fn from(at: NaiveDateTime) -> Self {
        Self {
            date: at.date(),
            time: Some(at.time()),
            offset: None,
        }
    }
}

impl From<DateTime> for DateOptionalTime {
    fn from(at: DateTime) -> Self {
        Self {
            offset: Some(*at.offset()),
            ..at.naive_local().into()
        }
    }
}

/// `2017-10-10`, `2017-10-10T12:30` or `2017-10-10T12:30:00Z`; without an offset seconds are written only where they are not
/// zero.
impl fmt::Display for DateOptionalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(time) = self.time else {
            return write!(f, "{}", self.date);
        };
        let short = time.second() == 0 && time.nanosecond() == 0 && self.offset.is_none();
        let form = if short { "%H:%M" } else { "%H:%M:%S%.f" };
        write!(f, "{}T{}", self.date, time.format(form))?;
        match self.offset {
            None => Ok(()),
            Some(offset) if offset.local_minus_utc() == 0 => f.write_str("Z"),
            Some(offset) => write!(f, "{offset}"),
        }
    }
}

/// Reads digits and separators from a text's start.
struct Cursor<'t>(&'t [u8]);

impl Cursor<'_> {
    /// Takes exactly `N` digits.
    #[inline]
    fn digits<const N: usize>(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        let mut number = 0;
        for digit in digits {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + u32::from(digit);
        }
        self.0 = rest;
        Some(number)
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        match self.0 {
            [first, rest @ ..] if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    #[inline]
    fn date(&mut self) -> Option<Date> {
        let year = self.digits::<4>()?;
        let month = self.take(b'-').then(|| self.digits::<2>())??;
        let day = self.take(b'-').then(|| self.digits::<2>())??;
        Date::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    /// `14:22`, `14:22:34`, `14:22:34.5`
    #[inline]
    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.digits::<2>()?;
        let minute = self.take(b':').then(|| self.digits::<2>())??;
        if !self.take(b':') {
            return NaiveTime::from_hms_opt(hour, minute, 0);
        }
        let second = self.digits::<2>()?;
        let mut nanos = 0;
        if self.take(b'.') || self.take(b',') {
            let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
            let (digits, rest) = self.0.split_at_checked(count).filter(|_| count > 0)?;
            for i in 0..9 {
                nanos = nanos * 10 + digits.get(i).map_or(0, |d| u32::from(d - b'0'));
            }
            self.0 = rest;
        }
        if second == 60 {
            return NaiveTime::from_hms_nano_opt(hour, minute, 59, nanos + 1_000_000_000);
        }
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
    }

    /// The time of a date, and the date. The end of a day, `24:00` in ISO 8601 and XML Schema, is the beginning of the next one.
    #[inline]
    fn time_of(&mut self, date: Date) -> Option<(Date, NaiveTime)> {
        if self.0.starts_with(b"24:00") {
            let mut end = Self(self.0.get(2..)?);
            end.0 = end
                .0
                .strip_prefix(b":00:00")
                .or(end.0.strip_prefix(b":00"))?;
            if end.take(b'.') {
                let zeros = end.0.iter().take_while(|b| **b == b'0').count();
                end.0 = end.0.get(zeros..).filter(|_| zeros > 0)?;
            }
            self.0 = end.0;
            return Some((date.succ_opt()?, NaiveTime::MIN));
        }
        Some((date, self.time()?))
    }

    /// `Z`, `UTC`, `+0400`, `+04:00`, `+04`
    #[inline]
    fn offset(&mut self) -> Option<FixedOffset> {
        let sign = match self.0 {
            [b'Z' | b'z', rest @ ..]
            | [b'U', b'T', b'C', rest @ ..]
            | [b'G', b'M', b'T', rest @ ..] => {
                self.0 = rest;
                return FixedOffset::east_opt(0);
            }
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.digits::<2>()?;
        let minutes = if self.take(b':') {
            self.digits::<2>()?
        } else if self.0.is_empty() {
            0
        } else {
            self.digits::<2>()?
        };
        if minutes > 59 {
            return None;
        }
        FixedOffset::east_opt(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
    }
}

/// Reads `2017-10-10`.
pub fn parse_date(text: &str) -> Option<Date> {
    let mut c = Cursor(text.as_bytes());
    c.date().filter(|_| c.0.is_empty())
}

/// Reads `2017-10-10`, `2017-10-10T12:30` and `2017-10-10T12:30:15.5`, the latter two with an offset too; a space may stand
/// for the `T`.
pub fn parse_date_optional_time(text: &str) -> Option<DateOptionalTime> {
    let mut c = Cursor(text.as_bytes());
    let date = c.date()?;
    if c.0.is_empty() {
        return Some(date.into());
    }
    let (date, time) = (c.take(b'T') || c.take(b' ')).then(|| c.time_of(date))??;
    let offset = match c.0.is_empty() {
        true => None,
        false => Some(c.offset()?),
    };
    c.0.is_empty().then_some(DateOptionalTime {
        date,
        time: Some(time),
        offset,
    })
}

/// Reads a moment as ISO 8601 and RFC 3339 write it, `2026-11-21T10:20:30.1234567+03:00`, or as Rails does,
/// `2009-06-04 14:22:34 +0400`.
#[inline]
pub fn parse_date_time(text: &str) -> Option<DateTime> {
    let mut c = Cursor(text.as_bytes());
    let date = c.date()?;
    if !c.take(b'T') && !c.take(b' ') && !c.take(b't') {
        return None;
    }
    let (date, time) = c.time_of(date)?;
    let _ = c.take(b' ');
    let offset = c.offset()?;
    if !c.0.is_empty() {
        return None;
    }
    let utc = NaiveDateTime::new(date, time).checked_sub_offset(offset)?;
    Some(DateTime::from_naive_utc_and_offset(utc, offset))
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
    fn a_day_ends_where_the_next_begins() {
        for (text, expected) in [
            ("2026-12-31T24:00:00Z", Some("2027-01-01T00:00:00+00:00")),
            ("2026-11-21 24:00 +0300", Some("2026-11-22T00:00:00+03:00")),
            ("2026-11-21T24:00:00.00Z", Some("2026-11-22T00:00:00+00:00")),
            ("2026-11-21T24:00:01Z", None),
            ("2026-11-21T24:00:00.01Z", None),
            ("2026-11-21T24:00:00.Z", None),
            ("2026-11-21T24:01Z", None),
            ("2026-11-21T25:00:00Z", None),
            ("9999-12-31T24:00:00Z", None),
        ] {
            let at = parse_date_time(text).map(|at| print_date_time(&at));
            // Years beyond 9999 are printed with a sign.
            let at = at.filter(|at| !at.starts_with('+'));
            assert_eq!(at.as_deref(), expected, "{text}");
        }
        let day = parse_date_optional_time("2026-11-21T24:00").map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2026-11-22T00:00"));
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
            ("2009-06-04 14:22:34,5 GMT", "2009-06-04 14:22:34.5 +0000"),
        ] {
            assert_eq!(
                parse_date_time(text)
                    .map(|at| print_rails_timestamp(&at))
                    .as_deref(),
                Some(printed)
            );
        }
    }

    #[test]
    fn dates_with_and_without_time() {
        for text in [
            "2017-10-10",
            "2017-10-10T12:30",
            "2017-10-10T12:30:15",
            "2017-10-10T12:30:15Z",
            "2017-10-10T12:30:00+03:00",
        ] {
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
