//! Lines and columns, and what a text and its names say of themselves.

use memchr::{memchr, memchr_iter, memrchr};

/// Line and column, each from 1, of the character that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// A carriage return came last, so a line feed ends the same line.
    after_return: bool,
}

impl Position {
    pub(crate) const START: Self = Self {
        line: 1,
        column: 1,
        after_return: false,
    };

    /// The position after a text that begins a document.
    pub(crate) fn after(text: &[u8]) -> Self {
        let mut position = Self::START;
        position.advance(text);
        position
    }

    /// Moves behind a text, which may end within a character. Linear, and as fast as counting bytes.
    pub(crate) fn advance(&mut self, text: &[u8]) {
        let Some(last) = text.last() else {
            return;
        };
        let mut ends = memchr_iter(b'\n', text).count() as u64;
        let mut last_end = memrchr(b'\n', text);
        if self.after_return && text.first() == Some(&b'\n') {
            ends -= 1;
        }
        if memchr(b'\r', text).is_some() {
            for at in memchr_iter(b'\r', text) {
                if text.get(at + 1) != Some(&b'\n') {
                    ends += 1;
                    last_end = last_end.max(Some(at));
                }
            }
        }
        self.line += ends;
        let from = match last_end {
            Some(at) => {
                self.column = 1;
                at + 1
            }
            None => 0,
        };
        let line = text.get(from..).unwrap_or_default();
        // Each character has one byte that continues none.
        self.column += line.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        self.after_return = *last == b'\r';
    }

    /// A position within a part of a document that begins here.
    pub(crate) fn then(self, inner: Self) -> Self {
        Self {
            line: self.line + inner.line - 1,
            column: match inner.line {
                1 => self.column + inner.column - 1,
                _ => inner.column,
            },
            after_return: inner.after_return,
        }
    }
}

/// Whether a field's name says that its value is a secret: `accessToken` and `x-sign`, but neither `total_tokens` nor `design`.
pub(crate) fn is_secret(name: &str) -> bool {
    const ANYWHERE: [&str; 8] = [
        "password",
        "passwd",
        "secret",
        "api_key",
        "apikey",
        "api-key",
        "authorization",
        "credential",
    ];
    let lower = name.to_ascii_lowercase();
    let ends = |at: usize| match name.as_bytes().get(at) {
        Some(next) => !next.is_ascii_lowercase(),
        None => true,
    };
    let begins = |at: usize| match (at.checked_sub(1), name.as_bytes().get(at)) {
        (Some(before), Some(first)) => {
            let before = name.as_bytes().get(before);
            first.is_ascii_uppercase() || before.is_some_and(|c| !c.is_ascii_alphanumeric())
        }
        _ => true,
    };
    ANYWHERE.iter().any(|word| lower.contains(word))
        || lower
            .match_indices("token")
            .any(|(at, word)| ends(at + word.len()))
        || (lower
            .match_indices("signature")
            .chain(lower.match_indices("sign")))
        .any(|(at, word)| begins(at) && ends(at + word.len()))
}

/// Whether a body is a page for people.
pub(crate) fn looks_like_html(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let mut start = text.get(..256).unwrap_or(text);
    // A page may begin with a comment or an XML declaration.
    while begins_with(start, "<!--") || begins_with(start, "<?xml") {
        match memchr(b'>', start) {
            Some(end) => start = start.get(end + 1..).unwrap_or_default().trim_ascii_start(),
            None => break,
        }
    }
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| begins_with(start, tag))
}

/// Whether a text begins with another one, in upper or lower case.
pub(crate) fn begins_with(text: &[u8], start: &str) -> bool {
    let found = text.get(..start.len());
    found.is_some_and(|found| found.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn names_of_secrets() {
        for name in [
            "token",
            "access_token",
            "accessToken",
            "AccessToken1",
            "accesstoken",
            "TOKEN",
            "x-sign",
            "sign",
            "requestSign",
            "Signature",
            "userPassword",
            "client_secret",
            "Api-Key",
            "tokenValue",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "total_tokens",
            "tokens",
            "design",
            "assigned_to",
            "Signed",
            "signup",
            "name",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
