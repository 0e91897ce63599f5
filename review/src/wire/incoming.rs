//! Payloads of webhooks and callbacks: programs receive the requests, and send the replies.

use lavka_model::normalized::{
    Document, MediaType, Operation, Parameter, RequestBody, Response, Status, without_names,
};

use super::media::media_types;
use super::{Change, Scope, Wire, is_xml, params, serialized, title};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Compares the requests of both documents. A webhook or callback that comes or goes with its name is reported of the document or the
/// operation that has it.
pub(super) fn compare(wire: &mut Wire<'_>, (before, after): (&Document, &Document)) {
    let (base, head) = (wire.base, wire.head);
    for one in &base.operations {
        if let Some(other) = partner(one, &head.operations) {
            operation(wire, one, other);
        } else if named(after, &one.path) {
            let what = format!("`{}` is no longer sent", label(one));
            let spots = (Spot::at(&one.origin, label(one)), Spot::near(&after.origin));
            request(wire, one, Variance::Narrows, what, spots);
        }
    }
    for other in &head.operations {
        if partner(other, &base.operations).is_none() && named(before, &other.path) {
            let what = format!("`{}` is sent", label(other));
            let spots = (
                Spot::near(&before.origin),
                Spot::at(&other.origin, label(other)),
            );
            request(wire, other, Variance::Widens, what, spots);
        }
    }
}

/// The same request of the other document; names of parameters in the path aside.
fn partner<'a>(one: &Operation, others: &'a [Operation]) -> Option<&'a Operation> {
    let path = without_names(&one.path);
    let find = |alike: &dyn Fn(&str) -> bool| {
        let mut others = others.iter();
        others.find(|other| other.method.value == one.method.value && alike(&other.path.value))
    };
    find(&|other| other == one.path.value)
        .or_else(|| find(&|other| without_names(other) == path))
        // The only expression of a callback has no name; one of several has.
        .or_else(|| {
            let begins = |long: &str, short: &str| {
                let rest = long.strip_prefix(short);
                short.contains(" callback ") && rest.is_some_and(|rest| rest.starts_with(' '))
            };
            find(&|other| {
                let other = without_names(other);
                begins(&other, &path) || begins(&path, &other)
            })
        })
}

/// `POST webhook sold`; the path of a callback has the method of the operation that declares it.
fn label(op: &Operation) -> String {
    if op.path.contains(" callback ") {
        format!("{} request", op.path.value)
    } else {
        title(op)
    }
}

/// Whether the document names the webhook or callback of this path.
fn named(document: &Document, path: &str) -> bool {
    if let Some(name) = path.strip_prefix("webhook ") {
        return document.webhooks.iter().any(|known| known.value == name);
    }
    let path = without_names(path);
    document.operations.iter().any(|op| {
        let callback = path
            .strip_prefix(&without_names(&title(op)))
            .and_then(|rest| rest.strip_prefix(" callback "));
        callback.is_some_and(|callback| {
            let rests = op.callbacks.iter();
            let mut rests = rests.filter_map(|name| callback.strip_prefix(name.value.as_str()));
            rests.any(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    })
}

fn request(
    wire: &mut Wire<'_>,
    op: &Operation,
    variance: Variance,
    what: String,
    (before, after): (Spot, Spot),
) {
    let check = &catalogue::CALLBACKS;
    let change = Change::new(check, variance, label(op), what, before, after);
    wire.report(change, &Scope::default());
}

fn operation(wire: &mut Wire<'_>, base: &Operation, head: &Operation) {
    let place = base.path.value.as_str();
    address(wire, base, head);
    parameters(wire, base, head);
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
        } else if successes(head).next().is_some() && !takes(head, one) {
            let what = format!("a reply {} is no longer accepted", one.status.value);
            let spots = (Spot::at(&one.origin, ""), Spot::near(&head.origin));
            request(wire, base, Variance::Narrows, what, spots);
        }
    }
    for other in successes(head) {
        if successes(base).next().is_some() && !takes(base, other) {
            let what = format!("a reply {} is accepted", other.status.value);
            let spots = (Spot::near(&base.origin), Spot::at(&other.origin, ""));
            request(wire, base, Variance::Widens, what, spots);
        }
    }
}

/// Parameters of a request that programs receive: what they read of it.
fn parameters(wire: &mut Wire<'_>, base: &Operation, head: &Operation) {
    let scope = scope(&[], &[]);
    let named = |one: &Parameter| {
        let word = params::word(*one.location);
        (format!("{} {word} {}", *base.path, *one.name), word)
    };
    let partner = |one: &Parameter, others: &'_ [Parameter]| {
        let known = |other: &Parameter| params::key(one) == params::key(other);
        others.iter().position(known)
    };
    for one in &base.parameters {
        let (place, word) = named(one);
        let Some(other) = partner(one, &head.parameters).map(|at| &head.parameters[at]) else {
            let level = match one.required.value {
                true => Level::Breaking,
                false => Level::Risky,
            };
            let change = Change::new(
                &catalogue::PARAMETER_REMOVED,
                Variance::removed(one.required.value),
                place,
                format!("the {word} parameter `{}` is no longer sent", *one.name),
                Spot::at(&one.origin, one.name.as_str()),
                Spot::near(&head.origin),
            );
            wire.report(change.reply().level(level), &scope);
            continue;
        };
        let (was, is) = (&one.required, &other.required);
        if let Some(variance) = Variance::of(!was.value && is.value, was.value && !is.value) {
            let (word, level) = match is.value {
                true => ("always", Level::Compatible),
                false => ("no longer always", Level::Breaking),
            };
            let change = Change::new(
                &catalogue::PARAMETER_REQUIRED,
                variance,
                place.as_str(),
                format!("`{}` is {word} sent", *one.name),
                Spot::at(&was.origin, was.value.to_string()),
                Spot::at(&is.origin, is.value.to_string()),
            );
            wire.report(change.reply().level(level), &scope);
        }
        let (values, spots) = ((&one.value, &other.value), params::spots(one, other));
        let direction = (Direction::Reply, false);
        serialized::compare(wire, values, direction, &place, spots, &scope);
    }
    for other in &head.parameters {
        if partner(other, &base.parameters).is_none() {
            let (place, word) = named(other);
            let change = Change::new(
                &catalogue::PARAMETER_ADDED,
                Variance::Widens,
                place,
                format!("the {word} parameter `{}` is sent", *other.name),
                Spot::near(&base.origin),
                Spot::at(&other.origin, other.name.as_str()),
            );
            wire.report(change.reply().level(Level::Compatible), &scope);
        }
    }
}

fn successes(op: &Operation) -> impl Iterator<Item = &Response> {
    let all = op.responses.iter();
    all.filter(|reply| reply.status.is_success())
}

/// Whether programs may reply with this status of success; errors are not asked for.
fn takes(op: &Operation, reply: &Response) -> bool {
    let class = |status: Status| match status {
        Status::Code(code) => code / 100,
        Status::Range(class) => u16::from(class),
        Status::Default => 0,
    };
    !reply.status.is_success()
        || successes(op).any(|known| {
            let range = matches!(known.status.value, Status::Range(_));
            known.status.value == reply.status.value
                || range && class(known.status.value) == class(reply.status.value)
        })
}

/// Compares where the URL of a callback is read from. Programs that give it elsewhere are not called.
fn address(wire: &mut Wire<'_>, base: &Operation, head: &Operation) {
    let expression = |op: &Operation| op.path.origin.key_name().unwrap_or_default().to_owned();
    let (was, is) = (expression(base), expression(head));
    let callback = |op: &Operation| op.path.value.contains(" callback ");
    if was == is || !(callback(base) && callback(head)) {
        return;
    }
    let what = format!("the URL is `{is}` instead of `{was}`");
    let spots = (
        Spot::at(&base.path.origin, was),
        Spot::at(&head.path.origin, is),
    );
    request(wire, base, Variance::Incomparable, what, spots);
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
