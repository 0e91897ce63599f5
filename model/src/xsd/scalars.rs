//! Built-in types and simple types.

use super::json::Schema;
use super::{Element, Reader, builtin, is, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::{Node, Origin, Value};

/// Built-in types → type and format.
const BUILTIN: &[(&str, &str, Option<&str>)] = &[
    ("string", "string", None),
    ("long", "integer", Some("int64")),
    ("int", "integer", Some("int32")),
    ("decimal", "number", Some("decimal")),
    ("double", "number", Some("double")),
    ("boolean", "boolean", None),
    ("date", "string", Some("date")),
    ("dateTime", "string", Some("date-time")),
    ("anyURI", "string", Some("uri")),
];

impl Reader<'_> {
    /// The scalar that a type's name means: a built-in type, or a simple type that is not an enum of its own.
    pub(super) fn named_scalar(
        &self,
        path: &str,
        at: Element<'_>,
        name: &str,
        origin: &Origin,
        depth: usize,
        findings: &mut Findings,
    ) -> Option<Schema> {
        if let Some(name) = builtin(at, name) {
            let Some((_, kind, format)) = BUILTIN.iter().find(|(known, ..)| *known == name) else {
                let message = format!("the built-in type `{name}` is not supported");
                let known: Vec<&str> = BUILTIN.iter().map(|(known, ..)| *known).collect();
                let finding = Finding::new(Code::XsdUnsupported, origin, message);
                findings.push(finding.suggest_or(name, &known, "use one of"));
                return Some(Schema::scalar("string", None, origin.clone()));
            };
            return Some(Schema::scalar(kind, *format, origin.clone()));
        }
        let Some((path, found)) = self.global(path, &["simpleType"], local(name)) else {
            self.unresolved(path, "simpleType", name, origin, findings);
            return None;
        };
        if depth > 16 {
            findings.report(
                Code::XsdUnresolved,
                origin,
                format!("the type `{name}` is derived from itself"),
            );
            return None;
        }
        Some(self.simple(path, found, depth + 1, findings))
    }

    /// A name that is unresolved.
    pub(super) fn unresolved(
        &self,
        path: &str,
        kind: &str,
        name: &str,
        origin: &Origin,
        findings: &mut Findings,
    ) {
        let mut names: Vec<&str> = Vec::new();
        for path in self.scope(path) {
            let children = self
                .documents
                .get(path)
                .into_iter()
                .flat_map(|document| document.root_element().children());
            names.extend(
                children
                    .filter(|child| match kind {
                        "type" => is(*child, "complexType") || is(*child, "simpleType"),
                        kind => is(*child, kind),
                    })
                    .filter_map(|child| child.attribute("name")),
            );
        }
        let message = format!("there is no {kind} `{name}` in this schema and what it includes");
        findings
            .push(Finding::new(Code::XsdUnresolved, origin, message).suggest(local(name), names));
    }

    /// A simple type: a restriction, or a union of a scalar and the empty text.
    pub(super) fn simple(
        &self,
        path: &str,
        node: Element<'_>,
        depth: usize,
        findings: &mut Findings,
    ) -> Schema {
        self.attributes(path, node, &["name"], findings);
        let origin = self.origin(path, node);
        let mut made = Schema::scalar("string", None, origin.clone());
        let mut seen = false;
        for child in self.children(
            path,
            node,
            &["annotation", "restriction", "union"],
            findings,
        ) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                "restriction" => {
                    seen = true;
                    made = self.restriction(path, node, child, depth, findings);
                }
                _ => {
                    seen = true;
                    made = self.union(path, child, depth, findings).unwrap_or(made);
                }
            }
        }
        if !seen {
            findings.report(
                Code::XsdSyntax,
                &origin,
                "a simple type holds neither `restriction` nor `union`",
            );
        }
        made.extensions(self, path, node, findings);
        made
    }

    fn restriction(
        &self,
        path: &str,
        of: Element<'_>,
        node: Element<'_>,
        depth: usize,
        findings: &mut Findings,
    ) -> Schema {
        self.attributes(path, node, &["base"], findings);
        let origin = self.value_origin(path, node, None, "base");
        let base = node.attribute("base").unwrap_or("");
        let mut made = self
            .named_scalar(path, node, base, &origin, depth, findings)
            .unwrap_or_else(|| Schema::scalar("string", None, origin.clone()));
        let facets = [
            "annotation",
            "enumeration",
            "pattern",
            "length",
            "minLength",
            "maxLength",
            "minInclusive",
            "maxInclusive",
        ];
        let formatted = of.attribute((super::LAVKA, "format")).is_some();
        let mut values = Vec::new();
        let mut descriptions = Vec::new();
        for facet in self.children(path, node, &facets, findings) {
            let name = facet.tag_name().name();
            if name == "annotation" {
                self.annotation(path, facet, findings);
                continue;
            }
            self.attributes(path, facet, &["value"], findings);
            for child in self.children(path, facet, &["annotation"], findings) {
                self.annotation(path, child, findings);
            }
            let at = self.value_origin(path, facet, None, "value");
            let Some(text) = facet.attribute("value") else {
                let message = format!("`{name}` has no `value`");
                findings.report(Code::XsdSyntax, &at, message);
                continue;
            };
            match name {
                "enumeration" => {
                    values.push(Node::new(made.typed(text), at.clone()));
                    let (text, at) = self
                        .documentation(path, facet)
                        .unwrap_or_else(|| (String::new(), at));
                    descriptions.push(Node::string(text, at));
                }
                // Beside a format it is for validators, which do not know the format.
                "pattern" if formatted => {}
                "pattern" => made.text("pattern", text, &at),
                _ => limit(&mut made, name, text, &at, findings),
            }
        }
        if !values.is_empty() {
            let described = descriptions.iter().any(|node| node.as_str() != Some(""));
            made.set("enum", Value::Array(values), &origin);
            if described {
                made.set("x-enum-descriptions", Value::Array(descriptions), &origin);
            }
        }
        made
    }

    /// A scalar or nothing: the scalar.
    fn union(
        &self,
        path: &str,
        node: Element<'_>,
        depth: usize,
        findings: &mut Findings,
    ) -> Option<Schema> {
        self.attributes(path, node, &["memberTypes"], findings);
        self.children(path, node, &["annotation"], findings);
        let origin = self.value_origin(path, node, None, "memberTypes");
        let members: Vec<&str> = node
            .attribute("memberTypes")
            .unwrap_or("")
            .split_whitespace()
            .collect();
        let full: Vec<&&str> = members
            .iter()
            .filter(|name| !self.is_empty_type(path, node, name))
            .collect();
        if let ([only], true) = (full.as_slice(), members.len() == 2) {
            return self.named_scalar(path, node, only, &origin, depth, findings);
        }
        findings.push(
            Finding::new(
                Code::XsdUnsupported,
                &origin,
                "a union is not of one scalar and the empty text",
            )
            .help("`memberTypes` names a scalar and a restriction of xs:string with `length` 0"),
        );
        None
    }

    /// Whether a type is the empty text.
    fn is_empty_type(&self, path: &str, at: Element<'_>, name: &str) -> bool {
        if builtin(at, name).is_some() {
            return false;
        }
        let Some((_, found)) = self.global(path, &["simpleType"], local(name)) else {
            return false;
        };
        let restriction = found.children().find(|child| is(*child, "restriction"));
        restriction.is_some_and(|restriction| {
            let facet = |name: &str| {
                restriction
                    .children()
                    .any(|child| is(child, name) && child.attribute("value") == Some("0"))
            };
            facet("length") || facet("maxLength")
        })
    }
}

/// Sets the keywords of a facet whose value is a number.
fn limit(made: &mut Schema, facet: &str, text: &str, at: &Origin, findings: &mut Findings) {
    let keys: &[&str] = match facet {
        "minInclusive" => &["minimum"],
        "maxInclusive" => &["maximum"],
        "length" => &["minLength", "maxLength"],
        other => &[other],
    };
    let bound = facet.ends_with("Inclusive");
    let value = match bound {
        true => Some(made.typed(text)).filter(|value| matches!(value, Value::Number(_))),
        false => text
            .parse::<u64>()
            .ok()
            .map(|count| Value::Number(count.into())),
    };
    let Some(value) = value else {
        let (code, expected) = match bound {
            true => (Code::XsdUnsupported, "a number"),
            false => (Code::XsdSyntax, "a count"),
        };
        findings.report(code, at, format!("`{facet}` is not {expected}"));
        return;
    };
    for key in keys {
        made.set(key, value.clone(), at);
    }
}
