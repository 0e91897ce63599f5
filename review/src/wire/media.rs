//! Media types of bodies.

use lavka_model::normalized::{MediaType, SchemaId, Schemas, Style};
use lavka_model::source::Origin;

use lavka_model::media::media as media_kind;

use super::graph::Root;
use super::media_type::{encoded, in_range, is_binary, is_xml, kind, specializes};
use super::pairs::Pair;
use super::{Change, Scope, Wire, formats, parts, schema, texts, xml};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// The scope of one media type.
fn narrowed(scope: &Scope, name: &str) -> Scope {
    Scope {
        json: !is_xml(name),
        xml: is_xml(name),
        ..scope.clone()
    }
}

pub(super) fn media_types(
    wire: &mut Wire<'_>,
    (one, other): (&[MediaType], &[MediaType]),
    (base, head): (&Origin, &Origin),
    direction: Direction,
    place: &str,
    error: bool,
    scope: &Scope,
) {
    let check = media_check(direction);
    let find = |all: &'_ [MediaType], name: &str| {
        let exact = all.iter().position(|media| media.name.value == name);
        exact.or_else(|| all.iter().position(|media| kind(&media.name) == kind(name)))
    };
    let mut replaced: Vec<&str> = Vec::new();
    for before in one {
        let Some(after) = find(other, &before.name).and_then(|at| other.get(at)) else {
            let new = other
                .iter()
                .filter(|after| find(one, &after.name).is_none());
            let gone = one.iter().filter(|one| find(other, &one.name).is_none());
            let only = only(gone, new.clone(), before);
            let mut known =
                new.filter_map(|after| Some((after, replaces(before, after, direction)?)));
            if let Some((after, level)) = known.next().or(only) {
                replaced.push(&after.name);
                let change = Change::new(
                    check,
                    Variance::Incomparable,
                    format!("{place} {}", *before.name),
                    format!("`{}` instead of `{}`", *after.name, *before.name),
                    Spot::at(&before.origin, before.name.as_str()),
                    Spot::at(&after.origin, after.name.as_str()),
                )
                .level(level);
                wire.report(change.towards(direction), &narrowed(scope, &before.name));
                // Of what is written in another way, everything is another.
                if media_kind(&before.name) == media_kind(&after.name) || only.is_none() {
                    media(wire, before, after, direction, place, error, scope);
                }
                continue;
            }
            let change = Change::new(
                check,
                Variance::Narrows,
                format!("{place} {}", *before.name),
                format!("`{}` is removed", *before.name),
                Spot::at(&before.origin, before.name.as_str()),
                Spot::near(head),
            );
            wire.report(change.towards(direction), &narrowed(scope, &before.name));
            continue;
        };
        media(wire, before, after, direction, place, error, scope);
    }
    for after in other {
        if find(one, &after.name).is_none() && !replaced.contains(&after.name.as_str()) {
            let change = Change::new(
                check,
                Variance::Widens,
                format!("{place} {}", *after.name),
                format!("`{}` is added", *after.name),
                Spot::near(base),
                Spot::at(&after.origin, after.name.as_str()),
            );
            wire.report(change.towards(direction), &narrowed(scope, &after.name));
        }
    }
}

/// The media type that takes the place of another: the only ones of their kind, of which one goes and one comes.
fn only<'m>(
    gone: impl Iterator<Item = &'m MediaType>,
    new: impl Iterator<Item = &'m MediaType>,
    before: &MediaType,
) -> Option<(&'m MediaType, Level)> {
    let alike = |other: &&MediaType| is_xml(&other.name) == is_xml(&before.name);
    let (gone, mut new) = (gone.filter(alike), new.filter(alike));
    let after = new.next()?;
    (gone.count() == 1 && new.next().is_none()).then_some((after, Level::Breaking))
}

/// How bad it is that a media type is in place of another, which it specializes, or the other way round.
fn replaces(before: &MediaType, after: &MediaType, direction: Direction) -> Option<Level> {
    let narrower = in_range(&after.name, &before.name);
    if direction == Direction::Argument {
        // What was sent is in the range, or what a range allowed is not taken any more.
        return match in_range(&before.name, &after.name) {
            true => Some(Level::Compatible),
            false => narrower.then_some(Level::Breaking),
        };
    }
    let specific = specializes(&after.name, &before.name);
    let general = specializes(&before.name, &after.name);
    // A range promised nothing of the name.
    let level = match (narrower, specific) {
        (true, _) => Level::Compatible,
        (false, true) => Level::Risky,
        (false, false) => Level::Breaking,
    };
    (specific || general).then_some(level)
}

/// Whether a string that is the whole body may be unquoted (`x-bare-string`).
fn bare_string(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    direction: Direction,
    place: &str,
    scope: &Scope,
) {
    if before.bare_string == after.bare_string {
        return;
    }
    let check = &catalogue::LENIENCE;
    let (variance, what, text) = match after.bare_string {
        true => (
            Variance::Widens,
            "may be",
            "rebuilt programs read more forms",
        ),
        false => (
            Variance::Narrows,
            "may no longer be",
            "rebuilt programs reject forms that were read before",
        ),
    };
    let level = check.levels.level(direction, variance);
    let change = Change::new(
        check,
        variance,
        format!("{place} {}", *before.name),
        format!("the body {what} a string without quotes"),
        Spot::at(&before.origin, ""),
        Spot::at(&after.origin, ""),
    );
    wire.behaves_at(change, level, text, scope);
}

fn media(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    direction: Direction,
    place: &str,
    error: bool,
    scope: &Scope,
) {
    let scope = narrowed(scope, &before.name);
    if is_xml(&before.name) {
        xml::root(wire, before, after, direction, place, &scope);
    }
    parts::compare(wire, before, after, place, &scope);
    if !texts::all_same(&before.examples, &after.examples) {
        wire.documents(
            &catalogue::EXAMPLES,
            format!("{place} {}", *before.name),
            "examples change",
            Spot::at(&before.origin, ""),
            Spot::at(&after.origin, ""),
            &scope,
        );
    }
    bare_string(wire, before, after, direction, place, &scope);
    let (was, is) = (
        Allowed::of(before.schema, &wire.base.schemas),
        Allowed::of(after.schema, &wire.head.schemas),
    );
    if (was == Allowed::Nothing) != (is == Allowed::Nothing) {
        let (variance, word) = if is == Allowed::Nothing {
            (Variance::Narrows, "no longer")
        } else {
            (Variance::Widens, "now")
        };
        let change = Change::new(
            media_check(direction),
            variance,
            format!("{place} {}", *before.name),
            format!("`{}` {word} allows a body", *before.name),
            Spot::at(&before.origin, before.name.as_str()),
            Spot::at(&after.origin, after.name.as_str()),
        );
        return wire.report(change.towards(direction), &scope);
    }
    match (before.schema, after.schema) {
        (Some(base), Some(head)) => {
            let pair = Pair::new(base, head, direction);
            let root = Root {
                operation: scope.operation.clone(),
                formats: encoded(&before.name),
                deep: deep(before) || deep(after),
                error,
            };
            wire.graph.root(pair, place, root);
        }
        // A schema that allows anything says as little as none.
        _ if was == is => {}
        (one, _) => {
            let change = presence(wire, (before, after), one.is_some(), place);
            if let Some(change) = change {
                wire.report(change.towards(direction), &scope);
            }
        }
    }
}

/// A schema that only one side has: it is `removed`, or added.
fn presence(
    wire: &Wire<'_>,
    (before, after): (&MediaType, &MediaType),
    removed: bool,
    place: &str,
) -> Option<Change> {
    // Of bytes, `format: binary` says as little as no schema.
    let bytes = match removed {
        true => (before.schema, &wire.base.schemas, &after.name),
        false => (after.schema, &wire.head.schemas, &before.name),
    };
    if let (Some(only), schemas, name) = bytes
        && formats::is_bytes(&schemas[only])
        && is_binary(name)
    {
        return None;
    }
    let (variance, what) = match removed {
        true => (Variance::Widens, "the schema of the body is removed"),
        false => (Variance::Narrows, "a schema is added to the body"),
    };
    Some(Change::new(
        &catalogue::SCHEMA_PRESENCE,
        variance,
        format!("{place} {}", *before.name),
        what,
        Spot::at(&before.origin, ""),
        Spot::at(&after.origin, ""),
    ))
}

/// What a schema of a body allows, at its ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Nothing,
    Something,
    Anything,
}

impl Allowed {
    fn of(schema: Option<SchemaId>, schemas: &Schemas) -> Self {
        match schema.map(|id| &schemas[id]) {
            None => Self::Anything,
            Some(schema) if schema.types.iter().next().is_none() => Self::Nothing,
            Some(schema) if schema::open(schema) => Self::Anything,
            Some(_) => Self::Something,
        }
    }
}

fn media_check(direction: Direction) -> &'static catalogue::Check {
    match direction {
        Direction::Argument => &catalogue::REQUEST_MEDIA,
        Direction::Reply => &catalogue::REPLY_MEDIA,
    }
}

/// Whether objects in a form are written as texts: `a[b]=c`.
fn deep(media: &MediaType) -> bool {
    let mut styles = media
        .encoding
        .values()
        .filter_map(|encoding| encoding.style.as_ref());
    styles.any(|style| style.value == Style::DeepObject)
}
