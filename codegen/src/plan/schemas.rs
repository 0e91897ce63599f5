//! What the JSON Schema of a type says of a field, beyond its Rust type.

use lavka_model::model::{Constraints, Field as Fact, Presence, Scalar, TypeId, TypeRef};
use serde_json::Value;

/// What a field's JSON Schema says beyond its type's.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The type whose schema it is, where that is another.
    pub with: Option<SchemaType>,
    /// Keys.
    pub extend: Vec<(&'static str, Value)>,
}

/// A type that has the JSON Schema of a value's wire form.
#[derive(Clone, Debug)]
pub enum SchemaType {
    /// This type of the runtime's module `schema`.
    Runtime(&'static str),
    /// A type of the API.
    Named(TypeId),
    /// Any JSON.
    Json,
    /// `Vec` of this.
    Vec(Box<Self>),
    /// A map to this.
    Map(Box<Self>),
    /// `Option` of this.
    Option(Box<Self>),
    /// `Maybe` of this.
    Maybe(Box<Self>),
}

/// The type whose JSON Schema a value has, where its Rust type has none.
pub(super) fn schema_form(ty: &TypeRef) -> Option<SchemaType> {
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
    own.then(|| schema_type(ty))
}

pub(super) fn schema(f: &Fact) -> Schema {
    let with = schema_form(&f.ty).map(|ty| match f.presence {
        Presence::Required => ty,
        Presence::ThreeState => SchemaType::Maybe(Box::new(ty)),
        _ => SchemaType::Option(Box::new(ty)),
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
fn schema_type(ty: &TypeRef) -> SchemaType {
    let of = |inner: &TypeRef| Box::new(schema_type(inner));
    match ty {
        TypeRef::List(item) => SchemaType::Vec(of(item)),
        TypeRef::Map(value) => SchemaType::Map(of(value)),
        TypeRef::Nullable(inner) => SchemaType::Option(of(inner)),
        TypeRef::Boxed(inner) => schema_type(inner),
        TypeRef::Scalar(Scalar::DecimalNumber) => SchemaType::Runtime("Decimal"),
        TypeRef::Scalar(Scalar::DecimalString) => SchemaType::Runtime("DecimalString"),
        TypeRef::Scalar(Scalar::Date) => SchemaType::Runtime("Date"),
        TypeRef::Scalar(Scalar::DateTime) => SchemaType::Runtime("DateTime"),
        TypeRef::Scalar(Scalar::RailsTimestamp) => SchemaType::Runtime("RailsTimestamp"),
        TypeRef::Scalar(Scalar::DateOptionalTime) => SchemaType::Runtime("DateOptionalTime"),
        TypeRef::Named(id) => SchemaType::Named(*id),
        // Only the types above have a schema of their own.
        TypeRef::Scalar(_) | TypeRef::Any { .. } => SchemaType::Json,
    }
}

fn constraints(c: &Constraints) -> Vec<(&'static str, Value)> {
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
