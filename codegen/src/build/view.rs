//! A schema as it is used: references followed, the overrides of `allOf` with one entry laid over what they refer to.

use std::collections::HashSet;

use super::Builder;
use crate::model::{Doc, Evidence};
use crate::source::{Node, Origin};

/// A schema and what is laid over it, outermost first.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    layers: Vec<&'a Node>,
    base: &'a Node,
    /// Name of the component that the base is.
    pub(super) component: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The schema itself.
    pub(super) fn base(&self) -> &'a Node {
        self.base
    }

    /// A key of the outermost layer that has it.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// A text of the outermost layer that has it.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Node::as_str)
    }

    /// A flag, false where no layer has it.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Node::as_bool).unwrap_or(false)
    }

    /// A key of `xml`, of the outermost layer that has it.
    pub(super) fn xml(&self, key: &str) -> Option<&'a Node> {
        self.layers
            .iter()
            .find_map(|layer| layer.get("xml")?.get(key))
    }

    /// Place of a key, or of the schema where no layer has it.
    pub(super) fn origin(&self, key: &str) -> Origin {
        let found = self
            .layers
            .iter()
            .find_map(|layer| layer.as_object()?.get(key));
        found.map_or_else(|| self.outer().origin.clone(), |member| member.key.clone())
    }

    /// The outermost layer.
    pub(super) fn outer(&self) -> &'a Node {
        self.layers.first().copied().unwrap_or(self.base)
    }

    /// Documentation.
    pub(super) fn doc(&self) -> Doc {
        let description = self.text("description").unwrap_or("").trim().to_owned();
        Doc {
            summary: first_sentence(&description),
            description,
            source: self.text("x-source").map(str::to_owned),
            evidence: evidence(self.get("x-evidence")),
            deprecated: self.flag("deprecated"),
        }
    }
}

impl<'a> Builder<'a> {
    /// Follows references. `None` where they lead nowhere or in a circle, which the bundle stage reports.
    pub(super) fn view(&self, node: &'a Node) -> Option<View<'a>> {
        let mut layers = Vec::new();
        let mut component = None;
        let mut seen = HashSet::new();
        let mut at = node;
        loop {
            if !seen.insert(std::ptr::from_ref(at)) {
                return None;
            }
            if let Some(reference) = at.reference() {
                let (name, target) = self.schema_target(reference)?;
                component = Some(name);
                at = target;
                continue;
            }
            layers.push(at);
            match over(at) {
                Some(entry) => at = entry,
                None => {
                    return Some(View {
                        layers,
                        base: at,
                        component,
                    });
                }
            }
        }
    }

    /// Name and schema of a component.
    fn schema_target(&self, reference: &str) -> Option<(&'a str, &'a Node)> {
        let (section, name) = crate::bundle::local(reference)?;
        if section != "schemas" {
            return None;
        }
        let name = crate::source::unescape(name);
        let schemas = self
            .doc
            .root()
            .get("components")?
            .get("schemas")?
            .as_object()?;
        schemas
            .get_key_value(&name)
            .map(|(name, member)| (name.as_str(), &member.node))
    }
}

/// The entry that an `allOf` with one entry lays its other keys over.
pub(super) fn over(node: &Node) -> Option<&Node> {
    let [entry] = node.get("allOf")?.as_array()? else {
        return None;
    };
    let structural = [
        "properties",
        "required",
        "type",
        "items",
        "enum",
        "oneOf",
        "additionalProperties",
    ];
    if entry.reference().is_none() || structural.iter().any(|key| node.get(key).is_some()) {
        return None;
    }
    Some(entry)
}

/// The value of `x-evidence`.
pub(super) fn evidence(node: Option<&Node>) -> Evidence {
    match node.and_then(Node::as_str) {
        Some("vendor") => Evidence::Vendor,
        Some("capture") => Evidence::Capture,
        Some("client") => Evidence::Client,
        Some("inferred") => Evidence::Inferred,
        _ => Evidence::Documented,
    }
}

/// The first sentence of the first paragraph, on one line.
pub(super) fn first_sentence(text: &str) -> String {
    let paragraph = text
        .split("\n\n")
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let end = paragraph
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        // `e.g. `, `i.e. `: what follows a sentence begins with a capital letter.
        .find(|&at| {
            paragraph
                .get(at..)
                .and_then(|rest| rest.trim_start().chars().next())
                .is_some_and(|c| !c.is_lowercase())
        });
    end.and_then(|end| paragraph.get(..end))
        .unwrap_or(&paragraph)
        .to_owned()
}

/// Documentation of something that is no schema.
pub(super) fn doc(node: &Node) -> Doc {
    let description = node.get_str("description").unwrap_or("").trim().to_owned();
    let summary = node.get_str("summary").map_or_else(
        || first_sentence(&description),
        |summary| summary.trim().to_owned(),
    );
    Doc {
        summary,
        description,
        source: node.get_str("x-source").map(str::to_owned),
        evidence: evidence(node.get("x-evidence")),
        deprecated: node
            .get("deprecated")
            .and_then(Node::as_bool)
            .unwrap_or(false),
    }
}
