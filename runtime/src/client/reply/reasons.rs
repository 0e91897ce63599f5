//! What a reply says about a failure, and the errors that are made of it.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::{BodyKind, Reply, charset};
use crate::client::{Format, Operation};
use crate::error::ErrorBody;
use crate::failure::{self, FailureShape};
use crate::{CodecError, Error, ErrorKind, Failure};

impl Reply {
    /// Fails where the body reports a failure, whatever the operation returns.
    ///
    /// # Errors
    /// Where the body reports a failure.
    pub(in crate::client) fn check(&self) -> Result<(), Error> {
        let shapes = self.shapes();
        if !shapes.iter().any(|shape| shape.names_a_status()) {
            return Ok(());
        }
        let Some(text) = self.text_of_content() else {
            return Ok(());
        };
        match reported_failure(&text, &shapes) {
            Some(failure) => Err(self
                .error(ErrorKind::Failure, "")
                .with_failure(self.operation, failure)
                .with_body(self.error_body())),
            None => Ok(()),
        }
    }

    /// The error for a status that is not a success, with what the body says about it, or else the headers, or else the
    /// status line.
    pub(in crate::client) fn refusal(&self, status_line: Option<&[u8]>) -> Error {
        let text = match self.status() {
            StatusCode::NOT_MODIFIED => {
                "the server reports that nothing has changed, but the request had no condition"
            }
            _ => "",
        };
        let error = self
            .error(ErrorKind::Status, text)
            .with_body(self.error_body());
        let error = self.with_reason(error);
        let looks = self.looks();
        if error.failure().is_some() || !matches!(looks, BodyKind::Empty | BodyKind::Html) {
            return error;
        }
        let said = || status_line.filter(|_| looks == BodyKind::Empty);
        let reason = Failure::of_challenge(&self.headers)
            .or_else(|| Failure::of_status_line(self.status, said()?));
        match reason {
            Some(reason) => error.with_failure(self.operation, reason),
            None => error,
        }
    }

    /// Adds the body to an error about it, and the reason that it may hold.
    pub(crate) fn explain(&self, error: Error) -> Error {
        if error.body().is_some() || error.status().is_none() {
            return error;
        }
        let error = error.with_body(self.error_body());
        if error.failure().is_some()
            || !matches!(error.kind(), ErrorKind::Decode | ErrorKind::Format)
        {
            return error;
        }
        // Documented replies have texts too: where the body is what was asked for but for a part of it, only what is called an
        // error explains it.
        let is_whole = match error.body_path() {
            None | Some("$") => true,
            // Another root element.
            Some(path) => path.starts_with('/') && path.matches('/').count() == 1,
        };
        let text = self.text_of_content();
        // Nor is it what was asked for where it lacks the status that replies have.
        let is_whole = is_whole || text.as_deref().is_some_and(|text| self.lacks_status(text));
        let explains = |text: &str| match is_whole {
            true => failure::explains_itself(text),
            false => failure::names_an_error(text),
        };
        match text.as_deref().is_some_and(explains) {
            true => self.with_reason(error),
            false => error,
        }
    }

    /// Whether replies say how the request went, and this one does not.
    fn lacks_status(&self, text: &str) -> bool {
        let shapes = self.shapes();
        let mut telling = shapes
            .iter()
            .filter(|shape| shape.names_a_status())
            .peekable();
        telling.peek().is_some() && telling.all(|shape| failure::reported(text, shape).is_none())
    }

    pub(super) fn with_reason(&self, error: Error) -> Error {
        let text = self.text_of_content();
        match text.and_then(|text| Failure::read(&text, &self.shapes())) {
            Some(failure) => error.with_failure(self.operation, failure),
            None => error,
        }
    }

    /// Whether the body's status reports success.
    pub(in crate::client) fn reports_success(&self) -> bool {
        reports_success(self.operation, self.content())
    }

    pub(super) fn shapes(&self) -> Vec<&'static FailureShape> {
        shapes(self.operation, self.status().as_u16())
    }

    pub(super) fn error_body(&self) -> ErrorBody {
        let body = self.content();
        let cut = body.slice(..body.len().min(ERROR_BODY));
        let (text, is_text) = match failure::to_text(&cut, charset(self.headers())) {
            // A character may have been cut in two.
            Some(text) if cut.len() < body.len() => {
                let text = failure::start(&text, ERROR_BODY);
                (
                    text.trim_end_matches(char::REPLACEMENT_CHARACTER)
                        .to_owned(),
                    true,
                )
            }
            Some(text) => (text.into_owned(), true),
            None => (self.not_text(), false),
        };
        ErrorBody {
            text,
            is_text,
            headers: self.headers.clone(),
            #[cfg(feature = "xml")]
            roots: self.failure_roots(),
            #[cfg(feature = "xml")]
            dialect: self.operation.api.dialect,
        }
    }

    /// What a body is that is not text.
    fn not_text(&self) -> String {
        let header = |name| {
            let value = self.headers().get(name)?.to_str().ok()?;
            Some(failure::Line(value).to_string())
        };
        let mut text = format!("a body of {} bytes that is not text", self.body.len());
        if let Some(encoding) = header(CONTENT_ENCODING) {
            text.push_str(&format!(", Content-Encoding {encoding}"));
        } else if let Some(media_type) = header(CONTENT_TYPE) {
            text.push_str(&format!(", {media_type}"));
        }
        text
    }

    pub(in crate::client) fn wrong_format(&self, expected: Format, found: &str) -> Error {
        self.error(
            ErrorKind::Format,
            format!("expected {expected}, found {found}"),
        )
    }

    pub(in crate::client) fn html(&self) -> Error {
        let format = self
            .operation
            .response
            .choose(Format::Json)
            .map_or("a reply that is not HTML".to_owned(), |f| f.to_string());
        let title = self
            .text_of_content()
            .and_then(|text| failure::title(&text))
            .map_or(String::new(), |title| {
                format!(": {}", failure::Line(&title))
            });
        self.error(
            ErrorKind::Html,
            format!("expected {format}, found an HTML page (possibly a maintenance page){title}"),
        )
    }

    pub(crate) fn undecodable(&self, error: &CodecError) -> Error {
        Error::of_reply(self.operation, error).with_status(self.status())
    }

    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(self.operation, kind, text).with_status(self.status())
    }
}

/// How much of a body an error keeps.
const ERROR_BODY: usize = 64 << 10;

/// Fails where the body of a success reports a failure.
pub(crate) fn check_body(operation: &'static Operation, bytes: &[u8]) -> Result<(), Error> {
    let shapes = shapes(operation, StatusCode::OK.as_u16());
    match failure::to_text(bytes, None).and_then(|text| reported_failure(&text, &shapes)) {
        Some(failure) => {
            let error = Error::new(operation, ErrorKind::Failure, "");
            Err(error.with_failure(operation, failure))
        }
        None => Ok(()),
    }
}

/// Whether the status in the body of a success reports one.
pub(crate) fn reports_success(operation: &'static Operation, bytes: &[u8]) -> bool {
    let text = failure::to_text(bytes, None).unwrap_or_default();
    let says_so = |shape: &&FailureShape| {
        failure::reported(&text, shape).is_some_and(|value| shape.is_success(&value))
    };
    shapes(operation, StatusCode::OK.as_u16())
        .iter()
        .any(says_so)
}

/// How the replies of an operation may report a failure: the API's way first, then what is documented for the status.
fn shapes(operation: &'static Operation, status: u16) -> Vec<&'static FailureShape> {
    let mut all: Vec<_> = operation.api.failure.iter().collect();
    let general = all.len();
    for shape in operation.failure {
        let nearer = |other: &&FailureShape| other.distance(status) <= shape.distance(status);
        let own = all.get(general..).unwrap_or_default();
        all.insert(general + own.partition_point(nearer), shape);
    }
    all
}

/// The failure that a body with a success status reports.
fn reported_failure(text: &str, shapes: &[&FailureShape]) -> Option<Failure> {
    let is_failure = |shape: &&&FailureShape| {
        failure::reported(text, shape).is_some_and(|value| !shape.is_success(&value))
    };
    shapes
        .iter()
        .filter(|shape| shape.names_a_status())
        .find(is_failure)?;
    Some(Failure::read(text, shapes).unwrap_or_default())
}
