//! Limits of joined schemas.

use crate::normalized::Limits;

use super::fill;

/// Whether there is none.
pub(super) fn are_none(limits: &Limits) -> bool {
    limits.minimum.is_none()
        && limits.maximum.is_none()
        && limits.exclusive_minimum.is_none()
        && limits.exclusive_maximum.is_none()
        && limits.multiple_of.is_none()
        && limits.min_length.is_none()
        && limits.max_length.is_none()
        && limits.pattern.is_none()
        && limits.min_items.is_none()
        && limits.max_items.is_none()
        && limits.unique_items.is_none()
        && limits.min_properties.is_none()
        && limits.max_properties.is_none()
}

/// The tighter of each limit.
pub(super) fn tighten(own: &mut Limits, other: &Limits) {
    macro_rules! tighter {
        ($keep:expr, $($field:ident)*) => {$(
            match (&own.$field, &other.$field) {
                (None, Some(_)) => own.$field.clone_from(&other.$field),
                (Some(mine), Some(theirs)) if $keep(&theirs.value, &mine.value) => own.$field.clone_from(&other.$field),
                _ => {}
            }
        )*};
    }
    tighter!(greater, minimum exclusive_minimum);
    tighter!(|a, b| greater(b, a), maximum exclusive_maximum);
    tighter!(|a: &u64, b: &u64| a > b, min_length min_items min_properties);
    tighter!(|a: &u64, b: &u64| a < b, max_length max_items max_properties);
    tighter!(|a: &bool, b: &bool| *a && !*b, unique_items);
    fill!(own, other; multiple_of pattern);
}

fn greater(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a > b,
        _ => a.as_f64() > b.as_f64(),
    }
}
