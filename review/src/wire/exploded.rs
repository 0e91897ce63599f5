//! Objects that are exploded in a query or cookie: what travels are their properties, as if each were a parameter.

use lavka_model::normalized::{
    Parameter, ParameterIn, ParameterValue, Property, Schemas, Spanned, Style, Type,
};

/// Whether a parameter's own name is not sent.
pub(super) fn nameless(parameter: &Parameter, schemas: &Schemas) -> bool {
    let place = parameter.location.value;
    match &parameter.value {
        ParameterValue::Schema {
            schema,
            style,
            explode,
            ..
        } => {
            matches!(place, ParameterIn::Query | ParameterIn::Cookie)
                && style.value == Style::Form
                && explode.value
                && schemas[*schema].types.without(Type::Null).single() == Some(Type::Object)
        }
        _ => false,
    }
}

/// Takes the parameters that are the properties of such an object out of the `others`: each with the parameter that the property
/// would be. `None`, and nothing is taken, where a property has no parameter or is no scalar.
pub(super) fn taken_apart<'p>(
    object: &Parameter,
    schemas: &Schemas,
    others: &mut Vec<&'p Parameter>,
) -> Option<Vec<(Parameter, &'p Parameter)>> {
    let schema = &schemas[object
        .value
        .schema()
        .filter(|_| nameless(object, schemas))?];
    let mut found = Vec::new();
    for (name, property) in &schema.properties {
        let part = part(object, name, property, schemas)?;
        let alike = |other: &&&Parameter| {
            other.location.value == part.location.value && other.name.value == part.name.value
        };
        let other = others.iter().find(alike)?;
        found.push((part, *other));
    }
    others.retain(|other| !found.iter().any(|(_, taken)| std::ptr::eq(*taken, *other)));
    (!found.is_empty()).then_some(found)
}

/// The parameter that a property would be.
fn part(
    object: &Parameter,
    name: &str,
    property: &Property,
    schemas: &Schemas,
) -> Option<Parameter> {
    let schema = &schemas[property.schema];
    if schema.types.has(Type::Object) || schema.types.has(Type::Array) {
        return None;
    }
    let mut part = object.clone();
    part.name = Spanned {
        value: name.to_owned(),
        origin: property.origin.clone(),
    };
    part.required.value &= property.required.is_some();
    part.description = schema.description.clone();
    part.deprecated.value |= schema.deprecated.value;
    part.examples = schema.examples.clone();
    part.origin = property.origin.clone();
    if let ParameterValue::Schema { schema, .. } = &mut part.value {
        *schema = property.schema;
    }
    Some(part)
}
