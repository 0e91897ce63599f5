//! Dates and times as texts.

use super::limits::Dialect;
use super::reader::{FromXml, Reader};
use super::scalar::not_a;
use super::writer::{ToXml, Writer};
use crate::CodecError;
use crate::codec::words;
use crate::value::time::{DateOptionalTime, parse_date, parse_date_optional_time, parse_date_time};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike};

impl FromXml for DateTime<FixedOffset> {
    const NULL_IF_EMPTY: bool = true;

    #[inline(never)]
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        // `2009-06-04 14:22:34 +0400` and `2009-06-04T14:22:34+04:00` are 25 bytes long.
        if r.attribute.is_none()
            && !r.el.is_empty()
            && let Some(text) = r.bytes.get(r.pos..r.pos + 25)
            && let Ok(text) = std::str::from_utf8(text)
            && let Some(value) = parse_date_time(text)
            && r.try_close(r.el, r.pos + 25)
        {
            return Ok(value);
        }
        let at = r.value_offset();
        let text = r.scalar_text()?;
        parse_date_time(&text).ok_or_else(|| not_a(at, expected(r), &text))
    }
}

/// The notation that the API uses; each is read.
fn expected(r: &Reader<'_>) -> &'static str {
    match r.dialect {
        Dialect::Rails => words::RAILS_TIME,
        _ => words::DATE_TIME,
    }
}

impl FromXml for NaiveDate {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let at = r.value_offset();
        let text = r.scalar_text()?;
        let date = parse_date(&text).or_else(|| parse_date(without_zone(&text)?));
        date.ok_or_else(|| not_a(at, words::DATE, &text))
    }
}

/// A date without its time zone, which XML Schema allows behind it: `2017-10-10Z`, `2017-10-10+03:00`.
#[cold]
fn without_zone(text: &str) -> Option<&str> {
    let (date, zone) = text.split_at_checked(10)?;
    let is_zone = match zone.as_bytes() {
        b"Z" => true,
        [b'+' | b'-', rest @ ..] => {
            rest.len() == 5
                && rest.iter().enumerate().all(|(index, byte)| match index {
                    2 => *byte == b':',
                    _ => byte.is_ascii_digit(),
                })
        }
        _ => false,
    };
    is_zone.then_some(date)
}

impl FromXml for DateOptionalTime {
    const NULL_IF_EMPTY: bool = true;

    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let at = r.value_offset();
        let text = r.scalar_text()?;
        parse_date_optional_time(&text).ok_or_else(|| not_a(at, words::DATE_OPTIONAL_TIME, &text))
    }
}

// ---- writing ----

/// A text of at most 40 bytes that grows.
struct Line {
    bytes: [u8; 40],
    len: usize,
}

impl Line {
    fn new() -> Self {
        Self {
            bytes: [0; 40],
            len: 0,
        }
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    /// The last `width` digits of a number.
    #[inline]
    fn digits(&mut self, number: u32, width: usize) {
        if let Some(places) = self.bytes.get_mut(self.len..self.len + width) {
            let mut rest = number;
            for place in places.iter_mut().rev() {
                *place = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            self.len += width;
        }
    }

    #[inline]
    fn date(&mut self, w: &Writer, date: NaiveDate) -> Result<(), CodecError> {
        let year = u32::try_from(date.year()).unwrap_or(u32::MAX);
        if year > 9999 {
            return Err(w.unrepresentable("a year from 0 to 9999", date.year().to_string()));
        }
        self.digits(year, 4);
        self.push(b'-');
        self.digits(date.month(), 2);
        self.push(b'-');
        self.digits(date.day(), 2);
        Ok(())
    }

    /// Hours, minutes, seconds (where they are not zero, or `seconds` says so), fraction.
    #[inline]
    fn time(&mut self, time: NaiveTime, seconds: bool) {
        let (mut second, mut nanos) = (time.second(), time.nanosecond());
        if nanos >= 1_000_000_000 {
            (second, nanos) = (second + 1, nanos - 1_000_000_000); // a leap second
        }
        self.digits(time.hour(), 2);
        self.push(b':');
        self.digits(time.minute(), 2);
        if seconds || second != 0 || nanos != 0 {
            self.push(b':');
            self.digits(second, 2);
        }
        if nanos != 0 {
            let (mut fraction, mut width) = (nanos, 9);
            while fraction % 10 == 0 {
                (fraction, width) = (fraction / 10, width - 1);
            }
            self.push(b'.');
            self.digits(fraction, width);
        }
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        w.fixed(&self.bytes, self.len);
    }
}

impl ToXml for DateTime<FixedOffset> {
    const NULL_IF_EMPTY: bool = true;
    #[inline(never)]
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        let offset = self.offset().local_minus_utc();
        if offset % 60 != 0 {
            return Err(w.unrepresentable("an offset of whole minutes", self.offset().to_string()));
        }
        let Some(local) = self.naive_utc().checked_add_offset(*self.offset()) else {
            let found = self.naive_utc().to_string();
            return Err(w.unrepresentable("a year from 0 to 9999", found));
        };
        let rails = w.rails_time();
        let mut line = Line::new();
        line.date(w, local.date())?;
        line.push(if rails { b' ' } else { b'T' });
        line.time(local.time(), true);
        if rails {
            line.push(b' ');
        }
        line.push(if offset < 0 { b'-' } else { b'+' });
        line.digits(offset.unsigned_abs() / 3600, 2);
        if !rails {
            line.push(b':');
        }
        line.digits(offset.unsigned_abs() / 60 % 60, 2);
        line.write(w);
        Ok(())
    }
}

impl ToXml for NaiveDate {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        let mut line = Line::new();
        line.date(w, *self)?;
        line.write(w);
        Ok(())
    }
}

impl ToXml for DateOptionalTime {
    const NULL_IF_EMPTY: bool = true;
    fn to_xml(&self, w: &mut Writer) -> Result<(), CodecError> {
        let mut line = Line::new();
        line.date(w, self.date)?;
        if self.offset.is_some() {
            w.raw(self.to_string().as_bytes());
            return Ok(());
        }
        if let Some(time) = self.time {
            line.push(b'T');
            // XML Schema has no time without seconds.
            line.time(time, w.dialect == Dialect::Plain);
        }
        line.write(w);
        Ok(())
    }
}
