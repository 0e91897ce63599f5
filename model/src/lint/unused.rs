//! Components that nothing uses.

use std::collections::HashSet;

use crate::diag::{Code, Finding};
use crate::normalized::{Additional, Document, Header, MediaType, ParameterValue, SchemaId};

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let used = used(document);
    // Generic schemas are used by copies of them.
    let copies = document.schemas.iter().filter(|(id, _)| used[id.index()]);
    let copies: HashSet<_> = copies.map(|(_, copy)| copy.origin.key()).collect();
    for (name, component) in &document.components {
        let schema = &document.schemas[component.schema];
        if used[component.schema.index()] || copies.contains(&schema.origin.key()) {
            continue;
        }
        let message = format!("nothing uses `{name}`");
        findings.push(
            Finding::new(Code::Unused, &component.origin, message)
                .help("remove it, or refer to it from where it belongs"),
        );
    }
}

/// Schemas that operations reach, by any way: as a property, an item, a branch, an entry of `allOf`, or a value of a mapping.
fn used(document: &Document) -> Vec<bool> {
    let mut open: Vec<SchemaId> = Vec::new();
    for operation in &document.operations {
        for parameter in &operation.parameters {
            value(&parameter.value, &mut open);
        }
        if let Some(body) = &operation.request {
            contents(&body.content, &mut open);
        }
        for response in &operation.responses {
            contents(&response.content, &mut open);
            headers(response.headers.values(), &mut open);
        }
    }
    let mut used = vec![false; document.schemas.len()];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut used[id.index()], true) {
            continue;
        }
        let schema = &document.schemas[id];
        open.extend(schema.properties.values().map(|property| property.schema));
        open.extend(&schema.items);
        open.extend(&schema.prefix_items);
        open.extend(&schema.one_of);
        open.extend(&schema.any_of);
        open.extend(&schema.all_of);
        open.extend(&schema.not);
        open.extend(&schema.content_schema);
        if let Additional::Schema(values, _) = schema.additional {
            open.push(values);
        }
        if let Some(discriminator) = &schema.discriminator {
            open.extend(
                discriminator
                    .mapping
                    .values()
                    .filter_map(|(target, _)| *target),
            );
        }
    }
    // What extends a used schema with a discriminator may arrive in its place.
    let mut more = true;
    while std::mem::take(&mut more) {
        for component in document.components.values() {
            let id = component.schema;
            let extends = document.schemas[id].all_of.iter().any(|entry| {
                used[entry.index()] && document.schemas[*entry].discriminator.is_some()
            });
            if extends && !used[id.index()] {
                used[id.index()] = true;
                more = true;
            }
        }
    }
    used
}

fn contents(contents: &[MediaType], open: &mut Vec<SchemaId>) {
    for content in contents {
        open.extend(content.schema);
        for encoding in content.encoding.values() {
            headers(encoding.headers.values(), open);
        }
    }
}

fn headers<'h>(headers: impl Iterator<Item = &'h Header>, open: &mut Vec<SchemaId>) {
    headers.for_each(|header| value(&header.value, open));
}

fn value(value: &ParameterValue, open: &mut Vec<SchemaId>) {
    match value {
        ParameterValue::Schema { schema, .. } => open.push(*schema),
        ParameterValue::Content(content) | ParameterValue::Query(content) => {
            open.extend(content.schema);
        }
        ParameterValue::Missing => {}
    }
}
