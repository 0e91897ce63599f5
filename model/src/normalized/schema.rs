//! Schemas of the normalized document.

use indexmap::IndexMap;

use super::{Evidence, Extensions, Spanned};
use crate::source::{Node, Origin, Value};

/// A keyword as written.
#[derive(Clone, Debug)]
pub struct Keyword {
    /// The keyword.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Node,
}

/// Names a schema of a document. Ids compare by what was written where: a `$ref` without siblings has its target's id, so
/// recursion ends at an id that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

impl SchemaId {
    /// Its place among all schemas of the document.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All schemas of a document.
#[derive(Clone, Debug, Default)]
pub struct Schemas(pub(crate) Vec<Schema>);

impl Schemas {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, schema: Schema) -> SchemaId {
        let id = SchemaId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(schema);
        id
    }

    /// The id of the schema with this index.
    pub(crate) fn id(&self, index: usize) -> Option<SchemaId> {
        let index = (index < self.0.len()).then_some(index)?;
        u32::try_from(index).ok().map(SchemaId)
    }

    /// Every id.
    pub(crate) fn ids(&self) -> impl Iterator<Item = SchemaId> + use<> {
        (0..).map(SchemaId).take(self.0.len())
    }

    /// Every schema with its id.
    pub fn iter(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        (0..).map(SchemaId).zip(&self.0)
    }
}

impl std::ops::Index<SchemaId> for Schemas {
    type Output = Schema;

    fn index(&self, id: SchemaId) -> &Schema {
        &self.0[id.index()]
    }
}

impl std::ops::IndexMut<SchemaId> for Schemas {
    fn index_mut(&mut self, id: SchemaId) -> &mut Schema {
        &mut self.0[id.index()]
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Types(u8);

/// A type of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Type {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::Null,
        Self::Boolean,
        Self::Integer,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
    ];

    /// The keyword's word: `integer`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl Types {
    /// Every type: what a schema without `type` allows.
    pub const ANY: Self = Self(0x7F);

    /// Whether the type is among them.
    #[must_use]
    pub fn has(self, ty: Type) -> bool {
        self.0 & (1 << ty as u8) != 0
    }

    /// Whether a value is of one of the types.
    pub(crate) fn fit(self, node: &Node) -> bool {
        match &node.value {
            Value::Null => self.has(Type::Null),
            Value::String(_) => self.has(Type::String),
            Value::Bool(_) => self.has(Type::Boolean),
            Value::Number(number) if number.is_f64() => self.has(Type::Number),
            Value::Number(_) => self.has(Type::Integer) || self.has(Type::Number),
            Value::Array(_) => self.has(Type::Array),
            Value::Object(_) => self.has(Type::Object),
        }
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, ty: Type) -> Self {
        Self(self.0 | (1 << ty as u8))
    }

    /// These without one.
    #[must_use]
    pub fn without(self, ty: Type) -> Self {
        Self(self.0 & !(1 << ty as u8))
    }

    /// What is in both. `integer` is part of `number`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut both = Self(self.0 & other.0);
        for (a, b) in [(self, other), (other, self)] {
            if a.has(Type::Integer) && b.has(Type::Number) {
                both = both.with(Type::Integer);
            }
        }
        both
    }

    /// The types, in the order of [`Type::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |ty| self.has(*ty))
    }

    /// The type, where there is exactly one beside `null`.
    #[must_use]
    pub fn single(self) -> Option<Type> {
        let mut types = self.without(Type::Null).iter();
        let first = types.next();
        first.filter(|_| types.next().is_none())
    }
}

impl FromIterator<Type> for Types {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        types.into_iter().fold(Self::default(), Self::with)
    }
}

/// A schema, in the form of OpenAPI 3.1, with `allOf` merged in.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The component that this schema is, if it is one (not what only refers to one).
    pub component: Option<String>,
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// Types that are allowed. Where the schema gives no `type`: inferred from its other keywords, or [`Types::ANY`]. `nullable` has
    /// become `null`.
    pub types: Spanned<Types>,
    /// Whether `type` was written, here or in an entry of `allOf`.
    pub typed: bool,
    /// `format`.
    pub format: Option<Spanned<String>>,
    /// `enum`. `const` is an enum of one value.
    pub values: Option<Spanned<Vec<Node>>>,
    /// `default`.
    pub default: Option<Node>,
    /// `example`, and `examples`.
    pub examples: Vec<Node>,
    /// Limits of numbers, strings, arrays and objects.
    pub limits: Rare<Limits>,
    /// `contentMediaType`.
    pub content_media_type: Option<Spanned<String>>,
    /// `contentEncoding`.
    pub content_encoding: Option<Spanned<String>>,
    /// `contentSchema`.
    pub content_schema: Option<SchemaId>,
    /// `items`.
    pub items: Option<SchemaId>,
    /// `prefixItems`.
    pub prefix_items: Vec<SchemaId>,
    /// `properties`, in document order, those of `allOf` entries where the entry is.
    pub properties: IndexMap<String, Property>,
    /// Names in `required` that `properties` lacks.
    pub required_undeclared: Vec<Spanned<String>>,
    /// `additionalProperties` (or `unevaluatedProperties`).
    pub additional: Additional,
    /// `oneOf`. A branch `{type: null}` has become `null` in `types`.
    pub one_of: Vec<SchemaId>,
    /// `anyOf`, likewise.
    pub any_of: Vec<SchemaId>,
    /// `not`.
    pub not: Option<SchemaId>,
    /// What `allOf` was merged from, in document order.
    pub all_of: Vec<SchemaId>,
    /// `discriminator`.
    pub discriminator: Option<Discriminator>,
    /// `readOnly`.
    pub read_only: Spanned<bool>,
    /// `writeOnly`.
    pub write_only: Spanned<bool>,
    /// `deprecated`.
    pub deprecated: Spanned<bool>,
    /// The `xml` object as written; `None` where there is none.
    pub xml: Option<Box<Xml>>,
    /// Lavka's extensions.
    pub lavka: Rare<SchemaExtensions>,
    /// Other `x-` keys.
    pub extensions: Extensions,
    /// A `nullable: true` without `type`.
    pub bare_nullable: Option<Origin>,
    /// Keywords that were read and that nothing acts on (`if`, `contains`, `$anchor`, unknown keys), and `patternProperties`.
    pub ignored: Vec<Keyword>,
    /// Properties of which some are required.
    pub required_alternatives: Vec<Alternatives>,
    /// A reference that could not be resolved, or was found to be circular: the schema then allows anything. A finding says so.
    pub unresolved: Option<Spanned<String>>,
    /// A `$ref` of the merged entries that refers back to this schema: what made it recursive through `allOf`.
    pub recursive_all_of: Option<Origin>,
    /// The schema in which this one is written, where a reference names an inline schema; itself, where that is not a schema.
    pub home: Option<SchemaId>,
    /// Where it is written.
    pub origin: Origin,
}

impl Schema {
    /// Whether null is allowed.
    #[must_use]
    pub fn nullable(&self) -> bool {
        self.types.has(Type::Null)
    }

    /// The branches of `oneOf`, then those of `anyOf`.
    pub fn branches(&self) -> impl Iterator<Item = SchemaId> + '_ {
        self.one_of.iter().chain(&self.any_of).copied()
    }

    /// The schemas of `prefixItems`, then that of `items`.
    pub fn all_items(&self) -> impl Iterator<Item = SchemaId> + '_ {
        self.prefix_items.iter().chain(&self.items).copied()
    }
}

/// `oneOf` or `anyOf` whose branches only say `required`.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// Whether it is `oneOf`.
    pub exactly_one: bool,
    /// What each branch requires. A branch that only forbids something requires nothing.
    pub names: Vec<Vec<Spanned<String>>>,
    /// Where the first name is.
    pub origin: Origin,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its schema. Siblings of a `$ref` (3.1), and what is beside an `allOf` of one reference (3.0), are part of it: such a schema
    /// has an id of its own and `all_of` with the one entry.
    pub schema: SchemaId,
    /// Whether it is in `required`: the place, if so.
    pub required: Option<Origin>,
    /// Its name in XML, computed.
    pub xml: XmlShape,
    /// Where its name is written.
    pub origin: Origin,
}

/// What other keys an object may have.
#[derive(Clone, Debug, Default)]
pub enum Additional {
    /// Nothing is said: any, by JSON Schema; none is expected.
    #[default]
    Unsaid,
    /// `true` or `{}`.
    Any(Origin),
    /// Values of a schema.
    Schema(SchemaId, Origin),
    /// `false`.
    None(Origin),
}

/// A value that most schemas leave at its default, and that takes no memory there.
#[derive(Clone, Default)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Rare<T> {
    /// A value that is not the default.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Some(Box::new(value)))
    }

    /// Whether it is the default, as far as is known without a look.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0.is_none()
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A type with a default that lives as long as the program.
pub trait Empty: Default + 'static {
    /// The default.
    fn empty() -> &'static Self;
}

macro_rules! empty {
    ($($ty:ty),*) => {$(
        impl Empty for $ty {
            fn empty() -> &'static Self {
                static EMPTY: std::sync::LazyLock<$ty> = std::sync::LazyLock::new(Default::default);
                &EMPTY
            }
        }
    )*};
}

empty!(Limits, SchemaExtensions);

impl<T: Empty> std::ops::Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::empty())
    }
}

impl<T: Empty> std::ops::DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

/// Limits. Numbers are as written.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Limits {
    pub minimum: Option<Spanned<serde_json::Number>>,
    pub maximum: Option<Spanned<serde_json::Number>>,
    pub exclusive_minimum: Option<Spanned<serde_json::Number>>,
    pub exclusive_maximum: Option<Spanned<serde_json::Number>>,
    pub multiple_of: Option<Spanned<serde_json::Number>>,
    pub min_length: Option<Spanned<u64>>,
    pub max_length: Option<Spanned<u64>>,
    pub pattern: Option<Spanned<String>>,
    pub min_items: Option<Spanned<u64>>,
    pub max_items: Option<Spanned<u64>>,
    pub unique_items: Option<Spanned<bool>>,
    pub min_properties: Option<Spanned<u64>>,
    pub max_properties: Option<Spanned<u64>>,
}

/// `discriminator`.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// `propertyName`.
    pub property: Spanned<String>,
    /// `mapping`: value → the schema; `None` where its reference is unresolved.
    pub mapping: IndexMap<String, (Option<SchemaId>, Origin)>,
    /// `defaultMapping`: the schema of values that no other name selects.
    pub default: Option<SchemaId>,
}

/// The `xml` object.
#[derive(Clone, Debug, Default)]
pub struct Xml {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `namespace`.
    pub namespace: Option<Spanned<String>>,
    /// `prefix`.
    pub prefix: Option<Spanned<String>>,
    /// `attribute`.
    pub attribute: Option<Spanned<bool>>,
    /// `wrapped`, or `nodeType: element` and `none` (3.2).
    pub wrapped: Option<Spanned<bool>>,
    /// Whether `nodeType` is there. Of other schemas than arrays, `element` is what they are without it.
    pub has_node_type: bool,
    /// `nodeType: text` or `cdata` (3.2).
    pub text: Option<Spanned<bool>>,
    /// Where it is written.
    pub origin: Origin,
}

/// A name in XML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct XmlName {
    /// Local name.
    pub local: String,
    /// Namespace URI.
    pub namespace: Option<String>,
    /// Prefix to write. It has no meaning for readers.
    pub prefix: Option<String>,
}

/// How a property appears in XML, computed from `xml`, `items.xml` and the property's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct XmlShape {
    /// Name of the element or attribute; of the wrapper, where there is one; of the items, of an unwrapped list.
    pub name: XmlName,
    /// What carries it.
    pub node: XmlNode,
    /// Of a wrapped list: the name of the items' elements.
    pub item: Option<XmlName>,
    /// Of a list whose items are lists in elements of their own: the names of those lists' items, from the outer lists to the inner ones.
    pub inner: Vec<XmlName>,
    /// Value of the Rails `type` attribute (`x-type`, or what the type implies), where the dialect writes one.
    pub type_attribute: Option<String>,
}

/// What carries a value in XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum XmlNode {
    /// A child element; repeated, of an unwrapped list.
    #[default]
    Element,
    /// An attribute.
    Attribute,
    /// The element's own text (`x-text`).
    Text,
}

/// Lavka's extensions of a schema.
#[derive(Clone, Debug, Default)]
pub struct SchemaExtensions {
    /// How it is known.
    pub evidence: Evidence,
    /// `x-rust-name`.
    pub rust_name: Option<Spanned<String>>,
    /// `x-enum-varnames`.
    pub enum_names: Vec<Spanned<String>>,
    /// `x-enum-descriptions`.
    pub enum_descriptions: Vec<Spanned<String>>,
    /// `x-null: absent`.
    pub null_is_absent: Option<Spanned<bool>>,
    /// `x-accept`: other forms that arrive.
    pub accept: Vec<Spanned<AcceptWord>>,
    /// The type allows texts of the number too, which `types` does not show.
    pub number_as_text: bool,
    /// `x-strict`: a wrong value is an error, although the field is optional.
    pub strict: Option<Spanned<bool>>,
    /// `x-envelope`.
    pub envelope: Option<EnvelopeNames>,
    /// `x-error`.
    pub error: Option<ErrorNames>,
    /// `x-request-envelope`.
    pub request_envelope: Option<Spanned<String>>,
    /// `x-credential`.
    pub credential: Option<Spanned<String>>,
    /// `x-type`.
    pub xml_type: Option<Spanned<String>>,
    /// `x-text`.
    pub xml_text: Option<Spanned<bool>>,
}

/// A word of `x-accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AcceptWord {
    /// `string`: a string where a number, a boolean or an integer enum is documented.
    String,
    /// `number`: a number where a string is documented; `1` and `0` where a boolean is.
    Number,
    /// `empty-string`: `""` where a number, date, enum or object is optional. Read as absent.
    EmptyString,
    /// `empty-array`: `[]` where an object or map is documented.
    EmptyArray,
    /// `empty-object`: `{}` where a list is documented.
    EmptyObject,
    /// `null-items`: null items of a list or map, which are skipped.
    NullItems,
    /// `zero-date`: `0000-00-00` where a date is optional. Read as absent.
    ZeroDate,
    /// `single`: one item where a list is documented.
    Single,
}

/// `x-envelope`. Names are of properties of the same object, or, at the root, of every reply.
#[derive(Clone, Debug)]
pub struct EnvelopeNames {
    /// `status`.
    pub status: Spanned<String>,
    /// `success`.
    pub success: Vec<Node>,
    /// `message`.
    pub message: Option<Spanned<String>>,
    /// `errors`.
    pub errors: Option<Spanned<String>>,
    /// `content`.
    pub content: Option<Spanned<String>>,
    /// `optional`.
    pub optional: bool,
    /// Where it is declared.
    pub origin: Origin,
}

/// `x-error`.
#[derive(Clone, Debug)]
pub struct ErrorNames {
    /// `code`.
    pub code: Option<Spanned<String>>,
    /// `message`.
    pub message: Option<Spanned<String>>,
    /// `messages`.
    pub messages: Option<Spanned<String>>,
    /// Where it is declared.
    pub origin: Origin,
}
