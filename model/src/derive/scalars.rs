//! Scalars: `type` and `format`.

use crate::media::{self, Media};
use crate::model::{Constraints, Scalar};
use crate::normalized::{Schema, Type};

/// The scalar of a schema, as far as its type, format and limits say.
pub(super) fn scalar(schema: &Schema, ty: Type) -> Scalar {
    let format = schema
        .format
        .as_ref()
        .map_or("", |format| format.value.as_str());
    match (ty, format) {
        (Type::Integer, "int32") => Scalar::Int32,
        (Type::Integer, "uint32") => Scalar::UInt32,
        (Type::Integer, "uint64") => Scalar::UInt64,
        (Type::Integer, _) if unsigned(schema) => Scalar::UInt64,
        (Type::Integer, _) => Scalar::Int64,
        (Type::Number, "float") => Scalar::Float32,
        (Type::Number, "decimal") => Scalar::DecimalNumber,
        (Type::Number, _) => Scalar::Float64,
        (Type::Boolean, _) => Scalar::Bool,
        (Type::Null, _) => Scalar::Null,
        (_, "decimal") => Scalar::DecimalString,
        (_, "password") => Scalar::Secret,
        (_, "date") => Scalar::Date,
        (_, "date-time") => Scalar::DateTime,
        (_, "date-optional-time") => Scalar::DateOptionalTime,
        (_, "rails-timestamp") => Scalar::RailsTimestamp,
        (_, "binary") => Scalar::Binary,
        (_, "byte") => Scalar::Base64,
        (_, "base64url") => Scalar::Base64Url,
        _ if encoded(schema, "base64") => Scalar::Base64,
        _ if encoded(schema, "base64url") => Scalar::Base64Url,
        _ if raw(schema) => Scalar::Binary,
        _ => Scalar::String,
    }
}

/// Whether this is the `contentEncoding`.
fn encoded(schema: &Schema, name: &str) -> bool {
    let encoding = schema.content_encoding.as_ref();
    encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case(name))
}

/// `contentMediaType` of bytes, and no `contentEncoding`: the bytes themselves, as OpenAPI 3.1 has files.
fn raw(schema: &Schema) -> bool {
    let media = schema.content_media_type.as_ref();
    schema.format.is_none()
        && schema.content_encoding.is_none()
        && media.is_some_and(|media| media::media(media) == Media::Bytes)
}

/// Whether values beyond 63 bits are allowed, and negative ones are not.
fn unsigned(schema: &Schema) -> bool {
    let limits = &schema.limits;
    let low = limits
        .minimum
        .as_ref()
        .or(limits.exclusive_minimum.as_ref());
    let high = limits
        .maximum
        .as_ref()
        .or(limits.exclusive_maximum.as_ref());
    let not_negative = low
        .and_then(|low| low.as_f64())
        .is_some_and(|low| low >= -1.0);
    let beyond = high.is_some_and(|high| {
        high.as_i64().is_none()
            && high
                .as_f64()
                .is_some_and(|high| high >= 9_223_372_036_854_775_807.0)
    });
    let minus_one = low
        .and_then(|low| low.as_f64())
        .is_some_and(|low| low < 0.0)
        && limits.minimum.is_some();
    not_negative && !minus_one && beyond
}

/// Whether a format says something about the type.
fn acted_on(ty: Scalar, format: &str) -> bool {
    match format {
        "int32" => ty == Scalar::Int32,
        "int64" => ty == Scalar::Int64,
        "uint32" => ty == Scalar::UInt32,
        "uint64" => ty == Scalar::UInt64,
        "float" => ty == Scalar::Float32,
        "double" => ty == Scalar::Float64,
        "decimal" => matches!(ty, Scalar::DecimalNumber | Scalar::DecimalString),
        "password" => ty == Scalar::Secret,
        "date" => ty == Scalar::Date,
        "date-time" => ty == Scalar::DateTime,
        "date-optional-time" => ty == Scalar::DateOptionalTime,
        "rails-timestamp" => ty == Scalar::RailsTimestamp,
        "binary" => ty == Scalar::Binary,
        "byte" => ty == Scalar::Base64,
        "base64url" => ty == Scalar::Base64Url,
        _ => false,
    }
}

/// Limits of a schema, and its format where that is documentation only.
pub(super) fn constraints(schema: &Schema, scalar: Option<Scalar>) -> Constraints {
    let limits = &schema.limits;
    let number = |limit: &Option<crate::normalized::Spanned<serde_json::Number>>| {
        limit.as_ref().map(|limit| limit.value.clone())
    };
    let count =
        |limit: &Option<crate::normalized::Spanned<u64>>| limit.as_ref().map(|limit| limit.value);
    let format = schema.format.as_ref().zip(scalar);
    Constraints {
        minimum: number(&limits.minimum),
        maximum: number(&limits.maximum),
        exclusive_minimum: number(&limits.exclusive_minimum),
        exclusive_maximum: number(&limits.exclusive_maximum),
        multiple_of: number(&limits.multiple_of),
        min_length: count(&limits.min_length),
        max_length: count(&limits.max_length),
        pattern: limits.pattern.as_ref().map(|pattern| pattern.value.clone()),
        min_items: count(&limits.min_items),
        max_items: count(&limits.max_items),
        unique_items: limits
            .unique_items
            .as_ref()
            .is_some_and(|unique| unique.value),
        format: format
            .filter(|(format, scalar)| !acted_on(*scalar, &format.value))
            .map(|(format, _)| format.value.clone()),
    }
}
