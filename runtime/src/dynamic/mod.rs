//! Operations and payloads by name, for programs that learn at run time what to call: command lines, tests, proxies.
//!
//! Generated modules implement [`Api`] for their API; everything still goes through the typed models and the typed client.

mod text;
#[cfg(feature = "xml")]
mod xml;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::client::{ApiClient, BoxFuture, Builder, Dropped, Format, Operation};
use crate::client::{MASK, Mask, Reply, Response, Upload};
use crate::json::{self, FromJson, ToJson};
use crate::{Error, ErrorKind, Secret};

pub use text::Text;
#[cfg(feature = "xml")]
pub use xml::{read_any, read_any_list};
#[cfg(feature = "xml")]
use xml::{read_xml, read_xml_list};

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

/// The error for an operation that the API does not have.
#[doc(hidden)]
pub fn unknown(api: &str, operation: &str) -> DynamicError {
    DynamicError::Input(format!("`{api}` has no operation `{operation}`"))
}

/// The error for a payload that an operation does not have.
#[doc(hidden)]
pub fn no_payload(operation: &str, side: Side) -> DynamicError {
    let what = match side {
        Side::Request => "request with a body".to_owned(),
        Side::Response(None) => "reply of success with a body".to_owned(),
        Side::Response(Some(status)) => format!("reply with status {status} and a body"),
    };
    DynamicError::Input(format!("`{operation}` has no {what}"))
}

/// The error for a payload that an API does not have. For generated code.
#[doc(hidden)]
pub fn no_such_payload(api: &dyn Api, operation: &str, side: Side) -> DynamicError {
    match api.operation(operation) {
        Some(_) => no_payload(operation, side),
        None => unknown(api.name(), operation),
    }
}

/// What goes into a call.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Parameters, and text parts of a form, by their names on the wire.
    pub params: BTreeMap<String, String>,
    /// Files of a form, by the names of their parts.
    pub files: BTreeMap<String, Upload>,
    /// The body, and its format. What the model lacks is not sent: [`Payload`] has what would be.
    pub body: Option<(Format, Vec<u8>)>,
}

impl Input {
    /// Returns a required parameter.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn required<T: Text>(&self, name: &str) -> Result<T, DynamicError> {
        self.optional(name)?
            .ok_or_else(|| DynamicError::Parameter(format!("the parameter `{name}` is missing")))
    }

    /// Returns an optional parameter.
    ///
    /// # Errors
    /// Where it is not of its type.
    pub fn optional<T: Text>(&self, name: &str) -> Result<Option<T>, DynamicError> {
        let Some(text) = self.params.get(name) else {
            return Ok(None);
        };
        T::from_text(text).map(Some).ok_or_else(|| {
            DynamicError::Parameter(format!(
                "the parameter `{name}`: expected {}, found `{text}`",
                T::EXPECTED
            ))
        })
    }

    /// Returns a required parameter, from JSON.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn required_json<T: FromJson>(&self, name: &str) -> Result<T, DynamicError> {
        self.optional_json(name)?
            .ok_or_else(|| DynamicError::Parameter(format!("the parameter `{name}` is missing")))
    }

    /// Returns an optional parameter, from JSON. A text that is not JSON is read as a string.
    ///
    /// # Errors
    /// Where it is not of its type.
    pub fn optional_json<T: FromJson>(&self, name: &str) -> Result<Option<T>, DynamicError> {
        let Some(text) = self.params.get(name) else {
            return Ok(None);
        };
        let value = match json::decode(text.as_bytes()) {
            Ok(value) => Ok(value),
            Err(error) => json::decode(&json::encode(text.as_str())).map_err(|_| error),
        };
        value
            .map(Some)
            .map_err(|error| DynamicError::Parameter(format!("the parameter `{name}`: {error}")))
    }

    /// Returns the body as any bytes.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn upload(&self, operation: &Operation) -> Result<Upload, DynamicError> {
        let (_, bytes) = self.bytes(operation)?;
        Ok(Upload::bytes("body", bytes.to_vec()))
    }

    /// Returns a file of a form.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn file(&self, name: &str) -> Result<Upload, DynamicError> {
        self.files
            .get(name)
            .cloned()
            .ok_or_else(|| DynamicError::Parameter(format!("the file `{name}` is missing")))
    }

    fn bytes(&self, operation: &Operation) -> Result<(Format, &[u8]), DynamicError> {
        match &self.body {
            Some((format, bytes)) => Ok((*format, bytes)),
            None => Err(DynamicError::Input(format!(
                "`{}` needs a body",
                operation.id
            ))),
        }
    }

    /// Returns the body, from JSON.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn json<T: FromJson>(&self, operation: &'static Operation) -> Result<T, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, bytes) => json::decode_spelled(bytes)
                .map_err(|e| DynamicError::Input(format!("in the body: {e}"))),
            (Format::Xml, _) => Err(no_format(operation, Format::Xml)),
        }
    }

    /// Returns the body, from JSON or XML.
    ///
    /// # Errors
    /// As [`Input::json`].
    #[cfg(feature = "xml")]
    pub fn any<T: FromJson + crate::xml::FromXml>(
        &self,
        operation: &'static Operation,
    ) -> Result<T, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, _) => self.json(operation),
            (Format::Xml, bytes) => read_xml(operation, operation.request, &[], bytes)
                .map_err(|e| prefixed("in the body", e)),
        }
    }

    /// Returns the body that is a list, from JSON or XML.
    ///
    /// # Errors
    /// As [`Input::json`].
    #[cfg(feature = "xml")]
    pub fn any_list<T: FromJson + crate::xml::FromXml>(
        &self,
        operation: &'static Operation,
    ) -> Result<Vec<T>, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, _) => self.json(operation),
            (Format::Xml, bytes) => read_xml_list(operation, operation.request, bytes)
                .map_err(|e| prefixed("in the body", e)),
        }
    }
}

fn no_format(operation: &Operation, format: Format) -> DynamicError {
    DynamicError::Input(format!(
        "`{}` has no {format} form of this payload",
        operation.id
    ))
}

#[cfg(feature = "xml")]
fn prefixed(what: &str, error: DynamicError) -> DynamicError {
    match error {
        DynamicError::Input(text) => DynamicError::Input(format!("{what}: {text}")),
        call => call,
    }
}

/// What comes out of a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// The reply's typed value as JSON; null where there is none. Numbers that an `f64` does not hold are rounded here, and exact
    /// in `text`.
    pub json: Value,
    /// The same as text, indented, its properties in the order of the spec.
    pub text: String,
    /// The same as Rust prints it.
    pub debug: String,
    /// What the reply has and the value lacks, because it is not as documented: see
    /// [`Response::lenient`](crate::client::Response::lenient).
    pub lenient: Vec<Dropped>,
}

impl Output {
    /// Creates the output for a typed value.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn of<T: ToJson + fmt::Debug>(value: &T) -> Result<Self, DynamicError> {
        let fail = |e| DynamicError::Input(format!("the reply has no JSON form: {e}"));
        let json = json::encode(value);
        Ok(Self {
            json: serde_json::from_slice(&json).map_err(fail)?,
            text: String::from_utf8_lossy(&json::pretty(&json)).into_owned(),
            debug: format!("{value:#?}"),
            lenient: Vec::new(),
        })
    }

    /// Creates the output for a reply.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn of_response<T: ToJson + fmt::Debug>(
        response: &Response<T>,
    ) -> Result<Self, DynamicError> {
        Self::of(response.value()).map(|output| output.without(response.lenient()))
    }

    /// Returns the same output with what the value lacks.
    #[must_use]
    pub fn without(mut self, left_out: &[Dropped]) -> Self {
        self.lenient.extend_from_slice(left_out);
        self
    }

    /// Creates the output for bytes: their text, where they are one.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self {
            json: Value::String(text.clone()),
            debug: format!("{} bytes", bytes.len()),
            text,
            lenient: Vec::new(),
        }
    }

    /// Creates the output of a call that answers nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            json: Value::Null,
            text: "null".to_owned(),
            debug: "()".to_owned(),
            lenient: Vec::new(),
        }
    }
}

/// A payload that has been read into its type.
pub struct Payload {
    value: Box<dyn Typed>,
    dropped: Vec<Dropped>,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.debug())
    }
}

impl Payload {
    /// Returns the values of a reply that were left out because they are not as documented: see
    /// [`Response::lenient`](crate::client::Response::lenient).
    #[must_use]
    pub fn lenient(&self) -> &[Dropped] {
        &self.dropped
    }

    /// As JSON, indented.
    ///
    /// # Errors
    /// Where a value has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>, DynamicError> {
        self.value.json()
    }

    /// As XML.
    ///
    /// # Errors
    /// Where the payload has no XML form, or XML cannot carry a value.
    pub fn to_xml(&self) -> Result<Vec<u8>, DynamicError> {
        self.value.xml()
    }

    /// As Rust prints the typed value.
    #[must_use]
    pub fn debug(&self) -> String {
        self.value.debug()
    }
}

trait Typed {
    fn json(&self) -> Result<Vec<u8>, DynamicError>;
    fn xml(&self) -> Result<Vec<u8>, DynamicError>;
    fn debug(&self) -> String;
}

struct JsonOnly<T>(&'static Operation, T);

impl<T: ToJson + fmt::Debug> Typed for JsonOnly<T> {
    fn json(&self) -> Result<Vec<u8>, DynamicError> {
        Ok(json::encode_pretty(&self.1))
    }
    fn xml(&self) -> Result<Vec<u8>, DynamicError> {
        Err(no_format(self.0, Format::Xml))
    }
    fn debug(&self) -> String {
        format!("{:#?}", self.1)
    }
}

/// Reads a payload that is JSON only. For generated code.
///
/// # Errors
/// Where the bytes are not of the type.
#[doc(hidden)]
pub fn read_json<T: FromJson + ToJson + fmt::Debug + 'static>(
    operation: &'static Operation,
    side: Side,
    from: Format,
    bytes: &[u8],
    bare_string: bool,
) -> Result<Payload, DynamicError> {
    if from == Format::Xml {
        return Err(no_format(operation, Format::Xml));
    }
    let read = match bare_string {
        true => Reply::decode_bare_string::<T>,
        false => Reply::decode::<T>,
    };
    let (value, dropped) = decode(operation, side, bytes, read)?;
    Ok(Payload {
        value: Box::new(JsonOnly(operation, value)),
        dropped,
    })
}

/// Decodes JSON: a reply as a call does.
fn decode<T: FromJson>(
    operation: &'static Operation,
    side: Side,
    bytes: &[u8],
    read: fn(&Reply) -> Result<T, Error>,
) -> Result<(T, Vec<Dropped>), DynamicError> {
    let Side::Response(status) = side else {
        let value = json::decode_spelled(bytes);
        let value = value.map_err(|error| DynamicError::Input(error.to_string()))?;
        return Ok((value, Vec::new()));
    };
    let reply = Reply::of_body(operation, status.unwrap_or(200), bytes);
    match read(&reply) {
        Ok(value) => Ok((value, reply.dropped())),
        Err(error) => Err(DynamicError::Input(reply.explain(error).about_body())),
    }
}
