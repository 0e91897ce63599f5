//! Which keywords a schema has.

use crate::normalized::{Type, Types};
use crate::openapi::Schema;
use crate::source::Node;

impl Schema {
    /// Whether no keyword constrains values, `allOf`, `type` and annotations aside.
    pub(crate) fn is_structure_free(&self) -> bool {
        self.is_shapeless() && self.not.is_none()
    }

    /// The same, apart from `not`.
    fn is_shapeless(&self) -> bool {
        self.properties.is_empty()
            && self.items.is_none()
            && self.prefix_items.is_empty()
            && self.values.is_none()
            && self.constant.is_none()
            && self.one_of.is_empty()
            && self.any_of.is_empty()
            && self.additional.is_none()
            && self.pattern_properties.is_empty()
            && self.discriminator.is_none()
            && self.format.is_none()
            && self.limits.is_none()
    }

    /// Whether `type` adds nothing to what the schema is joined with: `{type: object}`, or no type.
    pub(crate) fn is_object_or_untyped(&self) -> bool {
        self.types
            .as_ref()
            .is_none_or(|types| types.without(Type::Null).single() == Some(Type::Object))
    }

    /// Whether it is only null.
    pub(crate) fn is_null(&self) -> bool {
        let null = std::iter::once(Type::Null).collect::<Types>();
        let values = self.values.as_ref();
        self.reference.is_none()
            && (self.types.as_ref().is_some_and(|types| types.value == null)
                || self.constant.as_ref().is_some_and(Node::is_null)
                || values.is_some_and(|all| !all.is_empty() && all.iter().all(Node::is_null)))
    }

    /// Whether it says which properties there must be or must not be, and nothing of what they are.
    pub(crate) fn only_constrains(&self) -> bool {
        (!self.required.is_empty() || self.not.is_some())
            && self.reference.is_none()
            && self.all_of.is_empty()
            && self.is_shapeless()
            && self.is_object_or_untyped()
    }

    /// Whether no value fits: `false`, or `not: {}`.
    pub(crate) fn is_never(&self) -> bool {
        self.boolean == Some(false) || self.not.as_deref().is_some_and(Self::is_any)
    }

    /// Whether every value fits.
    pub(crate) fn is_any(&self) -> bool {
        self.boolean == Some(true) || self.is_empty()
    }

    /// `{}`, or with annotations only.
    pub(crate) fn is_empty(&self) -> bool {
        self.reference.is_none()
            && self.boolean.is_none()
            && self.types.is_none()
            && self.all_of.is_empty()
            && self.required.is_empty()
            && self.is_structure_free()
    }
}
