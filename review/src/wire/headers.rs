//! Headers of replies.

use indexmap::IndexMap;
use lavka_model::normalized::Header;
use lavka_model::source::Origin;

use super::pairs::Pair;
use super::{Change, Scope, Wire, serialized, texts};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

pub(super) fn compare(
    wire: &mut Wire<'_>,
    (one, other): (&IndexMap<String, Header>, &IndexMap<String, Header>),
    (base, head): (&Origin, &Origin),
    place: &str,
    scope: &Scope,
) {
    let find = |all: &'_ IndexMap<String, Header>, name: &str| {
        let mut names = all.keys();
        names.find(|key| key.eq_ignore_ascii_case(name)).cloned()
    };
    let renamed = renamed(wire, one, other);
    for (name, before) in one {
        let place = format!("{place} header {name}");
        let same = find(other, name).and_then(|name| other.get(&name));
        let now = renamed.filter(|(old, _)| *old == name);
        if let Some((_, new)) = now {
            rename(wire, (name, before), (new, &other[new]), &place, scope);
        }
        match same.or(now.map(|(_, new)| &other[new])) {
            Some(after) => both(wire, name, (before, after), &place, scope),
            None => gone(wire, name, (before, head), place, scope),
        }
    }
    for (name, after) in other {
        if find(one, name).is_none() && renamed.is_none_or(|(_, new)| new != name) {
            let change = Change::new(
                &catalogue::REPLY_HEADER,
                Variance::added(after.required.value),
                format!("{place} header {name}"),
                format!("the header `{name}` is added"),
                Spot::near(base),
                Spot::at(&after.origin, name.as_str()),
            )
            .reply()
            .level(Level::Compatible);
            wire.report(change, scope);
        }
    }
}

/// A header that no reply has any more.
fn gone(
    wire: &mut Wire<'_>,
    name: &str,
    (before, head): (&Header, &Origin),
    place: String,
    scope: &Scope,
) {
    let required = before.required.value;
    let word = if required { "required" } else { "optional" };
    let change = Change::new(
        &catalogue::REPLY_HEADER,
        Variance::removed(required),
        place,
        format!("the {word} header `{name}` is removed"),
        Spot::at(&before.origin, name),
        Spot::near(head),
    )
    .reply();
    wire.report(unread(change, before), scope);
}

/// A header of both sides.
fn both(
    wire: &mut Wire<'_>,
    name: &str,
    (before, after): (&Header, &Header),
    place: &str,
    scope: &Scope,
) {
    if before.required.value != after.required.value {
        let word = if after.required.value {
            "is always sent"
        } else {
            "may be missing"
        };
        let change = Change::new(
            &catalogue::REPLY_HEADER,
            Variance::required(after.required.value),
            place,
            format!("the header `{name}` {word}"),
            Spot::at(&before.required.origin, before.required.value.to_string()),
            Spot::at(&after.required.origin, after.required.value.to_string()),
        )
        .reply();
        wire.report(change, scope);
    }
    let spots = || (Spot::at(&before.origin, ""), Spot::at(&after.origin, ""));
    if !texts::same_text(before.description.as_deref(), after.description.as_deref()) {
        let (was, is) = spots();
        let what = format!("the description of `{name}` changes");
        let check = &catalogue::PARAMETER_TEXT;
        wire.documents(check, place, what, was, is, scope);
    }
    if before.deprecated.value != after.deprecated.value {
        let (what, text) = texts::deprecation(after.deprecated.value);
        wire.behaves(
            &catalogue::PARAMETER_DEPRECATED,
            place,
            format!("`{name}` {what}"),
            text,
            spots(),
            scope,
        );
    }
    let values = (&before.value, &after.value);
    let direction = (Direction::Reply, false);
    serialized::compare(wire, values, direction, place, spots(), scope);
}

/// The header that got another name: the only one that is gone, where the only new one has its values.
fn renamed<'h>(
    wire: &Wire<'_>,
    one: &'h IndexMap<String, Header>,
    other: &'h IndexMap<String, Header>,
) -> Option<(&'h String, &'h String)> {
    let only = |all: &'h IndexMap<String, Header>, others: &IndexMap<String, Header>| {
        let known = |name: &str| others.keys().any(|other| other.eq_ignore_ascii_case(name));
        let mut rest = all.iter().filter(|(name, _)| !known(name));
        rest.next().filter(|_| rest.next().is_none())
    };
    let ((old, before), (new, after)) = (only(one, other)?, only(other, one)?);
    let schema = |header: &Header| header.value.schema();
    let same = match (schema(before), schema(after)) {
        (Some(base), Some(head)) => {
            let pair = Pair::new(base, head, Direction::Reply);
            wire.graph.same(pair, 0)
        }
        _ => false,
    };
    (same && before.required.value == after.required.value).then_some((old, new))
}

fn rename(
    wire: &mut Wire<'_>,
    (old, before): (&str, &Header),
    (new, after): (&str, &Header),
    place: &str,
    scope: &Scope,
) {
    let change = Change::new(
        &catalogue::REPLY_HEADER,
        Variance::Incomparable,
        place,
        format!("the header `{old}` is named `{new}`"),
        Spot::at(&before.origin, old),
        Spot::at(&after.origin, new),
    )
    .reply();
    wire.report(unread(change, before), scope);
}

/// A header that programs do not find any more: one that was always there is missed with an error.
fn unread(change: Change, before: &Header) -> Change {
    if before.required.value {
        return change;
    }
    change.level(Level::Risky).behaves(
        Level::Risky,
        "existing programs find no value, without an error",
    )
}
