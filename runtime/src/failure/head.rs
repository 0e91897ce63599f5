//! Reasons outside bodies: in challenges and status lines.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

use super::Failure;

/// Reasons of newer and older standards, which say no more than the status.
const STANDARD: [&str; 7] = [
    "content too large",
    "object not found",
    "request entity too large",
    "request timeout",
    "request time-out",
    "request-uri too long",
    "unprocessable content",
];

impl Failure {
    /// What a challenge of OAuth 2 says (RFC 6750): `Bearer error="invalid_token", error_description="…"`.
    pub(crate) fn of_challenge(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        let mut values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        values.find_map(|challenge| {
            let code = parameter(&challenge, "error");
            let message = parameter(&challenge, "error_description");
            (code.is_some() || message.is_some()).then_some(Self {
                code,
                message,
                errors: Vec::new(),
            })
        })
    }

    /// What a status line says beside what the standard has for the status.
    pub(crate) fn of_status_line(status: StatusCode, said: &[u8]) -> Option<Self> {
        let said = String::from_utf8_lossy(said).trim().to_owned();
        let own = status.canonical_reason().unwrap_or_default();
        let is_standard = |known: &str| said.eq_ignore_ascii_case(known);
        let says_more = !said.is_empty() && !is_standard(own);
        (says_more && !STANDARD.into_iter().any(is_standard)).then(|| Self::new(said))
    }
}

/// The value of a parameter of a challenge.
fn parameter(challenge: &str, name: &str) -> Option<String> {
    let mut rest = challenge;
    while let Some((before, after)) = rest.split_once('=') {
        let known = before.trim_end().rsplit([' ', ',', '\t']).next()?;
        let after = after.trim_start();
        let (value, more) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = after.find([',', ' ']).unwrap_or(after.len());
                let (value, more) = after.split_at(end);
                (value.to_owned(), more)
            }
        };
        if known.eq_ignore_ascii_case(name) {
            return Some(value).filter(|value| !value.trim().is_empty());
        }
        rest = more;
    }
    None
}

/// The text up to the quote, and what is behind that.
fn unquoted(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            c => text.push(c),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn challenges() {
        for (challenge, code, message) in [
            ("Basic realm=\"a, error=\\\"x\\\"\"", None, None),
            ("Bearer error=invalid_token", Some("invalid_token"), None),
            (
                "Basic realm=\"a\", Bearer realm=\"b\",error = \"e\" , error_description=\"say \\\"no\\\"\"",
                Some("e"),
                Some("say \"no\""),
            ),
            ("Bearer error_description=\"cut off", None, Some("cut off")),
            ("Negotiate YII=", None, None),
            ("=", None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            let found = Failure::of_challenge(&headers);
            let expected = (code.is_some() || message.is_some()).then(|| Failure {
                code: code.map(str::to_owned),
                message: message.map(str::to_owned),
                errors: Vec::new(),
            });
            assert_eq!(found, expected, "{challenge}");
        }
    }

    #[test]
    fn status_lines() {
        let said = |status, text: &str| {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            Failure::of_status_line(status, text.as_bytes()).and_then(|failure| failure.message)
        };
        for (status, text) in [
            (403, "Forbidden"),
            (422, "Unprocessable Content"),
            (404, "not found"),
            (400, " "),
        ] {
            assert_eq!(said(status, text), None, "{text}");
        }
        assert_eq!(said(403, "Pay first").as_deref(), Some("Pay first"));
        assert_eq!(
            said(521, "Web server is down").as_deref(),
            Some("Web server is down")
        );
    }
}
