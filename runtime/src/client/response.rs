//! A reply as a whole: status, headers, value.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LINK};

use super::Operation;
use super::reply::Reply;
use crate::codec::Omitted;
use crate::{CodecError, Error, ErrorKind};

/// A value of a reply that was left out: it was not of the documented type, and the field is optional.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// Where in the body, `$.content[3].price` or `/products/product[2]/price`; empty for what is outside the document.
    pub path: String,
    /// What was expected and what was found.
    pub reason: String,
    /// It is `false`, by which servers say that there is none.
    is_false: bool,
}

impl Dropped {
    pub(crate) fn all(omitted: &Omitted) -> Vec<Self> {
        let of = |error: &CodecError| Self {
            path: error.path().to_owned(),
            reason: error.message().to_owned(),
            is_false: error.0.is_false,
        };
        let mut all: Vec<Self> = omitted.errors.iter().map(of).collect();
        if omitted.more > 0 {
            all.push(Self::beside(format!("{} more values", omitted.more)));
        }
        all
    }

    /// What is outside the document.
    pub(crate) fn beside(reason: String) -> Self {
        Self {
            path: String::new(),
            reason,
            is_false: false,
        }
    }
}

/// `$.content[3].weight: expected a decimal, found "heavy"`
impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.reason)
    }
}

/// What an operation answered, with status and headers: see [`Call::response`](super::Call::response).
pub struct Response<T> {
    pub(super) head: Head,
    pub(super) value: T,
}

/// What a reply has beside its value.
#[derive(Clone, Default)]
pub(super) struct Head {
    status: StatusCode,
    headers: HeaderMap,
    dropped: Vec<Dropped>,
}

impl Head {
    pub(super) fn new(reply: Reply, dropped: Vec<Dropped>) -> Self {
        Self {
            status: reply.status(),
            headers: reply.into_headers(),
            dropped,
        }
    }

    /// Of a reply whose body has not been read.
    pub(super) fn open(status: StatusCode, headers: &HeaderMap) -> Self {
        Self {
            status,
            headers: headers.clone(),
            dropped: Vec::new(),
        }
    }
}

impl<T> Response<T> {
    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns a header's value, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// Returns the decoded value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the decoded value alone.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the values that were left out because they are not as documented. Empty for nearly all replies.
    pub fn lenient(&self) -> &[Dropped] {
        &self.head.dropped
    }

    /// Returns how many items a list has on all its pages, from `X-Total-Count`, `X-Total`, `Total-Count`,
    /// `X-Pagination-Total-Count` or `Content-Range`.
    pub fn total(&self) -> Option<u64> {
        let counts = [
            "x-total-count",
            "x-total",
            "total-count",
            "x-pagination-total-count",
        ];
        let count = counts
            .iter()
            .find_map(|name| self.header(name)?.trim().parse().ok());
        count.or_else(|| {
            let (_, total) = self.header("content-range")?.rsplit_once('/')?;
            total.trim().parse().ok()
        })
    }

    /// Returns how many pages a list has, from `X-Total-Pages`, `X-Page-Count` or `X-Pagination-Page-Count`.
    pub fn total_pages(&self) -> Option<u64> {
        let counts = ["x-total-pages", "x-page-count", "x-pagination-page-count"];
        counts
            .iter()
            .find_map(|name| self.header(name)?.trim().parse().ok())
    }

    /// Returns the target of a `Link` header with this relation (`next`, `prev`, `last`), as written.
    pub fn link(&self, relation: &str) -> Option<&str> {
        let values = self.head.headers.get_all(LINK).into_iter();
        values
            .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
            .find_map(|value| link(value, relation))
    }

    /// Returns the value of a page. For generated code.
    ///
    /// # Errors
    /// Where the property that names the next page was left out, as it is not of its type: the list would seem to end here.
    pub fn with_next(self, operation: &Operation, next: &str) -> Result<T, Error> {
        let is_next = |path: &str| {
            let path = path.replace('/', ".");
            path.strip_suffix(next)
                .is_some_and(|before| before.ends_with('.'))
        };
        let left_out = self.lenient().iter().find(|dropped| {
            // `"next": false`, as PHP has it, names no page.
            is_next(&dropped.path) && !dropped.is_false
        });
        match left_out {
            Some(dropped) => {
                let text = format!("what names the next page is not as documented: {dropped}");
                let error = Error::new(operation, ErrorKind::Decode, text);
                Err(error.with_status(self.status()))
            }
            None => Ok(self.value),
        }
    }
}

/// Finds a relation in `<https://shop.example/?page=2>; rel="next", <…>; rel="last"`.
fn link<'v>(value: &'v str, relation: &str) -> Option<&'v str> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, parameters) = after.split_once('>')?;
        let (parameters, more) = until(parameters, ',');
        let mut left = Some(parameters);
        while let Some(text) = left {
            let (parameter, further) = until(text, ';');
            left = further;
            let Some((name, relations)) = parameter.split_once('=') else {
                continue;
            };
            let mut relations = relations
                .trim()
                .trim_matches(['"', '\''])
                .split_whitespace();
            if name.trim().eq_ignore_ascii_case("rel")
                && relations.any(|known| known.eq_ignore_ascii_case(relation))
            {
                return Some(target.trim());
            }
        }
        rest = more?;
    }
    None
}

/// The text up to this character, and what is behind it. One in quotation marks ends nothing.
fn until(text: &str, end: char) -> (&str, Option<&str>) {
    let mut quoted = false;
    let at = text.find(|c| {
        quoted ^= c == '"';
        c == end && !quoted
    });
    match at {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// Headers may hold secrets.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status.as_u16())
            .field("value", &self.value)
            .field("lenient", &self.head.dropped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn a_link_is_found_by_its_relation() {
        let value = r#"<https://s.example/?page=2&q=a,b>; title="a, b"; rel="next last", <https://s.example/?page=1>;rel=prev"#;
        assert_eq!(link(value, "last"), Some("https://s.example/?page=2&q=a,b"));
        assert_eq!(link(value, "prev"), Some("https://s.example/?page=1"));
        assert_eq!(link(value, "first"), None);
        assert_eq!(link("<", "next"), None);
        let value = r#"</a>; title="x; rel=next, <b>; rel=next"; rel=last, < /c > ; REL = 'Next'"#;
        assert_eq!(link(value, "next"), Some("/c"));
    }
}
