//! The normalized document: an OpenAPI document with everything worked out, and nothing dropped.
//!
//! References are resolved, OpenAPI 3.0 is read into the form of 3.1, defaults of keywords are filled in, `allOf` is merged, and
//! names and presence in XML are computed. The generator, lint and review share it, so it also holds what cannot be generated.
//! Two documents that mean the same (inline or by `$ref`, one file or several, 3.0 or 3.1, `allOf` or one object) differ in
//! places only.

mod dump;
mod schema;

pub use dump::Expand;
pub use schema::*;

use indexmap::IndexMap;

use crate::source::{Node, Origin};

/// A value and the place where it was written. Where a keyword's default was filled in, the place is its object's.
#[derive(Clone, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub fn new(value: T, origin: &Origin) -> Self {
        Self {
            value,
            origin: origin.clone(),
        }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The `openapi` version that it was written in.
    pub version: Version,
    /// `info`.
    pub info: Info,
    /// `servers`; one server with the URL `/` where the document gives none.
    pub servers: Vec<Server>,
    /// All operations, in document order.
    pub operations: Vec<Operation>,
    /// Names of the webhooks, which no client calls.
    pub webhooks: Vec<Spanned<String>>,
    /// Every schema of the document.
    pub schemas: Schemas,
    /// Components that are schemas: name → schema. A component that is only a `$ref` to another has that one's id.
    pub components: IndexMap<String, Component>,
    /// `components.securitySchemes`.
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// `tags`.
    pub tags: Vec<Tag>,
    /// Lavka's extensions of the root.
    pub lavka: RootExtensions,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// The document.
    pub origin: Origin,
}

/// `x-` keys that are not Lavka's.
pub type Extensions = IndexMap<String, Node>;

/// A named schema of `components`.
#[derive(Clone, Debug)]
pub struct Component {
    /// The schema.
    pub schema: SchemaId,
    /// Where the name is declared.
    pub origin: Origin,
}

/// A version of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// 3.0.x.
    V3_0,
    /// 3.1.x.
    V3_1,
    /// 3.2.x.
    V3_2,
}

/// `info`.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// `title`.
    pub title: Spanned<String>,
    /// `version`.
    pub version: Spanned<String>,
    /// `summary`.
    pub summary: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Server {
    /// `url`, with `{variables}`.
    pub url: Spanned<String>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `variables`.
    pub variables: IndexMap<String, ServerVariable>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A variable of a server's URL.
#[derive(Clone, Debug)]
pub struct ServerVariable {
    /// `default`.
    pub default: Spanned<String>,
    /// `enum`.
    pub values: Vec<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// `name`.
    pub name: Spanned<String>,
    /// `description`.
    pub description: Option<Spanned<String>>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    /// The method as it is sent: `GET`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

/// An operation. Parameters, servers and security of the path item and of the document have been filled in.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: Option<Spanned<String>>,
    /// Method.
    pub method: Spanned<Method>,
    /// Path template.
    pub path: Spanned<String>,
    /// `tags`.
    pub tags: Vec<Spanned<String>>,
    /// `summary`.
    pub summary: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `deprecated`.
    pub deprecated: Spanned<bool>,
    /// Parameters, those of the path item (that the operation does not override) first.
    pub parameters: Vec<Parameter>,
    /// `requestBody`.
    pub request: Option<RequestBody>,
    /// Replies by status, in document order.
    pub responses: Vec<Response>,
    /// Alternatives, each a set of schemes that are all needed. An empty list: no credential. An empty alternative: may be left out.
    pub security: Vec<SecurityRequirement>,
    /// Servers that serve the operation, where they are not the document's.
    pub servers: Option<Vec<Server>>,
    /// Names of callbacks.
    pub callbacks: Vec<Spanned<String>>,
    /// Parts that are missing because their reference could not be resolved, or because they could not be read. A finding says so.
    pub unresolved: Vec<Unresolved>,
    /// Lavka's extensions.
    pub lavka: OperationExtensions,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// Where it is declared (the key of its method).
    pub origin: Origin,
}

/// A part of an operation that is missing because its reference could not be resolved.
#[derive(Clone, Debug)]
pub struct Unresolved {
    /// What it would be.
    pub part: Part,
    /// The reference; of [`Part::Unread`], the parameter's name.
    pub reference: Spanned<String>,
}

/// A part of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A parameter.
    Parameter,
    /// A parameter that could not be read, as a finding says.
    Unread,
    /// The request body.
    RequestBody,
    /// The reply of a status.
    Response(Status),
}

/// One alternative of `security`: scheme → scopes.
#[derive(Clone, Debug)]
pub struct SecurityRequirement {
    /// Names of schemes and their scopes.
    pub schemes: IndexMap<String, Vec<Spanned<String>>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ParameterIn {
    Path,
    Query,
    Header,
    Cookie,
}

/// How an array or object is written in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

impl Style {
    /// The word of OpenAPI.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `name`.
    pub name: Spanned<String>,
    /// `in`.
    pub location: Spanned<ParameterIn>,
    /// `required`.
    pub required: Spanned<bool>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `deprecated`.
    pub deprecated: Spanned<bool>,
    /// `allowEmptyValue`.
    pub allow_empty_value: Spanned<bool>,
    /// How it is written.
    pub value: ParameterValue,
    /// `example`, and the values of `examples`.
    pub examples: Vec<Node>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// `x-rust-name`.
    pub rust_name: Option<Spanned<String>>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// The component that it is, where it was referred to as one: what is written in it is shared by several operations.
    pub component: Option<String>,
    /// Where it is declared.
    pub origin: Origin,
}

/// How a parameter, or a header, is written.
#[derive(Clone, Debug)]
pub enum ParameterValue {
    /// By `schema` and `style`.
    Schema {
        /// `schema`.
        schema: SchemaId,
        /// `style`, or the default of the place.
        style: Spanned<Style>,
        /// `explode`, or the default of the style.
        explode: Spanned<bool>,
        /// `allowReserved`.
        allow_reserved: Spanned<bool>,
    },
    /// By a media type (`content`).
    Content(Box<MediaType>),
    /// Neither is given.
    Missing,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `required`; false by default.
    pub required: Spanned<bool>,
    /// Media types, in document order.
    pub content: Vec<MediaType>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// The component that it is, where it was referred to as one: what is written in it is shared by several operations.
    pub component: Option<String>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A body in one media type.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// The media type or range as written.
    pub name: Spanned<String>,
    /// `schema`.
    pub schema: Option<SchemaId>,
    /// `example`, and the values of `examples`.
    pub examples: Vec<Node>,
    /// `encoding`, by property.
    pub encoding: IndexMap<String, Encoding>,
    /// `x-bare-string`.
    pub bare_string: bool,
    /// `x-xml-root`.
    pub xml_root: Option<Spanned<String>>,
    /// XML name of the root element, where the media type is XML: `x-xml-root`, else the schema's `xml.name`, else the component's
    /// name. `None` where nothing gives one.
    pub root: Option<XmlName>,
    /// XML name of the items' elements, where the schema is a list and the media type is XML.
    pub item: Option<XmlName>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// Where it is declared.
    pub origin: Origin,
}

/// How a property of a form is written.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// `contentType`.
    pub content_type: Option<Spanned<String>>,
    /// Headers of the part.
    pub headers: IndexMap<String, Header>,
    /// `style`, where given.
    pub style: Option<Spanned<Style>>,
    /// `explode`, where given.
    pub explode: Option<Spanned<bool>>,
    /// `allowReserved`.
    pub allow_reserved: Spanned<bool>,
    /// Where it is declared.
    pub origin: Origin,
}

/// Which statuses a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// One code.
    Code(u16),
    /// `4XX`.
    Range(u8),
    /// `default`.
    Default,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Response {
    /// Which status it answers.
    pub status: Spanned<Status>,
    /// `description`.
    pub description: Spanned<String>,
    /// `headers`. `Content-Type` is left out, as OpenAPI says.
    pub headers: IndexMap<String, Header>,
    /// Media types, in document order.
    pub content: Vec<MediaType>,
    /// Names of links.
    pub links: Vec<Spanned<String>>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// The component that it is, where it was referred to as one: what is written in it is shared by several operations.
    pub component: Option<String>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A header of a reply or of a part.
#[derive(Clone, Debug)]
pub struct Header {
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `required`.
    pub required: Spanned<bool>,
    /// `deprecated`.
    pub deprecated: Spanned<bool>,
    /// How it is written; the style is `simple`.
    pub value: ParameterValue,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// A way to authenticate.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// What it is.
    pub kind: SecurityKind,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `x-login`.
    pub login: Option<Login>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// What a security scheme is.
#[derive(Clone, Debug)]
pub enum SecurityKind {
    /// `apiKey`.
    ApiKey {
        /// `name` of the query parameter, header or cookie.
        name: Spanned<String>,
        /// `in`; never `Path`.
        location: Spanned<ParameterIn>,
    },
    /// `http`.
    Http {
        /// `scheme`, in lower case: `basic`, `bearer`, or another.
        scheme: Spanned<String>,
        /// `bearerFormat`.
        bearer_format: Option<Spanned<String>>,
    },
    /// `oauth2`.
    OAuth2 {
        /// `flows`.
        flows: Vec<OAuthFlow>,
    },
    /// `openIdConnect`.
    OpenIdConnect {
        /// `openIdConnectUrl`.
        url: Spanned<String>,
    },
    /// `mutualTLS`.
    MutualTls,
    /// Another type, or one with parts missing; a finding says so.
    Unknown,
}

/// A flow of OAuth 2.
#[derive(Clone, Debug)]
pub struct OAuthFlow {
    /// Which.
    pub kind: OAuthFlowKind,
    /// `authorizationUrl`.
    pub authorization_url: Option<Spanned<String>>,
    /// `tokenUrl`.
    pub token_url: Option<Spanned<String>>,
    /// `refreshUrl`.
    pub refresh_url: Option<Spanned<String>>,
    /// `scopes`: name → description.
    pub scopes: IndexMap<String, Spanned<String>>,
}

/// Flows of OAuth 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum OAuthFlowKind {
    AuthorizationCode,
    ClientCredentials,
    Implicit,
    Password,
}

/// `x-source` and `x-evidence`.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// `x-source`.
    pub source: Option<Spanned<String>>,
    /// `x-evidence`.
    pub grade: Option<Spanned<Grade>>,
}

/// How a fact is known (`x-evidence`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Grade {
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

/// Lavka's extensions of the root.
#[derive(Clone, Debug, Default)]
pub struct RootExtensions {
    /// `x-document`.
    pub document: Option<SourceDocument>,
    /// `x-xml-dialect`.
    pub xml_dialect: Spanned<Dialect>,
    /// `x-rate-limits`.
    pub rate_limits: IndexMap<String, RateLimit>,
    /// `x-failure-codes`.
    pub failure_codes: FailureCodes,
    /// `x-envelope` of the API: how every reply reports a failure, unless its own schema says otherwise.
    pub envelope: Option<EnvelopeNames>,
}

/// `x-document`.
#[derive(Clone, Debug)]
pub struct SourceDocument {
    /// `id`.
    pub id: Spanned<String>,
    /// `title`.
    pub title: Spanned<String>,
}

/// What text and attributes mean in XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Text as it is.
    #[default]
    Plain,
    /// White space around strings is not part of them.
    Trimmed,
    /// Ruby on Rails: `type` and `nil` attributes, `type="array"` wrappers.
    Rails,
}

/// A limit that the server keeps (`x-rate-limits`).
#[derive(Clone, Debug)]
pub struct RateLimit {
    /// Requests that it allows…
    pub requests: Spanned<u64>,
    /// …in so many seconds.
    pub seconds: Spanned<u64>,
    /// What is counted, in words.
    pub scope: Option<Spanned<String>>,
    /// Whether operations without `x-rate-limit` count too.
    pub default: Spanned<bool>,
    /// The reply's header that reports `used/limit`.
    pub header: Option<Spanned<String>>,
    /// Seconds to wait after 429 and 503 where the reply names no wait.
    pub busy_wait: Option<Spanned<u64>>,
    /// How it is known.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// What codes of failures mean (`x-failure-codes`).
#[derive(Clone, Debug, Default)]
pub struct FailureCodes {
    /// The credential is not accepted.
    pub auth: Vec<Spanned<String>>,
    /// A quota is used up.
    pub quota: Vec<Spanned<String>>,
}

/// How a token is obtained (`x-login`).
#[derive(Clone, Debug)]
pub struct Login {
    /// The operation that returns a token.
    pub operation: Spanned<String>,
    /// What the caller must know; the last is the secret.
    pub arguments: Vec<Spanned<String>>,
    /// Property of the request → template.
    pub request: IndexMap<String, Spanned<String>>,
    /// Property of the reply that is the token.
    pub token: Spanned<String>,
    /// Property of the reply that says when it ends.
    pub expires: Option<Spanned<String>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// Lavka's extensions of an operation.
#[derive(Clone, Debug, Default)]
pub struct OperationExtensions {
    /// How it is known.
    pub evidence: Evidence,
    /// `x-rust-name`.
    pub rust_name: Option<Spanned<String>>,
    /// `x-permission`.
    pub permission: Option<Spanned<String>>,
    /// `x-safe`, or what the method says.
    pub safe: Spanned<bool>,
    /// `x-idempotent`, or what the method says.
    pub idempotent: Spanned<bool>,
    /// `x-idempotency-key`.
    pub idempotency_key: Option<Spanned<String>>,
    /// `x-rate-limit`.
    pub rate_limit: Option<Spanned<String>>,
    /// `x-batch`.
    pub batch: Option<Spanned<String>>,
    /// `x-pagination`.
    pub pagination: Option<Pagination>,
}

/// How a list goes on over several replies (`x-pagination`).
#[derive(Clone, Debug)]
pub struct Pagination {
    /// Query parameter that takes the number of items on a page, and the most that the server gives: a page with fewer is the
    /// last.
    pub size: Option<(Spanned<String>, u64)>,
    /// How the next page is asked for.
    pub kind: PaginationKind,
    /// Property of the reply that is the list; `None` where the reply itself is.
    pub items: Option<Spanned<String>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// How the next page is asked for.
#[derive(Clone, Debug)]
pub enum PaginationKind {
    /// By its number, from `first`.
    Page {
        /// Query parameter that takes the number.
        parameter: Spanned<String>,
        /// Number of the first page.
        first: u64,
    },
    /// By the number of items to skip.
    Offset {
        /// Query parameter that takes the number.
        parameter: Spanned<String>,
    },
    /// By a value out of the reply.
    Cursor {
        /// Query parameter that takes it.
        parameter: Spanned<String>,
        /// Property of the reply that gives it.
        next: Spanned<String>,
    },
    /// By a URL: in the `Link` header with `rel="next"`, or in a property of the reply.
    Link {
        /// Property of the reply that gives it.
        next: Option<Spanned<String>>,
    },
}
