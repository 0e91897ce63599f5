//! Parameters: what a method takes for each, how the value travels, and the path that it goes into.

use lavka_model::model::{
    Api, EnumRepr, FormField, FormFormat, Operation as Fact, Param as ParamFact, ParamFormat,
    ParameterIn, PathPart, Scalar, Style, TypeId, TypeKind, TypeRef,
};

use crate::diag::Findings;
use crate::plan::docs::Docs;
use crate::plan::names::{self, Name, Wanted};
use crate::plan::rust_type::RustType;

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name on the wire.
    pub wire: String,
    /// Where it travels.
    pub place: ParameterIn,
    /// How it is written.
    pub format: ParamFormat,
    /// Of a form that is the whole query: fields that are not written as usual.
    pub fields: Vec<FormField>,
    /// It is an argument; otherwise a field of the options.
    pub required: bool,
    /// The argument's or field's name.
    pub name: Name,
    /// Its type as a value.
    pub ty: RustType,
    /// Its type as an argument.
    pub argument: RustType,
    /// How the value becomes a parameter.
    pub travel: Travel,
    /// Documentation; none in an outline.
    pub docs: Docs,
    /// One line of it; empty in an outline.
    pub line: String,
    /// `deprecated`.
    pub deprecated: bool,
}

/// How a value becomes a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// As it is.
    Itself,
    /// By its JSON form.
    Json,
    /// A moment as Rails writes it.
    RailsTimestamp,
}

pub(super) fn params(api: &Api, fact: &Fact, findings: &mut Findings) -> Vec<Param> {
    let wanted: Vec<Wanted<'_>> = fact
        .params
        .iter()
        .map(|p| {
            let place = place(p.location);
            Wanted {
                key: format!("{place} {}", p.wire),
                hint: Some(place),
                ..Wanted::new(&p.wire, p.rust_name.as_deref(), &p.origin)
            }
        })
        .collect();
    let names = names::PARAMETERS.names(&fact.id, &wanted, findings);
    fact.params
        .iter()
        .zip(names)
        .map(|(p, name)| param(api, p, name))
        .collect()
}

/// What a place is called in names.
pub(in crate::plan) fn place(place: ParameterIn) -> &'static str {
    match place {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

fn param(api: &Api, p: &ParamFact, name: Name) -> Param {
    let ty = RustType::of(&p.ty, true);
    Param {
        wire: p.wire.clone(),
        place: p.location,
        format: p.format,
        fields: said(api, &p.ty, &p.fields),
        required: p.required,
        name,
        argument: argument(api, &ty),
        travel: match p.format {
            ParamFormat::Json | ParamFormat::Query { json: true } => Travel::Json,
            ParamFormat::Style { .. } | ParamFormat::Query { json: false } | ParamFormat::Form => {
                travel(api, &p.ty)
            }
        },
        ty,
        docs: Docs::default(),
        line: String::new(),
        deprecated: p.doc.deprecated,
    }
}

/// How a value of a type becomes a parameter: scalars, enums and lists of them know it themselves.
pub(super) fn travel(api: &Api, ty: &TypeRef) -> Travel {
    match ty {
        TypeRef::Scalar(Scalar::RailsTimestamp) => Travel::RailsTimestamp,
        TypeRef::Scalar(Scalar::Base64 | Scalar::Base64Url | Scalar::Binary | Scalar::Null) => {
            Travel::Json
        }
        TypeRef::Scalar(_) | TypeRef::Any { .. } => Travel::Itself,
        TypeRef::Named(id) => match api.ty(*id).kind {
            TypeKind::Enum(_) => Travel::Itself,
            TypeKind::Struct(_) | TypeKind::Union(_) => Travel::Json,
        },
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => travel(api, inner),
        TypeRef::Boxed(inner) => travel(api, inner),
    }
}

/// Whether a type is an enum that is copied.
pub(in crate::plan) fn is_integer_enum(api: &Api, id: TypeId) -> bool {
    matches!(&api.ty(id).kind, TypeKind::Enum(e) if e.repr == EnumRepr::Integer)
}

/// A value's type as an argument: what is copied by value, everything else by reference.
pub(in crate::plan) fn argument(api: &Api, ty: &RustType) -> RustType {
    let copied = match ty {
        RustType::Named(id) => is_integer_enum(api, *id),
        ty => ty.is_copy(),
    };
    if copied {
        ty.clone()
    } else {
        ty.clone().by_ref()
    }
}

/// The path as it is sent: literal text percent-encoded, parameters by their names.
pub(super) fn path(fact: &Fact) -> String {
    let mut path = String::new();
    for segment in &fact.path.segments {
        path.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => encode(&mut path, text),
                PathPart::Param(name) => {
                    path.push('{');
                    path.push_str(name);
                    path.push('}');
                }
            }
        }
    }
    path
}

/// Percent-encodes what a path segment cannot have as it is (RFC 3986: `pchar`).
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b':' | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// The fields of a form that are not written as usual: texts by `form`, exploded, and objects as JSON.
pub(super) fn said(api: &Api, ty: &TypeRef, fields: &[FormField]) -> Vec<FormField> {
    let usual = FormFormat::Style {
        style: Style::Form,
        explode: true,
    };
    let is_object = |field: &FormField| {
        let known = api
            .object(ty)
            .and_then(|(_, s)| s.fields.iter().find(|known| known.wire == field.wire));
        known.is_some_and(|known| match known.ty {
            TypeRef::Map(_) | TypeRef::Any { .. } => true,
            _ => travel(api, &known.ty) == Travel::Json,
        })
    };
    let said = |field: &&FormField| field.format != usual || is_object(field);
    fields.iter().filter(said).cloned().collect()
}
