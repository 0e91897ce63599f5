//! Wire paths of the coverage: where in a model `request.price.currency` is, and which paths a model has.

use lavka_codegen::samples::Side;
use lavka_model::model::{
    Api, AuthKind, EnumRepr, Grade, Operation, ParameterIn, Presence, Response, Scalar, Status,
    TypeId, TypeKind, TypeName, TypeRef,
};

use crate::specs;

/// What a wire path leads to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its type; `None` for a credential outside the body.
    pub ty: Option<&'a TypeRef>,
    /// Whether it must be there.
    pub required: bool,
}

/// The part of an exchange that a wire path starts with, and the rest of the path.
#[must_use]
pub fn side(path: &str) -> Option<(Side, &str)> {
    let end = path.find('.').unwrap_or(path.len());
    let (head, rest) = path.split_at(end);
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let side = match head {
        "request" => Side::Request,
        "response" => Side::Response(None),
        _ => {
            let status = head.strip_prefix("response[")?.strip_suffix(']')?;
            Side::Response(Some(status.parse().ok()?))
        }
    };
    Some((side, rest))
}

/// The place of a wire path in the model.
#[must_use]
pub fn find<'a>(api: &'a Api, operation: &'a Operation, path: &str) -> Option<Place<'a>> {
    let (side, rest) = side(path)?;
    if side == Side::Request
        && let Some(place) = parameter(api, operation, rest)
    {
        return Some(place);
    }
    let body = specs::body(operation, side)?;
    let root = Place {
        ty: Some(body.ty),
        required: body.required,
    };
    if rest.is_empty() {
        return Some(root);
    }
    rest.split('.')
        .try_fold(root, |place, name| member(api, place.ty?, name))
}

fn parameter<'a>(api: &'a Api, operation: &'a Operation, name: &str) -> Option<Place<'a>> {
    if let Some(param) = operation.params.iter().find(|param| param.wire == name) {
        return Some(Place {
            ty: Some(&param.ty),
            required: param.required,
        });
    }
    let mut schemes = operation.security.iter().flat_map(|all| &all.schemes);
    let is_credential = schemes.any(|(id, _)| {
        matches!(&api.auth[id.0].kind, AuthKind::ApiKey { name: key, location: ParameterIn::Query }
            if key == name)
    });
    is_credential.then_some(Place {
        ty: None,
        required: true,
    })
}

/// A property of a type; lists are looked through.
fn member<'a>(api: &'a Api, ty: &'a TypeRef, name: &str) -> Option<Place<'a>> {
    match ty {
        TypeRef::List(item) | TypeRef::Nullable(item) | TypeRef::Boxed(item) => {
            member(api, item, name)
        }
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(object) => {
                let field = object.fields.iter().find(|field| field.wire == name)?;
                Some(Place {
                    ty: Some(&field.ty),
                    required: matches!(
                        field.presence,
                        Presence::Required | Presence::RequiredNullable
                    ),
                })
            }
            TypeKind::Union(union) => union
                .variants
                .iter()
                .find_map(|variant| member(api, &variant.ty, name)),
            TypeKind::Enum(_) => None,
        },
        TypeRef::Scalar(_) | TypeRef::Map(_) | TypeRef::Any { .. } => None,
    }
}

/// Whether a type is what a row's word says. `has_rows` says that rows for its parts follow.
#[must_use]
pub fn is_a(api: &Api, place: Place<'_>, word: &str, has_rows: bool) -> bool {
    let Some(ty) = place.ty else {
        return matches!(word, "-" | "String");
    };
    let enumeration = |repr: EnumRepr| {
        matches!(ty, TypeRef::Named(id)
            if matches!(&api.ty(*id).kind, TypeKind::Enum(found) if found.repr == repr))
    };
    let item = |word: &str| {
        let place = |ty| Place {
            ty: Some(ty),
            required: place.required,
        };
        matches!(ty, TypeRef::List(item) if is_a(api, place(item.as_ref()), word, has_rows))
    };
    let scalar = match ty {
        TypeRef::Scalar(scalar) => Some(*scalar),
        _ => None,
    };
    let integer = matches!(scalar, Some(Scalar::Int32 | Scalar::Int64));
    let decimal = matches!(scalar, Some(Scalar::DecimalNumber | Scalar::DecimalString));
    let float = matches!(scalar, Some(Scalar::Float32 | Scalar::Float64));
    match word {
        // A row that prints no type, and has rows for its parts, is an object.
        "-" if has_rows => {
            matches!(ty, TypeRef::Named(id) if matches!(api.ty(*id).kind, TypeKind::Struct(_)))
        }
        "-" => true,
        "Array" => matches!(ty, TypeRef::List(_)),
        "Array of Integer" => item("Integer"),
        "Array of String" => item("String"),
        "Boolean" => scalar == Some(Scalar::Bool),
        "Date" => matches!(scalar, Some(Scalar::Date | Scalar::DateOptionalTime)),
        "Decimal" => decimal,
        "Float" => float || decimal,
        "Integer" => integer || enumeration(EnumRepr::Integer),
        "Number" => integer || float || decimal || enumeration(EnumRepr::Integer),
        "String" => {
            matches!(scalar, Some(Scalar::String | Scalar::Secret)) || enumeration(EnumRepr::String)
        }
        _ => false,
    }
}

/// A documented path of the model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property {
    /// The wire path, as in the coverage.
    pub path: String,
    /// It is a parameter of the URL's path.
    pub in_url: bool,
    /// The name of the type that has it, and its own; `None` for parameters.
    pub field: Option<(TypeName, String)>,
}

/// All paths of an operation that are documented: what is known from elsewhere (`x-evidence`) is left out, with its parts.
#[must_use]
pub fn documented(api: &Api, operation: &Operation) -> Vec<Property> {
    let mut found = Vec::new();
    for param in &operation.params {
        if param.doc.evidence == Grade::Documented {
            found.push(Property {
                path: format!("request.{}", param.wire),
                in_url: param.location == ParameterIn::Path,
                field: None,
            });
        }
    }
    let mut walk = |ty: &TypeRef, prefix: &str| {
        parts(api, ty, prefix, &mut Vec::new(), &mut found);
    };
    if let Some(body) = specs::body(operation, Side::Request) {
        walk(body.ty, "request");
    }
    let mut seen_success = false;
    for response in &operation.responses {
        if response.evidence != Grade::Documented {
            continue;
        }
        let Some(body) = response.contents.first() else {
            continue;
        };
        let prefix = prefix(response);
        if response.status.is_success() && std::mem::replace(&mut seen_success, true) {
            continue;
        }
        walk(&body.ty, &prefix);
    }
    found.sort();
    found.dedup();
    found
}

fn prefix(response: &Response) -> String {
    match response.status {
        status if status.is_success() => "response".to_owned(),
        Status::Code(code) => format!("response[{code}]"),
        Status::Range(range) => format!("response[{range}00]"),
        Status::Default => "response[500]".to_owned(),
    }
}

fn parts(api: &Api, ty: &TypeRef, prefix: &str, open: &mut Vec<TypeId>, found: &mut Vec<Property>) {
    match ty {
        TypeRef::List(item)
        | TypeRef::Map(item)
        | TypeRef::Nullable(item)
        | TypeRef::Boxed(item) => parts(api, item, prefix, open, found),
        TypeRef::Named(id) if !open.contains(id) => {
            let definition = api.ty(*id);
            if definition.doc.evidence != Grade::Documented {
                return;
            }
            open.push(*id);
            match &definition.kind {
                TypeKind::Struct(object) => {
                    for field in &object.fields {
                        if field.doc.evidence == Grade::Documented {
                            let path = format!("{prefix}.{}", field.wire);
                            parts(api, &field.ty, &path, open, found);
                            found.push(Property {
                                path,
                                in_url: false,
                                field: Some((definition.name.clone(), field.wire.clone())),
                            });
                        }
                    }
                }
                TypeKind::Union(union) => {
                    for variant in &union.variants {
                        if variant.doc.evidence == Grade::Documented {
                            parts(api, &variant.ty, prefix, open, found);
                        }
                    }
                }
                TypeKind::Enum(_) => {}
            }
            open.pop();
        }
        TypeRef::Named(_) | TypeRef::Scalar(_) | TypeRef::Any { .. } => {}
    }
}
