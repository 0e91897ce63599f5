//! Complex types: structs, wrapped lists, scalars with attributes, markup.

use super::class::Class;
use super::elements::Property;
use super::json::Schema;
use super::{Element, Reader, is};
use crate::diag::{Code, Finding, Findings};
use crate::source::{Member, Node, Object, Value};

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
        self.attributes(path, node, &["name", "mixed"], findings);
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
        let class = self.class(node);
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
        let origin = self.origin(path, node);
        let refuse = |at: Element<'_>, findings: &mut Findings| {
            findings.push(
                Finding::new(Code::XsdUnsupported, &self.origin(path, at), "mixed content other than markup is not supported")
                    .help("markup is `mixed=\"true\"` with a sequence of one unbounded `xs:any processContents=\"skip\"`"),
            );
        };
        if node.attribute("mixed") != Some("true") {
            refuse(node, findings);
        }
        let (sequences, attributes) = self.sequences(path, node, findings);
        for attribute in attributes {
            if attribute.attribute("name") != Some("nil") {
                refuse(attribute, findings);
            }
        }
        let mut any = false;
        for sequence in sequences {
            for inner in self.children(path, sequence, &["any"], findings) {
                self.attributes(
                    path,
                    inner,
                    &["processContents", "minOccurs", "maxOccurs", "namespace"],
                    findings,
                );
                any = inner.attribute("processContents") == Some("skip")
                    && inner.attribute("maxOccurs") == Some("unbounded");
            }
        }
        if !any {
            refuse(node, findings);
        }
        Schema::scalar("string", None, origin)
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

    /// An object.
    fn structure(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let origin = self.origin(path, node);
        let mut properties: Vec<(Element<'_>, Property)> = Vec::new();
        let allowed = [
            "annotation",
            "all",
            "sequence",
            "simpleContent",
            "attribute",
        ];
        for child in self.children(path, node, &allowed, findings) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                "attribute" => properties.extend(
                    self.attribute_property(path, child, findings)
                        .map(|made| (child, made)),
                ),
                "simpleContent" => self.text_properties(path, child, &mut properties, findings),
                group => {
                    self.attributes(path, child, &[], findings);
                    for element in self.children(path, child, &["annotation", "element"], findings)
                    {
                        if is(element, "annotation") {
                            self.annotation(path, element, findings);
                            continue;
                        }
                        if group == "all"
                            && element.attribute("maxOccurs").is_some_and(|max| max != "1")
                        {
                            let at = self.value_origin(path, element, None, "maxOccurs");
                            let finding = Finding::new(
                                Code::XsdSyntax,
                                &at,
                                "an element of `xs:all` occurs at most once",
                            );
                            findings.push(finding.help("use a list type, or `xs:sequence`"));
                        }
                        properties.push((element, self.element(path, element, findings)));
                    }
                }
            }
        }
        let mut made = Schema::new(origin.clone());
        made.text("type", "object", &origin);
        let mut members = Object::new();
        let mut required = Vec::new();
        for (element, property) in properties {
            let at = self.value_origin(path, element, None, "name");
            if let Some(first) = members.get(&property.name) {
                let Member { key, .. } = first;
                let message = format!("duplicate name `{}` in this type", property.name);
                findings.push(Finding::new(Code::XsdTwice, &at, message).note(key, "first here"));
                continue;
            }
            if property.required {
                required.push(Node::string(property.name.clone(), at.clone()));
            }
            members.insert(
                property.name,
                Member {
                    key: at,
                    node: property.schema.into_node(),
                },
            );
        }
        if !required.is_empty() {
            made.set("required", Value::Array(required), &origin);
        }
        made.set("properties", members.into(), &origin);
        made
    }

    /// An element's text and its attributes.
    fn text_properties<'n>(
        &self,
        path: &str,
        node: Element<'n>,
        properties: &mut Vec<(Element<'n>, Property)>,
        findings: &mut Findings,
    ) {
        for extension in self.children(path, node, &["annotation", "extension"], findings) {
            if is(extension, "annotation") {
                continue;
            }
            self.attributes(path, extension, &["base"], findings);
            let origin = self.value_origin(path, extension, None, "base");
            let name = extension.attribute("base").unwrap_or("");
            if let Some(mut schema) = self.named_scalar(path, extension, name, &origin, 0, findings)
            {
                schema.flag("x-text", &origin);
                schema.text("x-rust-name", "text", &origin);
                schema.text("description", "The element's text.", &origin);
                properties.push((
                    extension,
                    Property {
                        name: "$text".to_owned(),
                        schema,
                        required: true,
                    },
                ));
            }
            for child in self.children(path, extension, &["annotation", "attribute"], findings) {
                if is(child, "attribute") {
                    properties.extend(
                        self.attribute_property(path, child, findings)
                            .map(|made| (child, made)),
                    );
                }
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
        self.attributes(path, node, &["name", "type", "fixed", "use"], findings);
        let origin = self.origin(path, node);
        let Some(name) = node.attribute("name") else {
            findings.report(Code::XsdSyntax, &origin, "an attribute has no name");
            return None;
        };
        if name == "nil" {
            return None;
        }
        let required = match node.attribute("use") {
            None | Some("optional") => false,
            Some("required") => true,
            Some(_) => {
                let at = self.value_origin(path, node, None, "use");
                findings.report(
                    Code::XsdUnsupported,
                    &at,
                    "`use` is neither `optional` nor `required`",
                );
                false
            }
        };
        let mut schema = match (node.attribute("type"), node.attribute("fixed")) {
            (Some(kind), None) => {
                let at = self.value_origin(path, node, None, "type");
                self.use_of(path, node, kind, &at, findings)
            }
            (kind, Some(fixed)) => {
                let at = self.value_origin(path, node, None, "fixed");
                let mut schema = match kind {
                    Some(kind) => self
                        .named_scalar(path, node, kind, &at, 0, findings)
                        .unwrap_or_else(|| Schema::scalar("string", None, at.clone())),
                    None => Schema::scalar("string", None, at.clone()),
                };
                let value = schema.typed(fixed);
                schema.set(
                    "enum",
                    Value::Array(vec![Node::new(value, at.clone())]),
                    &at,
                );
                schema
            }
            (None, None) => {
                findings.report(
                    Code::XsdSyntax,
                    &origin,
                    "an attribute has neither `type` nor `fixed`",
                );
                Schema::scalar("string", None, origin.clone())
            }
        };
        schema.annotate(&[("name", name), ("attribute", "true")], origin);
        schema.docs(self, path, node, findings);
        Some(Property {
            name: name.to_owned(),
            schema,
            required,
        })
    }
}
