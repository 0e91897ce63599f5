//! Types: what payloads are made of.

use super::{Doc, FieldId, TypeId, XmlShape};
use crate::source::Origin;

/// A named type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Where its name comes from.
    pub name: TypeName,
    /// `x-rust-name`.
    pub rust_name: Option<String>,
    /// Documentation.
    pub doc: Doc,
    /// What it is.
    pub kind: TypeKind,
    /// Who sends it, and how.
    pub usage: Usage,
    /// `example` of the schema.
    pub example: Option<serde_json::Value>,
    /// Where it is declared.
    pub origin: Origin,
}

impl TypeDef {
    /// Types that its values hold.
    #[must_use]
    pub fn children(&self) -> Vec<&TypeRef> {
        match &self.kind {
            TypeKind::Struct(made) => {
                let fields = made.fields.iter().map(|field| &field.ty);
                fields.chain(&made.additional).collect()
            }
            TypeKind::Union(made) => made.variants.iter().map(|variant| &variant.ty).collect(),
            TypeKind::Enum(_) => Vec::new(),
        }
    }
}

/// Where a type's name comes from. The plan makes a Rust name of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeName {
    /// A component, as written.
    Component(String),
    /// The request's form of a component that has required `readOnly` properties.
    ComponentInput(String),
    /// An inline schema: the component or operation that it is in, and the way to it.
    Inline(Vec<String>),
}

/// Who sends a value of a type, and how.
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
    /// As a form or multipart body, or in a parameter.
    pub form: bool,
    /// As a multipart body, whose parts may be files.
    pub upload: bool,
}

impl Usage {
    /// Whether programs make values of a type: those of requests, and those that nothing uses.
    #[must_use]
    pub fn is_made(self) -> bool {
        self.request || !self.response
    }

    /// Whether a type is only ever a multipart body: its parts may be files, and it has no other form.
    #[must_use]
    pub fn is_form(self) -> bool {
        self.upload && !self.json && !self.xml
    }
}

impl std::fmt::Display for TypeName {
    /// `Order`, `OrderInput`, `Order.lines.item`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Component(name) => f.write_str(name),
            Self::ComponentInput(name) => write!(f, "{name} (input)"),
            Self::Inline(path) => f.write_str(&path.join(".")),
        }
    }
}

/// What a named type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// An object.
    Struct(Struct),
    /// An open enum.
    Enum(Enum),
    /// One of several types.
    Union(Union),
}

/// An object.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Fields, in wire order.
    pub fields: Vec<Field>,
    /// Free keys beside the fields: the type of their values.
    pub additional: Option<TypeRef>,
    /// `x-envelope`.
    pub envelope: Option<Envelope>,
    /// `x-request-envelope`: the field that the caller gives.
    pub request_envelope: Option<FieldId>,
    /// `x-error`.
    pub error: Option<ErrorShape>,
    /// `additionalProperties: false`.
    pub closed: bool,
    /// Fields of which some are required, beside those that always are.
    pub alternatives: Vec<Alternatives>,
}

/// Fields of which some are required.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternatives {
    /// Whether only one may be there.
    pub exactly_one: bool,
    /// Each choice: the fields that go together.
    pub choices: Vec<Vec<FieldId>>,
}

impl Struct {
    /// The field with this id.
    ///
    /// # Panics
    /// Never for an id that this struct gave.
    #[must_use]
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.0]
    }
}

/// A reply's wrapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// Reports success.
    pub status: FieldId,
    /// Good values of `status`.
    pub success: Vec<serde_json::Value>,
    /// Explains a failure.
    pub message: Option<FieldId>,
    /// Lists errors.
    pub errors: Option<FieldId>,
    /// What the caller gets; the whole reply where `None`.
    pub content: Option<FieldId>,
    /// A success may come without it.
    pub optional: bool,
}

/// Which fields of an error say what (`x-error`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorShape {
    /// The code.
    pub code: Option<FieldId>,
    /// The text.
    pub message: Option<FieldId>,
    /// A list or map of texts.
    pub messages: Option<FieldId>,
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
    /// Other forms that arrive.
    pub accept: Accept,
    /// A wrong value is an error, although the field is optional (`x-strict`).
    pub strict: bool,
    /// Only in replies.
    pub read_only: bool,
    /// Only in requests.
    pub write_only: bool,
    /// `x-credential`.
    pub credential: Option<String>,
    /// The only value that it can have: written by the codec.
    pub constant: Option<serde_json::Value>,
    /// Held in a `Box`: it contains its own type, which would have no size otherwise.
    pub boxed: bool,
    /// How it appears in XML.
    pub xml: XmlShape,
    /// Where it is declared.
    pub origin: Origin,
}

/// Presence of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Always there, never null.
    Required,
    /// Always there, may be null.
    RequiredNullable,
    /// May be absent, never null.
    Optional,
    /// May be absent or null, and both mean the same.
    OptionalNull,
    /// Absent, null and value differ.
    ThreeState,
}

impl Presence {
    /// Whether the field may be absent.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNull | Self::ThreeState)
    }
}

/// Other forms that arrive for a value (`x-accept`). Read, never written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Accept {
    /// A string where a number, a boolean or an integer enum is documented.
    pub string: bool,
    /// A number where a string is documented; `1` and `0` where a boolean is.
    pub number: bool,
    /// `""` where the field is optional: absent.
    pub empty_string: bool,
    /// `[]` where an object or map is documented.
    pub empty_array: bool,
    /// `{}` where a list is documented.
    pub empty_object: bool,
    /// Null items, which are skipped.
    pub null_items: bool,
    /// `0000-00-00` where a date is optional: absent.
    pub zero_date: bool,
    /// One item where a list is documented.
    pub single: bool,
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
    /// A value or null: an item of a list, a value of a map, a parameter, a branch. A field's nullability is its [`Presence`].
    Nullable(Box<TypeRef>),
    /// A type that contains itself through a list, map or union without a name of its own in between.
    Boxed(Box<TypeRef>),
    /// Any JSON value. `true`: the schema leaves it open; `false`: the schema says more, and an [`super::Omission`] says what.
    Any {
        /// Whether the schema leaves it open.
        open: bool,
    },
}

impl TypeRef {
    /// The type itself, without its box and what makes it null.
    #[must_use]
    pub fn unboxed(&self) -> &Self {
        match self {
            Self::Nullable(inner) | Self::Boxed(inner) => inner.unboxed(),
            ty => ty,
        }
    }

    /// The type itself, or what its lists, maps and values that may be null hold.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Boxed(inner) => {
                inner.innermost()
            }
            Self::Scalar(_) | Self::Named(_) | Self::Any { .. } => self,
        }
    }
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
    /// `integer`, `uint32`.
    UInt32,
    /// `integer`, `uint64`, or with bounds beyond 63 bits.
    UInt64,
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
    /// `binary`: bytes, in bodies and parts.
    Binary,
    /// `byte`: Base64 in JSON and XML.
    Base64,
    /// `base64url`: Base64 of the alphabet for URLs.
    Base64Url,
    /// Only null.
    Null,
}

/// Limits of a value. They are documented, and part of the JSON Schema; decoding does not enforce them.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Constraints {
    pub minimum: Option<serde_json::Number>,
    pub maximum: Option<serde_json::Number>,
    pub exclusive_minimum: Option<serde_json::Number>,
    pub exclusive_maximum: Option<serde_json::Number>,
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
    /// Booleans, other numbers, or values of several types.
    Mixed,
}

/// A known value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// On the wire: a scalar.
    pub wire: serde_json::Value,
    /// `x-enum-varnames`.
    pub name: Option<String>,
    /// `x-enum-descriptions`.
    pub description: String,
}

/// A value of one of several types.
#[derive(Clone, Debug)]
pub struct Union {
    /// How the variants are distinguished.
    pub selection: Selection,
    /// Variants, in document order.
    pub variants: Vec<Variant>,
}

/// How the variants of a union are distinguished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// By the JSON type: no two variants have the same.
    JsonType,
    /// By the value of a property (`discriminator`, or a property that is a different constant in each variant).
    Tag {
        /// The property.
        property: String,
        /// Whether every value has it.
        required: bool,
        /// The variant of values that have another tag, or none.
        fallback: Option<usize>,
    },
    /// The first variant whose [`Guard`] holds and that can be read.
    FirstFit,
}

/// A variant of a [`Union`].
#[derive(Clone, Debug)]
pub struct Variant {
    /// Where its name comes from: a component, the `title`, or the JSON type.
    pub name: String,
    /// What it holds.
    pub ty: TypeRef,
    /// What a value must have.
    pub guard: Guard,
    /// Documentation.
    pub doc: Doc,
    /// Where it is declared.
    pub origin: Origin,
}

/// What can be seen of a value before it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guard {
    /// Its JSON type.
    pub json_type: Option<JsonType>,
    /// Values of the tag that select it, where the union has one.
    pub tags: Vec<serde_json::Value>,
    /// Keys that it must have.
    pub required: Vec<String>,
    /// Keys with the only value that they can have.
    pub constants: Vec<(String, serde_json::Value)>,
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum JsonType {
    Null,
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}
