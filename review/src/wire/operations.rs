//! Which operation of one document is which of the other, and what changed about it.

use std::collections::HashMap;

use lavka_model::normalized::{
    Method, Operation, Pagination, PaginationKind, Schemas, Spanned, without_names,
};
use lavka_model::source::Origin;

use super::{
    Change, Scope, Wire, bodies, is_xml, media, params, replies, security, servers, texts, title,
};
use crate::catalogue::{self, Check};
use crate::finding::{OperationRef, Spot};
use crate::level::{Level, Variance};

/// Pairs of operations that are the same one, and those without a partner.
pub(crate) struct Matched {
    pub(crate) pairs: Vec<(usize, usize)>,
    pub(crate) removed: Vec<usize>,
    pub(crate) added: Vec<usize>,
}

/// By method and path behind the prefixes, whatever path parameters are called; then by operationId.
fn matched(base: &[Operation], head: &[Operation], prefixes: &(String, String)) -> Matched {
    let mut by_path: HashMap<(Method, String), usize> = HashMap::new();
    for (at, op) in head.iter().enumerate() {
        by_path
            .entry((op.method.value, route(&prefixes.1, op)))
            .or_insert(at);
    }
    let mut taken = vec![false; head.len()];
    let mut partner: Vec<Option<usize>> = vec![None; base.len()];
    for (at, op) in base.iter().enumerate() {
        let found = by_path.get(&(op.method.value, route(&prefixes.0, op)));
        if let Some(&other) = found
            && !taken[other]
        {
            taken[other] = true;
            partner[at] = Some(other);
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
    let with = partner.iter().enumerate();
    Matched {
        pairs: with.clone().filter_map(|(a, b)| Some((a, (*b)?))).collect(),
        removed: with.filter(|(_, b)| b.is_none()).map(|(a, _)| a).collect(),
        added: (0..head.len()).filter(|&at| !taken[at]).collect(),
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
    promises(wire, base, head, scope);
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
            spot(&base.id, base),
            spot(&head.id, head),
        )
        .level(Level::Risky);
        // Nothing on the wire: only code generators read it.
        wire.report(change, &scope.nowhere());
    }
}

/// Where a text of an operation is; near the operation where it has none.
fn spot(text: &Option<Spanned<String>>, op: &Operation) -> Spot {
    text.as_ref().map_or_else(
        || Spot::near(&op.origin),
        |text| Spot::at(&text.origin, text.as_str()),
    )
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
                spot(one, base),
                spot(other, head),
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

/// How many items of a list that is split go into one request.
fn largest_batch<'a>(op: &'a Operation, schemas: &'a Schemas) -> Option<(u64, &'a Origin)> {
    let name = op.lavka.batch.as_deref()?;
    let body = op.request.as_ref()?.content.iter();
    let mut body = body.filter_map(|media| Some(&schemas[media.schema?]));
    let list = body.find_map(|schema| match name.as_str() {
        "[]" => Some(schema),
        name => Some(&schemas[schema.properties.get(name)?.schema]),
    })?;
    let most = list.limits.max_items.as_ref()?;
    Some((most.value, &most.origin))
}

/// What programs do by themselves: retries, limits, batches, pages.
fn promises(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = title(base);
    repetition(wire, base, head, &place, scope);
    settings(wire, base, head, &place, scope);
    batches(wire, base, head, &place, scope);
    pages(wire, base, head, &place, scope);
}

fn repetition(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let (one, other) = (&base.lavka, &head.lavka);
    let flags: [(&'static Check, &str, _, _, &str, &str); 2] = [
        (
            &catalogue::IDEMPOTENT,
            "idempotent",
            &one.idempotent,
            &other.idempotent,
            "it is retried automatically; the server executes it twice if the mark is wrong",
            "it is no longer retried",
        ),
        (
            &catalogue::SAFE,
            "read-only",
            &one.safe,
            &other.safe,
            "it is treated as read-only",
            "it is no longer treated as read-only",
        ),
    ];
    // A call that changes nothing may be repeated: that is one change.
    let both = one.idempotent.value != other.idempotent.value && one.safe.value != other.safe.value;
    // Another method has other promises of its own.
    let method = base.method.value != head.method.value;
    for (check, what, was, is, on, off) in flags {
        let follows = both && check.code == catalogue::SAFE.code;
        if was.value == is.value || method || follows {
            continue;
        }
        let not = if is.value { "is" } else { "is no longer" };
        wire.behaves(
            check,
            place,
            format!("{not} {what}"),
            if is.value { on } else { off },
            (
                Spot::at(&was.origin, was.value.to_string()),
                Spot::at(&is.origin, is.value.to_string()),
            ),
            scope,
        );
    }
}

/// Texts that say how an operation is called.
fn settings(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let (one, other) = (&base.lavka, &head.lavka);
    let words: [(&'static Check, &str, _, _, &str); 4] = [
        (
            &catalogue::IDEMPOTENCY_KEY,
            "the idempotency key",
            &one.idempotency_key,
            &other.idempotency_key,
            "whether a request is repeated depends on another property",
        ),
        (
            &catalogue::OPERATION_RATE_LIMIT,
            "the rate limit that it counts against",
            &one.rate_limit,
            &other.rate_limit,
            "rebuilt programs use another rate limit for these calls",
        ),
        (
            &catalogue::BATCH,
            "the list that is split into batches",
            &one.batch,
            &other.batch,
            "rebuilt programs split the list differently",
        ),
        (
            &catalogue::PERMISSION,
            "the permission",
            &one.permission,
            &other.permission,
            "accounts without the permission are rejected",
        ),
    ];
    let default = |document: &lavka_model::normalized::Document| {
        let limits = document.lavka.rate_limits.iter();
        let mut limits = limits.filter(|(_, limit)| limit.default.value);
        limits.next().map(|(name, _)| name.clone())
    };
    let defaults = (default(wire.base), default(wire.head));
    for (check, what, was, is, text) in words {
        let (mut before, mut after) = (was.as_deref().cloned(), is.as_deref().cloned());
        if check.code == catalogue::OPERATION_RATE_LIMIT.code {
            before = before.or_else(|| defaults.0.clone());
            after = after.or_else(|| defaults.1.clone());
            // Limits of the document that come or go are reported there.
            if was.is_none() && is.is_none() {
                continue;
            }
        }
        if before != after {
            let say = |text: Option<String>| text.map_or("none".to_owned(), |t| format!("`{t}`"));
            wire.behaves(
                check,
                place,
                format!("{what} is {} instead of {}", say(after), say(before)),
                text,
                (spot(was, base), spot(is, head)),
                scope,
            );
        }
    }
}

fn batches(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let (was, is) = (
        largest_batch(base, &wire.base.schemas),
        largest_batch(head, &wire.head.schemas),
    );
    if let (Some((was, before)), Some((is, after))) = (was, is)
        && was != is
    {
        wire.behaves(
            &catalogue::BATCH,
            place,
            format!("the largest batch has {is} items instead of {was}"),
            format!("rebuilt programs send at most {is} items in a request"),
            (
                Spot::at(before, was.to_string()),
                Spot::at(after, is.to_string()),
            ),
            scope,
        );
    }
}

/// How the next page is requested.
fn next_page(pagination: &Pagination) -> String {
    match &pagination.kind {
        PaginationKind::Page { parameter, first } => {
            format!("its number in `{}`, from {first}", **parameter)
        }
        PaginationKind::Offset { parameter } => format!("its offset in `{}`", **parameter),
        PaginationKind::Cursor { parameter, next } => {
            format!("the cursor of `{}` in `{}`", **next, **parameter)
        }
        PaginationKind::Link { next: None } => "the `Link` header".to_owned(),
        PaginationKind::Link { next: Some(next) } => format!("the URL in `{}`", **next),
    }
}

/// What changes of how pages are requested and read, in words.
fn pages_change(was: Option<&Pagination>, is: Option<&Pagination>) -> Vec<String> {
    let (was, is) = match (was, is) {
        (None, None) => return Vec::new(),
        (None, Some(is)) => return vec![format!("pages are requested now, by {}", next_page(is))],
        (Some(_), None) => return vec!["pages are no longer requested".to_owned()],
        (Some(was), Some(is)) => (was, is),
    };
    let items = |pagination: &Pagination| {
        let items = pagination.items.as_ref();
        items.map_or("the reply itself".to_owned(), |items| {
            format!("`{}`", items.value)
        })
    };
    let size = |pagination: &Pagination| {
        let size = pagination.size.as_ref();
        size.map_or("nothing".to_owned(), |(parameter, largest)| {
            format!("`{}` with {largest}", parameter.value)
        })
    };
    let parts = [
        (
            "the next page is requested by",
            next_page(was),
            next_page(is),
        ),
        ("the items are in", items(was), items(is)),
        ("the size of a page is asked for by", size(was), size(is)),
    ];
    let differs = parts.into_iter().filter(|(_, was, is)| was != is);
    differs
        .map(|(what, was, is)| format!("{what} {is} instead of {was}"))
        .collect()
}

fn pages(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let (was, is) = (
        base.lavka.pagination.as_ref(),
        head.lavka.pagination.as_ref(),
    );
    let what = pages_change(was, is);
    if !what.is_empty() {
        let spot = |pagination: Option<&Pagination>, op: &Operation| {
            pagination.map_or_else(
                || Spot::near(&op.origin),
                |pagination| Spot::at(&pagination.origin, next_page(pagination)),
            )
        };
        wire.behaves(
            &catalogue::PAGINATION,
            place,
            what.join(", "),
            "rebuilt programs request the next page differently",
            (spot(was, base), spot(is, head)),
            scope,
        );
    }
}
