//! What complex types are.

use super::{Element, Reader, is};

/// What a complex type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A scalar with at most the attributes `type` and `nil`.
    Scalar,
    /// Inner source, verbatim.
    Markup,
    /// `type="array"` around repeated elements.
    List,
    /// A type of its own.
    Struct,
}

impl Reader<'_> {
    /// What a complex type is.
    pub(super) fn class(&self, node: Element<'_>) -> Class {
        if let Some(extension) = simple_content(node) {
            let plain = extension
                .children()
                .filter(|child| is(*child, "attribute"))
                .all(|attribute| matches!(attribute.attribute("name"), Some("type" | "nil")));
            return if plain { Class::Scalar } else { Class::Struct };
        }
        if node.attribute("mixed").is_some() {
            return Class::Markup;
        }
        let array = attribute(node, "type")
            .is_some_and(|attribute| attribute.attribute("fixed") == Some("array"));
        if array { Class::List } else { Class::Struct }
    }

    /// Whether an element of this type may be null.
    pub(super) fn has_nil(&self, node: Element<'_>) -> bool {
        attribute(simple_content(node).unwrap_or(node), "nil").is_some()
    }
}

/// The extension in a type's simple content.
pub(super) fn simple_content(node: Element<'_>) -> Option<Element<'_>> {
    node.children()
        .find(|child| is(*child, "simpleContent"))?
        .children()
        .find(|child| is(*child, "extension"))
}

/// An attribute that a type declares.
fn attribute<'n>(node: Element<'n>, name: &str) -> Option<Element<'n>> {
    node.children()
        .find(|child| is(*child, "attribute") && child.attribute("name") == Some(name))
}
