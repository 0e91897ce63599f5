//! Where the fields of a struct are kept while it is read: a type for each presence. Its formats say how a slot is
//! filled.

use crate::Maybe;

/// A field that must come.
#[derive(Debug)]
pub struct Required<T>(pub Option<T>);

/// A field that may be left out; null means the same.
#[derive(Debug)]
pub struct Optional<T>(pub Option<T>);

/// A field that must come, and may be null.
#[derive(Debug)]
pub struct Nullable<T>(pub Option<Option<T>>);

/// A field of which absent, null and a value differ.
#[derive(Debug)]
pub struct ThreeState<T>(pub Maybe<T>);

/// Returns an empty slot.
#[must_use]
pub const fn required<T>() -> Required<T> {
    Required(None)
}

/// Returns an empty slot.
#[must_use]
pub const fn optional<T>() -> Optional<T> {
    Optional(None)
}

/// Returns an empty slot.
#[must_use]
pub const fn nullable<T>() -> Nullable<T> {
    Nullable(None)
}

/// Returns an empty slot.
#[must_use]
pub const fn maybe<T>() -> ThreeState<T> {
    ThreeState(Maybe::Absent)
}

/// Drops the slots of a struct of which a field has not come. The lints about `drop` do not know this function: some have nothing to drop.
#[inline]
pub fn discard<T>(_: T) {}

/// What a setter stores, by the field's presence.
pub mod set {
    use crate::Maybe;

    /// Returns a value of a field that may be left out.
    #[inline]
    pub const fn optional<T>(value: T) -> Option<T> {
        Some(value)
    }

    /// Returns a value of a field of which absent, null and a value differ.
    #[inline]
    pub const fn maybe<T>(value: T) -> Maybe<T> {
        Maybe::Value(value)
    }
}
