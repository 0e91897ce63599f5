//! `oneOf`, `anyOf` and discriminators.

use lavka_model::normalized::{Discriminator, Schema, SchemaId, Type, Types};

use super::graph::{Graph, Local, Pair, Raw};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::Variance;

/// The alternatives of a schema.
fn branches(schema: &Schema) -> &[SchemaId] {
    if schema.one_of.is_empty() {
        &schema.any_of
    } else {
        &schema.one_of
    }
}

/// Compares alternatives. Whether there is nothing else to compare: only one of the two is a choice.
pub(super) fn compare(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) -> bool {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let (before, after) = (branches(base), branches(head));
    match (before.is_empty(), after.is_empty()) {
        (true, true) => false,
        (false, false) => {
            matched(graph, pair, depth, out);
            discriminator(graph, pair, depth, out);
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
                "becomes a choice of several schemas"
            } else {
                "is no longer a choice of several schemas"
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

fn matched(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let child = |base, head| pair.inside(base, head);
    let mut before: Vec<SchemaId> = branches(base).to_vec();
    let mut after: Vec<SchemaId> = branches(head).to_vec();
    let mut pairs = Vec::new();
    let mut take = |fits: &dyn Fn(SchemaId, SchemaId) -> bool,
                    before: &mut Vec<SchemaId>,
                    after: &mut Vec<SchemaId>| {
        before.retain(|&one| {
            let Some(at) = after.iter().position(|&other| fits(one, other)) else {
                return true;
            };
            pairs.push((one, after.remove(at)));
            false
        });
    };
    let named = |one: SchemaId, other: SchemaId| {
        let (one, other) = (&graph.base[one], &graph.head[other]);
        one.component.is_some() && one.component == other.component
    };
    take(&named, &mut before, &mut after);
    let same = |one, other| graph.same(child(one, other), depth);
    take(&same, &mut before, &mut after);
    let discriminated = |one, other| {
        let name = mapped(base.discriminator.as_ref(), one);
        name.is_some() && name == mapped(head.discriminator.as_ref(), other)
    };
    take(&discriminated, &mut before, &mut after);
    let titled = |one: SchemaId, other: SchemaId| {
        let (one, other) = (&graph.base[one], &graph.head[other]);
        one.component.is_none()
            && other.component.is_none()
            && kind(one) == kind(other)
            && one.title.as_deref() == other.title.as_deref()
            && (one.title.is_some() || one.properties.keys().eq(other.properties.keys()))
    };
    take(&titled, &mut before, &mut after);
    if let ([one], [other]) = (before.as_slice(), after.as_slice()) {
        let (a, b) = (&graph.base[*one], &graph.head[*other]);
        if kind(a) == kind(b) && a.component.is_none() && b.component.is_none() {
            pairs.push((*one, *other));
            before.clear();
            after.clear();
        }
    }
    let name = |schema: &Schema, at: usize| {
        let title = schema.title.as_ref().map(|title| title.value.clone());
        let name = schema.component.clone().or(title);
        name.unwrap_or_else(|| format!("alternative {}", at + 1))
    };
    for (at, (one, other)) in pairs.into_iter().enumerate() {
        let suffix = format!("|{}", name(&graph.head[other], at));
        out.edges.push((child(one, other), suffix));
    }
    for id in before {
        let schema = &graph.base[id];
        let at = branches(base).iter().position(|&branch| branch == id);
        let name = name(schema, at.unwrap_or_default());
        out.changes.push(
            Raw::new(
                &catalogue::BRANCH_REMOVED,
                Variance::Narrows,
                format!("`{name}` is no longer an alternative"),
                Spot::at(&schema.origin, name.as_str()),
                Spot::near(&head.origin),
            )
            .suffix(format!("|{name}")),
        );
    }
    for id in after {
        let schema = &graph.head[id];
        let at = branches(head).iter().position(|&branch| branch == id);
        let name = name(schema, at.unwrap_or_default());
        out.changes.push(
            Raw::new(
                &catalogue::BRANCH_ADDED,
                Variance::Widens,
                format!("`{name}` is an alternative"),
                Spot::near(&base.origin),
                Spot::at(&schema.origin, name.as_str()),
            )
            .suffix(format!("|{name}")),
        );
    }
}

fn discriminator(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) {
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
            mapping(graph, pair, depth, one, other, out);
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

fn mapping(
    graph: &Graph<'_>,
    pair: Pair,
    depth: u8,
    one: &Discriminator,
    other: &Discriminator,
    out: &mut Local,
) {
    let target = |name: &str, discriminator: &Discriminator| {
        discriminator
            .mapping
            .get(name)
            .and_then(|(target, _)| *target)
    };
    // A value whose alternative came or went is reported there.
    let known = |id: Option<SchemaId>,
                 schemas: &lavka_model::normalized::Schemas,
                 others: &[SchemaId],
                 other_schemas: &lavka_model::normalized::Schemas| {
        id.and_then(|id| schemas[id].component.clone())
            .is_none_or(|name| {
                others
                    .iter()
                    .any(|&id| other_schemas[id].component.as_ref() == Some(&name))
            })
    };
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    for (name, (id, origin)) in &one.mapping {
        if let Some((now, place)) = other.mapping.get(name) {
            let (Some(was), Some(is)) = (*id, *now) else {
                continue;
            };
            let (a, b) = (&graph.base[was], &graph.head[is]);
            let child = pair.inside(was, is);
            let named = a.component.is_some() && a.component == b.component;
            if !named && !graph.same(child, depth) {
                out.changes.push(
                    Raw::new(
                        &catalogue::MAPPING,
                        Variance::Incomparable,
                        format!("`{name}` selects another schema"),
                        Spot::at(origin, a.component.clone().unwrap_or_default()),
                        Spot::at(place, b.component.clone().unwrap_or_default()),
                    )
                    .suffix(format!("={name}")),
                );
            }
        } else if known(target(name, one), graph.base, branches(head), graph.head) {
            out.changes.push(
                Raw::new(
                    &catalogue::MAPPING,
                    Variance::Narrows,
                    format!("the discriminator is no longer `{name}`"),
                    Spot::at(origin, name.as_str()),
                    Spot::near(&other.property.origin),
                )
                .suffix(format!("={name}")),
            );
        }
    }
    for (name, (id, origin)) in &other.mapping {
        let new = !one.mapping.contains_key(name);
        if new && known(*id, graph.head, branches(base), graph.base) {
            out.changes.push(
                Raw::new(
                    &catalogue::MAPPING,
                    Variance::Widens,
                    format!("the discriminator may be `{name}`"),
                    Spot::near(&one.property.origin),
                    Spot::at(origin, name.as_str()),
                )
                .suffix(format!("={name}")),
            );
        }
    }
}
