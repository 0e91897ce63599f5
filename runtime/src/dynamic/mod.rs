//! Operations and payloads by name, for programs that learn at run time what to call: command lines, tests, proxies.
//!
//! Generated modules implement [`Api`] for their API; everything still goes through the typed models and the typed client.

mod input;
mod output;
mod payload;
mod text;
#[cfg(feature = "xml")]
mod xml;

use std::fmt;
use std::sync::Arc;

use crate::client::{ApiClient, BoxFuture, Builder, Format, Mask, Operation};
use crate::json;
use crate::value::MASK;
use crate::{Error, ErrorKind, Secret};

pub use input::Input;
pub use output::Output;
pub use payload::{Payload, read_json};
pub use text::Text;
#[cfg(feature = "xml")]
pub use xml::{read_any, read_any_list};

/// An API by name.
pub trait Api: Sync {
    /// Its module's name.
    fn name(&self) -> &'static str;
    /// Its operations, in the order of the spec.
    fn operations(&self) -> &'static [Entry];
    /// Sets of credentials that it takes, by their names; one set is enough.
    fn credentials(&self) -> &'static [&'static [&'static str]];
    /// Reads a payload into its type.
    ///
    /// # Errors
    /// Where the operation has no such payload, or the bytes are not one.
    fn payload(
        &self,
        operation: &str,
        side: Side,
        from: Format,
        bytes: &[u8],
    ) -> Result<Payload, DynamicError>;
    /// A client.
    ///
    /// # Errors
    /// As [`Builder::build`].
    fn client(&self, settings: &Settings<'_>) -> Result<Box<dyn Client>, Error>;

    /// The operation with this id.
    fn operation(&self, id: &str) -> Option<&'static Entry> {
        self.operations()
            .iter()
            .find(|entry| entry.operation.id == id)
    }
}

/// A client by name.
pub trait Client: Send + Sync {
    /// Calls an operation.
    fn call<'a>(
        &'a self,
        operation: &'a str,
        input: &'a Input,
    ) -> BoxFuture<'a, Result<Output, DynamicError>>;
}

/// An operation as data.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What the client knows of it.
    pub operation: &'static Operation,
    /// One line on what it does.
    pub summary: &'static str,
    /// Its parameters, and the parts of its form.
    pub params: &'static [Param],
    /// What its body is.
    pub body: BodyShape,
    /// The statuses of success that the spec lists.
    pub statuses: &'static [u16],
    /// The property of the reply that the caller gets, where the reply has a wrapping.
    pub content: Option<&'static str>,
    /// A document describes it; otherwise it is known from elsewhere.
    pub documented: bool,
}

/// A parameter, or a part of a form.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// Must be given.
    pub required: bool,
    /// It is a file.
    pub file: bool,
    /// A document describes it; otherwise it is known from elsewhere.
    pub documented: bool,
    /// The spec's example.
    pub example: Option<&'static str>,
    /// One line on what it is.
    pub summary: &'static str,
}

impl Param {
    /// Creates a parameter that must be given.
    #[must_use]
    pub const fn required(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            required: true,
            file: false,
            documented: true,
            example: None,
            summary,
        }
    }

    /// Creates a parameter that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, summary: &'static str) -> Self {
        let mut param = Self::required(name, summary);
        param.required = false;
        param
    }

    /// Returns the same as a file.
    #[must_use]
    pub const fn file(mut self) -> Self {
        self.file = true;
        self
    }

    /// Returns the same, known from elsewhere than a document.
    #[must_use]
    pub const fn undocumented(mut self) -> Self {
        self.documented = false;
        self
    }

    /// Returns the same with the spec's example.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }
}

/// What an operation's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyShape {
    /// There is none.
    None,
    /// One value.
    Value,
    /// One value, which is on the wire in this property of a wrapping that the client fills in.
    Wrapped(&'static str),
    /// A form; its parts are parameters.
    Form,
}

/// Whose payload it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client's.
    Request,
    /// The server's, with this status; `None`: that of success.
    Response(Option<u16>),
}

/// Settings of a client by name.
pub struct Settings<'a> {
    /// Where the API is served; `None`: the spec's first server.
    pub base_url: Option<&'a str>,
    /// Variables of the base URL.
    pub variables: &'a [(String, String)],
    /// Where operations are served that name servers of their own: see [`Builder::server`].
    pub servers: &'a [(String, String)],
    /// The format to prefer.
    pub format: Format,
    /// Allow plain HTTP to hosts that are not loopback.
    pub allow_plaintext: bool,
    /// Credentials by name.
    pub credentials: &'a dyn Fn(&str) -> Option<String>,
    /// Sees each request and may keep it from being sent: see [`Builder::before_send`].
    pub before_send: Option<BeforeSend>,
}

/// Sees a request; an error keeps it from being sent.
pub type BeforeSend = Arc<dyn Fn(&reqwest::Request) -> Result<(), String> + Send + Sync>;

/// What [`mask_secrets`] puts in the place of a secret.
pub const REDACTED: &str = MASK;

/// Takes secrets out of a text, in whatever spelling they stand, as errors do. Secrets of less than 4 characters are left:
/// they would take ordinary words apart.
pub fn mask_secrets(text: &mut String, secrets: impl IntoIterator<Item = Secret>) {
    Mask::new(secrets.into_iter().collect()).apply(text);
}

impl Settings<'_> {
    /// Returns a credential that is a whole number. For generated code.
    ///
    /// # Errors
    /// Where it is there and is none.
    pub fn integer(&self, api: &'static str, name: &str) -> Result<Option<i64>, Error> {
        let Some(text) = (self.credentials)(name) else {
            return Ok(None);
        };
        text.trim().parse().map(Some).map_err(|_| {
            let text = format!("the credential `{name}` is not a whole number");
            Error::of_api(api, ErrorKind::Configuration, text)
        })
    }

    /// Puts everything but the credentials into a builder.
    #[must_use]
    pub fn apply<C: ApiClient>(&self, mut builder: Builder<C>) -> Builder<C> {
        if let Some(url) = self.base_url {
            builder = builder.base_url(url);
        }
        for (name, value) in self.variables {
            builder = builder.variable(name, value);
        }
        for (declared, url) in self.servers {
            builder = builder.server(declared, url);
        }
        if self.allow_plaintext {
            builder = builder.allow_plaintext();
        }
        if let Some(before_send) = self.before_send.clone() {
            builder = builder.before_send(move |request| before_send(request));
        }
        builder.format(self.format)
    }
}

/// Why a call or a conversion by name failed.
#[derive(Debug)]
pub enum DynamicError {
    /// A parameter is missing or not of its type; nothing was sent.
    Parameter(String),
    /// The name or the body is wrong; nothing was sent.
    Input(String),
    /// The call failed.
    Call(Error),
}

impl fmt::Display for DynamicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(text) | Self::Input(text) => f.write_str(text),
            Self::Call(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DynamicError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Parameter(_) | Self::Input(_) => None,
            Self::Call(error) => Some(error),
        }
    }
}

impl From<Error> for DynamicError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// Reads a payload into its type. A reply of success that reports a failure is that failure, as in a call.
///
/// # Errors
/// As [`Api::payload`], and where the payload reports a failure.
pub fn read(
    api: &dyn Api,
    operation: &str,
    side: Side,
    from: Format,
    bytes: &[u8],
) -> Result<Payload, DynamicError> {
    let success = match side {
        Side::Request => false,
        Side::Response(status) => status.is_none_or(|status| (200..300).contains(&status)),
    };
    if success && let Some(entry) = api.operation(operation) {
        crate::client::check_body(entry.operation, bytes)?;
    }
    api.payload(operation, side, from, bytes)
}

/// Returns whether the readers of payloads take two names of fields for the same: they differ in the case of ASCII letters, `_` and
/// `-` at most.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    json::same_name(one, other)
}

/// Returns the error for an operation that the API does not have.
#[doc(hidden)]
pub fn unknown(api: &str, operation: &str) -> DynamicError {
    DynamicError::Input(format!("`{api}` has no operation `{operation}`"))
}

/// Returns the error for a payload that an operation does not have.
#[doc(hidden)]
pub fn no_payload(operation: &str, side: Side) -> DynamicError {
    let what = match side {
        Side::Request => "request with a body".to_owned(),
        Side::Response(None) => "reply of success with a body".to_owned(),
        Side::Response(Some(status)) => format!("reply with status {status} and a body"),
    };
    DynamicError::Input(format!("`{operation}` has no {what}"))
}

/// Returns the error for a payload that an API does not have. For generated code.
#[doc(hidden)]
pub fn no_such_payload(api: &dyn Api, operation: &str, side: Side) -> DynamicError {
    match api.operation(operation) {
        Some(_) => no_payload(operation, side),
        None => unknown(api.name(), operation),
    }
}
