//! Payloads of webhooks and callbacks: programs receive the requests, and send the replies.

use lavka_model::normalized::{MediaType, Operation, RequestBody};

use super::media::media_types;
use super::{Scope, Wire, is_xml, params};
use crate::level::Direction;

/// Compares what both documents have; what comes or goes is reported of the document or the operation that has it.
pub(super) fn compare(wire: &mut Wire<'_>) {
    let (base, head) = (wire.base, wire.head);
    for one in &base.operations {
        let mut others = head.operations.iter();
        let other = others.find(|other| {
            other.path.value == one.path.value && other.method.value == one.method.value
        });
        if let Some(other) = other {
            operation(wire, one, other);
        }
    }
}

fn operation(wire: &mut Wire<'_>, base: &Operation, head: &Operation) {
    let place = base.path.value.as_str();
    for one in &base.parameters {
        let mut others = head.parameters.iter();
        if let Some(other) = others.find(|other| params::key(one) == params::key(other)) {
            let place = format!("{place} {} {}", params::word(*one.location), *one.name);
            let (values, spots) = ((&one.value, &other.value), params::spots(one, other));
            let scope = scope(&[], &[]);
            params::value(
                wire,
                values,
                (Direction::Reply, false),
                &place,
                spots,
                &scope,
            );
        }
    }
    let content = |body: &'_ Option<RequestBody>| {
        let body = body.as_ref();
        body.map_or_else(Vec::new, |body| body.content.clone())
    };
    let (one, other) = (content(&base.request), content(&head.request));
    media_types(
        wire,
        (&one, &other),
        (&base.origin, &head.origin),
        Direction::Reply,
        &format!("{place} request"),
        false,
        &scope(&one, &other),
    );
    for one in &base.responses {
        let mut others = head.responses.iter();
        if let Some(other) = others.find(|other| other.status.value == one.status.value) {
            media_types(
                wire,
                (&one.content, &other.content),
                (&one.origin, &other.origin),
                Direction::Argument,
                &format!("{place} {}", one.status.value),
                false,
                &scope(&one.content, &other.content),
            );
        }
    }
}

/// Formats of the bodies of both sides; of none, those of JSON.
fn scope(one: &[MediaType], other: &[MediaType]) -> Scope {
    let names = || one.iter().chain(other).map(|media| media.name.as_str());
    let xml = names().any(is_xml);
    Scope {
        operation: None,
        json: !xml || names().any(|name| !is_xml(name)),
        xml,
    }
}
