//! Both sides of a call against what the document says.

use serde_json::Value;

use super::{Body, Case, Part};
use crate::values::same;
use crate::wire::{self, Request, same_text};
use crate::xml::Element;

impl Case {
    /// What went wrong, on either side.
    pub(in crate::call) fn judge(
        &self,
        seen: Option<&Request>,
        result: Option<&Value>,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        match seen {
            None => wrong.push("nothing was sent".to_owned()),
            Some(seen) => self.judge_request(seen, &mut wrong),
        }
        match result {
            None => wrong.push("no result".to_owned()),
            Some(result) => match (result.get("reply"), result.get("error")) {
                (Some(reply), _) if same(&self.expected, reply) => {}
                (Some(reply), _) => wrong.push(format!(
                    "reply: {}",
                    difference(&self.expected, reply).unwrap_or_default()
                )),
                (None, error) => wrong.push(format!(
                    "error {} (reply {})",
                    error.unwrap_or(&Value::Null),
                    cut(&String::from_utf8_lossy(&self.reply.bytes))
                )),
            },
        }
        wrong
    }

    fn judge_request(&self, seen: &Request, wrong: &mut Vec<String>) {
        let expected = &self.request;
        if seen.method != expected.method {
            wrong.push(format!("method {}", seen.method));
        }
        let fits = |a: &[String], b: &[String]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_text(a, b))
        };
        if !fits(&seen.segments, &expected.segments) {
            wrong.push(format!(
                "path {:?}, expected {:?}",
                seen.segments, expected.segments
            ));
        }
        for (what, seen, expected) in [
            ("query", &seen.query, &expected.query),
            ("header", &seen.headers, &expected.headers),
            ("cookie", &seen.cookies, &expected.cookies),
        ] {
            let mut rest: Vec<&(String, String)> = seen.iter().collect();
            for (name, value) in expected {
                let found = rest.iter().position(|(n, v)| {
                    n == name
                        && (same_text(v, value)
                            || (name == "content-type" && self.is_media(v))
                            || loosely(v, value))
                });
                match found {
                    Some(at) => {
                        rest.remove(at);
                    }
                    None => wrong.push(format!(
                        "{what} {name}={value} is missing in {:?}",
                        cut(&format!("{seen:?}"))
                    )),
                }
            }
            // Clients send headers of their own; a pair or a cookie that nobody asked for is a mistake.
            rest.retain(|(name, _)| match what {
                "query" => !self.security.in_query(name),
                "cookie" => !self.security.in_cookie(name),
                _ => false,
            });
            for (name, value) in rest {
                wrong.push(format!("{what} {name}={value} is unexpected"));
            }
        }
        if !self.security.holds(seen) {
            wrong.push(format!(
                "no credential as the document demands: {:?}",
                self.security
            ));
        }
        self.judge_body(seen, wrong);
    }

    /// Whether a media type is among those that the body can have.
    fn is_media(&self, sent: &str) -> bool {
        let kind = |text: &str| {
            text.split(';')
                .next()
                .unwrap_or("")
                .trim()
                .to_ascii_lowercase()
        };
        let sent = kind(sent);
        self.media.iter().any(|media| {
            let media = kind(media);
            match media.split_once('*') {
                Some((before, after)) => {
                    sent.len() > before.len() + after.len()
                        && sent.starts_with(before)
                        && sent.ends_with(after)
                }
                None => media == sent,
            }
        })
    }

    fn judge_body(&self, seen: &Request, wrong: &mut Vec<String>) {
        let body = String::from_utf8_lossy(&seen.body).into_owned();
        let held = match &self.body {
            Body::None => seen.body.is_empty(),
            Body::Bytes(bytes) => *bytes == seen.body,
            Body::Json(value) => match serde_json::from_slice::<Value>(&seen.body) {
                Ok(sent) => {
                    if let Some(found) = difference(value, &sent) {
                        wrong.push(format!("body: {found}"));
                    }
                    true
                }
                Err(_) => false,
            },
            Body::Xml(element) => Element::read(&body).is_some_and(|sent| sent.same(element)),
            Body::Form(pairs) => {
                let sent: Vec<(String, String)> = body
                    .split('&')
                    .filter(|part| !part.is_empty())
                    .filter_map(|part| part.split_once('='))
                    .map(|(name, value)| (wire::decode(name, true), wire::decode(value, true)))
                    .collect();
                sent.len() == pairs.len()
                    && pairs.iter().all(|(n, v)| {
                        sent.iter()
                            .any(|(m, w)| n == m && (same_text(v, w) || loosely(v, w)))
                    })
            }
            Body::Multipart(parts) => multipart(seen, parts),
        };
        if !held {
            wrong.push(format!(
                "body {}, expected {}",
                cut(&body),
                cut(&format!("{:?}", self.body))
            ));
        }
    }
}

/// JSON texts by value.
fn loosely(a: &str, b: &str) -> bool {
    matches!((serde_json::from_str::<Value>(a), serde_json::from_str::<Value>(b)), (Ok(a), Ok(b)) if same(&a, &b))
}

fn multipart(seen: &Request, parts: &[(String, Part)]) -> bool {
    let kind = seen
        .headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map_or("", |(_, value)| value);
    let Some(boundary) = kind.split("boundary=").nth(1) else {
        return false;
    };
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    let sections: Vec<&str> = body
        .split(&format!("--{}", boundary.trim_matches('"')))
        .filter_map(|s| s.strip_prefix("\r\n"))
        .collect();
    sections.len() == parts.len()
        && parts.iter().all(|(name, part)| {
            sections.iter().any(|section| {
                let Some((head, content)) = section.split_once("\r\n\r\n") else {
                    return false;
                };
                let content = content.strip_suffix("\r\n").unwrap_or(content);
                head.contains(&format!("name=\"{name}\""))
                    && match part {
                        Part::Text(text) => same_text(content, text),
                        Part::Json(value) => serde_json::from_str::<Value>(content)
                            .is_ok_and(|sent| same(&sent, value)),
                        Part::Bytes(text) => content == text,
                    }
            })
        })
}

/// Where two values differ first: sent, then read.
fn difference(sent: &Value, read: &Value) -> Option<String> {
    if same(sent, read) {
        return None;
    }
    match (sent, read) {
        (Value::Object(a), Value::Object(b)) => {
            a.keys()
                .chain(b.keys())
                .find_map(|key| match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => Some(format!(".{key}{}", difference(a, b)?)),
                    (Some(a), None) => Some(format!(".{key}: sent {}, lost", cut(&a.to_string()))),
                    (None, Some(b)) => {
                        Some(format!(".{key}: read {}, not sent", cut(&b.to_string())))
                    }
                    (None, None) => None,
                })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| Some(format!("[{index}]{}", difference(a, b)?))),
        _ => Some(format!(
            ": sent {}, read {}",
            cut(&sent.to_string()),
            cut(&read.to_string())
        )),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}
