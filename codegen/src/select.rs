//! A choice of operations: the document without the others, and without what only they need.

use std::collections::HashSet;

use lavka_model::model::{Api, TypeName};
use lavka_model::normalized::{Document, Operation};

use crate::diag::{Code, Findings};
use crate::options::Only;

/// Takes out of the document what is not chosen. A choice that nothing fits is a finding.
pub(crate) fn operations(document: &mut Document, only: &[Only]) -> Findings {
    let mut findings = Findings::new();
    if only.is_empty() {
        return findings;
    }
    for choice in only {
        if !document.operations.iter().any(|op| fits(op, choice)) {
            let (what, name) = match choice {
                Only::Operation(id) => ("operation", id),
                Only::Tag(tag) => ("operation with the tag", tag),
                Only::Path(path) => ("operation whose path begins with", path),
            };
            let message = format!("there is no {what} `{name}`");
            findings.report(Code::Unused, &document.origin, message);
        }
    }
    document
        .operations
        .retain(|op| only.iter().any(|choice| fits(op, choice)));
    findings
}

fn fits(op: &Operation, choice: &Only) -> bool {
    match choice {
        Only::Operation(name) => match &op.id {
            Some(id) => id.value == *name,
            // Without an id of its own it is called by its method and path.
            None => name.split_once(' ').is_some_and(|(method, path)| {
                method.eq_ignore_ascii_case(op.method.value.as_str()) && path == op.path.value
            }),
        },
        Only::Tag(tag) => op.tags.iter().any(|own| own.value == *tag),
        Only::Path(path) => op.path.value.starts_with(path.as_str()),
    }
}

/// Takes components out of the document that no operation of the model uses. Whether there were any.
pub(crate) fn components(document: &mut Document, api: &Api) -> bool {
    let used: HashSet<&str> = api
        .types
        .iter()
        .filter(|def| def.usage.request || def.usage.response)
        .filter_map(|def| match &def.name {
            TypeName::Component(name) | TypeName::ComponentInput(name) => Some(name.as_str()),
            TypeName::Inline(path) => path.first().map(String::as_str),
        })
        .collect();
    let before = document.components.len();
    document
        .components
        .retain(|name, _| used.contains(name.as_str()));
    document.components.len() < before
}
