//! Media types of bodies: how they are read, and which of them a caller accepts.

use std::sync::Arc;

use serde_json::Value;

use crate::document::Document;
use crate::problem::Problem;
use crate::sample::SampleFormat;
use crate::schema::Checker;
use crate::xml::{self, Dialect};

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
    Multipart,
    Form,
    Text,
    Other,
}

/// One media type of a body.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    /// `application/json`, in lower case and without parameters.
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) schema: Option<Value>,
    /// The root element, where it differs from the schema's.
    pub(crate) xml_root: Option<String>,
    /// The body may be an unquoted string.
    pub(crate) bare_string: bool,
    /// Set for requests.
    pub(crate) checker: Option<Arc<Checker>>,
}

impl Media {
    pub(crate) fn new(name: &str, source: &Value) -> Self {
        let name = essence(name);
        Self {
            format: format_of(&name),
            schema: source.get("schema").cloned(),
            xml_root: source
                .get("x-xml-root")
                .and_then(Value::as_str)
                .map(str::to_owned),
            bare_string: source.get("x-bare-string") == Some(&Value::Bool(true)),
            checker: None,
            name,
        }
    }

    /// The format of its samples.
    pub(crate) fn sample_format(&self) -> Option<SampleFormat> {
        match self.format {
            Format::Json => Some(SampleFormat::Json),
            Format::Xml => Some(SampleFormat::Xml),
            Format::Text => Some(SampleFormat::Text),
            Format::Multipart | Format::Form | Format::Other => None,
        }
    }

    /// The `Content-Type` of a reply.
    pub(crate) fn content_type(&self) -> String {
        match self.format {
            Format::Json | Format::Xml | Format::Text => format!("{}; charset=utf-8", self.name),
            Format::Multipart | Format::Form | Format::Other => self.name.clone(),
        }
    }

    /// The JSON value of a body, not yet checked against the schema.
    pub(crate) fn value(
        &self,
        document: &Document,
        dialect: Dialect,
        bytes: &[u8],
    ) -> Result<Value, Vec<Problem>> {
        match self.format {
            Format::Xml => {
                let any = Value::Null;
                let schema = self.schema.as_ref().unwrap_or(&any);
                xml::read(document, dialect, schema, self.xml_root.as_deref(), bytes)
                    .map_err(|error| error.problems)
            }
            Format::Json => self.json(bytes).map_err(|problem| vec![problem]),
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Value::String(text.to_owned())),
                Err(_) => Err(vec![Problem::new("", "text in UTF-8", "other bytes")]),
            },
        }
    }

    fn json(&self, bytes: &[u8]) -> Result<Value, Problem> {
        match serde_json::from_slice(bytes) {
            Ok(value) => Ok(value),
            Err(error) => {
                let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
                if self.bare_string && !text.is_empty() && !text.starts_with(['{', '[', '"', '<']) {
                    return Ok(Value::String(text.to_owned()));
                }
                let place = format!("line {}, column {}", error.line(), error.column());
                let found = if bytes.is_empty() {
                    "nothing".to_owned()
                } else {
                    error.to_string()
                };
                Err(Problem::new(place, "JSON", found))
            }
        }
    }

    /// Problems of a body whose value is known: the schema check, with element paths for XML. For `shown` see
    /// [`Checker::check_unless`].
    pub(crate) fn check(
        &self,
        document: &Document,
        dialect: Dialect,
        checker: &Checker,
        value: &Value,
        bytes: &[u8],
        shown: &dyn Fn(&str, &Value) -> bool,
    ) -> Vec<Problem> {
        let problems = checker.check_unless(value, shown);
        if problems.is_empty() || self.format != Format::Xml {
            return problems;
        }
        let Some(schema) = &self.schema else {
            return problems;
        };
        let root = self.xml_root.as_deref();
        xml::locate(document, dialect, schema, root, bytes, problems)
    }
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(text: &str) -> String {
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn format_of(name: &str) -> Format {
    match name {
        "multipart/form-data" => Format::Multipart,
        "application/x-www-form-urlencoded" => Format::Form,
        _ if name.ends_with("/json") || name.ends_with("+json") => Format::Json,
        _ if name.ends_with("/xml") || name.ends_with("+xml") => Format::Xml,
        "text/plain" => Format::Text,
        _ => Format::Other,
    }
}

/// The media type that an `Accept` header likes best; the first documented one where several are liked equally.
pub(crate) fn negotiate<'a>(accept: Option<&str>, offered: &'a [Media]) -> Option<&'a Media> {
    let Some(accept) = accept else {
        return offered.first();
    };
    let ranges: Vec<(String, f32)> = accept
        .split(',')
        .take(64)
        .filter(|range| !range.trim().is_empty())
        .map(|range| {
            let quality = range
                .split(';')
                .skip(1)
                .filter_map(|parameter| parameter.trim().strip_prefix("q="))
                .find_map(|value| value.trim().parse::<f32>().ok())
                .unwrap_or(1.0);
            (essence(range), quality)
        })
        .collect();
    if ranges.is_empty() {
        return offered.first();
    }
    let mut best: Option<(&Media, f32)> = None;
    for media in offered {
        let family = media.name.split('/').next().unwrap_or_default();
        // The most specific range that fits decides.
        let quality = ranges
            .iter()
            .filter_map(|(range, quality)| {
                let specific = if *range == media.name {
                    2
                } else if range.strip_suffix("/*") == Some(family) {
                    1
                } else if range == "*/*" {
                    0
                } else {
                    return None;
                };
                Some((specific, *quality))
            })
            .max_by_key(|(specific, _)| *specific)
            .map_or(0.0, |(_, quality)| quality);
        if quality > 0.0 && best.is_none_or(|(_, known)| quality > known) {
            best = Some((media, quality));
        }
    }
    best.map(|(media, _)| media)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn negotiation() {
        let offered: Vec<Media> = ["application/json", "text/xml"]
            .iter()
            .map(|name| Media::new(name, &json!({})))
            .collect();
        let chosen = |accept| negotiate(accept, &offered).map(|media| media.name.as_str());
        assert_eq!(chosen(None), Some("application/json"));
        assert_eq!(chosen(Some("")), Some("application/json"));
        assert_eq!(chosen(Some("*/*")), Some("application/json"));
        assert_eq!(chosen(Some("text/*")), Some("text/xml"));
        assert_eq!(
            chosen(Some("application/json;q=0.5, TEXT/XML;q=0.9")),
            Some("text/xml")
        );
        assert_eq!(chosen(Some("*/*, application/json;q=0")), Some("text/xml"));
        assert_eq!(chosen(Some("image/png")), None);
    }

    #[test]
    fn bare_strings_only_where_they_may_be() {
        let bare = Media::new("application/json", &json!({"x-bare-string": true}));
        let strict = Media::new("application/json; charset=x", &json!({}));
        assert_eq!(bare.json(b"9a96-4 \n").unwrap(), json!("9a96-4"));
        assert_eq!(bare.json(b"\"q\"").unwrap(), json!("q"));
        assert!(bare.json(b"<html>").is_err() && bare.json(b"").is_err());
        assert!(strict.json(b"9a96-4").is_err());
    }
}
