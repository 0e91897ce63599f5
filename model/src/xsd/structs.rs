//! Objects: elements, attributes and text of complex types, and types that extend others.

use std::collections::HashSet;
use std::ops::Range;

use indexmap::IndexMap;

use super::attributes::ATTRIBUTES;
use super::class::{Class, complex_content};
use super::content::{Content, MAX_GROUPS, Particle, Place};
use super::elements::{Named, Property};
use super::json::Schema;
use super::{Element, Reader, builtin, facts, is, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::{Member, Node, Object, Origin, Value};

/// What a type, an extension or a restriction may hold.
const PARTS: [&str; 9] = [
    "annotation",
    "all",
    "sequence",
    "choice",
    "group",
    "attribute",
    "attributeGroup",
    "anyAttribute",
    "assert",
];

/// What a type is made of.
#[derive(Default)]
struct Parts<'n> {
    /// The type that it extends.
    base: Option<(String, Origin)>,
    content: Content<'n>,
    /// The text of the element.
    text: Option<Named>,
    attributes: Vec<Named>,
    /// Attributes of the type that it restricts.
    inherited: Vec<Named>,
    has_own: bool,
}

impl Reader<'_> {
    /// An object.
    pub(super) fn structure(
        &self,
        path: &str,
        node: Element<'_>,
        findings: &mut Findings,
    ) -> Schema {
        let origin = self.origin(path, node);
        if node.attribute("mixed") == Some("true") {
            let message = "text between the elements is passed over in replies and cannot be sent";
            findings.warn(Code::XsdUnsupported, &origin, message);
        }
        let mut parts = Parts::default();
        let mut allowed = vec!["simpleContent", "complexContent"];
        allowed.extend(PARTS);
        for child in self.children(path, node, &allowed, findings) {
            match child.tag_name().name() {
                "simpleContent" => self.simple_content(path, child, &mut parts, findings),
                "complexContent" => self.complex_content(path, child, &mut parts, findings),
                _ => self.part(path, child, &mut parts, findings),
            }
        }
        let base = parts.base.take();
        let has_own = parts.has_own;
        let own = self.object(&origin, parts, findings);
        let Some((base, at)) = base else {
            return own;
        };
        let mut all = vec![Schema::target(&base, at)];
        if has_own {
            all.push(own.into_node());
        }
        let mut made = Schema::new(origin.clone());
        made.set("allOf", Value::Array(all), &origin);
        made
    }

    /// A group of elements or a declaration of attributes.
    fn part<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        parts: &mut Parts<'n>,
        findings: &mut Findings,
    ) {
        let name = node.tag_name().name();
        if name == "annotation" {
            self.annotation(path, node, findings);
        } else if name == "assert" {
            // It is about the values of a document, not about types.
        } else if ATTRIBUTES.contains(&name) {
            self.attribute_properties(path, node, 0, &mut parts.attributes, findings);
            parts.has_own = true;
        } else {
            let place = Place::default();
            self.particles(path, node, place, &mut parts.content, findings);
            parts.has_own = true;
        }
    }

    /// The extension or restriction in a type's content.
    fn derivations<'n>(
        &self,
        path: &str,
        content: Element<'n>,
        findings: &mut Findings,
    ) -> Vec<Element<'n>> {
        let allowed = ["annotation", "extension", "restriction"];
        let mut found = self.children(path, content, &allowed, findings);
        found.retain(|child| match is(*child, "annotation") {
            true => {
                self.annotation(path, *child, findings);
                false
            }
            false => {
                self.attributes(path, *child, &["base"], findings);
                true
            }
        });
        found
    }

    /// What a type adds to another, or leaves of it.
    fn complex_content<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        parts: &mut Parts<'n>,
        findings: &mut Findings,
    ) {
        self.attributes(path, node, &["mixed"], findings);
        for derivation in self.derivations(path, node, findings) {
            let name = derivation.attribute("base").unwrap_or_default();
            let at = self.value_origin(path, derivation, None, "base");
            match self.base(path, derivation) {
                _ if builtin(derivation, name).is_some() => {}
                None => self.unresolved(path, "complexType", name, &at, findings),
                Some((found_path, found)) if is(derivation, "extension") => {
                    match self.class(found_path, found) {
                        Class::Struct => {
                            let pointer = self.pointer(path, found_path, local(name));
                            parts.base = Some((pointer, at));
                        }
                        _ => findings.report(
                            Code::XsdUnsupported,
                            &at,
                            "a type that is not a struct is extended by elements",
                        ),
                    }
                }
                // A restriction repeats the elements that it leaves, and inherits the attributes.
                Some((found_path, found)) => {
                    self.inherited_attributes(found_path, found, 0, parts, findings);
                }
            }
            for child in self.children(path, derivation, &PARTS, findings) {
                self.part(path, child, parts, findings);
            }
        }
    }

    fn inherited_attributes<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        depth: u8,
        parts: &mut Parts<'n>,
        findings: &mut Findings,
    ) {
        let derivation = complex_content(node);
        if let Some(derivation) = derivation
            && let Some((base_path, base)) = self.base(path, derivation)
            && depth < MAX_GROUPS
        {
            self.inherited_attributes(base_path, base, depth + 1, parts, findings);
        }
        for child in derivation.unwrap_or(node).children() {
            if child.is_element() && ATTRIBUTES.contains(&child.tag_name().name()) {
                self.attribute_properties(path, child, 0, &mut parts.inherited, findings);
            }
        }
    }

    /// Text, and attributes.
    fn simple_content<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        parts: &mut Parts<'n>,
        findings: &mut Findings,
    ) {
        for derivation in self.derivations(path, node, findings) {
            let at = self.value_origin(path, derivation, None, "base");
            let name = derivation.attribute("base").unwrap_or("");
            match self.base(path, derivation) {
                // The text and attributes of a type that has some already.
                Some((found_path, found)) if self.class(found_path, found) == Class::Struct => {
                    let pointer = self.pointer(path, found_path, local(name));
                    parts.base = Some((pointer, at));
                }
                Some((found_path, found)) => {
                    parts.text = Some(self.text(self.complex(found_path, found, findings), at));
                }
                None => {
                    let schema = self.named_scalar(path, derivation, name, &at, 0, findings);
                    parts.text = schema.map(|schema| self.text(schema, at));
                }
            }
            let facets = is(derivation, "restriction");
            for child in derivation.children().filter(roxmltree::Node::is_element) {
                let name = child.tag_name().name();
                if ATTRIBUTES.contains(&name) {
                    self.part(path, child, parts, findings);
                } else if is(child, "annotation") {
                    self.annotation(path, child, findings);
                } else if !facets {
                    let message = format!("`{name}` is not supported in `extension`");
                    findings.report(Code::XsdUnsupported, &self.origin(path, child), message);
                }
            }
        }
    }

    fn text(&self, mut schema: Schema, at: Origin) -> Named {
        schema.flag("x-text", &at);
        schema.text("x-rust-name", "text", &at);
        schema.text("description", "The element's text.", &at);
        let property = Property {
            name: "$text".to_owned(),
            schema,
            required: true,
            needed: true,
        };
        (at, property)
    }

    /// The schema of an object's own parts.
    fn object(&self, origin: &Origin, parts: Parts<'_>, findings: &mut Findings) -> Schema {
        let particles = &parts.content.particles;
        let mut members = Members {
            any_order: !particles.is_empty() && particles.iter().all(|one| one.place.all),
            ..Members::default()
        };
        let mut elements = Vec::new();
        for Particle { path, node, place } in parts.content.particles {
            let property = self.element_in(path, node, place, findings);
            elements.push((property.name.clone(), property.needed));
            let at = self.value_origin(path, node, None, "name");
            members.add_element(at, property, place, findings);
        }
        let choices = parts.content.choices.iter();
        members.choices = choices
            .filter_map(|choice| demands(choice, &elements))
            .collect();
        if let Some((at, property)) = parts.text {
            members.add(at, property);
        }
        // What a restriction declares again goes before what it inherits.
        let is_again = |other: &Named| {
            parts
                .attributes
                .iter()
                .any(|own| own.1.name == other.1.name)
        };
        let inherited = parts.inherited.into_iter().filter(|other| !is_again(other));
        let inherited: Vec<Named> = inherited.collect();
        for (at, property) in inherited.into_iter().chain(parts.attributes) {
            members.add_attribute(at, property, findings);
        }
        members.into_schema(origin)
    }
}

/// The properties of an object.
#[derive(Default)]
struct Members {
    /// With the place of each name.
    properties: IndexMap<String, (Origin, Schema)>,
    required: Vec<Node>,
    /// Which are in a choice.
    alternatives: HashSet<String>,
    /// What each branch of each choice requires.
    choices: Vec<Vec<Vec<String>>>,
    /// Whether the elements may come in any order.
    any_order: bool,
}

impl Members {
    fn add(&mut self, at: Origin, property: Property) {
        let Property {
            name,
            schema,
            required,
            ..
        } = property;
        if required {
            self.required.push(Node::string(name.clone(), at.clone()));
        }
        self.properties.insert(name, (at, schema));
    }

    /// An element, whose name another one may have: in another branch of a choice, or again in a sequence.
    fn add_element(
        &mut self,
        at: Origin,
        property: Property,
        place: Place,
        findings: &mut Findings,
    ) {
        let Some((key, first)) = self.properties.get_mut(&property.name) else {
            if place.alternative {
                self.alternatives.insert(property.name.clone());
            }
            self.add(at, property);
            return;
        };
        let name = property.name;
        if kind(first) != kind(&property.schema) {
            findings.push(duplicate(&name, &at, key));
        } else if place.alternative && self.alternatives.contains(&name) {
            self.required.retain(|known| known.as_str() != Some(&name));
            if property.schema.is("array") {
                *first = property.schema;
            }
        } else if !first.is("array") {
            *first = first.clone().repeated(&name, None, at);
        }
    }

    /// An attribute, whose name an element may have too.
    fn add_attribute(&mut self, at: Origin, mut property: Property, findings: &mut Findings) {
        if let Some((key, first)) = self.properties.get(&property.name) {
            if first
                .get("xml")
                .is_some_and(|xml| xml.get("attribute").is_some())
            {
                findings.push(duplicate(&property.name, &at, key));
                return;
            }
            let name = heck::ToSnakeCase::to_snake_case(property.name.as_str());
            let name = format!("{name}_attribute");
            property.schema.text("x-rust-name", &name, &at);
            property.name.insert(0, '@');
        }
        self.add(at, property);
    }

    fn into_schema(self, origin: &Origin) -> Schema {
        let mut made = Schema::new(origin.clone());
        made.text("type", "object", origin);
        if self.any_order {
            made.text(facts::ORDER, "any", origin);
        }
        if !self.required.is_empty() {
            made.set("required", Value::Array(self.required), origin);
        }
        let mut properties = Object::new();
        for (name, (key, schema)) in self.properties {
            let node = schema.into_node();
            properties.insert(name, Member { key, node });
        }
        made.set("properties", properties.into(), origin);
        let choice = |branches: Vec<Vec<String>>| {
            let branch = |names: Vec<String>| {
                let names = names.into_iter();
                let names = names.map(|name| Node::string(name, origin.clone()));
                let mut made = Schema::new(origin.clone());
                made.set("required", Value::Array(names.collect()), origin);
                made.into_node()
            };
            Value::Array(branches.into_iter().map(branch).collect())
        };
        let mut choices = self.choices.into_iter().map(choice);
        match (choices.len(), choices.next()) {
            (1, Some(only)) => made.set("oneOf", only, origin),
            (_, Some(first)) => {
                let all = std::iter::once(first).chain(choices).map(|choice| {
                    let mut made = Schema::new(origin.clone());
                    made.set("oneOf", choice, origin);
                    made.into_node()
                });
                made.set("allOf", Value::Array(all.collect()), origin);
            }
            (_, None) => {}
        }
        made
    }
}

/// The elements that each branch of a choice requires. `None` where a branch requires none, or where one of them is elsewhere, too.
fn demands(branches: &[Range<usize>], elements: &[(String, bool)]) -> Option<Vec<Vec<String>>> {
    let (first, last) = (branches.first()?.start, branches.last()?.end);
    let (before, rest) = elements.split_at_checked(first)?;
    let (_, after) = rest.split_at_checked(last - first)?;
    let outside: HashSet<&str> = before
        .iter()
        .chain(after)
        .map(|(name, _)| name.as_str())
        .collect();
    let demand = |branch: &Range<usize>| {
        let needed = elements
            .get(branch.clone())?
            .iter()
            .filter(|(_, needed)| *needed);
        let names: Vec<String> = needed.map(|(name, _)| name.clone()).collect();
        let alone = names.iter().all(|name| !outside.contains(name.as_str()));
        (!names.is_empty() && alone).then_some(names)
    };
    let demands: Option<Vec<_>> = branches.iter().map(demand).collect();
    demands.filter(|demands| demands.len() > 1)
}

fn duplicate(name: &str, at: &Origin, first: &Origin) -> Finding {
    let message = format!("duplicate name `{name}` in this type");
    Finding::new(Code::XsdTwice, at, message).note(first, "first here")
}

/// Which type a schema's values have, one by one where it is a list: the one that it refers to, or its own.
fn kind(schema: &Schema) -> (Option<&str>, Option<&str>) {
    let item = schema.get("items");
    let get = |key: &str| match item {
        Some(item) => item.get(key),
        None => schema.get(key),
    };
    let all = get("allOf").and_then(Node::as_array);
    let target = all.and_then(|all| all.first()?.get("$ref")?.as_str());
    (target, get("type").and_then(Node::as_str))
}
