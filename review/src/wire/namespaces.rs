//! Namespaces of elements and attributes.

use lavka_model::normalized::{Property, Schema, SchemaId, Schemas, XmlName, XmlNode};

use super::effects::{Hint, Moved};
use super::graph::Graph;
use super::pairs::Local;
use super::shapes::{change, xml_origin};
use super::{Change, Wire};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Whether an element is the default namespace of others: it declares its namespace without a prefix.
fn is_default(name: &XmlName) -> bool {
    name.namespace.is_some() && name.prefix.is_none()
}

/// Whether a schema's value, or each item of a list, has elements without a namespace of their own: they are in the default namespace.
fn inherits(schemas: &Schemas, id: SchemaId) -> bool {
    let schema = &schemas[id];
    let object = schema.items.map_or(schema, |items| &schemas[items]);
    let mut properties = object.properties.values();
    properties.any(|property| {
        property.xml.node == XmlNode::Element && property.xml.name.namespace.is_none()
    })
}

/// What it does to elements without a namespace of their own that the element around them is their default namespace now, or no
/// longer: in words, and what programs that send it do.
fn words(name: &XmlName, direction: Direction) -> (String, Option<String>) {
    let uri = name.namespace.as_deref().unwrap_or_default();
    let (now, is, was) = match is_default(name) {
        true => ("the default namespace now", "in it", "in none"),
        false => ("no longer the default namespace", "in none", "in it"),
    };
    let what = format!("`{uri}` is {now}: elements without a prefix are {is}, and were {was}");
    let text = format!("rebuilt programs write these elements {is}");
    (what, (direction == Direction::Argument).then_some(text))
}

/// The root element of a body is the default namespace of what is in it now, or no longer.
pub(super) fn adopted(
    wire: &Wire<'_>,
    (one, other): (&XmlName, &XmlName),
    (before, after): (Option<SchemaId>, Option<SchemaId>),
    direction: Direction,
) -> Option<Change> {
    let holds = |id: Option<SchemaId>, schemas| id.is_some_and(|id| inherits(schemas, id));
    if is_default(one) == is_default(other)
        || !(holds(before, &wire.base.schemas) || holds(after, &wire.head.schemas))
    {
        return None;
    }
    let (what, text) = words(other, direction);
    let check = &catalogue::XML_NAMESPACE;
    let (was, is) = (Spot::default(), Spot::default());
    let change = Change::new(check, Variance::Incomparable, "", what, was, is).towards(direction);
    Some(match text {
        Some(text) => change.behaves(Level::Breaking, text),
        None => change,
    })
}

/// Compares the namespaces of a property.
pub(super) fn compare(
    (graph, direction): (&Graph<'_>, Direction),
    name: &str,
    (one, other): (&XmlName, &XmlName),
    before: (&Property, &Schema),
    after: (&Property, &Schema),
    required: bool,
    out: &mut Local,
) {
    let spot = |side: (&Property, &Schema), text: &Option<String>| {
        Spot::at(xml_origin(side.0, side.1), text.clone().unwrap_or_default())
    };
    if one.namespace != other.namespace {
        let show = |namespace: &Option<String>| {
            namespace
                .as_ref()
                .map_or("no namespace of its own".to_owned(), |uri| {
                    format!("`{uri}`")
                })
        };
        let hint = Hint::Moved(Moved {
            from: format!("`{}` in {}", one.local, show(&one.namespace)),
            to: format!("`{}` in {}", other.local, show(&other.namespace)),
            loud: required,
            ..Moved::default()
        });
        out.changes.push(change(
            &catalogue::XML_NAMESPACE,
            format!("`{name}` is in another namespace"),
            spot(before, &one.namespace),
            spot(after, &other.namespace),
            name,
            hint,
        ));
    } else if is_default(one) != is_default(other)
        && (inherits(graph.base, before.0.schema) || inherits(graph.head, after.0.schema))
    {
        let (what, text) = words(other, direction);
        let (check, hint) = (
            &catalogue::XML_NAMESPACE,
            text.map_or(Hint::None, |text| Hint::Sends(Level::Breaking, text)),
        );
        let (was, is) = (spot(before, &one.prefix), spot(after, &other.prefix));
        out.changes.push(change(check, what, was, is, name, hint));
    } else if one.prefix != other.prefix {
        let raw = change(
            &catalogue::XML_PREFIX,
            format!("`{name}` has another prefix"),
            spot(before, &one.prefix),
            spot(after, &other.prefix),
            name,
            Hint::Documentation,
        );
        out.changes.push(raw.nowhere());
    }
}
