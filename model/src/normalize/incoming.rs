//! Requests that the API sends: webhooks and callbacks, as a document of their own.

use super::normalized_root;
use crate::diag::Findings;
use crate::normalized::Document;
use crate::source::{Member, Node, Object, Source, Value};

/// Keys of the document that its webhooks and callbacks are read with.
const SHARED: &[&str] = &["openapi", "info", "components", "x-xml-dialect"];

/// What the API sends to the program, as a document whose paths are `webhook NAME` and `METHOD PATH callback NAME`, for
/// who compares documents: the program receives its requests and sends its replies. `None` where the document has neither. Its
/// findings are not kept, because nothing is generated of it.
#[must_use]
pub fn incoming(source: &Source) -> Option<Document> {
    let root = source.root()?;
    let mut paths: Object = Object::new();
    for (name, webhook) in members(root.get("webhooks")) {
        paths.insert(format!("webhook {name}"), webhook.clone());
    }
    for (path, item) in members(root.get("paths")) {
        for (method, operation) in members(Some(&item.node)) {
            for (name, callback) in members(operation.node.get("callbacks")) {
                let callback = shared(root, &callback.node);
                let method = method.to_ascii_uppercase();
                let only = members(Some(callback)).count() == 1;
                for (expression, item) in members(Some(callback)) {
                    // Another expression is another place to send it to, and the same request.
                    let end = if only {
                        String::new()
                    } else {
                        format!(" {expression}")
                    };
                    let path = format!("{method} {path} callback {name}{end}");
                    paths.insert(path, item.clone());
                }
            }
        }
    }
    if paths.is_empty() {
        return None;
    }
    let mut made: Object = SHARED
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), root.as_object()?.get(*key)?.clone())))
        .collect();
    let paths = Node::new(Value::from(paths), root.origin.clone());
    let key = root.origin.clone();
    made.insert("paths".to_owned(), Member { key, node: paths });
    let root = Node::new(Value::from(made), root.origin.clone());
    normalized_root(source, &root, &mut Findings::new())
        .ok()
        .flatten()
}

/// The members of an object, without extensions.
fn members(node: Option<&Node>) -> impl Iterator<Item = (&String, &Member)> {
    let object = node.and_then(Node::as_object);
    object
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with("x-"))
}

/// A callback: the one of `components`, where it refers to one.
fn shared<'n>(root: &'n Node, callback: &'n Node) -> &'n Node {
    let name = callback.get_str("$ref");
    let name = name.and_then(|text| text.strip_prefix("#/components/callbacks/"));
    let components = || root.get("components")?.get("callbacks");
    name.and_then(|name| components()?.get(name))
        .unwrap_or(callback)
}
