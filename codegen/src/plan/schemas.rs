//! What the JSON Schema of a type says of a field, beyond its Rust type.

use lavka_model::model::{Constraints, Field as Fact, Presence, Scalar, TypeRef};
use serde_json::Value;

use super::names::TypeNames;

/// What a field's JSON Schema says beyond its type's.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The type whose schema it is, where that is another.
    pub with: Option<String>,
    /// Keys.
    pub extend: Vec<(&'static str, Value)>,
}

/// The type whose JSON Schema a value has, where its Rust type has none.
pub(super) fn schema_form(names: &TypeNames, ty: &TypeRef) -> Option<String> {
    let own = matches!(
        ty.innermost(),
        TypeRef::Scalar(
            Scalar::DecimalNumber
                | Scalar::DecimalString
                | Scalar::Date
                | Scalar::DateTime
                | Scalar::RailsTimestamp
                | Scalar::DateOptionalTime
        )
    );
    own.then(|| schema_type(names, ty))
}

pub(super) fn schema(names: &TypeNames, f: &Fact) -> Schema {
    let with = schema_form(names, &f.ty).map(|ty| match f.presence {
        Presence::Required => ty,
        Presence::ThreeState => format!("::lavka_runtime::Maybe<{ty}>"),
        _ => format!("::core::option::Option<{ty}>"),
    });
    let mut extend = Vec::new();
    let yes = Value::Bool(true);
    if matches!(
        f.presence,
        Presence::OptionalNull | Presence::RequiredNullable
    ) {
        extend.push(("x-nullable", yes.clone()));
    }
    if f.presence == Presence::RequiredNullable {
        extend.push(("x-required", yes.clone()));
    }
    if let Some(constant) = f.constant.as_ref().filter(|c| !c.is_null()) {
        extend.push(("const", constant.clone()));
    }
    extend.extend(constraints(&f.constraints));
    Schema { with, extend }
}

/// The type whose JSON Schema is that of a value's wire form.
pub(super) fn schema_type(names: &TypeNames, ty: &TypeRef) -> String {
    let own = |name: &str| format!("::lavka_runtime::schema::{name}");
    match ty {
        TypeRef::List(item) => format!("::std::vec::Vec<{}>", schema_type(names, item)),
        TypeRef::Map(value) => format!(
            "::std::collections::BTreeMap<::std::string::String, {}>",
            schema_type(names, value)
        ),
        TypeRef::Nullable(inner) => {
            format!("::core::option::Option<{}>", schema_type(names, inner))
        }
        TypeRef::Boxed(inner) => schema_type(names, inner),
        TypeRef::Scalar(Scalar::DecimalNumber) => own("Decimal"),
        TypeRef::Scalar(Scalar::DecimalString) => own("DecimalString"),
        TypeRef::Scalar(Scalar::Date) => own("Date"),
        TypeRef::Scalar(Scalar::DateTime) => own("DateTime"),
        TypeRef::Scalar(Scalar::RailsTimestamp) => own("RailsTimestamp"),
        TypeRef::Scalar(Scalar::DateOptionalTime) => own("DateOptionalTime"),
        TypeRef::Named(id) => names.ty(*id).as_str().to_owned(),
        // Only the types above have a schema of their own.
        TypeRef::Scalar(_) | TypeRef::Any { .. } => "::lavka_runtime::serde_json::Value".to_owned(),
    }
}

pub(super) fn constraints(c: &Constraints) -> Vec<(&'static str, Value)> {
    let numbers = [
        ("minimum", &c.minimum),
        ("exclusiveMinimum", &c.exclusive_minimum),
        ("maximum", &c.maximum),
        ("exclusiveMaximum", &c.exclusive_maximum),
        ("multipleOf", &c.multiple_of),
    ];
    let counts = [
        ("minLength", c.min_length),
        ("maxLength", c.max_length),
        ("minItems", c.min_items),
        ("maxItems", c.max_items),
    ];
    let texts = [("pattern", &c.pattern), ("format", &c.format)];
    let mut out: Vec<(&'static str, Value)> = Vec::new();
    out.extend(
        numbers
            .into_iter()
            .filter_map(|(key, n)| Some((key, Value::Number(n.clone()?)))),
    );
    out.extend(
        counts
            .into_iter()
            .filter_map(|(key, n)| Some((key, n?.into()))),
    );
    out.extend(
        texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text.clone()?.into()))),
    );
    if c.unique_items {
        out.push(("uniqueItems", Value::Bool(true)));
    }
    out
}
