//! What is wrong with a request, and where.

use std::fmt;

/// One thing that is wrong: where it is, what was expected, what was found.
///
/// `place` names the part of the request: `query parameter token`, `body /params/products/0/id`, `header Accept`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where.
    pub place: String,
    /// What should be there.
    pub expected: String,
    /// What is there, cut to a readable length; empty where nothing does.
    pub found: String,
}

impl Problem {
    /// A problem; a long `found` is cut.
    pub(crate) fn new(
        place: impl Into<String>,
        expected: impl Into<String>,
        found: impl AsRef<str>,
    ) -> Self {
        Self {
            place: place.into(),
            expected: expected.into(),
            found: excerpt(found.as_ref()),
        }
    }

    /// The same problem, seen from further out: `prefix` is put before the place.
    pub(crate) fn within(mut self, prefix: &str) -> Self {
        self.place = if self.place.is_empty() {
            prefix.to_owned()
        } else {
            format!("{prefix} {}", self.place)
        };
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "expected {}", self.expected)?;
        if !self.found.is_empty() {
            write!(f, ", found {}", self.found)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No operation has this path.
    UnknownPath,
    /// The path is known, the method is not.
    WrongMethod,
    /// A credential is missing or wrong.
    Credentials,
    /// A parameter or the body breaks the spec.
    Invalid,
    /// No documented format is acceptable to the caller.
    NotAcceptable,
    /// The body's media type is none of the documented ones.
    UnsupportedMedia,
    /// The body is larger than the sandbox takes.
    TooLarge,
    /// The rate limit is exceeded.
    LimitReached,
}

/// The codes with which the API reports two kinds of failures (`x-failure-codes`).
#[derive(Debug, Default)]
pub(crate) struct FailureCodes {
    /// The credential is not accepted.
    pub(crate) auth: Option<String>,
    /// A rate limit is exceeded.
    pub(crate) quota: Option<String>,
}

impl Refusal {
    /// The statuses that fit, best first: the first that the operation documents is answered, else the first.
    pub(crate) fn statuses(self) -> &'static [u16] {
        match self {
            Self::UnknownPath => &[404],
            Self::WrongMethod => &[405],
            Self::Credentials => &[401, 403, 400],
            Self::Invalid => &[422, 400],
            Self::NotAcceptable => &[406],
            Self::UnsupportedMedia => &[415],
            Self::TooLarge => &[413],
            Self::LimitReached => &[503, 429],
        }
    }

    /// A short code for APIs whose errors carry one: the spec's, where it names one for such failures.
    pub(crate) fn code(self, codes: &FailureCodes) -> &str {
        let named = match self {
            Self::Credentials => codes.auth.as_deref(),
            Self::LimitReached => codes.quota.as_deref(),
            _ => None,
        };
        named.unwrap_or(match self {
            Self::UnknownPath => "not-found",
            Self::WrongMethod => "method-not-allowed",
            Self::Credentials => "unauthorized",
            Self::Invalid => "invalid",
            Self::NotAcceptable => "not-acceptable",
            Self::UnsupportedMedia => "unsupported-media-type",
            Self::TooLarge => "too-large",
            Self::LimitReached => "limit-reached",
        })
    }

    /// A line that heads the list of problems.
    pub(crate) fn summary(self) -> &'static str {
        match self {
            Self::UnknownPath => "no such path",
            Self::WrongMethod => "no such method at this path",
            Self::Credentials => "the credentials are missing or wrong",
            Self::Invalid => "the request does not match the API's description",
            Self::NotAcceptable => "no documented format is acceptable",
            Self::UnsupportedMedia => "the body's media type is not documented",
            Self::TooLarge => "the body is too large",
            Self::LimitReached => "too many requests",
        }
    }
}

/// At most 80 characters of a text, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
