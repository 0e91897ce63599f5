//! Whether payloads in the spec (examples, defaults) fit their types.

use super::{Builder, Claim};
use crate::diag::{Code, Finding, nearest};
use crate::model::{Accept, Api, EnumRepr, Field, JsonType, Presence, Scalar, TypeKind, TypeRef};
use crate::source::{Node, Value};

/// A misfit: where, what, help.
struct Misfit<'a> {
    node: &'a Node,
    message: String,
    help: Option<String>,
}

impl<'a> Misfit<'a> {
    fn expected(node: &'a Node, what: &str) -> Self {
        let found = match &node.value {
            Value::String(text) => format!("{text:?}"),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => node.kind().to_owned(),
        };
        let help = match &node.value {
            Value::Number(_) | Value::Bool(_)
                if what.starts_with("a string") || what.starts_with("a date") =>
            {
                Some("write it in quotes".to_owned())
            }
            _ => None,
        };
        Self {
            node,
            message: format!("expected {what}, found {found}"),
            help,
        }
    }
}

impl Builder<'_> {
    pub(super) fn check_claims(&mut self, api: &Api) {
        for claim in std::mem::take(&mut self.claims) {
            let Claim {
                code,
                node,
                ty,
                nullable,
                accept,
            } = claim;
            let mut misfits = Vec::new();
            fits(api, node, &ty, nullable, accept, 0, &mut misfits);
            let what = match code {
                Code::DefaultMismatch => "the default does not fit",
                Code::EnvelopeType => "a value of `success` does not fit",
                _ => "the example does not fit",
            };
            for misfit in misfits {
                let mut finding = Finding::new(
                    code,
                    &misfit.node.origin,
                    format!("{what}: {}", misfit.message),
                );
                finding.help = misfit.help;
                self.push(finding);
            }
        }
    }
}

fn fits<'a>(
    api: &Api,
    node: &'a Node,
    ty: &TypeRef,
    nullable: bool,
    accept: Accept,
    depth: usize,
    misfits: &mut Vec<Misfit<'a>>,
) {
    if depth > 64 || (nullable && matches!(node.value, Value::Null)) {
        return;
    }
    let other_type = match node.value {
        Value::String(_) => accept.string,
        Value::Number(_) => accept.number,
        _ => false,
    };
    if other_type {
        return;
    }
    match ty {
        TypeRef::Any => {}
        TypeRef::Scalar(scalar) => {
            if let Some(expected) = scalar_misfit(node, *scalar) {
                misfits.push(Misfit::expected(node, expected));
            }
        }
        TypeRef::List(item) => match node.as_array() {
            Some(items) => {
                for node in items {
                    fits(
                        api,
                        node,
                        item,
                        false,
                        Accept::default(),
                        depth + 1,
                        misfits,
                    );
                }
            }
            None => misfits.push(Misfit::expected(node, "a list")),
        },
        TypeRef::Map(item) => match node.as_object() {
            Some(members) => {
                for member in members.values() {
                    fits(
                        api,
                        &member.node,
                        item,
                        false,
                        Accept::default(),
                        depth + 1,
                        misfits,
                    );
                }
            }
            None => misfits.push(Misfit::expected(node, "an object")),
        },
        TypeRef::Named(id) => {
            let Some(def) = api.types.get(id.0) else {
                return;
            };
            match &def.kind {
                TypeKind::Struct(made) => object_fits(
                    api,
                    node,
                    &def.name,
                    &made.fields,
                    made.closed,
                    depth,
                    misfits,
                ),
                TypeKind::Enum(made) => {
                    let of_type = match made.repr {
                        EnumRepr::String => node.as_str().is_some(),
                        EnumRepr::Integer => {
                            node.as_number().is_some_and(serde_json::Number::is_i64)
                        }
                    };
                    let wire = node.to_json();
                    if !of_type {
                        let expected = if made.repr == EnumRepr::String {
                            "a string"
                        } else {
                            "an integer"
                        };
                        misfits.push(Misfit::expected(node, expected));
                    } else if !made.values.iter().any(|value| value.wire == wire) {
                        let near = made.values.iter().filter_map(|value| value.wire.as_str());
                        let help = node
                            .as_str()
                            .and_then(|text| nearest(text, near))
                            .map(|meant| format!("did you mean `{meant}`?"));
                        misfits.push(Misfit {
                            node,
                            message: format!("{wire} is not a value of `{}`", def.name),
                            help,
                        });
                    }
                }
                TypeKind::Union(made) => {
                    let json_type = match node.value {
                        Value::String(_) => Some(JsonType::String),
                        Value::Number(_) => Some(JsonType::Number),
                        Value::Bool(_) => Some(JsonType::Boolean),
                        Value::Array(_) => Some(JsonType::Array),
                        Value::Object(_) => Some(JsonType::Object),
                        Value::Null => None,
                    };
                    match made
                        .variants
                        .iter()
                        .find(|variant| Some(variant.json_type) == json_type)
                    {
                        Some(variant) => fits(
                            api,
                            node,
                            &variant.ty,
                            false,
                            Accept::default(),
                            depth + 1,
                            misfits,
                        ),
                        None => misfits.push(Misfit::expected(
                            node,
                            &format!("one of the variants of `{}`", def.name),
                        )),
                    }
                }
            }
        }
    }
}

fn object_fits<'a>(
    api: &Api,
    node: &'a Node,
    name: &str,
    fields: &[Field],
    closed: bool,
    depth: usize,
    misfits: &mut Vec<Misfit<'a>>,
) {
    let Some(members) = node.as_object() else {
        misfits.push(Misfit::expected(node, "an object"));
        return;
    };
    for (wire, member) in members {
        let Some(field) = fields.iter().find(|field| field.wire == *wire) else {
            let near = nearest(wire, fields.iter().map(|field| field.wire.as_str()));
            if closed || near.is_some_and(|near| !members.contains_key(near)) {
                misfits.push(Misfit {
                    node: &member.node,
                    message: format!("`{name}` has no property `{wire}`"),
                    help: near.map(|near| format!("did you mean `{near}`?")),
                });
            } else {
                misfits.push(Misfit {
                    node: &member.node,
                    message: format!("`{name}` has no property `{wire}`"),
                    help: Some("add it to the schema".to_owned()),
                });
            }
            continue;
        };
        let nullable = matches!(
            field.presence,
            Presence::RequiredNullable | Presence::OptionalNull | Presence::ThreeState
        );
        fits(
            api,
            &member.node,
            &field.ty,
            nullable,
            field.accept,
            depth + 1,
            misfits,
        );
        if let Some(constant) = &field.constant
            && member.node.to_json() != *constant
        {
            misfits.push(Misfit {
                node: &member.node,
                message: format!("`{wire}` is always {constant}"),
                help: None,
            });
        }
    }
    for field in fields {
        let required = matches!(
            field.presence,
            Presence::Required | Presence::RequiredNullable
        );
        if required && !members.contains_key(&field.wire) {
            misfits.push(Misfit {
                node,
                message: format!("`{}`, which is required, is missing", field.wire),
                help: None,
            });
        }
    }
}

/// What was expected, where the value is not that.
fn scalar_misfit(node: &Node, scalar: Scalar) -> Option<&'static str> {
    let number = node.as_number();
    let text = node.as_str();
    let (good, expected) = match scalar {
        Scalar::String | Scalar::Secret | Scalar::Binary => (text.is_some(), "a string"),
        Scalar::Bool => (node.as_bool().is_some(), "a boolean"),
        Scalar::Int32 => (
            number
                .and_then(serde_json::Number::as_i64)
                .is_some_and(|n| i32::try_from(n).is_ok()),
            "an integer of 32 bits",
        ),
        Scalar::Int64 => (number.is_some_and(serde_json::Number::is_i64), "an integer"),
        Scalar::Float32 | Scalar::Float64 => (number.is_some(), "a number"),
        Scalar::DecimalNumber | Scalar::DecimalString => (
            number.is_some() || text.is_some_and(is_decimal),
            "a decimal",
        ),
        Scalar::Date => (text.is_some_and(is_date), "a date (2017-10-10)"),
        Scalar::DateTime => (
            text.is_some_and(is_date_time),
            "a date-time (2017-10-10T12:30:00+03:00)",
        ),
        Scalar::RailsTimestamp => (
            text.is_some_and(|text| is_rails(text) || is_date_time(text)),
            "a timestamp (2009-06-04 14:22:34 +0400)",
        ),
        Scalar::DateOptionalTime => (
            text.is_some_and(|text| match text.split_once('T') {
                Some((date, time)) => is_date(date) && is_time(time),
                None => is_date(text),
            }),
            "a date with or without a time (2017-10-10T12:30)",
        ),
    };
    (!good).then_some(expected)
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction)
}

/// Whether text has the form of a pattern, in which `0` stands for a digit.
fn like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, p)| {
            if p == b'0' {
                b.is_ascii_digit()
            } else {
                b == p
            }
        })
}

fn within(text: &str, at: std::ops::Range<usize>, low: u32, high: u32) -> bool {
    text.get(at)
        .and_then(|part| part.parse::<u32>().ok())
        .is_some_and(|n| (low..=high).contains(&n))
}

fn is_date(text: &str) -> bool {
    like(text, "0000-00-00") && within(text, 5..7, 1, 12) && within(text, 8..10, 1, 31)
}

fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    (like(whole, "00:00:00") || like(whole, "00:00"))
        && within(whole, 0..2, 0, 23)
        && within(whole, 3..5, 0, 59)
        && (whole.len() == 5 || within(whole, 6..8, 0, 60))
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_offset(text: &str) -> bool {
    matches!(text, "Z" | "z")
        || text
            .strip_prefix(['+', '-'])
            .is_some_and(|rest| like(rest, "00:00") || like(rest, "0000"))
}

fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some(at) = rest.find(['Z', 'z', '+', '-']) else {
        return false;
    };
    let (time, offset) = (rest.get(..at).unwrap_or(""), rest.get(at..).unwrap_or(""));
    is_date(date) && is_time(time) && time.len() >= 8 && is_offset(offset)
}

fn is_rails(text: &str) -> bool {
    let mut parts = text.split(' ');
    let fits = parts.next().is_some_and(is_date)
        && parts.next().is_some_and(is_time)
        && parts
            .next()
            .is_none_or(|offset| is_offset(offset) || offset == "UTC");
    fits && parts.next().is_none()
}
