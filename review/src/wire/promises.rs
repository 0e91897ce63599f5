//! What programs do by themselves: retries, limits, batches, pages.

use std::collections::BTreeSet;

use lavka_model::normalized::{Document, Operation, Pagination, PaginationKind, Schemas, Spanned};
use lavka_model::source::Origin;

use super::document::renamed_limit;
use super::texts::spot;
use super::{Change, Scope, Wire, title};
use crate::catalogue::{self, Check};
use crate::finding::Spot;
use crate::level::{Level, Variance};

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
pub(super) fn compare(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
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
    for (check, what, was, is, text) in words {
        let named = |name: Option<&str>| name.map(str::to_owned).into_iter().collect();
        let mut before: BTreeSet<String> = named(was.as_deref().map(String::as_str));
        let mut after: BTreeSet<String> = named(is.as_deref().map(String::as_str));
        if check.code == catalogue::OPERATION_RATE_LIMIT.code {
            // Limits of the document that come or go are reported there.
            if was.is_none() && is.is_none() {
                continue;
            }
            before.extend(of_all(wire.base));
            after.extend(of_all(wire.head));
            // One that has another name is the same limit.
            let renamed = |name: String| match renamed_limit(wire.base, wire.head, &name) {
                Some(other) => other.to_owned(),
                None => name,
            };
            before = before.into_iter().map(renamed).collect();
        }
        if before != after {
            // A further method sends the list in parts; the one that is known does not.
            let level = match check.code == catalogue::BATCH.code && before.is_empty() {
                true => Level::Compatible,
                false => Level::Risky,
            };
            let text = match level {
                Level::Compatible => "rebuilt programs can send the list in several requests",
                _ => text,
            };
            let say = |names: BTreeSet<String>| match names.is_empty() {
                true => "none".to_owned(),
                false => names
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(" and "),
            };
            let what = format!("{what} is {} instead of {}", say(after), say(before));
            let (variance, spots) = (Variance::Incomparable, (spot(was, base), spot(is, head)));
            let change = Change::new(check, variance, place, what, spots.0, spots.1);
            wire.behaves_at(change, level, text, scope);
        }
    }
}

/// The limits that each operation counts against.
fn of_all(document: &Document) -> impl Iterator<Item = String> {
    let limits = document.lavka.rate_limits.iter();
    let counted = limits.filter(|(_, limit)| limit.default.value);
    counted.map(|(name, _)| name.clone())
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

/// The pages of before, with the name that their parameter has now.
fn followed(
    was: &Pagination,
    is: Option<&Pagination>,
    base: &Operation,
    head: &Operation,
) -> Pagination {
    let named = |op: &Operation, name: &str| op.parameters.iter().any(|p| *p.name == name);
    let mut known = was.clone();
    if let (Some(old), Some(new)) = (
        page_parameter(&mut known.kind),
        is.and_then(|is| page_parameter(&mut is.kind.clone()).cloned()),
    ) && !named(head, old)
        && !named(base, &new)
    {
        *old = new;
    }
    known
}

fn page_parameter(kind: &mut PaginationKind) -> Option<&mut Spanned<String>> {
    match kind {
        PaginationKind::Page { parameter, .. }
        | PaginationKind::Offset { parameter }
        | PaginationKind::Cursor { parameter, .. } => Some(parameter),
        PaginationKind::Link { .. } => None,
    }
}

fn pages(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let (was, is) = (
        base.lavka.pagination.as_ref(),
        head.lavka.pagination.as_ref(),
    );
    // A parameter that has another name is reported itself.
    let known = was.map(|was| followed(was, is, base, head));
    let what = pages_change(known.as_ref(), is);
    if !what.is_empty() {
        let spot = |pagination: Option<&Pagination>, op: &Operation| {
            pagination.map_or_else(
                || Spot::near(&op.origin),
                |pagination| Spot::at(&pagination.origin, next_page(pagination)),
            )
        };
        let (level, text) = match was {
            None => (Level::Compatible, "rebuilt programs can request all pages"),
            Some(_) => (
                Level::Risky,
                "rebuilt programs request the next page differently",
            ),
        };
        let change = Change::new(
            &catalogue::PAGINATION,
            Variance::Incomparable,
            place,
            what.join(", "),
            spot(was, base),
            spot(is, head),
        );
        wire.behaves_at(change, level, text, scope);
    }
}
