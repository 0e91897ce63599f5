//! Dates and times as texts.

use super::error::XmlError;
use super::reader::{FromXml, Reader};
use super::scalar::not_a;
use super::writer::{ToXml, Writer};
use crate::DateOptionalTime;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

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
    fn date(&mut self) -> Option<NaiveDate> {
        let year = self.digits::<4>()?;
        let month = self.take(b'-').then(|| self.digits::<2>())??;
        let day = self.take(b'-').then(|| self.digits::<2>())??;
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
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
        if self.take(b'.') {
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

    /// `Z`, `UTC`, `+0400`, `+04:00`, `+04`
    #[inline]
    fn offset(&mut self) -> Option<FixedOffset> {
        let sign = match self.0 {
            [b'Z' | b'z', rest @ ..] | [b'U', b'T', b'C', rest @ ..] => {
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

/// A date-time in the form of Rails or of ISO 8601.
#[inline]
fn date_time(text: &[u8]) -> Option<DateTime<FixedOffset>> {
    let mut c = Cursor(text);
    let date = c.date()?;
    if !c.take(b'T') && !c.take(b' ') && !c.take(b't') {
        return None;
    }
    let time = c.time()?;
    let _ = c.take(b' ');
    let offset = c.offset()?;
    if !c.0.is_empty() {
        return None;
    }
    let utc = NaiveDateTime::new(date, time).checked_sub_offset(offset)?;
    Some(DateTime::from_naive_utc_and_offset(utc, offset))
}

impl FromXml for DateTime<FixedOffset> {
    const NULL_IF_EMPTY: bool = true;

    #[inline(never)]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        // `2009-06-04 14:22:34 +0400` and `2009-06-04T14:22:34+04:00` are 25 bytes long.
        if r.attribute.is_none()
            && !r.el.empty
            && let Some(text) = r.bytes.get(r.pos..r.pos + 25)
            && let Some(value) = date_time(text)
            && r.try_close(r.el, r.pos + 25)
        {
            return Ok(value);
        }
        let at = r.value_offset();
        let text = r.scalar_text()?;
        date_time(text.as_bytes()).ok_or_else(|| not_a(at, "a date and time with offset", &text))
    }
}

impl FromXml for NaiveDate {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        let at = r.value_offset();
        let text = r.scalar_text()?;
        let mut c = Cursor(text.as_bytes());
        c.date()
            .filter(|_| c.0.is_empty())
            .ok_or_else(|| not_a(at, "a date", &text))
    }
}

impl FromXml for DateOptionalTime {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        let at = r.value_offset();
        let text = r.scalar_text()?;
        date_optional_time(text.as_bytes())
            .ok_or_else(|| not_a(at, "a date, or a date and time without offset", &text))
    }
}

fn date_optional_time(text: &[u8]) -> Option<DateOptionalTime> {
    let mut c = Cursor(text);
    let date = c.date()?;
    if c.0.is_empty() {
        return Some(DateOptionalTime { date, time: None });
    }
    let time = (c.take(b'T') || c.take(b' ')).then(|| c.time())??;
    c.0.is_empty().then_some(DateOptionalTime {
        date,
        time: Some(time),
    })
}

// ---- writing ----

fn write_date(w: &mut Writer, date: NaiveDate) -> Result<(), XmlError> {
    let year = u32::try_from(date.year()).unwrap_or(u32::MAX);
    if year > 9999 {
        return Err(w.unrepresentable("a year from 0 to 9999", date.year().to_string()));
    }
    w.padded(year, 4);
    w.raw(b"-");
    w.padded(date.month(), 2);
    w.raw(b"-");
    w.padded(date.day(), 2);
    Ok(())
}

fn write_time(w: &mut Writer, time: NaiveTime, seconds: bool) {
    w.padded(time.hour(), 2);
    w.raw(b":");
    w.padded(time.minute(), 2);
    let (mut second, mut nanos) = (time.second(), time.nanosecond());
    if nanos >= 1_000_000_000 {
        (second, nanos) = (second + 1, nanos - 1_000_000_000); // a leap second
    }
    if seconds || second != 0 || nanos != 0 {
        w.raw(b":");
        w.padded(second, 2);
    }
    if nanos != 0 {
        let (mut fraction, mut width) = (nanos, 9);
        while fraction % 10 == 0 {
            (fraction, width) = (fraction / 10, width - 1);
        }
        w.raw(b".");
        w.padded(fraction, width);
    }
}

impl ToXml for DateTime<FixedOffset> {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        let offset = self.offset().local_minus_utc();
        if offset % 60 != 0 {
            return Err(w.unrepresentable("an offset of whole minutes", self.offset().to_string()));
        }
        let Some(local) = self.naive_utc().checked_add_offset(*self.offset()) else {
            return Err(w.unrepresentable("a year from 0 to 9999", self.naive_utc().to_string()));
        };
        let rails = w.rails_time();
        write_date(w, local.date())?;
        w.raw(if rails { b" " } else { b"T" });
        write_time(w, local.time(), true);
        if rails {
            w.raw(b" ");
        }
        w.raw(if offset < 0 { b"-" } else { b"+" });
        w.padded(offset.unsigned_abs() / 3600, 2);
        if !rails {
            w.raw(b":");
        }
        w.padded(offset.unsigned_abs() / 60 % 60, 2);
        Ok(())
    }
}

impl ToXml for NaiveDate {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        write_date(w, *self)
    }
}

impl ToXml for DateOptionalTime {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        write_date(w, self.date)?;
        if let Some(time) = self.time {
            w.raw(b"T");
            write_time(w, time, false);
        }
        Ok(())
    }
}
