//! `oneOf`, `anyOf` and discriminators.

use std::collections::BTreeSet;

use lavka_model::normalized::{Additional, Discriminator, Schema, SchemaId, Schemas, Type, Types};
use lavka_model::source::Node;

use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::tags::{Selector, branches, selectors};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// The alternatives of both schemas: of an object that others extend, these.
fn alternatives<'a>(graph: &'a Graph<'_>, pair: Pair) -> (&'a [SchemaId], &'a [SchemaId]) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let family = graph.families(pair);
    let of = |schema: &'a Schema, family: &'a [SchemaId]| match branches(schema) {
        [] => family,
        own => own,
    };
    (of(base, family.0), of(head, family.1))
}

/// The values of an open enum: `anyOf` of enums of strings and a string without limits. Any text is allowed.
fn open_enum(schema: &Schema, schemas: &Schemas) -> Option<BTreeSet<String>> {
    let alternatives = branches(schema).iter().map(|&id| &schemas[id]);
    let mut known = BTreeSet::new();
    let mut free = false;
    for alternative in alternatives {
        if alternative.types.single() != Some(Type::String) || alternative.format.is_some() {
            return None;
        }
        match &alternative.values {
            Some(values) => known.extend(
                values
                    .value
                    .iter()
                    .filter_map(Node::as_str)
                    .map(str::to_owned),
            ),
            None => free |= alternative.limits.is_default(),
        }
    }
    (free && schema.one_of.is_empty())
        .then_some(known)
        .filter(|known| !known.is_empty())
}

/// Compares open enums, with each other or with what is no choice. Whether it did.
fn open_enums(base: &Schema, head: &Schema, graph: &Graph<'_>, out: &mut Local) -> bool {
    let (before, after) = (open_enum(base, graph.base), open_enum(head, graph.head));
    let closed = |schema: &Schema| {
        let string = schema.types.single() == Some(Type::String) && branches(schema).is_empty();
        let free = schema.format.is_none() && schema.limits.is_default();
        let values = schema.values.as_ref();
        (string && (free || values.is_some())).then_some(values.is_some())
    };
    let (variance, what) = match (&before, &after) {
        (Some(one), Some(other)) if one == other => return true,
        (Some(_), Some(_)) => (None, "known values of the open enum change"),
        (Some(_), None) => match closed(head) {
            Some(true) => (
                Some(Variance::Narrows),
                "values beside those of the enum are no longer allowed",
            ),
            Some(false) => (None, "is no longer an enum; it allowed other values before"),
            None => return false,
        },
        (None, Some(_)) => match closed(base) {
            Some(true) => (
                Some(Variance::Widens),
                "values beside those of the enum are allowed",
            ),
            Some(false) => (None, "becomes an enum that allows other values"),
            None => return false,
        },
        (None, None) => return false,
    };
    let spots = (Spot::at(&base.origin, ""), Spot::at(&head.origin, ""));
    let change = Raw::new(
        &catalogue::ENUM_PRESENCE,
        variance.unwrap_or(Variance::Incomparable),
        what,
        spots.0,
        spots.1,
    );
    out.changes.push(if variance.is_some() {
        change
    } else {
        change.nowhere().hint(Hint::Documentation)
    });
    true
}

/// The types of a schema that says nothing else, or of alternatives that do.
fn bare_types(schema: &Schema, schemas: &Schemas) -> Option<Types> {
    let types = |schema: &Schema| {
        let bare = schema.format.is_none()
            && schema.values.is_none()
            && schema.limits.is_default()
            && schema.properties.is_empty()
            && schema.items.is_none()
            && schema.prefix_items.is_empty()
            && schema.not.is_none()
            && schema.ignored.is_empty()
            && branches(schema).is_empty()
            && matches!(schema.additional, Additional::Unsaid);
        bare.then_some(kind(schema))
    };
    let mut alternatives = branches(schema).iter();
    if alternatives.len() == 0 {
        return types(schema);
    }
    alternatives.try_fold(Types::default(), |all, &id| {
        Some(types(&schemas[id])?.iter().fold(all, Types::with))
    })
}

/// Compares alternatives. Whether there is nothing else to compare: only one of the two is a choice.
pub(super) fn compare(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) -> bool {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    if open_enums(base, head, graph, out) {
        return true;
    }
    let (before, after) = alternatives(graph, pair);
    // Types in a list, or one by one.
    if before.is_empty() != after.is_empty() {
        let types = bare_types(base, graph.base);
        if types.is_some() && types == bare_types(head, graph.head) {
            return true;
        }
    }
    let chosen = |schema: &Schema| schema.discriminator.is_some() && branches(schema).is_empty();
    let (was_chosen, is_chosen) = (chosen(base), chosen(head));
    match (before.is_empty(), after.is_empty()) {
        (true, true) => false,
        // Objects that others extend are compared themselves too.
        (was_plain, is_plain) if was_chosen && is_chosen || !was_plain && !is_plain => {
            let matched = matched(graph, pair, depth, out);
            discriminator(graph, pair, depth, &matched, out);
            exclusive((base, graph.base), (head, graph.head), out);
            // Of a union and a base, the alternatives have all properties of the base.
            was_chosen != is_chosen
        }
        (was_plain, is_plain) if was_plain && is_chosen || is_plain && was_chosen => {
            discriminator(graph, pair, depth, &[], out);
            false
        }
        (was_plain, _) => {
            let child = |base, head| Pair { base, head, ..pair };
            let kept = if was_plain {
                after
                    .iter()
                    .any(|&branch| graph.same(child(pair.base, branch), depth))
            } else {
                before
                    .iter()
                    .any(|&branch| graph.same(child(branch, pair.head), depth))
            };
            let only = before.len() + after.len() == 1;
            if kept && only {
                return true;
            }
            let variance = match (kept, was_plain) {
                (true, true) => Variance::Widens,
                (true, false) => Variance::Narrows,
                (false, _) => Variance::Incomparable,
            };
            let what = if was_plain {
                "becomes a union of several schemas"
            } else {
                "is no longer a union of several schemas"
            };
            out.changes.push(Raw::new(
                &catalogue::UNION,
                variance,
                what,
                Spot::at(&base.origin, ""),
                Spot::at(&head.origin, ""),
            ));
            true
        }
    }
}

/// Whether a value may fit several alternatives: two have a type in common, and no discriminator chooses.
fn overlapping(schema: &Schema, schemas: &Schemas) -> bool {
    let mut seen = Types::default();
    let mut kinds = branches(schema).iter().map(|&id| kind(&schemas[id]));
    schema.discriminator.is_none()
        && kinds.any(|types| {
            let common = seen.and(types) != Types::default();
            seen = types.iter().fold(seen, Types::with);
            common
        })
}

/// Compares whether a value may fit several alternatives.
fn exclusive(
    (base, before): (&Schema, &Schemas),
    (head, after): (&Schema, &Schemas),
    out: &mut Local,
) {
    let several = |schema: &Schema| schema.one_of.is_empty() && !schema.any_of.is_empty();
    let (was, is) = (several(base), several(head));
    if was == is || base.any_of.is_empty() == base.one_of.is_empty() {
        return;
    }
    if head.any_of.is_empty() == head.one_of.is_empty()
        || !(overlapping(base, before) && overlapping(head, after))
    {
        return;
    }
    let (variance, what) = if was {
        (Variance::Narrows, "`anyOf` becomes `oneOf`")
    } else {
        (Variance::Widens, "`oneOf` becomes `anyOf`")
    };
    out.changes.push(Raw::new(
        &catalogue::EXCLUSIVE,
        variance,
        what,
        Spot::at(&base.origin, ""),
        Spot::at(&head.origin, ""),
    ));
}

/// Names of alternatives by what the discriminator says.
fn mapped(discriminator: Option<&Discriminator>, id: SchemaId) -> Option<&String> {
    discriminator?
        .mapping
        .iter()
        .find(|(_, (target, _))| *target == Some(id))
        .map(|(name, _)| name)
}

fn kind(schema: &Schema) -> Types {
    schema.types.without(Type::Null)
}

/// Alternatives that were found on both sides, and those of each side that were not.
struct Matching {
    before: Vec<SchemaId>,
    after: Vec<SchemaId>,
    pairs: Vec<(SchemaId, SchemaId)>,
}

impl Matching {
    /// Pairs each that is left with the first of the other side that it fits.
    fn take(&mut self, fits: impl Fn(SchemaId, SchemaId) -> bool) {
        let Self {
            before,
            after,
            pairs,
        } = self;
        before.retain(|&one| {
            let Some(at) = after.iter().position(|&other| fits(one, other)) else {
                return true;
            };
            pairs.push((one, after.remove(at)));
            false
        });
    }

    /// By the name of the component, then what is the same, then the discriminator's name, then title and kind; the only two
    /// that are left are one alternative if they are of one kind.
    fn of(graph: &Graph<'_>, pair: Pair, depth: u8) -> Self {
        let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
        let (old, new) = alternatives(graph, pair);
        let mut made = Self {
            before: old.to_vec(),
            after: new.to_vec(),
            pairs: Vec::new(),
        };
        made.take(|one, other| {
            let (one, other) = (&graph.base[one], &graph.head[other]);
            one.component.is_some() && one.component == other.component
        });
        made.take(|one, other| graph.same(pair.inside(one, other), depth));
        made.take(|one, other| {
            let name = mapped(base.discriminator.as_ref(), one);
            name.is_some() && name == mapped(head.discriminator.as_ref(), other)
        });
        let alike = |one: SchemaId, other: SchemaId| {
            let (one, other) = (&graph.base[one], &graph.head[other]);
            one.component.is_none() && other.component.is_none() && kind(one) == kind(other)
        };
        made.take(|one, other| {
            let (was, is) = (&graph.base[one], &graph.head[other]);
            alike(one, other)
                && was.title.as_deref() == is.title.as_deref()
                && (was.title.is_some() || was.properties.keys().eq(is.properties.keys()))
        });
        if let ([_], [_]) = (made.before.as_slice(), made.after.as_slice()) {
            made.take(alike);
        }
        made
    }
}

/// What an alternative is called: its component, its title, its type where no other has it, or its number.
fn called(id: SchemaId, all: &[SchemaId], schemas: &Schemas) -> String {
    let schema = &schemas[id];
    let title = schema.title.as_ref().map(|title| title.value.clone());
    let of_type = || {
        let ty = kind(schema).single()?;
        let mut same = all
            .iter()
            .filter(|&&other| kind(&schemas[other]) == kind(schema));
        same.next();
        same.next().is_none().then(|| ty.as_str().to_owned())
    };
    let name = schema.component.clone().or(title).or_else(of_type);
    name.unwrap_or_else(|| {
        let at = all.iter().position(|&branch| branch == id);
        format!("alternative {}", at.unwrap_or_default() + 1)
    })
}

/// Compares the alternatives, and returns those that are the same on both sides.
fn matched(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) -> Vec<(SchemaId, SchemaId)> {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let (old, new) = alternatives(graph, pair);
    let Matching {
        before,
        after,
        pairs,
    } = Matching::of(graph, pair, depth);
    for &(one, other) in &pairs {
        let suffix = format!("|{}", called(other, new, graph.head));
        out.edges.push((pair.inside(one, other), suffix));
    }
    for id in before {
        let schema = &graph.base[id];
        let name = called(id, old, graph.base);
        let what = format!("`{name}` is no longer an alternative");
        let (was, is) = (
            Spot::at(&schema.origin, name.as_str()),
            Spot::near(&head.origin),
        );
        let raw = Raw::new(&catalogue::BRANCH_REMOVED, Variance::Narrows, what, was, is);
        out.changes.push(raw.suffix(format!("|{name}")));
    }
    for id in after {
        let schema = &graph.head[id];
        let name = called(id, new, graph.head);
        let what = format!("`{name}` is a new alternative");
        let (was, is) = (
            Spot::near(&base.origin),
            Spot::at(&schema.origin, name.as_str()),
        );
        let raw = Raw::new(&catalogue::BRANCH_ADDED, Variance::Widens, what, was, is);
        out.changes.push(raw.suffix(format!("|{name}")));
    }
    pairs
}

fn discriminator(
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
    // The only values of an alternative, of which one takes the place of the other.
    let successor = |was: &Selector<'_>| -> Option<&String> {
        let (one, other) = matched.iter().find(|pair| Some(pair.0) == was.schema)?;
        let mut before = old.values().filter(|known| known.schema == Some(*one));
        let mut after = new.iter().filter(|(_, known)| known.schema == Some(*other));
        let (_, after) = (
            before.next()?,
            after.next().filter(|(name, _)| !old.contains_key(*name))?,
        );
        let alone = before.next().is_none()
            && new
                .values()
                .filter(|known| known.schema == Some(*other))
                .count()
                == 1;
        alone.then_some(after.0)
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
            && let Some(now) = successor(was)
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
            let change = Raw::new(
                &catalogue::MAPPING,
                Variance::Widens,
                format!("the discriminator may be `{name}`"),
                Spot::near(&one.property.origin),
                Spot::at(is.origin, name.as_str()),
            )
            .suffix(format!("={name}"));
            // Unions of the bindings are open. A value in place of another takes the known one away.
            let further = new
                .iter()
                .any(|(known, selector)| selector.schema == is.schema && old.contains_key(known));
            out.changes
                .push(if further && pair.direction == Direction::Reply {
                    change.level(Level::Risky)
                } else {
                    change
                });
        }
    }
}
