//! Bodies of requests and replies.

use lavka_model::normalized::{Operation, Response};

use super::media::{is_xml, media_types};
use super::{Change, Scope, Wire, headers, schema, title};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

pub(super) fn request(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = format!("{} request", title(base));
    match (&base.request, &head.request) {
        (None, None) => {}
        (None, Some(body)) => {
            let (variance, word) = if body.required.value {
                (Variance::Incomparable, "a required")
            } else {
                (Variance::Widens, "an optional")
            };
            let change = Change::new(
                &catalogue::BODY_ADDED,
                variance,
                place,
                format!("{word} request body is added"),
                Spot::near(&base.origin),
                Spot::at(&body.origin, word),
            );
            wire.report(change, scope);
        }
        (Some(body), None) => {
            let change = Change::new(
                &catalogue::BODY_REMOVED,
                // Undone, a body that is required is not a widening.
                if body.required.value {
                    Variance::Incomparable
                } else {
                    Variance::Narrows
                },
                place,
                "the request body is removed",
                Spot::at(&body.origin, "a body"),
                Spot::near(&head.origin),
            );
            wire.report(change, scope);
        }
        (Some(one), Some(other)) => {
            if one.required.value != other.required.value {
                let (variance, what) = if other.required.value {
                    (Variance::Narrows, "the request body is required now")
                } else {
                    (Variance::Widens, "the request body is no longer required")
                };
                let change = Change::new(
                    &catalogue::BODY_REQUIRED,
                    variance,
                    place.as_str(),
                    what,
                    Spot::at(&one.required.origin, one.required.value.to_string()),
                    Spot::at(&other.required.origin, other.required.value.to_string()),
                );
                wire.report(change, scope);
            }
            if !schema::same_text(one.description.as_deref(), other.description.as_deref()) {
                wire.documents(
                    &catalogue::OPERATION_TEXT,
                    format!("{place} description"),
                    "the description of the request body changes",
                    Spot::at(&one.origin, ""),
                    Spot::at(&other.origin, ""),
                    scope,
                );
            }
            media_types(
                wire,
                (&one.content, &other.content),
                (&one.origin, &other.origin),
                Direction::Argument,
                &place,
                false,
                scope,
            );
        }
    }
}

pub(super) fn replies(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let mut pairs: Vec<(&Response, &Response)> = Vec::new();
    let mut added: Vec<&Response> = head.responses.iter().collect();
    let mut removed: Vec<&Response> = Vec::new();
    for one in &base.responses {
        let same = added
            .iter()
            .position(|other| other.status.value == one.status.value);
        match same {
            Some(at) => pairs.push((one, added.remove(at))),
            None => removed.push(one),
        }
    }
    // A success that takes the place of another.
    let gone: Vec<usize> = (0..removed.len())
        .filter(|&at| removed[at].status.is_success())
        .collect();
    let new: Vec<usize> = (0..added.len())
        .filter(|&at| added[at].status.is_success())
        .collect();
    if let ([at], [to]) = (gone.as_slice(), new.as_slice()) {
        let (one, other) = (removed.remove(*at), added.remove(*to));
        let (was, is) = (one.status.to_string(), other.status.to_string());
        let change = Change::new(
            &catalogue::SUCCESS_STATUS,
            Variance::Incomparable,
            format!("{} {was}", title(base)),
            format!("success is {is} instead of {was}"),
            Spot::at(&one.status.origin, was.as_str()),
            Spot::at(&other.status.origin, is.as_str()),
        )
        .reply()
        .behaves(
            Level::Risky,
            "the bindings treat every 2xx as success; other programs compare",
        );
        wire.report(change, scope);
        pairs.push((one, other));
    }
    for one in removed {
        let was = one.status.to_string();
        let place = format!("{} {was}", title(base));
        let check = if one.status.is_success() {
            &catalogue::SUCCESS_REMOVED
        } else {
            &catalogue::ERROR_REMOVED
        };
        let change = Change::new(
            check,
            Variance::Narrows,
            place,
            format!("the reply {was} is removed"),
            Spot::at(&one.origin, was.as_str()),
            Spot::near(&head.origin),
        )
        .reply();
        wire.report(change, scope);
    }
    for other in added {
        let is = other.status.to_string();
        let change = Change::new(
            &catalogue::STATUS_ADDED,
            Variance::Widens,
            format!("{} {is}", title(base)),
            format!("the reply {is} is added"),
            Spot::near(&base.origin),
            Spot::at(&other.origin, is.as_str()),
        )
        .reply();
        wire.report(change, scope);
    }
    for (one, other) in pairs {
        reply(wire, base, one, other, scope);
    }
}

fn reply(wire: &mut Wire<'_>, op: &Operation, one: &Response, other: &Response, scope: &Scope) {
    let place = format!("{} {}", title(op), one.status.value);
    if !schema::same_text(Some(&one.description), Some(&other.description)) {
        wire.documents(
            &catalogue::OPERATION_TEXT,
            format!("{place} description"),
            "the description of the reply changes",
            Spot::at(&one.description.origin, one.description.as_str()),
            Spot::at(&other.description.origin, other.description.as_str()),
            scope,
        );
    }
    let links = |reply: &Response| {
        let mut names: Vec<&str> = reply.links.iter().map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let (was, is) = (links(one), links(other));
    if was != is {
        wire.documents(
            &catalogue::LINKS,
            format!("{place} links"),
            "links of the reply change",
            Spot::at(&one.origin, was),
            Spot::at(&other.origin, is),
            scope,
        );
    }
    headers::compare(
        wire,
        (&one.headers, &other.headers),
        (&one.origin, &other.origin),
        &place,
        scope,
    );
    let (was, is) = (one.content.is_empty(), other.content.is_empty());
    if was != is {
        let (variance, what) = if is {
            (Variance::Narrows, "the body of the reply is removed")
        } else {
            (Variance::Widens, "a body is added to the reply")
        };
        let some = if was { &other.content } else { &one.content };
        let names = || some.iter().map(|media| media.name.value.as_str());
        let narrow = Scope {
            json: names().any(|name| !is_xml(name)),
            xml: names().any(is_xml),
            ..scope.clone()
        };
        let change = Change::new(
            &catalogue::REPLY_BODY,
            variance,
            place,
            what,
            Spot::at(&one.origin, if was { "no body" } else { "a body" }),
            Spot::at(&other.origin, if is { "no body" } else { "a body" }),
        )
        .reply();
        wire.report(change, &narrow);
        return;
    }
    let error = !one.status.is_success();
    media_types(
        wire,
        (&one.content, &other.content),
        (&one.origin, &other.origin),
        Direction::Reply,
        &place,
        error,
        scope,
    );
}
