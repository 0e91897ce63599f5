//! What XML Schema says and no keyword of a schema does: keys that the reader of XML Schema leaves (`specs/xsd/README.md`).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use lavka_model::normalized::{Schema, Type};
use lavka_model::source::Node;
use lavka_model::xsd::facts;

use super::pairs::{Local, Raw};
use super::subschema;
use crate::catalogue::{self, Check};
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

fn get<'s>(schema: &'s Schema, key: &str) -> Option<&'s Node> {
    schema.extensions.get(key)
}

fn text<'s>(schema: &'s Schema, key: &str) -> Option<&'s str> {
    get(schema, key).and_then(Node::as_str)
}

/// The built-in type, where it has fewer texts than the format says.
pub(super) fn texts_of(schema: &Schema) -> Option<&str> {
    text(schema, facts::TYPE)
}

/// Whether a schema is one of an XML Schema.
fn is_xsd(schema: &Schema) -> bool {
    let file = schema.origin.file();
    file.is_some_and(|file| file.path().ends_with(".xsd"))
}

/// Whether elements may come in any order.
pub(super) fn any_order(schema: &Schema) -> bool {
    text(schema, facts::ORDER) == Some("any")
}

pub(super) fn compare(base: &Schema, head: &Schema, direction: Direction, out: &mut Local) {
    let has = |schema: &Schema| {
        let mut keys = schema.extensions.keys();
        keys.any(|key| key.starts_with(facts::PREFIX))
    };
    if !has(base) && !has(head) {
        return;
    }
    if direction == Direction::Argument {
        order(base, head, out);
    }
    let both = |ty: Type| base.types.has(ty) && head.types.has(ty);
    if both(Type::Number) || both(Type::Integer) {
        for (key, word, check) in [
            (
                facts::TOTAL_DIGITS,
                "`totalDigits`",
                &catalogue::NUMBER_LIMITS,
            ),
            (
                facts::FRACTION_DIGITS,
                "`fractionDigits`",
                &catalogue::MULTIPLE_OF,
            ),
        ] {
            digits(base, head, (key, word, check), out);
        }
    }
    if both(Type::Number) || both(Type::String) {
        bounds(base, head, out);
    }
    if both(Type::String) {
        parts(base, head, out);
    }
}

fn spots(base: &Schema, head: &Schema, key: &str) -> (Spot, Spot) {
    let spot = |schema: &Schema| {
        get(schema, key).map_or_else(
            || Spot::near(&schema.origin),
            |node| {
                let text = node.as_str().map(str::to_owned);
                let text = text.unwrap_or_else(|| node.to_json().to_string());
                Spot::at(&node.origin, text)
            },
        )
    };
    (spot(base), spot(head))
}

fn push(
    word: &str,
    check: &'static Check,
    variance: Variance,
    (before, after): (Spot, Spot),
    out: &mut Local,
) {
    let what = match (before.present, after.present) {
        (true, true) => format!("{word} is {} instead of {}", after.text, before.text),
        (false, _) => format!("{word} {} is added", after.text),
        (true, false) => format!("{word} is removed; it was {}", before.text),
    };
    let raw = Raw::new(check, variance, what, before, after);
    out.changes.push(raw);
}

/// How many digits a number has at most.
fn digits(
    base: &Schema,
    head: &Schema,
    (key, word, check): (&str, &str, &'static Check),
    out: &mut Local,
) {
    let most = |schema: &Schema| {
        let count = text(schema, key).and_then(|text| text.parse::<u64>().ok());
        count.unwrap_or(u64::MAX)
    };
    let (was, is) = (most(base), most(head));
    if let Some(variance) = Variance::of(is < was, is > was) {
        push(word, check, variance, spots(base, head, key), out);
    }
}

/// Bounds of dates, times and texts, and bounds of numbers that are excluded.
fn bounds(base: &Schema, head: &Schema, out: &mut Local) {
    for (word, inclusive, exclusive, lower) in [
        (
            "the minimum",
            facts::MIN_INCLUSIVE,
            facts::MIN_EXCLUSIVE,
            true,
        ),
        (
            "the maximum",
            facts::MAX_INCLUSIVE,
            facts::MAX_EXCLUSIVE,
            false,
        ),
    ] {
        let bound = |schema: &Schema| -> Option<(String, bool)> {
            let own = |key, open| text(schema, key).map(|text| (text.to_owned(), open));
            own(exclusive, true).or_else(|| own(inclusive, false))
        };
        let (was, is) = (bound(base), bound(head));
        let variance = match (&was, &is) {
            (None, None) => continue,
            (None, Some(_)) => Variance::Narrows,
            (Some(_), None) => Variance::Widens,
            (Some((was, was_open)), Some((is, is_open))) => {
                let moved = match (was.parse::<f64>(), is.parse::<f64>()) {
                    (Ok(was), Ok(is)) => was.partial_cmp(&is).unwrap_or(Ordering::Equal),
                    _ => was.cmp(is),
                };
                let moved = if lower { moved } else { moved.reverse() };
                match moved.then(was_open.cmp(is_open)) {
                    Ordering::Less => Variance::Narrows,
                    Ordering::Greater => Variance::Widens,
                    Ordering::Equal => continue,
                }
            }
        };
        let key = |bound: &Option<(String, bool)>| match bound {
            Some((_, true)) => exclusive,
            _ => inclusive,
        };
        let (before, _) = spots(base, head, key(&was));
        let (_, after) = spots(base, head, key(&is));
        push(
            word,
            &catalogue::NUMBER_LIMITS,
            variance,
            (before, after),
            out,
        );
    }
}

/// Lists and unions, which are texts.
fn parts(base: &Schema, head: &Schema, out: &mut Local) {
    // Any text, on a side that says nothing else.
    let any = |schema: &Schema| schema.values.is_none() && schema.format.is_none();
    for (key, word) in [(facts::LIST, "list"), (facts::UNION, "union")] {
        let (was, is) = (get(base, key), get(head, key));
        let (relation, what) = match (was, is) {
            (None, None) => continue,
            (None, Some(_)) if any(base) => (
                Some(Variance::Narrows),
                format!("a text becomes a {word} of values"),
            ),
            (Some(_), None) if any(head) => (
                Some(Variance::Widens),
                format!("a {word} of values becomes a text"),
            ),
            (Some(was), Some(is)) => {
                let relation = match word {
                    "list" => subschema::relation(&plain(was), &plain(is)),
                    _ => members(was, is).map(Some),
                };
                let Some(relation) = relation else { continue };
                let what = match word {
                    "list" => "values of a list in one text change".to_owned(),
                    _ => "types of a union change".to_owned(),
                };
                (relation, what)
            }
            _ => continue,
        };
        let (before, after) = spots(base, head, key);
        let variance = relation.unwrap_or(Variance::Incomparable);
        let raw = Raw::new(&catalogue::FORMAT, variance, what, before, after);
        out.changes.push(raw);
    }
}

/// A schema of texts as its keywords: a number is one of texts.
fn plain(node: &Node) -> serde_json::Value {
    let mut json = node.to_json();
    if let Some(object) = json.as_object_mut() {
        let ty = object.get("type").cloned();
        // Every text is allowed: no type.
        if ty.as_ref().and_then(serde_json::Value::as_str) == Some("string") {
            object.remove("type");
        }
        // What restricts texts, a type or a format, is one condition.
        let kind = ["type", "format", facts::TYPE].map(|key| object.remove(key));
        let kind: Vec<String> = kind
            .iter()
            .flatten()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        if !kind.is_empty() {
            object.insert("pattern".to_owned(), kind.join(" ").into());
        }
    }
    json
}

/// What becomes of the members of a union.
fn members(was: &Node, is: &Node) -> Option<Variance> {
    let of = |node: &Node| -> BTreeSet<String> {
        let members = node.as_array().into_iter().flatten();
        members.map(|member| member.to_json().to_string()).collect()
    };
    let (was, is) = (of(was), of(is));
    Variance::of(!was.is_subset(&is), !is.is_subset(&was))
}

/// Whether the order of elements counts.
fn order(base: &Schema, head: &Schema, out: &mut Local) {
    let (was, is) = (any_order(base), any_order(head));
    if was == is || !is_xsd(base) || !is_xsd(head) {
        return;
    }
    let (before, after) = (Spot::at(&base.origin, ""), Spot::at(&head.origin, ""));
    let (check, variance) = (&catalogue::XML_ORDER, Variance::required(!is));
    let raw = match is {
        true => Raw::new(
            check,
            variance,
            "elements may come in any order",
            before,
            after,
        )
        .level(Level::Compatible),
        false => {
            let what = "elements have to come in the order of the schema";
            Raw::new(check, variance, what, before, after)
        }
    };
    out.changes.push(raw.only_xml());
}
