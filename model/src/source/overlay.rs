//! OpenAPI Overlays: changes to a document that cannot be edited, applied to its tree before anything else reads it.
//!
//! Merged values keep their places in the overlay, so that findings point there.

use std::sync::Arc;

use serde_json_path::{JsonPath, PathElement};

use super::tree::{Member, Node, Object, Value};
use super::{File, Origin};
use crate::diag::{Code, Cost, Finding, Findings};

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Index(usize),
}

/// Applies an overlay to a document's tree.
pub(super) fn apply(root: &mut Node, file: &Arc<File>, findings: &mut Findings) {
    let (overlay, found) = super::parse(file);
    findings.extend(found);
    let Some(overlay) = overlay else { return };
    let refuse = |origin: &Origin, message: String| Finding::new(Code::Overlay, origin, message);
    let Some(version) = overlay.get("overlay") else {
        let finding = refuse(
            &overlay.origin.head(),
            "this is not an OpenAPI Overlay: the key `overlay` is missing".into(),
        );
        findings.push(finding.help("begin with `overlay: 1.0.0`"));
        return;
    };
    let written = version.written();
    if !written.starts_with("1.") {
        let message = format!("the Overlay version is `{written}`; expected 1.x");
        findings.push(refuse(&version.origin, message));
        return;
    }
    for (key, member) in overlay.as_object().into_iter().flatten() {
        if !["overlay", "info", "extends", "actions"].contains(&key.as_str())
            && !key.starts_with("x-")
        {
            let finding = Finding::new(
                Code::UnknownKey,
                &member.key,
                format!("unknown key `{key}` in an overlay"),
            );
            findings.push(
                finding
                    .costs(Cost::Nothing)
                    .suggest(key, ["actions", "extends", "info"]),
            );
        }
    }
    let Some(actions) = overlay.get("actions").and_then(Node::as_array) else {
        let message = "`actions` of the overlay is missing, or not a list".into();
        findings.push(refuse(&overlay.origin.head(), message));
        return;
    };
    // The same values without places, which paths are evaluated on; changed along with the tree.
    let mut plain = root.to_json();
    for action in actions {
        act(root, &mut plain, action, findings);
    }
}

fn act(root: &mut Node, plain: &mut serde_json::Value, action: &Node, findings: &mut Findings) {
    let Some(target) = action.get("target") else {
        let message = "`target` of an action is missing";
        findings.report(Code::Overlay, &action.origin.head(), message);
        return;
    };
    for (key, member) in action.as_object().into_iter().flatten() {
        let known = ["target", "description", "update", "remove"];
        if !known.contains(&key.as_str()) && !key.starts_with("x-") {
            let message = format!("unknown key `{key}` in an action of an overlay");
            let finding = Finding::new(Code::UnknownKey, &member.key, message);
            findings.push(finding.costs(Cost::Nothing).suggest(key, known));
        }
    }
    let text = target.as_str().unwrap_or("");
    let path = match JsonPath::parse(text) {
        Ok(path) => path,
        Err(error) => {
            let message = format!("`{text}` is not a JSONPath: {}", error.message());
            findings.report(Code::Overlay, &target.origin, message);
            return;
        }
    };
    let mut places: Vec<Vec<Step>> = path
        .query_located(plain)
        .locations()
        .map(|location| {
            location
                .iter()
                .map(|element| match element {
                    PathElement::Name(name) => Step::Key((*name).to_owned()),
                    PathElement::Index(index) => Step::Index(*index),
                })
                .collect()
        })
        .collect();
    if places.is_empty() {
        let finding = Finding::new(
            Code::OverlayUnused,
            &target.origin,
            format!("`{text}` matches nothing in the document"),
        );
        findings.push(
            finding.help("the document may have changed: correct the target, or remove the action"),
        );
        return;
    }
    let remove = action.get("remove").and_then(Node::as_bool) == Some(true);
    if remove {
        // From the last to the first, so that indices stay right; and nothing inside of what is gone.
        places.sort();
        for place in places.iter().rev() {
            remove_at(root, plain, place);
        }
        return;
    }
    let Some(update) = action.get("update") else {
        if action.get("remove").is_none() {
            let message = "an action has neither `update` nor `remove`";
            findings.report(Code::Overlay, &action.origin.head(), message);
        }
        return;
    };
    for place in &places {
        let (Some(node), Some(value)) = (find(root, place), find_plain(plain, place)) else {
            continue;
        };
        merge(node, update, true);
        *value = node.to_json();
    }
}

fn find<'n>(root: &'n mut Node, place: &[Step]) -> Option<&'n mut Node> {
    place
        .iter()
        .try_fold(root, |node, step| match (&mut node.value, step) {
            (Value::Object(object), Step::Key(key)) => {
                object.get_mut(key).map(|member| &mut member.node)
            }
            (Value::Array(items), Step::Index(index)) => items.get_mut(*index),
            _ => None,
        })
}

fn find_plain<'v>(
    root: &'v mut serde_json::Value,
    place: &[Step],
) -> Option<&'v mut serde_json::Value> {
    place.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(*index),
    })
}

fn remove_at(root: &mut Node, plain: &mut serde_json::Value, place: &[Step]) {
    let Some((last, parent)) = place.split_last() else {
        return;
    };
    if let Some(node) = find(root, parent) {
        match (&mut node.value, last) {
            (Value::Object(object), Step::Key(key)) => {
                object.shift_remove(key);
            }
            (Value::Array(items), Step::Index(index)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
    }
    match (find_plain(plain, parent), last) {
        (Some(serde_json::Value::Object(object)), Step::Key(key)) => {
            object.remove(key);
        }
        (Some(serde_json::Value::Array(items)), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

/// Objects are merged, lists get more items, anything else is replaced. A target that is a list gets one more item.
fn merge(node: &mut Node, update: &Node, target: bool) {
    match (&mut node.value, &update.value) {
        (Value::Object(object), Value::Object(changes)) => merge_objects(object, changes),
        (Value::Array(items), Value::Array(more)) if !target => items.extend(more.iter().cloned()),
        (Value::Array(items), _) if target => items.push(update.clone()),
        _ => *node = update.clone(),
    }
}

fn merge_objects(object: &mut Object, changes: &Object) {
    for (key, change) in changes {
        match object.get_mut(key) {
            Some(member) => merge(&mut member.node, &change.node, false),
            None => {
                let member = Member {
                    key: change.key.clone(),
                    node: change.node.clone(),
                };
                object.insert(key.clone(), member);
            }
        }
    }
}
