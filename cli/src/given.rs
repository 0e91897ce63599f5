//! What a body holds and the typed model does not: it would be left out of what is sent.

use std::collections::{HashMap, VecDeque};

use lavka::Format;
use lavka::dynamic::same_name;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

/// What is left out, by its place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Fields with a value.
    pub(crate) fields: Vec<String>,
    /// Nulls, empty strings and empty elements: a field that cannot be one of these is absent instead.
    pub(crate) empty: Vec<String>,
}

impl Lost {
    /// Compares a body as it was given with what the typed model makes of it.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    pub(crate) fn between(format: Format, given: &[u8], written: &[u8]) -> Result<Self, String> {
        let mut lost = Self::default();
        match format {
            Format::Json => lost.json(&json(given)?, &json(written)?, ""),
            Format::Xml => {
                let texts = [
                    lavka_sandbox::xml_text(given)?,
                    lavka_sandbox::xml_text(written)?,
                ];
                let [given, written] = [xml(&texts[0])?, xml(&texts[1])?];
                let root = given.root_element();
                let path = format!("/{}", root.tag_name().name());
                lost.xml(root, written.root_element(), &path);
            }
        }
        Ok(lost)
    }

    /// Compares two JSON values.
    pub(crate) fn json(&mut self, given: &Value, written: &Value, path: &str) {
        match (given, written) {
            (Value::Object(given), Value::Object(written)) => {
                for (key, value) in given {
                    let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
                    // The model may spell it otherwise.
                    let found = written.get(key).or_else(|| {
                        let mut written = written.iter();
                        let same = |name: &str| same_name(name, key) && !given.contains_key(name);
                        written.find_map(|(name, value)| same(name).then_some(value))
                    });
                    match found {
                        Some(found) => self.json(value, found, &path),
                        None if value.is_null() || value == "" => self.empty.push(path),
                        None => self.fields.push(path),
                    }
                }
            }
            (Value::Array(given), Value::Array(written)) => {
                for (index, value) in given.iter().enumerate() {
                    let path = format!("{path}/{index}");
                    match written.get(index) {
                        Some(found) => self.json(value, found, &path),
                        None if value.is_null() => self.empty.push(path),
                        None => self.fields.push(path),
                    }
                }
            }
            _ => {}
        }
    }

    fn xml(&mut self, given: Node<'_, '_>, written: Node<'_, '_>, path: &str) {
        for attribute in given.attributes() {
            // Of Rails' attributes the types are the model's own business.
            let name = attribute.name();
            let is_known = matches!(name, "type" | "nil" | "lang" | "schemaLocation")
                || written.attributes().any(|other| other.name() == name);
            if !is_known {
                self.fields.push(format!("{path}/@{name}"));
            }
        }
        // The content of an element that is null does not count.
        if given.attribute("nil") == Some("true") {
            return;
        }
        let elements = |node: Node<'_, '_>| node.children().filter(Node::is_element).count();
        let (inside, kept) = (elements(given), elements(written));
        let has_text = |node: Node<'_, '_>| {
            let own = node.children().filter(Node::is_text);
            let mut texts = own.filter_map(|child| child.text());
            texts.any(|text| !text.trim().is_empty())
        };
        if kept == 0 && has_text(written) {
            // Markup that is kept as a text.
            return;
        }
        if has_text(given) && !has_text(written) {
            self.fields.push(match inside {
                0 => path.to_owned(),
                _ => format!("{path}/text()"),
            });
        }
        // In a list of Rails' the items' name has no meaning.
        let is_list = written.attribute("type") == Some("array");
        let key = |node: &Node<'_, '_>| {
            let name = if is_list { "" } else { node.tag_name().name() };
            name.replace('_', "-")
        };
        let mut kept: HashMap<String, VecDeque<Node<'_, '_>>> = HashMap::new();
        for child in written.children().filter(Node::is_element) {
            kept.entry(key(&child)).or_default().push_back(child);
        }
        let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
        for child in given.children().filter(Node::is_element) {
            counts.entry(child.tag_name().name()).or_default().1 += 1;
        }
        for child in given.children().filter(Node::is_element) {
            let name = child.tag_name().name();
            let (index, of) = counts.entry(name).or_default();
            *index += 1;
            let path = if *of > 1 || is_list {
                format!("{path}/{name}[{index}]")
            } else {
                format!("{path}/{name}")
            };
            let found = kept.get_mut(&key(&child)).and_then(VecDeque::pop_front);
            match found {
                Some(found) => self.xml(child, found, &path),
                None if !has_text(child) && elements(child) == 0 => self.empty.push(path),
                None => self.fields.push(path),
            }
        }
    }
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|e| format!("the body is not JSON: {e}"))
}

fn xml(text: &str) -> Result<Document<'_>, String> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|e| format!("the body is not XML: {e}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn lost(format: Format, given: &str, written: &str) -> (Vec<String>, Vec<String>) {
        let lost = Lost::between(format, given.as_bytes(), written.as_bytes()).unwrap();
        (lost.fields, lost.empty)
    }

    #[track_caller]
    fn fields(format: Format, given: &str, written: &str, expected: &[&str]) {
        assert_eq!(lost(format, given, written).0, expected);
    }

    #[test]
    fn what_json_lacks_is_named_with_its_place() {
        fields(
            Format::Json,
            r#"{"a": {"b": 1, "c/d": 2}, "list": [{"x": 1}, {"y": 2}], "more": []}"#,
            r#"{"a": {"b": 1.0}, "list": [{"x": 1}, {}]}"#,
            &["/a/c~1d", "/list/1/y", "/more"],
        );
        fields(
            Format::Json,
            r#"[{"product_id": 1, "price": 2, "Price": 3}]"#,
            r#"[{"ProductId": 1, "Price": 3}]"#,
            &["/0/price"],
        );
        let (fields, empty) = lost(Format::Json, r#"{"a": null, "b": [1, 2]}"#, r#"{"b": [1]}"#);
        assert_eq!((fields, empty), (vec!["/b/1".into()], vec!["/a".into()]));
    }

    #[test]
    fn what_xml_lacks_is_named_with_its_place() {
        fields(
            Format::Xml,
            "<p><id>1</id><v type='array'><a><price>1</price><x k='1'>2</x></a></v></p>",
            "<p><id type='integer'>1</id><v type='array'><b><price>1.0</price></b></v></p>",
            &["/p/v/a[1]/x"],
        );
        fields(
            Format::Xml,
            "<p><i>1</i><i>2</i><i>3</i><o/></p>",
            "<p><i>1</i><i>2</i></p>",
            &["/p/i[3]"],
        );
        fields(
            Format::Xml,
            "<p><v type='array'><a>1</a></v></p>",
            "<p><v type='array'/></p>",
            &["/p/v/a[1]"],
        );
        fields(Format::Xml, "<p q='1'>text</p>", "<p/>", &["/p/@q", "/p"]);
        fields(
            Format::Xml,
            "<p>\n<id>1</id> text <!-- no -->\n</p>",
            "<p><id>1</id></p>",
            &["/p/text()"],
        );
    }

    #[test]
    fn what_the_model_writes_otherwise_is_not_lost() {
        for (given, written) in [
            // Markup, escaped.
            ("<d><p>a</p><b/></d>", "<d>&lt;p>a&lt;/p>&lt;b/></d>"),
            // Null with a content, which Rails ignores.
            ("<d><c nil='true'>740</c></d>", "<d><c nil='true'/></d>"),
            (
                "<!DOCTYPE d><d><c>1</c></d>",
                "<d><c type='integer'>1</c></d>",
            ),
        ] {
            fields(Format::Xml, given, written, &[]);
        }
        fields(Format::Json, "\u{feff}{\"a\": \"1\"}", r#"{"a": 1}"#, &[]);
    }
}
