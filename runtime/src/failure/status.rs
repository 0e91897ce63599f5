//! Whether a body with a success status reports a failure.

use super::FailureShape;
use super::markup::{Event, Markup};
use super::tree::local;
use crate::json::{self, Kind, Reader, same_name};

/// The value of the status at the top of a body, whichever format it has.
pub(crate) fn reported(text: &str, shape: &FailureShape) -> Option<String> {
    let text = text.trim_start();
    match text.as_bytes().first()? {
        b'{' => in_json(text, shape),
        b'<' => in_xml(text, shape),
        // Some frameworks write the text of a body as a string once more.
        b'"' => {
            let inner: String = json::decode(text.as_bytes()).ok()?;
            let inner = inner.trim_start();
            let is_body = inner.starts_with(['{', '<']);
            is_body.then(|| reported(inner, shape)).flatten()
        }
        _ => None,
    }
}

fn in_json(text: &str, shape: &FailureShape) -> Option<String> {
    let mut reader = Reader::new(text);
    // A text that is not JSON is for the decoder to explain.
    if !reader.find_property(shape.status).ok()? {
        return None;
    }
    match reader.kind()? {
        Kind::String | Kind::Number | Kind::Boolean => {
            let value = reader.skip().ok()?;
            match value.starts_with('"') {
                true => json::decode(value.as_bytes()).ok(),
                false => Some(value.to_owned()),
            }
        }
        Kind::Null | Kind::Array | Kind::Object => None,
    }
}

/// The text of the first child of the root with this name, or the root's attribute.
fn in_xml(text: &str, shape: &FailureShape) -> Option<String> {
    let is_status = |name: &str| {
        let name = local(name);
        shape.status.iter().any(|known| same_name(name, known))
    };
    let mut depth = 0_usize;
    let mut value: Option<String> = None;
    for event in Markup::new(text) {
        match event {
            Event::Start {
                name,
                attributes,
                empty,
            } => {
                if depth == 0 {
                    let attribute = attributes.into_iter().find(|(name, _)| is_status(name));
                    if let Some((_, value)) = attribute {
                        return Some(value);
                    }
                } else if depth == 1 && is_status(name) {
                    value = Some(String::new());
                } else if value.is_some() {
                    // It has children: it is not a status.
                    return None;
                }
                depth += usize::from(!empty);
                if empty && (value.is_some() || depth == 0) {
                    return None;
                }
            }
            Event::Text(text) => {
                if let Some(value) = &mut value {
                    value.push_str(&text);
                }
            }
            Event::End { .. } => {
                if value.is_some() {
                    break;
                }
                depth = depth.checked_sub(1)?;
            }
        }
    }
    value.filter(|value| !value.trim().is_empty())
}

/// Whether two values of a status are the same: numbers by their value, texts whatever the case, and whether Latin or
/// Cyrillic letters of the same look were used.
pub(super) fn is_same(good: &str, value: &str) -> bool {
    let (good, value) = (good.trim(), value.trim());
    if let (Some(a), Some(b)) = (number(good), number(value)) {
        return (a - b).abs() < f64::EPSILON;
    }
    folded(good).eq(folded(value))
}

fn number(text: &str) -> Option<f64> {
    match text {
        "true" => Some(1.0),
        "false" => Some(0.0),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
            text.parse().ok().filter(|number: &f64| number.is_finite())
        }
        _ => None,
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase).map(|c| match c {
        'а' => 'a',
        'в' => 'b',
        'е' | 'ё' => 'e',
        'к' => 'k',
        'м' => 'm',
        'н' => 'h',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'т' => 't',
        'у' => 'y',
        'х' => 'x',
        'і' => 'i',
        'ѕ' => 's',
        other => other,
    })
}
