//! How types stand in XML, and whether they can.

use std::collections::HashMap;

use super::view::View;
use super::{Builder, checks};
use crate::diag::{Code, Finding};
use crate::model::{
    Api, Dialect, Field, JsonType, Payload, Scalar, Struct, TypeKind, TypeRef, Union, XmlBody,
    XmlField, XmlName, XmlNode,
};
use crate::source::{Member, Node, Origin};

/// A field of which no annotation is known.
pub(super) fn plain(wire: &str) -> XmlField {
    XmlField {
        name: local(wire),
        node: XmlNode::Element,
        item: None,
        type_attr: None,
    }
}

fn local(name: &str) -> XmlName {
    XmlName {
        local: name.to_owned(),
        namespace: None,
        prefix: None,
    }
}

/// Whether a name can be an element's or attribute's, without a prefix.
fn is_ncname(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{B7}'))
}

impl<'a> Builder<'a> {
    /// The name that `xml` gives, or else `default`.
    fn xml_name(&mut self, view: &View<'a>, default: &str) -> XmlName {
        let named = view
            .xml("name")
            .and_then(|node| Some((node.as_str()?, node)));
        if let Some((name, node)) = named
            && !is_ncname(name)
        {
            let finding = Finding::new(
                Code::XmlName,
                &node.origin,
                format!("`{name}` cannot be an XML name"),
            );
            self.push(finding.help("begin with a letter or `_`; a prefix goes into `xml.prefix`"));
        }
        let text = |key: &str| view.xml(key).and_then(Node::as_str).map(str::to_owned);
        if let (Some(prefix), None) = (view.xml("prefix"), view.xml("namespace")) {
            let finding = Finding::new(
                Code::XmlNoEffect,
                &prefix.origin,
                "`prefix` without `namespace` has no effect",
            );
            self.push(finding.help("give the namespace's URI: it is what counts when reading"));
        }
        let namespace = text("namespace");
        let prefix = namespace.as_ref().and_then(|_| text("prefix"));
        XmlName {
            local: named.map_or(default, |(name, _)| name).to_owned(),
            namespace,
            prefix,
        }
    }

    /// How a property stands in XML.
    pub(super) fn xml_field(&mut self, wire: &str, view: &View<'a>, ty: &TypeRef) -> XmlField {
        let attribute = view
            .xml("attribute")
            .and_then(Node::as_bool)
            .unwrap_or(false);
        let text = view.flag("x-text");
        let type_attr = view.text("x-type").map(str::to_owned);
        for key in ["x-type", "x-text"] {
            if view.get(key).is_some() && self.dialect != Dialect::Rails {
                let origin = view.origin(key);
                let finding = Finding::new(
                    Code::XmlNoEffect,
                    &origin,
                    format!("`{key}` has an effect in the dialect `rails` only"),
                );
                if key == "x-type" {
                    self.push(
                        finding.help("add `x-xml-dialect: rails` to the document, or leave it out"),
                    );
                }
            }
        }
        let mut made = plain(wire);
        made.type_attr = type_attr;
        if let TypeRef::List(_) = ty {
            let items = view.base().get("items").and_then(|node| self.view(node));
            let wrapped = view.xml("wrapped").and_then(Node::as_bool).unwrap_or(false);
            if wrapped {
                made.name = self.xml_name(view, wire);
                // OpenAPI: without a name of its own, an item is called like the list.
                let default = made.name.local.clone();
                made.item = Some(
                    items.map_or_else(|| local(&default), |items| self.xml_name(&items, &default)),
                );
            } else {
                if let Some(name) = view.xml("name") {
                    let finding = Finding::new(
                        Code::XmlNoEffect,
                        &name.origin,
                        "the name of a list that is not wrapped has no effect",
                    );
                    self.push(finding.help("give `items` an `xml.name`, or add `wrapped: true`"));
                }
                made.name = items.map_or_else(|| local(wire), |items| self.xml_name(&items, wire));
            }
        } else {
            made.name = self.xml_name(view, wire);
            if let Some(wrapped) = view
                .xml("wrapped")
                .filter(|node| node.as_bool() == Some(true))
            {
                self.push(
                    Finding::new(
                        Code::XmlNoEffect,
                        &wrapped.origin,
                        "`wrapped` on something that is no list has no effect",
                    )
                    .help("leave it out, or make the property an array"),
                );
            }
        }
        if attribute {
            made.node = XmlNode::Attribute;
        }
        if text {
            made.node = XmlNode::Text;
            if attribute {
                self.report(
                    Code::XmlText,
                    &view.origin("x-text"),
                    "a property is either an attribute or the element's text",
                );
            }
        }
        made
    }

    /// An XML body: its root, and its items where it is a list.
    pub(super) fn xml_body(
        &mut self,
        media_type: &str,
        member: &'a Member,
        schema: Option<&'a Node>,
    ) -> Option<XmlBody> {
        let Some(schema) = schema else {
            let finding = Finding::new(Code::XmlRoot, &member.key, "an XML body has no schema");
            self.push(finding.help("give it one, with an `xml.name`"));
            return None;
        };
        let view = self.view(schema)?;
        let root = member
            .node
            .get("x-xml-root")
            .and_then(|node| Some((node.as_str()?, node)));
        if let Some((name, node)) = root {
            if !is_ncname(name) {
                self.report(
                    Code::XmlName,
                    &node.origin,
                    format!("`{name}` cannot be an XML name"),
                );
            }
        } else if view.xml("name").is_none() {
            let finding = Finding::new(
                Code::XmlRoot,
                &schema.origin,
                "the body's root element has no name",
            );
            self.push(
                finding.help("give the schema an `xml.name`, or the media type an `x-xml-root`"),
            );
        }
        let mut name = self.xml_name(&view, "");
        if let Some((text, _)) = root {
            text.clone_into(&mut name.local);
        }
        let mut item = None;
        if let Some(items) = view
            .base()
            .get("items")
            .filter(|_| view.text("type") == Some("array"))
            && let Some(items_view) = self.view(items)
        {
            if items_view.xml("name").is_none() {
                let finding = Finding::new(
                    Code::XmlRoot,
                    &items.origin,
                    "the items of the body's list have no name",
                );
                self.push(finding.help("give `items` an `xml.name`"));
            }
            item = Some(self.xml_name(&items_view, &name.local));
        }
        Some(XmlBody {
            media_type: media_type.to_owned(),
            root: name,
            item,
        })
    }

    /// Whether all types that travel in XML can.
    pub(super) fn check_xml(&mut self, api: &Api) {
        for body in checks::bodies(api).filter(|body| body.xml.is_some()) {
            self.check_xml_root(api, body);
        }
        for def in &api.types {
            let TypeKind::Struct(made) = &def.kind else {
                continue;
            };
            for field in made
                .fields
                .iter()
                .filter(|field| field.xml.node != XmlNode::Element)
            {
                if !scalar(api, &field.ty) {
                    let what = if field.xml.node == XmlNode::Attribute {
                        "an XML attribute"
                    } else {
                        "an element's text"
                    };
                    let finding = Finding::new(
                        Code::XmlAttribute,
                        &field.origin,
                        format!("{what} (`{}`) is no scalar", field.wire),
                    );
                    self.push(finding.help("make it a scalar or an enum, or an element"));
                }
            }
            self.check_text(made);
            if def.usage.xml {
                self.check_clash(made);
                for field in &made.fields {
                    self.check_xml_type(api, &field.ty, &field.origin, &field.wire);
                }
            }
        }
    }

    fn check_xml_root(&mut self, api: &Api, body: &Payload) {
        match &body.ty {
            Some(TypeRef::List(item)) => {
                self.check_xml_type(api, item, &body.origin, "the list's items");
            }
            Some(ty) => self.check_xml_type(api, ty, &body.origin, "the body"),
            None => {}
        }
    }

    fn check_xml_type(&mut self, api: &Api, ty: &TypeRef, at: &Origin, name: &str) {
        let refuse = |what: &str, help: &str| {
            Finding::new(
                Code::XmlType,
                at,
                format!("XML cannot carry {what} (`{name}`)"),
            )
            .help(help)
        };
        match ty {
            TypeRef::Any => {
                self.push(refuse(
                    "any value",
                    "say what it is, or describe the operation in JSON only",
                ));
            }
            TypeRef::Map(_) => {
                self.push(refuse(
                    "an object with free keys",
                    "make it a list of objects with a name and a value",
                ));
            }
            TypeRef::List(item) => match item.as_ref() {
                TypeRef::List(_) => self.push(refuse(
                    "a list of lists",
                    "put the inner list into an object",
                )),
                item => self.check_xml_type(api, item, at, name),
            },
            TypeRef::Named(id) => {
                if let Some(TypeKind::Union(union)) = api.types.get(id.0).map(|def| &def.kind) {
                    self.check_union(api, union, at, name);
                }
            }
            TypeRef::Scalar(_) => {}
        }
    }

    /// Text and child elements can be told apart; nothing else can.
    fn check_union(&mut self, api: &Api, union: &Union, at: &Origin, name: &str) {
        let texts = union
            .variants
            .iter()
            .filter(|variant| {
                matches!(
                    variant.json_type,
                    JsonType::String | JsonType::Number | JsonType::Boolean
                )
            })
            .count();
        let elements = union.variants.len() - texts;
        let objects = union
            .variants
            .iter()
            .all(|variant| match variant.json_type {
                JsonType::Object => is_struct(api, &variant.ty),
                JsonType::Array => {
                    matches!(&variant.ty, TypeRef::List(item) if is_struct(api, item))
                }
                _ => true,
            });
        if texts > 1 || elements > 1 || !objects {
            let message = format!("XML cannot tell the variants of `{name}` apart");
            self.push(Finding::new(Code::XmlUnion, at, message).help(
                "at most one variant of text, and one that is an object or a list of objects",
            ));
        }
    }

    fn check_text(&mut self, made: &Struct) {
        let mut texts = made
            .fields
            .iter()
            .filter(|field| field.xml.node == XmlNode::Text);
        let Some(first) = texts.next() else { return };
        for second in texts {
            let finding = Finding::new(
                Code::XmlText,
                &second.origin,
                "a second property is the element's text",
            );
            self.push(finding.note(&first.origin, "first here"));
        }
        if let Some(element) = made
            .fields
            .iter()
            .find(|field| field.xml.node == XmlNode::Element)
        {
            let message = format!(
                "an element with text has the child element `{}`",
                element.wire
            );
            let finding = Finding::new(Code::XmlText, &element.origin, message)
                .note(&first.origin, "the text");
            self.push(finding.help("beside `x-text`, properties are attributes"));
        }
    }

    fn check_clash(&mut self, made: &Struct) {
        let mut seen: HashMap<(XmlNode2, &str, Option<&str>), &Field> = HashMap::new();
        for field in made
            .fields
            .iter()
            .filter(|field| field.xml.node != XmlNode::Text)
        {
            let node = if field.xml.node == XmlNode::Attribute {
                XmlNode2::Attribute
            } else {
                XmlNode2::Element
            };
            let name = &field.xml.name;
            if let Some(first) = seen.insert((node, &name.local, name.namespace.as_deref()), field)
            {
                let message = format!(
                    "`{}` and `{}` are both called `{}` in XML",
                    first.wire, field.wire, name.local
                );
                let finding = Finding::new(Code::XmlClash, &field.origin, message)
                    .note(&first.origin, "the other one");
                self.push(finding.help("give one of them another `xml.name`"));
            }
            if !is_ncname(&name.local) {
                let finding = Finding::new(
                    Code::XmlName,
                    &field.origin,
                    format!("`{}` cannot be an XML name", name.local),
                );
                self.push(finding.help("give it an `xml.name`"));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum XmlNode2 {
    Element,
    Attribute,
}

fn is_struct(api: &Api, ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Named(id) if api.types.get(id.0).is_some_and(|def| matches!(def.kind, TypeKind::Struct(_))))
}

fn scalar(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(scalar) => *scalar != Scalar::Binary,
        TypeRef::Named(id) => api
            .types
            .get(id.0)
            .is_some_and(|def| matches!(def.kind, TypeKind::Enum(_))),
        _ => false,
    }
}
