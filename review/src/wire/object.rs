//! Properties of a pair of objects.

use lavka_model::normalized::{Additional, Property, Schema, Schemas, Type, XmlNode};

use super::effects::Hint;
use super::graph::Graph;
use super::pairs::{Local, Pair, Raw};
use super::{texts, xml};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Most properties for which renames are looked for.
const MOST_RENAMES: usize = 12;

/// Whether a property does not travel this way.
fn hidden(schemas: &Schemas, property: &Property, direction: Direction) -> bool {
    let schema = &schemas[property.schema];
    match direction {
        Direction::Argument => schema.read_only.value,
        Direction::Reply => schema.write_only.value,
    }
}

/// A property with its name.
pub(super) type Named<'p> = (&'p String, &'p Property);

pub(super) struct Sides<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) base: &'a Schema,
    pub(super) head: &'a Schema,
    pub(super) pair: Pair,
    pub(super) direction: Direction,
}

pub(super) fn properties(graph: &Graph<'_>, pair: Pair, depth: u8, out: &mut Local) {
    let sides = Sides {
        graph,
        base: &graph.base[pair.base],
        head: &graph.head[pair.head],
        pair,
        direction: pair.direction,
    };
    let (base, head) = (sides.base, sides.head);
    let mut removed: Vec<(&String, &Property)> = Vec::new();
    for (name, before) in &base.properties {
        match head.properties.get(name) {
            Some(after) => sides.both(name, before, after, out),
            None if hidden(graph.base, before, pair.direction) => {}
            None => removed.push((name, before)),
        }
    }
    let mut added: Vec<(&String, &Property)> = head
        .properties
        .iter()
        .filter(|(name, after)| {
            !base.properties.contains_key(*name) && !hidden(graph.head, after, pair.direction)
        })
        .collect();
    for (from, to) in sides.renames(&removed, &added, depth) {
        sides.renamed(from, to, out);
        removed.retain(|(name, _)| *name != from.0);
        added.retain(|(name, _)| *name != to.0);
    }
    if sides.replaced(&removed, &added, depth, out) {
        return;
    }
    for (from, to) in sides.elements(&removed, &added, depth, out) {
        removed.retain(|name| name.0 != from);
        added.retain(|name| name.0 != to);
    }
    for (name, property) in removed {
        sides.removed(name, property, out);
    }
    for (name, property) in added {
        sides.added(name, property, out);
    }
    sides.undeclared(out);
    xml::order(base, head, out);
}

/// An element that has only a text, and one that has attributes beside it: in XML the same text. Reports the attributes, and returns
/// what becomes of the text.
pub(super) fn text_objects(
    graph: &Graph<'_>,
    pair: Pair,
    depth: u8,
    out: &mut Local,
) -> Option<Option<Variance>> {
    let (base, head) = (&graph.base[pair.base], &graph.head[pair.head]);
    let is_text = |property: &Property| property.xml.node == XmlNode::Text;
    let text = |schema: &Schema| {
        let mut all = schema.properties.values();
        let only = schema.types.single() == Some(Type::Object)
            && all.all(|property| property.xml.node != XmlNode::Element);
        let mut all = schema.properties.values();
        all.find(|property| is_text(property))
            .filter(|_| only)
            .map(|property| property.schema)
    };
    let scalar = |schema: &Schema| {
        let ty = schema.types.without(Type::Null).single();
        ty.is_some_and(|ty| !matches!(ty, Type::Array | Type::Object))
    };
    let (one, other) = match (text(base), text(head)) {
        (None, Some(text)) if scalar(base) => (pair.base, text),
        (Some(text), None) if scalar(head) => (text, pair.head),
        _ => return None,
    };
    let sides = Sides {
        graph,
        base,
        head,
        pair,
        direction: pair.direction,
    };
    let known = out.changes.len();
    for (name, property) in base.properties.iter().filter(|(_, p)| !is_text(p)) {
        sides.removed(name, property, out);
    }
    for (name, property) in head.properties.iter().filter(|(_, p)| !is_text(p)) {
        sides.added(name, property, out);
    }
    for raw in out.changes.iter_mut().skip(known) {
        (raw.json, raw.text) = (None, None);
    }
    Some(graph.relation(pair.inside(one, other), depth))
}

impl Sides<'_> {
    pub(super) fn child(&self, before: &Property, after: &Property) -> Pair {
        let inline = self.graph.base[before.schema].component.is_none()
            && self.graph.head[after.schema].component.is_none();
        Pair {
            base: before.schema,
            head: after.schema,
            direction: self.direction,
            null_judged: inline,
            given: false,
        }
        .given(
            before.required.is_some() && after.required.is_some(),
            self.graph.base,
            self.graph.head,
        )
    }

    fn both(&self, name: &str, before: &Property, after: &Property, out: &mut Local) {
        let (one, other) = (
            &self.graph.base[before.schema],
            &self.graph.head[after.schema],
        );
        self.access(name, (one, other), after.required.is_some(), out);
        let was = hidden(self.graph.base, before, self.direction);
        let is = hidden(self.graph.head, after, self.direction);
        if was || is {
            return;
        }
        let child = self.child(before, after);
        // Absent, null, a value: a bit each. What is not a property of its own is judged for null where it is declared.
        let set = |property: &Property, schema: &Schema| {
            let null = child.null_judged && schema.types.has(Type::Null);
            (u8::from(property.required.is_none()), u8::from(null))
        };
        let ((absent, null), (now_absent, now_null)) = (set(before, one), set(after, other));
        let any = !one.typed || !other.typed;
        let (null, now_null) = if any && null != now_null {
            (0, 0)
        } else {
            (null, now_null)
        };
        let lost = absent > now_absent || null > now_null;
        let gained = absent < now_absent || null < now_null;
        if let Some(variance) = Variance::of(lost, gained) {
            let mut what = Vec::new();
            match (absent, now_absent) {
                (0, 1) => what.push("is no longer required"),
                (1, 0) => what.push("is required now"),
                _ => {}
            }
            match (null, now_null) {
                (0, 1) => what.push("may be null"),
                (1, 0) => what.push("may no longer be null"),
                _ => {}
            }
            let spot = |property: &Property, schema: &Schema, null_moved: bool| {
                let text = presence(property.required.is_some(), schema.types.has(Type::Null));
                let origin = match &property.required {
                    Some(required) if !null_moved => required,
                    _ if null_moved => &schema.types.origin,
                    _ => &property.origin,
                };
                Spot::at(origin, text)
            };
            let null_moved = null != now_null;
            out.changes.push(
                Raw::new(
                    &catalogue::PRESENCE,
                    variance,
                    format!("`{name}` {}", what.join(" and ")),
                    spot(before, one, null_moved),
                    spot(after, other, null_moved),
                )
                .suffix(format!(".{name}")),
            );
        }
        xml::shape(
            (self.graph, self.pair),
            name,
            (before, one),
            (after, other),
            out,
        );
        // The enum of a tag repeats what selects its object.
        let repeated =
            one.values.is_some() != other.values.is_some() && self.graph.same_tag(self.pair, name);
        if !repeated {
            out.edges.push((child, format!(".{name}")));
        }
    }

    /// `readOnly` and `writeOnly`.
    fn access(
        &self,
        name: &str,
        (one, other): (&Schema, &Schema),
        required: bool,
        out: &mut Local,
    ) {
        for (check, word, was, is) in [
            (
                &catalogue::READ_ONLY,
                "readOnly",
                &one.read_only,
                &other.read_only,
            ),
            (
                &catalogue::WRITE_ONLY,
                "writeOnly",
                &one.write_only,
                &other.write_only,
            ),
        ] {
            if was.value != is.value {
                let variance = Variance::required(is.value);
                let not = if is.value { "" } else { " no longer" };
                let mut raw = Raw::new(
                    check,
                    variance,
                    format!("`{name}` is{not} `{word}`"),
                    Spot::at(&was.origin, was.value.to_string()),
                    Spot::at(&is.origin, is.value.to_string()),
                );
                let sent = self.direction == Direction::Argument && word == "readOnly";
                if sent && required && !is.value {
                    raw = raw.level(Level::Breaking);
                }
                out.changes.push(raw.suffix(format!(".{name}")));
            }
        }
    }

    fn renames<'p>(
        &self,
        removed: &[(&'p String, &'p Property)],
        added: &[(&'p String, &'p Property)],
        depth: u8,
    ) -> Vec<(Named<'p>, Named<'p>)> {
        if removed.is_empty() || added.is_empty() || depth > 0 {
            return Vec::new();
        }
        if removed.len() > MOST_RENAMES || added.len() > MOST_RENAMES {
            return Vec::new();
        }
        let alike = |from: &Property, to: &Property| {
            let (one, other) = (&self.graph.base[from.schema], &self.graph.head[to.schema]);
            let text = texts::same_text(one.description.as_deref(), other.description.as_deref())
                && one.description.is_some();
            let named = one.component.is_some() && one.component == other.component;
            let only = removed.len() == 1 && added.len() == 1;
            from.required.is_some() == to.required.is_some()
                && (text || named || only)
                && self.graph.same(self.child(from, to), depth)
        };
        let mut pairs = Vec::new();
        for from in removed {
            let fits: Vec<_> = added.iter().filter(|to| alike(from.1, to.1)).collect();
            if let [to] = fits.as_slice() {
                let back = removed.iter().filter(|other| alike(other.1, to.1)).count();
                if back == 1 {
                    pairs.push((*from, **to));
                }
            }
        }
        pairs
    }

    /// Whether replies without the property are of no use to programs: it is required, or what they get out of the envelope.
    pub(super) fn needed(&self, name: &str, property: &Property) -> bool {
        let envelope = self.base.lavka.envelope.as_ref();
        let content = envelope.is_some_and(|envelope| {
            let content = envelope.content.as_ref();
            content.is_some_and(|content| content.value == name) && !envelope.optional
        });
        property.required.is_some() || (content && self.direction == Direction::Reply)
    }

    fn renamed(&self, from: Named<'_>, to: Named<'_>, out: &mut Local) {
        let raw = self.other_name(from, to);
        out.changes.push(raw);
        out.edges
            .push((self.child(from.1, to.1), format!(".{}", to.0)));
    }

    pub(super) fn other_name(&self, from: Named<'_>, to: Named<'_>) -> Raw {
        let required = self.needed(from.0, from.1);
        let mut raw = Raw::new(
            &catalogue::PROPERTY_RENAMED,
            Variance::Incomparable,
            format!("`{}` is named `{}`", from.0, to.0),
            Spot::at(&from.1.origin, from.0.as_str()),
            Spot::at(&to.1.origin, to.0.as_str()),
        )
        .suffix(format!(".{}", from.0))
        .hint(Hint::Lost { required });
        if !required {
            raw = raw.level(Level::Risky);
        }
        // The text of an element has no name.
        let text = |property: &Property| property.xml.node == XmlNode::Text;
        if from.1.xml == to.1.xml || (text(from.1) && text(to.1)) {
            raw.xml = None;
        }
        raw
    }

    pub(super) fn removed(&self, name: &str, property: &Property, out: &mut Local) {
        let required = self.needed(name, property);
        let variance = Variance::removed(required);
        let mut raw = Raw::new(
            &catalogue::PROPERTY_REMOVED,
            variance,
            format!(
                "the {} property `{name}` is removed",
                if property.required.is_some() {
                    "required"
                } else {
                    "optional"
                }
            ),
            Spot::at(&property.origin, name),
            Spot::near(&self.head.origin),
        )
        .suffix(format!(".{name}"));
        // It has a schema still: that of other properties.
        if let Additional::Schema(other, _) = &self.head.additional {
            let pair = self.pair.inside(property.schema, *other);
            out.edges.push((pair, format!(".{name}")));
        }
        let closed = matches!(self.head.additional, Additional::None(_));
        if closed && self.direction == Direction::Argument {
            raw = raw.level(Level::Breaking);
        } else {
            // What is sent and no longer known is ignored, whether it was required or not.
            let required = required && self.direction == Direction::Reply;
            raw = raw.hint(Hint::Lost { required });
        }
        out.changes.push(raw);
    }

    pub(super) fn added(&self, name: &str, property: &Property, out: &mut Local) {
        let required = property.required.is_some();
        let (check, variance, word) = if required {
            (
                &catalogue::PROPERTY_REQUIRED_ADDED,
                Variance::Incomparable,
                "a required",
            )
        } else {
            (&catalogue::PROPERTY_ADDED, Variance::Widens, "an optional")
        };
        let closed = matches!(self.base.additional, Additional::None(_));
        let mut raw = Raw::new(
            check,
            variance,
            format!("{word} property is added: `{name}`"),
            Spot::near(&self.base.origin),
            Spot::at(&property.origin, name),
        )
        .suffix(format!(".{name}"));
        if self.direction == Direction::Reply {
            raw = raw.level(if closed {
                Level::Breaking
            } else {
                Level::Compatible
            });
        }
        out.changes.push(raw);
        // It had a schema: that of other properties.
        if let Additional::Schema(other, _) = &self.base.additional {
            let pair = self.pair.inside(*other, property.schema);
            out.edges.push((pair, format!(".{name}")));
        }
    }

    fn undeclared(&self, out: &mut Local) {
        let names = |schema: &Schema| -> Vec<String> {
            let names = schema.required_undeclared.iter();
            names.map(|name| name.value.clone()).collect()
        };
        let (was, is) = (names(self.base), names(self.head));
        let declared = |schema: &Schema, name: &String| schema.properties.contains_key(name);
        let lost = is
            .iter()
            .any(|name| !was.contains(name) && !declared(self.base, name));
        let gained = was
            .iter()
            .any(|name| !is.contains(name) && !declared(self.head, name));
        if let Some(variance) = Variance::of(lost, gained) {
            out.changes.push(Raw::new(
                &catalogue::PROPERTY_UNDECLARED,
                variance,
                "`required` names other properties that are not declared",
                Spot::at(&self.base.origin, was.join(", ")),
                Spot::at(&self.head.origin, is.join(", ")),
            ));
        }
    }
}

pub(super) fn presence(required: bool, null: bool) -> &'static str {
    match (required, null) {
        (true, false) => "a value",
        (true, true) => "null or a value",
        (false, false) => "absent or a value",
        (false, true) => "absent, null or a value",
    }
}
