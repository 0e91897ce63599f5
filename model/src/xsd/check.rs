//! Whether schema files hold only what is read.

use std::collections::HashMap;

use super::{Element, LAVKA, Reader, TYPES, XS, is, json};
use crate::diag::{Code, Finding, Findings, nearest};
use crate::source::Origin;

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
    }

    fn check_file(&self, path: &str, root: Element<'_>, findings: &mut Findings) {
        let known = [
            "targetNamespace",
            "elementFormDefault",
            "attributeFormDefault",
            "blockDefault",
            "finalDefault",
            "version",
        ];
        self.attributes(path, root, &known, findings);
        let allowed = [
            "annotation",
            "include",
            "import",
            "element",
            "complexType",
            "simpleType",
            "group",
            "attributeGroup",
            "attribute",
            "notation",
        ];
        let mut names: HashMap<(&str, &str), Element<'_>> = HashMap::new();
        for child in self.children(path, root, &allowed, findings) {
            let kind = child.tag_name().name();
            match kind {
                "annotation" => self.annotation(path, child, findings),
                "include" => self.attributes(path, child, &["schemaLocation"], findings),
                "import" => {
                    self.attributes(path, child, &["schemaLocation", "namespace"], findings);
                }
                "notation" => {}
                _ => {
                    let Some(name) = child.attribute("name") else {
                        let message = format!("a global `{kind}` has no name");
                        findings.report(Code::XsdSyntax, &self.origin(path, child), message);
                        continue;
                    };
                    let space = match kind {
                        "complexType" | "simpleType" => "type",
                        other => other,
                    };
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
                    match kind {
                        "element" => drop(self.element(path, child, findings)),
                        "complexType" | "simpleType" => {
                            drop(self.type_component(path, child, findings));
                        }
                        // What holds them is checked where it is used.
                        _ => {}
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
        let kinds: &[&str] = match space {
            "type" => TYPES,
            ref space => std::slice::from_ref(space),
        };
        let target = |node: Element<'_>| {
            let schema = node.document().root_element();
            schema.attribute("targetNamespace").map(str::to_owned)
        };
        for other_path in self.scope(path).iter().filter(|other| **other != path) {
            if let Some((_, other)) = self.declared(other_path, kinds, name)
                && target(other) == target(node)
            {
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
                None if name != "id" && !allowed.contains(&name) => {
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
            // What is for other tools.
            if !is(child, "documentation") && !is(child, "appinfo") {
                let message = format!("`{}` in an annotation is not read", child.tag_name().name());
                let finding =
                    Finding::new(Code::XsdUnsupported, &self.origin(path, child), message);
                findings
                    .push(finding.help("use `xs:documentation`, or attributes of `urn:lavka:xsd`"));
            }
        }
    }
}
