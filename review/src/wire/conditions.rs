//! Keywords that only take something away from what is allowed, and those that nothing here knows.

use std::collections::{BTreeMap, BTreeSet};

use lavka_model::normalized::{Keyword, Schema};
use lavka_model::source::{Node, Origin, Value};

use super::effects::Hint;
use super::pairs::{Local, Raw};
use super::subschema;
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Level, Variance};

/// Keywords that only take something away from what is allowed.
const CONDITIONS: &[&str] = &[
    "contains",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
];

/// Keywords that say nothing about values.
const NAMES: &[&str] = &[
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$id",
    "$schema",
    "$vocabulary",
    "definitions",
];

pub(super) fn compare(base: &Schema, head: &Schema, out: &mut Local) {
    alternatives(base, head, out);
    if base.ignored.is_empty() && head.ignored.is_empty() {
        return;
    }
    let (before, after) = (keywords(base), keywords(head));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for name in names {
        let (one, other) = (before.get(name).copied(), after.get(name).copied());
        let Some(change) = relation(name, one, other) else {
            continue;
        };
        // What a schema is applied to, and how often, follows from others.
        let value =
            |all: &BTreeMap<&str, &Keyword>, of: &str| all.get(of).map(|k| k.value.to_json());
        let depends = match name {
            "then" | "else" => value(&before, "if") != value(&after, "if"),
            "contains" => before.contains_key("maxContains") || after.contains_key("maxContains"),
            _ => false,
        };
        let change = change.filter(|_| !depends || one.is_none() || other.is_none());
        let what = match (one, other) {
            (None, _) => format!("`{name}` is added"),
            (_, None) => format!("`{name}` is removed"),
            _ => format!("`{name}` changes"),
        };
        let variance = change.unwrap_or(Variance::Incomparable);
        let mut raw = Raw::new(
            &catalogue::UNJUDGED,
            variance,
            what,
            spot(one, &base.origin),
            spot(other, &head.origin),
        );
        if change == Some(Variance::Incomparable) {
            raw = raw.level(Level::Breaking);
        }
        out.changes.push(raw);
    }
}

fn keywords(schema: &Schema) -> BTreeMap<&str, &Keyword> {
    let all = schema.ignored.iter();
    let mut found: BTreeMap<&str, &Keyword> = all
        .map(|keyword| (keyword.name.value.as_str(), keyword))
        .filter(|(name, _)| !NAMES.contains(name))
        .collect();
    // Alone, these are ignored.
    let has = |found: &BTreeMap<_, _>, name| found.contains_key(name);
    if !has(&found, "contains") {
        found.retain(|name, _| !matches!(*name, "minContains" | "maxContains"));
    }
    if !has(&found, "if") || !(has(&found, "then") || has(&found, "else")) {
        found.retain(|name, _| !matches!(*name, "if" | "then" | "else"));
    }
    found
}

fn spot(keyword: Option<&Keyword>, otherwise: &Origin) -> Spot {
    keyword.map_or_else(
        || Spot::near(otherwise),
        |keyword| Spot::at(&keyword.name.origin, keyword.value.to_json().to_string()),
    )
}

/// What a change of a keyword does: nothing, or a variance, which may be unknown.
fn relation(
    name: &str,
    one: Option<&Keyword>,
    other: Option<&Keyword>,
) -> Option<Option<Variance>> {
    let condition = CONDITIONS.contains(&name);
    // `contains` alone asks for one.
    if name == "minContains" {
        let least = |keyword: Option<&Keyword>| keyword.map_or(Some(1), |k| k.value.as_u64());
        return match (least(one), least(other)) {
            (Some(was), Some(is)) => Variance::of(is > was, is < was).map(Some),
            _ => Some(None),
        };
    }
    let (one, other) = match (one, other) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Some(Variance::Narrows).filter(|_| condition)),
        (Some(_), None) => return Some(Some(Variance::Widens).filter(|_| condition)),
        (Some(one), Some(other)) => (&one.value, &other.value),
    };
    if one.same(other) {
        return None;
    }
    match name {
        "maxContains" => match (one.as_u64(), other.as_u64()) {
            (Some(was), Some(is)) => Variance::of(is < was, is > was).map(Some),
            _ => Some(None),
        },
        "dependentRequired" => {
            let (was, is) = (requirements(one), requirements(other));
            Variance::of(!is.is_subset(&was), !was.is_subset(&is)).map(Some)
        }
        // Compared as the schema of other properties.
        "patternProperties" if entries(one).len() == 1 && entries(one) == entries(other) => None,
        "contains" | "dependentSchemas" | "else" | "patternProperties" | "propertyNames"
        | "then" | "unevaluatedItems" => {
            let schema = |node: &Node| serde_json::json!({ name: node.to_json() });
            subschema::relation(&schema(one), &schema(other))
        }
        _ => Some(None),
    }
}

fn entries(node: &Node) -> BTreeSet<&str> {
    let object = node.as_object().into_iter();
    object
        .flat_map(|object| object.keys().map(String::as_str))
        .collect()
}

/// Which name asks for which.
fn requirements(node: &Node) -> BTreeSet<(&str, &str)> {
    let mut out = BTreeSet::new();
    for (name, member) in node.as_object().into_iter().flatten() {
        if let Value::Array(needed) = &member.node.value {
            out.extend(
                needed
                    .iter()
                    .filter_map(Node::as_str)
                    .map(|n| (name.as_str(), n)),
            );
        }
    }
    out
}

/// `anyOf` or `oneOf` whose entries only name required properties.
fn alternatives(base: &Schema, head: &Schema, out: &mut Local) {
    let of = |schema: &Schema| -> BTreeSet<BTreeSet<String>> {
        let all = schema.required_alternatives.iter();
        let all = all.flat_map(|group| &group.names);
        all.filter(|names| !names.is_empty())
            .map(|names| names.iter().map(|name| name.value.clone()).collect())
            .collect()
    };
    let (mut was, is) = (of(base), of(head));
    for raw in &mut out.changes {
        let asked = was.iter().any(|names| names.contains(&raw.before.text));
        // A property that has another name is the same alternative, and the old name is none.
        if asked && *raw.check == catalogue::PROPERTY_RENAMED {
            was = renamed(was, &raw.before.text, &raw.after.text);
            raw.level = Some(Level::Breaking);
            raw.hint = Hint::Lost { required: true };
        }
    }
    let variance = match (was.is_empty(), is.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Variance::Narrows),
        (false, true) => Some(Variance::Widens),
        (false, false) => Variance::of(!was.is_subset(&is), !is.is_subset(&was)),
    };
    let Some(variance) = variance else { return };
    let show = |all: &BTreeSet<BTreeSet<String>>| {
        let all = all.iter();
        let all: Vec<String> = all
            .map(|names| {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                names.join(" and ")
            })
            .collect();
        all.join(", or ")
    };
    let what = match (was.is_empty(), is.is_empty()) {
        (true, _) => format!("one of these is required: {}", show(&is)),
        (_, true) => format!("none of these is required any more: {}", show(&was)),
        _ => format!(
            "one of these is required: {}; before: {}",
            show(&is),
            show(&was)
        ),
    };
    let mut raw = Raw::new(
        &catalogue::REQUIRED_ALTERNATIVES,
        variance,
        what,
        Spot::at(&base.origin, show(&was)),
        Spot::at(&head.origin, show(&is)),
    );
    let known = !was.is_empty() && was.is_subset(&is);
    if let Some(name) = only_name(is.difference(&was)).filter(|_| known) {
        // The property comes with its alternative: one change.
        let added =
            |raw: &Raw| *raw.check == catalogue::PROPERTY_ADDED && raw.suffix == format!(".{name}");
        if let Some(at) = out.changes.iter().position(added) {
            raw.what = format!("an alternative is added: `{name}`; {}", raw.what);
            raw.after = out.changes.remove(at).after;
            raw.suffix = format!(".{name}");
        }
    }
    out.changes.push(raw);
}

/// The groups, with the new name of a property.
fn renamed(groups: BTreeSet<BTreeSet<String>>, from: &str, to: &str) -> BTreeSet<BTreeSet<String>> {
    let name = |name: String| if name == from { to.to_owned() } else { name };
    let groups = groups.into_iter();
    groups
        .map(|names| names.into_iter().map(name).collect())
        .collect()
}

/// The name of the only group, if it has one name.
fn only_name<'g>(mut groups: impl Iterator<Item = &'g BTreeSet<String>>) -> Option<&'g String> {
    let only = groups.next().filter(|_| groups.next().is_none())?;
    let mut names = only.iter();
    names.next().filter(|_| names.next().is_none())
}
