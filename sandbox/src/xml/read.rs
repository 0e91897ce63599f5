//! The reader: walks an XML tree by the schema and builds the JSON value.

use std::collections::HashMap;
use std::ops::Range;

use roxmltree::{Node, NodeId, ParsingOptions};
use serde_json::{Map, Value};

use super::scalar::{boolean, integer, number};
use super::shape::{self, Carrier, Kind, Name, Property};
use super::{Dialect, XmlError, decode, leaf};
use crate::document::Document;
use crate::problem::{Problem, excerpt};
use crate::text;

/// The deepest nesting of elements.
const DEEPEST: usize = 100;
/// The most elements, attributes aside, of one document.
const MOST_NODES: u32 = 4_000_000;
/// The most problems that are reported of one document.
const MOST_PROBLEMS: usize = 20;
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Reads one document into its JSON value.
pub(crate) fn read(
    document: &Document,
    dialect: Dialect,
    schema: &Value,
    root: Option<&str>,
    bytes: &[u8],
) -> Result<Value, XmlError> {
    run(document, dialect, schema, root, bytes, HashMap::new()).map(|(value, _)| value)
}

/// Replaces the JSON pointers in problems by the elements that the values came from: `/price` by
/// `/product/price (line 3, column 5)`. The document is read again, which happens only where there are problems.
pub(crate) fn locate(
    document: &Document,
    dialect: Dialect,
    schema: &Value,
    root: Option<&str>,
    bytes: &[u8],
    mut problems: Vec<Problem>,
) -> Vec<Problem> {
    let wanted = problems
        .iter()
        .flat_map(|problem| {
            let parent = problem
                .place
                .rsplit_once('/')
                .map_or("", |(parent, _)| parent);
            [problem.place.clone(), parent.to_owned()]
        })
        .map(|pointer| (pointer, None))
        .collect();
    let Ok((_, places)) = run(document, dialect, schema, root, bytes, wanted) else {
        return problems;
    };
    for problem in &mut problems {
        if let Some(place) = places.get(&problem.place) {
            problem.place.clone_from(place);
        } else if let Some((parent, name)) = problem.place.rsplit_once('/')
            && let Some(place) = places.get(parent)
        {
            problem.place = format!("{place}, {name}");
        }
    }
    problems
}

/// Reads one document; reports the elements behind the JSON pointers in `origins`.
fn run(
    document: &Document,
    dialect: Dialect,
    schema: &Value,
    root: Option<&str>,
    bytes: &[u8],
    origins: HashMap<String, Option<NodeId>>,
) -> Result<(Value, HashMap<String, String>), XmlError> {
    let source = decode::decode(bytes).map_err(|fault| {
        XmlError::one(Problem::new(
            "the text",
            "XML in its declared encoding",
            fault,
        ))
    })?;
    let options = ParsingOptions {
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let tree = roxmltree::Document::parse_with_options(&source, options).map_err(|error| {
        let at = error.pos();
        let start: String = source.trim_start().chars().take(15).collect();
        let found = if start.to_ascii_lowercase().starts_with("<!doctype html")
            || start.to_ascii_lowercase().starts_with("<html")
        {
            "an HTML page".to_owned()
        } else if source.trim().is_empty() {
            "nothing".to_owned()
        } else {
            error.to_string()
        };
        let place = format!("line {}, column {}", at.row, at.col);
        XmlError::one(Problem::new(
            place,
            "well-formed XML without a document type",
            found,
        ))
    })?;

    let mut reader = Reader {
        document,
        dialect,
        source: &source,
        faults: Vec::new(),
        origins,
    };
    let element = tree.root_element();
    let value = reader.root(element, schema, root);
    if !reader.faults.is_empty() {
        let reported = reader.faults.into_iter().map(|fault| {
            let at = tree.get_node(fault.node).map(place).unwrap_or_default();
            Problem::new(at, fault.expected, fault.found)
        });
        return Err(XmlError {
            problems: reported.collect(),
        });
    }
    let places = reader.origins.into_iter();
    let places = places.filter_map(|(pointer, id)| Some((pointer, place(tree.get_node(id?)?))));
    Ok((value, places.collect()))
}

/// Something wrong with an element; where it is is worked out at the end.
pub(super) struct Fault {
    node: NodeId,
    expected: String,
    found: String,
}

pub(super) struct Reader<'d> {
    pub(super) document: &'d Document,
    pub(super) dialect: Dialect,
    source: &'d str,
    faults: Vec<Fault>,
    /// The JSON pointers whose elements are asked for, and those elements.
    origins: HashMap<String, Option<NodeId>>,
}

impl<'d> Reader<'d> {
    pub(super) fn problem(
        &mut self,
        node: Node<'_, '_>,
        expected: impl Into<String>,
        found: impl AsRef<str>,
    ) {
        if !self.is_full() {
            self.faults.push(Fault {
                node: node.id(),
                expected: expected.into(),
                found: excerpt(found.as_ref()),
            });
        }
    }

    /// Whether no further problem would be reported.
    fn is_full(&self) -> bool {
        self.faults.len() >= MOST_PROBLEMS
    }

    pub(super) fn faults_so_far(&self) -> usize {
        self.faults.len()
    }

    /// Removes and returns the faults found since a mark.
    pub(super) fn take_faults_since(&mut self, mark: usize) -> Vec<Fault> {
        self.faults.split_off(mark.min(self.faults.len()))
    }

    pub(super) fn put_back(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
        self.faults.truncate(MOST_PROBLEMS);
    }

    /// The document's element: its name first, then its value.
    fn root(&mut self, node: Node<'_, '_>, schema: &'d Value, wanted: Option<&str>) -> Value {
        let resolved = self.document.resolve(schema);
        let by_schema = shape::root_name(self.document, schema);
        let local = wanted.or(by_schema.map(|name| name.local));
        let namespace = by_schema.and_then(|name| name.namespace);
        let found = node.tag_name();
        let is_list = shape::kind(resolved) == Kind::Array;
        if let Some(local) = local
            && found.name() != local
        {
            // Rails names an empty list after the class of nothing, and a mixed one after objects.
            let odd = self.dialect == Dialect::Rails
                && is_list
                && matches!(found.name(), "nil-classes" | "objects");
            if !odd {
                self.problem(
                    node,
                    format!("the root element <{local}>"),
                    format!("<{}>", found.name()),
                );
                return Value::Null;
            }
        }
        if namespace.is_some() && namespace != found.namespace() {
            let expected = format!("the namespace {:?}", namespace.unwrap_or_default());
            self.problem(node, expected, found.namespace().unwrap_or("none"));
            return Value::Null;
        }
        if is_list {
            let fallback = local.unwrap_or(found.name());
            return self.wrapped_list(node, resolved, fallback, "", 0);
        }
        self.element(node, schema, "", 0)
    }

    /// The value of one element.
    pub(super) fn element(
        &mut self,
        node: Node<'_, '_>,
        schema: &'d Value,
        pointer: &str,
        depth: usize,
    ) -> Value {
        self.remember(node, pointer);
        if depth > DEEPEST {
            self.problem(
                node,
                format!("at most {DEEPEST} levels of elements"),
                "more",
            );
            return Value::Null;
        }
        let schema = self.document.resolve(schema);
        if self.is_nil(node) {
            if !leaf::text(self.inner(node), true).is_empty()
                || node.children().any(|child| child.is_element())
            {
                self.problem(
                    node,
                    "nothing inside an element with nil=\"true\"",
                    self.inner(node),
                );
            }
            self.attributes(node, schema, &[]);
            return Value::Null;
        }
        match shape::kind(schema) {
            Kind::Object => self.object(node, schema, pointer, depth),
            Kind::Array => self.wrapped_list(node, schema, node.tag_name().name(), pointer, depth),
            Kind::OneOf => self.one_of(node, schema, pointer, depth),
            kind => {
                self.attributes(node, schema, &[]);
                self.scalar(node, schema, kind)
            }
        }
    }

    /// An object: attributes, own text, and child elements in any order.
    fn object(
        &mut self,
        node: Node<'_, '_>,
        schema: &'d Value,
        pointer: &str,
        depth: usize,
    ) -> Value {
        let properties = shape::properties(self.document, schema);
        self.attributes(node, schema, &properties);
        let mut result = Map::new();
        for property in properties
            .iter()
            .filter(|property| property.carrier == Carrier::Attribute)
        {
            let found = match property.name.namespace {
                Some(namespace) => node.attribute((namespace, property.name.local)),
                None => node.attribute(property.name.local),
            };
            if let Some(found) = found {
                let resolved = self.document.resolve(property.schema);
                let value = self.typed(node, resolved, shape::kind(resolved), found);
                result.insert(property.key.to_owned(), value);
            }
        }

        let mut groups: Vec<Vec<Node<'_, '_>>> = vec![Vec::new(); properties.len()];
        let by_name: HashMap<&str, usize> = properties
            .iter()
            .enumerate()
            .filter(|(_, property)| property.carrier == Carrier::Element)
            .map(|(index, property)| (property.name.local, index))
            .collect();
        let mut others = Vec::new();
        for child in node.children().filter(Node::is_element) {
            let group = by_name
                .get(child.tag_name().name())
                .filter(|index| {
                    properties
                        .get(**index)
                        .is_some_and(|property| same_namespace(child, &property.name))
                })
                .and_then(|index| groups.get_mut(*index));
            match group {
                Some(group) => group.push(child),
                None => others.push(child),
            }
        }
        self.others(&others, schema, &by_name, pointer, depth, &mut result);

        let own_text = self.own_text(node);
        let mut text_taken = false;
        for (property, group) in properties.iter().zip(groups) {
            if property.carrier == Carrier::Text {
                let resolved = self.document.resolve(property.schema);
                let value = self.typed(node, resolved, shape::kind(resolved), &own_text);
                result.insert(property.key.to_owned(), value);
                text_taken = true;
                continue;
            }
            if property.carrier == Carrier::Attribute {
                continue;
            }
            let at = format!("{pointer}/{}", escaped(property.key));
            if let Some(value) = self.property(&group, property, schema, &at, depth) {
                result.insert(property.key.to_owned(), value);
            }
        }
        if !text_taken && !own_text.trim_matches(leaf::is_space).is_empty() {
            self.problem(
                node,
                "elements only",
                format!("the text {:?}", own_text.trim()),
            );
        }
        Value::Object(result)
    }

    /// Elements that no property names: entries of a map, or faults.
    fn others(
        &mut self,
        nodes: &[Node<'_, '_>],
        schema: &'d Value,
        known: &HashMap<&str, usize>,
        pointer: &str,
        depth: usize,
        result: &mut Map<String, Value>,
    ) {
        let entries = schema
            .get("additionalProperties")
            .filter(|entries| entries.is_object());
        for node in nodes {
            if self.is_full() {
                return;
            }
            let name = node.tag_name().name();
            match entries {
                Some(entries) if !result.contains_key(name) => {
                    let at = format!("{pointer}/{}", escaped(name));
                    let value = self.element(*node, entries, &at, depth + 1);
                    result.insert(name.to_owned(), value);
                }
                Some(_) => self.problem(*node, "each element once", "another"),
                None => {
                    let hint = text::nearest(name, known.keys().copied())
                        .filter(|near| *near != name)
                        .map(|near| format!(" (did you mean <{near}>?)"))
                        .unwrap_or_default();
                    self.problem(
                        *node,
                        format!("no element of this name{hint}"),
                        format!("<{name}>"),
                    );
                }
            }
        }
    }

    /// The attributes: those of the dialect and those that properties name; no others.
    pub(super) fn attributes(
        &mut self,
        node: Node<'_, '_>,
        schema: &Value,
        properties: &[Property<'_>],
    ) {
        for attribute in node.attributes() {
            let (name, namespace) = (attribute.name(), attribute.namespace());
            if namespace == Some(XSI) {
                continue;
            }
            let listed = properties.iter().any(|property| {
                property.carrier == Carrier::Attribute
                    && property.name.local == name
                    && property.name.namespace == namespace
            });
            if listed {
                continue;
            }
            let of_rails = self.dialect == Dialect::Rails && namespace.is_none();
            match name {
                "nil" if of_rails => {
                    if !matches!(attribute.value(), "true" | "false" | "1" | "0") {
                        self.problem(node, "nil=\"true\" or nil=\"false\"", attribute.value());
                    }
                }
                "type" if of_rails => {
                    let wanted = schema.get("x-type").and_then(Value::as_str);
                    if let Some(wanted) = wanted
                        && wanted != attribute.value()
                    {
                        self.problem(
                            node,
                            format!("type={wanted:?}"),
                            format!("type={:?}", attribute.value()),
                        );
                    }
                }
                _ => self.problem(
                    node,
                    "no attribute of this name",
                    format!("{name}={:?}", attribute.value()),
                ),
            }
        }
    }

    /// A scalar from the element's content.
    fn scalar(&mut self, node: Node<'_, '_>, schema: &Value, kind: Kind) -> Value {
        let inner = self.inner(node);
        if node.children().any(|child| child.is_element()) {
            if kind == Kind::String && is_free_text(schema) {
                // Markup inside a text is kept as it is written.
                let kept = if self.dialect == Dialect::Trimmed {
                    inner.trim_matches(leaf::is_space)
                } else {
                    inner
                };
                return Value::String(kept.to_owned());
            }
            self.problem(node, "text without elements", inner);
            return Value::Null;
        }
        let text = leaf::text(inner, self.dialect == Dialect::Trimmed);
        self.typed(node, schema, kind, &text)
    }

    /// A scalar from its text.
    pub(super) fn typed(
        &mut self,
        node: Node<'_, '_>,
        schema: &Value,
        kind: Kind,
        text: &str,
    ) -> Value {
        if matches!(kind, Kind::String | Kind::Any) && is_free_text(schema) {
            return Value::String(text.to_owned());
        }
        let text = text.trim_matches(leaf::is_space);
        if text.is_empty() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return Value::Null;
        }
        let (value, expected) = match kind {
            Kind::String | Kind::Any => (Some(Value::String(text.to_owned())), "text"),
            Kind::Integer => (integer(text), "an integer"),
            Kind::Number => (number(text), "a number"),
            Kind::Boolean => (boolean(text), "true or false"),
            Kind::Object | Kind::Array | Kind::OneOf => (None, "elements"),
        };
        value.unwrap_or_else(|| {
            let found = if text::looks_secret(node.tag_name().name()) {
                "a value (secret, so not shown)".to_owned()
            } else {
                format!("{text:?}")
            };
            self.problem(node, expected, found);
            Value::Null
        })
    }

    /// Whether the element says that its value is null.
    pub(super) fn is_nil(&self, node: Node<'_, '_>) -> bool {
        let of_rails =
            self.dialect == Dialect::Rails && matches!(node.attribute("nil"), Some("true" | "1"));
        of_rails || matches!(node.attribute((XSI, "nil")), Some("true" | "1"))
    }

    /// Where in the source the content between an element's tags lies.
    fn content(&self, node: Node<'_, '_>) -> Range<usize> {
        let range = node.range();
        let whole = self.source.get(range.clone()).unwrap_or_default();
        let mut quote = None;
        let opened = whole.char_indices().find_map(|(at, c)| match (quote, c) {
            (None, '>') => Some(at),
            (None, '"' | '\'') => {
                quote = Some(c);
                None
            }
            (Some(open), _) if open == c => {
                quote = None;
                None
            }
            _ => None,
        });
        let start = opened.map_or(range.end, |opened| range.start + opened + 1);
        let end = whole
            .rfind("</")
            .map_or(start, |closed| range.start + closed);
        start..end.max(start)
    }

    /// The source between an element's tags.
    fn inner(&self, node: Node<'_, '_>) -> &'d str {
        self.source.get(self.content(node)).unwrap_or_default()
    }

    /// The text of an element outside its child elements.
    fn own_text(&self, node: Node<'_, '_>) -> String {
        let content = self.content(node);
        let mut pieces = String::new();
        let mut at = content.start;
        for child in node.children().filter(Node::is_element) {
            let range = child.range();
            pieces.push_str(self.source.get(at..range.start).unwrap_or_default());
            at = range.end;
        }
        pieces.push_str(self.source.get(at..content.end).unwrap_or_default());
        leaf::text(&pieces, self.dialect == Dialect::Trimmed)
    }

    pub(super) fn remember(&mut self, node: Node<'_, '_>, pointer: &str) {
        if let Some(origin @ None) = self.origins.get_mut(pointer) {
            *origin = Some(node.id());
        }
    }
}

/// Whether a string is free text: no enumeration and no format whose texts have no spaces around them.
fn is_free_text(schema: &Value) -> bool {
    schema.get("enum").is_none()
        && !matches!(
            schema.get("format").and_then(Value::as_str),
            Some(
                "date"
                    | "date-time"
                    | "date-optional-time"
                    | "rails-timestamp"
                    | "decimal"
                    | "uuid"
            )
        )
}

/// Whether an element is in the namespace of its name. A name without one is in its parent's.
pub(super) fn same_namespace(node: Node<'_, '_>, name: &Name<'_>) -> bool {
    let found = node.tag_name().namespace();
    match name.namespace {
        Some(wanted) => found == Some(wanted),
        None => {
            found.is_none()
                || found
                    == node
                        .parent_element()
                        .and_then(|parent| parent.tag_name().namespace())
        }
    }
}

/// A name as a token of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// `/products/product[2]/price (line 12, column 3)`.
fn place(node: Node<'_, '_>) -> String {
    let mut steps = Vec::new();
    for element in node.ancestors().filter(Node::is_element) {
        let name = element.tag_name();
        let same = |other: &Node<'_, '_>| other.is_element() && other.tag_name() == name;
        let before = element.prev_siblings().skip(1).filter(same).count();
        let after = element.next_siblings().skip(1).any(|other| same(&other));
        steps.push(if before > 0 || after {
            format!("{}[{}]", name.name(), before + 1)
        } else {
            name.name().to_owned()
        });
        if steps.len() > DEEPEST {
            steps.push("…".to_owned());
            break;
        }
    }
    steps.reverse();
    let at = node.document().text_pos_at(node.range().start);
    format!("/{} (line {}, column {})", steps.join("/"), at.row, at.col)
}
