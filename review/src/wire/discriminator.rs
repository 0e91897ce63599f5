//! What selects an alternative: the property, its values, and what they select.

use indexmap::IndexMap;
use lavka_model::normalized::{Discriminator, Schema, SchemaId, Schemas};

use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::tags::{Selector, branches, selectors};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// The alternatives of both schemas: of an object that others extend, these.
pub(super) fn alternatives<'a>(
    graph: &'a Graph<'_>,
    pair: Pair,
) -> (&'a [SchemaId], &'a [SchemaId]) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let family = graph.families(pair);
    let of = |schema: &'a Schema, family: &'a [SchemaId]| match branches(schema) {
        [] => family,
        own => own,
    };
    (of(base, family.0), of(head, family.1))
}

pub(super) fn compare(
    graph: &Graph<'_>,
    pair: Pair,
    depth: u8,
    matched: &[(SchemaId, SchemaId)],
    out: &mut Local,
) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    match (&base.discriminator, &head.discriminator) {
        (None, None) => {}
        (Some(one), Some(other)) => {
            if one.property.value != other.property.value {
                out.changes.push(Raw::new(
                    &catalogue::DISCRIMINATOR,
                    Variance::Incomparable,
                    format!(
                        "the discriminator is `{}` instead of `{}`",
                        other.property.value, one.property.value
                    ),
                    Spot::at(&one.property.origin, one.property.value.as_str()),
                    Spot::at(&other.property.origin, other.property.value.as_str()),
                ));
            }
            mapping(graph, pair, depth, one, other, matched, out);
            default_mapping(graph, pair, depth, (one, other), out);
        }
        (one, other) => {
            let spot = |discriminator: &Option<Discriminator>, schema: &Schema| {
                discriminator.as_ref().map_or_else(
                    || Spot::near(&schema.origin),
                    |d| Spot::at(&d.property.origin, d.property.value.as_str()),
                )
            };
            let (variance, what) = if one.is_some() {
                (Variance::Widens, "the discriminator is removed")
            } else {
                (Variance::Narrows, "a discriminator is added")
            };
            out.changes.push(Raw::new(
                &catalogue::DISCRIMINATOR,
                variance,
                what,
                spot(one, base),
                spot(other, head),
            ));
        }
    }
}

/// The alternative of values that no name selects.
fn default_mapping(
    graph: &Graph<'_>,
    pair: Pair,
    depth: u8,
    (one, other): (&Discriminator, &Discriminator),
    out: &mut Local,
) {
    let same = |before, after| {
        let (a, b) = (&graph.base[before], &graph.head[after]);
        let named = a.component.is_some() && a.component == b.component;
        named || graph.same(pair.inside(before, after), depth)
    };
    let name = |schemas: &Schemas, id: Option<SchemaId>| {
        let name = id.and_then(|id| schemas[id].component.clone());
        name.map_or("another schema".to_owned(), |name| format!("`{name}`"))
    };
    let (was, is) = (
        name(graph.base, one.default),
        name(graph.head, other.default),
    );
    let (variance, what) = match (one.default, other.default) {
        (Some(before), Some(after)) if !same(before, after) => {
            let what = format!("select {is} instead of {was}");
            (Variance::Incomparable, what)
        }
        (None, Some(_)) => (Variance::Widens, format!("select {is}")),
        (Some(_), None) => (Variance::Narrows, format!("no longer select {was}")),
        _ => return,
    };
    let mut raw = Raw::new(
        &catalogue::MAPPING,
        variance,
        format!("other values of the discriminator, or none, {what}"),
        Spot::at(&one.property.origin, was),
        Spot::at(&other.property.origin, is),
    );
    // Unions of the bindings are open.
    if variance == Variance::Widens && pair.direction == Direction::Reply {
        raw = raw.level(Level::Risky);
    }
    let text = "rebuilt programs read values of other names as another alternative";
    out.changes
        .push(raw.hint(Hint::Receives(Level::Risky, text.to_owned())));
}

type Selectors<'a> = IndexMap<String, Selector<'a>>;

fn mapping(
    graph: &Graph<'_>,
    pair: Pair,
    depth: u8,
    one: &Discriminator,
    other: &Discriminator,
    matched: &[(SchemaId, SchemaId)],
    out: &mut Local,
) {
    let (before, after) = alternatives(graph, pair);
    let old = selectors(one, before, graph.base);
    let new = selectors(other, after, graph.head);
    // A value whose alternative came or went is reported there.
    let kept = |selector: &Selector<'_>, side: fn(&(SchemaId, SchemaId)) -> SchemaId| {
        let stays = |id| matched.iter().any(|pair| side(pair) == id);
        !selector.by_enum && selector.schema.is_none_or(stays)
    };
    let mut renamed: Vec<&String> = Vec::new();
    for (name, was) in &old {
        if let Some(is) = new.get(name) {
            let (Some(before), Some(after)) = (was.schema, is.schema) else {
                continue;
            };
            let (a, b) = (&graph.base[before], &graph.head[after]);
            let named = a.component.is_some() && a.component == b.component;
            if !named && !graph.same(pair.inside(before, after), depth) {
                out.changes.push(
                    Raw::new(
                        &catalogue::MAPPING,
                        Variance::Incomparable,
                        format!("`{name}` selects another schema"),
                        Spot::at(was.origin, a.component.clone().unwrap_or_default()),
                        Spot::at(is.origin, b.component.clone().unwrap_or_default()),
                    )
                    .suffix(format!("={name}")),
                );
            }
        } else if kept(was, |pair| pair.0)
            && let Some(now) = successor(was, (&old, &new), matched)
            && let Some(is) = new.get(now)
        {
            renamed.push(now);
            let raw = Raw::new(
                &catalogue::MAPPING,
                Variance::Incomparable,
                format!("the discriminator is `{now}` instead of `{name}`"),
                Spot::at(was.origin, name.as_str()),
                Spot::at(is.origin, now.as_str()),
            );
            out.changes.push(raw.suffix(format!("={name}")));
        } else if kept(was, |pair| pair.0) {
            out.changes.push(
                Raw::new(
                    &catalogue::MAPPING,
                    Variance::Narrows,
                    format!("the discriminator is no longer `{name}`"),
                    Spot::at(was.origin, name.as_str()),
                    Spot::near(&other.property.origin),
                )
                .suffix(format!("={name}")),
            );
        }
    }
    for (name, is) in &new {
        if !old.contains_key(name) && kept(is, |pair| pair.1) && !renamed.contains(&name) {
            // Unions of the bindings are open. A value in place of another takes the known one away.
            let further = new
                .iter()
                .any(|(known, selector)| selector.schema == is.schema && old.contains_key(known));
            let open = further && pair.direction == Direction::Reply;
            out.changes.push(new_value(name, one, is, open));
        }
    }
}

/// A value that selects an alternative from now on; `open`: programs know another one of it.
fn new_value(name: &str, one: &Discriminator, is: &Selector<'_>, open: bool) -> Raw {
    let raw = Raw::new(
        &catalogue::MAPPING,
        Variance::Widens,
        format!("the discriminator may be `{name}`"),
        Spot::near(&one.property.origin),
        Spot::at(is.origin, name),
    )
    .suffix(format!("={name}"));
    match open {
        true => raw.level(Level::Risky),
        false => raw,
    }
}

/// The value that takes the place of another: the only ones of an alternative.
fn successor<'s>(
    was: &Selector<'_>,
    (old, new): (&Selectors<'_>, &'s Selectors<'_>),
    matched: &[(SchemaId, SchemaId)],
) -> Option<&'s String> {
    let (one, other) = matched.iter().find(|pair| Some(pair.0) == was.schema)?;
    let before = old.values().filter(|known| known.schema == Some(*one));
    let mut after = new.iter().filter(|(_, known)| known.schema == Some(*other));
    let (name, _) = after.next().filter(|_| after.next().is_none())?;
    (before.count() == 1 && !old.contains_key(name)).then_some(name)
}
