//! What the specs offer, read from the bundled documents and not through the bindings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// An operation of a spec.
pub(crate) struct Operation {
    /// Whether one of the documents has it.
    pub(crate) documented: bool,
    /// `JSON` and `XML`, as far as the request's or the success's body has the format; forms aside.
    pub(crate) formats: BTreeSet<&'static str>,
}

/// All operations, by API and name.
pub(crate) fn operations() -> BTreeMap<(String, String), Operation> {
    let mut all = BTreeMap::new();
    for api in lavka_sandbox::api_names() {
        let document: Value = serde_json::from_str(lavka_sandbox::spec(api).unwrap()).unwrap();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                if let Some(id) = operation["operationId"].as_str() {
                    let found = Operation {
                        documented: matches!(
                            operation["x-evidence"].as_str(),
                            None | Some("documented")
                        ),
                        formats: formats(&document, operation),
                    };
                    all.insert((api.to_owned(), id.to_owned()), found);
                }
            }
        }
    }
    assert!(all.len() > lavka_sandbox::api_names().count());
    all
}

fn formats(document: &Value, operation: &Value) -> BTreeSet<&'static str> {
    let replies = operation["responses"].as_object().unwrap();
    replies
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .map(|(_, reply)| reply)
        .chain([&operation["requestBody"]])
        .filter_map(|payload| resolve(document, payload)["content"].as_object())
        .flat_map(|content| content.keys())
        .filter_map(|media| match media.rsplit(['/', '+']).next() {
            Some("json") => Some("JSON"),
            Some("xml") => Some("XML"),
            _ => None,
        })
        .collect()
}

fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    while let Some(target) = node["$ref"].as_str() {
        node = document.pointer(target.trim_start_matches('#')).unwrap();
    }
    node
}
