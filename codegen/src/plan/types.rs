//! Types: structs, enums and unions, with everything that their declarations and codecs say.

use lavka_model::model::{
    Api, Constraints, Dialect, Enum, EnumRepr, Field as Fact, JsonType, Presence, Scalar,
    Selection, Struct as StructFact, TypeDef, TypeId, TypeKind, TypeRef, Union as UnionFact,
    Variant as VariantFact, XmlNode,
};
use serde_json::Value;

use super::docs::Docs;
use super::markdown;
use super::names::{Name, TypeNames};
use super::rust_type::RustType;
use super::tags::Tag;

/// A type.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its number in the model.
    pub id: TypeId,
    /// Documentation.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// Who sends it in JSON; `None` where it has no JSON form.
    pub json: Option<Direction>,
    /// Who sends it in XML; `None` where it has no XML form.
    pub xml: Option<Direction>,
    /// What it is.
    pub kind: Kind,
}

impl Type {
    /// Whether it, or a field of it, is deprecated.
    pub(super) fn holds_deprecated(&self) -> bool {
        let fields = match &self.kind {
            Kind::Struct(s) => &s.fields[..],
            _ => &[],
        };
        self.deprecated || fields.iter().any(|field| field.deprecated)
    }
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A struct.
    Struct(Struct),
    /// An enum of strings.
    StringEnum(Vec<Known>),
    /// An enum of integers.
    IntegerEnum(Vec<Known>),
    /// An enum of any scalars.
    MixedEnum(Vec<Known>),
    /// A union.
    Union(Union),
}

/// In which direction programs use a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Direction {
    Read,
    Written,
    Both,
    Unused,
}

/// A struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Its fields, in wire order.
    pub fields: Vec<Field>,
    /// The field of all other properties: its name, and the type of the values.
    pub additional: Option<(Name, RustType)>,
    /// It holds content that is sent: it can be neither compared nor written as JSON.
    pub uploads: bool,
    /// Every field may be absent.
    pub default: bool,
    /// Arguments of `new`; `None` where it has none.
    pub constructor: Option<Vec<Argument>>,
}

/// An argument of a constructor or setter.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The field: its number.
    pub field: usize,
    /// Its type.
    pub ty: RustType,
    /// It is made of what is given.
    pub into: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name on the wire.
    pub wire: String,
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// Its type.
    pub ty: RustType,
    /// Presence on the wire.
    pub presence: Presence,
    /// Forms of its values that are not the usual ones of the type: functions of the runtime's `Form`.
    pub forms: Vec<&'static str>,
    /// How it appears in XML.
    pub xml: Xml,
    /// The only value that it can have.
    pub constant: Option<super::operations::Constant>,
    /// The setter; `None` where it has none.
    pub setter: Option<Argument>,
    /// What its JSON Schema says beyond the type's.
    pub schema: Schema,
}

/// How a field appears in XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Xml {
    /// The element's own text.
    Text,
    /// An attribute.
    Attribute(Tag),
    /// A child element; repeated, of a list.
    Element(Tag),
    /// A wrapper and its items.
    List(Tag, Tag),
}

/// What a field's JSON Schema says beyond its type's.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The type whose schema it is, where that is another.
    pub with: Option<String>,
    /// Keys.
    pub extend: Vec<(&'static str, Value)>,
}

/// A known value of an enum.
#[derive(Clone, Debug)]
pub struct Known {
    /// On the wire.
    pub wire: Value,
    /// The variant.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// How variants are told apart.
    pub selection: Selection,
    /// Variants.
    pub variants: Vec<Variant>,
    /// A variant is a list whose items repeat the element.
    pub lists: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
    /// What it holds.
    pub ty: RustType,
    /// The type whose JSON Schema it has, where its own has none.
    pub schema: Option<String>,
    /// Its JSON type, as the runtime's macro names it.
    pub kind: &'static str,
    /// Values of the tag.
    pub tags: Vec<String>,
    /// Keys that it must have.
    pub required: Vec<String>,
    /// Keys, and the only values that they can have, as JSON.
    pub constants: Vec<(String, String)>,
    /// It alone holds this type, so that it can be made of it.
    pub from: bool,
}

/// Plans all types.
pub(super) fn plan(api: &Api, names: &TypeNames) -> Vec<Type> {
    api.types
        .iter()
        .enumerate()
        .map(|(index, def)| ty(api, names, TypeId(index), def))
        .collect()
}

fn ty(api: &Api, names: &TypeNames, id: TypeId, def: &TypeDef) -> Type {
    let fallback = match &def.kind {
        TypeKind::Struct(_) => "An object.",
        TypeKind::Enum(_) => "One of a set of values.",
        TypeKind::Union(_) => "One of several types.",
    };
    let mut docs = Docs::of(&def.doc, fallback);
    docs.source(&def.doc);
    let usage = def.usage;
    let direction = match (usage.response, usage.request) {
        (true, true) => Direction::Both,
        (true, false) => Direction::Read,
        (false, true) => Direction::Written,
        (false, false) => Direction::Unused,
    };
    let kind = match &def.kind {
        TypeKind::Struct(s) => Kind::Struct(structure(api, names, id, def, s)),
        TypeKind::Enum(e) => open_enum(names, id, e),
        TypeKind::Union(u) => Kind::Union(union(api, names, id, u)),
    };
    let uploads = matches!(&kind, Kind::Struct(s) if s.uploads);
    Type {
        id,
        docs,
        deprecated: def.doc.deprecated,
        json: match usage.json || usage.form {
            _ if uploads => None,
            true => Some(direction),
            false => Some(Direction::Unused),
        },
        xml: (usage.xml && !uploads).then_some(direction),
        kind,
    }
}

fn is_upload(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar == Scalar::Binary,
        TypeRef::List(inner) | TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => is_upload(inner),
        _ => false,
    }
}

/// Whether a type is a form with content that is sent: it has no JSON form.
pub(super) fn holds_uploads(def: &TypeDef) -> bool {
    let usage = def.usage;
    let TypeKind::Struct(s) = &def.kind else {
        return false;
    };
    let mut held = s.fields.iter().map(|f| &f.ty).chain(&s.additional);
    usage.is_form() && held.any(is_upload)
}

/// Whether a field may be absent.
#[must_use]
pub fn is_optional(presence: Presence) -> bool {
    matches!(
        presence,
        Presence::Optional | Presence::OptionalNull | Presence::ThreeState
    )
}

/// The name of the field of all other properties.
pub(super) fn additional(
    s: &StructFact,
    members: &[Name],
    uploads: bool,
) -> Option<(Name, RustType)> {
    let ty = RustType::of(s.additional.as_ref()?, uploads);
    let mut name = "additional".to_owned();
    while members.iter().any(|known| known.as_str() == name) {
        name.push_str("_more");
    }
    Some((Name::fixed(&name), ty))
}

fn structure(api: &Api, names: &TypeNames, id: TypeId, def: &TypeDef, s: &StructFact) -> Struct {
    let usage = def.usage;
    let uploads = holds_uploads(def);
    let given = usage.request || !usage.response;
    let members = names.members(id);
    let fields: Vec<Field> = s
        .fields
        .iter()
        .zip(members)
        .enumerate()
        .map(|(index, (f, name))| {
            let value = RustType::of(&f.ty, uploads);
            let value = if f.boxed { value.boxed() } else { value };
            let setter = (given && is_optional(f.presence)).then(|| Argument {
                field: index,
                into: value.takes_into(),
                ty: value.clone(),
            });
            field(api, names, f, name, value, setter, uploads)
        })
        .collect();
    let default = s.fields.iter().all(|f| is_optional(f.presence));
    let required = s.fields.iter().zip(&fields).enumerate();
    let arguments = required
        .filter(|(_, (f, field))| !is_optional(f.presence) && field.constant.is_none())
        .map(|(index, (f, field))| Argument {
            field: index,
            into: f.presence == Presence::Required && field.ty.takes_into(),
            ty: field.ty.clone(),
        })
        .collect();
    Struct {
        additional: additional(s, members, uploads),
        uploads,
        default,
        constructor: (given && !default).then_some(arguments),
        fields,
    }
}

fn field(
    api: &Api,
    names: &TypeNames,
    f: &Fact,
    name: &Name,
    value: RustType,
    setter: Option<Argument>,
    form: bool,
) -> Field {
    let kind = if form { "field" } else { "property" };
    let mut docs = Docs::named(&f.doc, kind, &f.wire);
    docs.limits(&f.constraints, f.default.as_ref());
    if !form && name.as_str() != f.wire {
        docs.wire(&f.doc, &f.wire);
    }
    let constant = f
        .constant
        .as_ref()
        .filter(|_| f.presence == Presence::Required && !f.boxed)
        .and_then(|value| super::operations::constant(api, names, &f.ty, value));
    Field {
        wire: f.wire.clone(),
        name: name.clone(),
        docs,
        deprecated: f.doc.deprecated,
        ty: match f.presence {
            Presence::Required => value,
            Presence::ThreeState => value.maybe(),
            _ => value.option(),
        },
        presence: f.presence,
        forms: forms(f),
        xml: xml(api, f),
        constant,
        setter,
        schema: schema(names, f),
    }
}

fn forms(f: &Fact) -> Vec<&'static str> {
    let mut forms = Vec::new();
    match f.ty.innermost() {
        TypeRef::Scalar(Scalar::DecimalString) => forms.push("decimal_string"),
        TypeRef::Scalar(Scalar::RailsTimestamp) => forms.push("rails_timestamp"),
        _ => {}
    }
    let accept = [
        (f.accept.string, "accept_string"),
        (f.accept.number, "accept_number"),
        (f.accept.empty_string, "empty_string"),
        (f.accept.empty_array, "empty_array"),
        (f.accept.empty_object, "empty_object"),
        (f.accept.null_items, "null_items"),
        (f.accept.zero_date, "zero_date"),
        (f.accept.single, "single"),
        (f.strict, "strict"),
    ];
    forms.extend(
        accept
            .into_iter()
            .filter_map(|(is, form)| is.then_some(form)),
    );
    forms
}

fn xml(api: &Api, f: &Fact) -> Xml {
    let rails = api.dialect == Dialect::Rails;
    let tag = |name: &lavka_model::model::XmlName, ty: Option<String>| Tag {
        name: name.clone(),
        type_attribute: ty.filter(|_| rails),
    };
    let own = || tag(&f.xml.name, f.xml.type_attribute.clone());
    match (f.xml.node, &f.xml.item, &f.ty) {
        (XmlNode::Text, ..) => Xml::Text,
        (XmlNode::Attribute, ..) => Xml::Attribute(own()),
        (XmlNode::Element, Some(item), TypeRef::List(of)) => {
            let of = match &**of {
                TypeRef::Scalar(scalar) => rails_type(*scalar).map(str::to_owned),
                _ => None,
            };
            Xml::List(own(), tag(item, of))
        }
        (XmlNode::Element, ..) => Xml::Element(own()),
    }
}

/// The `type` attribute of the items of a wrapped list of scalars, in the dialect of Rails.
fn rails_type(scalar: Scalar) -> Option<&'static str> {
    Some(match scalar {
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => "integer",
        Scalar::Float32 | Scalar::Float64 => "float",
        Scalar::DecimalNumber | Scalar::DecimalString => "decimal",
        Scalar::Bool => "boolean",
        Scalar::Date => "date",
        Scalar::DateTime => "datetime",
        Scalar::RailsTimestamp => "timestamp",
        _ => return None,
    })
}

/// The type whose JSON Schema a value has, where its Rust type has none.
fn schema_form(names: &TypeNames, ty: &TypeRef) -> Option<String> {
    let own = matches!(
        ty.innermost(),
        TypeRef::Scalar(
            Scalar::DecimalNumber
                | Scalar::DecimalString
                | Scalar::Date
                | Scalar::DateTime
                | Scalar::RailsTimestamp
                | Scalar::DateOptionalTime
        )
    );
    own.then(|| schema_type(names, ty))
}

fn schema(names: &TypeNames, f: &Fact) -> Schema {
    let with = schema_form(names, &f.ty).map(|ty| match f.presence {
        Presence::Required => ty,
        Presence::ThreeState => format!("::lavka_runtime::Maybe<{ty}>"),
        _ => format!("::core::option::Option<{ty}>"),
    });
    let mut extend = Vec::new();
    let yes = Value::Bool(true);
    if matches!(
        f.presence,
        Presence::OptionalNull | Presence::RequiredNullable
    ) {
        extend.push(("x-nullable", yes.clone()));
    }
    if f.presence == Presence::RequiredNullable {
        extend.push(("x-required", yes.clone()));
    }
    if let Some(constant) = f.constant.as_ref().filter(|c| !c.is_null()) {
        extend.push(("const", constant.clone()));
    }
    extend.extend(constraints(&f.constraints));
    Schema { with, extend }
}

/// The type whose JSON Schema is that of a value's wire form.
fn schema_type(names: &TypeNames, ty: &TypeRef) -> String {
    let own = |name: &str| format!("::lavka_runtime::schema::{name}");
    match ty {
        TypeRef::List(item) => format!("::std::vec::Vec<{}>", schema_type(names, item)),
        TypeRef::Map(value) => format!(
            "::std::collections::BTreeMap<::std::string::String, {}>",
            schema_type(names, value)
        ),
        TypeRef::Nullable(inner) => {
            format!("::core::option::Option<{}>", schema_type(names, inner))
        }
        TypeRef::Boxed(inner) => schema_type(names, inner),
        TypeRef::Scalar(Scalar::DecimalNumber) => own("Decimal"),
        TypeRef::Scalar(Scalar::DecimalString) => own("DecimalString"),
        TypeRef::Scalar(Scalar::Date) => own("Date"),
        TypeRef::Scalar(Scalar::DateTime) => own("DateTime"),
        TypeRef::Scalar(Scalar::RailsTimestamp) => own("RailsTimestamp"),
        TypeRef::Scalar(Scalar::DateOptionalTime) => own("DateOptionalTime"),
        TypeRef::Named(id) => names.ty(*id).as_str().to_owned(),
        // Only the types above have a schema of their own.
        TypeRef::Scalar(_) | TypeRef::Any { .. } => "::lavka_runtime::serde_json::Value".to_owned(),
    }
}

fn constraints(c: &Constraints) -> Vec<(&'static str, Value)> {
    let numbers = [
        ("minimum", &c.minimum),
        ("exclusiveMinimum", &c.exclusive_minimum),
        ("maximum", &c.maximum),
        ("exclusiveMaximum", &c.exclusive_maximum),
        ("multipleOf", &c.multiple_of),
    ];
    let counts = [
        ("minLength", c.min_length),
        ("maxLength", c.max_length),
        ("minItems", c.min_items),
        ("maxItems", c.max_items),
    ];
    let texts = [("pattern", &c.pattern), ("format", &c.format)];
    let mut out: Vec<(&'static str, Value)> = Vec::new();
    out.extend(
        numbers
            .into_iter()
            .filter_map(|(key, n)| Some((key, Value::Number(n.clone()?)))),
    );
    out.extend(
        counts
            .into_iter()
            .filter_map(|(key, n)| Some((key, n?.into()))),
    );
    out.extend(
        texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text.clone()?.into()))),
    );
    if c.unique_items {
        out.push(("uniqueItems", Value::Bool(true)));
    }
    out
}

fn open_enum(names: &TypeNames, id: TypeId, e: &Enum) -> Kind {
    let values = e
        .values
        .iter()
        .zip(names.members(id))
        .map(|(value, name)| {
            let wire = match &value.wire {
                Value::String(text) if text.is_empty() => "the empty string".to_owned(),
                Value::String(text) => markdown::code(text),
                other => markdown::code(&other.to_string()),
            };
            let mut docs = Docs::default();
            docs.spec(&value.description);
            docs.sentence(&format!("On the wire: {wire}."));
            Known {
                wire: value.wire.clone(),
                name: name.clone(),
                docs,
            }
        })
        .collect();
    match e.repr {
        EnumRepr::String => Kind::StringEnum(values),
        EnumRepr::Integer => Kind::IntegerEnum(values),
        EnumRepr::Mixed => Kind::MixedEnum(values),
    }
}

fn union(api: &Api, names: &TypeNames, id: TypeId, u: &UnionFact) -> Union {
    let types: Vec<RustType> = u
        .variants
        .iter()
        .map(|v| RustType::of(&v.ty, false))
        .collect();
    let variants = u
        .variants
        .iter()
        .zip(names.members(id))
        .zip(&types)
        .map(|((v, name), ty)| Variant {
            name: name.clone(),
            docs: Docs::of(&v.doc, "This form."),
            ty: ty.clone(),
            schema: schema_form(names, &v.ty),
            kind: kind(api, v),
            tags: v.guard.tags.iter().map(tag_text).collect(),
            required: v.guard.required.clone(),
            constants: v
                .guard
                .constants
                .iter()
                .map(|(key, value)| (key.clone(), value.to_string()))
                .collect(),
            from: types.iter().filter(|other| *other == ty).count() == 1
                && !matches!(ty, RustType::Json | RustType::Unit),
        })
        .collect();
    Union {
        selection: u.selection.clone(),
        variants,
        lists: u.variants.iter().any(|v| matches!(v.ty, TypeRef::List(_))),
    }
}

fn tag_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kind(api: &Api, v: &VariantFact) -> &'static str {
    let of = match v.guard.json_type {
        Some(known) => Some(known),
        None => json_type(api, &v.ty),
    };
    match of {
        Some(JsonType::Null) => "null",
        Some(JsonType::String) => "string",
        Some(JsonType::Integer) => "integer",
        Some(JsonType::Number) => "number",
        Some(JsonType::Boolean) => "boolean",
        Some(JsonType::Array) => "array",
        Some(JsonType::Object) => "object",
        None => "any",
    }
}

fn json_type(api: &Api, ty: &TypeRef) -> Option<JsonType> {
    match ty {
        TypeRef::Scalar(scalar) => Some(match scalar {
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => JsonType::Integer,
            Scalar::Float32 | Scalar::Float64 | Scalar::DecimalNumber => JsonType::Number,
            Scalar::Bool => JsonType::Boolean,
            Scalar::Null => JsonType::Null,
            _ => JsonType::String,
        }),
        TypeRef::List(_) => Some(JsonType::Array),
        TypeRef::Map(_) => Some(JsonType::Object),
        TypeRef::Boxed(inner) => json_type(api, inner),
        TypeRef::Nullable(_) | TypeRef::Any { .. } => None,
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(_) => Some(JsonType::Object),
            TypeKind::Enum(e) => match e.repr {
                EnumRepr::String => Some(JsonType::String),
                EnumRepr::Integer => Some(JsonType::Integer),
                EnumRepr::Mixed => None,
            },
            TypeKind::Union(_) => None,
        },
    }
}
