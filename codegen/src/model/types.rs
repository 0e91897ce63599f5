//! Types: what payloads are made of.

use super::{Doc, TypeId, XmlName};
use crate::source::Origin;

/// A named type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Name of the component, or made from the place of an inline schema, `UpperCamelCase`.
    pub name: String,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Documentation.
    pub doc: Doc,
    /// What it is.
    pub kind: TypeKind,
    /// Who sends it.
    pub usage: Usage,
    /// `example` of the schema.
    pub example: Option<serde_json::Value>,
    /// Where it stands.
    pub origin: Origin,
}

/// Who sends a value of a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In a request.
    pub request: bool,
    /// In a reply.
    pub response: bool,
    /// In JSON.
    pub json: bool,
    /// In XML.
    pub xml: bool,
    /// Parts of a multipart body.
    pub multipart: bool,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// An object.
    Struct(Struct),
    /// An open enum.
    Enum(Enum),
    /// Told apart by the JSON type.
    Union(Union),
}

/// An object.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Fields, in wire order.
    pub fields: Vec<Field>,
    /// `x-envelope`.
    pub envelope: Option<Envelope>,
    /// `x-request-envelope`: index of the field that the caller gives.
    pub request_envelope: Option<usize>,
    /// `x-error`.
    pub error: Option<ErrorShape>,
    /// `additionalProperties: false`.
    pub closed: bool,
}

/// A reply's wrapping. Fields are indices into [`Struct::fields`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Tells success.
    pub status: usize,
    /// Good values of `status`.
    pub success: Vec<serde_json::Value>,
    /// Explains a failure.
    pub message: Option<usize>,
    /// Lists errors.
    pub errors: Option<usize>,
    /// What the caller gets; the whole reply where `None`.
    pub content: Option<usize>,
    /// A success may come without it.
    pub optional: bool,
}

/// Which fields of an error say what (`x-error`). Indices into [`Struct::fields`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorShape {
    /// The code.
    pub code: Option<usize>,
    /// The text.
    pub message: Option<usize>,
    /// A list or map of texts.
    pub messages: Option<usize>,
}

/// A property.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name on the wire (JSON).
    pub wire: String,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Documentation.
    pub doc: Doc,
    /// Type, list-ness included.
    pub ty: TypeRef,
    /// Whether it may be left out or be null.
    pub presence: Presence,
    /// What may be checked.
    pub constraints: Constraints,
    /// `default`, as documentation.
    pub default: Option<serde_json::Value>,
    /// `example`.
    pub example: Option<serde_json::Value>,
    /// Other JSON types that arrive.
    pub accept: Accept,
    /// `x-credential`.
    pub credential: Option<String>,
    /// The only value that it can have: written by the codec.
    pub constant: Option<serde_json::Value>,
    /// Held in a `Box`: it leads back to its own type, which would have no size otherwise.
    pub boxed: bool,
    /// How it stands in XML.
    pub xml: XmlField,
    /// Where it stands.
    pub origin: Origin,
}

/// Presence of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Always there, never null: `T`.
    Required,
    /// Always there, may be null: `Option<T>`.
    RequiredNullable,
    /// May be absent, never null: `Option<T>`.
    Optional,
    /// May be absent or null, and both mean the same: `Option<T>`.
    OptionalNull,
    /// Absent, null and value differ: `Maybe<T>`.
    ThreeState,
}

/// Other JSON types that arrive for a scalar (`x-accept`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    /// A string where a number is documented.
    pub string: bool,
    /// A number where a string is documented.
    pub number: bool,
}

/// How a field stands in XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlField {
    /// Name of the element or attribute; of the wrapper, where `item` is set.
    pub name: XmlName,
    /// What carries it.
    pub node: XmlNode,
    /// A wrapped list: name of the items' elements.
    pub item: Option<XmlName>,
    /// Value of the rails `type` attribute, when written (`integer`, `array`, …).
    pub type_attr: Option<String>,
}

/// What carries a field in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlNode {
    /// A child element (repeated, for an unwrapped list).
    Element,
    /// An attribute.
    Attribute,
    /// The element's own text.
    Text,
}

/// A type where it is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A scalar.
    Scalar(Scalar),
    /// A named type.
    Named(TypeId),
    /// A list.
    List(Box<TypeRef>),
    /// An object with free keys.
    Map(Box<TypeRef>),
    /// Any JSON value.
    Any,
}

/// A scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `string`.
    String,
    /// `string`, `password`.
    Secret,
    /// `integer`, `int32`.
    Int32,
    /// `integer`.
    Int64,
    /// `number`, `float`.
    Float32,
    /// `number`.
    Float64,
    /// `boolean`.
    Bool,
    /// `decimal`, written as a JSON number.
    DecimalNumber,
    /// `decimal`, written as a JSON string.
    DecimalString,
    /// `date`.
    Date,
    /// `date-time`.
    DateTime,
    /// `rails-timestamp`.
    RailsTimestamp,
    /// `date-optional-time`.
    DateOptionalTime,
    /// `binary`.
    Binary,
}

/// Limits of a value. They are documented, and part of the JSON Schema; decoding does not enforce them.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Constraints {
    pub minimum: Option<serde_json::Number>,
    pub maximum: Option<serde_json::Number>,
    pub exclusive_minimum: bool,
    pub exclusive_maximum: bool,
    pub multiple_of: Option<serde_json::Number>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    /// `format`, where it is documentation only (`uuid`, `uri`, …).
    pub format: Option<String>,
}

/// An open enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// What the values are on the wire.
    pub repr: EnumRepr,
    /// Known values, in document order.
    pub values: Vec<EnumValue>,
}

/// What an enum's values are on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumRepr {
    /// Strings.
    String,
    /// Integers.
    Integer,
}

/// A known value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// On the wire: a string or an integer.
    pub wire: serde_json::Value,
    /// `x-enum-varnames`.
    pub name: Option<String>,
    /// `x-enum-descriptions`.
    pub description: String,
}

/// A value of one of several JSON types.
#[derive(Clone, Debug)]
pub struct Union {
    /// One for each JSON type.
    pub variants: Vec<Variant>,
}

/// A variant of a [`Union`].
#[derive(Clone, Debug)]
pub struct Variant {
    /// JSON type that tells it apart.
    pub json_type: JsonType,
    /// Name, `UpperCamelCase`: `title` of the branch, or the JSON type's name.
    pub name: String,
    /// What it holds.
    pub ty: TypeRef,
    /// Documentation.
    pub doc: Doc,
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum JsonType {
    String,
    Number,
    Boolean,
    Array,
    Object,
}
