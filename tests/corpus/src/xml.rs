//! XML bodies by OpenAPI's `xml` objects: what a value looks like as an element.

use serde_json::Value;

use crate::document::Document;
use crate::values::kind;
use crate::wire::{same_text, text};

/// An element, without regard to prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Element {
    name: String,
    space: String,
    attributes: Vec<Attribute>,
    text: String,
    children: Vec<Element>,
}

/// Namespace, name, value.
type Attribute = (String, String, String);

impl Element {
    /// A value of a schema under a name. `None` where XML cannot carry it.
    pub(crate) fn of(
        document: &Document,
        schema: &Value,
        name: &str,
        value: &Value,
        depth: usize,
    ) -> Option<Self> {
        if depth > 24 {
            return None;
        }
        let resolved = document.resolve(schema)?;
        let object = resolved.as_object()?;
        let mut made = Self {
            name: name.to_owned(),
            space: namespace(document, schema).unwrap_or_default(),
            ..Self::default()
        };
        match (kind(object), value) {
            (Some("object"), Value::Object(members)) => {
                let properties = object.get("properties")?.as_object()?;
                for (key, value) in members {
                    let schema = properties.get(key)?;
                    made.property(document, schema, key, value, depth)?;
                }
            }
            (Some("array"), Value::Array(items)) => {
                let schema = object.get("items")?;
                let item = xml_name(document, schema).unwrap_or_else(|| name.to_owned());
                for value in items {
                    made.children
                        .push(Self::of(document, schema, &item, value, depth + 1)?);
                }
            }
            (_, value) => made.text = text(value)?,
        }
        made.attributes.sort();
        made.children.sort_by(|a, b| a.name.cmp(&b.name));
        Some(made)
    }

    fn property(
        &mut self,
        document: &Document,
        schema: &Value,
        key: &str,
        value: &Value,
        depth: usize,
    ) -> Option<()> {
        let name = xml_name(document, schema).unwrap_or_else(|| key.to_owned());
        let resolved = document.resolve(schema)?;
        let flag = |word: &str| {
            resolved
                .pointer(&format!("/xml/{word}"))
                .and_then(Value::as_bool)
                == Some(true)
        };
        if flag("attribute") {
            let space = namespace(document, schema).unwrap_or_default();
            self.attributes.push((space, name, text(value)?));
        } else if let Value::Array(items) = value {
            let schema = resolved.get("items")?;
            if flag("wrapped") {
                self.children
                    .push(Self::of(document, resolved, &name, value, depth + 1)?);
            } else {
                // Unwrapped: the items' name, if they have one.
                let item = xml_name(document, schema).unwrap_or(name);
                for value in items {
                    self.children
                        .push(Self::of(document, schema, &item, value, depth + 1)?);
                }
            }
        } else {
            self.children
                .push(Self::of(document, schema, &name, value, depth + 1)?);
        }
        Some(())
    }

    pub(crate) fn write(&self) -> String {
        let escape = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;")
        };
        let attributes: String = self
            .attributes
            .iter()
            .enumerate()
            .map(|(at, (space, name, value))| {
                let value = escape(value);
                match space.as_str() {
                    "" => format!(" {name}=\"{value}\""),
                    space => format!(
                        " xmlns:a{at}=\"{}\" a{at}:{name}=\"{value}\"",
                        escape(space)
                    ),
                }
            })
            .collect();
        let children: String = self.children.iter().map(Self::write).collect();
        let (name, space) = match self.space.as_str() {
            "" => (self.name.clone(), String::new()),
            space => (
                format!("n:{}", self.name),
                format!(" xmlns:n=\"{}\"", escape(space)),
            ),
        };
        format!(
            "<{name}{space}{attributes}>{}{children}</{name}>",
            escape(&self.text)
        )
    }

    /// Whether two elements say the same: texts by value.
    pub(crate) fn same(&self, other: &Self) -> bool {
        let attributes = self.attributes.iter().zip(&other.attributes);
        let children = self.children.iter().zip(&other.children);
        (&self.name, &self.space) == (&other.name, &other.space)
            && same_text(&self.text, &other.text)
            && self.attributes.len() == other.attributes.len()
            && self.children.len() == other.children.len()
            && attributes
                .into_iter()
                .all(|(a, b)| (&a.0, &a.1) == (&b.0, &b.1) && same_text(&a.2, &b.2))
            && children.into_iter().all(|(a, b)| a.same(b))
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        fn element(node: roxmltree::Node<'_, '_>) -> Element {
            let mut children: Vec<Element> = node
                .children()
                .filter(roxmltree::Node::is_element)
                .map(element)
                .collect();
            children.sort_by(|a, b| a.name.cmp(&b.name));
            let mut attributes: Vec<Attribute> = node
                .attributes()
                .map(|a| {
                    let space = a.namespace().unwrap_or_default();
                    (space.to_owned(), a.name().to_owned(), a.value().to_owned())
                })
                .collect();
            attributes.sort();
            let text = if children.is_empty() {
                node.text().unwrap_or("").to_owned()
            } else {
                String::new()
            };
            Element {
                name: node.tag_name().name().to_owned(),
                space: node.tag_name().namespace().unwrap_or_default().to_owned(),
                attributes,
                text,
                children,
            }
        }
        let document = roxmltree::Document::parse(text).ok()?;
        Some(element(document.root_element()))
    }
}

/// Name that a schema gives its element.
pub(crate) fn xml_name(document: &Document, schema: &Value) -> Option<String> {
    let resolved = document.resolve(schema)?;
    let name = resolved
        .pointer("/xml/name")
        .or_else(|| schema.pointer("/xml/name"));
    name.and_then(Value::as_str).map(str::to_owned)
}

/// Namespace that a schema gives its element.
fn namespace(document: &Document, schema: &Value) -> Option<String> {
    let resolved = document.resolve(schema)?;
    let space = resolved
        .pointer("/xml/namespace")
        .or_else(|| schema.pointer("/xml/namespace"));
    space.and_then(Value::as_str).map(str::to_owned)
}

/// Name of the root element: the schema's, else the component's.
pub(crate) fn root_name(document: &Document, schema: &Value) -> Option<String> {
    xml_name(document, schema).or_else(|| {
        let reference = schema.get("$ref")?.as_str()?;
        reference.rsplit('/').next().map(str::to_owned)
    })
}
