//! Names in XML, from the `xml` object, properties' names and components' names.

use crate::diag::{Code, Cost, Finding};
use crate::media::{self, Media};
use crate::normalized::{MediaType, Operation, Schema, SchemaId, Type, XmlName, XmlNode, XmlShape};

use super::Normalizer;
use crate::source::Origin;

/// How deep lists in lists are looked at: lists may contain themselves.
const MOST_INNER: usize = 8;

impl Normalizer<'_> {
    /// Computes how each property appears in XML.
    pub(super) fn xml_shapes(&mut self) {
        for id in self.schemas.ids() {
            let shapes: Vec<XmlShape> = self.schemas[id]
                .properties
                .iter()
                .map(|(name, property)| self.shape(name, property.schema))
                .collect();
            let properties = self.schemas[id].properties.values_mut();
            for (property, shape) in properties.zip(shapes) {
                property.xml = shape;
            }
        }
    }

    /// Reports `xml` annotations that have no effect.
    pub(super) fn xml_checks(&mut self, rails: bool) {
        let mut found = Vec::new();
        let mut report = |origin: &Origin, message: &str, help: &str| {
            let finding = Finding::new(Code::XmlNoEffect, origin, message);
            found.push(finding.costs(Cost::Nothing).help(help));
        };
        for (_, schema) in self.schemas.iter() {
            if let Some(ty) = schema.lavka.xml_type.as_ref().filter(|_| !rails) {
                report(
                    &ty.origin,
                    "`x-type` has no effect outside of the dialect `rails`",
                    "add `x-xml-dialect: rails` to the document, or remove it",
                );
            }
            let Some(xml) = &schema.xml else { continue };
            if let (Some(prefix), None) = (&xml.prefix, &xml.namespace) {
                let message = "`prefix` without `namespace` has no effect";
                report(
                    &prefix.origin,
                    message,
                    "add the namespace's URI: readers compare that",
                );
            }
            let is_wrapped = xml.wrapped.as_ref().is_some_and(|flag| flag.value);
            match (is_list(schema), &xml.wrapped, &xml.name) {
                (false, Some(flag), _) if schema.types.single().is_some() => {
                    let message = match (xml.has_node_type, flag.value) {
                        (false, true) => "`wrapped` has no effect on a schema that is not an array",
                        (true, false) => "`nodeType: none` is supported for arrays only",
                        _ => continue,
                    };
                    let help = "remove it, or make the property an array";
                    report(&flag.origin, message, help);
                }
                // A component is the root of a body too, where its name counts.
                (true, _, Some(name)) if !is_wrapped && schema.component.is_none() => {
                    let message = "the name of an array that is not wrapped has no effect";
                    report(
                        &name.origin,
                        message,
                        "give `items` an `xml.name`, or add `wrapped: true`",
                    );
                }
                _ => {}
            }
        }
        self.findings.extend(found);
    }

    fn shape(&self, name: &str, id: SchemaId) -> XmlShape {
        let schema = &self.schemas[id];
        let flag =
            |pick: fn(&crate::normalized::Xml) -> bool| schema.xml.as_deref().is_some_and(pick);
        let mut shape = XmlShape {
            type_attribute: schema
                .lavka
                .xml_type
                .as_ref()
                .map(|word| word.value.clone()),
            ..XmlShape::default()
        };
        if is_list(schema) {
            let items = schema.items.map(|items| &self.schemas[items]);
            if is_wrapped(schema) {
                shape.name = name_of(schema, name);
                // Without a name of its own, an item is called like the list.
                let default = shape.name.local.clone();
                shape.item =
                    Some(items.map_or_else(|| local(&default), |items| name_of(items, &default)));
            } else {
                shape.name = items.map_or_else(|| local(name), |items| name_of(items, name));
            }
            shape.inner = self.inner(schema, shape.item.as_ref().unwrap_or(&shape.name));
        } else {
            shape.name = name_of(schema, name);
        }
        if flag(|xml| xml.attribute.as_ref().is_some_and(|flag| flag.value)) {
            shape.node = XmlNode::Attribute;
        }
        let marked = schema.lavka.xml_text.as_ref();
        if marked.is_some_and(|flag| flag.value)
            || flag(|xml| xml.text.as_ref().is_some_and(|flag| flag.value))
        {
            shape.node = XmlNode::Text;
        }
        shape
    }

    /// The names of the items of lists in a list, as long as each of those lists has an element of its own. `item`: the outer items' name.
    fn inner(&self, list: &Schema, item: &XmlName) -> Vec<XmlName> {
        let mut names = Vec::new();
        let (mut list, mut name) = (list, item.clone());
        while let Some(items) = list.items.map(|items| &self.schemas[items])
            && is_list(items)
            && is_wrapped(items)
            && names.len() < MOST_INNER
        {
            let of = items.items.map(|items| &self.schemas[items]);
            // Without a name of its own, an item is called like the list.
            name = of.map_or_else(|| local(&name.local), |of| name_of(of, &name.local));
            names.push(name.clone());
            list = items;
        }
        names
    }

    /// Computes the root elements of an operation's XML bodies. Whether there is any.
    pub(super) fn xml_bodies(&self, operation: &mut Operation) -> bool {
        let request = operation
            .request
            .iter_mut()
            .flat_map(|body| &mut body.content);
        let replies = operation
            .responses
            .iter_mut()
            .flat_map(|reply| &mut reply.content);
        let mut any = false;
        for body in request.chain(replies) {
            any |= media::media(&body.name) == Media::Xml;
            self.xml_body(body);
        }
        any
    }

    fn xml_body(&self, body: &mut MediaType) {
        if media::media(&body.name) != Media::Xml {
            return;
        }
        let Some(schema) = body.schema.map(|id| &self.schemas[id]) else {
            return;
        };
        let named = schema.xml.as_ref().is_some_and(|xml| xml.name.is_some());
        let default = match (&body.xml_root, &schema.component) {
            (Some(root), _) => Some(root.value.clone()),
            (None, _) if named => Some(String::new()),
            (None, component) => component.clone().or_else(|| self.alias_of(schema)),
        };
        let Some(default) = default else {
            // Items have a name without the list's: their own, or their component's.
            let items = schema.items.filter(|_| is_list(schema));
            body.item = items.and_then(|items| {
                let items = &self.schemas[items];
                let component = items.component.clone().or_else(|| self.alias_of(items));
                let name = name_of(items, &component.unwrap_or_default());
                (!name.local.is_empty()).then_some(name)
            });
            if let Some(item) = &body.item {
                body.inner = self.inner(schema, item);
            }
            return;
        };
        let mut root = name_of(schema, &default);
        if let Some(given) = &body.xml_root {
            root.local.clone_from(&given.value);
        }
        if is_list(schema) {
            let item = schema.items.map_or_else(
                || local(&root.local),
                |items| name_of(&self.schemas[items], &root.local),
            );
            body.inner = self.inner(schema, &item);
            body.item = Some(item);
        }
        body.root = Some(root);
    }

    /// The component that a schema only annotates.
    fn alias_of(&self, schema: &Schema) -> Option<String> {
        let mut schema = schema;
        for _ in 0..16 {
            let [entry] = schema.all_of.as_slice() else {
                return None;
            };
            schema = &self.schemas[*entry];
            if let Some(name) = &schema.component {
                return Some(name.clone());
            }
        }
        None
    }
}

fn is_list(schema: &Schema) -> bool {
    schema.types.single() == Some(Type::Array)
}

/// Whether a list has an element of its own around its items.
fn is_wrapped(schema: &Schema) -> bool {
    let wrapped = schema.xml.as_deref().and_then(|xml| xml.wrapped.as_ref());
    wrapped.is_some_and(|flag| flag.value)
}

fn local(name: &str) -> XmlName {
    XmlName {
        local: name.to_owned(),
        namespace: None,
        prefix: None,
    }
}

/// The name that `xml` gives, or else `default`.
fn name_of(schema: &Schema, default: &str) -> XmlName {
    let Some(xml) = &schema.xml else {
        return local(default);
    };
    // The empty namespace is none.
    let namespace = xml.namespace.as_ref().map(|text| text.value.clone());
    let namespace = namespace.filter(|uri| !uri.is_empty());
    let prefix = namespace
        .as_ref()
        .and_then(|_| xml.prefix.as_ref().map(|text| text.value.clone()));
    XmlName {
        local: xml
            .name
            .as_ref()
            .map_or_else(|| default.to_owned(), |name| name.value.clone()),
        namespace,
        prefix,
    }
}
