//! What OpenAPI says a call looks like on the wire: written from its text, not with the generator's code.

use serde_json::{Map, Value};

/// A request, as the server takes it apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Decoded path segments behind the base path.
    pub(crate) segments: Vec<String>,
    /// Decoded pairs, in order.
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A scalar as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => {
            let text = value.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
        }
        _ => None,
    }
}

/// A list of scalars, or an object of scalars, as texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text).collect()
}

fn pairs(value: &Value) -> Option<Vec<(String, String)>> {
    let object = value.as_object()?;
    object
        .iter()
        .map(|(key, value)| Some((key.clone(), text(value)?)))
        .collect()
}

fn flat(pairs: &[(String, String)], between: &str, joint: &str) -> String {
    let parts: Vec<String> = pairs
        .iter()
        .map(|(k, v)| format!("{k}{joint}{v}"))
        .collect();
    parts.join(between)
}

/// Puts a parameter where it travels. `None` where OpenAPI does not say how.
pub(crate) fn put(request: &mut Request, parameter: &Value, value: &Value) -> Option<String> {
    let name = parameter.get("name")?.as_str()?;
    let place = parameter.get("in")?.as_str()?;
    if parameter.get("content").is_some() {
        let json = value.to_string();
        match place {
            "query" => request.query.push((name.to_owned(), json)),
            "header" => request.headers.push((name.to_ascii_lowercase(), json)),
            _ => return None,
        }
        return Some(String::new());
    }
    let usual = if matches!(place, "query" | "cookie") {
        "form"
    } else {
        "simple"
    };
    let style = parameter
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or(usual);
    let explode = parameter
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(style == "form");
    match place {
        "query" => {
            request.query.extend(query(name, style, explode, value)?);
            Some(String::new())
        }
        "cookie" => {
            request.cookies.push((name.to_owned(), text(value)?));
            Some(String::new())
        }
        "header" => {
            request
                .headers
                .push((name.to_ascii_lowercase(), simple(explode, value)?));
            Some(String::new())
        }
        "path" => segment(name, style, explode, value),
        _ => None,
    }
}

pub(crate) fn query(
    name: &str,
    style: &str,
    explode: bool,
    value: &Value,
) -> Option<Vec<(String, String)>> {
    let named = |text: String| vec![(name.to_owned(), text)];
    Some(match (style, value) {
        ("deepObject", Value::Object(_)) => pairs(value)?
            .into_iter()
            .map(|(key, value)| (format!("{name}[{key}]"), value))
            .collect(),
        ("form" | "spaceDelimited" | "pipeDelimited", Value::Array(_)) if explode => texts(value)?
            .into_iter()
            .map(|text| (name.to_owned(), text))
            .collect(),
        ("form", Value::Array(_)) => named(texts(value)?.join(",")),
        ("spaceDelimited", Value::Array(_)) => named(texts(value)?.join(" ")),
        ("pipeDelimited", Value::Array(_)) => named(texts(value)?.join("|")),
        ("form", Value::Object(_)) if explode => pairs(value)?,
        ("form", Value::Object(_)) => named(flat(&pairs(value)?, ",", ",")),
        ("form", _) => named(text(value)?),
        _ => return None,
    })
}

fn simple(explode: bool, value: &Value) -> Option<String> {
    Some(match value {
        Value::Array(_) => texts(value)?.join(","),
        Value::Object(_) => flat(&pairs(value)?, ",", if explode { "=" } else { "," }),
        _ => text(value)?,
    })
}

fn segment(name: &str, style: &str, explode: bool, value: &Value) -> Option<String> {
    Some(match style {
        "simple" => simple(explode, value)?,
        "label" => match value {
            Value::Array(_) => format!(".{}", texts(value)?.join(if explode { "." } else { "," })),
            Value::Object(_) if explode => format!(".{}", flat(&pairs(value)?, ".", "=")),
            Value::Object(_) => format!(".{}", flat(&pairs(value)?, ",", ",")),
            _ => format!(".{}", text(value)?),
        },
        "matrix" => match value {
            Value::Array(_) if explode => texts(value)?
                .iter()
                .map(|text| format!(";{name}={text}"))
                .collect(),
            Value::Array(_) => format!(";{name}={}", texts(value)?.join(",")),
            Value::Object(_) if explode => format!(";{}", flat(&pairs(value)?, ";", "=")),
            Value::Object(_) => format!(";{name}={}", flat(&pairs(value)?, ",", ",")),
            _ => format!(";{name}={}", text(value)?),
        },
        _ => return None,
    })
}

/// Whether two texts say the same: numbers by value, times by instant.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    a == b
        || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a.total_cmp(&b).is_eq())
        || crate::values::same(&Value::String(a.to_owned()), &Value::String(b.to_owned()))
}

/// Reads an HTTP/1.1 request's head and body.
pub(crate) fn parse(head: &str, body: Vec<u8>) -> Option<(String, Request)> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let method = first.next()?.to_owned();
    let target = first.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut segments: Vec<String> = path
        .split('/')
        .skip(1)
        .map(|part| decode(part, false))
        .collect();
    let base = if segments.is_empty() {
        String::new()
    } else {
        segments.remove(0)
    };
    let query = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name, true), decode(value, true))
        })
        .collect();
    let mut headers = Vec::new();
    let mut cookies = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        if name == "cookie" {
            for part in value.split(';') {
                let (name, value) = part.trim().split_once('=')?;
                cookies.push((name.to_owned(), decode(value, false)));
            }
        }
        headers.push((name, value));
    }
    Some((
        base,
        Request {
            method,
            segments,
            query,
            headers,
            cookies,
            body,
        },
    ))
}

/// Undoes percent-encoding.
pub(crate) fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'%' => {
                let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(byte) => {
                        bytes.push(byte);
                        rest = &tail[2..];
                    }
                    None => bytes.push(b'%'),
                }
            }
            b'+' if plus => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Pairs of a form, as [`query`] writes them: each property by `form`, exploded, unless `encoding` says otherwise.
pub(crate) fn form(
    value: &Map<String, Value>,
    encoding: Option<&Value>,
) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for (name, value) in value {
        let own = encoding.and_then(|encoding| encoding.get(name));
        let style = own.and_then(|own| own.get("style")).and_then(Value::as_str);
        let explode = own
            .and_then(|own| own.get("explode"))
            .and_then(Value::as_bool);
        if style.is_none() && explode.is_none() && (value.is_object() || texts_missing(value)) {
            // Without a style, an object travels as JSON.
            all.push((name.clone(), value.to_string()));
            continue;
        }
        let style = style.unwrap_or("form");
        all.extend(query(
            name,
            style,
            explode.unwrap_or(style == "form"),
            value,
        )?);
    }
    Some(all)
}

fn texts_missing(value: &Value) -> bool {
    value.is_array() && texts(value).is_none()
}

/// The pairs of a query that a path has, which OpenAPI does not allow.
pub(crate) fn template_query(path: &str) -> Vec<(String, String)> {
    let path = path.split('#').next().unwrap_or_default();
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name, true), decode(value, true)))
        .collect()
}
