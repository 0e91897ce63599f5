//! Parameters of an operation, and headers.

use lavka_model::normalized::{
    MediaType, Operation, Parameter, ParameterIn, ParameterValue, SchemaId, Schemas, Style, Type,
    Types,
};

use super::graph::{Pair, Root};
use super::media::essence;
use super::{Change, Formats, Scope, Wire, schema, title};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

pub(super) fn word(location: ParameterIn) -> &'static str {
    match location {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

pub(super) fn key(parameter: &Parameter) -> (ParameterIn, String) {
    let name = &parameter.name.value;
    let name = match parameter.location.value {
        ParameterIn::Header => name.to_ascii_lowercase(),
        _ => name.clone(),
    };
    (parameter.location.value, name)
}

fn place(op: &Operation, parameter: &Parameter) -> String {
    format!(
        "{} {} {}",
        title(op),
        word(parameter.location.value),
        parameter.name.value
    )
}

/// Path parameters in the order of the template.
fn in_path(op: &Operation) -> Vec<&Parameter> {
    let at = |parameter: &Parameter| op.path.find(&format!("{{{}}}", parameter.name.value));
    let path = op.parameters.iter();
    let mut path: Vec<&Parameter> = path
        .filter(|parameter| parameter.location.value == ParameterIn::Path)
        .collect();
    path.sort_by_key(|parameter| at(parameter));
    path
}

type Pairs<'p> = Vec<(&'p Parameter, &'p Parameter)>;

pub(super) fn compare(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let (was, is) = (in_path(base), in_path(head));
    let same_shape = was.len() == is.len();
    let mut pairs: Pairs<'_> = if same_shape {
        was.into_iter().zip(is).collect()
    } else {
        Vec::new()
    };
    let others = |op: &'_ Operation| -> Vec<usize> {
        let all = op.parameters.iter().enumerate();
        all.filter(|(_, p)| !same_shape || p.location.value != ParameterIn::Path)
            .map(|(at, _)| at)
            .collect()
    };
    let mut removed: Vec<&Parameter> = others(base)
        .iter()
        .map(|&at| &base.parameters[at])
        .collect();
    let mut added: Vec<&Parameter> = others(head)
        .iter()
        .map(|&at| &head.parameters[at])
        .collect();
    removed.retain(|one| {
        let Some(at) = added.iter().position(|other| key(one) == key(other)) else {
            return true;
        };
        pairs.push((one, added.remove(at)));
        false
    });
    // The same name elsewhere.
    removed.retain(|one| {
        let path = |p: &Parameter| p.location.value == ParameterIn::Path;
        let Some(at) = added.iter().position(|other| {
            one.location.value != other.location.value
                && one.name.value.eq_ignore_ascii_case(&other.name.value)
                && !path(one)
                && !path(other)
        }) else {
            return true;
        };
        let other = added.remove(at);
        let (from, to) = (word(one.location.value), word(other.location.value));
        let level = if one.required.value || other.required.value {
            Level::Breaking
        } else {
            Level::Risky
        };
        let change = Change::new(
            &catalogue::PARAMETER_MOVED,
            Variance::Incomparable,
            place(base, one),
            format!("`{}` is in the {to} instead of the {from}", *one.name),
            Spot::at(&one.location.origin, from),
            Spot::at(&other.location.origin, to),
        )
        .level(level)
        .behaves(
            level,
            if level == Level::Breaking {
                format!("rebuilt programs send it in the {to}")
            } else {
                format!("rebuilt programs send it in the {to}; what existing programs send is silently ignored")
            },
        );
        wire.report(change, scope);
        pairs.push((one, other));
        false
    });
    renames(wire, base, &mut removed, &mut added, &mut pairs, scope);
    for parameter in removed {
        gone(wire, base, head, parameter, scope);
    }
    for parameter in added {
        new(wire, base, parameter, scope);
    }
    for (one, other) in &pairs {
        both(wire, base, one, other, scope);
    }
    order(wire, base, head, scope);
}

/// The schema of a value that is a schema, or one media type.
pub(super) fn schema_of(value: &ParameterValue) -> Option<SchemaId> {
    match value {
        ParameterValue::Schema { schema, .. } => Some(*schema),
        ParameterValue::Content(media) => media.schema,
        ParameterValue::Missing => None,
    }
}

fn renames<'p>(
    wire: &mut Wire<'_>,
    base: &Operation,
    removed: &mut Vec<&'p Parameter>,
    added: &mut Vec<&'p Parameter>,
    pairs: &mut Pairs<'p>,
    scope: &Scope,
) {
    let alike = |wire: &Wire<'_>, one: &Parameter, other: &Parameter, only: bool| {
        let text = one.description.is_some()
            && schema::same_text(one.description.as_deref(), other.description.as_deref());
        let same = match (schema_of(&one.value), schema_of(&other.value)) {
            (Some(base), Some(head)) => {
                let pair = Pair::new(base, head, Direction::Argument);
                wire.graph.same(pair, 0)
            }
            (one, other) => one.is_none() && other.is_none(),
        };
        one.location.value == other.location.value
            && one.required.value == other.required.value
            && (text || only)
            && same
    };
    let only = removed.len() == 1 && added.len() == 1;
    removed.retain(|one| {
        let fits: Vec<usize> = (0..added.len())
            .filter(|&at| alike(wire, one, added[at], only))
            .collect();
        let [at] = fits.as_slice() else {
            return true;
        };
        let other = added.remove(*at);
        let required = one.required.value;
        let mut change = Change::new(
            &catalogue::PARAMETER_RENAMED,
            Variance::Incomparable,
            place(base, one),
            format!("`{}` is named `{}`", *one.name, *other.name),
            Spot::at(&one.name.origin, one.name.as_str()),
            Spot::at(&other.name.origin, other.name.as_str()),
        );
        if !required {
            change = change.level(Level::Risky).behaves(
                Level::Risky,
                "what existing programs send is silently ignored",
            );
        }
        wire.report(change, scope);
        pairs.push((one, other));
        false
    });
}

fn gone(wire: &mut Wire<'_>, base: &Operation, head: &Operation, one: &Parameter, scope: &Scope) {
    let variance = if one.required.value {
        Variance::Incomparable
    } else {
        Variance::Narrows
    };
    let mut change = Change::new(
        &catalogue::PARAMETER_REMOVED,
        variance,
        place(base, one),
        format!(
            "the {} parameter `{}` is removed",
            word(one.location.value),
            *one.name
        ),
        Spot::at(&one.origin, one.name.as_str()),
        Spot::near(&head.origin),
    );
    if one.location.value == ParameterIn::Path {
        // The path is another: that is reported too.
        change = change.level(Level::Breaking);
    } else {
        change = change.behaves(
            Level::Risky,
            "what existing programs send is silently ignored",
        );
    }
    wire.report(change, scope);
}

fn new(wire: &mut Wire<'_>, base: &Operation, other: &Parameter, scope: &Scope) {
    let (check, variance, word_) = if other.required.value {
        (
            &catalogue::PARAMETER_REQUIRED_ADDED,
            Variance::Incomparable,
            "required",
        )
    } else {
        (&catalogue::PARAMETER_ADDED, Variance::Widens, "optional")
    };
    let change = Change::new(
        check,
        variance,
        place(base, other),
        format!(
            "the {word_} {} parameter `{}` is added",
            word(other.location.value),
            *other.name
        ),
        Spot::near(&base.origin),
        Spot::at(&other.origin, other.name.as_str()),
    );
    wire.report(change, scope);
}

fn both(wire: &mut Wire<'_>, op: &Operation, one: &Parameter, other: &Parameter, scope: &Scope) {
    let place = place(op, one);
    let name = &one.name.value;
    if one.required.value != other.required.value {
        let (variance, what) = if other.required.value {
            (Variance::Narrows, format!("`{name}` is required now"))
        } else {
            (Variance::Widens, format!("`{name}` is no longer required"))
        };
        let change = Change::new(
            &catalogue::PARAMETER_REQUIRED,
            variance,
            place.as_str(),
            what,
            Spot::at(&one.required.origin, one.required.value.to_string()),
            Spot::at(&other.required.origin, other.required.value.to_string()),
        );
        wire.report(change, scope);
    }
    if one.allow_empty_value.value != other.allow_empty_value.value {
        let (variance, what) = if other.allow_empty_value.value {
            (Variance::Widens, format!("`{name}` may be empty"))
        } else {
            (
                Variance::Narrows,
                format!("`{name}` may no longer be empty"),
            )
        };
        let change = Change::new(
            &catalogue::PARAMETER_EMPTY,
            variance,
            place.as_str(),
            what,
            Spot::at(&one.allow_empty_value.origin, ""),
            Spot::at(&other.allow_empty_value.origin, ""),
        );
        wire.report(change, scope);
    }
    let spots = || spots(one, other);
    if one.deprecated.value != other.deprecated.value {
        wire.behaves(
            &catalogue::PARAMETER_DEPRECATED,
            place.as_str(),
            if other.deprecated.value {
                format!("`{name}` is deprecated")
            } else {
                format!("`{name}` is no longer deprecated")
            },
            "the compiler warns where new bindings are used",
            spots(),
            scope,
        );
    }
    if !schema::same_text(one.description.as_deref(), other.description.as_deref()) {
        let (before, after) = spots();
        wire.documents(
            &catalogue::PARAMETER_TEXT,
            place.as_str(),
            format!("the description of `{name}` changes"),
            before,
            after,
            scope,
        );
    }
    if !schema::all_same(&one.examples, &other.examples) {
        let (before, after) = spots();
        let what = format!("examples of `{name}` change");
        wire.documents(
            &catalogue::EXAMPLES,
            place.as_str(),
            what,
            before,
            after,
            scope,
        );
    }
    if let Some((what, before, after)) = schema::extension_change(
        (&one.extensions, &one.origin),
        (&other.extensions, &other.origin),
    ) {
        wire.documents(
            &catalogue::EXTENSION,
            place.as_str(),
            what,
            before,
            after,
            scope,
        );
    }
    value(
        wire,
        (&one.value, &other.value),
        (
            Direction::Argument,
            one.required.value && other.required.value,
        ),
        &place,
        (Spot::at(&one.origin, ""), Spot::at(&other.origin, "")),
        scope,
    );
}

pub(super) fn spots(one: &Parameter, other: &Parameter) -> (Spot, Spot) {
    (Spot::at(&one.origin, ""), Spot::at(&other.origin, ""))
}

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
        ParameterValue::Content(media) => format!("as `{}`", essence(&media.name)),
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
pub(super) fn value(
    wire: &mut Wire<'_>,
    (one, other): (&ParameterValue, &ParameterValue),
    (direction, given): (Direction, bool),
    place: &str,
    (before, after): (Spot, Spot),
    scope: &Scope,
) {
    let (mut was, mut is) = (
        written(one, &wire.base.schemas),
        written(other, &wire.head.schemas),
    );
    // A scalar that becomes a list is a change of the type; its style was of no importance.
    let list = |value: &ParameterValue, schemas: &Schemas| match value {
        ParameterValue::Schema { schema, .. } => composite(*schemas[*schema].types),
        _ => false,
    };
    let (listed, lists) = (
        list(one, &wire.base.schemas),
        list(other, &wire.head.schemas),
    );
    if (was == PLAIN && lists) || (is == PLAIN && listed) {
        (was, is) = (String::new(), String::new());
    }
    if was != is {
        let (mut before, mut after) = (before.clone(), after.clone());
        (before.text, after.text) = (was.clone(), is.clone());
        let change = Change::new(
            &catalogue::PARAMETER_STYLE,
            Variance::Incomparable,
            place,
            format!("it is serialized {is} instead of {was}"),
            before,
            after,
        )
        .behaves(
            Level::Breaking,
            "rebuilt programs serialize it differently; the server may read another value without an error",
        );
        let change = match direction {
            Direction::Argument => change,
            Direction::Reply => change.reply(),
        };
        wire.report(change, scope);
    }
    if reserved(one) != reserved(other) {
        let (variance, level, what) = if reserved(other) {
            (
                Variance::Widens,
                Level::Compatible,
                "are no longer percent-encoded",
            )
        } else {
            (
                Variance::Narrows,
                Level::Breaking,
                "are percent-encoded now",
            )
        };
        let change = Change::new(
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
        );
        wire.report(change, scope);
    }
    let (Some(base), Some(head)) = (schema_of(one), schema_of(other)) else {
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
        ParameterValue::Content(media) => is_json(media),
        _ => false,
    };
    let json = is_json(one) && is_json(other);
    let deep = |value: &ParameterValue| matches!(value, ParameterValue::Schema { style, .. } if style.value == Style::DeepObject);
    let formats = Formats {
        json: scope.json && json,
        xml: false,
        text_json: scope.json && !json,
        text_xml: scope.xml,
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
    essence(&media.name).ends_with("json")
}

/// Whether parameters that both have change places.
fn order(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    // Of a path, the place in the template: its name is not sent.
    let keys = |op: &Operation| -> Vec<String> {
        let path = in_path(op);
        let at = |p: &Parameter| path.iter().position(|other| std::ptr::eq(*other, p));
        let all = op.parameters.iter();
        all.map(|p| at(p).map_or_else(|| key(p).1, |at| format!("{{{at}}}")))
            .collect()
    };
    let (all_before, all_after) = (keys(base), keys(head));
    let kept = |some: &[String], others: &[String]| -> Vec<String> {
        let kept = some.iter().filter(|key| others.contains(key));
        kept.cloned().collect()
    };
    let (before, after) = (kept(&all_before, &all_after), kept(&all_after, &all_before));
    if before != after {
        let moved = before.iter().zip(&after).find(|(a, b)| a != b);
        let origin = |op: &Operation, keys: &[String], key: Option<&String>| {
            let at = keys.iter().position(|other| Some(other) == key);
            let found = at.and_then(|at| op.parameters.get(at));
            found.map_or(op.origin.clone(), |p| p.origin.clone())
        };
        wire.documents(
            &catalogue::PARAMETER_ORDER,
            format!("{} parameters", title(base)),
            "the order of parameters changes",
            Spot::at(
                &origin(base, &all_before, moved.map(|m| m.0)),
                before.join(", "),
            ),
            Spot::at(
                &origin(head, &all_after, moved.map(|m| m.1)),
                after.join(", "),
            ),
            scope,
        );
    }
}
