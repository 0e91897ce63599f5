//! The JSON value of an XML sample, for examples in the docs: read by the model, with roxmltree.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use lavka_model::model::{Api, Dialect, EnumRepr, Field, Scalar, TypeKind, TypeRef, XmlNode};

/// The value of a document whose root holds a value of type `ty`. `None` where it does not fit: there is no example then.
pub(super) fn value(api: &Api, ty: &TypeRef, bytes: &[u8]) -> Option<Value> {
    let document = Document::parse(std::str::from_utf8(bytes).ok()?).ok()?;
    element(api, ty, document.root_element())
}

fn element(api: &Api, ty: &TypeRef, node: Node<'_, '_>) -> Option<Value> {
    if api.dialect == Dialect::Rails && node.attribute("nil") == Some("true") {
        return Some(Value::Null);
    }
    match ty {
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(s) => {
                let mut object = Map::new();
                for field in &s.fields {
                    if let Some(value) = member(api, field, node)? {
                        object.insert(field.wire.clone(), value);
                    }
                }
                Some(Value::Object(object))
            }
            TypeKind::Enum(e) => {
                let text = text(node);
                let wire = match e.repr {
                    EnumRepr::String => Value::String(text),
                    EnumRepr::Integer => text.trim().parse::<i64>().ok()?.into(),
                    EnumRepr::Mixed => {
                        serde_json::from_str(text.trim()).unwrap_or(Value::String(text))
                    }
                };
                Some(wire)
            }
            TypeKind::Union(_) => Some(Value::String(text(node))),
        },
        TypeRef::Scalar(scalar) => self::scalar(*scalar, &text(node)),
        TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => element(api, inner, node),
        TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Any { .. } => None,
    }
}

/// A field's value; `Some(None)` where it is absent.
fn member(api: &Api, field: &Field, parent: Node<'_, '_>) -> Option<Option<Value>> {
    let name = field.xml.name.local.as_str();
    let mut children = parent
        .children()
        .filter(|c| c.is_element() && c.tag_name().name() == name);
    match field.xml.node {
        XmlNode::Attribute => parent
            .attribute(name)
            .map_or(Some(None), |text| self::typed(field, text).map(Some)),
        XmlNode::Text => self::typed(field, &text(parent)).map(Some),
        XmlNode::Element => {
            let TypeRef::List(item) = &field.ty else {
                return children
                    .next()
                    .map_or(Some(None), |child| element(api, &field.ty, child).map(Some));
            };
            let nodes: Vec<_> = match &field.xml.item {
                None => children.collect(),
                Some(item) => {
                    let Some(wrapper) = children.next() else {
                        return Some(None);
                    };
                    wrapper
                        .children()
                        .filter(|c| c.is_element() && c.tag_name().name() == item.local)
                        .collect()
                }
            };
            if nodes.is_empty() && field.xml.item.is_none() {
                return Some(None);
            }
            let items: Option<Vec<Value>> = nodes
                .into_iter()
                .map(|node| element(api, item, node))
                .collect();
            Some(Some(Value::Array(items?)))
        }
    }
}

fn typed(field: &Field, text: &str) -> Option<Value> {
    match &field.ty {
        TypeRef::Scalar(scalar) => self::scalar(*scalar, text),
        _ => Some(Value::String(text.to_owned())),
    }
}

fn scalar(scalar: Scalar, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    match scalar {
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => {
            trimmed.parse::<i64>().ok().map(Value::from)
        }
        Scalar::Float32 | Scalar::Float64 => trimmed.parse::<f64>().ok().map(Value::from),
        Scalar::Bool => trimmed.parse::<bool>().ok().map(Value::from),
        Scalar::String | Scalar::Secret => Some(Value::String(text.to_owned())),
        _ => Some(Value::String(trimmed.to_owned())),
    }
}

/// The text of an element; the source of its markup, where it has some.
fn text(node: Node<'_, '_>) -> String {
    if node.children().any(|c| c.is_element()) {
        let source = node.document().input_text();
        let inside = node
            .first_child()
            .zip(node.last_child())
            .map(|(a, b)| a.range().start..b.range().end);
        return inside
            .and_then(|range| source.get(range))
            .unwrap_or_default()
            .to_owned();
    }
    node.text().unwrap_or_default().to_owned()
}
