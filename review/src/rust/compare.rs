//! Compares two surfaces.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::renames::Renames;
use super::{Argument, Item, Kind, Surface, canonical};
use crate::catalogue::{self, Check};
use crate::finding::{Effect, Finding, Spot};
use crate::level::Level;

/// A change of the bindings.
struct Change {
    check: &'static Check,
    level: Level,
    place: String,
    /// Places on the wire that are the likely reason.
    reasons: Vec<String>,
    text: String,
    before: String,
    after: String,
}

/// Adds what changes for Rust programs: to the finding of the same place on the wire, or else on its own.
pub(crate) fn compare(before: &Surface, after: &Surface, findings: &mut Vec<Finding>) {
    let mut changes = Vec::new();
    let before = &Renames::find(before, after).apply(before);
    omissions(before, after, &mut changes);
    items(before, after, &mut changes);
    attach(changes, findings);
}

fn omissions(before: &Surface, after: &Surface, out: &mut Vec<Change>) {
    let offered = |surface: &Surface, place: &str| {
        surface
            .items
            .contains_key(&(Kind::Method, canonical(place)))
    };
    for (place, why) in &after.omitted {
        if offered(before, place) {
            out.push(Change {
                check: &catalogue::RUST_OMITTED,
                level: Level::Breaking,
                place: place.clone(),
                reasons: Vec::new(),
                text: format!("the method is left out: {why}"),
                before: String::new(),
                after: String::new(),
            });
        }
    }
    for place in before.omitted.keys() {
        if offered(after, place) {
            out.push(Change {
                check: &catalogue::RUST_INCLUDED,
                level: Level::Compatible,
                place: place.clone(),
                reasons: Vec::new(),
                text: "the operation has a method now".to_owned(),
                before: String::new(),
                after: String::new(),
            });
        }
    }
}

/// What is the same thing on both sides, by kind: places that both have, and the rest of each.
fn items(before: &Surface, after: &Surface, out: &mut Vec<Change>) {
    // Methods are the same by operationId too: the path may have changed.
    let mut moved: HashMap<&str, &Item> = HashMap::new();
    for item in after.items.values() {
        if let (Kind::Method, Some(id)) = (item.kind, item.id.as_deref()) {
            moved.insert(id, item);
        }
    }
    let mut matched: BTreeSet<&(Kind, String)> = BTreeSet::new();
    let mut pairs: Vec<(&Item, &Item)> = Vec::new();
    let mut removed: Vec<&Item> = Vec::new();
    let keys: HashMap<(Kind, &str), &(Kind, String)> = after
        .items
        .iter()
        .map(|(key, item)| ((item.kind, item.path.as_str()), key))
        .collect();
    for (key, item) in &before.items {
        let by_id = || {
            let other = moved.get(item.id.as_deref()?)?;
            (item.kind == Kind::Method)
                .then(|| keys.get(&(other.kind, other.path.as_str())).copied())?
        };
        let found = after
            .items
            .get_key_value(key)
            .map(|(key, _)| key)
            .or_else(by_id);
        match found.and_then(|key| Some((key, after.items.get(key)?))) {
            Some((key, other)) if matched.insert(key) => pairs.push((item, other)),
            _ => removed.push(item),
        }
    }
    let added: Vec<&Item> = after
        .items
        .iter()
        .filter(|(key, _)| !matched.contains(key))
        .map(|(_, item)| item)
        .collect();
    // The path of an item that is only now at another place of the wire.
    let mut rebound: BTreeSet<(Kind, &str)> = BTreeSet::new();
    let old_paths: HashMap<(Kind, &str), &Item> = before
        .items
        .values()
        .map(|item| ((item.kind, item.path.as_str()), item))
        .collect();
    for item in after.items.values() {
        let path = (item.kind, item.path.as_str());
        if let Some(old) = old_paths.get(&path)
            && !same_place(old, item, &pairs)
            && old.kind != Kind::Type
            && compiles_as(old, item)
        {
            rebound.insert(path);
            out.push(Change {
                check: &catalogue::RUST_REBOUND,
                level: Level::Breaking,
                place: item.place.clone(),
                reasons: Vec::new(),
                text: format!(
                    "`{}` stands for `{}` instead of `{}`: programs compile and use another value",
                    item.path, item.place, old.place
                ),
                before: signature(old),
                after: signature(item),
            });
        }
    }
    for (old, new) in pairs {
        pair(old, new, out);
    }
    for item in removed {
        if !rebound.contains(&(item.kind, item.path.as_str())) && !parent_gone(item, after) {
            out.push(Change {
                check: &catalogue::RUST_REMOVED,
                level: Level::Breaking,
                place: item.place.clone(),
                reasons: Vec::new(),
                text: format!("the {} `{}` is removed", item.kind.as_str(), item.path),
                before: signature(item),
                after: String::new(),
            });
        }
    }
    for item in added {
        if !rebound.contains(&(item.kind, item.path.as_str())) && !parent_gone(item, before) {
            out.push(Change {
                check: &catalogue::RUST_ADDED,
                level: Level::Compatible,
                place: item.place.clone(),
                reasons: Vec::new(),
                text: format!("the {} `{}` is added", item.kind.as_str(), item.path),
                before: String::new(),
                after: signature(item),
            });
        }
    }
}

fn same_place(old: &Item, new: &Item, pairs: &[(&Item, &Item)]) -> bool {
    old.place == new.place
        || pairs
            .iter()
            .any(|(a, b)| std::ptr::eq(*a, old) && std::ptr::eq(*b, new))
}

/// Whether a program that used one compiles with the other.
fn compiles_as(old: &Item, new: &Item) -> bool {
    old.ty == new.ty
        && old.arguments.len() == new.arguments.len()
        && old
            .arguments
            .iter()
            .zip(&new.arguments)
            .all(|(a, b)| a.ty == b.ty)
}

/// Whether the type that holds a field or variant is missing on the other side: then that is the finding.
fn parent_gone(item: &Item, other: &Surface) -> bool {
    if !matches!(item.kind, Kind::Field | Kind::Variant) {
        return false;
    }
    let Some((owner, _)) = item.path.rsplit_once("::") else {
        return false;
    };
    !other
        .items
        .values()
        .any(|known| known.kind == Kind::Type && known.path == owner)
}

fn pair(old: &Item, new: &Item, out: &mut Vec<Change>) {
    let (before, after) = (signature(old), signature(new));
    let reasons = reasons(old, new);
    let mut push = |check: &'static Check, level: Level, text: String| {
        out.push(Change {
            check,
            level,
            place: new.place.clone(),
            reasons: reasons.clone(),
            text,
            before: before.clone(),
            after: after.clone(),
        });
    };
    let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
    // The owner's new name is a finding of its own.
    let renamed = match old.kind {
        Kind::Field | Kind::Variant => last(&old.path) != last(&new.path),
        _ => old.path != new.path,
    };
    if renamed {
        push(
            &catalogue::RUST_RENAMED,
            Level::Breaking,
            format!(
                "the {} `{}` is named `{}`",
                old.kind.as_str(),
                old.path,
                new.path
            ),
        );
    }
    if old.ty != new.ty {
        let what = match old.kind {
            Kind::Method => "returns",
            Kind::Type => "is",
            _ => "has the type",
        };
        push(
            &catalogue::RUST_RETYPED,
            Level::Breaking,
            format!("`{}` {what} `{}` instead of `{}`", new.path, new.ty, old.ty),
        );
    }
    arguments(old, new, &mut push);
    if old.deprecated != new.deprecated {
        let text = if new.deprecated {
            format!("`{}` is marked `#[deprecated]`", new.path)
        } else {
            format!("`{}` is no longer marked `#[deprecated]`", new.path)
        };
        push(&catalogue::RUST_CHANGED, Level::Compatible, text);
    }
}

/// Where the wire changed, if arguments changed.
fn reasons(old: &Item, new: &Item) -> Vec<String> {
    let place = |item: &Item, argument: &Argument| match item.kind {
        Kind::Method => format!("{} {}", item.place, argument.wire),
        _ => argument.wire.clone(),
    };
    let of = |item: &Item, other: &Item| -> Vec<String> {
        let own = item.arguments.iter();
        own.filter(|argument| !other.arguments.contains(argument))
            .map(|argument| place(item, argument))
            .collect()
    };
    let mut all = of(new, old);
    all.extend(of(old, new));
    all
}

fn arguments(old: &Item, new: &Item, push: &mut dyn FnMut(&'static Check, Level, String)) {
    let (was, is) = (&old.arguments, &new.arguments);
    let wires = |all: &[Argument]| -> Vec<String> { all.iter().map(|a| a.wire.clone()).collect() };
    let types = |all: &[Argument]| -> Vec<String> { all.iter().map(|a| a.ty.clone()).collect() };
    let function = match old.kind {
        Kind::Type => format!("{}::new", new.path),
        _ => new.path.clone(),
    };
    let list = |all: &[Argument]| {
        let all: Vec<String> = all
            .iter()
            .map(|a| format!("{}: {}", a.name, a.ty))
            .collect();
        all.join(", ")
    };
    let change = format!(
        "`{function}({})` becomes `{function}({})`",
        list(was),
        list(is)
    );
    if types(was) != types(is) {
        push(&catalogue::RUST_SIGNATURE, Level::Breaking, change);
        return;
    }
    // The same types: where another value goes into a position, programs compile and send it as the other.
    let (before, after) = (wires(was), wires(is));
    if before == after {
        return;
    }
    let set = |all: &[String]| all.iter().cloned().collect::<BTreeSet<String>>();
    if set(&before) == set(&after) {
        push(
            &catalogue::RUST_SWAPPED,
            Level::Breaking,
            format!("{change}: programs compile, and send each value as the other"),
        );
        return;
    }
    let moved: Vec<String> = was
        .iter()
        .zip(is)
        .filter(|(a, b)| a.wire != b.wire)
        .map(|(a, b)| format!("`{}` goes to `{}`", a.wire, b.wire))
        .collect();
    // A place that is only called otherwise on the wire takes the same value.
    let fresh: Vec<&String> = after.iter().filter(|wire| !before.contains(wire)).collect();
    let gone: Vec<&String> = before.iter().filter(|wire| !after.contains(wire)).collect();
    let only_named = before
        .iter()
        .zip(&after)
        .all(|(a, b)| a == b || (gone.contains(&a) && fresh.contains(&b)));
    if only_named && path_only(&before, &after) {
        return;
    }
    push(
        &catalogue::RUST_REBOUND,
        Level::Breaking,
        format!(
            "{change}: programs compile, and what was {}",
            moved.join(", ")
        ),
    );
}

/// Whether only names of path parameters differ, which are not sent.
fn path_only(before: &[String], after: &[String]) -> bool {
    before
        .iter()
        .zip(after)
        .all(|(a, b)| a == b || (a.starts_with("path ") && b.starts_with("path ")))
}

/// The item as Rust writes it, shortened.
fn signature(item: &Item) -> String {
    let arguments: Vec<String> = item
        .arguments
        .iter()
        .map(|a| format!("{}: {}", a.name, a.ty))
        .collect();
    match item.kind {
        Kind::Method => format!("fn {}({}) -> {}", item.path, arguments.join(", "), item.ty),
        Kind::Type if item.arguments.is_empty() => format!("{} {}", item.ty, item.path),
        Kind::Type => format!("{}::new({})", item.path, arguments.join(", ")),
        Kind::Field | Kind::Setting => format!("{}: {}", item.path, item.ty),
        Kind::Variant => item.path.clone(),
    }
}

/// Changes of the wire that can be the reason of a change of the bindings at the same place.
fn attach(changes: Vec<Change>, findings: &mut Vec<Finding>) {
    let mut by_place: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let place = canonical(&finding.place);
        // What was renamed is found by both names.
        if [&catalogue::PARAMETER_RENAMED, &catalogue::PROPERTY_RENAMED].contains(&finding.check)
            && let Some(stem) = place.strip_suffix(&finding.before.text)
        {
            let renamed = format!("{stem}{}", finding.after.text);
            by_place.entry(renamed).or_default().push(at);
        }
        by_place.entry(place).or_default().push(at);
    }
    let mut own: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for change in changes {
        let effect = Effect {
            level: change.level,
            text: change.text.clone(),
        };
        let found = cause(&change, &by_place, findings);
        if let Some(at) = found {
            let finding = &mut findings[at];
            finding
                .rust
                .retain(|known| known.level != Level::Documentation);
            if !finding.rust.contains(&effect) {
                finding.rust.push(effect);
            }
            signatures(finding, &change);
            continue;
        }
        let key = (change.place.clone(), change.check.code);
        let at = *own.entry(key).or_insert_with(|| {
            findings.push(Finding::new(
                change.check,
                change.place.as_str(),
                change.text.as_str(),
                Spot::default(),
                Spot::default(),
            ));
            findings.len() - 1
        });
        let finding = &mut findings[at];
        finding.rust.push(effect);
        signatures(finding, &change);
    }
}

fn signatures(finding: &mut Finding, change: &Change) {
    for (list, text) in [
        (&mut finding.signatures.0, &change.before),
        (&mut finding.signatures.1, &change.after),
    ] {
        if !text.is_empty() && !list.contains(text) {
            list.push(text.clone());
        }
    }
}

/// The finding of the wire at this place, or at the nearest one that holds it.
fn cause(
    change: &Change,
    by_place: &BTreeMap<String, Vec<usize>>,
    findings: &[Finding],
) -> Option<usize> {
    let matters = |at: &&usize| {
        let finding = &findings[**at];
        !finding.check.code.starts_with("R7")
            && !matches!(
                finding.check.code,
                "R108" | "R210" | "R431" | "R432" | "R433"
            )
    };
    let exact = |place: &str| {
        let found = by_place.get(&canonical(place)).into_iter().flatten();
        found.into_iter().find(matters).copied()
    };
    if let Some(at) = change.reasons.iter().find_map(|place| exact(place)) {
        return Some(at);
    }
    if let Some(at) = exact(&change.place) {
        return Some(at);
    }
    // A variant changes because of its enum, a member of an inline type because of what holds it.
    if let Some(end) = change.place.rfind(['=', '|'])
        && let Some(at) = change.place.get(..end).and_then(exact)
    {
        return Some(at);
    }
    // A constructor or method changes because of what is below its place.
    let below = |separator: char| {
        let prefix = format!("{}{separator}", canonical(&change.place));
        by_place
            .range(prefix.clone()..)
            .take_while(|(place, _)| place.starts_with(&prefix))
            .flat_map(|(_, all)| all)
            .find(matters)
            .copied()
    };
    if matches!(
        change.check.code,
        "R707" | "R706" | "R705" | "R704" | "R702" | "R701"
    ) {
        return below('.').or_else(|| below(' ')).or_else(|| below('|'));
    }
    None
}
