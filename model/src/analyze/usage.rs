//! Who sends values of which type, and how.

use crate::diag::Findings;
use crate::model::{
    Api, Codec, Content, FormField, FormFormat, Struct, TypeDef, TypeId, TypeKind, TypeRef, Usage,
};

/// Marks all types that operations reach.
pub(super) fn mark(api: &mut Api, _: &mut Findings) {
    let mut work: Vec<(TypeId, Usage)> = Vec::new();
    for operation in &api.operations {
        for param in &operation.params {
            let usage = Usage {
                request: true,
                form: true,
                json: matches!(param.format, crate::model::ParamFormat::Json),
                ..Usage::default()
            };
            named(&param.ty, usage, &mut work);
        }
        for content in operation.request.iter().flat_map(|body| &body.contents) {
            match (&content.codec, body_struct(api, &content.ty)) {
                (Codec::Multipart(parts), Some((id, body))) => {
                    multipart(id, body, parts, &mut work)
                }
                _ => named(&content.ty, of_content(content, true), &mut work),
            }
        }
        for response in &operation.responses {
            for header in &response.headers {
                let usage = Usage {
                    response: true,
                    form: true,
                    ..Usage::default()
                };
                named(&header.ty, usage, &mut work);
            }
            for content in &response.contents {
                named(&content.ty, of_content(content, false), &mut work);
            }
        }
    }
    while let Some((id, usage)) = work.pop() {
        let Some(def) = api.types.get_mut(id.0) else {
            continue;
        };
        let joined = join(def.usage, usage);
        if joined == def.usage {
            continue;
        }
        def.usage = joined;
        let inner = Usage {
            form: joined.form || joined.multipart,
            multipart: false,
            ..joined
        };
        for ty in children(def) {
            named(ty, inner, &mut work);
        }
    }
}

/// The object that a body is, if it is one.
fn body_struct<'a>(api: &'a Api, ty: &TypeRef) -> Option<(TypeId, &'a Struct)> {
    match ty {
        TypeRef::Named(id) => match &api.types.get(id.0)?.kind {
            TypeKind::Struct(made) => Some((*id, made)),
            _ => None,
        },
        TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => body_struct(api, inner),
        _ => None,
    }
}

/// The object itself is written part by part; only what a part holds may be JSON.
fn multipart(id: TypeId, body: &Struct, parts: &[FormField], work: &mut Vec<(TypeId, Usage)>) {
    let request = Usage {
        request: true,
        ..Usage::default()
    };
    let whole = Usage {
        multipart: true,
        ..request
    };
    work.push((id, whole));
    let json = Usage {
        json: true,
        ..request
    };
    for field in &body.fields {
        let is_json =
            |part: &&FormField| part.wire == field.wire && part.format == FormFormat::Json;
        if parts.iter().any(|part| is_json(&part)) {
            named(&field.ty, json, work);
        }
    }
    if let Some(additional) = &body.additional {
        named(additional, json, work);
    }
}

fn of_content(content: &Content, request: bool) -> Usage {
    // A part of a form may be JSON.
    let json_part = |fields: &[crate::model::FormField]| {
        fields.iter().any(|field| field.format == FormFormat::Json)
    };
    let (json, xml, form) = match &content.codec {
        Codec::Json { .. } | Codec::EventStream | Codec::JsonLines => (true, false, false),
        Codec::Xml(_) => (false, true, false),
        Codec::Form(fields) => (json_part(fields), false, true),
        // A value that is not an object is written by its JSON form.
        Codec::Multipart(_) => (true, false, true),
        Codec::Text => (false, false, true),
        Codec::Bytes => (false, false, false),
    };
    Usage {
        request,
        response: !request,
        json,
        xml,
        form,
        multipart: false,
    }
}

fn join(a: Usage, b: Usage) -> Usage {
    Usage {
        request: a.request || b.request,
        response: a.response || b.response,
        json: a.json || b.json,
        xml: a.xml || b.xml,
        form: a.form || b.form,
        multipart: a.multipart || b.multipart,
    }
}

fn named(ty: &TypeRef, usage: Usage, work: &mut Vec<(TypeId, Usage)>) {
    if let Some(id) = innermost(ty) {
        work.push((id, usage));
    }
}

/// The named type that a type holds, if there is one.
pub(super) fn innermost(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) => Some(*id),
        TypeRef::List(inner)
        | TypeRef::Map(inner)
        | TypeRef::Nullable(inner)
        | TypeRef::Boxed(inner) => innermost(inner),
        TypeRef::Scalar(_) | TypeRef::Any { .. } => None,
    }
}

/// Types that a type's values hold.
pub(super) fn children(def: &TypeDef) -> Vec<&TypeRef> {
    match &def.kind {
        TypeKind::Struct(made) => {
            let fields = made.fields.iter().map(|field| &field.ty);
            fields.chain(&made.additional).collect()
        }
        TypeKind::Union(made) => made.variants.iter().map(|variant| &variant.ty).collect(),
        TypeKind::Enum(_) => Vec::new(),
    }
}
