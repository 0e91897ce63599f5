//! References by the name of an anchor (`$ref: "#node"`, `$dynamicRef`), and to the schema around them (`$recursiveRef: "#"`), are
//! rewritten as JSON pointers. What a dynamic reference means where its schema is used by another, [`templates`](super::templates)
//! fills in before; of the others it is the anchor of that name in the same component, or else the only one of the document.

use std::collections::HashMap;

use super::tree::{Node, Value};
use crate::origin::escape;

/// Where a component's own pointer ends: `/components/schemas/NAME`.
const COMPONENT: usize = 3;

/// Whether a text may have any. Most have none, and their trees are not walked.
pub(super) fn may_have(text: &str) -> bool {
    ["$anchor", "$dynamicAnchor", "$recursiveRef"]
        .iter()
        .any(|key| text.contains(key))
}

/// Rewrites the references of a file with this text.
pub(super) fn rewrite(root: &mut Node, text: &str) {
    if text.contains("$dynamicRef") {
        super::templates::fill_in(root);
    }
    let mut anchors = Anchors::default();
    anchors.collect(root, &mut Vec::new());
    anchors.replace(root, &mut Vec::new());
}

/// The pointer to the schema below `within` that has an anchor. `None` where none has it, or several have.
pub(super) fn find(root: &Node, within: &str, name: &str) -> Option<String> {
    let mut anchors = Anchors::default();
    anchors.collect(root, &mut Vec::new());
    let all = anchors.0.remove(name)?;
    let pointers = all.iter().map(|at| format!("/{}", at.join("/")));
    let mut near = pointers.filter(|pointer| {
        let rest = pointer.strip_prefix(within);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    near.next().filter(|_| near.next().is_none())
}

/// Anchors: name → where schemas have it.
#[derive(Default)]
struct Anchors(HashMap<String, Vec<Vec<String>>>);

impl Anchors {
    fn collect(&mut self, node: &Node, at: &mut Vec<String>) {
        match &node.value {
            Value::Object(members) => {
                for key in ["$anchor", "$dynamicAnchor"] {
                    let name = members.get(key).and_then(|member| member.node.as_str());
                    if let Some(name) = name {
                        self.0.entry(name.to_owned()).or_default().push(at.clone());
                    }
                }
                for (key, member) in members {
                    at.push(escape(key));
                    self.collect(&member.node, at);
                    at.pop();
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.push(index.to_string());
                    self.collect(item, at);
                    at.pop();
                }
            }
            _ => {}
        }
    }

    fn replace(&self, node: &mut Node, at: &mut Vec<String>) {
        match &mut node.value {
            Value::Object(members) => {
                for key in ["$ref", "$dynamicRef", "$recursiveRef"] {
                    let target = members
                        .get(key)
                        .and_then(|member| member.node.as_str())
                        .and_then(|text| self.target(key, text, at));
                    let Some(target) = target else { continue };
                    if key != "$ref" && members.contains_key("$ref") {
                        continue;
                    }
                    if let Some((index, _, mut member)) = members.shift_remove_full(key) {
                        member.node.value = Value::String(target);
                        members.shift_insert(index, "$ref".to_owned(), member);
                    }
                }
                for (key, member) in members {
                    at.push(escape(key));
                    self.replace(&mut member.node, at);
                    at.pop();
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    at.push(index.to_string());
                    self.replace(item, at);
                    at.pop();
                }
            }
            _ => {}
        }
    }

    /// The reference by a pointer that stands for this one. `None` where it is another kind of reference, or names nothing.
    fn target(&self, key: &str, text: &str, at: &[String]) -> Option<String> {
        let name = text.strip_prefix('#')?;
        let component = at
            .get(..COMPONENT)
            .filter(|at| at[0] == "components" && at[1] == "schemas");
        let found = if key == "$recursiveRef" {
            component.filter(|_| name.is_empty())?
        } else {
            let all = self.0.get(name)?;
            let near = component.and_then(|near| all.iter().find(|at| at.starts_with(near)));
            match (near, all.as_slice()) {
                (Some(near), _) => near,
                (None, [only]) => only,
                _ => return None,
            }
        };
        Some(format!("#/{}", found.join("/")))
    }
}
