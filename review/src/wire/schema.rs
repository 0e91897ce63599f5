//! One pair of schemas.

use lavka_model::normalized::{
    AcceptWord, Additional, EnvelopeNames, ErrorNames, Schema, Spanned, Type,
};
use lavka_model::source::Origin;

use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::texts::{all_same, deprecation, extension_change, external_docs, same_text};
use super::{conditions, formats, limits, object, union, values, xml, xsd};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Compares the pair and names the pairs that it holds.
pub(crate) fn local(graph: &Graph<'_>, pair: Pair, depth: u8) -> Local {
    let mut local = Local::default();
    compare(graph, pair, depth, &mut local);
    xml::place_items(graph, &mut local);
    local
}

fn compare(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    extensions(graph, base, head, out);
    let known = out.changes.len();
    if union::compare(graph, pair, depth, out) {
        // Texts of a union are about other values than those of one schema.
        if out.changes.len() == known {
            texts(base, head, out);
        }
        return;
    }
    texts(base, head, out);
    values::types(graph, pair, depth, out);
    // Where anything is allowed on one side, there is nothing more to compare.
    if open(base) != open(head) || apart(base, head) {
        return;
    }
    formats::compare(base, head, pair.direction, out);
    values::enumeration(base, head, pair.direction, out);
    values::default(base, head, pair.given, out);
    limits::compare(base, head, out);
    xsd::compare(base, head, pair.direction, out);
    values::content(base, head, out);
    if base.types.has(Type::Array) && head.types.has(Type::Array) {
        items(graph, pair, base, head, out);
        positions(graph, pair, base, head, out);
    }
    if base.types.has(Type::Object) && head.types.has(Type::Object) {
        object::properties(graph, pair, depth, out);
        additional(pair, base, head, out);
    }
    // Words about another object say nothing of this one.
    let other = |raw: &Raw| *raw.check == catalogue::OTHER_PROPERTIES;
    if out.changes.iter().any(other) {
        out.changes
            .retain(|raw| *raw.check != catalogue::SCHEMA_TEXT);
    }
    not(graph, pair, base, head, depth, out);
    conditions::compare(base, head, out);
}

/// Whether a schema leaves values open.
pub(super) fn open(schema: &Schema) -> bool {
    *schema.types == lavka_model::normalized::Types::ANY
        && schema.properties.is_empty()
        && schema.required_undeclared.is_empty()
        && schema.items.is_none()
        && schema.values.is_none()
        && schema.not.is_none()
        && schema.ignored.is_empty()
}

/// Whether one side is a scalar and the other a list or an object: then limits and formats are about other values.
fn apart(base: &Schema, head: &Schema) -> bool {
    let composite = |schema: &Schema| {
        let mut types = schema.types.iter();
        types.any(|ty| matches!(ty, Type::Array | Type::Object))
    };
    composite(base) != composite(head)
}

/// Whether a schema says nothing at all.
fn anything(schema: &Schema) -> bool {
    open(schema) && schema.xml.is_none() && schema.branches().next().is_none()
}

fn items(graph: &Graph<'_>, pair: Pair, base: &Schema, head: &Schema, out: &mut Local) {
    // Where positions are all that there is, no other item has to be compared.
    let full = |schema: &Schema| {
        let most = schema.limits.max_items.as_ref();
        most.is_some_and(|most| most.value <= schema.prefix_items.len() as u64)
    };
    if full(base) || full(head) {
        return;
    }
    match (base.items, head.items) {
        (Some(one), Some(other)) => {
            xml::nested(graph, (one, other), out);
            out.edges.push((pair.inside(one, other), "[]".to_owned()));
        }
        (None, None) => {}
        // Items that may be anything, whether a schema says so or none.
        (Some(only), None) if anything(&graph.base[only]) => {}
        (None, Some(only)) if anything(&graph.head[only]) => {}
        (one, _) => out.changes.push(
            Raw::new(
                &catalogue::TYPES,
                if one.is_some() {
                    Variance::Widens
                } else {
                    Variance::Narrows
                },
                if one.is_some() {
                    "items may be anything"
                } else {
                    "items have a schema"
                },
                Spot::at(&base.origin, ""),
                Spot::at(&head.origin, ""),
            )
            .suffix("[]"),
        ),
    }
}

/// Positions of tuples: each has a schema of its own, or the one of the items, or none.
fn positions(graph: &Graph<'_>, pair: Pair, base: &Schema, head: &Schema, out: &mut Local) {
    let at = |schema: &Schema, at: usize| schema.prefix_items.get(at).copied().or(schema.items);
    for position in 0..base.prefix_items.len().max(head.prefix_items.len()) {
        let suffix = format!("[{position}]");
        let (one, other) = (at(base, position), at(head, position));
        let (variance, what, only) = match (one, other) {
            (Some(one), Some(other)) => {
                out.edges.push((pair.inside(one, other), suffix));
                continue;
            }
            (None, None) => continue,
            (Some(id), None) => (
                Variance::Widens,
                "the position may be anything",
                &graph.base[id],
            ),
            (None, Some(id)) => (
                Variance::Narrows,
                "the position has a schema",
                &graph.head[id],
            ),
        };
        if !open(only) {
            let (before, after) = (Spot::at(&base.origin, ""), Spot::at(&head.origin, ""));
            let raw = Raw::new(&catalogue::PREFIX_ITEMS, variance, what, before, after);
            out.changes.push(raw.suffix(suffix));
        }
    }
}

fn additional(pair: Pair, base: &Schema, head: &Schema, out: &mut Local) {
    // How much is allowed: nothing, some schema, anything.
    let rank = |additional: &Additional| match additional {
        Additional::None(_) => 0,
        Additional::Schema(..) => 1,
        Additional::Any(_) | Additional::Unsaid => 2,
    };
    if let (Additional::Schema(one, _), Additional::Schema(other, _)) =
        (&base.additional, &head.additional)
    {
        out.edges.push((pair.inside(*one, *other), ".*".to_owned()));
        return;
    }
    // Of `patternProperties` the patterns are compared, as conditions.
    let patterns = |schema: &Schema| {
        let mut keywords = schema.ignored.iter();
        keywords.any(|keyword| keyword.name.value == "patternProperties")
    };
    if patterns(base) || patterns(head) {
        return;
    }
    let (before, after) = (rank(&base.additional), rank(&head.additional));
    if let Some(variance) = Variance::of(after < before, after > before) {
        let word = ["none", "only some", "any"];
        let mut raw = Raw::new(
            &catalogue::ADDITIONAL,
            variance,
            format!(
                "{} other properties instead of {}",
                word[after], word[before]
            ),
            Spot::at(place(&base.additional, &base.origin), word[before]),
            Spot::at(place(&head.additional, &head.origin), word[after]),
        );
        // Readers skip what they do not know; of the values that they read, any may be another now.
        if pair.direction == Direction::Reply && (before, after) == (1, 2) {
            raw = raw.level(Level::Breaking);
        }
        out.changes.push(raw.suffix(".*"));
    }
}

fn place<'a>(additional: &'a Additional, otherwise: &'a Origin) -> &'a Origin {
    match additional {
        Additional::Unsaid => otherwise,
        Additional::Any(origin) | Additional::Schema(_, origin) | Additional::None(origin) => {
            origin
        }
    }
}

fn not(graph: &Graph<'_>, pair: Pair, base: &Schema, head: &Schema, depth: u8, out: &mut Local) {
    let variance = match (base.not, head.not) {
        (None, None) => None,
        (None, Some(_)) => Some(Variance::Narrows),
        (Some(_), None) => Some(Variance::Widens),
        // The more it forbids, the less is allowed.
        (Some(one), Some(other)) => {
            let relation = graph.relation(pair.inside(one, other), depth);
            relation.map(Variance::reversed)
        }
    };
    if let Some(variance) = variance {
        out.changes.push(Raw::new(
            &catalogue::NOT,
            variance,
            "`not` changes",
            Spot::at(&base.origin, ""),
            Spot::at(&head.origin, ""),
        ));
    }
}

fn texts(base: &Schema, head: &Schema, out: &mut Local) {
    let note = |check, what: &str, before: Spot, after: Spot| {
        Raw::new(check, Variance::Incomparable, what, before, after)
            .nowhere()
            .hint(Hint::Documentation)
    };
    let spot = |text: &Option<Spanned<String>>, schema: &Schema| {
        text.as_ref().map_or_else(
            || Spot::near(&schema.origin),
            |text| Spot::at(&text.origin, text.value.as_str()),
        )
    };
    for (what, one, other) in [
        ("title", &base.title, &head.title),
        ("description", &base.description, &head.description),
    ] {
        if !same_text(one.as_deref(), other.as_deref()) {
            out.changes.push(note(
                &catalogue::SCHEMA_TEXT,
                &format!("the {what} changes"),
                spot(one, base),
                spot(other, head),
            ));
        }
    }
    if let Some((before, after)) = external_docs(
        (&base.extensions, &base.origin),
        (&head.extensions, &head.origin),
    ) {
        let what = "`externalDocs` changes";
        let change = note(&catalogue::SCHEMA_TEXT, what, before, after);
        out.changes.push(change);
    }
    if let Some((before, after)) = value_texts(base, head) {
        out.changes.push(note(
            &catalogue::SCHEMA_TEXT,
            "descriptions of enum values change",
            spot(&before, base),
            spot(&after, head),
        ));
    }
    if !all_same(&base.examples, &head.examples) {
        out.changes.push(note(
            &catalogue::EXAMPLES,
            "examples change",
            Spot::at(&base.origin, ""),
            Spot::at(&head.origin, ""),
        ));
    }
    if base.deprecated.value != head.deprecated.value {
        let (what, text) = deprecation(head.deprecated.value);
        out.changes.push(
            Raw::new(
                &catalogue::SCHEMA_DEPRECATED,
                Variance::Incomparable,
                what,
                Spot::at(&base.deprecated.origin, ""),
                Spot::at(&head.deprecated.origin, ""),
            )
            .nowhere()
            .hint(Hint::Behaves(Level::Compatible, text.to_owned())),
        );
    }
}

type Text = Option<Spanned<String>>;

/// The first description of a value that is another now; values that come or go take theirs with them.
fn value_texts(base: &Schema, head: &Schema) -> Option<(Text, Text)> {
    let of = |schema: &'_ Schema| {
        let values = schema.values.iter().flat_map(|values| &values.value);
        let values = values.map(|value| value.to_json().to_string());
        let texts = schema.lavka.enum_descriptions.iter().cloned().map(Some);
        let all = values.zip(texts.chain(std::iter::repeat(None)));
        all.collect::<Vec<_>>()
    };
    let (was, is) = (of(base), of(head));
    was.into_iter().find_map(|(value, before)| {
        let (_, after) = is.iter().find(|(known, _)| *known == value)?;
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        (text(&before) != text(after)).then(|| (before.clone(), after.clone()))
    })
}

/// Whether an envelope has its parts in other properties. One that has another name is reported itself.
fn envelope_moved(
    (base, was): (&Schema, Option<&EnvelopeNames>),
    (head, is): (&Schema, Option<&EnvelopeNames>),
) -> bool {
    let same = |was: &str, is: &str| {
        let gone = !head.properties.contains_key(was) && !base.properties.contains_key(is);
        was == is || gone
    };
    let named = |was: &EnvelopeNames, is: &EnvelopeNames| {
        let content = was.content.as_ref().zip(is.content.as_ref());
        same(&was.status, &is.status) && content.is_none_or(|(was, is)| same(was, is))
    };
    was.zip(is).is_some_and(|(was, is)| !named(was, is))
}

fn extensions(graph: &Graph<'_>, base: &Schema, head: &Schema, out: &mut Local) {
    if let Some((what, before, after)) = extension_change(
        (&base.extensions, &base.origin),
        (&head.extensions, &head.origin),
    ) {
        let variance = Variance::Incomparable;
        let raw = Raw::new(&catalogue::EXTENSION, variance, what, before, after);
        out.changes.push(raw.nowhere().hint(Hint::Documentation));
    }
    let spots = || (Spot::at(&base.origin, ""), Spot::at(&head.origin, ""));
    let mut push = |check, variance, what: &str, hint| {
        let (before, after) = spots();
        let raw = Raw::new(check, variance, what, before, after).nowhere();
        out.changes.push(raw.hint(hint));
    };
    let (one, other) = (&base.lavka, &head.lavka);
    let envelope = |e: &EnvelopeNames| {
        let success: Vec<String> = e.success.iter().map(|v| v.to_json().to_string()).collect();
        (success, e.content.is_some(), e.optional)
    };
    let (was, is) = (one.envelope.as_ref(), other.envelope.as_ref());
    let moved = envelope_moved((base, was), (head, is));
    if moved || was.map(envelope) != is.map(envelope) {
        push(
            &catalogue::ENVELOPE,
            Variance::Incomparable,
            "`x-envelope` changes",
            Hint::Receives(
                Level::Breaking,
                "rebuilt programs treat other replies as failures, or return another part of them"
                    .to_owned(),
            ),
        );
    }
    let words = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let messages = |e: &EnvelopeNames| (words(&e.message), words(&e.errors));
    let both = was.is_some() && is.is_some();
    let error = |e: &ErrorNames| (words(&e.code), words(&e.message), words(&e.messages));
    if (both && was.map(messages) != is.map(messages))
        || one.error.as_ref().map(error) != other.error.as_ref().map(error)
    {
        push(
            &catalogue::ENVELOPE_MESSAGE,
            Variance::Incomparable,
            "where a failure's message is read changes",
            Hint::Receives(
                Level::Risky,
                "rebuilt programs read the message of a failure from another property".to_owned(),
            ),
        );
    }
    if words(&one.request_envelope) != words(&other.request_envelope) {
        push(
            &catalogue::REQUEST_ENVELOPE,
            Variance::Incomparable,
            "`x-request-envelope` changes",
            Hint::Sends(
                Level::Breaking,
                "rebuilt programs wrap requests differently".to_owned(),
            ),
        );
    }
    if words(&one.credential) != words(&other.credential) {
        let (what, hint) = if graph.credential_renamed(&one.credential, &other.credential) {
            ("the credential is renamed", Hint::Documentation)
        } else {
            let text = "rebuilt programs fill the property from other settings, or not at all";
            let hint = Hint::Sends(Level::Breaking, text.to_owned());
            ("`x-credential` changes", hint)
        };
        let check = &catalogue::BODY_CREDENTIAL;
        push(check, Variance::Incomparable, what, hint);
    }
    lenience(base, head, &mut push);
}

fn lenience(
    base: &Schema,
    head: &Schema,
    push: &mut dyn FnMut(&'static catalogue::Check, Variance, &str, Hint),
) {
    let (one, other) = (&base.lavka, &head.lavka);
    let accept = |schema: &Schema| {
        let words = schema.lavka.accept.iter().map(|word| word.value);
        // What the type says itself is compared as a type.
        let own = schema.lavka.number_as_text;
        let words = words.filter(|word| !(own && *word == AcceptWord::String));
        let mut words: Vec<_> = words.collect();
        words.sort();
        words
    };
    let (was, is) = (accept(base), accept(head));
    let flag = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
    let lost = was.iter().any(|word| !is.contains(word))
        || (!flag(&one.strict) && flag(&other.strict))
        || flag(&one.null_is_absent) != flag(&other.null_is_absent);
    let gained = is.iter().any(|word| !was.contains(word))
        || (flag(&one.strict) && !flag(&other.strict))
        || flag(&one.null_is_absent) != flag(&other.null_is_absent);
    if let Some(variance) = Variance::of(lost, gained) {
        let level = catalogue::LENIENCE.levels.level(Direction::Reply, variance);
        push(
            &catalogue::LENIENCE,
            variance,
            "which other forms are read changes",
            Hint::Receives(
                level,
                if lost {
                    "rebuilt programs reject forms that were read before"
                } else {
                    "rebuilt programs read more forms"
                }
                .to_owned(),
            ),
        );
    }
}
