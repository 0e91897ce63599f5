//! Attributes of complex types.

use super::content::MAX_GROUPS;
use super::elements::{Named, Property};
use super::json::Schema;
use super::{Element, Reader, is, local};
use crate::diag::{Code, Findings};
use crate::source::{Node, Value};

/// What may declare attributes, beside `annotation`.
pub(super) const ATTRIBUTES: [&str; 3] = ["attribute", "attributeGroup", "anyAttribute"];

impl Reader<'_> {
    /// A declaration of attributes as properties.
    pub(super) fn attribute_properties<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        depth: u8,
        out: &mut Vec<Named>,
        findings: &mut Findings,
    ) {
        match node.tag_name().name() {
            "attribute" => {
                let made = self.attribute_property(path, node, findings);
                let at = self.value_origin(path, node, None, "name");
                out.extend(made.map(|made| (at, made)));
            }
            "attributeGroup" => self.attribute_group(path, node, depth, out, findings),
            _ => self.any(path, node, "attributes", findings),
        }
    }

    fn attribute_group<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        depth: u8,
        out: &mut Vec<Named>,
        findings: &mut Findings,
    ) {
        self.attributes(path, node, &["ref"], findings);
        let at = self.value_origin(path, node, None, "ref");
        let name = node.attribute("ref").unwrap_or_default();
        let Some((path, found)) = self.named(path, node, &["attributeGroup"], name) else {
            self.unresolved(path, "attributeGroup", name, &at, findings);
            return;
        };
        if depth >= MAX_GROUPS {
            let message = format!("the group `{name}` contains itself");
            findings.report(Code::XsdUnresolved, &at, message);
            return;
        }
        self.attributes(path, found, &["name"], findings);
        let mut allowed = vec!["annotation"];
        allowed.extend(ATTRIBUTES);
        for child in self.children(path, found, &allowed, findings) {
            match is(child, "annotation") {
                true => self.annotation(path, child, findings),
                false => self.attribute_properties(path, child, depth + 1, out, findings),
            }
        }
    }

    /// An attribute as a property. `nil` is none: it says that the whole element may be null.
    fn attribute_property(
        &self,
        path: &str,
        node: Element<'_>,
        findings: &mut Findings,
    ) -> Option<Property> {
        let known = ["name", "ref", "type", "fixed", "default", "use", "form"];
        self.attributes(path, node, &known, findings);
        let required = match node.attribute("use") {
            None | Some("optional") => false,
            Some("required") => true,
            Some("prohibited") => return None,
            Some(_) => {
                let at = self.value_origin(path, node, None, "use");
                findings.report(
                    Code::XsdUnsupported,
                    &at,
                    "`use` is neither `optional`, `required` nor `prohibited`",
                );
                false
            }
        };
        let (declared_path, declared) = match node.attribute("ref") {
            Some(name) if Self::is_of_xml(node, name) => {
                return Some(self.xml_attribute(path, node, local(name), required, findings));
            }
            Some(name) => {
                let found = self.named(path, node, &["attribute"], name);
                if found.is_none() {
                    let at = self.value_origin(path, node, None, "ref");
                    self.unresolved(path, "attribute", name, &at, findings);
                }
                found?
            }
            None => (path, node),
        };
        let origin = self.origin(path, node);
        let Some(name) = declared.attribute("name") else {
            findings.report(Code::XsdSyntax, &origin, "an attribute has no name");
            return None;
        };
        if name == "nil" {
            return None;
        }
        let mut schema = self.attribute_type(declared_path, declared, findings);
        if let Some(fixed) = declared.attribute("fixed").or(node.attribute("fixed")) {
            let at = self.value_origin(path, node, None, "fixed");
            let value = Node::new(schema.typed(fixed), at.clone());
            schema.set("enum", Value::Array(vec![value]), &at);
        } else if let Some(default) = node.attribute("default") {
            let at = self.value_origin(path, node, None, "default");
            let value = schema.typed(default);
            schema.set("default", value, &at);
        }
        let mut keys = vec![("name", name), ("attribute", "true")];
        keys.extend(self.namespace(declared_path, declared, false));
        schema.annotate(&keys, origin);
        schema.docs(self, declared_path, declared, findings);
        Some(Property {
            name: name.to_owned(),
            schema,
            required,
            needed: required,
        })
    }

    /// `xml:lang` and its like.
    fn xml_attribute(
        &self,
        path: &str,
        node: Element<'_>,
        name: &str,
        required: bool,
        findings: &mut Findings,
    ) -> Property {
        let origin = self.origin(path, node);
        let mut schema = Schema::scalar("string", None, origin.clone());
        let keys = [
            ("name", name),
            ("attribute", "true"),
            ("namespace", super::XML),
            ("prefix", "xml"),
        ];
        schema.annotate(&keys, origin);
        schema.docs(self, path, node, findings);
        Property {
            name: name.to_owned(),
            schema,
            required,
            needed: required,
        }
    }

    fn attribute_type(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let mut inner = None;
        for child in self.children(path, node, &["annotation", "simpleType"], findings) {
            match is(child, "annotation") {
                true => self.annotation(path, child, findings),
                false => inner = Some(child),
            }
        }
        let at = self.value_origin(path, node, None, "type");
        match (node.attribute("type"), inner) {
            // A fixed value is not one of an enum.
            (Some(kind), _) if node.attribute("fixed").is_some() => self
                .named_scalar(path, node, kind, &at, 0, findings)
                .unwrap_or_else(|| Schema::scalar("string", None, at)),
            (Some(kind), _) => self.use_of(path, node, kind, &at, findings),
            (None, Some(inner)) => self.simple(path, inner, 0, findings),
            (None, None) => Schema::scalar("string", None, at),
        }
    }
}
