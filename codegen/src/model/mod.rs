//! The language-neutral model of an API: what every later stage works on.
//!
//! The model holds wire names only. Rust names are given by the plan, so that another backend could give its own.
//! Every node knows its [`Origin`], so that a finding of any stage can point at the spec.

mod types;

pub use types::*;

use crate::source::Origin;

/// Index of a type in [`Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// One API: operations and the types that their payloads need, in document order.
#[derive(Clone, Debug)]
pub struct Api {
    /// Name of the module, from the spec's file name.
    pub module: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`.
    pub description: String,
    /// `x-document`, where given.
    pub document: Option<Document>,
    /// Where the API is served.
    pub servers: Vec<Server>,
    /// Ways to authenticate that operations refer to by index.
    pub auth: Vec<AuthScheme>,
    /// How XML is read and written.
    pub dialect: Dialect,
    /// Limits that the server keeps.
    pub rate_limits: Vec<RateLimit>,
    /// Codes that failures carry, by what they mean.
    pub failure_codes: FailureCodes,
    /// How any reply of the API reports a failure (`x-envelope` at the root).
    pub failure: Option<FailureNames>,
    /// Operations, in document order.
    pub operations: Vec<Operation>,
    /// Types, in document order: components first, then what inline schemas made.
    pub types: Vec<TypeDef>,
}

impl Api {
    /// The type with this index.
    ///
    /// # Panics
    /// Never for an index that this `Api` gave.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// Whether any operation speaks XML.
    #[must_use]
    pub fn speaks_xml(&self) -> bool {
        self.operations.iter().any(|op| {
            op.request
                .iter()
                .chain(op.responses.iter().filter_map(|r| r.body.as_ref()))
                .any(|p| p.xml.is_some())
        })
    }
}

/// The document that a spec was made from (`x-document`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Short name, `003`.
    pub id: String,
    /// The document's title.
    pub title: String,
}

/// A base URL.
#[derive(Clone, Debug)]
pub struct Server {
    /// The URL, with `{variables}`.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// The URL's variables and their defaults.
    pub variables: Vec<(String, String)>,
}

/// What text and attributes mean in this API's XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Text as it stands.
    #[default]
    Plain,
    /// White space around strings is not part of them.
    Trimmed,
    /// Ruby on Rails: `type` and `nil` attributes, `type="array"` wrappers.
    Rails,
}

/// A way to authenticate.
#[derive(Clone, Debug)]
pub struct AuthScheme {
    /// Its name in `securitySchemes`; `body` for credentials in the body.
    pub name: String,
    /// What it is, from the spec.
    pub description: String,
    /// How the credential travels.
    pub kind: AuthKind,
    /// Where it stands.
    pub origin: Origin,
}

/// How a credential travels.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum AuthKind {
    /// A token in the query parameter of this name.
    Query {
        parameter: String,
        login: Option<Login>,
    },
    /// A token in the header of this name.
    Header { name: String, login: Option<Login> },
    /// HTTP Basic.
    Basic,
    /// `Authorization: Bearer`.
    Bearer { login: Option<Login> },
    /// In properties of the request body (`x-credential`).
    Body { fields: Vec<BodyCredential> },
}

/// A credential that is a property of the request's body.
#[derive(Clone, Debug)]
pub struct BodyCredential {
    /// Value of `x-credential`: its name in the client's settings.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its type; secrets are [`Scalar::Secret`].
    pub ty: TypeRef,
}

/// How a token is got (`x-login`).
#[derive(Clone, Debug)]
pub struct Login {
    /// The operation that answers a token.
    pub operation: String,
    /// What the caller must know; the last is the secret.
    pub arguments: Vec<String>,
    /// Property of the request → template.
    pub request: Vec<(String, String)>,
    /// Property of the reply that is the token.
    pub token: String,
    /// Property of the reply that says when it ends.
    pub expires: Option<String>,
}

/// What the codes of failures mean (`x-failure-codes`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureCodes {
    /// The credential is not accepted.
    pub auth: Vec<String>,
    /// A quota is used up.
    pub quota: Vec<String>,
}

/// How any reply of an API reports a failure: names of properties (elements, in XML) of its body.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureNames {
    /// Reports success.
    pub status: String,
    /// Good values of `status`.
    pub success: Vec<serde_json::Value>,
    /// Explains a failure.
    pub message: Option<String>,
    /// Lists errors.
    pub errors: Option<String>,
}

/// A limit that the server keeps (`x-rate-limits`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Its name.
    pub name: String,
    /// Requests that it allows…
    pub requests: u64,
    /// …in so many seconds.
    pub seconds: u64,
    /// What is counted, in words.
    pub scope: String,
    /// Whether operations without `x-rate-limit` count too.
    pub default: bool,
    /// The reply's header that tells `used/limit`.
    pub usage_header: Option<String>,
    /// Seconds to wait after 429 and 503 where the reply names no wait.
    pub busy_wait: Option<u64>,
    /// `x-source`.
    pub source: Option<String>,
    /// `x-evidence`.
    pub evidence: Evidence,
}

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Trace,
}

impl Method {
    /// Upper-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

/// How it is known (`x-evidence`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// A document says so.
    #[default]
    Documented,
    /// Another page of the vendor says so.
    Vendor,
    /// Seen in production traffic.
    Capture,
    /// A published client depends on it.
    Client,
    /// It follows from the rest.
    Inferred,
}

/// What every documented node carries.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// First line: `summary`, or the description's first sentence.
    pub summary: String,
    /// `description`.
    pub description: String,
    /// `x-source`.
    pub source: Option<String>,
    /// `x-evidence`.
    pub evidence: Evidence,
    /// `deprecated`.
    pub deprecated: bool,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Documentation.
    pub doc: Doc,
    /// First tag, if any.
    pub tag: Option<String>,
    /// Method.
    pub method: Method,
    /// Path template, `/api/product/{id}`.
    pub path: String,
    /// Parameters of path, query and header, in document order.
    pub params: Vec<Param>,
    /// Body.
    pub request: Option<Payload>,
    /// Replies, in document order.
    pub responses: Vec<Response>,
    /// Index in [`Api::auth`]; `None` where the operation takes no credential.
    pub auth: Option<usize>,
    /// `x-permission`.
    pub permission: Option<String>,
    /// It changes nothing at the server.
    pub safe: bool,
    /// It may be retried.
    pub idempotent: bool,
    /// Property that makes it so.
    pub idempotency_key: Option<String>,
    /// Index in [`Api::rate_limits`].
    pub rate_limit: Option<usize>,
    /// `x-batch`: wire name of the list in the request, `[]` for the body itself.
    pub batch: Option<Batch>,
    /// Where it stands.
    pub origin: Origin,
}

/// A list in a request that may be split over several calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Wire name of the property, `[]` for the body itself.
    pub property: String,
    /// Largest batch, from `maxItems`.
    pub max: Option<u64>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ParamIn {
    Path,
    Query,
    Header,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name on the wire.
    pub wire: String,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Where it travels.
    pub location: ParamIn,
    /// Must be given.
    pub required: bool,
    /// A scalar, an enum, or a list of these.
    pub ty: TypeRef,
    /// What may be checked.
    pub constraints: Constraints,
    /// Documentation.
    pub doc: Doc,
    /// `example`.
    pub example: Option<serde_json::Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// A body: one type, in one or more formats.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Type of the body. `None`: bytes of which nothing is known.
    pub ty: Option<TypeRef>,
    /// JSON media types, documented first (`application/json`).
    pub json: Option<JsonBody>,
    /// XML.
    pub xml: Option<XmlBody>,
    /// `multipart/form-data`; `ty` is then a struct whose fields are the parts.
    pub multipart: bool,
    /// Must be given.
    pub required: bool,
    /// Where it stands.
    pub origin: Origin,
}

/// A JSON body.
#[derive(Clone, Debug)]
pub struct JsonBody {
    /// Media type that is sent.
    pub media_type: String,
    /// It may be an unquoted string (`x-bare-string`).
    pub bare_string: bool,
    /// That string is a UUID (`format: uuid`).
    pub uuid: bool,
}

/// An XML body.
#[derive(Clone, Debug)]
pub struct XmlBody {
    /// Media type that is sent.
    pub media_type: String,
    /// Root element.
    pub root: XmlName,
    /// Where the body is a list: name of the items' element, and whether the root is written with `type="array"`.
    pub item: Option<XmlName>,
}

/// An XML name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct XmlName {
    /// Local name.
    pub local: String,
    /// Namespace URI.
    pub namespace: Option<String>,
    /// Prefix to write.
    pub prefix: Option<String>,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Response {
    /// Which status it answers.
    pub status: Status,
    /// `description`.
    pub description: String,
    /// Body, if any.
    pub body: Option<Payload>,
    /// How it is known.
    pub evidence: Evidence,
    /// Where it stands.
    pub origin: Origin,
}

/// A key of `responses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// One code.
    Code(u16),
    /// `4XX`.
    Range(u8),
    /// `default`.
    Default,
}

impl Status {
    /// Whether a client sees success.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }

    /// What goes before what where several fit: a code, a range, the rest.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Code(_) => 0,
            Self::Range(_) => 1,
            Self::Default => 2,
        }
    }
}
