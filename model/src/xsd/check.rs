//! Whether schema files hold only what is read.

use std::collections::HashMap;

use super::{Element, LAVKA, Reader, XS, is, json};
use crate::diag::{Code, Finding, Findings, nearest};
use crate::source::Origin;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

impl Reader<'_> {
    /// Checks everything that the files declare, whether or not something refers to it.
    pub(crate) fn check(&self, findings: &mut Findings) {
        for finding in &self.broken {
            findings.push(finding.clone());
        }
        for path in self.source.files.keys() {
            let Some(document) = self.documents.get(path.as_str()) else {
                continue;
            };
            self.check_file(path, document.root_element(), findings);
        }
        let roots = self.roots();
        for (index, (path, root)) in roots.iter().enumerate() {
            let Some((type_path, found)) = self.element_type(path, *root) else {
                continue;
            };
            let Some(name) = found.attribute("name") else {
                continue;
            };
            let other = roots.iter().take(index).find(|(path, other)| {
                other.attribute("name") != root.attribute("name")
                    && self.is_of(path, *other, type_path, name)
            });
            if let Some((other_path, other)) = other {
                let message =
                    format!("a second global element is of the type `{name}`, with another name");
                findings.push(
                    Finding::new(Code::XsdUnsupported, &self.origin(path, *root), message)
                        .note(&self.origin(other_path, *other), "the other one")
                        .help("the type's component has one `xml.name`: make a type for each"),
                );
            }
        }
    }

    fn check_file(&self, path: &str, root: Element<'_>, findings: &mut Findings) {
        self.attributes(path, root, &[], findings);
        let allowed = [
            "annotation",
            "include",
            "import",
            "element",
            "complexType",
            "simpleType",
        ];
        let mut names: HashMap<(&str, &str), Element<'_>> = HashMap::new();
        for child in self.children(path, root, &allowed, findings) {
            let kind = child.tag_name().name();
            match kind {
                "annotation" => self.annotation(path, child, findings),
                "include" => self.attributes(path, child, &["schemaLocation"], findings),
                "import" => {
                    self.attributes(path, child, &["schemaLocation", "namespace"], findings);
                    if child
                        .attribute("namespace")
                        .is_some_and(|namespace| namespace != XML)
                    {
                        let origin = self.value_origin(path, child, None, "namespace");
                        findings.report(
                            Code::XsdUnsupported,
                            &origin,
                            "schemas of another namespace are not read",
                        );
                    }
                }
                _ => {
                    let Some(name) = child.attribute("name") else {
                        let message = format!("a global `{kind}` has no name");
                        findings.report(Code::XsdSyntax, &self.origin(path, child), message);
                        continue;
                    };
                    let space = if kind == "element" { "element" } else { "type" };
                    if let Some(first) = names.insert((space, name), child) {
                        let origin = self.value_origin(path, child, None, "name");
                        let finding = Finding::new(
                            Code::XsdTwice,
                            &origin,
                            format!("duplicate {space} `{name}`"),
                        );
                        findings.push(
                            finding
                                .note(&self.value_origin(path, first, None, "name"), "first here"),
                        );
                    }
                    self.check_included(path, child, space, name, findings);
                    if kind == "element" {
                        self.element(path, child, findings);
                    } else {
                        self.type_component(path, child, findings);
                    }
                }
            }
        }
    }

    /// A name of a file must not be that of something which the file includes.
    fn check_included(
        &self,
        path: &str,
        node: Element<'_>,
        space: &str,
        name: &str,
        findings: &mut Findings,
    ) {
        let kinds: &[&str] = if space == "element" {
            &["element"]
        } else {
            &["complexType", "simpleType"]
        };
        for other_path in self.scope(path).into_iter().filter(|other| *other != path) {
            let Some(document) = self.documents.get(other_path) else {
                continue;
            };
            let mut children = document.root_element().children();
            let same = |child: &Element<'_>| {
                kinds.iter().any(|kind| is(*child, kind)) && child.attribute("name") == Some(name)
            };
            if let Some(other) = children.find(same) {
                let origin = self.value_origin(path, node, None, "name");
                let finding = Finding::new(
                    Code::XsdTwice,
                    &origin,
                    format!("the {space} `{name}` is declared in an included file too"),
                );
                findings.push(finding.note(
                    &self.value_origin(other_path, other, None, "name"),
                    "the other one",
                ));
            }
        }
    }

    /// The children of XML Schema that are allowed; all else is a finding.
    pub(super) fn children<'n>(
        &self,
        path: &str,
        node: Element<'n>,
        allowed: &[&str],
        findings: &mut Findings,
    ) -> Vec<Element<'n>> {
        let mut found = Vec::new();
        for child in node.children() {
            if child.is_text() {
                if let Some(text) = child.text().filter(|text| !text.trim().is_empty()) {
                    let message = format!("unexpected text `{}`", text.trim());
                    let file = self.file(path);
                    let start = child.range().start + (text.len() - text.trim_start().len());
                    let origin = file
                        .map(|file| Origin::new(file, start, start + text.trim().len()))
                        .unwrap_or_default();
                    findings.report(Code::XsdSyntax, &origin, message);
                }
            } else if child.is_element() {
                let name = child.tag_name().name();
                if child.tag_name().namespace() == Some(XS) && allowed.contains(&name) {
                    found.push(child);
                } else {
                    let message =
                        format!("`{name}` is not supported in `{}`", node.tag_name().name());
                    let finding =
                        Finding::new(Code::XsdUnsupported, &self.origin(path, child), message);
                    findings.push(finding.suggest_or(name, allowed, "it may hold"));
                }
            }
        }
        found
    }

    /// Checks that an element has only these attributes and Lavka's.
    pub(super) fn attributes(
        &self,
        path: &str,
        node: Element<'_>,
        allowed: &[&str],
        findings: &mut Findings,
    ) {
        for attribute in node.attributes() {
            let name = attribute.name();
            let origin = || {
                let range = attribute.range_qname();
                self.file(path)
                    .map(|file| Origin::new(file, range.start, range.end))
                    .unwrap_or_default()
            };
            match attribute.namespace() {
                None if !allowed.contains(&name) => {
                    let message = format!(
                        "the attribute `{name}` of `{}` is not supported",
                        node.tag_name().name()
                    );
                    let finding = Finding::new(Code::XsdUnsupported, &origin(), message);
                    findings.push(finding.suggest(name, allowed.iter().copied()));
                }
                Some(LAVKA) if !json::EXTENSIONS.iter().any(|(known, _)| *known == name) => {
                    let known = json::EXTENSIONS.iter().map(|(known, _)| *known);
                    let mut finding = Finding::new(
                        Code::XsdUnsupported,
                        &origin(),
                        format!("unknown attribute `lavka:{name}`"),
                    );
                    if let Some(meant) = nearest(name, known) {
                        finding = finding.help(format!("did you mean `lavka:{meant}`?"));
                    }
                    findings.push(finding);
                }
                _ => {}
            }
        }
    }

    /// Checks an annotation.
    pub(super) fn annotation(&self, path: &str, node: Element<'_>, findings: &mut Findings) {
        for child in node.children().filter(roxmltree::Node::is_element) {
            if !is(child, "documentation") {
                let message = format!("`{}` in an annotation is not read", child.tag_name().name());
                let finding =
                    Finding::new(Code::XsdUnsupported, &self.origin(path, child), message);
                findings
                    .push(finding.help("use `xs:documentation`, or attributes of `urn:lavka:xsd`"));
            }
        }
    }
}
