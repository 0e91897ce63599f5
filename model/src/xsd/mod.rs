//! Types of XML Schema files as component schemas with `xml` annotations. What is not read is a finding, so that nothing of a
//! schema is lost without a word.

mod attributes;
mod check;
mod class;
mod content;
mod elements;
pub mod facts;
mod json;
mod names;
mod scalars;
mod structs;
mod types;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use self::names::Index;

use roxmltree::Document;

use crate::diag::{Code, Finding, Findings};
use crate::source::{Content, File, Node, Origin, Source};

/// Namespace of XML Schema.
pub(crate) const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// Namespace of the attributes that stand for OpenAPI's extensions.
pub(crate) const LAVKA: &str = "urn:lavka:xsd";
/// Namespace of `xml:lang` and its like.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Prefix of pointers to types, for references that schemas make themselves.
const TYPE: &str = "/@type/";
/// What declares a type.
const TYPES: &[&str] = &["complexType", "simpleType"];

/// The most elements of types and simple types that are read in all, each as often as it is referred to.
const BUDGET: u32 = 2_000_000;

/// An element of a schema file.
type Element<'a> = roxmltree::Node<'a, 'a>;

/// Files that a schema includes or imports.
pub(crate) fn includes(file: &Arc<File>, found: &mut Vec<(String, Origin)>) {
    let Ok(document) = Document::parse(file.text()) else {
        return;
    };
    for child in document.root_element().children() {
        if child.tag_name().namespace() == Some(XS)
            && matches!(child.tag_name().name(), "include" | "import")
            // `xml:lang` and its like are known.
            && child.attribute("namespace") != Some(XML)
            && let Some(location) = child.attribute_node("schemaLocation")
        {
            let range = location.range_value();
            found.push((
                location.value().to_owned(),
                Origin::new(file, range.start, range.end),
            ));
        }
    }
}

/// Where a global element or type is declared, and the component that it becomes.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) file: String,
    pub(crate) pointer: String,
    pub(crate) component: String,
}

/// Reads the schema files of a source.
pub(crate) struct Reader<'a> {
    source: &'a Source,
    documents: HashMap<&'a str, Document<'a>>,
    /// Where global declarations are.
    index: Index<'a>,
    /// Why a file could not be parsed; reported by [`Self::check`].
    broken: Vec<Finding>,
    /// The global elements of each type.
    roots: OnceCell<Globals>,
    /// The elements that may be in the place of each.
    substitutes: OnceCell<Globals>,
    /// How much may still be read: groups and unions can refer to each other so that little text means very much.
    budget: Cell<u32>,
    /// Complex types that are being read, so that one which holds itself is noticed.
    open: RefCell<Vec<roxmltree::NodeId>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let mut documents = HashMap::new();
        let mut broken = Vec::new();
        for (path, loaded) in source
            .files
            .iter()
            .filter(|(_, loaded)| matches!(loaded.content, Content::Schema))
        {
            match Document::parse(loaded.file.text()) {
                Ok(document) if is(document.root_element(), "schema") => {
                    documents.insert(path.as_str(), document);
                }
                Ok(document) => {
                    let root = document.root_element();
                    let start = root.range().start;
                    let origin = Origin::new(&loaded.file, start, start + 1);
                    let message = format!(
                        "the root element is `{}`; expected `xs:schema`",
                        root.tag_name().name()
                    );
                    broken.push(
                        Finding::new(Code::XsdSyntax, &origin, message)
                            .help(format!("it begins with `<xs:schema xmlns:xs=\"{XS}\">`")),
                    );
                }
                Err(error) => broken.push(not_xml(&loaded.file, &error)),
            }
        }
        Self {
            source,
            index: Index::new(&documents),
            documents,
            broken,
            roots: OnceCell::new(),
            budget: Cell::new(BUDGET),
            substitutes: OnceCell::new(),
            open: RefCell::new(Vec::new()),
        }
    }

    /// Whether more may be read; what stops it is reported once.
    fn may_read(&self, path: &str, at: Element<'_>, findings: &mut Findings) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        if left == 1 {
            let message = format!(
                "the schemas have more than {BUDGET} elements, with all that they refer to"
            );
            let finding = Finding::new(Code::XsdUnsupported, &self.origin(path, at), message);
            findings.push(finding.help("split the spec, so that each refers to fewer types"));
        }
        left > 0
    }

    fn file(&self, path: &str) -> Option<&'a Arc<File>> {
        self.source.files.get(path).map(|loaded| &loaded.file)
    }

    /// Where an element of a file begins: its tag's name.
    fn origin(&self, path: &str, element: Element<'_>) -> Origin {
        let Some(file) = self.file(path) else {
            return Origin::default();
        };
        let start = element.range().start + 1;
        let text = file.text().get(start..).unwrap_or("");
        let length = text
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(text.len());
        Origin::new(file, start, start + length)
    }

    /// Where the value of an attribute is; the element where there is no such attribute.
    fn value_origin(
        &self,
        path: &str,
        element: Element<'_>,
        namespace: Option<&str>,
        name: &str,
    ) -> Origin {
        let attribute = element
            .attributes()
            .find(|attribute| attribute.name() == name && attribute.namespace() == namespace);
        match (attribute, self.file(path)) {
            (Some(attribute), Some(file)) => {
                let range = attribute.range_value();
                Origin::new(file, range.start, range.end)
            }
            _ => self.origin(path, element),
        }
    }

    /// What a reference into a schema file names.
    pub(crate) fn locate(
        &self,
        file: &str,
        pointer: &str,
        at: &Node,
        findings: &mut Findings,
    ) -> Option<Located> {
        if !self.documents.contains_key(file) {
            return None;
        }
        let (file, kinds, name) = self.target(file, pointer);
        let found = self
            .global(file, kinds, name)
            .or_else(|| self.global(file, TYPES, name));
        let Some((path, element)) = found else {
            let names = self.known_names(file, &[]);
            let message = format!(
                "unresolved reference `{}`: the schema declares no `{name}`",
                at.as_str().unwrap_or("")
            );
            findings
                .push(Finding::new(Code::RefUnresolved, &at.origin, message).suggest(name, names));
            return None;
        };
        if is(element, "element") {
            let mut component = heck::ToUpperCamelCase::to_upper_camel_case(name);
            if let Some((path, type_element)) = self.element_type(path, element) {
                // A global element is the component of its type, where that has no element of another name.
                let type_name = type_element.attribute("name").unwrap_or(name);
                if self.root_of(path, type_name).is_some() {
                    return Some(Located {
                        file: path.to_owned(),
                        pointer: format!("{TYPE}{type_name}"),
                        component: type_name.to_owned(),
                    });
                }
                // The type has its name for itself.
                component.push_str("Element");
            }
            return Some(Located {
                file: path.to_owned(),
                pointer: format!("/{name}"),
                component,
            });
        }
        Some(Located {
            file: path.to_owned(),
            pointer: format!("{TYPE}{name}"),
            component: name.to_owned(),
        })
    }

    /// The named type of a global element, where it has one of this schema.
    fn element_type(&self, path: &str, element: Element<'_>) -> Option<(&str, Element<'_>)> {
        let name = element.attribute("type")?;
        if builtin(element, name).is_some() {
            return None;
        }
        self.named(path, element, TYPES, name)
    }

    /// The component schema of what [`Self::locate`] gave.
    pub(crate) fn component(
        &self,
        file: &str,
        pointer: &str,
        findings: &mut Findings,
    ) -> Option<Node> {
        let (file, kinds, name) = self.target(file, pointer);
        let (path, element) = self.global(file, kinds, name)?;
        if is(element, "element") {
            let mut made = self.element(path, element, findings).schema;
            made.annotate(&self.root_name(path, element), self.origin(path, element));
            return Some(made.into_node());
        }
        let mut made = self.type_component(path, element, findings);
        if let Some((path, root)) = self.root_of(path, name) {
            made.annotate(&self.root_name(path, root), self.origin(path, root));
            made.fill_docs(self, path, root, findings);
        }
        Some(made.into_node())
    }

    /// The global element of a type, by which its root is called. `None` where there are several names: each is a component.
    fn root_of(&self, type_path: &str, type_name: &str) -> Option<(&str, Element<'_>)> {
        let roots = self.roots.get_or_init(|| self.roots());
        let roots = roots.get(&(type_path.to_owned(), type_name.to_owned()))?;
        let mut roots = roots.iter().filter_map(|(path, id)| {
            Some((
                path.as_str(),
                self.documents.get(path.as_str())?.get_node(*id)?,
            ))
        });
        let (path, first) = roots.next()?;
        let mut others = roots.map(|(_, root)| root.attribute("name"));
        others
            .all(|name| name == first.attribute("name"))
            .then_some((path, first))
    }

    /// The global elements of each type, in the order of the files.
    fn roots(&self) -> Globals {
        let mut roots = Globals::new();
        for path in self.source.files.keys() {
            let Some(document) = self.documents.get(path.as_str()) else {
                continue;
            };
            for root in document
                .root_element()
                .children()
                .filter(|child| is(*child, "element"))
            {
                if let Some((type_path, found)) = self.element_type(path, root)
                    && let Some(name) = found.attribute("name")
                {
                    let key = (type_path.to_owned(), name.to_owned());
                    let known = roots.entry(key).or_default();
                    known.push((path.clone(), root.id()));
                }
            }
        }
        roots
    }
}

/// By file and name of a global declaration: where global elements of its kind are.
type Globals = HashMap<(String, String), Vec<(String, roxmltree::NodeId)>>;

fn not_xml(file: &Arc<File>, error: &roxmltree::Error) -> Finding {
    let position = error.pos();
    let row = (position.row as usize).max(1);
    let lines = file.text().split_inclusive('\n');
    let start: usize = lines.take(row - 1).map(str::len).sum();
    let line = file.line(row);
    let column = line
        .char_indices()
        .nth((position.col as usize).saturating_sub(1))
        .map_or(line.len(), |(at, _)| at);
    let origin = Origin::new(file, start + column, start + column + 1);
    // The parser's message ends with the position, which is shown anyway.
    let text = error.to_string();
    let message = text
        .rsplit_once(" at ")
        .map_or(text.as_str(), |(message, _)| message);
    Finding::new(Code::XsdSyntax, &origin, format!("not XML: {message}"))
}

/// Whether an element is this one of XML Schema.
fn is(node: Element<'_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(XS)
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The built-in type that a qualified name means.
fn builtin<'n>(at: Element<'_>, name: &'n str) -> Option<&'n str> {
    let (prefix, local) = name
        .split_once(':')
        .map_or((None, name), |(prefix, local)| (Some(prefix), local));
    (at.lookup_namespace_uri(prefix) == Some(XS)).then_some(local)
}
