//! Path templates.

use crate::model::{PathPart, PathTemplate};

/// A path, taken apart.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) template: PathTemplate,
    /// Query pairs with fixed values.
    pub(super) fixed: Vec<(String, String)>,
    /// Query pairs whose value is a parameter of the path: name of the pair, name of the parameter.
    pub(super) query: Vec<(String, String)>,
    /// What the path has beside segments.
    pub(super) notes: Vec<String>,
}

impl Path {
    /// Names of the parameters in the path itself.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let parts = self.template.segments.iter().flatten();
        parts.filter_map(|part| match part {
            PathPart::Param(name) => Some(name.as_str()),
            PathPart::Literal(_) => None,
        })
    }

    /// Reads expressions of RFC 6570 and the like, which OpenAPI does not have, as plain parameters: `{+path}`, `{path*}`. Those of a
    /// query (`{?page,size}`) only name parameters that are declared.
    pub(super) fn read_expressions(&mut self, declared: impl Fn(&str) -> bool) {
        const MARKS: [char; 4] = ['+', '*', '#', '.'];
        for segment in &mut self.template.segments {
            segment.retain_mut(|part| {
                let PathPart::Param(name) = part else {
                    return true;
                };
                if declared(name) {
                    return true;
                }
                if name.starts_with(['?', '&']) {
                    self.notes.push(format!(
                        "has the expression `{{{name}}}`, which names parameters of the query"
                    ));
                    return false;
                }
                let plain = name.trim_matches(MARKS);
                if plain != name && declared(plain) {
                    self.notes.push(format!(
                        "has the expression `{{{name}}}`, which is read as `{{{plain}}}`"
                    ));
                    *name = plain.to_owned();
                }
                true
            });
        }
    }
}

/// Takes a path apart. An error says why no request can be made of it.
pub(super) fn parse(path: &str) -> Result<Path, String> {
    let mut notes = Vec::new();
    let (rest, fragment) = split(path, '#');
    if fragment.is_some() {
        notes.push("has a fragment, which is not sent".to_owned());
    }
    let (rest, query) = split(rest, '?');
    let (mut fixed, mut pairs) = (Vec::new(), Vec::new());
    if let Some(query) = query {
        notes.push("has a query".to_owned());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let inner = value
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            match inner {
                Some(variable) if !variable.is_empty() && !variable.contains(['{', '}']) => {
                    pairs.push((decode(name), variable.to_owned()));
                }
                _ if pair.contains(['{', '}']) => {
                    return Err(format!("the query `{pair}` mixes text and a parameter"));
                }
                _ => fixed.push((decode(name), decode(value))),
            }
        }
    }
    let inside = match rest.strip_prefix('/') {
        Some(inside) => inside,
        None => {
            notes.push("does not begin with `/`".to_owned());
            rest
        }
    };
    let segments = inside
        .split('/')
        .map(segment)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Path {
        template: PathTemplate { segments },
        fixed,
        query: pairs,
        notes,
    })
}

/// Splits at a character that is not between braces.
fn split(text: &str, at: char) -> (&str, Option<&str>) {
    let mut depth = 0_u32;
    for (index, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == at && depth == 0 => {
                return (&text[..index], Some(&text[index + c.len_utf8()..]));
            }
            _ => {}
        }
    }
    (text, None)
}

fn segment(text: &str) -> Result<Vec<PathPart>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(at) = rest.find(['{', '}']) else {
            parts.push(PathPart::Literal(decode(rest)));
            break;
        };
        let (before, tail) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(PathPart::Literal(decode(before)));
        }
        let Some(inside) = tail.strip_prefix('{') else {
            return Err("a `}` without its `{`".into());
        };
        let Some((name, after)) = inside.split_once('}') else {
            return Err("a `{` without its `}`".into());
        };
        if name.is_empty() || name.contains('{') {
            return Err("expected a name between braces".into());
        }
        parts.push(PathPart::Param(name.to_owned()));
        rest = after;
    }
    Ok(parts)
}

/// Percent-decodes; text that does not decode stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = (*first == b'%')
            .then(|| tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Names in `{braces}`, in order, each once.
pub(super) fn template(text: &str) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    for part in segment(text)? {
        match part {
            PathPart::Param(name) if !names.contains(&name) => names.push(name),
            PathPart::Param(_) | PathPart::Literal(_) => {}
        }
    }
    Ok(names)
}
