//! Fields that are added to a body that is encoded already.

use super::encode::{Encoder, Value};

/// How deep a property is inside the root at most, where a request is wrapped.
const WRAPPED: usize = 2;

pub(super) const KNOWN: &str = "the body has one of this name";

pub(super) fn is_form(media_type: &str) -> bool {
    media_type.starts_with("application/x-www-form-urlencoded")
}

pub(super) fn with_pair(text: &str, name: &str, value: &Value<'_>) -> Result<String, String> {
    if url::form_urlencoded::parse(text.as_bytes()).any(|(known, _)| known == name) {
        return Err(KNOWN.to_owned());
    }
    let mut text = text.to_owned();
    let object = Value::Object(vec![(name.into(), value.clone())]);
    Encoder::form(&mut text).fields(&object, &[])?;
    Ok(text)
}

pub(super) fn with_property(text: &str, name: &str, value: &Value<'_>) -> Result<String, String> {
    if let Value::Object(entries) = Value::from_json(text.as_bytes())
        && entries.iter().any(|(known, _)| known == name)
    {
        return Err(KNOWN.to_owned());
    }
    let body = text.strip_suffix('}').ok_or("the body has no fields")?;
    let separator = if body.ends_with('{') { "" } else { "," };
    let name = Value::Text(name.into()).json_text();
    Ok(format!("{body}{separator}{name}:{}}}", value.json_text()))
}

/// Writes an element before the end of the root.
pub(super) fn with_element(text: &str, name: &str, value: &Value<'_>) -> Result<String, String> {
    let (mut out, end) = match text.rsplit_once("</") {
        Some((content, end)) => (content.to_owned(), format!("</{end}")),
        None => {
            // The root is empty.
            let (before, tag) = text.rsplit_once('<').ok_or("the body has no fields")?;
            let tag = tag.strip_suffix("/>").ok_or("the body has no fields")?;
            let root = tag.split(' ').next().unwrap_or_default();
            (format!("{before}<{tag}>"), format!("</{root}>"))
        }
    };
    if elements(&out).any(|element| element.depth == 1 && element.name == name) {
        return Err(KNOWN.to_owned());
    }
    element(&mut out, name, value)?;
    Ok(out + &end)
}

/// An element of a body that was written.
struct Element<'t> {
    /// How many elements it is in.
    depth: usize,
    /// Without its prefix.
    name: &'t str,
    /// What follows its start tag, up to the next tag.
    text: &'t str,
}

/// The elements of a body. The writer escapes `<` wherever it is not a tag's.
fn elements(text: &str) -> impl Iterator<Item = Element<'_>> {
    let mut depth = 0_usize;
    text.split('<').skip(1).filter_map(move |piece| {
        if piece.starts_with(['?', '!']) {
            return None;
        }
        if piece.starts_with('/') {
            depth = depth.saturating_sub(1);
            return None;
        }
        let mut quote = None;
        let end = piece.find(|c| match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                false
            }
            None => {
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
                c == '>'
            }
        });
        let (tag, text) = piece.split_at_checked(end?)?;
        let element = Element {
            depth,
            name: tag.split([' ', '/']).next()?.rsplit(':').next()?,
            text: text.get(1..)?,
        };
        if !tag.ends_with('/') {
            depth += 1;
        }
        Some(element)
    })
}

fn element(out: &mut String, name: &str, value: &Value<'_>) -> Result<(), String> {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !starts || !chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return Err("not an element's name".to_owned());
    }
    match value {
        Value::Absent => return Ok(()),
        Value::List(items) => return items.iter().try_for_each(|item| element(out, name, item)),
        Value::Null => out.push_str(&format!("<{name}/>")),
        Value::Text(text) | Value::Literal(text) => {
            out.push_str(&format!("<{name}>"));
            for c in text.chars() {
                match c {
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '&' => out.push_str("&amp;"),
                    '\r' => out.push_str("&#13;"),
                    '\t' | '\n' => out.push(c),
                    c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                        return Err("XML cannot contain this control character".to_owned());
                    }
                    c => out.push(c),
                }
            }
            out.push_str(&format!("</{name}>"));
        }
        Value::Object(entries) => {
            out.push_str(&format!("<{name}>"));
            for (name, value) in entries {
                element(out, name, value)?;
            }
            out.push_str(&format!("</{name}>"));
        }
    }
    Ok(())
}

/// Whether a body has a value that is not empty in this property or element, at the top or in what is there.
pub(super) fn has_value(body: &[u8], media_type: &str, name: &str) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    if is_form(media_type) {
        let mut pairs = url::form_urlencoded::parse(body);
        return pairs.any(|(known, value)| known == name && !value.trim().is_empty());
    }
    if text.starts_with('<') {
        return elements(text).any(|element| {
            let is_there = (1..=WRAPPED).contains(&element.depth) && element.name == name;
            is_there && !element.text.trim().is_empty()
        });
    }
    has_property(&Value::from_json(body), name, WRAPPED)
}

fn has_property(value: &Value<'_>, name: &str, depth: usize) -> bool {
    let Value::Object(entries) = value else {
        return false;
    };
    entries.iter().any(|(known, value)| match value {
        Value::Text(text) | Value::Literal(text) => known == name && !text.trim().is_empty(),
        value => depth > 1 && has_property(value, name, depth - 1),
    })
}
