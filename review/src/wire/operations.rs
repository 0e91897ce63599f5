//! Which operation of one document is which of the other, and what changed about it.

use std::collections::HashMap;

use lavka_model::normalized::{Method, Operation, Spanned, without_names};

use super::{
    Change, Scope, Wire, bodies, is_xml, media, params, promises, replies, security, servers,
    texts, title,
};
use crate::catalogue;
use crate::finding::{OperationRef, Spot};
use crate::level::{Level, Variance};

/// Pairs of operations that are the same one, and those without a partner.
pub(crate) struct Matched {
    pub(crate) pairs: Vec<(usize, usize)>,
    pub(crate) removed: Vec<usize>,
    pub(crate) added: Vec<usize>,
}

/// By method and path behind the prefixes; where two paths differ in names of parameters only, with these names or the operationId
/// first; then by operationId.
fn matched(base: &[Operation], head: &[Operation], prefixes: &(String, String)) -> Matched {
    let mut taken = vec![false; head.len()];
    let mut partner: Vec<Option<usize>> = vec![None; base.len()];
    type Key = fn(&str, &Operation) -> String;
    let id: Key = |prefix, op| {
        let id = op.id.as_ref().map_or("", |id| id.value.as_str());
        format!("{} {id}", route(prefix, op))
    };
    let keys: [Key; 3] = [|prefix, op| format!("{prefix}{}", *op.path), id, route];
    for key in keys {
        let mut free: HashMap<(Method, String), usize> = HashMap::new();
        for (at, op) in head.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            let key = (op.method.value, key(&prefixes.1, op));
            free.entry(key).or_insert(at);
        }
        for (at, op) in base.iter().enumerate() {
            let key = (op.method.value, key(&prefixes.0, op));
            if partner[at].is_none()
                && let Some(other) = free.remove(&key)
            {
                taken[other] = true;
                partner[at] = Some(other);
            }
        }
    }
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (at, op) in head.iter().enumerate() {
        if let Some(id) = op.id.as_ref()
            && !taken[at]
        {
            by_id.entry(&id.value).or_insert(at);
        }
    }
    for (at, op) in base.iter().enumerate() {
        if partner[at].is_none()
            && let Some(id) = op.id.as_ref()
            && let Some(&other) = by_id.get(id.value.as_str())
            && !taken[other]
        {
            taken[other] = true;
            partner[at] = Some(other);
        }
    }
    by_rust_name((base, head), &mut partner, &mut taken);
    let with = partner.iter().enumerate();
    Matched {
        pairs: with.clone().filter_map(|(a, b)| Some((a, (*b)?))).collect(),
        removed: with.filter(|(_, b)| b.is_none()).map(|(a, _)| a).collect(),
        added: (0..head.len()).filter(|&at| !taken[at]).collect(),
    }
}

/// Pairs what has the same name in Rust, whatever the operationId is.
fn by_rust_name(
    (base, head): (&[Operation], &[Operation]),
    partner: &mut [Option<usize>],
    taken: &mut [bool],
) {
    // `listOrders` and `list_orders` are one name in Rust.
    let name = |op: &Operation| {
        let id = op.id.as_ref();
        let name = op.lavka.rust_name.as_ref().or(id)?;
        let letters = name.value.chars().filter(|c| c.is_alphanumeric());
        id.map(|_| letters.flat_map(char::to_lowercase).collect::<String>())
    };
    let mut free: HashMap<String, usize> = HashMap::new();
    for (at, op) in head.iter().enumerate().filter(|(at, _)| !taken[*at]) {
        if let Some(name) = name(op) {
            free.entry(name).or_insert(at);
        }
    }
    for (at, op) in base.iter().enumerate() {
        if partner[at].is_none()
            && let Some(other) = name(op).and_then(|name| free.remove(&name))
        {
            taken[other] = true;
            partner[at] = Some(other);
        }
    }
}

/// The path behind a prefix, without names of parameters.
fn route(prefix: &str, op: &Operation) -> String {
    format!("{prefix}{}", without_names(&op.path.value))
}

pub(crate) fn refer(op: &Operation) -> OperationRef {
    OperationRef {
        name: crate::finding::shorten(&title(op), 200).into(),
        id: op.id.as_ref().map(|id| id.value.as_str().into()),
    }
}

fn scope(wire: &Wire<'_>, op: &Operation, other: Option<&Operation>) -> Scope {
    let names = || media(op).chain(other.into_iter().flat_map(media));
    let xml = names().any(is_xml);
    let json = names().any(|name| !is_xml(name));
    let none = !xml && !json;
    Scope {
        operation: Some(refer(op)),
        json: json || none,
        xml: xml || (none && wire.speaks_xml),
    }
}

pub(super) fn compare(wire: &mut Wire<'_>) {
    let (base, head) = (wire.base, wire.head);
    let matched = matched(&base.operations, &head.operations, &wire.prefixes);
    for at in matched.removed {
        let op = &base.operations[at];
        let scope = scope(wire, op, None);
        // The nearest place that is still there: the path's other operations, or the document.
        let near = head
            .operations
            .iter()
            .find(|other| other.path.value == op.path.value)
            .map_or(&head.origin, |other| &other.path.origin);
        let change = Change::new(
            &catalogue::OPERATION_REMOVED,
            Variance::Narrows,
            title(op),
            format!("`{}` is removed", title(op)),
            Spot::at(&op.origin, title(op)),
            Spot::near(near),
        );
        wire.report(change, &scope);
    }
    for at in matched.added {
        let op = &head.operations[at];
        let scope = scope(wire, op, None);
        let change = Change::new(
            &catalogue::OPERATION_ADDED,
            Variance::Widens,
            title(op),
            format!("`{}` is added", title(op)),
            Spot::near(&base.origin),
            Spot::at(&op.origin, title(op)),
        );
        wire.report(change, &scope);
    }
    for (one, other) in matched.pairs {
        let (one, other) = (&base.operations[one], &head.operations[other]);
        let scope = scope(wire, one, Some(other));
        operation(wire, one, other, &scope);
    }
}

fn operation(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    identity(wire, base, head, scope);
    texts(wire, base, head, scope);
    promises::compare(wire, base, head, scope);
    params::compare(wire, base, head, scope);
    bodies::request(wire, base, head, scope);
    replies::compare(wire, base, head, scope);
    security::operation(wire, base, head, scope);
    match (&base.servers, &head.servers) {
        (None, None) => {}
        (one, other) => servers::compare(
            wire,
            one.as_deref().unwrap_or(&wire.base.servers),
            other.as_deref().unwrap_or(&wire.head.servers),
            &title(base),
            scope,
        ),
    }
}

fn identity(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = title(base);
    let prefixes = &wire.prefixes;
    let names_only = base.path.value != head.path.value && prefixes.0 == prefixes.1;
    if route(&prefixes.0, base) != route(&prefixes.1, head) {
        let change = Change::new(
            &catalogue::OPERATION_PATH,
            Variance::Incomparable,
            place.as_str(),
            format!("the path is `{}` instead of `{}`", *head.path, *base.path),
            Spot::at(&base.path.origin, base.path.as_str()),
            Spot::at(&head.path.origin, head.path.as_str()),
        )
        .behaves(Level::Breaking, "rebuilt programs call the new path");
        wire.report(change, scope);
    } else if names_only {
        // Neither the name nor that of the argument is written by callers.
        let mut finding = crate::finding::Finding::new(
            &catalogue::PATH_PARAMETER_NAME,
            place.as_str(),
            format!("the path is `{}` instead of `{}`", *head.path, *base.path),
            Spot::at(&base.path.origin, base.path.as_str()),
            Spot::at(&head.path.origin, head.path.as_str()),
        );
        finding.spec = Level::Documentation;
        finding.operations.extend(scope.operation.clone());
        wire.out.add(finding);
    }
    if base.method.value != head.method.value {
        let (was, is) = (base.method.value.as_str(), head.method.value.as_str());
        let change = Change::new(
            &catalogue::OPERATION_METHOD,
            Variance::Incomparable,
            place.as_str(),
            format!("the method is {is} instead of {was}"),
            Spot::at(&base.method.origin, was),
            Spot::at(&head.method.origin, is),
        )
        .behaves(Level::Breaking, format!("rebuilt programs send {is}"));
        wire.report(change, scope);
    }
    let id = |op: &Operation| op.id.as_ref().map(|id| id.value.clone());
    if id(base) != id(head) {
        let say = |id: Option<String>| id.map_or("none".to_owned(), |id| format!("`{id}`"));
        let what = format!(
            "the operationId is {} instead of {}",
            say(id(head)),
            say(id(base))
        );
        let change = Change::new(
            &catalogue::OPERATION_ID,
            Variance::Incomparable,
            place.as_str(),
            what,
            texts::spot(&base.id, base),
            texts::spot(&head.id, head),
        )
        .level(Level::Risky);
        // Nothing on the wire: only code generators read it.
        wire.report(change, &scope.nowhere());
    }
}

fn names(list: &[Spanned<String>]) -> Vec<String> {
    let mut names: Vec<String> = list.iter().map(|name| name.value.clone()).collect();
    names.sort();
    names
}

fn texts(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = title(base);
    for (what, one, other) in [
        ("summary", &base.summary, &head.summary),
        ("description", &base.description, &head.description),
    ] {
        if !texts::same_text(one.as_deref(), other.as_deref()) {
            wire.documents(
                &catalogue::OPERATION_TEXT,
                format!("{place} {what}"),
                format!("the {what} changes"),
                texts::spot(one, base),
                texts::spot(other, head),
                scope,
            );
        }
    }
    if names(&base.tags) != names(&head.tags) {
        wire.documents(
            &catalogue::OPERATION_TEXT,
            format!("{place} tags"),
            "tags change",
            Spot::at(&base.origin, names(&base.tags).join(", ")),
            Spot::at(&head.origin, names(&head.tags).join(", ")),
            scope,
        );
    }
    if let Some((before, after)) = texts::external_docs(
        (&base.extensions, &base.origin),
        (&head.extensions, &head.origin),
    ) {
        wire.documents(
            &catalogue::OPERATION_TEXT,
            format!("{place} externalDocs"),
            "`externalDocs` changes",
            before,
            after,
            scope,
        );
    }
    if let Some((what, before, after)) = texts::extension_change(
        (&base.extensions, &base.origin),
        (&head.extensions, &head.origin),
    ) {
        wire.documents(
            &catalogue::EXTENSION,
            place.as_str(),
            what,
            before,
            after,
            scope,
        );
    }
    callbacks(wire, base, head, scope);
    deprecated(wire, base, head, scope);
}

fn callbacks(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let (was, is) = (names(&base.callbacks), names(&head.callbacks));
    let missing = |some: &[String], from: &[String]| some.iter().any(|name| !from.contains(name));
    if let Some(variance) = Variance::of(missing(&was, &is), missing(&is, &was)) {
        let change = Change::new(
            &catalogue::CALLBACKS,
            variance,
            format!("{} callbacks", title(base)),
            "callbacks change",
            Spot::at(&base.origin, was.join(", ")),
            Spot::at(&head.origin, is.join(", ")),
        );
        wire.report(change, &scope.nowhere());
    }
}

fn deprecated(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    if base.deprecated.value != head.deprecated.value {
        let (what, text) = texts::deprecation(head.deprecated.value);
        wire.behaves(
            &catalogue::OPERATION_DEPRECATED,
            title(base),
            what,
            text,
            (
                Spot::at(&base.deprecated.origin, base.deprecated.value.to_string()),
                Spot::at(&head.deprecated.origin, head.deprecated.value.to_string()),
            ),
            scope,
        );
    }
}
