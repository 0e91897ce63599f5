//! References that lead in a circle without ever reaching a type.

use std::collections::HashMap;

use super::{Bundled, local};
use crate::diag::{Code, Finding, Findings};
use crate::source::Node;

/// Reports each circle once.
pub(super) fn check(bundled: &Bundled, findings: &mut Findings) {
    let Some(components) = bundled.root().get("components").and_then(Node::as_object) else {
        return;
    };
    for (section, member) in components {
        let Some(members) = member.node.as_object() else {
            continue;
        };
        let edges: HashMap<&str, Vec<(&str, &Node)>> = members
            .iter()
            .map(|(name, member)| {
                let mut targets = Vec::new();
                collect(&member.node, section, 0, &mut targets);
                (name.as_str(), targets)
            })
            .collect();
        let mut state = HashMap::new();
        for name in members.keys() {
            visit(name, &edges, &mut state, findings);
        }
    }
}

/// Targets that must be known before the schema's own kind is.
fn collect<'a>(
    node: &'a Node,
    section: &str,
    depth: usize,
    targets: &mut Vec<(&'a str, &'a Node)>,
) {
    if let Some(reference) = node.reference() {
        if let Some((found, name)) = local(reference)
            && found == section
        {
            targets.push((name, node.get("$ref").unwrap_or(node)));
        }
        return;
    }
    if depth > 64 || section != "schemas" {
        return;
    }
    for key in ["allOf", "oneOf"] {
        for entry in node.get(key).and_then(Node::as_array).unwrap_or_default() {
            collect(entry, section, depth + 1, targets);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Done,
}

/// Depth-first without recursion: chains may be as long as the document has components.
fn visit<'a>(
    start: &'a str,
    edges: &HashMap<&'a str, Vec<(&'a str, &'a Node)>>,
    state: &mut HashMap<&'a str, State>,
    findings: &mut Findings,
) {
    if state.contains_key(start) {
        return;
    }
    state.insert(start, State::Open);
    let mut stack = vec![(start, 0usize)];
    while let Some((name, next)) = stack.last_mut() {
        let Some((target, node)) = edges.get(*name).and_then(|targets| targets.get(*next)) else {
            state.insert(*name, State::Done);
            stack.pop();
            continue;
        };
        *next += 1;
        match state.get(target) {
            Some(State::Done) => {}
            Some(State::Open) => {
                let from = stack
                    .iter()
                    .position(|(name, _)| name == target)
                    .unwrap_or(0);
                let mut circle: Vec<&str> =
                    stack.iter().skip(from).map(|(name, _)| *name).collect();
                circle.push(target);
                findings.push(
                    Finding::new(Code::RefCycle, &node.origin, format!("references lead in a circle: {}", circle.join(" → ")))
                        .help("one of them must be a type of its own; recursion goes through a property or a list"),
                );
            }
            None => {
                if edges.contains_key(target) {
                    state.insert(target, State::Open);
                    stack.push((target, 0));
                }
            }
        }
    }
}
