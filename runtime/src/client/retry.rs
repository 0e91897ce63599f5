//! When and how often an attempt is repeated.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

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

/// `Retry-After`, in seconds or as a date. Of several, the longest wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let now = || {
        // By the server's clock, if it tells the time: a date that it names is one of its own.
        let date = headers
            .get(DATE)
            .and_then(|value| http_date(value.to_str().ok()?));
        date.or_else(|| {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            i64::try_from(now.ok()?.as_secs()).ok()
        })
    };
    let values = headers.get_all(RETRY_AFTER).iter();
    let waits = values.filter_map(|value| {
        let value = value.to_str().ok()?.trim().trim_matches('"');
        // A proxy may have joined two headers; a date has a comma too.
        let wait = value.split(',').filter_map(|value| seconds(value.trim()));
        if let Some(wait) = wait.max() {
            return Some(wait);
        }
        let wait = http_date(value)?.saturating_sub(now()?);
        Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)).min(LONGEST))
    });
    waits.max()
}

/// A number of seconds, rounded up. A number beyond all bounds is a long wait too.
fn seconds(value: &str) -> Option<Duration> {
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (value, unit) = value.split_at(end.unwrap_or(value.len()));
    if !matches!(unit.trim(), "" | "s" | "sec" | "seconds" | "second") {
        return None;
    }
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    let seconds = whole
        .parse::<u64>()
        .ok()
        .and_then(|whole| whole.checked_add(more));
    Some(seconds.map_or(LONGEST, Duration::from_secs).min(LONGEST))
}

/// A date in one of the three forms of HTTP, in seconds since 1970.
fn http_date(value: &str) -> Option<i64> {
    let value = value.trim();
    if let Ok(at) = chrono::DateTime::parse_from_rfc2822(value) {
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
        for value in ["", "-1", "soon", "1.", ".5", "1.5m", "1e3", "s", ","] {
            assert_eq!(read(value), None, "{value}");
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
