//! Formats of numbers and texts.

use lavka_model::media::{self, Media};
use lavka_model::normalized::{Schema, Type, Types};

use super::effects::Hint;
use super::pairs::{Local, Raw};
use super::whole::{self, integers};
use super::xsd;
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Formats that say how a text is shown, not which texts there are.
pub(super) fn is_hint(format: &str) -> bool {
    matches!(
        format,
        "password" | "markdown" | "html" | "multiline" | "textarea" | "text" | "string"
    )
}

pub(super) fn is_number(format: &str) -> bool {
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

/// How a text holds bytes: OpenAPI 3.0 says it by `format`, 3.1 by `contentEncoding`, or for a body by its `contentMediaType`.
fn coding(schema: &Schema) -> Option<&str> {
    let format = schema.format.as_deref().map(String::as_str);
    let media = schema.content_media_type.as_deref().map(String::as_str);
    match (schema.content_encoding.as_deref(), format, media) {
        (Some(encoding), None, _) => Some(encoding),
        (None, Some("byte"), _) => Some("base64"),
        (None, Some("base64url"), _) => Some("base64url"),
        (None, Some("binary"), _) => Some("binary"),
        (None, None, Some(name)) if media::media(name) == Media::Bytes => Some("binary"),
        _ => None,
    }
}

/// Whether a schema says that its values are bytes as they are.
pub(super) fn is_bytes(schema: &Schema) -> bool {
    coding(schema) == Some("binary")
}

/// Whether both hold bytes, in the same encoding.
pub(super) fn same_coding(base: &Schema, head: &Schema) -> bool {
    match (coding(base), coding(head)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    }
}

/// What the texts of a schema are: the type of XML Schema, or the format.
fn of(schema: &Schema) -> Option<&str> {
    let format = || schema.format.as_deref().map(String::as_str);
    xsd::texts_of(schema).or_else(format)
}

/// Another format: in words, and where it is.
pub(super) fn change(base: &Schema, head: &Schema) -> (String, Spot, Spot) {
    let spot = |schema: &Schema| match (&schema.format, of(schema)) {
        (Some(format), Some(text)) => Spot::at(&format.origin, text),
        (None, Some(text)) => Spot::at(&schema.types.origin, text),
        _ => Spot::near(&schema.origin),
    };
    let what = match (of(base), of(head)) {
        (Some(was), Some(is)) => format!("the format is `{is}` instead of `{was}`"),
        (None, Some(is)) => format!("the format `{is}` is added"),
        (was, None) => format!(
            "the format is removed; it was `{}`",
            was.unwrap_or_default()
        ),
    };
    (what, spot(base), spot(head))
}

pub(super) fn compare(base: &Schema, head: &Schema, direction: Direction, out: &mut Local) {
    let (before, after) = (of(base), of(head));
    let written = |schema: &Schema| schema.format.as_deref().cloned();
    // A date with an optional time is what `dateTime` of XML Schema is read as.
    let same_time = written(base).is_some() && written(base) == written(head);
    if before == after || same_time || same_coding(base, head) {
        return;
    }
    let (what, was, is) = change(base, head);
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
            was.clone(),
            is.clone(),
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
        // More numbers that only the limits keep out: the server reads them, and may take them one day.
        let wider = direction == Direction::Argument
            && whole::same_limits(base, head)
            && meaning(ty, before, after, [false; 2]).0 == Some(Variance::Widens);
        let ends = if wider {
            [false; 2]
        } else {
            whole::limited(base, head)
        };
        let (variance, hint) = meaning(ty, before, after, ends);
        let raw = Raw::new(
            &catalogue::FORMAT,
            variance.unwrap_or(Variance::Incomparable),
            what.clone(),
            was.clone(),
            is.clone(),
        );
        let raw = if variance.is_none() {
            raw.nowhere()
        } else {
            raw
        };
        out.changes.push(raw.hint(hint));
    }
}

/// Whether each text of a format is one of the other too.
fn includes(wide: &str, narrow: &str) -> bool {
    let whole = |format: &str| format.starts_with("int") || format.starts_with("uint");
    match (wide, narrow) {
        ("decimal" | "double" | "float", narrow) if is_number(narrow) => true,
        (wide, narrow) if whole(wide) && whole(narrow) => {
            let ((low, high), (from, to)) = (integers(Some(wide)), integers(Some(narrow)));
            low <= from && to <= high
        }
        ("date-optional-time", "date")
        | ("NMTOKEN", "Name" | "NCName" | "language")
        | ("Name" | "QName", "NCName" | "language")
        | ("NCName", "language")
        | ("uri-reference" | "iri" | "iri-reference", "uri" | "url")
        | ("iri-reference", "uri-reference" | "iri")
        | ("idn-email", "email")
        | ("idn-hostname", "hostname")
        | ("uri", "url")
        | ("url", "uri") => true,
        _ => wide == narrow,
    }
}

/// What another format does to the values of a type, and to programs.
fn meaning(
    ty: Type,
    before: Option<&str>,
    after: Option<&str>,
    [lower, upper]: [bool; 2],
) -> (Option<Variance>, Hint) {
    match ty {
        Type::Integer => {
            let ((low, high), (mut new_low, mut new_high)) = (integers(before), integers(after));
            // An end that is a limit is compared as one.
            if lower {
                new_low = low;
            }
            if upper {
                new_high = high;
            }
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
                (false, false) => {
                    let (was, is) = (before.unwrap_or_default(), after.unwrap_or_default());
                    Variance::of(!includes(is, was), !includes(was, is))
                }
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
