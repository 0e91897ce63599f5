//! Schemas in their plainest form, so that documents that say the same are the same: one list in place of choices within choices, an
//! enum in place of constants, and no limits that limit nothing.

use lavka_model::normalized::{Additional, Schema, SchemaId, Schemas, Spanned, Type, Types};
use lavka_model::source::{Node, Value};

use super::tags::branches;

/// Makes the schemas of a document plain.
pub(crate) fn simplify(schemas: &mut Schemas) {
    let ids: Vec<SchemaId> = schemas.iter().map(|(id, _)| id).collect();
    for &id in &ids {
        if !schemas[id].limits.is_default() {
            limits(&mut schemas[id]);
        }
    }
    for &id in &ids {
        flatten(schemas, id);
    }
    // A choice of choices of constants is one when these are.
    for &id in ids.iter().chain(&ids) {
        if let Some((values, descriptions)) = constants(schemas, id) {
            let schema = &mut schemas[id];
            schema.one_of.clear();
            schema.any_of.clear();
            let origin = schema.origin.clone();
            schema.values = Some(Spanned {
                value: values,
                origin,
            });
            if !descriptions.is_empty() {
                schema.lavka.enum_descriptions = descriptions;
            }
            schema.typed = true;
        }
    }
}

/// Leaves out the limits of types that a schema does not have, and those that all values of its enum keep.
fn limits(schema: &mut Schema) {
    let has = |ty: Type| schema.types.has(ty);
    let values = schema.values.as_ref().map(|values| &values.value);
    let all = |keeps: &dyn Fn(&Node) -> bool| {
        values.is_some_and(|values| values.iter().all(|value| value.is_null() || keeps(value)))
    };
    let number = |limit: &Option<Spanned<serde_json::Number>>| limit.as_ref()?.value.as_f64();
    let given = &schema.limits;
    let (least, most) = (number(&given.minimum), number(&given.maximum));
    let (above, below) = (
        number(&given.exclusive_minimum),
        number(&given.exclusive_maximum),
    );
    let float = |node: &Node| match &node.value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    };
    let numbers = all(&|node| {
        float(node).is_none_or(|value| {
            least.is_none_or(|least| value >= least)
                && most.is_none_or(|most| value <= most)
                && above.is_none_or(|above| value > above)
                && below.is_none_or(|below| value < below)
        })
    });
    let count = |limit: &Option<Spanned<u64>>| limit.as_ref().map(|limit| limit.value);
    let (short, long) = (count(&given.min_length), count(&given.max_length));
    let lengths = all(&|node| {
        node.as_str().is_none_or(|text| {
            let length = text.chars().count() as u64;
            short.is_none_or(|short| length >= short) && long.is_none_or(|long| length <= long)
        })
    });
    let is_number = has(Type::Number) || has(Type::Integer);
    let (text, list, object) = (has(Type::String), has(Type::Array), has(Type::Object));
    let limits = &mut *schema.limits;
    if !is_number || numbers {
        (limits.minimum, limits.maximum) = (None, None);
        (limits.exclusive_minimum, limits.exclusive_maximum) = (None, None);
    }
    if !is_number {
        limits.multiple_of = None;
    }
    if !text || lengths {
        (limits.min_length, limits.max_length) = (None, None);
    }
    if !text {
        limits.pattern = None;
    }
    if !list {
        (limits.min_items, limits.max_items, limits.unique_items) = (None, None, None);
    }
    if !object {
        (limits.min_properties, limits.max_properties) = (None, None);
    }
}

/// Whether a schema says nothing of values but its types, enum and branches.
fn bare(schema: &Schema) -> bool {
    schema.component.is_none()
        && schema.format.is_none()
        && schema.default.is_none()
        && schema.limits.is_default()
        && schema.properties.is_empty()
        && schema.required_undeclared.is_empty()
        && schema.required_alternatives.is_empty()
        && schema.items.is_none()
        && schema.prefix_items.is_empty()
        && schema.not.is_none()
        && schema.discriminator.is_none()
        && schema.xml.is_none()
        && schema.ignored.is_empty()
        && matches!(schema.additional, Additional::Unsaid)
}

/// Puts the branches of inline choices into the place of these.
fn flatten(schemas: &mut Schemas, id: SchemaId) {
    let schema = &schemas[id];
    let one = schema.any_of.is_empty();
    if one == schema.one_of.is_empty() || schema.discriminator.is_some() {
        return;
    }
    let mut flat = Vec::new();
    let mut stack: Vec<SchemaId> = branches(schema).iter().rev().copied().collect();
    let mut nested = false;
    while let Some(branch) = stack.pop() {
        let inner = &schemas[branch];
        let list = branches(inner);
        let choice = !list.is_empty()
            && inner.values.is_none()
            && !inner.typed
            && bare(inner)
            && inner.any_of.is_empty() == one
            && inner.one_of.is_empty() != one
            && branch != id
            && flat.len() + stack.len() < MOST_BRANCHES;
        if choice {
            nested = true;
            stack.extend(list.iter().rev());
        } else {
            flat.push(branch);
        }
    }
    if nested {
        let schema = &mut schemas[id];
        if one {
            schema.one_of = flat;
        } else {
            schema.any_of = flat;
        }
    }
}

/// Most branches of a choice that is made plain.
const MOST_BRANCHES: usize = 1000;

/// The values of a choice of constants, or of enums, and what is said of each.
fn constants(schemas: &Schemas, id: SchemaId) -> Option<(Vec<Node>, Vec<Spanned<String>>)> {
    let schema = &schemas[id];
    let list = branches(schema);
    let both = !schema.one_of.is_empty() && !schema.any_of.is_empty();
    if list.is_empty() || both || schema.discriminator.is_some() || schema.values.is_some() {
        return None;
    }
    let (mut values, mut descriptions) = (Vec::new(), Vec::new());
    let mut types = Types::default();
    for &branch in list {
        let branch = &schemas[branch];
        let listed = branch.values.as_ref()?;
        let scalar = |node: &Node| !matches!(node.value, Value::Array(_) | Value::Object(_));
        if !bare(branch) || !branches(branch).is_empty() || !listed.iter().all(scalar) {
            return None;
        }
        types = branch.types.iter().fold(types, Types::with);
        let own = branch.description.as_ref().or(branch.title.as_ref());
        let said = own.map_or("", |text| text.value.as_str());
        let after = if branch.deprecated.value {
            " (deprecated)"
        } else {
            ""
        };
        for value in listed.iter() {
            values.push(value.clone());
            descriptions.push(Spanned {
                value: format!("{said}{after}"),
                origin: own.map_or(&value.origin, |text| &text.origin).clone(),
            });
        }
    }
    if descriptions.iter().all(|text| text.value.is_empty()) {
        descriptions.clear();
    }
    // What both say of types is the same.
    let known = types.iter().all(|ty| schema.types.has(ty));
    known.then_some((values, descriptions))
}
