//! `format: binary` travels in bodies and parts; elsewhere it is text.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{Api, Scalar, TypeKind, TypeRef};

/// Makes strings of bytes that no body or part carries.
pub(super) fn place(api: &mut Api, findings: &mut Findings) {
    for def in &mut api.types {
        let usage = def.usage;
        if usage.is_form() {
            if let TypeKind::Struct(made) = &mut def.kind {
                made.fields.iter_mut().for_each(|field| part(&mut field.ty));
                made.additional.iter_mut().for_each(files);
            }
            continue;
        }
        let used = usage.json || usage.xml || usage.form;
        match &mut def.kind {
            TypeKind::Struct(made) => {
                for field in made.fields.iter_mut().filter(|field| is_bytes(&field.ty)) {
                    if used {
                        let place = match usage.json || usage.xml {
                            true => "in JSON or XML are read as text",
                            false => "in a form or parameter are sent as text",
                        };
                        let message = format!("bytes (`{}`) {place}", field.wire);
                        let finding = Finding::new(Code::BinaryPlace, &field.origin, message).help(
                            "use a multipart body, `format: byte` for Base64, or `type: string` alone",
                        );
                        findings.push(finding.costs(Cost::Nothing));
                    }
                    text(&mut field.ty);
                    field.constraints.format = Some("binary".to_owned());
                }
                if let Some(additional) = &mut made.additional {
                    text(additional);
                }
            }
            TypeKind::Union(made) => made
                .variants
                .iter_mut()
                .for_each(|variant| text(&mut variant.ty)),
            TypeKind::Enum(_) => {}
        }
    }
    for operation in &mut api.operations {
        for response in &mut operation.responses {
            for content in &mut response.contents {
                if content.codec != crate::model::Codec::Bytes {
                    text(&mut content.ty);
                }
            }
        }
        for content in operation
            .request
            .iter_mut()
            .flat_map(|body| &mut body.contents)
        {
            use crate::model::Codec;
            match (&content.codec, &mut content.ty) {
                (Codec::Bytes, _) => {}
                (Codec::Multipart(_), TypeRef::Map(value)) => files(value),
                (Codec::Multipart(_), _) => {}
                (_, ty) => text(ty),
            }
        }
        let headers = operation.responses.iter_mut().flat_map(|r| &mut r.headers);
        let headers = headers.map(|header| &mut header.ty);
        let params = operation.params.iter_mut().map(|param| &mut param.ty);
        headers.chain(params).for_each(text);
    }
}

/// A part is a file, or a list of files, of which none is null. Bytes deeper inside are text.
fn part(ty: &mut TypeRef) {
    match ty {
        TypeRef::List(item) => {
            if let TypeRef::Nullable(inner) = &mut **item
                && **inner == TypeRef::Scalar(Scalar::Binary)
            {
                **item = TypeRef::Scalar(Scalar::Binary);
            }
            files(item);
        }
        other => files(other),
    }
}

/// Bytes that are not a file by themselves are text.
fn files(ty: &mut TypeRef) {
    if *ty != TypeRef::Scalar(Scalar::Binary) {
        text(ty);
    }
}

fn text(ty: &mut TypeRef) {
    match ty {
        TypeRef::Scalar(scalar) if *scalar == Scalar::Binary => *scalar = Scalar::String,
        TypeRef::List(inner)
        | TypeRef::Map(inner)
        | TypeRef::Nullable(inner)
        | TypeRef::Boxed(inner) => text(inner),
        TypeRef::Scalar(_) | TypeRef::Named(_) | TypeRef::Any { .. } => {}
    }
}

/// Whether a type is bytes, or a list of bytes.
pub(crate) fn is_bytes(ty: &TypeRef) -> bool {
    *ty.innermost() == TypeRef::Scalar(Scalar::Binary)
}
