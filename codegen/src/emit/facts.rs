//! What several printed files ask of the model.

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
