//! Types, enums, defaults and encodings of contents.

use std::collections::BTreeSet;

use lavka_model::normalized::{Schema, Schemas, Spanned, Type, Types};
use lavka_model::source::{Node, Value};

use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::tags::branches;
use super::{formats, object};
use crate::catalogue;
use crate::finding::{Spot, listed};
use crate::level::{Direction, Level, Variance};

fn words(types: Types) -> String {
    if types == Types::ANY {
        return "any".to_owned();
    }
    let words: Vec<&str> = types.iter().map(Type::as_str).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
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

/// Whether every text is allowed: then those of numbers and booleans are.
fn any_text(schema: &Schema) -> bool {
    let format = schema.format.as_deref();
    schema.values.is_none() && format.is_none_or(|format| formats::is_hint(format))
}

/// The types of what is written: a text whose format is one of numbers is a number.
fn as_text(schema: &Schema) -> Types {
    let types = schema.types.without(Type::Null);
    match schema.format.as_ref().map(|format| format.value.as_str()) {
        Some("decimal" | "double" | "float") if types.single() == Some(Type::String) => {
            types.without(Type::String).with(Type::Number)
        }
        Some(format) if formats::is_number(format) && types.single() == Some(Type::String) => {
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

/// The types of values in JSON: of a number that may be written as a text, both.
fn in_json(schema: &Schema) -> Types {
    if schema.lavka.number_as_text {
        schema.types.with(Type::String)
    } else {
        *schema.types
    }
}

/// The items of a list.
fn items<'a>(schema: &Schema, schemas: &'a Schemas) -> Option<&'a Schema> {
    let list = schema.types.without(Type::Null).single() == Some(Type::Array);
    schema.items.filter(|_| list).map(|items| &schemas[items])
}

pub(super) fn types(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let null_judged = pair.null_judged;
    let (before, after) = (in_json(base), in_json(head));
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
    // Alternatives that came or went say the rest.
    let chosen = |schema: &Schema| !schema.typed && !branches(schema).is_empty();
    if chosen(base) && chosen(head) {
        return;
    }
    let (plain_before, plain_after) = (before.without(Type::Null), after.without(Type::Null));
    let json = relation(plain_before, plain_after, covers);
    // Of two enums, the texts are compared; a boolean is one.
    let listed = (base.values.is_some() || head.values.is_some())
        && [base, head]
            .iter()
            .all(|schema| known_texts(schema).is_some());
    // One text, or several of the kind one after another.
    let (one, other, several) = match (items(base, graph.base), items(head, graph.head)) {
        (None, Some(items)) => (base, items, Some(Variance::Widens)),
        (Some(items), None) => (items, head, Some(Variance::Narrows)),
        _ => (base, head, None),
    };
    let (text_before, text_after) = (as_text(one), as_text(other));
    // A text with a format or an enum is not that of a number.
    let strict = |schema: &Schema, types: Types| types.has(Type::String) && !any_text(schema);
    let values = if listed {
        None
    } else if strict(one, text_before) || strict(other, text_after) {
        relation(text_before, text_after, covers)
    } else {
        relation(text_before, text_after, covers_text)
    };
    let text = match (values, several) {
        (Some(values), Some(several)) if values != several => Some(Variance::Incomparable),
        (values, several) => values.or(several),
    };
    if json.is_some() || text.is_some() {
        let (one, other) = spots();
        let what = format!("the type is {} instead of {}", words(after), words(before));
        let mut raw = Raw::new(
            &catalogue::TYPES,
            json.or(text).unwrap_or(Variance::Incomparable),
            what,
            one,
            other,
        );
        (raw.json, raw.xml, raw.text) = (json, text, text);
        if let Some(several) = several {
            raw.xml = repeated(graph, pair, several, depth);
            raw.one_or_more = true;
        } else if let Some(relation) = object::text_objects(graph, pair, depth, out) {
            raw.xml = relation;
        }
        out.changes.push(raw);
    }
}

/// What it does in XML that one element becomes several of the name, or several one. Where the list has an element of its own, or is
/// itself the body, other elements arrive.
fn repeated(graph: &Graph<'_>, pair: Pair, several: Variance, depth: u8) -> Option<Variance> {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let (list, one, other) = match (items(base, graph.base), items(head, graph.head)) {
        (None, Some(_)) => (head, Some(pair.base), head.items),
        _ => (base, base.items, Some(pair.head)),
    };
    let wrapped = list.xml.as_ref().and_then(|xml| xml.wrapped.as_ref());
    // A single element has to be enough for the list.
    let many = list.limits.min_items.as_ref();
    let enough = many.is_none_or(|many| many.value <= 1);
    let (Some(one), Some(other)) = (one, other) else {
        return Some(Variance::Incomparable);
    };
    if wrapped.is_some_and(|wrapped| wrapped.value) || !enough {
        return Some(Variance::Incomparable);
    }
    // Objects that differ are other elements.
    let scalars = [&graph.base[one], &graph.head[other]];
    let scalars = scalars.iter().all(|schema| !schema.types.has(Type::Object));
    match graph.relation(pair.inside(one, other), depth) {
        Some(found) if found != several || !scalars => Some(Variance::Incomparable),
        _ => Some(several),
    }
}

fn texts(values: &Spanned<Vec<Node>>) -> Vec<String> {
    let values = values.value.iter();
    let values = values.filter(|node| !node.is_null());
    values.map(|node| node.to_json().to_string()).collect()
}

/// The values as they are in XML and in parameters.
fn plain(texts: &[String]) -> BTreeSet<&str> {
    fn bare(text: &str) -> Option<&str> {
        text.strip_prefix('"')?.strip_suffix('"')
    }
    let texts = texts.iter().map(String::as_str);
    texts.map(|text| bare(text).unwrap_or(text)).collect()
}

/// All texts that a schema allows, where it lists them: of a boolean, two.
fn known_texts(schema: &Schema) -> Option<Vec<String>> {
    let listed = schema.values.as_ref().map(texts);
    listed.or_else(|| {
        let is_boolean = schema.types.without(Type::Null).single() == Some(Type::Boolean);
        is_boolean.then(|| vec!["true".to_owned(), "false".to_owned()])
    })
}

/// What a boolean that becomes an enum of another type, or back, does to values that are texts.
fn known_relation(base: &Schema, head: &Schema) -> Option<Option<Variance>> {
    let (was, is) = known_texts(base).zip(known_texts(head))?;
    let (was, is) = (plain(&was), plain(&is));
    Some(Variance::of(!was.is_subset(&is), !is.is_subset(&was)))
}

pub(super) fn enumeration(base: &Schema, head: &Schema, direction: Direction, out: &mut Local) {
    match (&base.values, &head.values) {
        (None, None) => {}
        (Some(before), Some(after)) => enum_values((base, before), (head, after), out),
        _ => enum_presence(base, head, direction, out),
    }
}

/// Values that are added to an enum, or removed.
fn enum_values(
    (base, before): (&Schema, &Spanned<Vec<Node>>),
    (head, after): (&Schema, &Spanned<Vec<Node>>),
    out: &mut Local,
) {
    let (was, is) = (texts(before), texts(after));
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) =
        (was.iter().collect(), is.iter().collect());
    let lost: Vec<&str> = old.difference(&new).map(|v| v.as_str()).collect();
    let gained: Vec<&str> = new.difference(&old).map(|v| v.as_str()).collect();
    let Some(variance) = Variance::of(!lost.is_empty(), !gained.is_empty()) else {
        return;
    };
    // Numbers that became texts, or back: that is a change of the type.
    if *base.types != *head.types && plain(&was) == plain(&is) {
        return;
    }
    let what = match variance {
        Variance::Widens => format!("values are added: {}", listed(&gained)),
        Variance::Narrows => format!("values are removed: {}", listed(&lost)),
        Variance::Incomparable => {
            format!(
                "values are added: {}; removed: {}",
                listed(&gained),
                listed(&lost)
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
        let text = match was.as_slice() {
            [only] => format!("existing programs know no value but {only}"),
            _ => format!("programs that compared `Unknown({value})` no longer match"),
        };
        Hint::Receives(Level::Risky, text)
    });
    let mut raw = raw.hint(hint);
    // No value is left that programs know.
    if old.is_disjoint(&new) {
        raw = raw.level(Level::Breaking);
    }
    out.changes.push(raw);
}

/// A schema that becomes an enum, or is one no longer.
fn enum_presence(base: &Schema, head: &Schema, direction: Direction, out: &mut Local) {
    let (before, after) = (&base.values, &head.values);
    let spot = |values: &Option<Spanned<Vec<Node>>>, schema: &Schema| {
        values.as_ref().map_or_else(
            || Spot::near(&schema.origin),
            |values| Spot::at(&values.origin, texts(values).join(", ")),
        )
    };
    let constant = |values: &Spanned<Vec<Node>>| texts(values).len() == 1;
    let only = before.as_ref().or(after.as_ref());
    let only = only.filter(|values| constant(values));
    let only = only.and_then(|values| texts(values).into_iter().next());
    let (variance, what) = match (before.is_some(), only) {
        (true, None) => (Variance::Widens, "is no longer an enum".to_owned()),
        (true, Some(value)) => (Variance::Widens, format!("is no longer always {value}")),
        (false, None) => (Variance::Narrows, "becomes an enum".to_owned()),
        (false, Some(value)) => (Variance::Narrows, format!("is always {value}")),
    };
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
    if let Some(relation) = known_relation(base, head) {
        (raw.xml, raw.text) = (relation, relation);
    }
    // Values of another type: the type says it.
    let apart = |one: &Schema, other: &Schema| {
        let types = one.types.without(Type::Null);
        types.iter().all(|ty| !covers(*other.types, ty))
    };
    if apart(base, head) && apart(head, base) {
        raw.json = None;
    }
    if raw.matters() {
        out.changes.push(raw);
    }
}

pub(super) fn default(base: &Schema, head: &Schema, given: bool, out: &mut Local) {
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
    let raw = Raw::new(
        &catalogue::DEFAULT,
        Variance::Incomparable,
        what,
        before,
        after,
    );
    // What is required is never omitted.
    out.changes.push(if given {
        raw.nowhere().hint(Hint::Documentation)
    } else {
        raw.hint(Hint::Sends(
            Level::Risky,
            "programs that omit it get another result; neither docs nor code show it".to_owned(),
        ))
    });
}

pub(super) fn spot_of<T: std::fmt::Display>(limit: &Option<Spanned<T>>, schema: &Schema) -> Spot {
    limit.as_ref().map_or_else(
        || Spot::near(&schema.origin),
        |limit| Spot::at(&limit.origin, limit.value.to_string()),
    )
}

pub(super) fn content(base: &Schema, head: &Schema, out: &mut Local) {
    let say = |text: &Option<Spanned<String>>| {
        let text = text.as_deref();
        text.map_or("none".to_owned(), |text| format!("`{text}`"))
    };
    let bytes = formats::same_coding(base, head);
    let stream = |media: &Option<Spanned<String>>| {
        let media = media.as_deref();
        media.is_none_or(|media| media == "application/octet-stream")
    };
    let (encodings, media) = (
        (&base.content_encoding, &head.content_encoding),
        (&base.content_media_type, &head.content_media_type),
    );
    // `format: binary` says nothing of the media type, and a text is plain where nothing else is said.
    let plain = |media: &Option<Spanned<String>>| {
        let media = media.as_deref();
        media.is_none_or(|media| media == "text/plain")
    };
    let both_plain = plain(media.0) && plain(media.1);
    let stays = (bytes && (stream(media.0) || stream(media.1))) || both_plain;
    let media_variance = match (plain(media.0), plain(media.1)) {
        (false, true) => Variance::Widens,
        (true, false) => Variance::Narrows,
        _ => Variance::Incomparable,
    };
    for (word, (one, other), same, variance) in [
        ("contentEncoding", encodings, bytes, Variance::Incomparable),
        ("contentMediaType", media, stays, media_variance),
    ] {
        if one.as_deref() != other.as_deref() && !same {
            out.changes.push(Raw::new(
                &catalogue::CONTENT,
                variance,
                format!("`{word}` is {} instead of {}", say(other), say(one)),
                spot_of(one, base),
                spot_of(other, head),
            ));
        }
    }
}
