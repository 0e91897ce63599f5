//! Who sends values of which type, and how.

use crate::diag::Findings;
use crate::model::{
    Api, Codec, Content, FormField, FormFormat, ParamFormat, TypeId, TypeKind, TypeRef, Usage,
};

/// Marks all types that operations reach.
pub(super) fn mark(api: &mut Api, _: &mut Findings) {
    let mut work: Vec<(TypeId, Usage)> = Vec::new();
    for operation in &api.operations {
        for param in &operation.params {
            let usage = Usage {
                request: true,
                form: true,
                json: matches!(
                    param.format,
                    ParamFormat::Json | ParamFormat::Query { json: true }
                ),
                ..Usage::default()
            };
            named(&param.ty, usage, &mut work);
        }
        for content in operation.request.iter().flat_map(|body| &body.contents) {
            match &content.codec {
                Codec::Multipart(fields) => multipart(api, content, fields, &mut work),
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
        // A part is not the form.
        let inner = Usage {
            upload: false,
            ..joined
        };
        for ty in def.children() {
            named(ty, inner, &mut work);
        }
    }
}

/// What a multipart body is made of: of a struct only the parts may be JSON, any other value goes by its JSON form.
fn multipart(api: &Api, content: &Content, fields: &[FormField], work: &mut Vec<(TypeId, Usage)>) {
    let json = Usage {
        request: true,
        json: true,
        ..Usage::default()
    };
    let Some(id) = innermost(&content.ty) else {
        return;
    };
    let TypeKind::Struct(made) = &api.ty(id).kind else {
        work.push((id, json));
        return;
    };
    let form = Usage {
        request: true,
        form: true,
        upload: true,
        ..Usage::default()
    };
    work.push((id, form));
    for field in &made.fields {
        let format = fields.iter().find(|known| known.wire == field.wire);
        let json_part =
            |known: &FormField| matches!(known.format, FormFormat::Json | FormFormat::JsonItems);
        if format.is_some_and(json_part) {
            named(&field.ty, json, work);
        }
    }
    if let Some(additional) = &made.additional {
        named(additional, json, work);
    }
}

fn of_content(content: &Content, request: bool) -> Usage {
    // A part of a form may be JSON.
    let json_part = |fields: &[crate::model::FormField]| {
        fields
            .iter()
            .any(|field| field.format == crate::model::FormFormat::Json)
    };
    let (json, xml, form) = match &content.codec {
        Codec::Json { .. } | Codec::EventStream | Codec::JsonLines => (true, false, false),
        Codec::Xml(_) => (false, true, false),
        Codec::Form(fields) | Codec::Multipart(fields) => (json_part(fields), false, true),
        Codec::Text => (false, false, true),
        Codec::Bytes => (false, false, false),
    };
    Usage {
        request,
        response: !request,
        json,
        xml,
        form,
        upload: false,
    }
}

fn join(a: Usage, b: Usage) -> Usage {
    Usage {
        request: a.request || b.request,
        response: a.response || b.response,
        json: a.json || b.json,
        xml: a.xml || b.xml,
        form: a.form || b.form,
        upload: a.upload || b.upload,
    }
}

fn named(ty: &TypeRef, usage: Usage, work: &mut Vec<(TypeId, Usage)>) {
    if let Some(id) = innermost(ty) {
        work.push((id, usage));
    }
}

/// The named type that a type holds, if there is one.
pub(super) fn innermost(ty: &TypeRef) -> Option<TypeId> {
    match ty.innermost() {
        TypeRef::Named(id) => Some(*id),
        _ => None,
    }
}
