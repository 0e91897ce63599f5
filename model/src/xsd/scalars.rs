//! Built-in types and simple types.

use super::json::Schema;
use super::{Element, Reader, TYPES, builtin, facts, is, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::{Node, Origin, Value};

/// Built-in types → type, format, and the bounds that the format does not have.
const BUILTIN: &[(&str, &str, Option<&str>, Bounds)] = &[
    ("string", "string", None, NONE),
    ("normalizedString", "string", None, NONE),
    ("token", "string", None, NONE),
    ("language", "string", None, NONE),
    ("Name", "string", None, NONE),
    ("NCName", "string", None, NONE),
    ("NMTOKEN", "string", None, NONE),
    ("NMTOKENS", "string", None, NONE),
    ("ID", "string", None, NONE),
    ("IDREF", "string", None, NONE),
    ("IDREFS", "string", None, NONE),
    ("ENTITY", "string", None, NONE),
    ("ENTITIES", "string", None, NONE),
    ("QName", "string", None, NONE),
    ("NOTATION", "string", None, NONE),
    ("anyURI", "string", Some("uri"), NONE),
    ("base64Binary", "string", Some("byte"), NONE),
    ("hexBinary", "string", None, NONE),
    ("anySimpleType", "string", None, NONE),
    ("boolean", "boolean", None, NONE),
    ("decimal", "number", Some("decimal"), NONE),
    ("float", "number", Some("float"), NONE),
    ("double", "number", Some("double"), NONE),
    ("integer", "integer", None, NONE),
    ("nonNegativeInteger", "integer", None, (Some(0), None)),
    ("positiveInteger", "integer", None, (Some(1), None)),
    ("nonPositiveInteger", "integer", None, (None, Some(0))),
    ("negativeInteger", "integer", None, (None, Some(-1))),
    ("long", "integer", Some("int64"), NONE),
    ("int", "integer", Some("int32"), NONE),
    (
        "short",
        "integer",
        Some("int32"),
        (Some(-32_768), Some(32_767)),
    ),
    ("byte", "integer", Some("int32"), (Some(-128), Some(127))),
    ("unsignedLong", "integer", Some("uint64"), NONE),
    ("unsignedInt", "integer", Some("uint32"), NONE),
    (
        "unsignedShort",
        "integer",
        Some("uint32"),
        (None, Some(65_535)),
    ),
    ("unsignedByte", "integer", Some("uint32"), (None, Some(255))),
    ("date", "string", Some("date"), NONE),
    // The offset is optional in XML Schema.
    ("dateTime", "string", Some("date-optional-time"), NONE),
    ("time", "string", Some("time"), NONE),
    ("duration", "string", Some("duration"), NONE),
    ("gYear", "string", None, NONE),
    ("gYearMonth", "string", None, NONE),
    ("gMonth", "string", None, NONE),
    ("gMonthDay", "string", None, NONE),
    ("gDay", "string", None, NONE),
];

/// What the texts of a built-in type are, where its format does not say it. Types that differ in meaning only have one name.
fn lexical(name: &str) -> Option<&str> {
    Some(match name {
        "NCName" | "ID" | "IDREF" | "ENTITY" => "NCName",
        "IDREFS" | "ENTITIES" => "NCNames",
        "language" | "Name" | "NMTOKEN" | "NMTOKENS" | "QName" | "hexBinary" | "dateTime"
        | "gYear" | "gYearMonth" | "gMonth" | "gMonthDay" | "gDay" => name,
        "NOTATION" => "QName",
        _ => return None,
    })
}

/// How often a simple type may be derived from another.
const MAX_DERIVED: usize = 16;
/// Least and greatest value.
type Bounds = (Option<i64>, Option<i64>);
const NONE: Bounds = (None, None);

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
            let Some((_, kind, format, (least, most))) =
                BUILTIN.iter().find(|(known, ..)| *known == name)
            else {
                let message = format!("the built-in type `{name}` is not supported");
                let known: Vec<&str> = BUILTIN.iter().map(|(known, ..)| *known).collect();
                let finding = Finding::new(Code::XsdUnsupported, origin, message);
                findings.push(finding.suggest_or(name, &known, "use one of"));
                return Some(Schema::scalar("string", None, origin.clone()));
            };
            let mut made = Schema::scalar(kind, *format, origin.clone());
            for (key, bound) in [("minimum", least), ("maximum", most)] {
                if let Some(bound) = bound {
                    made.set(key, Value::Number((*bound).into()), origin);
                }
            }
            if let Some(texts) = lexical(name) {
                made.text(facts::TYPE, texts, origin);
            }
            return Some(made);
        }
        let Some((path, found)) = self.named(path, at, &["simpleType"], name) else {
            self.unresolved(path, "simpleType", name, origin, findings);
            return None;
        };
        if depth > MAX_DERIVED {
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
        let kinds: &[&str] = match kind {
            "type" => TYPES,
            ref kind => std::slice::from_ref(kind),
        };
        let names = self.known_names(path, kinds);
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
        self.attributes(path, node, &["name", "final"], findings);
        let origin = self.origin(path, node);
        let mut made = Schema::scalar("string", None, origin.clone());
        if !self.may_read(path, node, findings) {
            return made;
        }
        let mut seen = false;
        for child in self.children(
            path,
            node,
            &["annotation", "restriction", "union", "list"],
            findings,
        ) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                "restriction" => {
                    seen = true;
                    made = self.restriction(path, node, child, depth, findings);
                }
                "union" => {
                    seen = true;
                    made = self.union(path, child, depth, findings).unwrap_or(made);
                }
                _ => {
                    seen = true;
                    let finding = Finding::new(
                        Code::XsdUnsupported,
                        &self.origin(path, child),
                        "a list of values in one text is a text",
                    );
                    findings.push(finding.help("split it at white space"));
                    if let Some(item) = self.list_item(path, child, depth) {
                        made.put(facts::LIST, item.into_node(), &origin);
                    }
                }
            }
        }
        if !seen {
            findings.report(
                Code::XsdSyntax,
                &origin,
                "a simple type holds neither `restriction`, `union` nor `list`",
            );
        }
        made.extensions(self, path, node, findings);
        made
    }

    /// What each item of a list in one text is.
    fn list_item(&self, path: &str, list: Element<'_>, depth: usize) -> Option<Schema> {
        // What is wrong with it is reported where it is declared.
        let mut findings = Findings::default();
        let inner = list.children().find(|child| is(*child, "simpleType"));
        let origin = self.origin(path, list);
        match (list.attribute("itemType"), inner) {
            (Some(name), _) => {
                self.named_scalar(path, list, name, &origin, depth + 1, &mut findings)
            }
            (None, Some(inner)) if depth <= MAX_DERIVED => {
                Some(self.simple(path, inner, depth + 1, &mut findings))
            }
            _ => None,
        }
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
        let inner = node.children().find(|child| is(*child, "simpleType"));
        let made = match (node.attribute("base"), inner) {
            (None, Some(inner)) if depth <= MAX_DERIVED => {
                Some(self.simple(path, inner, depth + 1, findings))
            }
            (base, _) => {
                let base = base.unwrap_or_default();
                self.named_scalar(path, node, base, &origin, depth, findings)
            }
        };
        let mut made = made.unwrap_or_else(|| Schema::scalar("string", None, origin.clone()));
        let facets = [
            "annotation",
            "simpleType",
            "enumeration",
            "pattern",
            "length",
            "minLength",
            "maxLength",
            "minInclusive",
            "maxInclusive",
            "minExclusive",
            "maxExclusive",
            "totalDigits",
            "fractionDigits",
            "whiteSpace",
        ];
        let formatted = of.attribute((super::LAVKA, "format")).is_some();
        let mut values = Vec::new();
        let mut descriptions = Vec::new();
        let mut patterns = Vec::new();
        for facet in self.children(path, node, &facets, findings) {
            let name = facet.tag_name().name();
            if name == "annotation" {
                self.annotation(path, facet, findings);
                continue;
            }
            // What is inside was read above.
            if matches!(name, "simpleType" | "whiteSpace") {
                continue;
            }
            self.attributes(path, facet, &["value", "fixed"], findings);
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
                // Several patterns of one restriction are alternatives.
                "pattern" => {
                    patterns.push(text);
                    made.text("pattern", &patterns.join("|"), &at);
                }
                "totalDigits" | "fractionDigits" => fact(&mut made, name, text, &at),
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

    /// One of several scalars. A scalar or nothing is the scalar; values of several enums are those of one.
    fn union(
        &self,
        path: &str,
        node: Element<'_>,
        depth: usize,
        findings: &mut Findings,
    ) -> Option<Schema> {
        self.attributes(path, node, &["memberTypes"], findings);
        let origin = self.value_origin(path, node, None, "memberTypes");
        if depth > MAX_DERIVED {
            findings.report(Code::XsdUnresolved, &origin, "a union contains itself");
            return None;
        }
        let names = node.attribute("memberTypes").unwrap_or("");
        let mut members = Vec::new();
        for name in names.split_whitespace() {
            if !self.is_empty_type(path, node, name) {
                members.extend(self.named_scalar(path, node, name, &origin, depth + 1, findings));
            }
        }
        for child in self.children(path, node, &["annotation", "simpleType"], findings) {
            match is(child, "annotation") {
                true => self.annotation(path, child, findings),
                false => members.push(self.simple(path, child, depth + 1, findings)),
            }
        }
        if members.len() < 2 {
            return members.pop();
        }
        let is_text = |member: &Schema| {
            member.get("type").and_then(Node::as_str) == Some("string")
                && member.get("format").is_none()
        };
        if members.iter().all(is_text) {
            let mut values: Vec<Node> = Vec::new();
            for member in &members {
                // Any text is among them.
                let own = member.get("enum").and_then(Node::as_array);
                let Some(own) = own else {
                    return Some(Schema::scalar("string", None, origin));
                };
                for value in own {
                    if values.iter().all(|known| known.as_str() != value.as_str()) {
                        values.push(value.clone());
                    }
                }
            }
            let mut made = Schema::scalar("string", None, origin.clone());
            made.set("enum", Value::Array(values), &origin);
            return Some(made);
        }
        findings.report(
            Code::XsdUnsupported,
            &origin,
            "a union of scalars of several types is a text",
        );
        let mut made = Schema::scalar("string", None, origin.clone());
        let members = members.into_iter().map(Schema::into_node).collect();
        made.set(facts::UNION, Value::Array(members), &origin);
        Some(made)
    }

    /// Whether a type is the empty text.
    fn is_empty_type(&self, path: &str, at: Element<'_>, name: &str) -> bool {
        if builtin(at, name).is_some() {
            return false;
        }
        let Some((_, found)) = self.named(path, at, &["simpleType"], name) else {
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

/// Keeps a facet that has no keyword.
fn fact(made: &mut Schema, facet: &str, text: &str, at: &Origin) {
    if let Some(key) = facts::facet(facet) {
        made.text(key, text.trim(), at);
    }
}

/// Sets the keywords of a facet whose value is a number.
fn limit(made: &mut Schema, facet: &str, text: &str, at: &Origin, findings: &mut Findings) {
    let keys: &[&str] = match facet {
        "minInclusive" | "minExclusive" => &["minimum"],
        "maxInclusive" | "maxExclusive" => &["maximum"],
        "length" => &["minLength", "maxLength"],
        other => &[other],
    };
    let bound = facet.ends_with("clusive");
    let step = match facet {
        "minExclusive" => 1,
        "maxExclusive" => -1,
        _ => 0,
    };
    let value = match (bound, made.typed(text)) {
        // Bounds of dates and texts are for validators.
        (true, Value::String(_)) if made.is("string") => return fact(made, facet, text, at),
        (true, Value::Number(number)) if step != 0 => {
            // Of an integer, the next one; of another number, for validators.
            let Some(next) = number.as_i64().filter(|_| made.is("integer")) else {
                return fact(made, facet, text, at);
            };
            next.checked_add(step)
                .map(|next| Value::Number(next.into()))
        }
        (true, value) => Some(value).filter(|value| matches!(value, Value::Number(_))),
        (false, _) => text
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
