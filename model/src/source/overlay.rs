//! OpenAPI Overlays: changes to a document that cannot be edited, applied to its tree before anything else reads it.
//!
//! Merged values keep their places in the overlay, so that findings point there.

use std::sync::Arc;

use serde_json_path::{JsonPath, PathElement};

use super::place::plain;
use super::tree::{Node, Value};
use super::yaml::MAX_DEPTH;
use super::{File, Origin};
use crate::diag::{Code, Cost, Finding, Findings};

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Index(usize),
}

/// Keys of an overlay.
const KEYS: &[&str] = &[
    "$self",
    "actions",
    "components",
    "extends",
    "info",
    "overlay",
];
/// Keys of an action.
const ACTION: &[&str] = &["$ref", "copy", "description", "remove", "target", "update"];

/// Most values that the actions of one overlay write: copies of copies would double the document with each action.
const MAX_WRITTEN: usize = 1_000_000;

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
    unknown(&overlay, "an overlay", KEYS, findings);
    let Some(actions) = overlay.get("actions").and_then(Node::as_array) else {
        let message = "`actions` of the overlay is missing, or not a list".into();
        findings.push(refuse(&overlay.origin.head(), message));
        return;
    };
    let shared = overlay.get("components").and_then(|of| of.get("actions"));
    // The same values without places, which paths are evaluated on; changed along with the tree.
    let mut plain = root.to_json();
    let mut left = MAX_WRITTEN;
    for action in actions {
        if let Err(finding) = act(root, &mut plain, action, (shared, &mut left), findings) {
            findings.push(*finding);
        }
    }
}

fn unknown(node: &Node, of: &str, known: &[&str], findings: &mut Findings) {
    for (key, member) in node.as_object().into_iter().flatten() {
        if !known.contains(&key.as_str()) && !key.starts_with("x-") {
            let message = format!("unknown key `{key}` in {of}");
            let finding = Finding::new(Code::UnknownKey, &member.key, message);
            let candidates = known.iter().copied();
            findings.push(finding.costs(Cost::Nothing).suggest(key, candidates));
        }
    }
}

/// The fields of the shared action that an action refers to (1.2).
fn fields<'a>(action: &Node, shared: Option<&'a Node>) -> Result<Option<&'a Node>, Box<Finding>> {
    let Some(reference) = action.get("$ref") else {
        return Ok(None);
    };
    let written = reference.as_str().unwrap_or("");
    let name = written.strip_prefix("#/components/actions/");
    let found = name.and_then(|name| shared?.get(&plain(name)));
    let found = found.and_then(|action| action.get("fields"));
    found.map(Some).ok_or_else(|| {
        let message = format!("unresolved reference `{written}` of an action");
        let finding = Finding::new(Code::Overlay, &reference.origin, message);
        let help = "name an action of this overlay that has `fields`: `#/components/actions/NAME`";
        Box::new(finding.help(help))
    })
}

fn act(
    root: &mut Node,
    plain: &mut serde_json::Value,
    action: &Node,
    (shared, left): (Option<&Node>, &mut usize),
    findings: &mut Findings,
) -> Result<(), Box<Finding>> {
    unknown(action, "an action of an overlay", ACTION, findings);
    let fields = fields(action, shared)?;
    // What an action says itself comes first.
    let get = |key: &str| action.get(key).or_else(|| fields?.get(key));
    let Some(target) = action.get("target") else {
        let message = "`target` of an action is missing";
        return Err(refused(&action.origin.head(), message));
    };
    let mut places = places(plain, target)?;
    if places.is_empty() {
        let text = target.as_str().unwrap_or("");
        let message = format!("`{text}` matches nothing in the document");
        let finding = Finding::new(Code::OverlayUnused, &target.origin, message);
        let help = "the document may have changed: correct the target, or remove the action";
        return Err(Box::new(finding.help(help)));
    }
    if get("remove").and_then(Node::as_bool) == Some(true) {
        // From the last to the first, so that indices stay right; and nothing inside of what is gone.
        places.sort();
        for place in places.iter().rev() {
            remove_at(root, plain, place);
        }
        return Ok(());
    }
    let change = match (get("update"), get("copy")) {
        (Some(update), None) => update.clone(),
        (None, Some(copy)) => copied(root, plain, copy)?,
        (None, None) if get("remove").is_some() => return Ok(()),
        (None, None) => {
            let message = "an action has neither `update`, `copy` nor `remove`";
            return Err(refused(&action.origin.head(), message));
        }
        (Some(_), Some(copy)) => {
            let message = "an action has both `update` and `copy`; expected one of them";
            return Err(refused(&copy.origin, message));
        }
    };
    let deepest = places.iter().map(Vec::len).max().unwrap_or(0);
    if deepest + depth(&change) > MAX_DEPTH {
        let message = format!("this action nests values deeper than {MAX_DEPTH} levels");
        return Err(refused(&target.origin, message));
    }
    *left = left
        .checked_sub(change.size().saturating_mul(places.len()))
        .ok_or_else(|| {
            let message =
                format!("the overlay writes more than {MAX_WRITTEN} values, up to this action");
            refused(&target.origin, message)
        })?;
    for place in &places {
        let (Some(node), Some(value)) = (find(root, place), find_plain(plain, place)) else {
            continue;
        };
        merge(node, &change, true, findings);
        *value = node.to_json();
    }
    Ok(())
}

/// How deep a value is nested: 1 for a scalar.
fn depth(node: &Node) -> usize {
    1 + node.inner().map(depth).max().unwrap_or(0)
}

fn refused(origin: &Origin, message: impl Into<String>) -> Box<Finding> {
    Box::new(Finding::new(Code::Overlay, origin, message))
}

/// The places in the document that a JSONPath selects.
fn places(plain: &serde_json::Value, path: &Node) -> Result<Vec<Vec<Step>>, Box<Finding>> {
    let text = path.as_str().unwrap_or("");
    let parsed = JsonPath::parse(text).map_err(|error| {
        let message = format!("`{text}` is not a JSONPath: {}", error.message());
        refused(&path.origin, message)
    })?;
    let step = |element: &PathElement<'_>| match element {
        PathElement::Name(name) => Step::Key((*name).to_owned()),
        PathElement::Index(index) => Step::Index(*index),
    };
    let found = parsed.query_located(plain);
    let locations = found.locations();
    Ok(locations.map(|at| at.iter().map(step).collect()).collect())
}

/// The value that `copy` selects (1.1). It keeps its place in the document.
fn copied(root: &mut Node, plain: &serde_json::Value, copy: &Node) -> Result<Node, Box<Finding>> {
    let places = places(plain, copy)?;
    let node = match places.as_slice() {
        [one] => find(root, one),
        _ => None,
    };
    node.cloned().ok_or_else(|| {
        let text = copy.as_str().unwrap_or("");
        let count = places.len();
        let message = format!("`copy` selects {count} values by `{text}`; expected one");
        refused(&copy.origin, message)
    })
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

/// Objects are merged, lists get more items, anything else is replaced. A list that is the target itself takes a single item, too.
fn merge(node: &mut Node, update: &Node, target: bool, findings: &mut Findings) {
    match (&mut node.value, &update.value) {
        (Value::Object(object), Value::Object(changes)) => {
            for (key, change) in changes {
                match object.get_mut(key) {
                    Some(member) => merge(&mut member.node, &change.node, false, findings),
                    None => {
                        object.insert(key.clone(), change.clone());
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(more)) => items.extend(more.iter().cloned()),
        (Value::Array(items), _) if target => items.push(update.clone()),
        (Value::Object(_), _) => {
            let message = "this replaces an object by a value of another type";
            let finding = Finding::new(Code::Overlay, &update.origin, message);
            let help = "OpenAPI Overlays merge objects with objects: remove the object first";
            findings.push(finding.costs(Cost::Nothing).help(help));
            *node = update.clone();
        }
        _ => *node = update.clone(),
    }
}
