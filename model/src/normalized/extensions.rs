//! What Lavka's extensions say.

use indexmap::IndexMap;

use super::{EnvelopeNames, Spanned};
use crate::source::Origin;

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
    /// A quota is exceeded.
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

/// How a list is split over several replies (`x-pagination`).
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
