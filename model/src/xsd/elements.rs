//! Elements: global ones, and those of complex types.

use super::class::Class;
use super::content::Place;
use super::json::Schema;
use super::{Element, Reader, TYPES, builtin, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::{Node, Origin, Value};

/// An element as a property.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: Schema,
    pub(super) required: bool,
    /// Whether it must be there where its branch of a choice is taken.
    pub(super) needed: bool,
}

/// A property, and where its name is.
pub(super) type Named = (Origin, Property);

impl Reader<'_> {
    /// A global element.
    pub(super) fn element(
        &self,
        path: &str,
        node: Element<'_>,
        findings: &mut Findings,
    ) -> Property {
        self.element_in(path, node, Place::default(), findings)
    }

    /// An element: its name, its schema, whether it must be there.
    pub(super) fn element_in(
        &self,
        path: &str,
        node: Element<'_>,
        place: Place,
        findings: &mut Findings,
    ) -> Property {
        let global = node
            .parent_element()
            .is_some_and(|parent| super::is(parent, "schema"));
        let allowed: &[&str] = match global {
            true => GLOBAL,
            false => LOCAL,
        };
        self.attributes(path, node, allowed, findings);
        let occurs = self.occurs(path, node, findings);
        let (declared_path, declared) = self.declaration(path, node, findings);
        let name = declared
            .attribute("name")
            .or(node.attribute("ref").map(local));
        let name = name.unwrap_or_default().to_owned();
        if name.is_empty() {
            let finding = Finding::new(
                Code::XsdSyntax,
                &self.origin(path, node),
                "an element has neither `name` nor `ref`",
            );
            findings.push(finding);
        }
        // The type inside of a global element is a component of that element's name. Those that replace another are global, too.
        let inner = (declared != node || (global && place.within))
            && declared
                .children()
                .any(|child| super::is(child, "complexType"));
        let mut schema = if inner {
            Schema::reference_to(&format!("/{name}"), self.origin(path, node))
        } else {
            self.content(declared_path, declared, findings)
        };
        self.annotate(declared_path, declared, &name, &mut schema);
        if declared != node {
            schema.docs(self, declared_path, declared, findings);
        }
        let many = match place.repeated {
            true => Some(None),
            false => occurs.many,
        };
        if place.all && many.is_some() {
            let finding = Finding::new(
                Code::XsdSyntax,
                &self.value_origin(path, node, None, "maxOccurs"),
                "an element of `xs:all` occurs at most once",
            );
            findings.push(finding.help("use a list type, or `xs:sequence`"));
        }
        if let Some(limit) = many {
            schema = schema.repeated(&name, limit, self.origin(path, node));
            if let Some(least) = occurs.least.filter(|_| !place.repeated) {
                let at = self.value_origin(path, node, None, "minOccurs");
                schema.set("minItems", Value::Number(least.into()), &at);
            }
        }
        schema.docs(self, path, node, findings);
        Property {
            name,
            schema,
            required: !(occurs.optional || place.optional),
            needed: !(occurs.optional || place.elective),
        }
    }

    /// Where an element is declared: elsewhere, if it is a reference.
    fn declaration<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        findings: &mut Findings,
    ) -> (&'n str, Element<'n>) {
        let Some(name) = node.attribute("ref") else {
            return (path, node);
        };
        self.named(path, node, &["element"], name)
            .unwrap_or_else(|| {
                let at = self.value_origin(path, node, None, "ref");
                self.unresolved(path, "element", name, &at, findings);
                (path, node)
            })
    }

    /// What a declaration says beside the type: name and namespace in XML, null, the default.
    fn annotate(
        &self,
        declared_path: &str,
        declared: Element<'_>,
        name: &str,
        schema: &mut Schema,
    ) {
        let mut keys = self.namespace(declared_path, declared, false);
        if schema.get("allOf").is_some() || schema.get("xml").is_some() || !keys.is_empty() {
            // The type's own name is that of its global element; here it has another, and maybe no namespace.
            if keys.is_empty() && self.has_namespaces() {
                keys.push(("namespace", ""));
            }
            keys.push(("name", name));
            schema.annotate(&keys, self.origin(declared_path, declared));
        }
        if declared.attribute("nillable") == Some("true") {
            let at = self.value_origin(declared_path, declared, None, "nillable");
            schema.flag("nullable", &at);
        }
        if let Some(fixed) = declared.attribute("fixed")
            && schema.get("type").is_some()
        {
            let at = self.value_origin(declared_path, declared, None, "fixed");
            let value = Node::new(schema.typed(fixed), at.clone());
            schema.set("enum", Value::Array(vec![value]), &at);
        } else if let Some(default) = declared.attribute("default")
            && schema.get("type").is_some()
        {
            let at = self.value_origin(declared_path, declared, None, "default");
            let value = schema.typed(default);
            schema.set("default", value, &at);
        }
    }

    /// The schema of what an element holds.
    fn content(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let origin = self.origin(path, node);
        let mut inner = None;
        for child in self.children(
            path,
            node,
            &[
                "annotation",
                "complexType",
                "simpleType",
                "key",
                "keyref",
                "unique",
            ],
            findings,
        ) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                // They are about the values of a document, not about types.
                "key" | "keyref" | "unique" => {}
                _ => inner = Some(child),
            }
        }
        let Some(name) = node.attribute("type") else {
            let Some(inner) = inner else {
                findings.push(
                    Finding::new(Code::XsdSyntax, &origin, "an element has no type")
                        .help("give it a `type`, or a `complexType` or `simpleType` inside"),
                );
                return Schema::new(origin);
            };
            return if super::is(inner, "simpleType") {
                self.simple(path, inner, 0, findings)
            } else {
                self.complex(path, inner, findings)
            };
        };
        if let Some(inner) = inner {
            let message = "an element has both a `type` and a type inside";
            findings.report(Code::XsdSyntax, &self.origin(path, inner), message);
        }
        let type_origin = self.value_origin(path, node, None, "type");
        self.use_of(path, node, name, &type_origin, findings)
    }

    /// A use of a named type: scalars and lists stand for themselves, structs and enums are referred to.
    pub(super) fn use_of(
        &self,
        path: &str,
        at: Element<'_>,
        name: &str,
        origin: &Origin,
        findings: &mut Findings,
    ) -> Schema {
        if builtin(at, name) == Some("anyType") {
            return Schema::new(origin.clone());
        }
        if builtin(at, name).is_none() {
            let Some((found_path, found)) = self.named(path, at, TYPES, name) else {
                self.unresolved(path, "type", name, origin, findings);
                return Schema::scalar("string", None, origin.clone());
            };
            if super::is(found, "complexType") {
                if self.class(found_path, found) != Class::Struct {
                    return self.complex(found_path, found, findings);
                }
                let pointer = self.pointer(path, found_path, local(name));
                let mut made = Schema::reference_to(&pointer, origin.clone());
                if self.has_nil(found) {
                    made.flag("nullable", origin);
                }
                return made;
            }
            let values = found
                .descendants()
                .any(|child| super::is(child, "enumeration"));
            if values {
                let pointer = self.pointer(path, found_path, local(name));
                return Schema::reference_to(&pointer, origin.clone());
            }
        }
        self.named_scalar(path, at, name, origin, 0, findings)
            .unwrap_or_else(|| Schema::scalar("string", None, origin.clone()))
    }
}

/// The attributes of a global element.
const GLOBAL: &[&str] = &[
    "name",
    "type",
    "nillable",
    "default",
    "fixed",
    "abstract",
    "substitutionGroup",
    "block",
    "final",
];
/// The attributes of an element of a type.
const LOCAL: &[&str] = &[
    "name",
    "type",
    "ref",
    "minOccurs",
    "maxOccurs",
    "nillable",
    "default",
    "fixed",
    "form",
    "block",
];
