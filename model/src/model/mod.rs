//! The model of an API: what travels on the wire, checked, with everything that a client needs and no Rust.
//!
//! Every node knows its [`Origin`], so that a finding of any stage can point at the spec.

mod operations;
mod security;
mod types;

pub use operations::*;
pub use security::*;
pub use types::*;

use crate::diag::Code;
pub use crate::diag::Cost;
pub use crate::normalized::{
    Dialect, Grade, Method, OAuthFlow, OAuthFlowKind, ParameterIn, Status, Style, XmlName, XmlNode,
    XmlShape,
};
use crate::source::Origin;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub usize);
    )*};
}

ids! {
    /// Names a type of [`Api::types`].
    TypeId
    /// Names a way to authenticate of [`Api::auth`].
    AuthId
    /// Names a limit of [`Api::rate_limits`].
    RateLimitId
    /// Names a field of the struct that it is used with.
    FieldId
}

/// One API: operations and the types that their payloads need, in document order.
#[derive(Clone, Debug)]
pub struct Api {
    /// The spec's name: its file's stem.
    pub module: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`.
    pub description: String,
    /// `x-document`, where given.
    pub document: Option<Document>,
    /// Where the API is served. URLs may be relative: then the caller must give a base URL.
    pub servers: Vec<Server>,
    /// Ways to authenticate.
    pub auth: Vec<AuthScheme>,
    /// How XML is read and written.
    pub dialect: Dialect,
    /// Limits that the server keeps.
    pub rate_limits: Vec<RateLimit>,
    /// What codes of failures mean.
    pub failure_codes: FailureCodes,
    /// How any reply of the API reports a failure (`x-envelope` at the root).
    pub failure: Option<FailureNames>,
    /// Operations, in document order.
    pub operations: Vec<Operation>,
    /// Types: components in document order, then those made of inline schemas, in order of their names.
    pub types: Vec<TypeDef>,
    /// What was left out of the bindings, and why.
    pub omissions: Vec<Omission>,
}

impl Api {
    /// The type with this id.
    ///
    /// # Panics
    /// Never for an id that this `Api` gave.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// The object that a type is, in a box or beside null too.
    #[must_use]
    pub fn object(&self, ty: &TypeRef) -> Option<(TypeId, &Struct)> {
        let TypeRef::Named(id) = ty.unboxed() else {
            return None;
        };
        match &self.ty(*id).kind {
            TypeKind::Struct(s) => Some((*id, s)),
            TypeKind::Enum(_) | TypeKind::Union(_) => None,
        }
    }

    /// Every body of requests and replies.
    pub fn contents(&self) -> impl Iterator<Item = &Content> {
        self.operations.iter().flat_map(|op| {
            let request = op.request.iter().flat_map(|body| &body.contents);
            request.chain(op.responses.iter().flat_map(|reply| &reply.contents))
        })
    }

    /// Whether any operation speaks XML.
    #[must_use]
    pub fn speaks_xml(&self) -> bool {
        self.contents()
            .any(|content| matches!(content.codec, Codec::Xml(_)))
    }
}

/// Something that the document has and the bindings lack.
#[derive(Clone, Debug)]
pub struct Omission {
    /// What: `operation getThing`, `parameter X-Trace of operation getThing`, `type of property a.b`, `webhook paid`.
    pub what: String,
    /// Why, in words.
    pub why: String,
    /// How much it costs.
    pub cost: Cost,
    /// The rule of the finding that says so.
    pub code: Code,
    /// Where it is declared.
    pub origin: Origin,
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
    /// The URL's variables.
    pub variables: Vec<ServerVariable>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A variable of a server's URL.
#[derive(Clone, Debug)]
pub struct ServerVariable {
    /// Name.
    pub name: String,
    /// Default value.
    pub default: String,
    /// The values that it can have; any where empty.
    pub values: Vec<String>,
    /// What it is.
    pub description: String,
}

/// What the codes of failures mean (`x-failure-codes`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureCodes {
    /// The credential is not accepted.
    pub auth: Vec<String>,
    /// A quota is exceeded.
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
    /// Holds what the caller gets, in replies that come wrapped although they are documented without a wrapping.
    pub content: Option<String>,
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
    /// The reply's header that reports `used/limit`.
    pub usage_header: Option<String>,
    /// Seconds to wait after 429 and 503 where the reply names no wait.
    pub busy_wait: Option<u64>,
    /// `x-source`.
    pub source: Option<String>,
    /// `x-evidence`.
    pub evidence: Grade,
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
    pub evidence: Grade,
    /// `deprecated`.
    pub deprecated: bool,
    /// It is not in the document: it is assumed, or refers to something that cannot be read. A finding says so.
    pub assumed: bool,
}
