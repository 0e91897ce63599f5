//! What is known of an API and its operations: statics that generated code fills.

use std::fmt;

use super::base_url::{Server, Variable};
use super::encode::Param;
use super::scheme::{Alternative, Scheme};
use crate::codec::words;
use crate::failure::FailureShape;
use crate::value::is_uuid;
#[cfg(feature = "xml")]
use crate::xml::{Dialect, ListTag, Tag};

/// One API.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// Module name, `digiseller`.
    pub name: &'static str,
    /// Where it is served.
    pub server: Server,
    /// The `User-Agent` of its clients: name and version of the crate that they are compiled in.
    pub user_agent: &'static str,
    /// Whether any operation needs a credential.
    pub needs_credentials: bool,
    /// Ways to authenticate that any operation has.
    pub schemes: &'static [&'static Scheme],
    /// Limits that the server keeps.
    pub rate_limits: &'static [RateLimit],
    /// How XML is read and written.
    #[cfg(feature = "xml")]
    pub dialect: Dialect,
    /// Codes in failures that mean: the credential is not accepted.
    pub auth_codes: &'static [&'static str],
    /// Codes in failures that mean: a quota is exceeded.
    pub quota_codes: &'static [&'static str],
    /// How any reply reports a failure.
    pub failure: Option<FailureShape>,
}

impl Api {
    /// Creates an API with a fixed base URL and nothing else; set the rest by struct update.
    pub const fn new(name: &'static str, base_url: &'static str) -> Self {
        Self {
            name,
            server: Server::new(base_url),
            user_agent: concat!("lavka/", env!("CARGO_PKG_VERSION")),
            needs_credentials: false,
            schemes: &[],
            rate_limits: &[],
            #[cfg(feature = "xml")]
            dialect: Dialect::Plain,
            auth_codes: &[],
            quota_codes: &[],
            failure: None,
        }
    }

    /// Returns the same with variables in its base URL.
    #[must_use]
    pub const fn variables(mut self, variables: &'static [Variable]) -> Self {
        self.server = self.server.variables(variables);
        self
    }
}

/// A limit that the server keeps and the client keeps to.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Its name in the spec.
    pub name: &'static str,
    /// So many requests…
    pub requests: u32,
    /// …in so many seconds.
    pub seconds: u32,
    /// Whether every operation counts against it, also one that names another limit.
    pub default: bool,
    /// The reply's header with the usage, as `used/limit`.
    pub usage_header: Option<&'static str>,
    /// How many seconds to wait after 429 and 503 where the reply has no `Retry-After`.
    pub busy_wait: Option<u32>,
}

/// A format of bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Xml => "XML",
        })
    }
}

/// The formats of a body.
#[derive(Clone, Copy, Debug)]
pub struct Media {
    /// JSON's media type, where the body may be JSON.
    pub json: Option<&'static str>,
    /// Another media type, or a range, where the body is neither JSON nor XML.
    pub other: Option<&'static str>,
    /// XML, where the body may be XML.
    #[cfg(feature = "xml")]
    pub xml: Option<XmlMedia>,
}

/// An XML body.
#[cfg(feature = "xml")]
#[derive(Clone, Copy, Debug)]
pub struct XmlMedia {
    /// Media type.
    pub media_type: &'static str,
    /// The root element.
    pub root: XmlRoot,
}

/// The root of an XML body.
#[cfg(feature = "xml")]
#[derive(Clone, Copy, Debug)]
pub enum XmlRoot {
    /// One value: names of its element. The first is written, all are read.
    Element(&'static [Tag]),
    /// A list.
    List(&'static ListTag),
}

impl Media {
    /// No body, or one of which nothing is known.
    pub const NONE: Self = Self {
        json: None,
        other: None,
        #[cfg(feature = "xml")]
        xml: None,
    };
    /// `application/json`.
    pub const JSON: Self = Self::json("application/json");

    /// Returns JSON under this media type.
    pub const fn json(media_type: &'static str) -> Self {
        let mut media = Self::NONE;
        media.json = Some(media_type);
        media
    }

    /// Returns a media type that is neither JSON nor XML: text, bytes, events.
    pub const fn other(media_type: &'static str) -> Self {
        let mut media = Self::NONE;
        media.other = Some(media_type);
        media
    }

    /// Returns XML under this media type.
    #[cfg(feature = "xml")]
    pub const fn xml(media_type: &'static str, root: XmlRoot) -> Self {
        Self {
            xml: Some(XmlMedia { media_type, root }),
            ..Self::NONE
        }
    }

    /// Returns the same with XML too.
    #[cfg(feature = "xml")]
    #[must_use]
    pub const fn or_xml(mut self, media_type: &'static str, root: XmlRoot) -> Self {
        self.xml = Some(XmlMedia { media_type, root });
        self
    }

    /// The format to use where this one is preferred.
    pub(crate) fn choose(&self, preferred: Format) -> Option<Format> {
        match (preferred, self.json.is_some(), self.xml_type().is_some()) {
            (_, false, false) => None,
            (Format::Json, true, _) | (Format::Xml, true, false) => Some(Format::Json),
            (_, _, true) => Some(Format::Xml),
        }
    }

    pub(crate) fn media_type(&self, preferred: Format) -> Option<&'static str> {
        match self.choose(preferred) {
            Some(Format::Json) => self.json,
            Some(Format::Xml) => self.xml_type(),
            None => self.other,
        }
    }

    fn xml_type(&self) -> Option<&'static str> {
        #[cfg(feature = "xml")]
        return self.xml.map(|xml| xml.media_type);
        #[cfg(not(feature = "xml"))]
        None
    }
}

/// What an identifier looks like that is the whole body of a reply (`x-bare-string`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareForm {
    /// One word of at most 256 characters.
    #[default]
    Word,
    /// A UUID.
    Uuid,
    /// Any text: the body is documented as text.
    Text,
}

impl BareForm {
    /// What is expected, for messages.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Word => "an identifier",
            Self::Uuid => words::UUID,
            Self::Text => "a text",
        }
    }

    /// Whether a text is such an identifier.
    pub(crate) fn fits(self, text: &str) -> bool {
        match self {
            Self::Word => {
                let bad = |c: char| {
                    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '{' | '}')
                };
                !text.is_empty() && text.len() <= 256 && !text.contains(bad)
            }
            Self::Uuid => is_uuid(text),
            Self::Text => true,
        }
    }
}

/// One operation.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Its API.
    pub api: &'static Api,
    /// `operationId`.
    pub id: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path template, `/books/{id}.xml`: literal text as it is sent, parameters by their names.
    pub path: &'static str,
    /// Query pairs that every request has.
    pub fixed_query: &'static [(&'static str, &'static str)],
    /// Parameters, in the order in which [`Core::request`](super::Core::request) takes their values.
    pub params: &'static [Param],
    /// Alternatives of schemes, best first: the client takes the first for which it has all credentials. Empty: no
    /// credential is needed.
    pub security: &'static [Alternative],
    /// It changes nothing at the server.
    pub safe: bool,
    /// It may be sent twice.
    pub idempotent: bool,
    /// The property, element, header or query parameter that makes it so: without a value in it, the request is not
    /// repeated.
    pub idempotency_key: Option<&'static str>,
    /// Where it is served, if not where the rest of the API is: a URL, or one relative to the base URL.
    pub server: Option<&'static str>,
    /// The limit of its own that it counts against, beside the default ones: index in [`Api::rate_limits`].
    pub rate_limit: Option<usize>,
    /// It replies with a redirect, which is a success.
    pub redirects: bool,
    /// The request's body.
    pub request: Media,
    /// The body of a successful reply.
    pub response: Media,
    /// How its replies report a failure, beside the API's way.
    pub failure: &'static [FailureShape],
    /// What an identifier looks like that is the whole reply.
    pub bare: BareForm,
    /// Root elements of documented error bodies, where they are XML and not those of the reply.
    #[cfg(feature = "xml")]
    pub failure_roots: &'static [Tag],
}

impl Operation {
    /// Creates an operation without a credential that answers JSON; set the rest by struct update.
    pub const fn new(
        api: &'static Api,
        id: &'static str,
        method: &'static str,
        path: &'static str,
    ) -> Self {
        Self {
            api,
            id,
            method,
            path,
            fixed_query: &[],
            params: &[],
            security: &[],
            safe: false,
            idempotent: false,
            idempotency_key: None,
            server: None,
            rate_limit: None,
            redirects: false,
            request: Media::NONE,
            response: Media::JSON,
            failure: &[],
            bare: BareForm::Word,
            #[cfg(feature = "xml")]
            failure_roots: &[],
        }
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Operation({}.{}: {} {})",
            self.api.name, self.id, self.method, self.path
        )
    }
}
