//! The normalized document: an OpenAPI document with everything worked out, and nothing dropped.
//!
//! References are resolved, OpenAPI 3.0 is read into the form of 3.1, defaults of keywords are filled in, `allOf` is merged, and
//! names and presence in XML are computed. The generator, lint and review share it, so it also holds what cannot be generated.
//! Two documents that mean the same (inline or by `$ref`, one file or several, 3.0 or 3.1, `allOf` or one object) differ in
//! places only.

mod extensions;
mod families;
mod operations;
mod schema;
mod security;

pub use extensions::*;
pub use operations::*;
pub use schema::*;
pub use security::*;

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

/// `externalDocs`, which nothing but a comparison of documents reads, is kept beside the extensions.
pub const EXTERNAL_DOCS: &str = "externalDocs";

/// Keys of `info` that nothing but a comparison of documents reads; kept beside its extensions.
pub const INFO_TERMS: [&str; 3] = ["termsOfService", "contact", "license"];

/// `x-` keys that are not Lavka's, and [`EXTERNAL_DOCS`].
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
    /// `x-` keys, and [`INFO_TERMS`].
    pub extensions: Extensions,
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
    /// `externalDocs`.
    pub extensions: Extensions,
}
