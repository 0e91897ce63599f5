//! Bodies of failures as a tree, whatever their format: what can be read is read, and nothing is an error.
//!
//! Such bodies come from whatever is in front of the API as well (proxies, frameworks, maintenance scripts), may be cut
//! off, and are never large. So the readers here are tolerant, bounded, and do without the codecs of documented bodies.

use super::markup::{Event, Markup};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    /// A number, as written.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    /// Properties or child elements in their order. Elements with the same name are one entry with a list.
    Map(Vec<(String, Tree)>),
}

/// How deep values may nest, and how many there may be: the rest is left out.
const DEPTH: usize = 48;
const NODES: usize = 20_000;

impl Tree {
    /// Reads a JSON text, as far as it is one. `None`: it begins neither as an object nor as an array or string.
    pub(super) fn json(text: &str) -> Option<Self> {
        let text = text.trim_start();
        if !text.starts_with(['{', '[', '"']) {
            return None;
        }
        let mut reader = Json {
            text,
            at: 0,
            nodes: NODES,
            broken: false,
        };
        Some(reader.value(0))
    }

    /// The JSON object or array that is written as a text, where it is one.
    pub(super) fn unwrapped(self) -> Self {
        match &self {
            Self::Text(text) if text.trim_start().starts_with(['{', '[']) => {
                Self::json(text).unwrap_or(self)
            }
            _ => self,
        }
    }

    /// Reads an XML text, as far as it is one: the root's name and its content.
    pub(super) fn xml(text: &str) -> Option<(String, Self)> {
        let mut open: Vec<Node> = Vec::new();
        let mut nodes = NODES;
        for event in Markup::new(text) {
            match event {
                Event::Start {
                    name,
                    attributes,
                    empty,
                } => {
                    if nodes == 0 {
                        break;
                    }
                    nodes -= 1;
                    open.push(Node::new(name, attributes));
                    if (empty || open.len() > DEPTH)
                        && let Some(root) = close(&mut open)
                    {
                        return Some(root);
                    }
                }
                Event::Text(text) => {
                    if let Some(node) = open.last_mut() {
                        node.text.push_str(&text);
                    }
                }
                Event::End { name } => {
                    // An end tag without a start tag is passed over; a start tag without one ends with its parent.
                    if let Some(at) = open.iter().rposition(|node| node.name == name) {
                        while open.len() > at {
                            if let Some(root) = close(&mut open) {
                                return Some(root);
                            }
                        }
                    }
                }
            }
        }
        while open.len() > 1 {
            close(&mut open);
        }
        close(&mut open)
    }

    /// A scalar as text, without white space around it; `None` where there is nothing in it.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => {
                Some(text.trim()).filter(|text| !text.is_empty())
            }
            Self::Bool(_) | Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }
}

/// An element that is open.
struct Node {
    name: String,
    nil: bool,
    children: Vec<(String, Tree)>,
    text: String,
}

impl Node {
    fn new(name: &str, attributes: Vec<(&str, String)>) -> Self {
        let is_nil = |(name, value): &(&str, String)| {
            local(name) == "nil" && matches!(value.as_str(), "true" | "1")
        };
        let nil = attributes.iter().any(is_nil);
        let children = attributes
            .into_iter()
            .filter(|(name, _)| !name.contains(':') && !matches!(*name, "xmlns" | "type" | "nil"))
            .map(|(name, value)| (name.to_owned(), Tree::Text(value)))
            .collect();
        Self {
            name: name.to_owned(),
            nil,
            children,
            text: String::new(),
        }
    }

    fn finish(self) -> (String, Tree) {
        let text = self.text.trim();
        let tree = if self.nil {
            Tree::Null
        } else if self.children.is_empty() {
            Tree::Text(text.to_owned())
        } else {
            let mut children = grouped(self.children);
            if !text.is_empty() {
                children.push((String::new(), Tree::Text(text.to_owned())));
            }
            Tree::Map(children)
        };
        (local(&self.name).to_owned(), tree)
    }
}

/// Closes the innermost element; gives it where it is the root.
fn close(open: &mut Vec<Node>) -> Option<(String, Tree)> {
    let (name, tree) = open.pop()?.finish();
    match open.last_mut() {
        Some(parent) => {
            parent.children.push((name, tree));
            None
        }
        None => Some((name, tree)),
    }
}

/// Elements with the same name as one entry.
fn grouped(children: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
    let mut places = std::collections::HashMap::new();
    let mut out: Vec<(String, Vec<Tree>)> = Vec::new();
    for (name, tree) in children {
        let place = *places.entry(name.clone()).or_insert(out.len());
        match out.get_mut(place) {
            Some((_, values)) => values.push(tree),
            None => out.push((name, vec![tree])),
        }
    }
    out.into_iter()
        .map(|(name, mut values)| match values.len() {
            1 => (name, values.pop().unwrap_or(Tree::Null)),
            _ => (name, Tree::List(values)),
        })
        .collect()
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Reads JSON, and stops for good at the first thing that is none.
struct Json<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
    broken: bool,
}

impl Json<'_> {
    fn peek(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    /// Passes this character, if it comes next.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Tree {
        if self.nodes == 0 || depth > DEPTH {
            self.broken = true;
            return Tree::Null;
        }
        self.nodes -= 1;
        match self.peek() {
            Some('"') => Tree::Text(self.string()),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(c) if c == '-' || c.is_ascii_alphanumeric() => self.word(),
            _ => {
                self.broken = true;
                Tree::Null
            }
        }
    }

    fn object(&mut self, depth: usize) -> Tree {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.broken && !self.take('}') {
            if self.peek() != Some('"') {
                self.broken = true;
                break;
            }
            let name = self.string();
            if !self.take(':') {
                self.broken = true;
                break;
            }
            let value = self.value(depth + 1);
            entries.push((name, value));
            self.separator('}');
        }
        Tree::Map(entries)
    }

    fn array(&mut self, depth: usize) -> Tree {
        self.at += 1;
        let mut items = Vec::new();
        while !self.broken && !self.take(']') {
            items.push(self.value(depth + 1));
            self.separator(']');
        }
        Tree::List(items)
    }

    /// Passes a comma; the end may follow it.
    fn separator(&mut self, end: char) {
        if !self.broken && !self.take(',') && self.peek() != Some(end) {
            self.broken = true;
        }
    }

    fn word(&mut self) -> Tree {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let part_of = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let end = rest.find(|c| !part_of(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        self.at += end;
        match word {
            "null" => Tree::Null,
            "true" => Tree::Bool(true),
            "false" => Tree::Bool(false),
            number if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Tree::Number(number.to_owned())
            }
            _ => {
                self.broken = true;
                Tree::Null
            }
        }
    }

    /// The string that begins here. One without an end is what there is of it.
    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(end) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                out.push_str(rest);
                self.at = self.text.len();
                self.broken = true;
                return out;
            };
            out.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            if rest.as_bytes().get(end) == Some(&b'"') {
                return out;
            }
            self.escape(&mut out);
        }
    }

    fn escape(&mut self, out: &mut String) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return;
        };
        self.at += c.len_utf8();
        match c {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'b' | 'f' => out.push(' '),
            'u' => {
                let unit = self.hex();
                out.push(match unit {
                    Some(high @ 0xD800..=0xDBFF) => self.pair(high),
                    Some(unit) => char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                    None => char::REPLACEMENT_CHARACTER,
                });
            }
            other => out.push(other),
        }
    }

    fn pair(&mut self, high: u32) -> char {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with("\\u") {
            return char::REPLACEMENT_CHARACTER;
        }
        self.at += 2;
        let low = self.hex().filter(|low| (0xDC00..=0xDFFF).contains(low));
        low.and_then(|low| char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)))
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Tree {
        Tree::Text(text.to_owned())
    }

    #[test]
    fn json_is_read_as_far_as_it_is_some() {
        let whole = Tree::json(r#" {"a":[1,true,null,"x\u0041\ud83d\ude00\ud800"],"b":{}} "#);
        let list = Tree::List(vec![
            Tree::Number("1".into()),
            Tree::Bool(true),
            Tree::Null,
            text("xA😀\u{fffd}"),
        ]);
        let expected = Tree::Map(vec![("a".into(), list), ("b".into(), Tree::Map(vec![]))]);
        assert_eq!(whole, Some(expected));
        let cut = Tree::json(r#"{"message":"bad phone","errors":["one","tw"#);
        let expected = Tree::Map(vec![
            ("message".into(), text("bad phone")),
            ("errors".into(), Tree::List(vec![text("one"), text("tw")])),
        ]);
        assert_eq!(cut, Some(expected));
        assert_eq!(Tree::json("<a/>"), None);
        // Deep and long texts end somewhere.
        assert!(Tree::json(&"[".repeat(1_000_000)).is_some());
        assert!(Tree::json(&format!("[{}]", "0,".repeat(1_000_000))).is_some());
    }

    #[test]
    fn xml_is_read_as_far_as_it_is_some() {
        let (root, tree) = Tree::xml(
            "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><s:errors xmlns:s='u' code=\"5\"><error>One &amp; &#x41;</error>\
             <!-- no --><error><![CDATA[<Two>]]></error><at nil='true'/><open>x</s:errors>",
        )
        .unwrap_or_else(|| (String::new(), Tree::Null));
        assert_eq!(root, "errors");
        let list = Tree::List(vec![text("One & A"), text("<Two>")]);
        assert_eq!(
            tree,
            Tree::Map(vec![
                ("code".into(), text("5")),
                ("error".into(), list),
                ("at".into(), Tree::Null),
                ("open".into(), text("x")),
            ])
        );
        assert!(Tree::xml(&"<a>".repeat(1_000_000)).is_some());
        assert_eq!(Tree::xml("no markup"), None);
    }
}
