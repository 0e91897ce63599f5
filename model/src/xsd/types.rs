//! Complex types: structs, wrapped lists, scalars with attributes, markup.

use super::class::Class;
use super::json::Schema;
use super::{Element, Reader, is};
use crate::diag::{Code, Finding, Findings};

/// Deepest nesting of types without names.
const MAX_DEPTH: usize = 32;

impl Reader<'_> {
    /// A global type as a component.
    pub(super) fn type_component(
        &self,
        path: &str,
        node: Element<'_>,
        findings: &mut Findings,
    ) -> Schema {
        let mut made = if is(node, "simpleType") {
            self.simple(path, node, 0, findings)
        } else {
            self.complex(path, node, findings)
        };
        made.docs(self, path, node, findings);
        made
    }

    /// A complex type.
    pub(super) fn complex(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let known = ["name", "mixed", "abstract", "block", "final"];
        self.attributes(path, node, &known, findings);
        let origin = self.origin(path, node);
        let mut open = self.open.borrow_mut();
        if open.contains(&node.id()) || open.len() >= MAX_DEPTH {
            let message = if open.len() >= MAX_DEPTH {
                format!("types are nested deeper than {MAX_DEPTH} levels")
            } else {
                "a list contains only itself".to_owned()
            };
            findings.push(
                Finding::new(Code::XsdUnsupported, &origin, message)
                    .help("recursion goes through a named type with elements of its own"),
            );
            return Schema::scalar("string", None, origin);
        }
        open.push(node.id());
        drop(open);
        let class = self.class(path, node);
        let mut made = match class {
            Class::Scalar => self.scalar_content(path, node, findings),
            Class::Markup => self.markup(path, node, findings),
            Class::List => self.list(path, node, findings),
            Class::Struct => self.structure(path, node, findings),
        };
        if class != Class::Struct {
            if self.has_nil(node) {
                made.flag("nullable", &origin);
            }
            made.extensions(self, path, node, findings);
        }
        self.open.borrow_mut().pop();
        made
    }

    /// Text with `type` and `nil`.
    fn scalar_content(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let origin = self.origin(path, node);
        let Some(extension) = self.extension(path, node, findings) else {
            return Schema::scalar("string", None, origin);
        };
        let base = self.value_origin(path, extension, None, "base");
        let name = extension.attribute("base").unwrap_or("");
        let mut made = self
            .named_scalar(path, extension, name, &base, 0, findings)
            .unwrap_or_else(|| Schema::scalar("string", None, origin));
        for child in self.children(path, extension, &["annotation", "attribute"], findings) {
            if is(child, "annotation") {
                self.annotation(path, child, findings);
                continue;
            }
            if let Some(fixed) = self.known_attribute(path, child, findings) {
                made.text(
                    "x-type",
                    fixed,
                    &self.value_origin(path, child, None, "fixed"),
                );
            }
        }
        made
    }

    /// The extension in a type's simple content.
    fn extension<'n>(
        &self,
        path: &str,
        node: Element<'n>,
        findings: &mut Findings,
    ) -> Option<Element<'n>> {
        let mut found = None;
        for child in self.children(path, node, &["annotation", "simpleContent"], findings) {
            if is(child, "annotation") {
                self.annotation(path, child, findings);
                continue;
            }
            for inner in self.children(path, child, &["annotation", "extension"], findings) {
                if is(inner, "extension") {
                    self.attributes(path, inner, &["base"], findings);
                    found = Some(inner);
                }
            }
        }
        found
    }

    /// Checks `type` and `nil`; gives the fixed value of `type`.
    fn known_attribute<'n>(
        &self,
        path: &str,
        node: Element<'n>,
        findings: &mut Findings,
    ) -> Option<&'n str> {
        self.attributes(path, node, &["name", "type", "fixed", "use"], findings);
        let fixed = node.attribute("fixed");
        match node.attribute("name") {
            Some("type") if fixed.is_none() => {
                let origin = self.origin(path, node);
                let finding = Finding::new(
                    Code::XsdUnsupported,
                    &origin,
                    "the attribute `type` has no `fixed` value",
                );
                findings.push(finding.help("it is the value that is written"));
                None
            }
            Some("type") => fixed,
            _ => None,
        }
    }

    /// Inner source, verbatim.
    fn markup(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let mut attributes = node.descendants().filter(|child| {
            let lost = is(*child, "attribute") || is(*child, "attributeGroup");
            let own = child.ancestors().find(|outer| is(*outer, "complexType")) == Some(node);
            lost && own && child.attribute("name") != Some("nil")
        });
        if let Some(lost) = attributes.next() {
            let message = "attributes of text with elements in it are passed over in replies and cannot be sent";
            findings.report(Code::XsdUnsupported, &self.origin(path, lost), message);
        }
        Schema::scalar("string", None, self.origin(path, node))
    }

    /// The sequences and the attributes of a type that has nothing else.
    fn sequences<'a>(
        &self,
        path: &str,
        node: Element<'a>,
        findings: &mut Findings,
    ) -> (Vec<Element<'a>>, Vec<Element<'a>>) {
        let (mut sequences, mut attributes) = (Vec::new(), Vec::new());
        let allowed = ["annotation", "sequence", "attribute"];
        for child in self.children(path, node, &allowed, findings) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                "attribute" => {
                    self.known_attribute(path, child, findings);
                    attributes.push(child);
                }
                _ => sequences.push(child),
            }
        }
        (sequences, attributes)
    }

    /// A wrapped list.
    fn list(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let origin = self.origin(path, node);
        let mut items: Vec<Element<'_>> = Vec::new();
        let mut made = Schema::new(origin.clone());
        made.text("type", "array", &origin);
        made.put(
            "items",
            Schema::scalar("string", None, origin.clone()).into_node(),
            &origin,
        );
        made.annotate(&[("wrapped", "true")], origin.clone());
        made.text("x-type", "array", &origin);
        let (sequences, attributes) = self.sequences(path, node, findings);
        for attribute in attributes {
            if !matches!(attribute.attribute("name"), Some("type" | "nil")) {
                let finding = Finding::new(
                    Code::XsdUnsupported,
                    &self.origin(path, attribute),
                    "a list has other attributes",
                );
                findings.push(finding.help("a list has `type` and `nil` only"));
            }
        }
        for sequence in sequences {
            self.attributes(path, sequence, &[], findings);
            items.extend(self.children(path, sequence, &["element"], findings));
        }
        let [item] = items.as_slice() else {
            findings.push(
                Finding::new(Code::XsdUnsupported, &origin, "a list does not hold exactly one repeated element")
                    .help("`type` fixed to \"array\" requires a sequence of one element with maxOccurs=\"unbounded\""),
            );
            return made;
        };
        let property = self.element(path, *item, findings);
        let Some(repeated) = property.schema.get("items").cloned() else {
            let finding = Finding::new(
                Code::XsdUnsupported,
                &self.origin(path, *item),
                "the element of a list is not repeated",
            );
            findings.push(finding.help("add maxOccurs=\"unbounded\""));
            return made;
        };
        made.put("items", repeated, &origin);
        if let Some(limit) = property.schema.get("maxItems").cloned() {
            made.put("maxItems", limit, &origin);
        }
        made
    }
}
