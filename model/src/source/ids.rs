//! References by `$id` (OpenAPI 3.1: `$ref: "address"` beside a schema with `$id: "https://shop.example/schemas/address"`) are
//! rewritten as JSON pointers; here those within a file, in `across.rs` those to others. A pointer inside a schema with an `$id`
//! starts at that schema; many documents mean the file, so it does so only where something is there.

use std::collections::HashMap;

use super::keys::{NAMED, PAYLOADS};
use super::tree::{Node, Value, unescape};
use crate::origin::escape;

/// Whether a text may have any. Most have none, and their trees are not walked.
pub(super) fn may_have(text: &str) -> bool {
    ["$id", "$self"].iter().any(|key| text.contains(key))
}

/// Rewrites the references of a file. `uri` is its own where no `$self` says another.
pub(super) fn rewrite(root: &mut Node, uri: &str) -> Ids {
    let mut start = Scope {
        base: uri.to_owned(),
        at: String::new(),
    };
    let mut ids = Ids::default();
    if let Some(own) = root.get_str("$self") {
        start.base = join(uri, own);
        ids.known.insert(start.base.clone(), String::new());
    }
    ids.collect(root, false, &start, String::new());
    if ids.known.is_empty() {
        return ids;
    }
    let mut found = Vec::new();
    ids.resolve(root, (root, false), &start, &mut found);
    replace(root, false, &mut found.into_iter());
    ids
}

/// What references are relative to.
#[derive(Clone)]
struct Scope {
    /// The URI of the schema with an `$id`, or of the file.
    base: String,
    /// The pointer to it.
    at: String,
}

/// The URIs of a file.
#[derive(Default)]
pub(super) struct Ids {
    /// URI → the pointer to its schema. Where two have one URI, the first counts.
    pub(super) known: HashMap<String, String>,
    /// Where references are that name nothing in the file → what they name, as a URI.
    pub(super) outer: HashMap<(usize, usize), String>,
}

impl Ids {
    fn collect(&mut self, node: &Node, names: bool, scope: &Scope, at: String) {
        let id = node.get_str("$id").filter(|_| !names);
        let inner = id.map(|id| Scope {
            base: join(&scope.base, id),
            at: at.clone(),
        });
        if let Some(inner) = &inner {
            let known = self.known.entry(inner.base.clone());
            known.or_insert_with(|| at.clone());
        }
        let scope = inner.as_ref().unwrap_or(scope);
        each(node, names, |key, child, names| {
            self.collect(child, names, scope, format!("{at}/{}", escape(key)));
        });
    }

    /// What each `$ref` becomes, in document order.
    fn resolve(
        &mut self,
        root: &Node,
        (node, names): (&Node, bool),
        scope: &Scope,
        found: &mut Vec<Option<String>>,
    ) {
        let inner = match names {
            true => None,
            false => self.scope_of(node, scope),
        };
        let scope = inner.as_ref().unwrap_or(scope);
        if let Some(target) = node.get("$ref").filter(|_| !names)
            && let Some(reference) = target.as_str()
        {
            let made = self.target(root, reference, scope);
            if made.is_none() && !reference.starts_with('#') {
                let at = (target.origin.start(), target.origin.end());
                self.outer.insert(at, absolute(&scope.base, reference));
            }
            found.push(made);
        }
        each(node, names, |_, child, names| {
            self.resolve(root, (child, names), scope, found);
        });
    }

    /// The scope that a schema with an `$id` opens.
    fn scope_of(&self, node: &Node, scope: &Scope) -> Option<Scope> {
        let base = join(&scope.base, node.get_str("$id")?);
        let at = self.known.get(&base)?.clone();
        Some(Scope { base, at })
    }

    fn target(&self, root: &Node, reference: &str, scope: &Scope) -> Option<String> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let pointer = match uri {
            "" => &scope.at,
            _ => self.known.get(&join(&scope.base, uri))?,
        };
        let whole = match fragment {
            // An anchor, which is looked up later.
            name if !name.is_empty() && !name.starts_with('/') => return Some(format!("#{name}")),
            path => format!("{pointer}{path}"),
        };
        let is_there = !uri.is_empty() || at(root, &whole).is_some();
        (is_there && (whole != fragment || !uri.is_empty())).then(|| format!("#{whole}"))
    }
}

/// Calls `see` with each key or index, what is there, and whether its keys are names; except payloads, in which `$id` and `$ref` are
/// data.
fn each(node: &Node, names: bool, mut see: impl FnMut(&str, &Node, bool)) {
    match &node.value {
        Value::Object(members) => {
            for (key, member) in members {
                if let Some(names) = inside(key, names) {
                    see(key, &member.node, names);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                see(&index.to_string(), item, false);
            }
        }
        _ => {}
    }
}

/// Whether the keys inside a member are names. `None`: it is a payload.
fn inside(key: &str, names: bool) -> Option<bool> {
    let payload = !names && PAYLOADS.contains(&key);
    (!payload).then(|| !names && NAMED.contains(&key))
}

/// Gives references their new texts, in the order in which they were found. An `$id` would change what a pointer starts at, for
/// readers of a bundle.
fn replace(node: &mut Node, names: bool, texts: &mut impl Iterator<Item = Option<String>>) {
    let is_reference = !names && node.get_str("$ref").is_some();
    match &mut node.value {
        Value::Object(members) => {
            if is_reference
                && let Some(text) = texts.next().flatten()
                && let Some(member) = members.get_mut("$ref")
            {
                member.node.value = Value::String(text);
            }
            if !names
                && members
                    .get("$id")
                    .is_some_and(|id| id.node.as_str().is_some())
            {
                members.shift_remove("$id");
            }
            for (key, member) in members {
                if let Some(names) = inside(key, names) {
                    replace(&mut member.node, names, texts);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace(item, false, texts)),
        _ => {}
    }
}

/// The node that a pointer names.
fn at<'a>(root: &'a Node, pointer: &str) -> Option<&'a Node> {
    let mut node = root;
    for segment in pointer.split('/').skip(1) {
        let segment = unescape(segment);
        node = match &node.value {
            Value::Object(members) => &members.get(&*segment)?.node,
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(node)
}

/// A URI reference, resolved against a base, with its fragment.
pub(super) fn absolute(base: &str, reference: &str) -> String {
    let fragment = reference.find('#').map_or("", |at| &reference[at..]);
    join(base, reference) + fragment
}

/// A URI reference, resolved against a base (RFC 3986, 5.3), without its fragment. The base may be relative itself.
fn join(base: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or("");
    if reference.is_empty() {
        return base.to_owned();
    }
    let scheme = |text: &str| {
        let name = text.split_once(':').map(|(name, _)| name.to_owned());
        name.filter(|name| !name.is_empty() && !name.contains(['/', '?']))
    };
    if scheme(reference).is_some() {
        return reference.to_owned();
    }
    // Where the path starts: after `scheme://authority`.
    let path = match base.split_once("://") {
        Some((scheme, rest)) => scheme.len() + 3 + rest.find('/').unwrap_or(rest.len()),
        None => 0,
    };
    let (head, folder) = base.split_at(path);
    let folder = match reference.starts_with('/') {
        true => "",
        false => folder.rsplit_once('/').map_or("", |(folder, _)| folder),
    };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let separator = if head.is_empty() { "" } else { "/" };
    format!("{head}{separator}{}", parts.join("/"))
}
