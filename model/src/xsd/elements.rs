//! Elements: global ones, and those of complex types.

use super::class::Class;
use super::json::Schema;
use super::{Element, Reader, builtin, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::Value;

/// An element as a property.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: Schema,
    pub(super) required: bool,
}

/// How often an element may occur.
struct Occurs {
    optional: bool,
    /// `None`: once. `Some(None)`: without limit.
    many: Option<Option<u64>>,
}

impl Reader<'_> {
    /// An element: its name, its schema, whether it must be there.
    pub(super) fn element(
        &self,
        path: &str,
        node: Element<'_>,
        findings: &mut Findings,
    ) -> Property {
        let global = node
            .parent_element()
            .is_some_and(|parent| super::is(parent, "schema"));
        let allowed: &[&str] = if global {
            &["name", "type"]
        } else {
            &["name", "type", "ref", "minOccurs", "maxOccurs"]
        };
        self.attributes(path, node, allowed, findings);
        let occurs = self.occurs(path, node, findings);
        let mut at = (path, node);
        if let Some(name) = node.attribute("ref") {
            match self.global(path, &["element"], local(name)) {
                Some(found) => at = found,
                None => self.unresolved(
                    path,
                    "element",
                    name,
                    &self.value_origin(path, node, None, "ref"),
                    findings,
                ),
            }
        }
        let (declared_path, declared) = at;
        let name = declared.attribute("name").unwrap_or_default().to_owned();
        if name.is_empty() {
            let finding = Finding::new(
                Code::XsdSyntax,
                &self.origin(path, node),
                "an element has neither `name` nor `ref`",
            );
            findings.push(finding);
        }
        // The type inside of a global element is a component of that element's name.
        let inner = declared != node
            && declared
                .children()
                .any(|child| super::is(child, "complexType"));
        let mut schema = if inner {
            Schema::reference_to(&format!("/{name}"), self.origin(path, node))
        } else {
            self.content(declared_path, declared, findings)
        };
        if schema.get("allOf").is_some() || schema.get("xml").is_some() {
            // The type's own name is that of its global element; here it has another.
            schema.annotate(&[("name", &name)], self.origin(declared_path, declared));
        }
        if declared != node {
            schema.docs(self, declared_path, declared, findings);
        }
        if let Some(limit) = occurs.many {
            schema = self.repeated(path, node, &name, schema, limit);
        }
        schema.docs(self, path, node, findings);
        Property {
            name,
            schema,
            required: !occurs.optional,
        }
    }

    /// The schema of what an element holds.
    fn content(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Schema {
        let origin = self.origin(path, node);
        let mut inner = None;
        for child in self.children(
            path,
            node,
            &["annotation", "complexType", "simpleType"],
            findings,
        ) {
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                _ => inner = Some(child),
            }
        }
        let Some(name) = node.attribute("type") else {
            let Some(inner) = inner else {
                findings.push(
                    Finding::new(Code::XsdSyntax, &origin, "an element has no type")
                        .help("give it a `type`, or a `complexType` or `simpleType` inside"),
                );
                return Schema::scalar("string", None, origin);
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
        origin: &crate::source::Origin,
        findings: &mut Findings,
    ) -> Schema {
        if builtin(at, name).is_none() {
            if let Some((found_path, found)) = self.global(path, &["complexType"], local(name)) {
                return match self.class(found) {
                    Class::Struct => {
                        let mut made = Schema::reference(local(name), origin.clone());
                        if self.has_nil(found) {
                            made.flag("nullable", origin);
                        }
                        made
                    }
                    _ => self.complex(found_path, found, findings),
                };
            }
            if let Some((_, found)) = self.global(path, &["simpleType"], local(name)) {
                let values = found
                    .descendants()
                    .any(|child| super::is(child, "enumeration"));
                if values {
                    return Schema::reference(local(name), origin.clone());
                }
            } else {
                self.unresolved(path, "type", name, origin, findings);
                return Schema::scalar("string", None, origin.clone());
            }
        }
        self.named_scalar(path, at, name, origin, 0, findings)
            .unwrap_or_else(|| Schema::scalar("string", None, origin.clone()))
    }

    /// A list that is not wrapped.
    fn repeated(
        &self,
        path: &str,
        node: Element<'_>,
        name: &str,
        mut item: Schema,
        limit: Option<u64>,
    ) -> Schema {
        let origin = self.origin(path, node);
        item.annotate(&[("name", name)], origin.clone());
        let mut list = Schema::new(origin.clone());
        list.text("type", "array", &origin);
        list.put("items", item.into_node(), &origin);
        if let Some(limit) = limit {
            list.set("maxItems", Value::Number(limit.into()), &origin);
        }
        list
    }

    fn occurs(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Occurs {
        let optional = match node.attribute("minOccurs") {
            None | Some("1") => false,
            Some("0") => true,
            Some(_) => {
                let origin = self.value_origin(path, node, None, "minOccurs");
                findings.report(
                    Code::XsdUnsupported,
                    &origin,
                    "`minOccurs` is neither 0 nor 1",
                );
                false
            }
        };
        let many = match node.attribute("maxOccurs") {
            None | Some("1") => None,
            Some("unbounded") => Some(None),
            Some(text) => match text.parse::<u64>() {
                Ok(limit) if limit > 1 => Some(Some(limit)),
                _ => {
                    let origin = self.value_origin(path, node, None, "maxOccurs");
                    let finding = Finding::new(
                        Code::XsdUnsupported,
                        &origin,
                        "`maxOccurs` is not a count above 0 and not `unbounded`",
                    );
                    findings.push(finding);
                    None
                }
            },
        };
        Occurs { optional, many }
    }
}
