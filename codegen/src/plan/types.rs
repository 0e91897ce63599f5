//! Types: structs with everything that their declarations and codecs say, enums and unions.

use lavka_model::model::{
    Alternatives, Api, Dialect, EnumRepr, Field as Fact, FieldId, Presence, Scalar,
    Struct as StructFact, TypeDef, TypeId, TypeKind, TypeName, TypeRef, XmlNode,
};

use super::constants::{Constant, constant};
use super::docs::Docs;
use super::markdown;
use super::names::{Name, TypeNames};
use super::rust_type::RustType;
use super::schemas::{self, Schema};
use super::tags::Tag;
use super::unions::{Known, Union, union, values};

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
    /// What it is declared as.
    pub ty: RustType,
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
    pub constant: Option<Constant>,
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
    /// A child element; repeated, of a list. The items of items that are lists, from the outer lists to the inner ones.
    Element(Tag, Vec<Tag>),
    /// A wrapper and its items, and those of items that are lists.
    List(Tag, Vec<Tag>),
}

/// Plans all types.
pub(super) fn plan(api: &Api, names: &TypeNames) -> Vec<Type> {
    api.types
        .iter()
        .enumerate()
        .map(|(index, def)| ty(api, names, TypeId(index), def))
        .collect()
}

/// What branches of a union are called that have no name.
const JSON_TYPES: [&str; 7] = [
    "Array", "Boolean", "Null", "Number", "Object", "String", "Value",
];

/// What a type is that the spec does not describe: for one without a name, where it is.
fn in_words(def: &TypeDef) -> String {
    let path = match &def.name {
        TypeName::Inline(path) => path.as_slice(),
        _ => &[],
    };
    let is_status =
        |part: &String| part == "default" || part.starts_with(|c: char| c.is_ascii_digit());
    // A branch of a union, which has no name but its JSON type.
    let is_plain = |part: &str| JSON_TYPES.contains(&part);
    match path {
        [owner, part] if part == "request" => {
            format!("The body of a request of {}.", markdown::code(owner))
        }
        [owner, part, rest @ ..] if part == "response" && rest.iter().all(is_status) => {
            format!("A reply of {}.", markdown::code(owner))
        }
        [.., list, item] if item == "item" && !is_plain(list) => {
            format!("An item of {}.", markdown::code(list))
        }
        [_, .., part] if !is_plain(part) && part != "item" => {
            format!("The value of {}.", markdown::code(part))
        }
        _ => match &def.kind {
            TypeKind::Struct(_) => "An object.",
            TypeKind::Enum(_) => "One of a set of values.",
            TypeKind::Union(_) => "One of several types.",
        }
        .to_owned(),
    }
}

fn ty(api: &Api, names: &TypeNames, id: TypeId, def: &TypeDef) -> Type {
    let mut docs = Docs::of(&def.doc, || in_words(def));
    if let TypeKind::Struct(s) = &def.kind {
        for group in &s.alternatives {
            docs.paragraph(&alternatives(group, names.members(id)));
        }
    }
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
        TypeKind::Enum(e) => {
            let values = values(names, id, e);
            match e.repr {
                EnumRepr::String => Kind::StringEnum(values),
                EnumRepr::Integer => Kind::IntegerEnum(values),
                EnumRepr::Mixed => Kind::MixedEnum(values),
            }
        }
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

/// Which fields are required alternatively.
fn alternatives(group: &Alternatives, members: &[Name]) -> String {
    let choice = |fields: &Vec<FieldId>| {
        let fields = fields.iter();
        let fields: Vec<String> = fields
            .map(|field| format!("`{}`", members[field.0]))
            .collect();
        fields.join(" with ")
    };
    let choices: Vec<String> = group.choices.iter().map(choice).collect();
    let how = match (group.exactly_one, choices.len()) {
        (_, 1) => "Also required",
        (true, _) => "Exactly one of these is required",
        (false, _) => "At least one of these is required",
    };
    format!("{how}: {}.", choices.join(", "))
}

pub(super) fn is_upload(ty: &TypeRef) -> bool {
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

/// Returns the field of all other properties: its name, and the type of a value.
#[must_use]
pub fn additional(s: &StructFact, members: &[Name], uploads: bool) -> Option<(Name, RustType)> {
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
    let given = usage.is_made();
    let members = names.members(id);
    let fields: Vec<Field> = s
        .fields
        .iter()
        .zip(members)
        .enumerate()
        .map(|(index, (f, name))| {
            let value = RustType::of(&f.ty, uploads);
            let value = if f.boxed { value.boxed() } else { value };
            let setter = (given && f.presence.is_optional()).then(|| Argument {
                field: index,
                ty: value.as_argument(),
            });
            field(api, names, f, name, value, setter, uploads)
        })
        .collect();
    let default = s.fields.iter().all(|f| f.presence.is_optional());
    let required = s.fields.iter().zip(&fields).enumerate();
    let arguments = required
        .filter(|(_, (f, field))| !f.presence.is_optional() && field.constant.is_none())
        .map(|(index, (_, field))| Argument {
            field: index,
            ty: field.ty.as_argument(),
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
        .and_then(|value| constant(api, names, &f.ty, value));
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
        schema: schemas::schema(f),
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
        (is_strict_uuid(f), "uuid"),
    ];
    forms.extend(
        accept
            .into_iter()
            .filter_map(|(is, form)| is.then_some(form)),
    );
    forms
}

/// Whether a value that cannot be an identifier is an error: `x-strict` holds for what `format: uuid` says too.
fn is_strict_uuid(f: &Fact) -> bool {
    let is_uuid = f.constraints.format.as_deref() == Some("uuid");
    f.strict && is_uuid && f.ty == TypeRef::Scalar(Scalar::String)
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
            let mut items = vec![tag(item, rails_type(of).map(str::to_owned))];
            items.extend(inner(api, &f.xml.inner, of));
            Xml::List(own(), items)
        }
        (XmlNode::Element, None, TypeRef::List(of)) => {
            Xml::Element(own(), inner(api, &f.xml.inner, of).collect())
        }
        (XmlNode::Element, ..) => Xml::Element(own(), Vec::new()),
    }
}

/// The items of lists in a list: of the dialect's `type` attributes, those that follow from their types. `of` is the outer list's item.
fn inner(
    api: &Api,
    names: &[lavka_model::model::XmlName],
    of: &TypeRef,
) -> impl Iterator<Item = Tag> {
    let rails = api.dialect == Dialect::Rails;
    let mut of = of;
    names.iter().map_while(move |name| {
        let TypeRef::List(item) = of else { return None };
        of = item;
        let ty = rails_type(item).filter(|_| rails);
        Some(Tag {
            name: name.clone(),
            type_attribute: ty.map(str::to_owned),
        })
    })
}

/// The `type` attribute of the items of a list of scalars or lists, in the dialect of Rails.
fn rails_type(item: &TypeRef) -> Option<&'static str> {
    let scalar = match item {
        TypeRef::List(_) => return Some("array"),
        TypeRef::Scalar(scalar) => scalar,
        _ => return None,
    };
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
