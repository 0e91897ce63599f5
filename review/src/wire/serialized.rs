//! How a value of a parameter or header is written.

use lavka_model::media::{self, Media};
use lavka_model::normalized::{MediaType, ParameterValue, SchemaId, Schemas, Style, Type, Types};

use super::graph::Root;
use super::pairs::Pair;
use super::{Change, Formats, Scope, Wire};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// A value that is written as it is.
const PLAIN: &str = "as plain text";

/// How a value is written: what of the style can be seen.
fn written(value: &ParameterValue, schemas: &Schemas) -> String {
    let literal = |id: SchemaId| {
        let ty = schemas[id].types.single();
        matches!(ty, Some(Type::Integer | Type::Number | Type::Boolean))
    };
    match value {
        ParameterValue::Missing => "nothing".to_owned(),
        // Numbers and booleans are the same text in JSON.
        ParameterValue::Content(media) if is_json(media) && media.schema.is_some_and(literal) => {
            PLAIN.to_owned()
        }
        ParameterValue::Content(media) => format!("as `{}`", media::essence(&media.name)),
        ParameterValue::Query(media) => {
            format!("as `{}`, the whole query", media::essence(&media.name))
        }
        ParameterValue::Schema {
            schema,
            style,
            explode,
            ..
        } => {
            let types = *schemas[*schema].types;
            let composite = composite(types);
            let plain = matches!(
                style.value,
                Style::Form | Style::Simple | Style::SpaceDelimited | Style::PipeDelimited
            );
            if !composite && plain {
                return PLAIN.to_owned();
            }
            let style = style.value.as_str();
            match (composite, explode.value) {
                // A deep object is written in one way, and so is a simple list.
                _ if style == "deepObject" || (style == "simple" && !types.has(Type::Object)) => {
                    format!("in the style `{style}`")
                }
                (false, _) => format!("in the style `{style}`"),
                (true, true) => format!("in the style `{style}` with `explode`"),
                (true, false) => format!("in the style `{style}` without `explode`"),
            }
        }
    }
}

fn composite(types: Types) -> bool {
    types.has(Type::Array) || types.has(Type::Object)
}

/// Whether reserved characters are written as they are.
fn reserved(value: &ParameterValue) -> bool {
    matches!(value, ParameterValue::Schema { allow_reserved, .. } if allow_reserved.value)
}

/// Compares how two values are written, and their schemas. `given`: the value is always there.
pub(super) fn compare(
    wire: &mut Wire<'_>,
    (one, other): (&ParameterValue, &ParameterValue),
    (direction, given): (Direction, bool),
    place: &str,
    (before, after): (Spot, Spot),
    scope: &Scope,
) {
    if let Some(change) = style(wire, (one, other), place, (&before, &after)) {
        let change = change.towards(direction);
        wire.report(change, scope);
    }
    if reserved(one) != reserved(other) {
        let change = percent_encoding(reserved(other), place, (&before, &after));
        wire.report(change, scope);
    }
    let (Some(base), Some(head)) = (one.schema(), other.schema()) else {
        return;
    };
    if direction == Direction::Argument
        && let Some(variance) = one_or_more(wire, (one, base), (other, head))
    {
        let what = if variance == Variance::Widens {
            "may be several values instead of one"
        } else {
            "is one value instead of several"
        };
        let change = Change::new(&catalogue::TYPES, variance, place, what, before, after);
        wire.report(change, scope);
        return;
    }
    let is_json = |value: &ParameterValue| match value {
        ParameterValue::Content(media) | ParameterValue::Query(media) => is_json(media),
        _ => false,
    };
    let json = is_json(one) && is_json(other);
    let deep = |value: &ParameterValue| matches!(value, ParameterValue::Schema { style, .. } if style.value == Style::DeepObject);
    let formats = Formats {
        json: scope.json && json,
        xml: false,
        text_json: scope.json && !json,
        text_xml: scope.xml && !json,
        json_xml: scope.xml && json,
    };
    let pair = Pair::new(base, head, direction);
    wire.graph.root(
        pair.given(given, &wire.base.schemas, &wire.head.schemas),
        place,
        Root {
            operation: scope.operation.clone(),
            formats,
            deep: deep(one) || deep(other),
            error: false,
        },
    );
}

/// Another style.
fn style(
    wire: &Wire<'_>,
    (one, other): (&ParameterValue, &ParameterValue),
    place: &str,
    (before, after): (&Spot, &Spot),
) -> Option<Change> {
    let (base, head) = (&wire.base.schemas, &wire.head.schemas);
    let (was, is) = (written(one, base), written(other, head));
    // A scalar that becomes a list is a change of the type; its style was of no importance.
    let list = |value: &ParameterValue, schemas: &Schemas| match value {
        ParameterValue::Schema { schema, .. } => composite(*schemas[*schema].types),
        _ => false,
    };
    let listed = (was == PLAIN && list(other, head)) || (is == PLAIN && list(one, base));
    if was == is || listed {
        return None;
    }
    let (mut before, mut after) = (before.clone(), after.clone());
    (before.text, after.text) = (was.clone(), is.clone());
    let what = format!("it is serialized {is} instead of {was}");
    let check = &catalogue::PARAMETER_STYLE;
    let change = Change::new(check, Variance::Incomparable, place, what, before, after);
    let text = "rebuilt programs serialize it differently; the server may read another value without an error";
    Some(change.behaves(Level::Breaking, text))
}

/// `allowReserved` changes.
fn percent_encoding(reserved: bool, place: &str, (before, after): (&Spot, &Spot)) -> Change {
    let (variance, level, what) = if reserved {
        let what = "are no longer percent-encoded";
        (Variance::Widens, Level::Compatible, what)
    } else {
        let what = "are percent-encoded now";
        (Variance::Narrows, Level::Breaking, what)
    };
    Change::new(
        &catalogue::PARAMETER_STYLE,
        variance,
        place,
        format!("reserved characters {what}"),
        before.clone(),
        after.clone(),
    )
    .behaves(
        level,
        format!("in rebuilt programs, reserved characters {what}"),
    )
}

/// Whether a value becomes a list of such values that are written one by one (`id=1`, `id=1&id=2`), or the other way round.
fn one_or_more(
    wire: &Wire<'_>,
    (one, base): (&ParameterValue, SchemaId),
    (other, head): (&ParameterValue, SchemaId),
) -> Option<Variance> {
    let repeated = |value: &ParameterValue| match value {
        ParameterValue::Schema { style, explode, .. } => {
            style.value == Style::Form && explode.value
        }
        _ => false,
    };
    let items = |schemas: &Schemas, id: SchemaId| {
        let schema = &schemas[id];
        schema
            .items
            .filter(|_| schema.types.single() == Some(Type::Array))
    };
    if !repeated(one) || !repeated(other) {
        return None;
    }
    let same = |base, head| {
        let pair = Pair::new(base, head, Direction::Argument);
        wire.graph.same(pair, 0)
    };
    match (
        items(&wire.base.schemas, base),
        items(&wire.head.schemas, head),
    ) {
        (None, Some(items)) if same(base, items) => Some(Variance::Widens),
        (Some(items), None) if same(items, head) => Some(Variance::Narrows),
        _ => None,
    }
}

fn is_json(media: &MediaType) -> bool {
    media::media(&media.name) == Media::Json
}
