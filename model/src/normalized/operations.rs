//! Operations: parameters, bodies, replies.

use indexmap::IndexMap;

use super::{
    Evidence, Extensions, OperationExtensions, SchemaId, SecurityRequirement, Server, Spanned,
    XmlName,
};
use crate::source::{Node, Origin};

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
    Query,
    /// A method of `additionalOperations`.
    Other(Token),
}

/// The name of a method that OpenAPI has no key for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    bytes: [u8; Token::MAX],
    length: u8,
}

impl Token {
    /// The longest name.
    const MAX: usize = 24;

    /// A name of letters, digits, `-`, `_` and `.`, as all registered methods are.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || !name.bytes().all(plain) {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        bytes
            .get_mut(..name.len())?
            .copy_from_slice(name.as_bytes());
        Some(Self {
            bytes,
            length: u8::try_from(name.len()).ok()?,
        })
    }

    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length));
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl Method {
    /// Whether such an operation changes nothing, where nobody says otherwise.
    #[must_use]
    pub fn is_safe(self) -> bool {
        use Method::{Get, Head, Options, Query, Trace};
        matches!(self, Get | Head | Options | Trace | Query)
    }

    /// Whether calling such an operation twice is the same as once, where nobody says otherwise.
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self, Self::Put | Self::Delete)
    }

    /// The method as it is sent: `GET`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(token) => token.as_str(),
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
    Unread {
        /// Whether a request without it is known to be wrong.
        needed: bool,
    },
    /// The request body.
    RequestBody,
    /// The reply of a status.
    Response(Status),
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

impl ParameterIn {
    /// How values are written where the document does not say.
    #[must_use]
    pub fn default_style(self) -> Style {
        match self {
            Self::Path | Self::Header => Style::Simple,
            Self::Query | Self::Cookie => Style::Form,
        }
    }
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
    /// Whether lists and objects are exploded where the document does not say.
    #[must_use]
    pub fn explodes(self) -> bool {
        self == Self::Form
    }

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
    /// The same, as the whole query (`in: querystring`). A form without `encoding` is an exploded object instead.
    Query(Box<MediaType>),
    /// Neither is given.
    Missing,
}

impl ParameterValue {
    /// The schema of the value.
    #[must_use]
    pub fn schema(&self) -> Option<SchemaId> {
        match self {
            Self::Schema { schema, .. } => Some(*schema),
            Self::Content(content) | Self::Query(content) => content.schema,
            Self::Missing => None,
        }
    }
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
    /// `schema`, or `itemSchema`.
    pub schema: Option<SchemaId>,
    /// Whether `schema` is `itemSchema`: of an event stream, that of a whole event.
    pub of_items: bool,
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
    /// Where its items are lists in elements of their own: as in [`XmlShape`](super::XmlShape).
    pub inner: Vec<XmlName>,
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

/// A path without the names of its parameters, which are not sent.
#[must_use]
pub fn without_names(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, name)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str("{}");
        rest = name.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}
