//! Parts of forms: their media types, styles and headers.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use lavka_model::normalized::{
    Encoding, Header, MediaType, Schema, SchemaId, Schemas, Style, Type,
};

use super::{Change, Scope, Wire, formats, media_type, serialized};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// How a part of a form is written.
#[derive(PartialEq, Eq)]
struct Written {
    /// Media types that it may have.
    types: BTreeSet<String>,
    style: Option<(Style, bool)>,
    allow_reserved: bool,
}

pub(super) fn compare(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    place: &str,
    scope: &Scope,
) {
    let names: BTreeSet<&String> = before
        .encoding
        .keys()
        .chain(after.encoding.keys())
        .collect();
    for name in names {
        let (Some(one), Some(other)) = (
            written(before, name, &wire.base.schemas),
            written(after, name, &wire.head.schemas),
        ) else {
            continue;
        };
        let part = Part {
            name,
            place: format!("{place} part {name}"),
            sides: [before, after],
            scope,
        };
        part.encoding(wire, &one, &other);
        if lavka_model::media::essence(&before.name).starts_with("multipart/") {
            part.headers(wire);
        }
    }
    if lavka_model::media::essence(&before.name).starts_with("multipart/") {
        files(wire, (before, after), place, scope);
    }
}

/// Parts that are files on one side and texts on the other: servers look for them in different places, whatever the bytes are.
fn files(
    wire: &mut Wire<'_>,
    (before, after): (&MediaType, &MediaType),
    place: &str,
    scope: &Scope,
) {
    let (base, head) = (wire.base, wire.head);
    let (Some(one), Some(other)) = (before.schema, after.schema) else {
        return;
    };
    let (one, other) = (&base.schemas[one], &head.schemas[other]);
    for (name, was) in &one.properties {
        let Some(is) = other.properties.get(name) else {
            continue;
        };
        let (was, is) = (&base.schemas[was.schema], &head.schemas[is.schema]);
        let text = |schema: &Schema| schema.types.single() == Some(Type::String);
        let declared = before.encoding.contains_key(name) || after.encoding.contains_key(name);
        if declared || !text(was) || !text(is) || formats::is_bytes(was) == formats::is_bytes(is) {
            continue;
        }
        // As what it does to the bytes: it is one finding.
        let (what, before, after) = formats::change(was, is);
        let place = format!("{place}.{name}");
        let (check, variance) = (&catalogue::FORMAT, Variance::Incomparable);
        let change = Change::new(check, variance, place, what, before, after);
        let (is, was) = match formats::is_bytes(is) {
            true => ("a file", "a text"),
            false => ("a text", "a file"),
        };
        let text = format!("rebuilt programs send the part as {is} instead of {was}");
        wire.report(change.behaves(Level::Breaking, text), scope);
    }
}

/// A part that both sides have.
struct Part<'a> {
    name: &'a str,
    place: String,
    sides: [&'a MediaType; 2],
    scope: &'a Scope,
}

impl<'a> Part<'a> {
    fn declared(&self) -> [Option<&'a Encoding>; 2] {
        self.sides.map(|media| media.encoding.get(self.name))
    }

    fn spots(&self, texts: [String; 2]) -> (Spot, Spot) {
        let origin = |side: usize| {
            let declared = self.declared()[side];
            declared.map_or(&self.sides[side].origin, |encoding| &encoding.origin)
        };
        let [before, after] = texts;
        (Spot::at(origin(0), before), Spot::at(origin(1), after))
    }

    fn encoding(&self, wire: &mut Wire<'_>, one: &Written, other: &Written) {
        let lost = !one.types.is_subset(&other.types);
        let gained = !other.types.is_subset(&one.types);
        let variance = if one.style == other.style && one.allow_reserved == other.allow_reserved {
            Variance::of(lost, gained)
        } else {
            Some(Variance::Incomparable)
        };
        let Some(variance) = variance else { return };
        let text = |written: &Written| {
            let types: Vec<&str> = written.types.iter().map(String::as_str).collect();
            types.join(", ")
        };
        let (before, after) = self.spots([text(one), text(other)]);
        let change = Change::new(
            &catalogue::PART_ENCODING,
            variance,
            self.place.as_str(),
            format!("the encoding of part `{}` changes", self.name),
            before,
            after,
        );
        let change = if variance == Variance::Widens {
            change
        } else {
            let text = "rebuilt programs encode the part differently";
            change.behaves(Level::Breaking, text)
        };
        wire.report(change, self.scope);
    }

    fn headers(&self, wire: &mut Wire<'_>) {
        let [one, other] = self.declared().map(headers);
        let find = |all: &[(&'a String, &'a Header)], name: &str| {
            let mut all = all.iter();
            all.find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, header)| *header)
        };
        for &(name, before) in &one {
            let place = format!("{} header {name}", self.place);
            let Some(after) = find(&other, name) else {
                // As with parameters, what programs still send is ignored.
                let what = format!("the part no longer takes the header `{name}`");
                let (was, is) = self.spots([name.clone(), String::new()]);
                let check = &catalogue::PART_ENCODING;
                let variance = Variance::removed(before.required.value);
                let change = Change::new(check, variance, place, what, was, is);
                wire.report(change.level(Level::Risky), self.scope);
                continue;
            };
            if before.required.value != after.required.value {
                let variance = Variance::required(after.required.value);
                self.presence(wire, name, after.required.value, variance);
            }
            let spots = (Spot::at(&before.origin, ""), Spot::at(&after.origin, ""));
            let values = (&before.value, &after.value);
            let direction = (Direction::Argument, false);
            serialized::compare(wire, values, direction, &place, spots, self.scope);
        }
        for &(name, after) in &other {
            if find(&one, name).is_none() {
                let variance = Variance::added(after.required.value);
                self.presence(wire, name, after.required.value, variance);
            }
        }
    }

    /// A header that is required now, or may be sent or omitted now.
    fn presence(&self, wire: &mut Wire<'_>, name: &str, required: bool, variance: Variance) {
        let what = if required {
            format!("the part has to have the header `{name}`")
        } else {
            format!("the part may have the header `{name}`")
        };
        let (before, after) = self.spots([String::new(), name.to_owned()]);
        let place = format!("{} header {name}", self.place);
        let check = &catalogue::PART_ENCODING;
        let change = Change::new(check, variance, place, what, before, after);
        wire.report(change, self.scope);
    }
}

/// Headers of a part. `Content-Type` is not one of them: `contentType` says it.
fn headers(encoding: Option<&Encoding>) -> Vec<(&String, &Header)> {
    let all =
        encoding.map(|encoding: &Encoding| -> &IndexMap<String, Header> { &encoding.headers });
    let all = all.into_iter().flatten();
    all.filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
        .collect()
}

/// How a part is written: what `encoding` says, and defaults where it says nothing.
fn written(media: &MediaType, name: &str, schemas: &Schemas) -> Option<Written> {
    let schema = media.schema.map(|id| &schemas[id]);
    let property = schema
        .and_then(|schema| schema.properties.get(name))?
        .schema;
    let encoding = media.encoding.get(name);
    let given = encoding.and_then(|encoding| encoding.content_type.as_ref());
    let types = match given {
        Some(given) => given.value.split(',').map(plain).collect(),
        None => BTreeSet::from([default_type(property, schemas).to_owned()]),
    };
    // A style, where there is one, takes the place of the media type.
    let style = encoding.and_then(|encoding| {
        let style = encoding.style.as_ref().map(|style| style.value);
        let explode = encoding.explode.as_ref().map(|explode| explode.value);
        let style = style.or(explode.map(|_| Style::Form))?;
        Some((style, explode.unwrap_or(style == Style::Form)))
    });
    Some(Written {
        types,
        style: style.filter(|style| *style != (Style::Form, true)),
        allow_reserved: encoding.is_some_and(|encoding| encoding.allow_reserved.value),
    })
}

/// A media type in lower case, without spaces and without UTF-8.
fn plain(name: &str) -> String {
    let (essence, parameters) = media_type::kind(name);
    let mut all = vec![essence];
    all.extend(parameters);
    all.join(";")
}

/// The media type of a part of which `encoding` says nothing.
fn default_type(id: SchemaId, schemas: &Schemas) -> &'static str {
    let schema = &schemas[id];
    let format = schema.format.as_deref().map(String::as_str);
    match schema.types.single() {
        Some(Type::Object) => "application/json",
        Some(Type::Array) => match schema.items {
            Some(items) if schemas[items].types.single() != Some(Type::Array) => {
                default_type(items, schemas)
            }
            _ => "application/json",
        },
        Some(Type::String) if matches!(format, Some("binary" | "byte")) => {
            "application/octet-stream"
        }
        Some(Type::String) if schema.content_encoding.is_some() => "application/octet-stream",
        Some(_) => "text/plain",
        None => "application/octet-stream",
    }
}
