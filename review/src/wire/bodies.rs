//! Bodies of requests and replies.

use indexmap::IndexMap;
use lavka_model::normalized::{
    Encoding, Header, MediaType, Operation, Response, SchemaId, Schemas, Status,
};
use lavka_model::source::Origin;

use super::graph::{Pair, Root};
use super::{Change, Formats, Scope, Wire, params, schema, title, xml};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// A media type without its parameters, in lower case.
pub(crate) fn essence(name: &str) -> String {
    let plain = name.split(';').next().unwrap_or(name);
    plain.trim().to_ascii_lowercase()
}

/// A media type with its parameters, but for UTF-8, which needs no saying.
fn kind(name: &str) -> (String, Vec<String>) {
    let parameters = name.split(';').skip(1);
    let mut parameters: Vec<String> = parameters
        .map(|parameter| parameter.trim().to_ascii_lowercase().replace('"', ""))
        .filter(|parameter| !matches!(parameter.as_str(), "" | "charset=utf-8" | "charset=utf8"))
        .collect();
    parameters.sort();
    (essence(name), parameters)
}

/// Whether a media type is a kind of the other: `application/problem+json` of `application/json`.
fn specializes(specific: &str, general: &str) -> bool {
    let (specific, general) = (essence(specific), essence(general));
    let suffix = specific.rsplit_once('+').map(|(_, suffix)| suffix);
    let plain = general.split_once('/').map(|(_, name)| name);
    suffix.is_some() && suffix == plain
}

/// Whether a media type is XML.
pub(crate) fn is_xml(name: &str) -> bool {
    let essence = essence(name);
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

fn is_json(name: &str) -> bool {
    let essence = essence(name);
    essence.ends_with("/json") || essence.ends_with("+json") || essence == "*/*"
}

/// How values of a media type are encoded, for an operation that speaks these formats.
fn formats(name: &str) -> Formats {
    Formats {
        json: is_json(name) || !(is_xml(name) || is_form(name)),
        xml: is_xml(name),
        text_json: is_form(name),
        text_xml: false,
    }
}

fn is_form(name: &str) -> bool {
    let essence = essence(name);
    essence.starts_with("multipart/") || essence == "application/x-www-form-urlencoded"
}

/// The scope of one media type.
fn narrowed(scope: &Scope, name: &str) -> Scope {
    Scope {
        json: !is_xml(name),
        xml: is_xml(name),
        ..scope.clone()
    }
}

pub(super) fn request(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = format!("{} request", title(base));
    match (&base.request, &head.request) {
        (None, None) => {}
        (None, Some(body)) => {
            let (variance, word) = if body.required.value {
                (Variance::Incomparable, "a required")
            } else {
                (Variance::Widens, "an optional")
            };
            let change = Change::new(
                &catalogue::BODY_ADDED,
                variance,
                place,
                format!("{word} request body is added"),
                Spot::near(&base.origin),
                Spot::at(&body.origin, word),
            );
            wire.report(change, scope);
        }
        (Some(body), None) => {
            let change = Change::new(
                &catalogue::BODY_REMOVED,
                // Undone, a body that is required is no widening.
                if body.required.value {
                    Variance::Incomparable
                } else {
                    Variance::Narrows
                },
                place,
                "the request body is removed",
                Spot::at(&body.origin, "a body"),
                Spot::near(&head.origin),
            );
            wire.report(change, scope);
        }
        (Some(one), Some(other)) => {
            if one.required.value != other.required.value {
                let (variance, what) = if other.required.value {
                    (Variance::Narrows, "the request body is required now")
                } else {
                    (Variance::Widens, "the request body is no longer required")
                };
                let change = Change::new(
                    &catalogue::BODY_REQUIRED,
                    variance,
                    place.as_str(),
                    what,
                    Spot::at(&one.required.origin, one.required.value.to_string()),
                    Spot::at(&other.required.origin, other.required.value.to_string()),
                );
                wire.report(change, scope);
            }
            if !schema::same_text(one.description.as_deref(), other.description.as_deref()) {
                wire.documents(
                    &catalogue::OPERATION_TEXT,
                    format!("{place} description"),
                    "the description of the request body changes",
                    Spot::at(&one.origin, ""),
                    Spot::at(&other.origin, ""),
                    scope,
                );
            }
            media_types(
                wire,
                (&one.content, &other.content),
                (&one.origin, &other.origin),
                Direction::Argument,
                &place,
                false,
                scope,
            );
        }
    }
}

fn success(status: Status) -> bool {
    match status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Range(class) => class == 2,
        Status::Default => false,
    }
}

fn show(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}

pub(super) fn replies(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let mut pairs: Vec<(&Response, &Response)> = Vec::new();
    let mut added: Vec<&Response> = head.responses.iter().collect();
    let mut removed: Vec<&Response> = Vec::new();
    for one in &base.responses {
        let same = added
            .iter()
            .position(|other| other.status.value == one.status.value);
        match same {
            Some(at) => pairs.push((one, added.remove(at))),
            None => removed.push(one),
        }
    }
    // A success that takes the place of another.
    let gone: Vec<usize> = (0..removed.len())
        .filter(|&at| success(*removed[at].status))
        .collect();
    let new: Vec<usize> = (0..added.len())
        .filter(|&at| success(*added[at].status))
        .collect();
    if let ([at], [to]) = (gone.as_slice(), new.as_slice()) {
        let (one, other) = (removed.remove(*at), added.remove(*to));
        let (was, is) = (show(*one.status), show(*other.status));
        let change = Change::new(
            &catalogue::SUCCESS_STATUS,
            Variance::Incomparable,
            format!("{} {was}", title(base)),
            format!("success is {is} instead of {was}"),
            Spot::at(&one.status.origin, was.as_str()),
            Spot::at(&other.status.origin, is.as_str()),
        )
        .reply()
        .behaves(
            Level::Risky,
            "the bindings take any 2xx as success; other programs compare",
        );
        wire.report(change, scope);
        pairs.push((one, other));
    }
    for one in removed {
        let was = show(*one.status);
        let place = format!("{} {was}", title(base));
        let check = if success(*one.status) {
            &catalogue::SUCCESS_REMOVED
        } else {
            &catalogue::ERROR_REMOVED
        };
        let change = Change::new(
            check,
            Variance::Narrows,
            place,
            format!("the reply {was} is removed"),
            Spot::at(&one.origin, was.as_str()),
            Spot::near(&head.origin),
        )
        .reply();
        wire.report(change, scope);
    }
    for other in added {
        let is = show(*other.status);
        let change = Change::new(
            &catalogue::STATUS_ADDED,
            Variance::Widens,
            format!("{} {is}", title(base)),
            format!("the reply {is} is added"),
            Spot::near(&base.origin),
            Spot::at(&other.origin, is.as_str()),
        )
        .reply();
        wire.report(change, scope);
    }
    for (one, other) in pairs {
        reply(wire, base, one, other, scope);
    }
}

fn reply(wire: &mut Wire<'_>, op: &Operation, one: &Response, other: &Response, scope: &Scope) {
    let place = format!("{} {}", title(op), show(*one.status));
    if !schema::same_text(Some(&one.description), Some(&other.description)) {
        wire.documents(
            &catalogue::OPERATION_TEXT,
            format!("{place} description"),
            "the description of the reply changes",
            Spot::at(&one.description.origin, one.description.as_str()),
            Spot::at(&other.description.origin, other.description.as_str()),
            scope,
        );
    }
    headers(
        wire,
        (&one.headers, &other.headers),
        (&one.origin, &other.origin),
        &place,
        scope,
    );
    let (was, is) = (one.content.is_empty(), other.content.is_empty());
    if was != is {
        let (variance, what) = if is {
            (Variance::Narrows, "the body of the reply is removed")
        } else {
            (Variance::Widens, "a body is added to the reply")
        };
        let some = if was { &other.content } else { &one.content };
        let names = || some.iter().map(|media| media.name.value.as_str());
        let narrow = Scope {
            json: names().any(|name| !is_xml(name)),
            xml: names().any(is_xml),
            ..scope.clone()
        };
        let change = Change::new(
            &catalogue::REPLY_BODY,
            variance,
            place,
            what,
            Spot::at(&one.origin, if was { "no body" } else { "a body" }),
            Spot::at(&other.origin, if is { "no body" } else { "a body" }),
        )
        .reply();
        wire.report(change, &narrow);
        return;
    }
    let error = !success(*one.status);
    media_types(
        wire,
        (&one.content, &other.content),
        (&one.origin, &other.origin),
        Direction::Reply,
        &place,
        error,
        scope,
    );
}

fn headers(
    wire: &mut Wire<'_>,
    (one, other): (&IndexMap<String, Header>, &IndexMap<String, Header>),
    (base, head): (&Origin, &Origin),
    place: &str,
    scope: &Scope,
) {
    let find = |all: &'_ IndexMap<String, Header>, name: &str| {
        let mut names = all.keys();
        names.find(|key| key.eq_ignore_ascii_case(name)).cloned()
    };
    for (name, before) in one {
        let place = format!("{place} header {name}");
        let Some(after) = find(other, name).and_then(|name| other.get(&name)) else {
            let (variance, word) = if before.required.value {
                (Variance::Incomparable, "required")
            } else {
                (Variance::Narrows, "optional")
            };
            let mut change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                place,
                format!("the {word} header `{name}` is removed"),
                Spot::at(&before.origin, name.as_str()),
                Spot::near(head),
            )
            .reply();
            if !before.required.value {
                change = change.level(Level::Risky).behaves(
                    Level::Risky,
                    "programs built before find no value, without an error",
                );
            }
            wire.report(change, scope);
            continue;
        };
        if before.required.value != after.required.value {
            let (variance, what) = if after.required.value {
                (
                    Variance::Narrows,
                    format!("the header `{name}` is always sent"),
                )
            } else {
                (
                    Variance::Widens,
                    format!("the header `{name}` may be missing"),
                )
            };
            let change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                place.as_str(),
                what,
                Spot::at(&before.required.origin, before.required.value.to_string()),
                Spot::at(&after.required.origin, after.required.value.to_string()),
            )
            .reply();
            wire.report(change, scope);
        }
        let spots = || (Spot::at(&before.origin, ""), Spot::at(&after.origin, ""));
        if !schema::same_text(before.description.as_deref(), after.description.as_deref()) {
            let (was, is) = spots();
            let what = format!("the description of `{name}` changes");
            wire.documents(
                &catalogue::PARAMETER_TEXT,
                place.as_str(),
                what,
                was,
                is,
                scope,
            );
        }
        if before.deprecated.value != after.deprecated.value {
            let what = format!("whether `{name}` is deprecated changes");
            wire.behaves(
                &catalogue::PARAMETER_DEPRECATED,
                place.as_str(),
                what,
                "the compiler warns where new bindings are used",
                spots(),
                scope,
            );
        }
        params::value(
            wire,
            (&before.value, &after.value),
            Direction::Reply,
            &place,
            spots(),
            scope,
        );
    }
    for (name, after) in other {
        if find(one, name).is_none() {
            let variance = if after.required.value {
                Variance::Incomparable
            } else {
                Variance::Widens
            };
            let change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                format!("{place} header {name}"),
                format!("the header `{name}` is added"),
                Spot::near(base),
                Spot::at(&after.origin, name.as_str()),
            )
            .reply()
            .level(Level::Compatible);
            wire.report(change, scope);
        }
    }
}

fn media_types(
    wire: &mut Wire<'_>,
    (one, other): (&[MediaType], &[MediaType]),
    (base, head): (&Origin, &Origin),
    direction: Direction,
    place: &str,
    error: bool,
    scope: &Scope,
) {
    let check = media_check(direction);
    let turn = |change: Change| match direction {
        Direction::Argument => change,
        Direction::Reply => change.reply(),
    };
    let find = |all: &'_ [MediaType], name: &str| {
        let exact = all.iter().position(|media| media.name.value == name);
        exact.or_else(|| all.iter().position(|media| kind(&media.name) == kind(name)))
    };
    let mut replaced: Vec<&str> = Vec::new();
    for before in one {
        let Some(after) = find(other, &before.name).and_then(|at| other.get(at)) else {
            let mut new = other
                .iter()
                .filter(|after| find(one, &after.name).is_none());
            if direction == Direction::Reply
                && let Some((after, level)) = new.find_map(|after| {
                    let specific = specializes(&after.name, &before.name);
                    let general = specializes(&before.name, &after.name);
                    let level = if specific {
                        Level::Risky
                    } else {
                        Level::Breaking
                    };
                    (specific || general).then_some((after, level))
                })
            {
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
                wire.report(turn(change), &narrowed(scope, &before.name));
                media(wire, before, after, direction, place, error, scope);
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
            wire.report(turn(change), &narrowed(scope, &before.name));
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
            wire.report(turn(change), &narrowed(scope, &after.name));
        }
    }
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
    encodings(wire, before, after, place, &scope);
    let same = before.examples.len() == after.examples.len()
        && before
            .examples
            .iter()
            .zip(&after.examples)
            .all(|(a, b)| a.same(b));
    if !same {
        wire.documents(
            &catalogue::EXAMPLES,
            format!("{place} {}", *before.name),
            "examples change",
            Spot::at(&before.origin, ""),
            Spot::at(&after.origin, ""),
            &scope,
        );
    }
    if before.bare_string != after.bare_string {
        wire.behaves(
            &catalogue::LENIENCE,
            format!("{place} {}", *before.name),
            "whether the body may be a string without quotes changes",
            "rebuilt programs read other forms",
            (Spot::at(&before.origin, ""), Spot::at(&after.origin, "")),
            &scope,
        );
    }
    let turn = |change: Change| match direction {
        Direction::Argument => change,
        Direction::Reply => change.reply(),
    };
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
        return wire.report(turn(change), &scope);
    }
    match (before.schema, after.schema) {
        (Some(base), Some(head)) => root(
            wire,
            (base, head),
            &before.name,
            direction,
            place,
            error,
            &scope,
        ),
        // A schema that allows anything says as little as none.
        _ if was == is => {}
        (one, _) => {
            let (variance, what) = if one.is_some() {
                (Variance::Widens, "the schema of the body is removed")
            } else {
                (Variance::Narrows, "a schema is added to the body")
            };
            let change = Change::new(
                &catalogue::SCHEMA_PRESENCE,
                variance,
                format!("{place} {}", *before.name),
                what,
                Spot::at(&before.origin, ""),
                Spot::at(&after.origin, ""),
            );
            wire.report(turn(change), &scope);
        }
    }
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

fn root(
    wire: &mut Wire<'_>,
    (base, head): (SchemaId, SchemaId),
    name: &str,
    direction: Direction,
    place: &str,
    error: bool,
    scope: &Scope,
) {
    wire.graph.root(
        Pair {
            base,
            head,
            direction,
            null_judged: false,
        },
        place,
        Root {
            operation: scope.operation.clone(),
            formats: formats(name),
            error,
        },
    );
}

fn encodings(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    place: &str,
    scope: &Scope,
) {
    let show = |encoding: Option<&Encoding>| {
        encoding.map_or(String::new(), |encoding| {
            let mut headers: Vec<&String> = encoding.headers.keys().collect();
            headers.sort();
            format!(
                "{:?} {:?} {:?} {} {headers:?}",
                encoding.content_type.as_ref().map(|t| &t.value),
                encoding.style.as_ref().map(|s| s.value),
                encoding.explode.as_ref().map(|e| e.value),
                encoding.allow_reserved.value
            )
        })
    };
    let names: std::collections::BTreeSet<&String> = before
        .encoding
        .keys()
        .chain(after.encoding.keys())
        .collect();
    for name in names {
        let (one, other) = (before.encoding.get(name), after.encoding.get(name));
        if show(one) != show(other) {
            let text = |encoding: Option<&Encoding>| {
                let given = encoding.and_then(|encoding| encoding.content_type.as_ref());
                given.map_or(String::new(), |given| given.value.clone())
            };
            let origin = |encoding: Option<&Encoding>, media: &MediaType| {
                encoding.map_or(media.origin.clone(), |encoding| encoding.origin.clone())
            };
            let change = Change::new(
                &catalogue::PART_ENCODING,
                Variance::Incomparable,
                format!("{place} part {name}"),
                format!("the encoding of part `{name}` changes"),
                Spot::at(&origin(one, before), text(one)),
                Spot::at(&origin(other, after), text(other)),
            )
            .behaves(
                Level::Breaking,
                "rebuilt programs encode the part differently",
            );
            wire.report(change, scope);
        }
    }
}
