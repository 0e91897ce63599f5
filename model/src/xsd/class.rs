//! What complex types are.

use super::content::MAX_GROUPS;
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
    pub(super) fn class(&self, path: &str, node: Element<'_>) -> Class {
        self.class_of(path, node, 0)
    }

    fn class_of(&self, path: &str, node: Element<'_>, depth: u8) -> Class {
        if let Some(extension) = simple_content(node) {
            let plain = extension
                .children()
                .all(|child| match child.attribute("name") {
                    _ if is(child, "attributeGroup") || is(child, "anyAttribute") => false,
                    _ if !is(child, "attribute") => true,
                    Some("type") => child.attribute("fixed").is_some(),
                    name => name == Some("nil"),
                });
            // What extends a complex type has its attributes.
            let is_scalar = is(extension, "extension") && self.base(path, extension).is_none();
            return match plain && is_scalar {
                true => Class::Scalar,
                false => Class::Struct,
            };
        }
        if let Some((path, base)) = complex_content(node).and_then(|part| self.base(path, part))
            && depth < MAX_GROUPS
        {
            return match self.class_of(path, base, depth + 1) {
                Class::Markup => Class::Markup,
                _ => Class::Struct,
            };
        }
        if node.attribute("mixed") == Some("true") && is_markup(node) {
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

/// Whether mixed content is text with elements in it, rather than elements with white space between them: any elements, in any
/// number and order, or none.
fn is_markup(node: Element<'_>) -> bool {
    let mut groups = node.children().filter(roxmltree::Node::is_element);
    let repeated = |node: Element<'_>| node.attribute("maxOccurs") == Some("unbounded");
    !groups.any(|group| match group.tag_name().name() {
        "annotation" | "attribute" | "attributeGroup" | "anyAttribute" | "assert" => false,
        "choice" => !repeated(group),
        "sequence" => {
            let mut inner = group.children().filter(roxmltree::Node::is_element);
            !repeated(group)
                && !inner.any(|child| is(child, "any") || is(child, "choice") && repeated(child))
        }
        _ => true,
    })
}

/// The extension or restriction in a type's simple content.
pub(super) fn simple_content(node: Element<'_>) -> Option<Element<'_>> {
    derivation(node, "simpleContent")
}

/// The extension or restriction in a type's complex content.
pub(super) fn complex_content(node: Element<'_>) -> Option<Element<'_>> {
    derivation(node, "complexContent")
}

fn derivation<'n>(node: Element<'n>, content: &str) -> Option<Element<'n>> {
    let content = node.children().find(|child| is(*child, content))?;
    let mut parts = content.children();
    parts.find(|part| is(*part, "extension") || is(*part, "restriction"))
}

/// An attribute that a type declares.
fn attribute<'n>(node: Element<'n>, name: &str) -> Option<Element<'n>> {
    node.children()
        .find(|child| is(*child, "attribute") && child.attribute("name") == Some(name))
}
