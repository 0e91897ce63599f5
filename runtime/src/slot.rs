//! Where the fields of a struct are kept while it is read: a type for each presence. Its formats say how a slot is
//! filled.

use crate::Maybe;

/// A field that must come.
#[derive(Debug)]
pub struct Required<T>(pub(crate) Option<T>);

/// A field that may be left out; null means the same.
#[derive(Debug)]
pub struct Optional<T>(pub(crate) Option<T>);

/// A field that must come, and may be null.
#[derive(Debug)]
pub struct Nullable<T>(pub(crate) Option<Option<T>>);

/// A field of which absent, null and a value differ.
#[derive(Debug)]
pub struct ThreeState<T>(pub(crate) Maybe<T>);

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

impl<T> Required<T> {
    /// Returns the field; `None` where it has not come.
    #[inline]
    pub fn take(self) -> Option<T> {
        self.0
    }
}

impl<T> Optional<T> {
    /// Returns the field.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // one way to take, for one macro
    pub fn take(self) -> Option<Option<T>> {
        Some(self.0)
    }
}

impl<T> Nullable<T> {
    /// Returns the field; `None` where it has not come.
    #[inline]
    pub fn take(self) -> Option<Option<T>> {
        self.0
    }
}

impl<T> ThreeState<T> {
    /// Returns the field.
    #[inline]
    #[allow(clippy::unnecessary_wraps)] // one way to take, for one macro
    pub fn take(self) -> Option<Maybe<T>> {
        Some(self.0)
    }
}

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
