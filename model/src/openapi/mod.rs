//! The typed OpenAPI document of one file: each OpenAPI object is a Rust type that knows its places. References are kept as
//! written, and so are the differences between 3.0 and 3.1; `normalize` works them out.
//!
//! Reading is lenient: a key that OpenAPI does not know, or a value of a wrong type, is a warning, and the rest is read.

mod document;
mod extension_keys;
mod extensions;
mod fields;
mod parts;
mod schema;
mod stray;

use indexmap::IndexMap;

pub(crate) use document::{document, version};
pub(crate) use fields::Reader;
pub(crate) use parts::{HeaderOf, Pointed, pointed};
pub(crate) use schema::BESIDE;

use crate::diag::Findings;
use crate::normalized::{
    Evidence, Extensions, Info, Keyword, Limits, Method, OperationExtensions, ParameterIn,
    RootExtensions, SchemaExtensions, SecurityRequirement, SecurityScheme, Server, Spanned, Status,
    Style, Tag, Types, Version, Xml,
};
use crate::source::{Node, Origin, Source};

/// Reads the root file of a source. `None` where it is not an OpenAPI document that can be read; the findings say why.
#[must_use]
pub fn read(source: &Source) -> (Option<Document>, Findings) {
    let mut findings = Findings::new();
    let document = source.root().and_then(|root| match version(root) {
        Ok((version, odd)) => {
            findings.extend(odd);
            document(root, version, &mut findings)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    });
    (document, findings)
}

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    /// `openapi`.
    pub version: Version,
    /// `info`.
    pub info: Info,
    /// `servers`.
    pub servers: Vec<Server>,
    /// `paths`, in document order.
    pub paths: IndexMap<String, PathItem>,
    /// Names of `webhooks`.
    pub webhooks: Vec<Spanned<String>>,
    /// `components`.
    pub components: Components,
    /// `security`.
    pub security: Vec<SecurityRequirement>,
    /// `tags`.
    pub tags: Vec<Tag>,
    /// Lavka's extensions.
    pub lavka: RootExtensions,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// The document.
    pub origin: Origin,
}

/// A reference, as written.
#[derive(Clone, Debug)]
pub struct Reference {
    /// `$ref`.
    pub target: Spanned<String>,
    /// `description` beside it (3.1).
    pub description: Option<Spanned<String>>,
}

/// An object, or a reference to one.
#[derive(Clone, Debug)]
pub enum RefOr<T> {
    /// `$ref`.
    Ref(Reference),
    /// The object itself.
    Item(T),
}

/// `components`. Those that only references name are read when one does.
#[derive(Clone, Debug, Default)]
pub struct Components {
    /// `schemas`.
    pub schemas: IndexMap<String, Named<Schema>>,
    /// `securitySchemes`.
    pub security_schemes: IndexMap<String, Named<RefOr<SecurityScheme>>>,
}

/// A value under a name.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// Where the name is written.
    pub key: Origin,
    /// The value.
    pub value: T,
}

/// A path item.
#[derive(Clone, Debug)]
pub struct PathItem {
    /// `$ref`.
    pub reference: Option<Reference>,
    /// `summary`.
    pub summary: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// Operations, in document order.
    pub operations: Vec<Operation>,
    /// `servers`.
    pub servers: Option<Vec<Server>>,
    /// `parameters`.
    pub parameters: Vec<RefOr<Parameter>>,
    /// Parameters that could not be read.
    pub broken_parameters: Vec<UnreadParameter>,
    /// Where the path is written.
    pub origin: Origin,
}

/// A parameter that could not be read, as a finding says.
#[derive(Clone, Debug)]
pub struct UnreadParameter {
    /// Its name, as far as it is known.
    pub name: Spanned<String>,
    /// Whether a request without it is known to be wrong.
    pub needed: bool,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: Option<Spanned<String>>,
    /// The method.
    pub method: Spanned<Method>,
    /// `tags`.
    pub tags: Vec<Spanned<String>>,
    /// `summary`.
    pub summary: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `deprecated`.
    pub deprecated: Option<Spanned<bool>>,
    /// `parameters`.
    pub parameters: Vec<RefOr<Parameter>>,
    /// Parameters that could not be read.
    pub broken_parameters: Vec<UnreadParameter>,
    /// `requestBody`.
    pub request: Option<RefOr<RequestBody>>,
    /// `responses`, in document order.
    pub responses: Vec<(Spanned<Status>, RefOr<Response>)>,
    /// `security`.
    pub security: Option<Vec<SecurityRequirement>>,
    /// `servers`.
    pub servers: Option<Vec<Server>>,
    /// Names of `callbacks`.
    pub callbacks: Vec<Spanned<String>>,
    /// Lavka's extensions.
    pub lavka: OperationExtensions,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// Where its method is written.
    pub origin: Origin,
}

/// A parameter or a header.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `name`; empty for a header, whose key is its name.
    pub name: Spanned<String>,
    /// `in`.
    pub location: Spanned<ParameterIn>,
    /// `required`.
    pub required: Option<Spanned<bool>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `deprecated`.
    pub deprecated: Option<Spanned<bool>>,
    /// `allowEmptyValue`.
    pub allow_empty_value: Option<Spanned<bool>>,
    /// `schema`.
    pub schema: Option<Box<Schema>>,
    /// `style`.
    pub style: Option<Spanned<Style>>,
    /// `explode`.
    pub explode: Option<Spanned<bool>>,
    /// `allowReserved`.
    pub allow_reserved: Option<Spanned<bool>>,
    /// `content`.
    pub content: Vec<MediaType>,
    /// It is the whole query (`in: querystring`), and not a form.
    pub whole: bool,
    /// `example`, and `examples`.
    pub examples: Vec<RefOr<Node>>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// `x-rust-name`.
    pub rust_name: Option<Spanned<String>>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// Where it is declared.
    pub origin: Origin,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `required`.
    pub required: Option<Spanned<bool>>,
    /// `content`.
    pub content: Vec<MediaType>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// A media type.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// Its name.
    pub name: Spanned<String>,
    /// `schema` (or, in 3.2, `itemSchema`).
    pub schema: Option<Box<Schema>>,
    /// Whether `schema` is `itemSchema`.
    pub of_items: bool,
    /// `example`, and `examples`.
    pub examples: Vec<RefOr<Node>>,
    /// `encoding`.
    pub encoding: IndexMap<String, Encoding>,
    /// `x-bare-string`.
    pub bare_string: bool,
    /// `x-xml-root`.
    pub xml_root: Option<Spanned<String>>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// Where its name is written.
    pub origin: Origin,
}

/// How a property of a form is written.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// `contentType`.
    pub content_type: Option<Spanned<String>>,
    /// `headers`.
    pub headers: IndexMap<String, Named<RefOr<Parameter>>>,
    /// `style`.
    pub style: Option<Spanned<Style>>,
    /// `explode`.
    pub explode: Option<Spanned<bool>>,
    /// `allowReserved`.
    pub allow_reserved: Option<Spanned<bool>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Response {
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `headers`.
    pub headers: IndexMap<String, Named<RefOr<Parameter>>>,
    /// `content`.
    pub content: Vec<MediaType>,
    /// Names of `links`.
    pub links: Vec<Spanned<String>>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// A schema. Keywords as written: those of 3.0 and of 3.1.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// `$ref`.
    pub reference: Option<Spanned<String>>,
    /// Whether anything but `$ref` is written.
    pub siblings: bool,
    /// A schema that is only `true` or `false` (3.1).
    pub boolean: Option<bool>,
    /// `type`.
    pub types: Option<Spanned<Types>>,
    /// `nullable`.
    pub nullable: Option<Spanned<bool>>,
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `format`.
    pub format: Option<Spanned<String>>,
    /// `enum`.
    pub values: Option<Spanned<Vec<Node>>>,
    /// `const`.
    pub constant: Option<Node>,
    /// `default`.
    pub default: Option<Node>,
    /// `example` and `examples`.
    pub examples: Vec<Node>,
    /// Limits.
    pub limits: Option<Box<Limits>>,
    /// Limits of OpenAPI 3.0 that exclude themselves.
    pub excludes: Option<Box<Excludes>>,
    /// `contentMediaType`.
    pub content_media_type: Option<Spanned<String>>,
    /// `contentEncoding`.
    pub content_encoding: Option<Spanned<String>>,
    /// `contentSchema`.
    pub content_schema: Option<Box<Schema>>,
    /// `items`.
    pub items: Option<Box<Schema>>,
    /// `prefixItems`.
    pub prefix_items: Vec<Schema>,
    /// `properties`.
    pub properties: IndexMap<String, Named<Schema>>,
    /// Whether `properties` comes before `allOf`.
    pub properties_first: bool,
    /// `required`.
    pub required: Vec<Spanned<String>>,
    /// `additionalProperties`, `unevaluatedProperties`.
    pub additional: Option<(Origin, Box<Schema>)>,
    /// Schemas of `patternProperties`.
    pub pattern_properties: Vec<Schema>,
    /// `oneOf`.
    pub one_of: Vec<Schema>,
    /// `anyOf`.
    pub any_of: Vec<Schema>,
    /// `allOf`.
    pub all_of: Vec<Schema>,
    /// `then`, `else`, and the schemas of `dependentSchemas`.
    pub conditional: Vec<Schema>,
    /// `not`.
    pub not: Option<Box<Schema>>,
    /// `discriminator`.
    pub discriminator: Option<Box<Discriminator>>,
    /// `readOnly`.
    pub read_only: Option<Spanned<bool>>,
    /// `writeOnly`.
    pub write_only: Option<Spanned<bool>>,
    /// `deprecated`.
    pub deprecated: Option<Spanned<bool>>,
    /// `xml`.
    pub xml: Option<Box<Xml>>,
    /// Lavka's extensions.
    pub lavka: Option<Box<SchemaExtensions>>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// A `nullable: true` without `type`.
    pub bare_nullable: Option<Origin>,
    /// Keywords that nothing acts on, and `patternProperties`.
    pub ignored: Vec<Keyword>,
    /// The schema.
    pub origin: Origin,
}

/// `exclusiveMinimum` and `exclusiveMaximum` of OpenAPI 3.0: whether `minimum` and `maximum` themselves are excluded.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Excludes {
    pub minimum: Option<Spanned<bool>>,
    pub maximum: Option<Spanned<bool>>,
}

/// `discriminator`, as written.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// `propertyName`.
    pub property: Spanned<String>,
    /// `mapping`: value → reference or component's name.
    pub mapping: IndexMap<String, Spanned<String>>,
    /// `defaultMapping`: reference or component's name.
    pub default: Option<Spanned<String>>,
}
