//! When and how often an attempt is repeated.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::credentials::unix_time;
use super::limit::LONGEST;

/// How often, and after which waits, a call is tried again. Only calls that cannot do anything twice are: those of
/// idempotent operations, and those of which nothing was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// Attempts in all; 1 means none is repeated. Default: 4.
    pub attempts: u32,
    /// The wait after the first attempt; it doubles from attempt to attempt. Default: 300 ms.
    pub first_wait: Duration,
    /// The longest wait, unless the server asks for a longer one. Default: 20 s.
    pub longest_wait: Duration,
    /// The wait after 429 and 503 where the server names none. Default: what is known of the API (150 s for inSales),
    /// else as after other errors. It is not taken where it would go beyond the call's time: the wait is the usual one
    /// then.
    pub busy_wait: Option<Duration>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(300),
            longest_wait: Duration::from_secs(20),
            busy_wait: None,
        }
    }
}

impl Retry {
    /// Returns settings by which no attempt is repeated.
    pub fn never() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// The wait after this many attempts: between half of the doubled wait and the whole, at random, so that clients
    /// that failed together do not come back together.
    pub(crate) fn wait(&self, attempts: u32) -> Duration {
        let doubled = self
            .first_wait
            .saturating_mul(1 << attempts.saturating_sub(1).min(16));
        doubled
            .min(self.longest_wait)
            .min(LONGEST)
            .mul_f64(0.5 + super::random::fraction() / 2.0)
    }
}

/// How long the server asks to wait: by `Retry-After`; where a limit is exceeded, also until the limit is reset.
pub(crate) fn asked_wait(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    let known = retry_after(headers).or_else(|| milliseconds(headers));
    known.or_else(|| match status.as_u16() {
        429 => reset(headers).or_else(|| of_named(headers)),
        // GitHub's answer where nothing is left.
        403 if REMAINING
            .iter()
            .any(|name| text(headers, name) == Some("0")) =>
        {
            reset(headers)
        }
        _ => None,
    })
}

/// Headers that say how many calls are left, and when a limit is reset: in seconds from now on, or a time.
const REMAINING: [&str; 3] = [
    "x-ratelimit-remaining",
    "x-rate-limit-remaining",
    "ratelimit-remaining",
];
const RESET: [&str; 5] = [
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-rate-limit-reset",
    "x-ratelimit-reset-after",
    "x-retry-after",
];
/// `Retry-After` in milliseconds.
const RETRY_AFTER_MS: [&str; 2] = ["retry-after-ms", "x-ms-retry-after-ms"];

/// A header's value without white space and quotation marks around it.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.trim().trim_matches('"'))
}

fn milliseconds(headers: &HeaderMap) -> Option<Duration> {
    let mut texts = RETRY_AFTER_MS.iter().filter_map(|name| text(headers, name));
    let wait = texts.find_map(|text| text.parse().ok());
    wait.map(|wait| Duration::from_millis(wait).min(LONGEST))
}

/// How long until the limit that was exceeded is reset.
#[cold]
fn reset(headers: &HeaderMap) -> Option<Duration> {
    let waits = RESET.iter().filter_map(|name| {
        let values = headers.get_all(*name).iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        texts
            .filter_map(|text| wait_until(text.trim().trim_matches('"'), headers))
            .max()
    });
    waits
        .max()
        .or_else(|| of_fields(text(headers, "ratelimit")?, headers))
}

/// `x-ratelimit-remaining-tokens: 0` and `x-ratelimit-reset-tokens: 6m0s`: the longest wait for a limit of which nothing is left.
fn of_named(headers: &HeaderMap) -> Option<Duration> {
    let names = headers.keys().filter_map(|name| {
        let name = name.as_str().strip_prefix("x-ratelimit-reset-")?;
        let left = text(headers, &format!("x-ratelimit-remaining-{name}"))?;
        (left == "0").then(|| format!("x-ratelimit-reset-{name}"))
    });
    names
        .filter_map(|name| wait_until(text(headers, &name)?, headers))
        .max()
}

/// `"day";r=0;t=60, "burst";r=5;t=1`, and as an older draft has it, `limit=100, remaining=0, reset=60`: the longest wait for a limit
/// of which nothing is left.
fn of_fields(value: &str, headers: &HeaderMap) -> Option<Duration> {
    let waits = value.split(',').filter_map(|limit| {
        let of = |names: [&str; 2]| {
            let mut pairs = limit.split(';').filter_map(|pair| pair.split_once('='));
            let found = pairs.find(|(name, _)| names.contains(&name.trim()));
            found.map(|(_, value)| value.trim())
        };
        let is_left = of(["r", "remaining"]).is_some_and(|left| left != "0");
        wait_until(of(["t", "reset"])?, headers).filter(|_| !is_left)
    });
    waits.max()
}

/// A number of seconds, or a time: a date, or seconds or milliseconds since 1970.
fn wait_until(value: &str, headers: &HeaderMap) -> Option<Duration> {
    /// No wait is as long, and each time since 2001 is.
    const TIME: u64 = 1_000_000_000;
    let at = match seconds(value) {
        Some(wait) if wait.as_secs() < TIME => return Some(wait.min(LONGEST)),
        Some(at) if at.as_secs() < TIME * 1000 => i64::try_from(at.as_secs()).ok()?,
        Some(at) => i64::try_from(at.as_secs() / 1000).ok()?,
        None => date(value)?,
    };
    let wait = at.saturating_sub(now(headers));
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)).min(LONGEST))
}

/// The time by the server's clock, if it reports that: a time that it names is one of its own.
fn now(headers: &HeaderMap) -> i64 {
    let date = headers
        .get(DATE)
        .and_then(|value| date(value.to_str().ok()?));
    date.unwrap_or_else(unix_time)
}

/// `Retry-After`, in seconds or as a date. Of several, the longest wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter();
    let waits = values.filter_map(|value| {
        let value = value.to_str().ok()?.trim().trim_matches('"');
        // A proxy may have joined two headers; a date has a comma too.
        let waits = value
            .split(',')
            .filter_map(|value| wait_until(value.trim(), headers));
        waits.max().or_else(|| wait_until(value, headers))
    });
    waits.max()
}

/// A length of time, in seconds, rounded up: a number of seconds, or numbers with units, as Go (`1m30s`), ISO 8601 (`PT1M30S`) and
/// people write them (`2 minutes`). A number beyond all bounds is a long wait too.
fn seconds(value: &str) -> Option<Duration> {
    let is_iso = value.starts_with(['P', 'p']);
    let mut rest = match value.strip_prefix(['P', 'p']) {
        Some(rest) => rest.trim_start_matches(['T', 't']),
        None => value,
    };
    let mut milliseconds: u128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
        let after = after.trim_start();
        let end = match is_iso {
            // One letter, and the one that begins the time of day.
            true => after.chars().next().map(char::len_utf8),
            false => after.find(|c: char| !c.is_ascii_alphabetic()),
        };
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        // Only one number may have no unit.
        if unit.is_empty() && (milliseconds > 0 || !after.is_empty()) {
            return None;
        }
        let part = thousandths(number)?.saturating_mul(u128::from(unit_of(unit, is_iso)?));
        milliseconds = milliseconds.saturating_add(part.div_ceil(1000));
        rest = match is_iso {
            true => after.trim_start_matches(['T', 't']),
            false => after.trim_start(),
        };
    }
    let seconds = u64::try_from(milliseconds.div_ceil(1000)).unwrap_or(u64::MAX);
    value
        .contains(|c: char| c.is_ascii_digit())
        .then(|| Duration::from_secs(seconds))
}

/// A decimal number in thousandths, rounded up.
fn thousandths(number: &str) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let (first, more) = fraction.split_at_checked(3).unwrap_or((fraction, ""));
    let parsed: u128 = format!("{first:0<3}").parse().ok()?;
    let more = u128::from(more.bytes().any(|byte| byte != b'0'));
    let whole = whole.parse::<u64>().unwrap_or(u64::MAX);
    Some(u128::from(whole) * 1000 + parsed + more)
}

/// How many milliseconds a unit has.
fn unit_of(unit: &str, is_iso: bool) -> Option<u64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        // A number without a unit is one of seconds.
        "" if is_iso => return None,
        "ms" | "msec" | "millisecond" | "milliseconds" => 1,
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60 * 1000,
        "h" | "hr" | "hrs" | "hour" | "hours" => 60 * 60 * 1000,
        "d" | "day" | "days" => 24 * 60 * 60 * 1000,
        _ => return None,
    })
}

/// A date in one of the three forms of HTTP, or of ISO 8601, in seconds since 1970.
fn date(value: &str) -> Option<i64> {
    let value = value.trim();
    let parsed = chrono::DateTime::parse_from_rfc2822(value);
    if let Ok(at) = parsed.or_else(|_| chrono::DateTime::parse_from_rfc3339(value)) {
        return Some(at.timestamp());
    }
    // `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| chrono::NaiveDateTime::parse_from_str(value, form).ok())
        .map(|at| at.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).ok()?);
        retry_after(&headers)
    }

    #[test]
    fn retry_after_in_both_forms() {
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let far = read("Fri, 31 Dec 2100 23:59:59 GMT");
        assert!(far == Some(LONGEST), "{far:?}");
        for value in ["99999999999999999999", "4294967296000"] {
            assert_eq!(read(value), Some(LONGEST), "{value}");
        }
        for (value, wait) in [
            ("1.5", 2),
            ("2.0", 2),
            ("0", 0),
            (" 7 ", 7),
            ("1.5s", 2),
            ("2 seconds", 2),
            ("\"3\"", 3),
            ("4, 5", 5),
        ] {
            assert_eq!(read(value), Some(Duration::from_secs(wait)), "{value}");
        }
        for (value, wait) in [
            ("1.5m", 90),
            ("1m30s", 90),
            ("6m0s", 360),
            ("1h2m3.5s", 3724),
            ("500ms", 1),
            ("17.5ms", 1),
            ("2 minutes", 120),
            ("1 Minute", 60),
            ("1 hour 5 min", 3900),
            ("PT30S", 30),
            ("PT1M30.5S", 91),
            ("P1DT1H", 90_000),
            ("1.0001", 2),
        ] {
            assert_eq!(read(value), Some(Duration::from_secs(wait)), "{value}");
        }
        for value in [
            "", "-1", "soon", "1.", ".5", "1e3", "s", ",", "P", "PT", "PT5", "1m30", "5 5", "1x",
            "1.2.3s",
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }

    #[test]
    fn limits_say_when_they_begin_anew() {
        for (status, header, wait) in [
            (429, ("ratelimit-reset", "12"), Some(12)),
            (429, ("x-ratelimit-reset", "4099456830"), Some(30)),
            (429, ("x-rate-limit-reset", "4099456830000"), Some(30)),
            (
                429,
                ("x-rate-limit-reset", "2099-11-27T10:00:30Z"),
                Some(30),
            ),
            (429, ("x-ratelimit-reset-after", "0.2"), Some(1)),
            (429, ("ratelimit", "limit=9, remaining=0, reset=7"), Some(7)),
            (429, ("ratelimit", "\"a\";r=0;t=7, \"b\";r=5;t=60"), Some(7)),
            (429, ("ratelimit", "\"a\";r=0;pk=:x=:"), None),
            (429, ("retry-after-ms", "1500"), Some(2)),
            (429, ("x-ratelimit-reset-tokens", "6m0s"), Some(360)),
            (429, ("x-ratelimit-reset-requests", "20ms"), None),
            (429, ("x-ratelimit-reset", "0"), Some(0)),
            (429, ("x-ratelimit-reset", "-1"), None),
            (403, ("ratelimit-reset", "12"), None),
            (503, ("ratelimit-reset", "12"), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                DATE,
                HeaderValue::from_static("Fri, 27 Nov 2099 10:00:00 GMT"),
            );
            headers.insert(header.0, HeaderValue::from_static(header.1));
            headers.insert(
                "x-ratelimit-remaining-tokens",
                HeaderValue::from_static("0"),
            );
            headers.insert(
                "x-ratelimit-remaining-requests",
                HeaderValue::from_static("99"),
            );
            let status = StatusCode::from_u16(status).unwrap_or_default();
            let found = asked_wait(status, &headers).map(|wait| wait.as_secs_f64().ceil());
            assert_eq!(found, wait.map(f64::from), "{status} {header:?}");
            headers.insert(RETRY_AFTER, HeaderValue::from_static("3"));
            assert_eq!(asked_wait(status, &headers), Some(Duration::from_secs(3)));
        }
    }

    #[test]
    fn dates_in_every_form_are_by_the_clock_of_the_server() {
        for value in [
            "Sun, 06 Nov 1994 08:50:37 GMT",
            "Sunday, 06-Nov-94 08:50:37 GMT",
            "Sun Nov  6 08:50:37 1994",
        ] {
            let mut headers = HeaderMap::new();
            let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
            headers.insert(DATE, date);
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            assert_eq!(
                retry_after(&headers),
                Some(Duration::from_secs(60)),
                "{value}"
            );
            headers.append(RETRY_AFTER, HeaderValue::from_static("90"));
            assert_eq!(
                retry_after(&headers),
                Some(Duration::from_secs(90)),
                "{value}"
            );
        }
    }

    #[test]
    fn waits_double_within_bounds() {
        let retry = Retry::default();
        for attempts in 1..40 {
            let whole = Duration::from_millis(300)
                .saturating_mul(1 << (attempts - 1).min(16))
                .min(retry.longest_wait);
            let wait = retry.wait(attempts);
            assert!(wait >= whole / 2 && wait <= whole, "{attempts}: {wait:?}");
        }
    }
}
