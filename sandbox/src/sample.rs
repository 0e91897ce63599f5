//! Payloads that the sandbox answers with and checks against: those which the documents print.

use std::fmt;

/// Which way a payload goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the server.
    Request,
    /// From the server.
    Response,
}

/// How a payload is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SampleFormat {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// Plain text: a bare string, for instance.
    Text,
}

impl SampleFormat {
    /// The ending of such a file.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Text => "txt",
        }
    }
}

impl fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Text => "txt",
        })
    }
}

/// One payload of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The operation's id.
    pub operation: &'a str,
    /// `documented`, `documented-2`, `corrected` or `synthetic`; `verbatim` ones are ignored.
    pub case: &'a str,
    /// Which way it goes.
    pub direction: Direction,
    /// The status that it belongs to; `None` is the operation's success.
    pub status: Option<u16>,
    /// How it is written.
    pub format: SampleFormat,
    /// The payload itself.
    pub bytes: &'a [u8],
}

impl<'a> Sample<'a> {
    /// Reads the parts of a file name such as `create_book.documented.response.400.json`.
    ///
    /// `None` where the name is not of this form.
    ///
    /// ```
    /// use lavka_sandbox::{Direction, Sample};
    /// let sample = Sample::from_file_name("get_order.synthetic.response.404.json", b"{}").unwrap();
    /// assert_eq!((sample.operation, sample.status), ("get_order", Some(404)));
    /// assert_eq!(sample.direction, Direction::Response);
    /// ```
    #[must_use]
    pub fn from_file_name(name: &'a str, bytes: &'a [u8]) -> Option<Self> {
        let mut parts = name.split('.');
        let operation = parts.next().filter(|part| !part.is_empty())?;
        let case = parts.next()?;
        let direction = match parts.next()? {
            "request" => Direction::Request,
            "response" => Direction::Response,
            _ => return None,
        };
        let mut last = parts.next()?;
        let mut status = None;
        if let Ok(number) = last.parse::<u16>() {
            status = Some(number);
            last = parts.next()?;
        }
        let format = match last {
            "json" => SampleFormat::Json,
            "xml" => SampleFormat::Xml,
            "txt" => SampleFormat::Text,
            _ => return None,
        };
        parts.next().is_none().then_some(Self {
            operation,
            case,
            direction,
            status,
            format,
            bytes,
        })
    }

    /// Which sample is preferred: as printed, then corrected, then synthetic.
    #[must_use]
    pub fn rank(case: &str) -> u32 {
        match case {
            "documented" => 1,
            "corrected" => 1000,
            "synthetic" => 2000,
            other => {
                let base = if other.starts_with("documented") {
                    1
                } else if other.starts_with("corrected") {
                    1000
                } else {
                    2000
                };
                let number = other
                    .rsplit('-')
                    .next()
                    .and_then(|digits| digits.parse::<u32>().ok())
                    .unwrap_or(500);
                base + number.min(900)
            }
        }
    }
}

/// An API that is built into this package: what the generator writes into `embedded.rs`.
#[derive(Debug)]
pub(crate) struct EmbeddedApi {
    /// Name, as in `digiseller`.
    pub(crate) name: &'static str,
    /// The bundled OpenAPI document in JSON.
    pub(crate) spec: &'static str,
    /// Its samples.
    pub(crate) samples: &'static [Sample<'static>],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_that_are_not_samples_give_nothing() {
        for name in [
            "",
            "a",
            "a.b",
            "a.b.request",
            "a.b.reply.json",
            "a.b.request.yaml",
            "a.b.request.json.bak",
            "a.b.response.400",
            ".b.request.json",
        ] {
            assert_eq!(Sample::from_file_name(name, b""), None, "{name}");
        }
    }

    #[test]
    fn documented_before_corrected_before_synthetic() {
        let mut cases = [
            "synthetic",
            "documented-2",
            "corrected",
            "documented",
            "documented-10",
        ];
        cases.sort_by_key(|case| Sample::rank(case));
        assert_eq!(
            cases,
            [
                "documented",
                "documented-2",
                "documented-10",
                "corrected",
                "synthetic"
            ]
        );
    }
}
