//! Types of XML Schema files as component schemas with `xml` annotations. The subset that is read is small; whatever lies
//! outside of it is a finding, so that nothing of a schema is lost without a word.

mod check;
mod class;
mod elements;
mod json;
mod scalars;
mod types;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use roxmltree::Document;

use crate::diag::{Code, Finding, Findings};
use crate::source::{Content, File, Node, Origin, Source, load_join};

/// Namespace of XML Schema.
pub(crate) const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// Namespace of the attributes that stand for OpenAPI's extensions.
pub(crate) const LAVKA: &str = "urn:lavka:xsd";
/// Prefix of pointers to types, for references that schemas make themselves.
const TYPE: &str = "/@type/";

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
    /// Why a file could not be parsed; reported by [`Self::check`].
    broken: Vec<Finding>,
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
            documents,
            broken,
            open: RefCell::new(Vec::new()),
        }
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

    /// A file and all that it includes, each once.
    fn scope(&self, file: &str) -> Vec<&str> {
        let mut scope: Vec<&str> = self
            .documents
            .keys()
            .copied()
            .filter(|path| *path == file)
            .collect();
        let mut next = 0;
        while let Some(path) = scope.get(next).copied() {
            next += 1;
            let Some(document) = self.documents.get(path) else {
                continue;
            };
            for child in document
                .root_element()
                .children()
                .filter(|child| is(*child, "include") || is(*child, "import"))
            {
                let target = child
                    .attribute("schemaLocation")
                    .and_then(|location| load_join(path, location).ok().flatten());
                let known = target
                    .and_then(|target| self.documents.keys().copied().find(|path| *path == target));
                if let Some(known) = known.filter(|known| !scope.contains(known)) {
                    scope.push(known);
                }
            }
        }
        scope
    }

    /// A global declaration that a file sees.
    fn global(&self, file: &str, kinds: &[&str], name: &str) -> Option<(&str, Element<'_>)> {
        for path in self.scope(file) {
            let Some(document) = self.documents.get(path) else {
                continue;
            };
            let found = document.root_element().children().find(|child| {
                kinds.iter().any(|kind| is(*child, kind)) && child.attribute("name") == Some(name)
            });
            if let Some(found) = found {
                return Some((path, found));
            }
        }
        None
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
        let (kinds, name): (&[&str], _) = match pointer.strip_prefix(TYPE) {
            Some(name) => (&["complexType", "simpleType"], name),
            None => (&["element"], pointer.strip_prefix('/').unwrap_or(pointer)),
        };
        let found = self
            .global(file, kinds, name)
            .or_else(|| self.global(file, &["complexType", "simpleType"], name));
        let Some((path, element)) = found else {
            let mut names: Vec<&str> = Vec::new();
            for path in self.scope(file) {
                let globals = self
                    .documents
                    .get(path)
                    .into_iter()
                    .flat_map(|document| document.root_element().children());
                names.extend(globals.filter_map(|child| child.attribute("name")));
            }
            let message = format!(
                "unresolved reference `{}`: the schema declares no `{name}`",
                at.as_str().unwrap_or("")
            );
            findings
                .push(Finding::new(Code::RefUnresolved, &at.origin, message).suggest(name, names));
            return None;
        };
        if is(element, "element") {
            // A global element is the component of its type, where that is a type of the schema.
            if let Some((path, type_element)) = self.element_type(path, element) {
                let name = type_element.attribute("name").unwrap_or(name).to_owned();
                return Some(Located {
                    file: path.to_owned(),
                    pointer: format!("{TYPE}{name}"),
                    component: name,
                });
            }
            let component = heck::ToUpperCamelCase::to_upper_camel_case(name);
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
        self.global(path, &["complexType", "simpleType"], local(name))
    }

    /// The component schema of what [`Self::locate`] gave.
    pub(crate) fn component(
        &self,
        file: &str,
        pointer: &str,
        findings: &mut Findings,
    ) -> Option<Node> {
        let (kinds, name): (&[&str], _) = match pointer.strip_prefix(TYPE) {
            Some(name) => (&["complexType", "simpleType"], name),
            None => (&["element"], pointer.strip_prefix('/')?),
        };
        let (path, element) = self.global(file, kinds, name)?;
        let mut made = if is(element, "element") {
            let mut made = self.element(path, element, findings).schema;
            made.annotate(&[("name", name)], self.origin(path, element));
            made
        } else {
            self.type_component(path, element, findings)
        };
        if let Some((path, root)) = self.root_of(path, name).filter(|_| !is(element, "element")) {
            made.annotate(
                &[("name", root.attribute("name").unwrap_or(name))],
                self.origin(path, root),
            );
            made.fill_docs(self, path, root, findings);
        }
        Some(made.into_node())
    }

    /// The global element of a type, by which its root is called. Where there are several names, [`Self::check`] reports it.
    fn root_of(&self, type_path: &str, type_name: &str) -> Option<(&str, Element<'_>)> {
        self.roots()
            .into_iter()
            .find(|(path, element)| self.is_of(path, *element, type_path, type_name))
    }

    fn is_of(&self, path: &str, element: Element<'_>, type_path: &str, type_name: &str) -> bool {
        self.element_type(path, element)
            .is_some_and(|(path, found)| {
                path == type_path && found.attribute("name") == Some(type_name)
            })
    }

    /// All global elements, in the order of the files.
    fn roots(&self) -> Vec<(&str, Element<'_>)> {
        let mut roots = Vec::new();
        for path in self.source.files.keys() {
            let Some(document) = self.documents.get(path.as_str()) else {
                continue;
            };
            roots.extend(
                document
                    .root_element()
                    .children()
                    .filter(|child| is(*child, "element"))
                    .map(|child| (path.as_str(), child)),
            );
        }
        roots
    }
}

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
