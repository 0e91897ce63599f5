//! Parameters of an operation.

use lavka_model::normalized::{Operation, Parameter, ParameterIn, ParameterValue, Spanned, Style};

use super::exploded::{nameless, taken_apart};
use super::pairs::Pair;
use super::serialized;
use super::{Change, Scope, Wire, texts, title};
use crate::catalogue::{self, Check};
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

/// Whether the name of a path parameter is a part of the path: `;id=17`.
fn name_in_path(parameter: &Parameter) -> bool {
    matches!(&parameter.value, ParameterValue::Schema { style, .. } if style.value == Style::Matrix)
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
    let is_other = |p: &&Parameter| !same_shape || p.location.value != ParameterIn::Path;
    let mut removed: Vec<&Parameter> = base.parameters.iter().filter(is_other).collect();
    let mut added: Vec<&Parameter> = head.parameters.iter().filter(is_other).collect();
    removed.retain(|one| {
        let Some(at) = added.iter().position(|other| key(one) == key(other)) else {
            return true;
        };
        pairs.push((one, added.remove(at)));
        false
    });
    // A name that is not sent is not one of the wire.
    removed.retain(|one| {
        let fits = |other: &&Parameter| {
            one.location.value == other.location.value && nameless(other, &wire.head.schemas)
        };
        let Some(at) = added.iter().position(fits) else {
            return true;
        };
        if !nameless(one, &wire.base.schemas) {
            return true;
        }
        pairs.push((one, added.remove(at)));
        false
    });
    apart(wire, (base, head), &mut removed, &mut added, scope);
    moved(wire, base, &mut removed, &mut added, &mut pairs, scope);
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

/// An object that is exploded, in place of a parameter for each of its properties, or the other way round: the requests are the same.
fn apart(
    wire: &mut Wire<'_>,
    (base, head): (&Operation, &Operation),
    removed: &mut Vec<&Parameter>,
    added: &mut Vec<&Parameter>,
    scope: &Scope,
) {
    removed.retain(|one| {
        let Some(parts) = taken_apart(one, &wire.base.schemas, added) else {
            return true;
        };
        for (part, other) in &parts {
            both(wire, base, part, other, scope);
        }
        false
    });
    added.retain(|other| {
        let Some(parts) = taken_apart(other, &wire.head.schemas, removed) else {
            return true;
        };
        for (part, one) in &parts {
            both(wire, head, one, part, scope);
        }
        false
    });
}

/// The same name elsewhere.
fn moved<'p>(
    wire: &mut Wire<'_>,
    base: &Operation,
    removed: &mut Vec<&'p Parameter>,
    added: &mut Vec<&'p Parameter>,
    pairs: &mut Pairs<'p>,
    scope: &Scope,
) {
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
            && texts::same_text(one.description.as_deref(), other.description.as_deref());
        let same = match (one.value.schema(), other.value.schema()) {
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
    let mut change = Change::new(
        &catalogue::PARAMETER_REMOVED,
        Variance::removed(one.required.value),
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
    let required = other.required.value;
    let (check, word_) = if required {
        (&catalogue::PARAMETER_REQUIRED_ADDED, "required")
    } else {
        (&catalogue::PARAMETER_ADDED, "optional")
    };
    let variance = Variance::added(required);
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
    let path = one.location.value == ParameterIn::Path;
    if path && one.name.value != other.name.value && name_in_path(one) && name_in_path(other) {
        let change = Change::new(
            &catalogue::PARAMETER_RENAMED,
            Variance::Incomparable,
            place.as_str(),
            format!(
                "`{name}` is named `{}`, and the path contains the name",
                *other.name
            ),
            Spot::at(&one.name.origin, one.name.as_str()),
            Spot::at(&other.name.origin, other.name.as_str()),
        )
        .behaves(
            Level::Breaking,
            format!("rebuilt programs send `;{}=`", *other.name),
        );
        wire.report(change, scope);
    }
    flag(
        wire,
        (&one.required, &other.required),
        (&catalogue::PARAMETER_REQUIRED, Variance::Narrows),
        [
            format!("`{name}` is required now"),
            format!("`{name}` is no longer required"),
        ],
        &place,
        scope,
    );
    flag(
        wire,
        (&one.allow_empty_value, &other.allow_empty_value),
        (&catalogue::PARAMETER_EMPTY, Variance::Widens),
        [
            format!("`{name}` may be empty"),
            format!("`{name}` may no longer be empty"),
        ],
        &place,
        scope,
    );
    texts(wire, one, other, &place, scope);
    serialized::compare(
        wire,
        (&one.value, &other.value),
        (
            Direction::Argument,
            one.required.value && other.required.value,
        ),
        &place,
        spots(one, other),
        scope,
    );
}

/// Compares a flag that narrows or widens what may be sent where it is set. `what` says so where it is set, and where it is not.
fn flag(
    wire: &mut Wire<'_>,
    (one, other): (&Spanned<bool>, &Spanned<bool>),
    (check, variance): (&'static Check, Variance),
    what: [String; 2],
    place: &str,
    scope: &Scope,
) {
    if one.value == other.value {
        return;
    }
    let [set, unset] = what;
    let (variance, what) = if other.value {
        (variance, set)
    } else {
        (variance.reversed(), unset)
    };
    let before = Spot::at(&one.origin, one.value.to_string());
    let after = Spot::at(&other.origin, other.value.to_string());
    let change = Change::new(check, variance, place, what, before, after);
    wire.report(change, scope);
}

/// What readers see: descriptions, examples, deprecation, extensions.
fn texts(wire: &mut Wire<'_>, one: &Parameter, other: &Parameter, place: &str, scope: &Scope) {
    let name = &one.name.value;
    let spots = || spots(one, other);
    if one.deprecated.value != other.deprecated.value {
        let (what, text) = texts::deprecation(other.deprecated.value);
        wire.behaves(
            &catalogue::PARAMETER_DEPRECATED,
            place,
            format!("`{name}` {what}"),
            text,
            spots(),
            scope,
        );
    }
    let mut words = |check, what: String, (before, after): (Spot, Spot)| {
        wire.documents(check, place, what, before, after, scope);
    };
    if !texts::same_text(one.description.as_deref(), other.description.as_deref()) {
        let what = format!("the description of `{name}` changes");
        words(&catalogue::PARAMETER_TEXT, what, spots());
    }
    if !texts::all_same(&one.examples, &other.examples) {
        let what = format!("examples of `{name}` change");
        words(&catalogue::EXAMPLES, what, spots());
    }
    if let Some((what, before, after)) = texts::extension_change(
        (&one.extensions, &one.origin),
        (&other.extensions, &other.origin),
    ) {
        words(&catalogue::EXTENSION, what, (before, after));
    }
}

pub(super) fn spots(one: &Parameter, other: &Parameter) -> (Spot, Spot) {
    (Spot::at(&one.origin, ""), Spot::at(&other.origin, ""))
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
