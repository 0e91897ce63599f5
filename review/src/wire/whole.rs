//! Which whole numbers a schema allows: by its format, and by its limits.

use lavka_model::normalized::{Schema, Spanned, Type};
use lavka_model::source::Origin;
use serde_json::Number;

/// The whole numbers that a format allows. Without one they are taken as 64 bits, as programs do.
pub(super) fn integers(format: Option<&str>) -> (i128, i128) {
    match format {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

/// A bound: its value, and whether the value itself is excluded.
pub(super) type Bound<'a> = Option<(f64, bool, &'a Origin, String)>;

fn bound<'a>(
    plain: &'a Option<Spanned<Number>>,
    exclusive: &'a Option<Spanned<Number>>,
    sign: f64,
    whole: bool,
) -> Bound<'a> {
    let read = |limit: &'a Option<Spanned<Number>>, open: bool| {
        let limit = limit.as_ref()?;
        let value = limit.value.as_f64()? * sign;
        let tail = if open { " (excluded)" } else { "" };
        let text = format!("{}{tail}", limit.value);
        // Of whole numbers, the next one is the bound.
        let (value, open) = match (whole, open) {
            (true, true) => (value.floor() + 1.0, false),
            (true, false) => (value.ceil(), false),
            (false, _) => (value, open),
        };
        Some((value, open, &limit.origin, text))
    };
    let (one, other) = (read(plain, false), read(exclusive, true));
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.0 > other.0 { one } else { other }),
        (one, other) => one.or(other),
    }
}

pub(super) fn whole(schema: &Schema) -> bool {
    schema.types.single() == Some(Type::Integer)
}

/// The end of what a format of whole numbers allows, as a lower bound.
pub(super) fn format_end(schema: &Schema, sign: f64) -> f64 {
    let (low, high) = integers(schema.format.as_deref().map(String::as_str));
    if sign > 0.0 {
        low as f64
    } else {
        -(high as f64)
    }
}

/// The lower bound, or with the sign -1 the upper one. What the format does not allow anyway is not a limit.
pub(super) fn limit(schema: &Schema, sign: f64) -> Bound<'_> {
    let limits = &schema.limits;
    let (plain, exclusive) = if sign > 0.0 {
        (&limits.minimum, &limits.exclusive_minimum)
    } else {
        (&limits.maximum, &limits.exclusive_maximum)
    };
    let found = bound(plain, exclusive, sign, whole(schema));
    found.filter(|found| !whole(schema) || found.0 > format_end(schema, sign))
}

/// Whether the lower and the upper end of whole numbers are limits on either side, and not only the ends of the formats.
pub(super) fn limited(base: &Schema, head: &Schema) -> [bool; 2] {
    let both = whole(base) && whole(head);
    [1.0, -1.0].map(|sign| both && (limit(base, sign).is_some() || limit(head, sign).is_some()))
}

/// Whether both have the same limits of whole numbers.
pub(super) fn same_limits(base: &Schema, head: &Schema) -> bool {
    let value = |schema, sign| limit(schema, sign).map(|found| (found.0, found.1));
    [1.0, -1.0].map(|sign| value(base, sign) == value(head, sign)) == [true; 2]
}
