//! Keys of what XML Schema says and no keyword of a schema does. No type depends on them; reviews compare them.

/// What all keys begin with.
pub const PREFIX: &str = "x-xsd-";
/// The built-in type, where it has fewer texts than its format.
pub const TYPE: &str = "x-xsd-type";
/// The schema of the items of a list in one text.
pub const LIST: &str = "x-xsd-list";
/// The schemas of a union that is a text.
pub const UNION: &str = "x-xsd-union";
/// `any`: the elements may come in any order.
pub const ORDER: &str = "x-xsd-order";
/// `totalDigits`.
pub const TOTAL_DIGITS: &str = "x-xsd-total-digits";
/// `fractionDigits`.
pub const FRACTION_DIGITS: &str = "x-xsd-fraction-digits";
/// `minInclusive`, where it is not a keyword.
pub const MIN_INCLUSIVE: &str = "x-xsd-min-inclusive";
/// `maxInclusive`, where it is not a keyword.
pub const MAX_INCLUSIVE: &str = "x-xsd-max-inclusive";
/// `minExclusive`, where it is not a keyword.
pub const MIN_EXCLUSIVE: &str = "x-xsd-min-exclusive";
/// `maxExclusive`, where it is not a keyword.
pub const MAX_EXCLUSIVE: &str = "x-xsd-max-exclusive";

/// The key of a facet.
pub(super) fn facet(name: &str) -> Option<&'static str> {
    Some(match name {
        "totalDigits" => TOTAL_DIGITS,
        "fractionDigits" => FRACTION_DIGITS,
        "minInclusive" => MIN_INCLUSIVE,
        "maxInclusive" => MAX_INCLUSIVE,
        "minExclusive" => MIN_EXCLUSIVE,
        "maxExclusive" => MAX_EXCLUSIVE,
        _ => return None,
    })
}
