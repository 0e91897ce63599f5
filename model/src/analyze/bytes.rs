//! `format: binary` travels in bodies and parts; elsewhere it is text.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{Api, Scalar, TypeKind, TypeRef};

/// Makes strings of bytes that no body or part carries.
pub(super) fn place(api: &mut Api, findings: &mut Findings) {
    for def in &mut api.types {
        let usage = def.usage;
        if usage.is_form() {
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
            if !matches!(content.codec, Codec::Bytes | Codec::Multipart(_)) {
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
