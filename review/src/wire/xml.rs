//! How properties and bodies appear in XML.

use lavka_model::normalized::{
    MediaType, Property, Schema, SchemaId, Schemas, Spanned, Type, Xml, XmlName, XmlNode, XmlShape,
};

use super::effects::{self, Hint, Moved};
use super::graph::Graph;
use super::pairs::{ItemName, Local, Pair, Raw};
use super::shapes::{change, name_origin, show, xml_origin};
use super::{Change, Scope, Wire, namespaces, xsd};
use crate::catalogue;
use crate::finding::{Finding, Spot};
use crate::level::{Direction, Level, Variance};

/// The property of a pair of objects that a reader takes this one for: it has the name that is written, and values of the same type.
fn taken_for(
    graph: &Graph<'_>,
    pair: Pair,
    name: &str,
    written: &XmlShape,
    (before, after): (&Schema, &Schema),
) -> Option<String> {
    let (reader, schemas, own) = match pair.direction {
        Direction::Reply => (&graph.base[pair.base], graph.base, after),
        Direction::Argument => (&graph.head[pair.head], graph.head, before),
    };
    let mut others = reader.properties.iter();
    let found = others.find(|(other, property)| {
        *other != name
            && property.xml.node == written.node
            && property.xml.name.local == written.name.local
            && property.xml.name.namespace == written.name.namespace
            && *schemas[property.schema].types == *own.types
    });
    found.map(|(other, _)| other.clone())
}

/// Compares how a property of a pair of objects appears.
pub(super) fn shape(
    (graph, pair): (&Graph<'_>, Pair),
    name: &str,
    before: (&Property, &Schema),
    after: (&Property, &Schema),
    out: &mut Local,
) {
    let (one, other) = (&before.0.xml, &after.0.xml);
    if one == other {
        return;
    }
    let direction = pair.direction;
    let list = after.1.types.has(Type::Array) || before.1.types.has(Type::Array);
    // Who reads what the other version writes: existing programs a reply, a new server a request.
    let (reader, written) = match direction {
        Direction::Reply => (before.0, other),
        Direction::Argument => (after.0, one),
    };
    let required = reader.required.is_some();
    let taken_for = taken_for(graph, pair, name, written, (before.1, after.1));
    let (from, to) = (show(one), show(other));
    let moved = |loud: bool| {
        Hint::Moved(Moved {
            from: from.clone(),
            to: to.clone(),
            loud,
            list,
            taken_for: taken_for.clone(),
        })
    };
    let spots = |text: fn(&XmlShape) -> String| {
        (
            Spot::at(xml_origin(before.0, before.1), text(one)),
            Spot::at(xml_origin(after.0, after.1), text(other)),
        )
    };
    if one.item.is_some() != other.item.is_some() {
        // A reader that wants a wrapper misses it; one that wants items finds none.
        let loud =
            required && reader.xml.item.is_some() && reader.xml.name.local != written.name.local;
        out.changes
            .push(wrapper(name, (one, other), spots(describe), loud));
        return;
    }
    if one.node != other.node {
        let (was, is) = spots(show);
        let what = format!("`{name}` is {to} instead of {from}");
        out.changes.push(change(
            &catalogue::XML_NODE,
            what,
            was,
            is,
            name,
            moved(required),
        ));
    } else {
        if one.name.local != other.name.local && one.node != XmlNode::Text {
            let what = format!("`{name}` is {to} instead of {from}");
            let was = Spot::at(name_origin(before.0, before.1), one.name.local.as_str());
            let is = Spot::at(name_origin(after.0, after.1), other.name.local.as_str());
            // The items of a list without a wrapper: without them it is empty.
            let bare = list && one.item.is_none();
            let hint = moved(required && !bare);
            out.changes
                .push(change(&catalogue::XML_NAME, what, was, is, name, hint));
        }
        let names = (&one.name, &other.name);
        namespaces::compare(
            (graph, direction),
            name,
            names,
            before,
            after,
            required,
            out,
        );
    }
    items(name, before, after, out);
    if one.type_attribute != other.type_attribute {
        let text = |shape: &XmlShape| shape.type_attribute.clone().unwrap_or_default();
        let (was, is) = spots(text);
        let what = format!("the `type` attribute of `{name}` changes");
        let raw = change(&catalogue::XML_TYPE, what, was, is, name, Hint::None);
        out.changes.push(raw);
    }
}

/// Compares what the items of a list in a wrapper are called.
fn items(name: &str, before: (&Property, &Schema), after: (&Property, &Schema), out: &mut Local) {
    if let (Some(was), Some(is)) = (&before.0.xml.item, &after.0.xml.item)
        && (was.local != is.local || was.namespace != is.namespace)
    {
        let what = format!(
            "items of `{name}` are `<{}>` instead of `<{}>`",
            is.local, was.local
        );
        let hint = Hint::Moved(Moved {
            from: format!("`<{}>`", was.local),
            to: format!("`<{}>`", is.local),
            list: true,
            ..Moved::default()
        });
        out.items_renamed(name, what, hint, before, after, (was, is));
    }
}

/// A list that gets a wrapper, or loses it.
fn wrapper(
    name: &str,
    (one, other): (&XmlShape, &XmlShape),
    (was, is): (Spot, Spot),
    loud: bool,
) -> Raw {
    let word = if other.item.is_some() {
        "gets a wrapper"
    } else {
        "loses its wrapper"
    };
    let hint = Hint::Moved(Moved {
        from: describe(one),
        to: describe(other),
        loud,
        list: true,
        ..Moved::default()
    });
    let what = format!("the list `{name}` {word}");
    change(&catalogue::XML_WRAPPER, what, was, is, name, hint)
}

/// `<lines><line>`, `<line>`.
fn describe(shape: &XmlShape) -> String {
    match &shape.item {
        Some(item) => format!("`<{}><{}>`", shape.name.local, item.local),
        None => show(shape),
    }
}

impl Local {
    fn items_renamed(
        &mut self,
        name: &str,
        what: String,
        hint: Hint,
        before: (&Property, &Schema),
        after: (&Property, &Schema),
        (was, is): (&XmlName, &XmlName),
    ) {
        self.item_names.push(ItemName {
            raw: change(
                &catalogue::XML_ITEM,
                what,
                Spot::at(xml_origin(before.0, before.1), was.local.as_str()),
                Spot::at(xml_origin(after.0, after.1), is.local.as_str()),
                name,
                hint,
            ),
            items: (before.1.items, after.1.items),
        });
    }
}

/// Puts changes of items' names where they are written: in the items' own schema, if it says so.
pub(super) fn place_items(graph: &Graph<'_>, out: &mut Local) {
    for ItemName { mut raw, items } in std::mem::take(&mut out.item_names) {
        let name = |schema: &Schema| {
            let name = schema.xml.as_ref().and_then(|xml| xml.name.as_ref());
            name.map(|name| name.origin.clone())
        };
        let before = items.0.and_then(|id| name(&graph.base[id]));
        let after = items.1.and_then(|id| name(&graph.head[id]));
        if let (Some(before), Some(after)) = (before, after) {
            raw.before.origin = Some(before);
            raw.after.origin = Some(after);
        }
        out.changes.push(raw);
    }
}

/// Whether elements that both have change places.
pub(super) fn order(base: &Schema, head: &Schema, out: &mut Local) {
    let elements = |schema: &'_ Schema, other: &Schema| -> Vec<String> {
        let kept = schema.properties.iter();
        kept.filter(|(name, property)| {
            let theirs = other.properties.get(*name);
            property.xml.node == XmlNode::Element
                && theirs.is_some_and(|theirs| theirs.xml.node == XmlNode::Element)
        })
        .map(|(name, _)| name.clone())
        .collect()
    };
    // Whoever reads it takes any order.
    if xsd::any_order(head) {
        return;
    }
    let (before, after) = (elements(base, head), elements(head, base));
    let Some(at) = before.iter().zip(&after).position(|(a, b)| a != b) else {
        return;
    };
    let origin = |schema: &Schema, names: &[String]| {
        let property = names.get(at).and_then(|name| schema.properties.get(name));
        property.map_or(schema.origin.clone(), |property| property.origin.clone())
    };
    let raw = Raw::new(
        &catalogue::XML_ORDER,
        Variance::Incomparable,
        format!("`{}` comes before `{}` now", after[at], before[at]),
        Spot::at(&origin(base, &before), before.join(", ")),
        Spot::at(&origin(head, &after), after.join(", ")),
    );
    out.changes.push(raw.only_xml().hint(Hint::Sends(
        Level::Risky,
        "rebuilt programs write the elements in another order".to_owned(),
    )));
}

/// Compares lists that are items of a list: whether each has an element of its own, and what its items are called.
pub(super) fn nested(graph: &Graph<'_>, (one, other): (SchemaId, SchemaId), out: &mut Local) {
    fn list(schemas: &Schemas, id: SchemaId) -> Option<(&Schema, bool, Option<&Xml>)> {
        let list = &schemas[id];
        let xml = list.xml.as_deref();
        let wrapped = xml.is_some_and(|xml| xml.wrapped.as_ref().is_some_and(|flag| flag.value));
        let items = list.items.map(|items| schemas[items].xml.as_deref());
        (list.types.single() == Some(Type::Array)).then_some((list, wrapped, items.flatten()))
    }
    let (Some((was, wrapped, before)), Some((is, now_wrapped, after))) =
        (list(graph.base, one), list(graph.head, other))
    else {
        return;
    };
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let name = |xml: Option<&Xml>| {
        let both = xml.map(|xml| (text(&xml.name), text(&xml.namespace)));
        both.unwrap_or_default()
    };
    let (check, what) = if wrapped != now_wrapped {
        (
            &catalogue::XML_WRAPPER,
            "lists in the list get or lose a wrapper",
        )
    } else if name(before) != name(after) {
        (
            &catalogue::XML_ITEM,
            "items of lists in the list have another element",
        )
    } else {
        return;
    };
    let spot = |list: &Schema, xml: Option<&Xml>| {
        let origin = xml.map_or(&list.origin, |xml| &xml.origin);
        Spot::at(origin, name(xml).0.unwrap_or_default())
    };
    let hint = Hint::Moved(Moved {
        from: "the old element".to_owned(),
        to: "the new element".to_owned(),
        list: true,
        ..Moved::default()
    });
    let raw = Raw::new(
        check,
        Variance::Incomparable,
        what,
        spot(was, before),
        spot(is, after),
    );
    out.changes.push(raw.only_xml().suffix("[]").hint(hint));
}

/// Compares the elements of the items of a body that is a list.
fn body_items(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    direction: Direction,
    place: &str,
    scope: &Scope,
) {
    let (Some(one), Some(other)) = (&before.item, &after.item) else {
        return;
    };
    if one == other {
        return;
    }
    let origin = |media: &MediaType, schemas: &Schemas| {
        let items = media.schema.and_then(|id| schemas[id].items);
        let schema = items.map(|id| &schemas[id]);
        let name = schema.and_then(|schema| schema.xml.as_ref()?.name.as_ref());
        name.map(|name| name.origin.clone())
            .or(schema.map(|schema| schema.origin.clone()))
            .unwrap_or_else(|| media.origin.clone())
    };
    let (was, is) = (shown(one), shown(other));
    let mut finding = Finding::new(
        &catalogue::XML_ITEM,
        place,
        format!("items of the body are `{is}` instead of `{was}`"),
        Spot::at(&origin(before, &wire.base.schemas), one.local.as_str()),
        Spot::at(&origin(after, &wire.head.schemas), other.local.as_str()),
    );
    finding.xml = Level::Breaking;
    finding.variance = Some(Variance::Incomparable);
    finding.directions = vec![direction];
    finding.operations.extend(scope.operation.clone());
    let hint = Hint::Moved(Moved {
        from: format!("`{was}`"),
        to: format!("`{is}`"),
        list: true,
        ..Moved::default()
    });
    effects::apply(&mut finding, &hint, direction, false);
    wire.out.add(finding);
}

/// An element's name with its namespace.
fn shown(name: &XmlName) -> String {
    match &name.namespace {
        Some(uri) => format!("<{}> in {uri}", name.local),
        None => format!("<{}>", name.local),
    }
}

/// Compares the root elements of a body; its XML findings are those of the operation.
pub(super) fn root(
    wire: &mut Wire<'_>,
    before: &MediaType,
    after: &MediaType,
    direction: Direction,
    place: &str,
    scope: &Scope,
) {
    body_items(wire, before, after, direction, place, scope);
    let (Some(one), Some(other)) = (&before.root, &after.root) else {
        return;
    };
    if one == other {
        return;
    }
    let origin = |media: &MediaType, schemas: &Schemas| {
        let schema = media.schema.map(|id| &schemas[id]);
        let xml = schema.and_then(|schema| schema.xml.as_ref());
        let name = xml.and_then(|xml| xml.name.as_ref());
        let own = media.xml_root.as_ref().map(|root| root.origin.clone());
        own.or(name.map(|name| name.origin.clone()))
            .or(schema.map(|schema| schema.origin.clone()))
            .unwrap_or_else(|| media.origin.clone())
    };
    let scope = Scope {
        json: false,
        xml: true,
        ..scope.clone()
    };
    let same = one.local == other.local && one.namespace == other.namespace;
    if same {
        let schemas = (before.schema, after.schema);
        if let Some(change) = namespaces::adopted(wire, (one, other), schemas, direction) {
            let spot = |media: &MediaType, name: &XmlName, schemas: &Schemas| {
                Spot::at(
                    &origin(media, schemas),
                    name.prefix.clone().unwrap_or_default(),
                )
            };
            let change = Change {
                place: place.to_owned(),
                before: spot(before, one, &wire.base.schemas),
                after: spot(after, other, &wire.head.schemas),
                ..change
            };
            wire.report(change, &scope);
            return;
        }
    }
    if same {
        let prefix = |name: &XmlName| name.prefix.clone().unwrap_or_default();
        wire.documents(
            &catalogue::XML_PREFIX,
            place,
            "the root element has another prefix",
            Spot::at(&origin(before, &wire.base.schemas), prefix(one)),
            Spot::at(&origin(after, &wire.head.schemas), prefix(other)),
            &scope,
        );
        return;
    }
    let (was, is) = (shown(one), shown(other));
    let behaviour = match direction {
        Direction::Argument => format!("rebuilt programs write `{is}`; `{was}` is rejected"),
        Direction::Reply => format!("existing programs expect `{was}` and report an error"),
    };
    let change = Change::new(
        &catalogue::XML_ROOT,
        Variance::Incomparable,
        place,
        format!("the root element is `{is}` instead of `{was}`"),
        Spot::at(&origin(before, &wire.base.schemas), was.as_str()),
        Spot::at(&origin(after, &wire.head.schemas), is.as_str()),
    )
    .behaves(Level::Breaking, behaviour);
    let change = change.towards(direction);
    wire.report(change, &scope);
}
