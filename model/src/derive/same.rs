//! Whether two schemas that are written twice say the same.

use std::collections::HashSet;

use crate::normalized::{Additional, Document, Schema, SchemaId};
use crate::source::Node;

/// Whether both allow the same values and describe them alike, places and XML aside.
pub(super) fn same(doc: &Document, a: SchemaId, b: SchemaId) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        if a == b || !seen.insert((a, b)) {
            continue;
        }
        let (x, y) = (&doc.schemas[a], &doc.schemas[b]);
        if x.component.is_some() || y.component.is_some() || !own(x, y) {
            return false;
        }
        let lists = [
            (&x.one_of, &y.one_of),
            (&x.any_of, &y.any_of),
            (&x.prefix_items, &y.prefix_items),
        ];
        for (left, right) in lists {
            if left.len() != right.len() {
                return false;
            }
            open.extend(left.iter().copied().zip(right.iter().copied()));
        }
        match (x.items, y.items) {
            (Some(a), Some(b)) => open.push((a, b)),
            (None, None) => {}
            _ => return false,
        }
        match (&x.additional, &y.additional) {
            (Additional::Schema(a, _), Additional::Schema(b, _)) => open.push((*a, *b)),
            (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => {}
            _ => return false,
        }
        if x.properties.len() != y.properties.len() {
            return false;
        }
        for (name, left) in &x.properties {
            match y.properties.get(name) {
                Some(right) if left.required.is_some() == right.required.is_some() => {
                    open.push((left.schema, right.schema));
                }
                _ => return false,
            }
        }
    }
    true
}

/// What a schema says itself.
fn own(x: &Schema, y: &Schema) -> bool {
    let text = |text: &Option<crate::normalized::Spanned<String>>| {
        text.as_ref().map(|text| text.value.clone())
    };
    let values = |schema: &Schema| {
        schema
            .values
            .as_ref()
            .map(|values| values.iter().map(Node::to_json).collect::<Vec<_>>())
    };
    x.types.value == y.types.value
        && text(&x.format) == text(&y.format)
        && text(&x.title) == text(&y.title)
        && text(&x.description) == text(&y.description)
        && values(x) == values(y)
        && x.read_only.value == y.read_only.value
        && x.write_only.value == y.write_only.value
        && text(&x.lavka.rust_name) == text(&y.lavka.rust_name)
}
