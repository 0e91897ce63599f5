//! Schemas being made.

use super::{Element, LAVKA, Reader, is};
use crate::diag::{Code, Findings};
use crate::source::{File, Member, Node, Object, Origin, Value};

/// Attributes of Lavka's namespace, and the keys that they become.
pub(super) const EXTENSIONS: &[(&str, &str)] = &[
    ("format", "format"),
    ("example", "example"),
    ("source", "x-source"),
    ("evidence", "x-evidence"),
    ("null", "x-null"),
    ("strict", "x-strict"),
    ("rust-name", "x-rust-name"),
    ("error", "x-error"),
];

/// A schema being made.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    members: Object,
    origin: Origin,
}

impl Schema {
    /// A schema without keywords.
    pub(super) fn new(origin: Origin) -> Self {
        Self {
            members: Object::new(),
            origin,
        }
    }

    /// A scalar.
    pub(super) fn scalar(kind: &str, format: Option<&str>, origin: Origin) -> Self {
        let mut made = Self::new(origin.clone());
        made.text("type", kind, &origin);
        if let Some(format) = format {
            made.text("format", format, &origin);
        }
        made
    }

    /// A use of what is at a pointer of the schema.
    pub(super) fn reference_to(pointer: &str, origin: Origin) -> Self {
        let mut made = Self::new(origin.clone());
        let target = Self::target(pointer, origin.clone());
        made.set("allOf", Value::Array(vec![target]), &origin);
        made
    }

    /// A reference to what is at a pointer of the schema.
    pub(super) fn target(pointer: &str, origin: Origin) -> Node {
        let mut target = Self::new(origin.clone());
        target.text("$ref", &format!("#{pointer}"), &origin);
        target.into_node()
    }

    pub(super) fn set(&mut self, key: &str, value: Value, origin: &Origin) {
        self.put(key, Node::new(value, origin.clone()), origin);
    }

    pub(super) fn put(&mut self, key: &str, node: Node, origin: &Origin) {
        self.members.insert(
            key.to_owned(),
            Member {
                key: origin.clone(),
                node,
            },
        );
    }

    pub(super) fn text(&mut self, key: &str, text: &str, origin: &Origin) {
        self.set(key, Value::String(text.to_owned()), origin);
    }

    pub(super) fn flag(&mut self, key: &str, origin: &Origin) {
        self.set(key, Value::Bool(true), origin);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.members.get(key).map(|member| &member.node)
    }

    /// Whether it is of this type.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.get("type").and_then(Node::as_str) == Some(kind)
    }

    /// Adds to `xml`.
    pub(super) fn annotate(&mut self, keys: &[(&str, &str)], origin: Origin) {
        let member = self
            .members
            .entry("xml".to_owned())
            .or_insert_with(|| Member {
                key: origin.clone(),
                node: Node::new(Object::new().into(), origin.clone()),
            });
        if let Value::Object(xml) = &mut member.node.value {
            for (key, text) in keys {
                let value = match *text {
                    "true" if matches!(*key, "wrapped" | "attribute") => Value::Bool(true),
                    text => Value::String(text.to_owned()),
                };
                xml.insert(
                    (*key).to_owned(),
                    Member {
                        key: origin.clone(),
                        node: Node::new(value, origin.clone()),
                    },
                );
            }
        }
    }

    /// A list of these that is not wrapped.
    pub(super) fn repeated(mut self, name: &str, limit: Option<u64>, origin: Origin) -> Self {
        self.annotate(&[("name", name)], origin.clone());
        let mut list = Self::new(origin.clone());
        list.text("type", "array", &origin);
        list.put("items", self.into_node(), &origin);
        if let Some(limit) = limit {
            list.set("maxItems", Value::Number(limit.into()), &origin);
        }
        list
    }

    pub(super) fn into_node(self) -> Node {
        Node::new(self.members.into(), self.origin)
    }

    /// What an element says about itself, over what is there.
    pub(super) fn docs(
        &mut self,
        reader: &Reader<'_>,
        path: &str,
        element: Element<'_>,
        findings: &mut Findings,
    ) {
        if let Some((text, origin)) = reader.documentation(path, element) {
            self.text("description", &text, &origin);
        }
        self.extensions(reader, path, element, findings);
    }

    /// The same, where nothing is there yet.
    pub(super) fn fill_docs(
        &mut self,
        reader: &Reader<'_>,
        path: &str,
        element: Element<'_>,
        findings: &mut Findings,
    ) {
        let mut other = Self::new(self.origin.clone());
        other.docs(reader, path, element, findings);
        for (key, member) in other.members {
            self.members.entry(key).or_insert(member);
        }
    }

    /// Lavka's attributes.
    pub(super) fn extensions(
        &mut self,
        reader: &Reader<'_>,
        path: &str,
        element: Element<'_>,
        findings: &mut Findings,
    ) {
        for (name, key) in EXTENSIONS {
            let Some(text) = element.attribute((LAVKA, *name)) else {
                continue;
            };
            let origin = reader.value_origin(path, element, Some(LAVKA), name);
            match *name {
                "strict" => {
                    let value = match text {
                        "true" => Value::Bool(true),
                        "false" => Value::Bool(false),
                        // What it cannot be is for the reader of the key to say.
                        other => Value::String(other.to_owned()),
                    };
                    self.set(key, value, &origin);
                }
                "example" => {
                    let value = self.typed(text);
                    self.set(key, value, &origin);
                }
                "error" => {
                    let (node, _) = crate::source::parse(&File::new(path, text.to_owned()));
                    match node.filter(|node| node.as_object().is_some()) {
                        Some(mut node) => {
                            replace(&mut node, &origin);
                            self.put(key, node, &origin);
                        }
                        None => findings.report(
                            Code::XsdUnsupported,
                            &origin,
                            "`lavka:error` is not a mapping: expected `{code: …, message: …, messages: …}`"),
                    }
                }
                _ => self.text(key, text, &origin),
            }
        }
    }

    /// Text as a value of the schema's type; as text where it does not fit, which the build stage reports.
    pub(super) fn typed(&self, text: &str) -> Value {
        let kind = self.get("type").and_then(Node::as_str).unwrap_or("string");
        let number = match kind {
            "integer" => text.parse::<i64>().ok().map(Into::into),
            "number" => text.parse::<i64>().ok().map(Into::into).or_else(|| {
                text.parse::<f64>()
                    .ok()
                    .and_then(serde_json::Number::from_f64)
            }),
            _ => None,
        };
        match (kind, text, number) {
            (_, _, Some(number)) => Value::Number(number),
            ("boolean", "true", _) => Value::Bool(true),
            ("boolean", "false", _) => Value::Bool(false),
            _ => Value::String(text.to_owned()),
        }
    }
}

/// Gives all nodes one place.
fn replace(node: &mut Node, origin: &Origin) {
    node.origin = origin.clone();
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, origin)),
        Value::Object(members) => members.values_mut().for_each(|member| {
            member.key = origin.clone();
            replace(&mut member.node, origin);
        }),
        _ => {}
    }
}

impl Reader<'_> {
    /// The text of an element's documentation, with its white space joined.
    pub(super) fn documentation(
        &self,
        path: &str,
        element: Element<'_>,
    ) -> Option<(String, Origin)> {
        let mut texts = Vec::new();
        let mut origin = None;
        for annotation in element.children().filter(|child| is(*child, "annotation")) {
            for part in annotation
                .children()
                .filter(|child| is(*child, "documentation"))
            {
                origin.get_or_insert_with(|| self.origin(path, part));
                let text: String = part
                    .descendants()
                    .filter(roxmltree::Node::is_text)
                    .filter_map(|node| node.text())
                    .collect();
                // Blank lines part paragraphs; other white space is indentation.
                let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
                for line in text.trim().lines() {
                    if line.trim().is_empty() {
                        paragraphs.push(Vec::new());
                    } else if let Some(paragraph) = paragraphs.last_mut() {
                        paragraph.extend(line.split_whitespace());
                    }
                }
                let joined: Vec<String> = paragraphs
                    .iter()
                    .filter(|words| !words.is_empty())
                    .map(|words| words.join(" "))
                    .collect();
                texts.push(joined.join("\n\n"));
            }
        }
        let text = texts.join("\n\n");
        origin
            .filter(|_| !text.is_empty())
            .map(|origin| (text, origin))
    }
}
