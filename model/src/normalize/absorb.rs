//! Schemas in forms that say the same at greater length.

use crate::normalized::{AcceptWord, Spanned, Type, Types};
use crate::openapi;

/// A number that may be written as text, as ASP.NET describes every number: `type: [integer, string]`, or none in a map, with a numeric
/// format and a pattern of digits. It is a number, of which text is read too.
pub(super) fn numeric_text(typed: &mut openapi::Schema) {
    let Some(format) = &typed.format else {
        return;
    };
    let number = match format.as_str() {
        format if format.starts_with("int") || format.starts_with("uint") => Type::Integer,
        format
            if ["double", "float", "decimal"]
                .iter()
                .any(|kind| format.starts_with(kind)) =>
        {
            Type::Number
        }
        _ => return,
    };
    let types = match &typed.types {
        Some(types) => types.clone(),
        None => Spanned::new(
            Types::default().with(number).with(Type::String),
            &format.origin,
        ),
    };
    let text = types
        .without(Type::Null)
        .without(Type::Integer)
        .without(Type::Number);
    if text.single() != Some(Type::String) || text == types.without(Type::Null) {
        return;
    }
    let digits = |pattern: &Spanned<String>| {
        let text = pattern.trim_start_matches('^').trim_start_matches("-?");
        text.starts_with("(?:0|[1-9]\\d*)")
    };
    let limits = typed.limits.as_mut();
    let limits = limits.filter(|limits| limits.pattern.as_ref().is_some_and(digits));
    if let Some(limits) = limits.filter(|_| typed.values.is_none()) {
        limits.pattern = None;
        let word = Spanned::new(AcceptWord::String, &types.origin);
        typed.types = Some(Spanned::new(types.without(Type::String), &types.origin));
        let lavka = typed.lavka.get_or_insert_default();
        lavka.accept.push(word);
        lavka.number_as_text = true;
    }
}

/// Inline entries of `allOf` that only annotate, and a single inline entry of a schema that has nothing else, become part of the
/// schema itself.
pub(super) fn absorb(typed: &mut openapi::Schema) {
    if typed.all_of.is_empty() {
        return;
    }
    let whole = typed.all_of.len() == 1
        && typed.reference.is_none()
        && typed.types.is_none()
        && typed.is_structure_free();
    let entries = std::mem::take(&mut typed.all_of);
    for mut entry in entries {
        let plain = entry.reference.is_none()
            && entry.boolean.is_none()
            && entry.all_of.is_empty()
            && (whole || (entry.is_structure_free() && entry.is_object_or_untyped()));
        if !plain {
            typed.all_of.push(entry);
            continue;
        }
        absorb_entry(typed, &mut entry);
    }
}

fn absorb_entry(typed: &mut openapi::Schema, entry: &mut openapi::Schema) {
    macro_rules! fill {
        ($($field:ident)*) => {$(
            if typed.$field.is_none() {
                typed.$field = entry.$field.take();
            }
        )*};
    }
    fill!(title description format values constant default limits content_media_type content_encoding items additional not
        discriminator read_only write_only deprecated xml lavka nullable bare_nullable types);
    macro_rules! join {
        ($($field:ident)*) => {$(
            if typed.$field.is_empty() {
                typed.$field = std::mem::take(&mut entry.$field);
            }
        )*};
    }
    join!(examples prefix_items pattern_properties one_of any_of);
    typed.conditional.append(&mut entry.conditional);
    typed
        .properties
        .extend(std::mem::take(&mut entry.properties));
    typed.required.append(&mut entry.required);
    typed.ignored.append(&mut entry.ignored);
    for (name, node) in std::mem::take(&mut entry.extensions) {
        typed.extensions.entry(name).or_insert(node);
    }
}
