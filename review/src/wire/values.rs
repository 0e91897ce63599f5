//! Types, formats, enums, defaults and limits.

use std::collections::BTreeSet;

use lavka_model::normalized::{Limits, Schema, Spanned, Type, Types};
use lavka_model::source::{Node, Value};

use super::effects::Hint;
use super::graph::{Local, Raw};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

fn words(types: Types) -> String {
    if types == Types::ANY {
        return "any".to_owned();
    }
    let words: Vec<&str> = types.iter().map(Type::as_str).collect();
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.join(", ")
}

/// Whether a type's values are all among those of the types, as JSON.
fn covers(types: Types, ty: Type) -> bool {
    types.has(ty) || (ty == Type::Integer && types.has(Type::Number))
}

/// The same for what is written as a text.
fn covers_text(types: Types, ty: Type) -> bool {
    let scalar = matches!(ty, Type::Boolean | Type::Integer | Type::Number);
    covers(types, ty) || (scalar && types.has(Type::String))
}

/// The types of what is written: a text whose format is one of numbers is a number.
fn as_text(schema: &Schema) -> Types {
    let types = schema.types.without(Type::Null);
    match schema.format.as_ref().map(|format| format.value.as_str()) {
        Some("decimal" | "double" | "float") if types.single() == Some(Type::String) => {
            types.without(Type::String).with(Type::Number)
        }
        Some(format) if is_number(format) && types.single() == Some(Type::String) => {
            types.without(Type::String).with(Type::Integer)
        }
        _ => types,
    }
}

fn relation(before: Types, after: Types, covers: fn(Types, Type) -> bool) -> Option<Variance> {
    let lost = before.iter().any(|ty| !covers(after, ty));
    let gained = after.iter().any(|ty| !covers(before, ty));
    Variance::of(lost, gained)
}

pub(super) fn types(base: &Schema, head: &Schema, null_judged: bool, out: &mut Local) {
    let (before, after) = (*base.types, *head.types);
    if before == after {
        return;
    }
    let spots = || {
        (
            Spot::at(&base.types.origin, words(before)),
            Spot::at(&head.types.origin, words(after)),
        )
    };
    let any = before == Types::ANY || after == Types::ANY;
    if before.has(Type::Null) != after.has(Type::Null) && !null_judged && !any {
        let variance = if after.has(Type::Null) {
            Variance::Widens
        } else {
            Variance::Narrows
        };
        let what = if after.has(Type::Null) {
            "may be null"
        } else {
            "may no longer be null"
        };
        let (one, other) = spots();
        out.changes
            .push(Raw::new(&catalogue::NULLABLE, variance, what, one, other));
    }
    let (plain_before, plain_after) = (before.without(Type::Null), after.without(Type::Null));
    let json = relation(plain_before, plain_after, covers);
    let (text_before, text_after) = (as_text(base), as_text(head));
    let text = relation(text_before, text_after, covers_text);
    if json.is_some() || text.is_some() {
        let (one, other) = spots();
        let what = format!("is {} instead of {}", words(after), words(before));
        let mut raw = Raw::new(
            &catalogue::TYPES,
            json.or(text).unwrap_or(Variance::Incomparable),
            what,
            one,
            other,
        );
        (raw.json, raw.xml, raw.text) = (json, text, text);
        out.changes.push(raw);
    }
}

/// The whole numbers that a format allows. Without one they are taken as 64 bits, as programs do.
fn integers(format: Option<&str>) -> (i128, i128) {
    match format {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

/// Formats that say how a text is shown, not which texts there are.
fn is_hint(format: &str) -> bool {
    matches!(
        format,
        "password" | "markdown" | "html" | "multiline" | "textarea" | "text" | "string"
    )
}

fn is_number(format: &str) -> bool {
    format.starts_with("int")
        || format.starts_with("uint")
        || matches!(format, "float" | "double" | "decimal")
}

/// How exact a number's format is.
fn precision(format: Option<&str>) -> u8 {
    match format {
        Some("float") => 0,
        Some("decimal") => 2,
        _ => 1,
    }
}

pub(super) fn format(base: &Schema, head: &Schema, out: &mut Local) {
    fn of(schema: &Schema) -> Option<&str> {
        schema.format.as_ref().map(|format| format.value.as_str())
    }
    let (before, after) = (of(base), of(head));
    if before == after {
        return;
    }
    let spot = |schema: &Schema| {
        schema.format.as_ref().map_or_else(
            || Spot::near(&schema.origin),
            |format| Spot::at(&format.origin, format.value.as_str()),
        )
    };
    let say = |format: Option<&str>| format.map_or("no format".to_owned(), |f| format!("`{f}`"));
    let secret = |format: Option<&str>| format == Some("password");
    if secret(before) != secret(after) {
        let raw = Raw::new(
            &catalogue::SECRECY,
            Variance::Incomparable,
            if secret(after) {
                "is secret"
            } else {
                "is no longer secret"
            },
            spot(base),
            spot(head),
        );
        let hint = if secret(after) {
            Hint::Behaves(
                Level::Compatible,
                "rebuilt programs never print it".to_owned(),
            )
        } else {
            Hint::Behaves(
                Level::Risky,
                "rebuilt programs print it: it can be in their logs".to_owned(),
            )
        };
        out.changes.push(raw.nowhere().hint(hint));
        if before.is_none() || after.is_none() {
            return;
        }
    }
    let what = format!("is {} instead of {}", say(after), say(before));
    if *base.types == Types::ANY || *head.types == Types::ANY {
        return;
    }
    let several = base.types.single().is_none() || head.types.single().is_none();
    let number = |format: Option<&str>| format.is_some_and(is_number);
    // It applies to every type that both have; of several types, `int32` is one of numbers.
    for ty in [Type::Integer, Type::Number, Type::String] {
        let numeric = several && (number(before) || number(after));
        if !base.types.has(ty) || !head.types.has(ty) || (ty == Type::String && numeric) {
            continue;
        }
        let (variance, hint) = meaning(ty, before, after);
        let raw = Raw::new(
            &catalogue::FORMAT,
            variance.unwrap_or(Variance::Incomparable),
            what.clone(),
            spot(base),
            spot(head),
        );
        let raw = if variance.is_none() {
            raw.nowhere()
        } else {
            raw
        };
        out.changes.push(raw.hint(hint));
    }
}

/// What another format does to the values of a type, and to programs.
fn meaning(ty: Type, before: Option<&str>, after: Option<&str>) -> (Option<Variance>, Hint) {
    match ty {
        Type::Integer => {
            let ((low, high), (new_low, new_high)) = (integers(before), integers(after));
            let variance = Variance::of(
                new_low > low || new_high < high,
                new_low < low || new_high > high,
            );
            let hint = if variance.is_none() {
                Hint::Documentation
            } else {
                Hint::None
            };
            (variance, hint)
        }
        Type::Number => {
            let hint = if precision(after) < precision(before) {
                Hint::Behaves(Level::Risky, "precision is lost".to_owned())
            } else if precision(after) > precision(before) {
                Hint::Behaves(
                    Level::Compatible,
                    "programs compute more exactly".to_owned(),
                )
            } else {
                Hint::Documentation
            };
            (None, hint)
        }
        _ => {
            let plain = |format: Option<&str>| format.is_none_or(is_hint);
            let variance = match (plain(before), plain(after)) {
                (true, true) => None,
                (true, false) => Some(Variance::Narrows),
                (false, true) => Some(Variance::Widens),
                (false, false) => Some(Variance::Incomparable),
            };
            let hint = if variance.is_none() {
                Hint::Documentation
            } else {
                Hint::None
            };
            (variance, hint)
        }
    }
}

fn texts(values: &Spanned<Vec<Node>>) -> Vec<String> {
    let values = values.value.iter();
    let values = values.filter(|node| !matches!(node.value, Value::Null));
    values.map(|node| node.to_json().to_string()).collect()
}

pub(super) fn enumeration(base: &Schema, head: &Schema, direction: Direction, out: &mut Local) {
    match (&base.values, &head.values) {
        (None, None) => {}
        (Some(before), Some(after)) => {
            let (was, is) = (texts(before), texts(after));
            let (old, new): (BTreeSet<&String>, BTreeSet<&String>) =
                (was.iter().collect(), is.iter().collect());
            let lost: Vec<&str> = old.difference(&new).map(|v| v.as_str()).collect();
            let gained: Vec<&str> = new.difference(&old).map(|v| v.as_str()).collect();
            let Some(variance) = Variance::of(!lost.is_empty(), !gained.is_empty()) else {
                return;
            };
            let list = |values: &[&str]| {
                let shown: Vec<String> = values.iter().take(5).map(|v| format!("`{v}`")).collect();
                let more = values.len().saturating_sub(5);
                let tail = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                format!("{}{tail}", shown.join(", "))
            };
            let what = match variance {
                Variance::Widens => format!("values are added: {}", list(&gained)),
                Variance::Narrows => format!("values are removed: {}", list(&lost)),
                Variance::Incomparable => {
                    format!(
                        "values are added: {}; removed: {}",
                        list(&gained),
                        list(&lost)
                    )
                }
            };
            let place = |all: &Spanned<Vec<Node>>, some: &[&str]| {
                let node = all.value.iter();
                let mut node = node.filter(|v| some.contains(&v.to_json().to_string().as_str()));
                node.next().map_or(all.origin.clone(), |v| v.origin.clone())
            };
            let raw = Raw::new(
                &catalogue::ENUM_VALUES,
                variance,
                what,
                Spot::at(&place(before, &lost), was.join(", ")),
                Spot::at(&place(after, &gained), is.join(", ")),
            );
            let hint = gained.first().map_or(Hint::None, |value| {
                Hint::Receives(
                    Level::Risky,
                    format!("programs that compared `Unknown({value})` no longer match"),
                )
            });
            let mut raw = raw.hint(hint);
            // No value is left that programs know.
            if old.is_disjoint(&new) {
                raw = raw.level(Level::Breaking);
            }
            out.changes.push(raw);
        }
        (before, after) => {
            let spot = |values: &Option<Spanned<Vec<Node>>>, schema: &Schema| {
                values.as_ref().map_or_else(
                    || Spot::near(&schema.origin),
                    |values| Spot::at(&values.origin, texts(values).join(", ")),
                )
            };
            let (variance, what) = if before.is_some() {
                (Variance::Widens, "is no longer an enum")
            } else {
                (Variance::Narrows, "becomes an enum")
            };
            let constant = |values: &Spanned<Vec<Node>>| texts(values).len() == 1;
            let mut raw = Raw::new(
                &catalogue::ENUM_PRESENCE,
                variance,
                what,
                spot(before, base),
                spot(after, head),
            );
            if direction == Direction::Reply && before.as_ref().is_some_and(constant) {
                raw = raw.level(Level::Breaking);
            }
            out.changes.push(raw);
        }
    }
}

pub(super) fn default(base: &Schema, head: &Schema, out: &mut Local) {
    let same = match (&base.default, &head.default) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.same(other)
                || matches!((&one.value, &other.value), (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64())
        }
        _ => false,
    };
    if same {
        return;
    }
    let spot = |node: &Option<Node>, schema: &Schema| {
        node.as_ref().map_or_else(
            || Spot::near(&schema.origin),
            |node| Spot::at(&node.origin, node.to_json().to_string()),
        )
    };
    let (before, after) = (spot(&base.default, base), spot(&head.default, head));
    let what = match (before.present, after.present) {
        (true, true) => format!("the default is {} instead of {}", after.text, before.text),
        (false, _) => format!("the default {} is added", after.text),
        (true, false) => format!("the default {} is removed", before.text),
    };
    out.changes.push(
        Raw::new(
            &catalogue::DEFAULT,
            Variance::Incomparable,
            what,
            before,
            after,
        )
        .hint(Hint::Sends(
            Level::Risky,
            "programs that omit it get another result; neither docs nor code show it".to_owned(),
        )),
    );
}

/// A bound: its value, and whether the value itself is excluded.
type Bound<'a> = Option<(f64, bool, &'a lavka_model::source::Origin, String)>;

fn bound<'a>(
    plain: &'a Option<Spanned<serde_json::Number>>,
    exclusive: &'a Option<Spanned<serde_json::Number>>,
    sign: f64,
    whole: bool,
) -> Bound<'a> {
    let read = |limit: &'a Option<Spanned<serde_json::Number>>, open: bool| {
        let limit = limit.as_ref()?;
        let value = limit.value.as_f64()? * sign;
        // Of whole numbers, the next one is the bound.
        let (value, open) = if open && whole {
            (value.floor() + 1.0, false)
        } else {
            (value, open)
        };
        Some((value, open, &limit.origin, limit.value.to_string()))
    };
    let (one, other) = (read(plain, false), read(exclusive, true));
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.0 > other.0 { one } else { other }),
        (one, other) => one.or(other),
    }
}

/// How a lower bound moved: a higher one narrows.
fn moved(before: &Bound<'_>, after: &Bound<'_>) -> Option<Variance> {
    let value = |bound: &Bound<'_>| {
        bound
            .as_ref()
            .map_or((f64::NEG_INFINITY, false), |bound| (bound.0, bound.1))
    };
    let (before, after) = (value(before), value(after));
    let higher = |a: (f64, bool), b: (f64, bool)| a.0 > b.0 || (a.0 == b.0 && a.1 && !b.1);
    Variance::of(higher(after, before), higher(before, after))
}

/// Whether no limit is given, as is usual.
fn unlimited(limits: &Limits) -> bool {
    let numbers = [
        &limits.minimum,
        &limits.maximum,
        &limits.exclusive_minimum,
        &limits.exclusive_maximum,
        &limits.multiple_of,
    ];
    let counts = [
        &limits.min_length,
        &limits.max_length,
        &limits.min_items,
        &limits.max_items,
        &limits.min_properties,
        &limits.max_properties,
    ];
    numbers.iter().all(|limit| limit.is_none())
        && counts.iter().all(|limit| limit.is_none())
        && limits.unique_items.is_none()
        && limits.pattern.is_none()
}

pub(super) fn limits(base: &Schema, head: &Schema, out: &mut Local) {
    let (one, other) = (&base.limits, &head.limits);
    if unlimited(one) && unlimited(other) {
        return;
    }
    let mut push = |check, word: &str, variance: Option<Variance>, before: Spot, after: Spot| {
        if let Some(variance) = variance {
            let what = match (before.present, after.present) {
                (true, true) => format!("{word} is {} instead of {}", after.text, before.text),
                (false, _) => format!("{word} {} is added", after.text),
                (true, false) => format!("{word} is removed; it was {}", before.text),
            };
            out.changes
                .push(Raw::new(check, variance, what, before, after));
        }
    };
    let whole = |schema: &Schema| schema.types.single() == Some(Type::Integer);
    let numbers: [(&str, Bound<'_>, Bound<'_>); 2] = [
        (
            "the minimum",
            bound(&one.minimum, &one.exclusive_minimum, 1.0, whole(base)),
            bound(&other.minimum, &other.exclusive_minimum, 1.0, whole(head)),
        ),
        (
            "the maximum",
            bound(&one.maximum, &one.exclusive_maximum, -1.0, whole(base)),
            bound(&other.maximum, &other.exclusive_maximum, -1.0, whole(head)),
        ),
    ];
    for (word, before, after) in numbers {
        let spot = |bound: &Bound<'_>, schema: &Schema| {
            bound.as_ref().map_or_else(
                || Spot::near(&schema.origin),
                |(_, open, origin, text)| {
                    let tail = if *open { " (excluded)" } else { "" };
                    Spot::at(origin, format!("{text}{tail}"))
                },
            )
        };
        let variance = moved(&before, &after);
        push(
            &catalogue::NUMBER_LIMITS,
            word,
            variance,
            spot(&before, base),
            spot(&after, head),
        );
    }
    let step = |limits: &Limits| {
        limits
            .multiple_of
            .as_ref()
            .and_then(|step| step.value.as_f64())
    };
    let variance = match (step(one), step(other)) {
        (None, None) => None,
        (Some(before), Some(after)) => {
            let of = |a: f64, b: f64| b != 0.0 && (a / b - (a / b).round()).abs() < 1e-9;
            match (of(after, before), of(before, after)) {
                (true, true) => None,
                (true, false) => Some(Variance::Narrows),
                (false, true) => Some(Variance::Widens),
                (false, false) => Some(Variance::Incomparable),
            }
        }
        (None, Some(_)) => Some(Variance::Narrows),
        (Some(_), None) => Some(Variance::Widens),
    };
    push(
        &catalogue::MULTIPLE_OF,
        "the step",
        variance,
        spot_of(&one.multiple_of, base),
        spot_of(&other.multiple_of, head),
    );
    let counts: [(_, &str, _, _, bool); 6] = [
        (
            &catalogue::LENGTH,
            "the minimal length",
            &one.min_length,
            &other.min_length,
            true,
        ),
        (
            &catalogue::LENGTH,
            "the maximal length",
            &one.max_length,
            &other.max_length,
            false,
        ),
        (
            &catalogue::ITEM_COUNT,
            "the minimal number of items",
            &one.min_items,
            &other.min_items,
            true,
        ),
        (
            &catalogue::ITEM_COUNT,
            "the maximal number of items",
            &one.max_items,
            &other.max_items,
            false,
        ),
        (
            &catalogue::PROPERTY_COUNT,
            "the minimal number of properties",
            &one.min_properties,
            &other.min_properties,
            true,
        ),
        (
            &catalogue::PROPERTY_COUNT,
            "the maximal number of properties",
            &one.max_properties,
            &other.max_properties,
            false,
        ),
    ];
    for (check, word, before, after, lower) in counts {
        let none = if lower { 0 } else { u64::MAX };
        let value = |limit: &Option<Spanned<u64>>| limit.as_ref().map_or(none, |limit| limit.value);
        let (was, is) = (value(before), value(after));
        let tighter = if lower { is > was } else { is < was };
        let wider = if lower { is < was } else { is > was };
        push(
            check,
            word,
            Variance::of(tighter, wider),
            spot_of(before, base),
            spot_of(after, head),
        );
    }
    let unique = |limits: &Limits| {
        limits
            .unique_items
            .as_ref()
            .is_some_and(|unique| unique.value)
    };
    push(
        &catalogue::ITEM_COUNT,
        "the rule that items are unique:",
        Variance::of(!unique(one) && unique(other), unique(one) && !unique(other)),
        spot_of(&one.unique_items, base),
        spot_of(&other.unique_items, head),
    );
    // What matches every text is no pattern.
    let pattern = |limits: &Limits| {
        let pattern = limits.pattern.as_ref().map(|pattern| pattern.value.clone());
        pattern.filter(|pattern| !matches!(pattern.as_str(), "" | ".*" | "^.*$" | "^.*" | ".*$"))
    };
    let variance = match (pattern(one), pattern(other)) {
        (before, after) if before == after => None,
        (None, _) => Some(Variance::Narrows),
        (_, None) => Some(Variance::Widens),
        _ => Some(Variance::Incomparable),
    };
    push(
        &catalogue::PATTERN,
        "the pattern",
        variance,
        spot_of(&one.pattern, base),
        spot_of(&other.pattern, head),
    );
}

fn spot_of<T: std::fmt::Display>(limit: &Option<Spanned<T>>, schema: &Schema) -> Spot {
    limit.as_ref().map_or_else(
        || Spot::near(&schema.origin),
        |limit| Spot::at(&limit.origin, limit.value.to_string()),
    )
}

pub(super) fn content(base: &Schema, head: &Schema, out: &mut Local) {
    for (one, other) in [
        (&base.content_encoding, &head.content_encoding),
        (&base.content_media_type, &head.content_media_type),
    ] {
        if one.as_deref() != other.as_deref() {
            out.changes.push(Raw::new(
                &catalogue::CONTENT,
                Variance::Incomparable,
                "the encoding of the content changes",
                spot_of(one, base),
                spot_of(other, head),
            ));
        }
    }
}
