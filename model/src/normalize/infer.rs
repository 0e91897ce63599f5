//! Types of schemas that do not say their type, from their other keywords.

use crate::normalized::{Additional, Schema, SchemaId, Type, Types};
use crate::source::Value;

use super::Normalizer;

/// Deepest nesting of unions that is looked into.
const MAX_DEPTH: usize = 32;

impl Normalizer<'_> {
    /// Infers the types of every schema that has no `type`, and which numbers are whole.
    pub(super) fn infer_all(&mut self) {
        let mut known: Vec<Option<Types>> = self
            .schemas
            .iter()
            .map(|(_, schema)| schema.typed.then(|| whole(schema)))
            .collect();
        for id in self.schemas.ids() {
            self.infer(id, &mut known, 0);
        }
        for (schema, types) in self.schemas.0.iter_mut().zip(known) {
            if let Some(types) = types {
                schema.types.value = types;
            }
        }
    }

    fn infer(&self, id: SchemaId, known: &mut Vec<Option<Types>>, depth: usize) -> Types {
        let index = id.index();
        if let Some(types) = known[index] {
            return types;
        }
        if depth > MAX_DEPTH {
            return Types::ANY;
        }
        let schema = &self.schemas[id];
        let nullable = self.notes[index].nullable;
        let own = by_keywords(schema);
        let mut types = match own {
            Some(types) => types,
            None if schema.one_of.is_empty() && schema.any_of.is_empty() => {
                // An entry of `allOf` may have said something.
                let mut entries = Types::ANY;
                if schema.unresolved.is_none() {
                    // Of a branch that refers back here nothing is known.
                    known[index] = Some(Types::ANY);
                    for entry in &schema.all_of {
                        entries = entries.and(self.infer(*entry, known, depth + 1));
                    }
                }
                if entries == Types::default() {
                    Types::ANY
                } else {
                    entries
                }
            }
            None => {
                known[index] = Some(Types::default());
                let mut all = Types::default();
                for branch in schema.branches() {
                    for ty in self.infer(branch, known, depth + 1).iter() {
                        all = all.with(ty);
                    }
                }
                if all == Types::default() {
                    Types::ANY
                } else {
                    all
                }
            }
        };
        if nullable {
            types = types.with(Type::Null);
        }
        known[index] = Some(types);
        types
    }
}

/// The types that a schema says. A number with the format of an integer is one, as the registry of formats has it (`int64` is a signed
/// integer of 64 bits, of the JSON type `number`), unless a limit or value of the schema has a fraction.
fn whole(schema: &Schema) -> Types {
    let types = schema.types.value;
    let format = schema.format.as_ref().and_then(|format| by_format(format));
    if !types.has(Type::Number) || format != Some(Type::Integer) {
        return types;
    }
    let limits = &schema.limits;
    let limits = [
        &limits.minimum,
        &limits.maximum,
        &limits.exclusive_minimum,
        &limits.exclusive_maximum,
        &limits.multiple_of,
    ];
    let limits = limits.into_iter().flatten().map(|limit| &limit.value);
    let values = schema.values.iter().flat_map(|values| &values.value);
    let shown = values.chain(&schema.examples).chain(&schema.default);
    let shown = shown.filter_map(|value| value.as_number());
    let has_fraction = |number: &serde_json::Number| {
        let value = number.as_f64().unwrap_or_default();
        (value - value.trunc()).abs() > 0.0
    };
    match limits.chain(shown).any(has_fraction) {
        true => types,
        false => types.without(Type::Number).with(Type::Integer),
    }
}

/// The types that the keywords of a schema are about. `None` where there are none.
fn by_keywords(schema: &Schema) -> Option<Types> {
    if let Some(values) = &schema.values {
        return Some(
            values
                .iter()
                .map(|value| match &value.value {
                    Value::Null => Type::Null,
                    Value::Bool(_) => Type::Boolean,
                    Value::Number(number) if number.is_f64() => Type::Number,
                    Value::Number(_) => Type::Integer,
                    Value::String(_) => Type::String,
                    Value::Array(_) => Type::Array,
                    Value::Object(_) => Type::Object,
                })
                .collect(),
        )
        .filter(|types: &Types| *types != Types::default());
    }
    let limits = &schema.limits;
    let members = !schema.properties.is_empty() || !matches!(schema.additional, Additional::Unsaid);
    let items = schema.items.is_some() || !schema.prefix_items.is_empty();
    // What a value consists of says more than limits do: some write `uniqueItems: false` everywhere.
    if members || items {
        let types = [(members, Type::Object), (items, Type::Array)];
        let types = types
            .into_iter()
            .filter_map(|(said, ty)| said.then_some(ty));
        return Some(types.collect());
    }
    // The default does not count: some write it at every schema.
    let unique = limits.unique_items.as_ref().is_some_and(|flag| flag.value);
    let object = !schema.required_undeclared.is_empty()
        || limits.min_properties.is_some()
        || limits.max_properties.is_some();
    let array = limits.min_items.is_some() || limits.max_items.is_some() || unique;
    let string = limits.pattern.is_some()
        || limits.min_length.is_some()
        || limits.max_length.is_some()
        || schema.content_encoding.is_some()
        || schema.content_media_type.is_some();
    let number = limits.minimum.is_some()
        || limits.maximum.is_some()
        || limits.exclusive_minimum.is_some()
        || limits.exclusive_maximum.is_some()
        || limits.multiple_of.is_some();
    let format = schema.format.as_ref().and_then(|format| by_format(format));
    let types: Types = [
        (object, Type::Object),
        (array, Type::Array),
        (string, Type::String),
        (number && format != Some(Type::Integer), Type::Number),
    ]
    .into_iter()
    .filter_map(|(said, ty)| said.then_some(ty))
    .chain(format)
    .collect();
    (types != Types::default()).then_some(types)
}

/// The type that a format belongs to.
fn by_format(format: &str) -> Option<Type> {
    Some(match format {
        "int32" | "int64" | "int8" | "int16" | "uint8" | "uint16" | "uint32" | "uint64" => {
            Type::Integer
        }
        "float" | "double" => Type::Number,
        "date" | "date-time" | "time" | "duration" | "email" | "hostname" | "ipv4" | "ipv6"
        | "uri" | "url" | "uri-reference" | "uuid" | "byte" | "binary" | "password" | "base64"
        | "base64url" | "regex" | "idn-email" | "idn-hostname" | "iri" | "json-pointer" => {
            Type::String
        }
        _ => return None,
    })
}
