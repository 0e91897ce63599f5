//! The one error of all clients.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::client::{LONGEST, Operation};
use crate::failure::{Excerpt, Failure};
use crate::json::{self, FromJson};
use crate::{CodecError, CodecErrorKind};

/// What went wrong in general terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up as it must be: a missing credential, an unusable base URL.
    Configuration,
    /// The request could not be made: a value that cannot be written, a file that cannot be read.
    Request,
    /// There was no connection, or the server's certificate was not accepted; nothing was sent.
    Connect,
    /// The connection broke after the request, or a part of it, was sent and before the reply began.
    Interrupted,
    /// The reply did not come in time.
    Timeout,
    /// A limit on calls leaves no room before the call's deadline; nothing was sent.
    RateLimit,
    /// The server sent a redirect. None is followed, so that credentials stay with the configured host.
    Redirect,
    /// The server answered with an HTTP status that is not a success.
    Status,
    /// The server answered with a successful status and a body that reports a failure.
    Failure,
    /// The reply has no body where one is expected.
    Empty,
    /// The reply is an HTML page, for instance of a maintenance.
    Html,
    /// The reply is in another format than was asked for.
    Format,
    /// The reply's body ended early.
    Truncated,
    /// The reply's body is larger than the client accepts.
    TooLarge,
    /// The reply's body is not as documented.
    Decode,
}

/// Why a call failed.
///
/// `Display` is one line that begins with the operation. Neither it nor `Debug` shows the query of a URL, headers, or
/// the client's credentials, even where the server repeats them.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    api: &'static str,
    operation: &'static str,
    kind: ErrorKind,
    status: Option<StatusCode>,
    failure: Option<Failure>,
    body: Option<Arc<ErrorBody>>,
    body_path: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    repeatable: bool,
    unsent: bool,
    lasting: bool,
    auth: bool,
    quota: bool,
    text: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates an error of an operation; `text` says what happened, and what to do.
    #[cold]
    pub fn new(operation: &Operation, kind: ErrorKind, text: impl Into<String>) -> Self {
        let mut error = Self::of_api(operation.api.name, kind, text);
        error.0.operation = operation.id;
        error.0.repeatable = operation.idempotent || operation.safe;
        error
    }

    /// Creates the error of a reply with this status that reports this failure, as a client makes it: for stand-ins of a client in
    /// tests. With a success status its kind is [`ErrorKind::Failure`].
    ///
    /// ```
    /// # use lavka_runtime::client::{Api, Operation};
    /// # static API: Api = Api { auth_codes: &["auth-0"], ..Api::new("shop", "https://shop.example") };
    /// # static EDIT_BOOK: Operation = Operation::new(&API, "edit_book", "POST", "/book");
    /// use lavka_runtime::reqwest::StatusCode;
    /// use lavka_runtime::{Error, Failure};
    ///
    /// let failure = Failure::new("Access denied").with_code("auth-0");
    /// let error = Error::from_reply(&EDIT_BOOK, StatusCode::BAD_REQUEST, failure);
    /// assert!(error.is_auth());
    /// assert_eq!(error.to_string(), "shop.edit_book: HTTP 400 Bad Request: Access denied [auth-0]");
    /// ```
    #[must_use]
    pub fn from_reply(operation: &Operation, status: StatusCode, failure: Failure) -> Self {
        let kind = match status.is_success() {
            true => ErrorKind::Failure,
            false => ErrorKind::Status,
        };
        Self::new(operation, kind, "")
            .with_status(status)
            .with_failure(operation, failure)
            .with_attempts(1)
    }

    /// Creates the error of an operation that a stand-in for a client does not implement. For generated code.
    #[must_use]
    pub fn unanswered(operation: &Operation) -> Self {
        Self::new(
            operation,
            ErrorKind::Configuration,
            "this stand-in for the client does not implement the operation",
        )
    }

    /// The error of a reply whose body cannot be decoded.
    #[cold]
    pub(crate) fn of_reply(operation: &Operation, error: &CodecError) -> Self {
        let kind = match error.kind() {
            CodecErrorKind::Empty => ErrorKind::Empty,
            CodecErrorKind::Html => ErrorKind::Html,
            CodecErrorKind::Truncated => ErrorKind::Truncated,
            CodecErrorKind::Limit => ErrorKind::TooLarge,
            _ => ErrorKind::Decode,
        };
        Self::new(operation, kind, format!("in the reply: {error}")).with_body_path(error.path())
    }

    /// An error of a client that is being set up.
    #[cold]
    pub(crate) fn of_api(api: &'static str, kind: ErrorKind, text: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            api,
            operation: "",
            kind,
            status: None,
            failure: None,
            body: None,
            body_path: None,
            retry_after: None,
            attempts: 0,
            repeatable: false,
            unsent: false,
            lasting: false,
            auth: false,
            quota: false,
            text: text.into(),
            source: None,
        }))
    }

    /// The same error with what the server says about it, and what its codes mean.
    pub(crate) fn with_failure(mut self, operation: &Operation, failure: Failure) -> Self {
        self.0.auth |= failure.has_any(operation.api.auth_codes);
        self.0.quota |= failure.has_any(operation.api.quota_codes);
        self.0.failure = Some(failure);
        self
    }

    /// The same error with the body that it was read from.
    pub(crate) fn with_body(mut self, body: ErrorBody) -> Self {
        self.0.body = Some(Arc::new(body));
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_body_path(mut self, path: impl Into<String>) -> Self {
        self.0.body_path = Some(path.into());
        self
    }

    /// Returns the same error with the time that the server asks to wait, of at most a year: see [`Error::retry_after`].
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait.map(|wait| wait.min(LONGEST));
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Nothing was sent, so that repeating the call cannot do anything twice.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.repeatable = true;
        self.0.unsent = true;
        self
    }

    pub(crate) fn is_unsent(&self) -> bool {
        self.0.unsent
    }

    /// The cause does not pass by itself, although others of its kind do.
    pub(crate) fn lasting(mut self) -> Self {
        self.0.lasting = true;
        self
    }

    /// The server may have carried the request out without being heard to say so.
    pub(crate) fn may_have_been_done(&self) -> bool {
        match self.kind() {
            ErrorKind::Interrupted | ErrorKind::Timeout | ErrorKind::Truncated => true,
            ErrorKind::Status => self.status().is_some_and(|status| status.is_server_error()),
            _ => false,
        }
    }

    /// The request cannot be sent again, as its body was read from a stream.
    pub(crate) fn unrepeatable(mut self) -> Self {
        self.0.repeatable = false;
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The same error as one of the operation that needed the login.
    pub(crate) fn while_logging_in(mut self, operation: &Operation) -> Self {
        self.0.text = match std::mem::take(&mut self.0.text) {
            text if text.is_empty() => "the login failed".to_owned(),
            text => format!("the login failed: {text}"),
        };
        self.0.api = operation.api.name;
        self.0.operation = operation.id;
        // Of the operation itself nothing was sent.
        self.0.repeatable = true;
        // Whatever its status: without a token no call can succeed.
        let refused = match self.kind() {
            ErrorKind::Failure => true,
            ErrorKind::Status => self.0.status.is_some_and(|status| status.is_client_error()),
            // A success without a token in it.
            ErrorKind::Format | ErrorKind::Decode | ErrorKind::Empty => true,
            _ => false,
        };
        self.0.auth |= refused && !self.is_temporary() && !self.is_rate_limited();
        self
    }

    /// The server does not accept what the client logs in with.
    pub(crate) fn refused_login(mut self) -> Self {
        self.0.auth = true;
        self
    }

    /// The same error with more of a text.
    pub(crate) fn adding(mut self, text: &dyn fmt::Display) -> Self {
        let separator = if self.0.text.is_empty() { "" } else { ": " };
        self.0.text = format!("{}{separator}{text}", self.0.text);
        self
    }

    /// Takes a secret out of all texts.
    pub(crate) fn scrub(mut self, scrub: &dyn Fn(&mut String)) -> Self {
        scrub(&mut self.0.text);
        self.0.body_path.iter_mut().for_each(scrub);
        if let Some(failure) = &mut self.0.failure {
            failure.scrub(scrub);
        }
        if let Some(body) = &mut self.0.body {
            scrub(&mut Arc::make_mut(body).text);
        }
        self
    }

    /// Returns the API's module name, `digiseller`.
    pub fn api(&self) -> &'static str {
        self.0.api
    }

    /// Returns the operation, `edit_book`; empty while a client is being set up.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns what went wrong in general terms.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the reply's HTTP status, where there was a reply.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns what the server says about the failure.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.failure.as_ref()
    }

    /// Returns whether one of the server's codes is this one.
    pub fn has_code(&self, code: &str) -> bool {
        self.0
            .failure
            .as_ref()
            .is_some_and(|failure| failure.codes().any(|known| known == code))
    }

    /// Returns the body of the reply as text, where the error is about a reply that had one: its first 64 KiB, secrets of the client
    /// masked. `None` also for a body that is not text.
    pub fn body(&self) -> Option<&str> {
        let body = self.0.body.as_ref()?;
        Some(&body.text)
            .filter(|_| body.is_text)
            .map(String::as_str)
    }

    /// Returns the headers of the reply, where the error is about one that was read. They are as they came: they may have secrets.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.body.as_ref().map(|body| &body.headers)
    }

    /// Decodes the body, for an error response whose type the spec documents. Optional fields with unexpected values are
    /// absent.
    ///
    /// # Errors
    /// Where there is no body, or it is not JSON of this type.
    ///
    /// # Examples
    /// ```
    /// # use lavka_runtime::{Error, json::FromJson};
    /// # fn example<OutOfStock: FromJson>(error: &Error) -> Option<OutOfStock> {
    /// // A spec may document the body of a 409.
    /// let reason = error.decode::<OutOfStock>().ok()?;
    /// # Some(reason) }
    /// ```
    pub fn decode<T: FromJson>(&self) -> Result<T, CodecError> {
        let text = self.body().unwrap_or_default();
        json::decode_lenient(text.as_bytes()).map(|(value, _)| value)
    }

    /// Decodes the body as [`Error::decode`] does, from XML.
    ///
    /// # Errors
    /// Where there is no body, or it is not XML of this type.
    #[cfg(feature = "xml")]
    pub fn decode_xml<T: crate::xml::FromXml>(&self) -> Result<T, CodecError> {
        let text = self.body().unwrap_or_default();
        let (roots, dialect) = match &self.0.body {
            Some(body) => (body.roots, body.dialect),
            None => (&[][..], crate::xml::Dialect::Plain),
        };
        // The text is UTF-8 here, whatever its declaration says.
        let limits = &crate::xml::Limits::DEFAULT;
        crate::xml::decode_lenient(text.as_bytes(), Some("utf-8"), roots, dialect, limits)
            .map(|(value, _)| value)
    }

    /// Returns where in the body a reply is not as documented: `$.content[3].price`, `/products/product[2]`.
    pub fn body_path(&self) -> Option<&str> {
        self.0.body_path.as_deref()
    }

    /// Returns how long to wait before the next try, where the server or a limit says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns how many times the request was sent or tried to be sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns whether the cause may pass by itself, so that a later call may succeed. Says nothing about whether the server
    /// has carried out the request: see [`Error::is_retryable`].
    pub fn is_temporary(&self) -> bool {
        if self.0.lasting {
            return false;
        }
        match self.0.kind {
            ErrorKind::Connect
            | ErrorKind::Interrupted
            | ErrorKind::Timeout
            | ErrorKind::RateLimit
            | ErrorKind::Truncated
            | ErrorKind::Html => self
                .0
                .status
                .is_none_or(|status| status.is_success() || is_temporary(status)),
            ErrorKind::Status => self.0.status.is_some_and(is_temporary),
            _ => self.0.quota,
        }
    }

    /// Returns whether the same call may be tried again later: the cause may pass, and nothing can happen twice, because the
    /// operation is idempotent or because nothing was sent. The client has done so already as often as it is allowed.
    pub fn is_retryable(&self) -> bool {
        self.0.repeatable && self.is_temporary()
    }

    /// Returns whether the server does not accept the credential, or it lacks a permission.
    pub fn is_auth(&self) -> bool {
        self.asks_for_login() || self.status_code() == 403
    }

    /// Returns whether the thing that was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self.status_code(), 404 | 410)
    }

    /// Returns whether the server refused what was sent: change the request before trying again.
    pub fn is_validation(&self) -> bool {
        let refused =
            self.0.kind == ErrorKind::Failure || matches!(self.status_code(), 400 | 409 | 422);
        refused && !self.is_auth() && !self.is_rate_limited()
    }

    /// Returns whether a limit on the number of calls is exceeded.
    pub fn is_rate_limited(&self) -> bool {
        self.0.quota || self.0.kind == ErrorKind::RateLimit || self.status_code() == 429
    }

    /// Returns whether the call took longer than it was allowed to.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether the server refused the credential itself, so that another one may help; a lack of permission (403) is
    /// not fixed by logging in again.
    pub(crate) fn asks_for_login(&self) -> bool {
        // 440 is IIS's for a login that has ended, 498 that of others for a token.
        let refused = matches!(self.status_code(), 401 | 440 | 498);
        refused || self.0.auth || self.names_an_ended_token()
    }

    /// Whether a refusal has a code of OAuth 2 for a token that has ended, or one like it, in the body or a challenge: not all
    /// servers answer 401 then.
    fn names_an_ended_token(&self) -> bool {
        const CODES: [&str; 4] = [
            "invalid_token",
            "expired_token",
            "token_expired",
            "token_invalid",
        ];
        if !matches!(self.status_code(), 400 | 403) {
            return false;
        }
        let challenge = self.headers().and_then(Failure::of_challenge);
        let said = [self.failure(), challenge.as_ref()];
        said.iter().flatten().any(|failure| failure.has_any(&CODES))
    }

    fn status_code(&self) -> u16 {
        self.0.status.map_or(0, |status| status.as_u16())
    }

    fn message(&self) -> String {
        let inner = &*self.0;
        let mut parts: Vec<String> = Vec::new();
        if let Some(status) = inner.status {
            parts.push(match inner.kind {
                ErrorKind::Status => format!("HTTP {}", Status(status)),
                _ => format!("HTTP {}", status.as_u16()),
            });
        }
        if !inner.text.is_empty() {
            parts.push(inner.text.clone());
        }
        let reason = inner.failure.as_ref().map(ToString::to_string);
        let reason = reason.filter(|reason| !reason.is_empty());
        if let Some(reason) = reason.or_else(|| self.excerpt()) {
            parts.push(reason);
        } else if inner.kind == ErrorKind::Failure && inner.text.is_empty() {
            parts.push("the body reports a failure".to_owned());
        }
        parts.join(": ")
    }
}

impl Error {
    /// What is wrong with a reply's body, and the reason that the body gives.
    pub(crate) fn about_body(&self) -> String {
        let text = self.0.text.as_str();
        let text = text.strip_prefix("in the reply: ").unwrap_or(text);
        match self.0.failure.as_ref().map(ToString::to_string) {
            Some(reason) if !reason.is_empty() => format!("{text}: {reason}"),
            _ => text.to_owned(),
        }
    }

    /// The beginning of a body that reports a failure in no known shape.
    fn excerpt(&self) -> Option<String> {
        if !matches!(self.kind(), ErrorKind::Status | ErrorKind::Failure) {
            return None;
        }
        let body = self.0.body.as_ref()?;
        Some(match body.is_text {
            true => Excerpt(&body.text).to_string(),
            false => body.text.clone(),
        })
        .filter(|text| !text.is_empty())
    }
}

/// The headers and the body of a reply that is an error.
#[derive(Clone)]
pub(crate) struct ErrorBody {
    /// The beginning of the body, or what it is where it is not text.
    pub(crate) text: String,
    pub(crate) is_text: bool,
    pub(crate) headers: HeaderMap,
    #[cfg(feature = "xml")]
    pub(crate) roots: &'static [crate::xml::Tag],
    #[cfg(feature = "xml")]
    pub(crate) dialect: crate::xml::Dialect,
}

struct Status(StatusCode);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.canonical_reason() {
            Some(reason) => write!(f, "{} {reason}", self.0.as_u16()),
            None => write!(f, "{}", self.0.as_u16()),
        }
    }
}

/// Statuses that servers answer while they are overloaded or being repaired.
pub(crate) fn is_temporary(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        408 | 425 | 429 | 500 | 502 | 503 | 504 | 507 | 508 | 520..=530
    )
}

/// `digiseller.edit_book: HTTP 422 Unprocessable Entity: name: must not be empty (after 3 attempts)`
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(inner.api)?;
        if !inner.operation.is_empty() {
            write!(f, ".{}", inner.operation)?;
        }
        write!(f, ": {}", self.message())?;
        if let Some(wait) = inner.retry_after {
            write!(f, " (try again in {} s)", wait.as_secs_f64().ceil())?;
        }
        if inner.attempts > 1 {
            write!(f, " (after {} attempts)", inner.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field(
            "operation",
            &format_args!("{}.{}", inner.api, inner.operation),
        )
        .field("kind", &inner.kind);
        if let Some(status) = inner.status {
            out.field("status", &status.as_u16());
        }
        out.field("message", &self.message());
        if let Some(failure) = &inner.failure {
            out.field("failure", failure);
        }
        if let Some(path) = &inner.body_path {
            out.field("body_path", path);
        }
        if let Some(wait) = inner.retry_after {
            out.field("retry_after", &wait);
        }
        out.field("attempts", &inner.attempts).finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
