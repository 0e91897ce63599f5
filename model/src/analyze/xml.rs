//! Whether types can travel in XML, and whether their names are right there.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{
    Api, Field, JsonType, Presence, Scalar, Selection, Struct, TypeDef, TypeId, TypeKind, TypeRef,
    Union, XmlNode,
};
use crate::source::Origin;

/// Why XML cannot carry a type.
pub(crate) struct NotCarried {
    pub(crate) code: Code,
    pub(crate) what: &'static str,
    pub(crate) name: String,
    pub(crate) help: &'static str,
    pub(crate) origin: Origin,
}

/// Why XML cannot carry a body that may be null: its root is always there.
pub(crate) fn null_root() -> NotCarried {
    NotCarried {
        code: Code::XmlType,
        what: "null",
        name: "the body".to_owned(),
        help: "remove `nullable`, or describe the operation in JSON only",
        origin: Origin::default(),
    }
}

/// Why XML cannot carry a type, if so, whose values may be lists in lists as deep as this. `carried` remembers types that it can.
pub(crate) fn not_carried(
    types: &[TypeDef],
    (ty, inner): (&TypeRef, usize),
    carried: &mut HashSet<TypeId>,
) -> Option<NotCarried> {
    let mut seen = HashSet::new();
    let mut open: Vec<(&TypeRef, usize, String, Origin)> =
        vec![(ty, inner, "the body".into(), Origin::default())];
    while let Some((ty, inner, name, origin)) = open.pop() {
        if let Some((what, help)) = without_form(ty, inner, seen.is_empty()) {
            return Some(NotCarried {
                code: Code::XmlType,
                what,
                name,
                help,
                origin,
            });
        }
        let id = match ty {
            TypeRef::Any { .. } | TypeRef::Scalar(_) => continue,
            // Names of elements say where its values are.
            TypeRef::Map(inner) if matches!(**inner, TypeRef::Any { .. }) => continue,
            TypeRef::List(item) => {
                let inner = match **item {
                    TypeRef::List(_) => inner.saturating_sub(1),
                    _ => 0,
                };
                open.push((item, inner, name, origin));
                continue;
            }
            TypeRef::Map(of) | TypeRef::Nullable(of) | TypeRef::Boxed(of) => {
                open.push((of, inner, name, origin));
                continue;
            }
            TypeRef::Named(id) => *id,
        };
        if carried.contains(&id) || !seen.insert(id) {
            continue;
        }
        let Some(def) = types.get(id.0) else { continue };
        match &def.kind {
            TypeKind::Union(union) if !distinguishable(types, union) => {
                let known = origin.line() != 0;
                return Some(NotCarried {
                    code: Code::XmlUnion,
                    what: "a union whose variants it cannot distinguish",
                    name,
                    help: "at most one variant of text, and one list of objects or objects with different properties",
                    origin: if known { origin } else { def.origin.clone() },
                });
            }
            TypeKind::Union(union) => {
                let variants = union.variants.iter();
                open.extend(variants.map(|of| (&of.ty, 0, of.name.clone(), of.origin.clone())));
            }
            TypeKind::Struct(made) => {
                if let Some(found) = beside_text(made) {
                    return Some(found);
                }
                let fields = made.fields.iter();
                open.extend(fields.map(|of| {
                    let inner = of.xml.inner.len();
                    (&of.ty, inner, of.wire.clone(), of.origin.clone())
                }));
            }
            TypeKind::Enum(_) => {}
        }
    }
    carried.extend(seen);
    None
}

/// What an element has beside its text that it cannot have.
fn beside_text(made: &Struct) -> Option<NotCarried> {
    let of = |node: XmlNode| made.fields.iter().filter(move |of| of.xml.node == node);
    let mut texts = of(XmlNode::Text);
    texts.next()?;
    let (what, field) = match (texts.next(), of(XmlNode::Element).next()) {
        (Some(second), _) => ("a second text of one element", second),
        (None, Some(element)) => ("a child element beside the element's text", element),
        (None, None) => return None,
    };
    Some(NotCarried {
        code: Code::XmlText,
        what,
        name: field.wire.clone(),
        help: "beside the text, properties are attributes",
        origin: field.origin.clone(),
    })
}

/// What XML has no form for, and how to fix it. `inner`: how many lists in a list have an element of their own.
fn without_form(ty: &TypeRef, inner: usize, root: bool) -> Option<(&'static str, &'static str)> {
    Some(match ty {
        // Inside a body the name of an element says where the value is. At its root the source says more than a free
        // value: of what its document leaves open nobody knows the root, and attributes are content.
        TypeRef::Any { .. } if root => (
            "any value",
            "declare its properties, or describe the operation in JSON only",
        ),
        TypeRef::Map(value) => match **value {
            TypeRef::List(_) | TypeRef::Nullable(_) => (
                "an object with free keys that holds lists or nulls",
                "make it a list of objects with a name and a value",
            ),
            _ => return None,
        },
        TypeRef::List(item) => match **item {
            TypeRef::List(_) if inner == 0 => (
                "a list of lists",
                "give the inner list `xml: {wrapped: true}` where each has an element of its own, or put it into an object",
            ),
            TypeRef::Nullable(_) => (
                "a list with null items",
                "remove `nullable` from its items, or describe the operation in JSON only",
            ),
            _ => return None,
        },
        TypeRef::Scalar(Scalar::Null) => (
            "null",
            "leave it out, or describe the operation in JSON only",
        ),
        _ => return None,
    })
}

/// Whether XML distinguishes the variants: text from child elements, and objects by their elements or by the value of one of them.
fn distinguishable(types: &[TypeDef], union: &Union) -> bool {
    let (mut texts, mut lists) = (0, 0);
    let mut objects = Vec::new();
    for variant in &union.variants {
        match variant.guard.json_type {
            Some(JsonType::String | JsonType::Number | JsonType::Integer | JsonType::Boolean) => {
                texts += 1;
            }
            Some(JsonType::Object) => match structure(types, &variant.ty) {
                Some(made) => objects.push(made),
                None => return false,
            },
            Some(JsonType::Array) => match &variant.ty {
                TypeRef::List(item) if structure(types, item).is_some() => lists += 1,
                _ => return false,
            },
            _ => return false,
        }
    }
    if texts > 1 || (lists > 0 && lists + objects.len() > 1) {
        return false;
    }
    if let Selection::Tag { property, .. } = &union.selection
        && objects.iter().all(|made| has_tag(made, property))
    {
        return true;
    }
    let mut seen = HashSet::new();
    objects.into_iter().all(|made| seen.insert(names(made)))
}

/// Whether an object always has the property that distinguishes it, under the same name in XML.
fn has_tag(made: &Struct, property: &str) -> bool {
    made.fields.iter().any(|field| {
        field.wire == property
            && field.xml.name.local == property
            && field.presence == Presence::Required
            && field.xml.node != XmlNode::Text
    })
}

/// What distinguishes an object's element: the names that it has.
fn names(made: &Struct) -> BTreeSet<&str> {
    let named = made.fields.iter();
    named.map(|field| field.xml.name.local.as_str()).collect()
}

fn structure<'t>(types: &'t [TypeDef], ty: &TypeRef) -> Option<&'t Struct> {
    match ty {
        TypeRef::Named(id) => match &types.get(id.0)?.kind {
            TypeKind::Struct(made) => Some(made),
            _ => None,
        },
        TypeRef::Boxed(inner) => structure(types, inner),
        _ => None,
    }
}

/// Attributes, texts, and names that two fields have.
pub(super) fn check(api: &mut Api, findings: &mut Findings) {
    let mut text: HashSet<(TypeId, usize)> = HashSet::new();
    for (at, def) in api.types.iter().enumerate() {
        let TypeKind::Struct(made) = &def.kind else {
            continue;
        };
        let marked = made
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.xml.node != XmlNode::Element);
        for (index, field) in marked {
            if scalar(api, &field.ty) {
                continue;
            }
            let what = match field.xml.node {
                XmlNode::Attribute => "an XML attribute",
                _ => "an element's text",
            };
            let message = format!("{what} (`{}`) is not a scalar", field.wire);
            let finding = Finding::new(Code::XmlAttribute, &field.origin, message)
                .help("make it a scalar or an enum, or an element");
            findings.push(finding.costs(Cost::Nothing));
            text.insert((TypeId(at), index));
        }
    }
    for def in api.types.iter_mut().filter(|def| def.usage.xml) {
        if let TypeKind::Struct(made) = &mut def.kind {
            check_names(made, findings);
        }
    }
    for (id, index) in text {
        if let Some(TypeDef {
            kind: TypeKind::Struct(made),
            ..
        }) = api.types.get_mut(id.0)
            && let Some(field) = made.fields.get_mut(index)
        {
            field.xml.node = XmlNode::Element;
        }
    }
}

fn scalar(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar != Scalar::Binary,
        TypeRef::Named(id) => api
            .types
            .get(id.0)
            .is_some_and(|def| matches!(def.kind, TypeKind::Enum(_))),
        _ => false,
    }
}

/// Two fields of one name in XML take their own names, and so does a field whose name XML does not have.
fn check_names(made: &mut Struct, findings: &mut Findings) {
    let key = |field: &Field| {
        let name = &field.xml.name;
        (
            field.xml.node == XmlNode::Attribute,
            name.local.clone(),
            name.namespace.clone(),
        )
    };
    let mut first: HashMap<(bool, String, Option<String>), usize> = HashMap::new();
    let mut clashing: Vec<usize> = Vec::new();
    for (at, field) in made.fields.iter().enumerate() {
        if field.xml.node == XmlNode::Text {
            continue;
        }
        let name = &field.xml.name.local;
        if !is_ncname(name) {
            let message = format!("`{name}` cannot be an XML name");
            let finding = Finding::new(Code::XmlName, &field.origin, message);
            findings.push(finding.help("give it an `xml.name`").costs(Cost::Nothing));
        }
        let known = *first.entry(key(field)).or_insert(at);
        if known == at {
            continue;
        }
        let other = &made.fields[known];
        let message = format!(
            "`{}` and `{}` are both called `{name}` in XML: each is called like its property instead",
            other.wire, field.wire
        );
        let finding = Finding::new(Code::XmlClash, &field.origin, message)
            .note(&other.origin, "the other one")
            .help("give one of them another `xml.name`");
        findings.push(finding.costs(Cost::Nothing));
        clashing.extend([known, at]);
    }
    for at in clashing {
        let field = &mut made.fields[at];
        if is_ncname(&field.wire) {
            field.xml.name.local.clone_from(&field.wire);
        }
    }
}

/// Whether a name can be an element's or attribute's, without a prefix.
fn is_ncname(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{B7}'))
}
