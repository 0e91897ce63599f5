//! What several printed files ask of the model.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::model::{EnumRepr, Operation, Payload, Response, Status, TypeId, TypeKind};

/// The first reply of success that has a body, or else the first; where there is none, the reply `default`.
pub(super) fn success(op: &Operation) -> Option<&Response> {
    let mut successes = op.responses.iter().filter(|r| r.status.is_success());
    successes
        .clone()
        .find(|r| r.body.is_some())
        .or_else(|| successes.next())
        .or_else(|| op.responses.iter().find(|r| r.status == Status::Default))
}

/// What decodes or encodes a payload: the JSON forms have no suffix.
pub(super) fn format_suffix(body: &Payload) -> &'static str {
    match (&body.json, &body.xml) {
        (Some(_), Some(_)) => "_any",
        (None, Some(_)) => "_xml",
        _ => "",
    }
}

/// Enums of integers are `Copy`.
pub(super) fn is_copy(cx: &Context<'_>, id: TypeId) -> bool {
    matches!(&cx.api.ty(id).kind, TypeKind::Enum(e) if e.repr == EnumRepr::Integer)
}

/// The lints that a method may break: the spec says what it is called, and what it takes.
pub(super) fn allowed(name: &str, arguments: usize) -> Option<TokenStream> {
    let mut lints = Vec::new();
    if arguments > 6 {
        lints.push(quote!(clippy::too_many_arguments));
    }
    if name.starts_with("from_") || name.starts_with("into_") {
        lints.push(quote!(clippy::wrong_self_convention));
    }
    (!lints.is_empty()).then(|| quote!(#[allow(#(#lints),*)]))
}
