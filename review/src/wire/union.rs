//! `oneOf`, `anyOf` and discriminators.

use std::collections::BTreeSet;

use lavka_model::normalized::{Additional, Discriminator, Schema, SchemaId, Schemas, Type, Types};
use lavka_model::source::Node;

use super::discriminator::{self, alternatives};
use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::tags::branches;
use crate::catalogue;
use crate::finding::Spot;
use crate::level::Variance;

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
            discriminator::compare(graph, pair, depth, &matched, out);
            exclusive((base, graph.base), (head, graph.head), out);
            // Of a union and a base, the alternatives have all properties of the base.
            was_chosen != is_chosen
        }
        (was_plain, is_plain) if was_plain && is_chosen || is_plain && was_chosen => {
            discriminator::compare(graph, pair, depth, &[], out);
            false
        }
        (was_plain, _) => {
            let child = |base, head| Pair { base, head, ..pair };
            let plain_and = |branch: SchemaId| match was_plain {
                true => graph.relation(child(pair.base, branch), depth),
                false => graph.relation(child(branch, pair.head), depth),
            };
            let union = if was_plain { after } else { before };
            let relations: Vec<Option<Variance>> = union.iter().map(|&id| plain_and(id)).collect();
            if relations.as_slice() == [None] {
                return true;
            }
            // An alternative that has all values of the other schema; and that schema, if it has all of each alternative.
            let (whole, part) = match was_plain {
                true => (Variance::Widens, Variance::Narrows),
                false => (Variance::Narrows, Variance::Widens),
            };
            let is = |relation: &Option<Variance>, wanted| relation.is_none_or(|it| it == wanted);
            let some = relations.iter().any(|relation| is(relation, whole));
            let all = relations.iter().all(|relation| is(relation, part));
            let variance = match (some, all) {
                (true, _) => whole,
                (_, true) => part,
                _ => Variance::Incomparable,
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

/// Whether a schema is one of numbers, texts or booleans: of objects each alternative is one of its own, whatever another allows.
fn scalar(schema: &Schema) -> bool {
    let mut types = schema.types.iter();
    types.all(|ty| !matches!(ty, Type::Array | Type::Object))
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
    // What another alternative has too is neither lost nor new.
    for id in before {
        let schema = &graph.base[id];
        let name = called(id, old, graph.base);
        let what = format!("`{name}` is no longer an alternative");
        let (was, is) = (
            Spot::at(&schema.origin, name.as_str()),
            Spot::near(&head.origin),
        );
        let raw = Raw::new(&catalogue::BRANCH_REMOVED, Variance::Narrows, what, was, is);
        let covered = new.iter().any(|&other| {
            let relation = || graph.relation(pair.inside(id, other), depth);
            scalar(schema) && relation().is_none_or(|relation| relation == Variance::Widens)
        });
        let raw = if covered { raw.nowhere() } else { raw };
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
        let covered = old.iter().any(|&known| {
            let relation = || graph.relation(pair.inside(known, id), depth);
            scalar(schema) && relation().is_none_or(|relation| relation == Variance::Narrows)
        });
        let raw = if covered { raw.nowhere() } else { raw };
        out.changes.push(raw.suffix(format!("|{name}")));
    }
    pairs
}
