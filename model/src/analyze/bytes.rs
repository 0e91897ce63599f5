//! `format: binary` travels in bodies and parts; elsewhere it is text.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{Api, Scalar, TypeKind, TypeRef};

/// Makes strings of bytes that no body or part carries.
pub(super) fn place(api: &mut Api, findings: &mut Findings) {
    for def in &mut api.types {
        let usage = def.usage;
        let parts = usage.multipart && !(usage.form || usage.json || usage.xml);
        let reported = usage.json || usage.xml || usage.multipart;
        match &mut def.kind {
            TypeKind::Struct(made) => {
                for field in made.fields.iter_mut().filter(|field| is_bytes(&field.ty)) {
                    if parts && is_part(&field.ty) {
                        continue;
                    }
                    if reported {
                        let message =
                            format!("bytes (`{}`) in JSON or XML are read as text", field.wire);
                        let finding = Finding::new(Code::BinaryPlace, &field.origin, message).help(
                            "use a multipart body, `format: byte` for Base64, or `type: string` alone",
                        );
                        findings.push(finding.costs(Cost::Nothing));
                    }
                    text(&mut field.ty);
                    field.constraints.format = Some("binary".to_owned());
                }
                if let Some(additional) = &mut made.additional
                    && !(parts && *additional == TypeRef::Scalar(Scalar::Binary))
                {
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
        for param in &mut operation.params {
            text(&mut param.ty);
        }
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
            let kept = match &content.codec {
                Codec::Bytes => true,
                Codec::Multipart(_) => files(&content.ty),
                _ => false,
            };
            if !kept {
                text(&mut content.ty);
            }
        }
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

/// Whether a part, or several of one name, can be such bytes.
fn is_part(ty: &TypeRef) -> bool {
    let bytes = |ty: &TypeRef| *ty == TypeRef::Scalar(Scalar::Binary);
    match ty {
        TypeRef::List(item) => bytes(item),
        ty => bytes(ty),
    }
}

/// Whether a body is files by the names of their parts.
fn files(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Map(value) if **value == TypeRef::Scalar(Scalar::Binary))
}

/// Whether a type is bytes, or a list of bytes.
pub(crate) fn is_bytes(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar == Scalar::Binary,
        TypeRef::List(inner)
        | TypeRef::Map(inner)
        | TypeRef::Nullable(inner)
        | TypeRef::Boxed(inner) => is_bytes(inner),
        TypeRef::Named(_) | TypeRef::Any { .. } => false,
    }
}
