//! Operations: parameters, bodies, replies.

use super::{
    Constraints, Doc, Grade, Method, ParameterIn, RateLimitId, SecurityAlternative, Server, Status,
    Style, TypeRef, XmlName,
};
use crate::media;
use crate::source::{Node, Origin};

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId` as written; where it is missing, made of method and path: `get /items/{id}`.
    pub id: String,
    /// Whether the document gives the `operationId`.
    pub named: bool,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Documentation.
    pub doc: Doc,
    /// Tags.
    pub tags: Vec<String>,
    /// Method.
    pub method: Method,
    /// Path template, `/api/product/{id}`, without a query.
    pub path: PathTemplate,
    /// Query pairs that the path template of the document has, sent as they are.
    pub fixed_query: Vec<(String, String)>,
    /// Parameters of path, query, header and cookie, in document order.
    pub params: Vec<Param>,
    /// Body.
    pub request: Option<RequestBody>,
    /// Replies, in document order.
    pub responses: Vec<Response>,
    /// Alternatives of credentials, best first; the client takes the first for which it has all. Empty: none is needed.
    pub security: Vec<SecurityAlternative>,
    /// Servers that serve it, where they are not the API's.
    pub servers: Option<Vec<Server>>,
    /// `x-permission`, or the scopes of OAuth 2.
    pub permission: Option<String>,
    /// It changes nothing at the server.
    pub safe: bool,
    /// It may be repeated.
    pub idempotent: bool,
    /// Property of the request that makes it so. Without a usable value it is not repeated.
    pub idempotency_key: Option<String>,
    /// The limit that it counts against.
    pub rate_limit: Option<RateLimitId>,
    /// `x-batch`.
    pub batch: Option<Batch>,
    /// `x-pagination`.
    pub pagination: Option<Pagination>,
    /// Where it is declared.
    pub origin: Origin,
}

impl Operation {
    /// Responses of success, codes before ranges; where none is declared, the one for all statuses, or else the redirects.
    #[must_use]
    pub fn successes(&self) -> Vec<&Response> {
        let of = |kind: fn(Status) -> bool| self.responses.iter().filter(move |r| kind(r.status));
        let mut found: Vec<&Response> = of(Status::is_success).collect();
        if found.is_empty() {
            found.extend(of(|status| status == Status::Default));
        }
        if found.is_empty() {
            found.extend(of(Status::is_redirect));
        }
        found.sort_by_key(|r| (r.status.rank(), r.status.bounds()));
        found
    }

    /// Whether a redirect is what it replies with: its document has no other reply of success.
    #[must_use]
    pub fn redirects(&self) -> bool {
        let all = self.successes();
        all.iter().any(|response| response.status.is_redirect())
    }

    /// The first response of success that has a body; without such a one the first.
    #[must_use]
    pub fn success(&self) -> Option<&Response> {
        let all = self.successes();
        all.iter()
            .find(|r| !r.contents.is_empty())
            .or_else(|| all.first())
            .copied()
    }
}

/// A path template, in segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTemplate {
    /// Segments, each of literals and parameters, without the slashes between them. `/a/{b}.xml` has two.
    pub segments: Vec<Vec<PathPart>>,
}

/// A part of a path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// Text, decoded.
    Literal(String),
    /// The parameter of this name.
    Param(String),
}

impl std::fmt::Display for PathTemplate {
    /// The template as OpenAPI writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for segment in &self.segments {
            f.write_str("/")?;
            for part in segment {
                match part {
                    PathPart::Literal(text) => f.write_str(text)?,
                    PathPart::Param(name) => write!(f, "{{{name}}}")?,
                }
            }
        }
        Ok(())
    }
}

/// A list in a request that may be split over several calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Wire name of the property, `[]` for the body itself.
    pub property: String,
    /// Largest batch, from `maxItems`.
    pub max: Option<u64>,
}

/// How a list is split over several replies (`x-pagination`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pagination {
    /// How the next page is asked for.
    pub kind: PaginationKind,
    /// Wire name of the reply's property that is the list; `None` where the reply itself is.
    pub items: Option<String>,
    /// Query parameter that takes the number of items on a page, and the most that the server gives: a page with fewer is the
    /// last.
    pub size: Option<(String, u64)>,
}

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaginationKind {
    /// By its number, from `first`, in this query parameter.
    Page {
        /// The query parameter.
        parameter: String,
        /// Number of the first page.
        first: u64,
    },
    /// By the number of items to skip, in this query parameter.
    Offset {
        /// The query parameter.
        parameter: String,
    },
    /// By a value out of the reply.
    Cursor {
        /// The query parameter.
        parameter: String,
        /// Property of the reply that gives the value.
        next: String,
    },
    /// By a URL: in the `Link` header with `rel="next"`, or in a property of the reply.
    Link {
        /// Property of the reply that gives it.
        next: Option<String>,
    },
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name on the wire.
    pub wire: String,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Where it travels.
    pub location: ParameterIn,
    /// Must be given.
    pub required: bool,
    /// Its type.
    pub ty: TypeRef,
    /// How it is written.
    pub format: ParamFormat,
    /// Of [`ParamFormat::Form`]: how each property is written.
    pub fields: Vec<FormField>,
    /// What may be checked.
    pub constraints: Constraints,
    /// `default` of the schema: what the server assumes.
    pub default: Option<serde_json::Value>,
    /// Documentation.
    pub doc: Doc,
    /// `example`.
    pub example: Option<serde_json::Value>,
    /// Where it is declared.
    pub origin: Origin,
}

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamFormat {
    /// By style.
    Style {
        /// `style`.
        style: Style,
        /// `explode`.
        explode: bool,
        /// `allowReserved`.
        allow_reserved: bool,
    },
    /// As one JSON text (`content` with a JSON media type).
    Json,
    /// As the whole query.
    Query {
        /// As a JSON text; as plain text otherwise.
        json: bool,
    },
    /// As a form that is the whole query, whose fields are written as [`Param::fields`] say.
    Form,
}

/// A request's body: one of several media types.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// What it is.
    pub doc: Doc,
    /// Must be given.
    pub required: bool,
    /// Media types that can be sent, in document order; never empty.
    pub contents: Vec<Content>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A body in one media type.
#[derive(Clone, Debug)]
pub struct Content {
    /// The media type or range as documented; what is sent, where it is a type.
    pub media_type: String,
    /// How the body is written.
    pub codec: Codec,
    /// Type of the body; of an item, in a stream. Bodies of one schema in several media types have the same type.
    pub ty: TypeRef,
    /// The body may be `null`.
    pub nullable: bool,
    /// `example`s, for docs, tests and mocks.
    pub examples: Vec<Node>,
    /// Where it is declared.
    pub origin: Origin,
}

impl Content {
    /// The body that a request sends, of those that it can have: the one with the most of types.
    #[must_use]
    pub fn sent(contents: &[Self]) -> Option<&Self> {
        contents.iter().min_by_key(|content| {
            let rank = match content.codec {
                Codec::Json { .. } => 0,
                Codec::Xml(_) => 1,
                Codec::Multipart(_) => 2,
                Codec::Form(_) => 3,
                Codec::JsonLines | Codec::EventStream => 4,
                Codec::Text => 5,
                Codec::Bytes => 6,
            };
            (rank, content.is_variety())
        })
    }

    /// The body that is asked for, of those that a reply can have. Streams have methods of their own beside it.
    #[must_use]
    pub fn asked(contents: &[Self]) -> Option<&Self> {
        contents.iter().min_by_key(|content| {
            let rank = match content.codec {
                Codec::Json { .. } => 0,
                Codec::Xml(_) => 1,
                Codec::EventStream => 2,
                Codec::JsonLines => 3,
                Codec::Text => 4,
                Codec::Form(_) | Codec::Multipart(_) | Codec::Bytes => 5,
            };
            (rank, content.is_variety())
        })
    }

    /// Whether the media type is a variety of JSON or XML: `application/hal+json`. The usual one goes first.
    #[must_use]
    pub fn is_variety(&self) -> bool {
        match self.codec {
            Codec::Json { .. } => media::essence(&self.media_type) != "application/json",
            Codec::Xml(_) => media::essence(&self.media_type) != "application/xml",
            _ => false,
        }
    }
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Codec {
    /// JSON.
    Json {
        /// It may be an unquoted string (`x-bare-string`).
        bare_string: bool,
        /// That string is a UUID (`format: uuid` of the schema, or of its branch that is a string).
        uuid: bool,
    },
    /// XML.
    Xml(XmlBody),
    /// `application/x-www-form-urlencoded`; the type is a struct, a map, or free.
    Form(Vec<FormField>),
    /// `multipart/form-data`, `multipart/mixed` or `multipart/related`; the type is a struct whose fields are the parts, or free.
    Multipart(Vec<FormField>),
    /// Text. The type is a scalar or an enum.
    Text,
    /// Bytes of which nothing is known. The type is [`Scalar::Binary`](super::Scalar::Binary).
    Bytes,
    /// `text/event-stream`: a stream of events, the data of each of the type.
    EventStream,
    /// `application/x-ndjson` and its like: a stream of JSON texts, one on a line.
    JsonLines,
}

/// How a property of a form is written.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Name of the property.
    pub wire: String,
    /// How.
    pub format: FormFormat,
    /// Content type of the part, where one is declared or follows from the type. Multipart only.
    pub content_type: Option<String>,
    /// Further headers of the part that have only one value. Multipart only.
    pub headers: Vec<(String, String)>,
}

/// How a value is written in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFormat {
    /// By a parameter's style.
    Style {
        /// `style`.
        style: Style,
        /// `explode`.
        explode: bool,
    },
    /// As a JSON text.
    Json,
    /// A list as a part for each item, which is a JSON text.
    JsonItems,
    /// As text.
    Text,
    /// As bytes.
    Bytes,
}

/// An XML body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlBody {
    /// Root element. `None`: of a reply whose root has no name in the document, so that any is read.
    pub root: Option<XmlName>,
    /// Where the body is a list: name of the items' elements.
    pub item: Option<XmlName>,
    /// Where its items are lists: names of their items' elements, as in [`XmlShape`](super::XmlShape).
    pub inner: Vec<XmlName>,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Response {
    /// Which status it answers.
    pub status: Status,
    /// `description`.
    pub description: String,
    /// Headers.
    pub headers: Vec<ResponseHeader>,
    /// Media types that it can have; empty: no body, or one of which nothing is known.
    pub contents: Vec<Content>,
    /// How it is known.
    pub evidence: Grade,
    /// Where it is declared.
    pub origin: Origin,
}

/// A header of a reply.
#[derive(Clone, Debug)]
pub struct ResponseHeader {
    /// Name on the wire.
    pub wire: String,
    /// `required`.
    pub required: bool,
    /// Its type; lists travel comma-separated.
    pub ty: TypeRef,
    /// Documentation.
    pub doc: Doc,
    /// Where it is declared.
    pub origin: Origin,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(range) => write!(f, "{range}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Status {
    /// Whether a client sees success.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }

    /// Whether the reply is at another place.
    #[must_use]
    pub fn is_redirect(self) -> bool {
        matches!(self, Self::Code(300..=303 | 305..=399) | Self::Range(3))
    }

    /// Its lowest and highest code; `None` where it is any other.
    #[must_use]
    pub fn bounds(self) -> Option<(u16, u16)> {
        match self {
            Self::Code(code) => Some((code, code)),
            Self::Range(range) => Some((u16::from(range) * 100, u16::from(range) * 100 + 99)),
            Self::Default => None,
        }
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
