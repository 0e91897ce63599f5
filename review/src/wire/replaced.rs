//! Properties that are others now: all of an object, or those that are still the same element in XML.

use lavka_model::normalized::{Additional, Property, Schema, XmlNode};

use super::effects::Hint;
use super::object::{Named, Sides, presence};
use super::pairs::{Local, Raw};
use super::shapes;
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// Properties that are the same element or attribute, or the element's text, under different names in JSON.
fn same_in_xml<'p>(removed: &[Named<'p>], added: &[Named<'p>]) -> Vec<(Named<'p>, Named<'p>)> {
    let same = |from: &Property, to: &Property| {
        let text = |property: &Property| property.xml.node == XmlNode::Text;
        from.xml == to.xml || (text(from) && text(to))
    };
    let pairs = removed.iter().filter_map(|from| {
        let to = added.iter().find(|to| same(from.1, to.1))?;
        Some((*from, *to))
    });
    pairs.collect()
}

/// Names of properties, at most five.
fn names(all: &[Named<'_>]) -> String {
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    crate::finding::listed(&names)
}

impl Sides<'_> {
    /// Compares what is the same in XML, and returns it: the old name and the new one.
    pub(super) fn elements<'p>(
        &self,
        removed: &[Named<'p>],
        added: &[Named<'p>],
        depth: u8,
        out: &mut Local,
    ) -> Vec<(&'p String, &'p String)> {
        let pairs = same_in_xml(removed, added);
        for (from, to) in &pairs {
            self.element(*from, *to, depth, out);
        }
        pairs.into_iter().map(|(from, to)| (from.0, to.0)).collect()
    }

    /// A property that has another name and another schema in JSON, and is the same element in XML: there only the schema changes.
    fn element(&self, from: Named<'_>, to: Named<'_>, depth: u8, out: &mut Local) {
        let known = out.changes.len();
        let presence = (from.1.required.is_some(), to.1.required.is_some());
        if presence.0 == presence.1 {
            out.changes.push(self.other_name(from, to));
        } else {
            self.removed(from.0, from.1, out);
            self.added(to.0, to.1, out);
        }
        for raw in out.changes.iter_mut().skip(known) {
            raw.xml = None;
        }
        if presence.0 != presence.1 {
            self.element_presence(to.0, from.1, to.1, presence, out);
        }
        let suffix = format!(".{}", to.0);
        let inside = self.graph.local(self.child(from.1, to.1), depth);
        for mut raw in inside.changes {
            (raw.json, raw.text) = (None, None);
            raw.suffix = format!("{suffix}{}", raw.suffix);
            raw.what = format!(
                "in XML, where it is {} still, {}",
                shapes::show(&to.1.xml),
                raw.what
            );
            out.changes.extend(Some(raw).filter(Raw::matters));
        }
        for (pair, below) in inside.edges {
            if let Some(variance) = self.graph.relation(pair, depth) {
                let (one, other) = (&self.graph.base[pair.base], &self.graph.head[pair.head]);
                let spots = (Spot::at(&one.origin, ""), Spot::at(&other.origin, ""));
                let raw = Raw::new(
                    &catalogue::TYPES,
                    variance,
                    "the schema changes",
                    spots.0,
                    spots.1,
                );
                out.changes
                    .push(raw.only_xml().suffix(format!("{suffix}{below}")));
            }
        }
    }

    /// Whether no property is the same: one change, and not one of each property. Reports it.
    pub(super) fn replaced(
        &self,
        removed: &[Named<'_>],
        added: &[Named<'_>],
        depth: u8,
        out: &mut Local,
    ) -> bool {
        let (base, head) = (self.base, self.head);
        // A property that is hidden or renamed is one that stays.
        let rest = base.properties.len() + head.properties.len() - removed.len() - added.len();
        let few = removed.len() + added.len() < 3;
        if rest > 0 || few || !same_in_xml(removed, added).is_empty() {
            return false;
        }
        let closed = |schema: &Schema| matches!(schema.additional, Additional::None(_));
        let asked = added.iter().any(|(_, to)| to.required.is_some());
        let needed = removed.iter().any(|(name, from)| self.needed(name, from));
        let breaks = match (self.direction, removed.is_empty()) {
            (Direction::Argument, false) => asked || closed(head),
            (Direction::Argument, true) => asked,
            (Direction::Reply, false) => needed || closed(base) && !added.is_empty(),
            (Direction::Reply, true) => closed(base),
        };
        let level = match (breaks, removed.is_empty()) {
            (true, _) => Level::Breaking,
            (false, true) => Level::Compatible,
            (false, false) => Level::Risky,
        };
        let variance = match (removed.is_empty(), added.is_empty()) {
            (true, _) => Variance::added(asked),
            (_, true) => Variance::removed(needed),
            _ => Variance::Incomparable,
        };
        let raw = Raw::new(
            &catalogue::OTHER_PROPERTIES,
            variance,
            self.other_properties(removed, added, depth),
            Spot::at(&base.origin, names(removed)),
            Spot::at(&head.origin, names(added)),
        );
        let raw = raw.level(level);
        out.changes.push(match level {
            Level::Compatible => raw,
            _ => raw.hint(Hint::Lost { required: breaks }),
        });
        true
    }

    /// What properties an object has in place of others, in words.
    fn other_properties(&self, removed: &[Named<'_>], added: &[Named<'_>], depth: u8) -> String {
        let whole = |property: &Property, wrapped: bool| {
            let (one, other) = match wrapped {
                true => (self.pair.base, property.schema),
                false => (property.schema, self.pair.head),
            };
            depth == 0 && self.graph.same(self.pair.inside(one, other), depth)
        };
        let inside = added.iter().find(|(_, property)| whole(property, true));
        let outside = removed.iter().find(|(_, property)| whole(property, false));
        match (inside, outside) {
            _ if added.is_empty() => format!("all properties are removed: {}", names(removed)),
            _ if removed.is_empty() => format!("properties are added: {}", names(added)),
            (Some((name, _)), _) => {
                format!("the object is in the property `{name}` of another now")
            }
            (_, Some((name, _))) => {
                format!("the object is no longer in the property `{name}` of another")
            }
            _ => format!(
                "the properties are {} instead of {}",
                names(added),
                names(removed)
            ),
        }
    }

    /// Whether the element that two properties are may be absent changes.
    fn element_presence(
        &self,
        name: &str,
        before: &Property,
        after: &Property,
        required: (bool, bool),
        out: &mut Local,
    ) {
        let Some(variance) = Variance::of(!required.0 && required.1, required.0 && !required.1)
        else {
            return;
        };
        let what = if required.1 {
            "is required now"
        } else {
            "is no longer required"
        };
        let raw = Raw::new(
            &catalogue::PRESENCE,
            variance,
            format!("the element of `{name}` {what}"),
            Spot::at(&before.origin, presence(required.0, false)),
            Spot::at(&after.origin, presence(required.1, false)),
        );
        out.changes.push(raw.only_xml().suffix(format!(".{name}")));
    }
}
