//! What changes of how a property appears in XML have in common: words and places.

use lavka_model::normalized::{Property, Schema, XmlNode, XmlShape};
use lavka_model::source::Origin;

use super::effects::Hint;
use super::pairs::Raw;
use crate::catalogue::Check;
use crate::finding::Spot;
use crate::level::Variance;

/// `<note>`, `@number`, text.
pub(super) fn show(shape: &XmlShape) -> String {
    match shape.node {
        XmlNode::Element => format!("`<{}>`", shape.name.local),
        XmlNode::Attribute => format!("the attribute `{}`", shape.name.local),
        XmlNode::Text => "the element's text".to_owned(),
    }
}

/// Where a property's name in XML is written.
pub(super) fn name_origin<'a>(property: &'a Property, schema: &'a Schema) -> &'a Origin {
    let xml = schema.xml.as_ref();
    let name = xml.and_then(|xml| xml.name.as_ref());
    name.map_or(&property.origin, |name| &name.origin)
}

pub(super) fn xml_origin<'a>(property: &'a Property, schema: &'a Schema) -> &'a Origin {
    schema
        .xml
        .as_ref()
        .map_or(&property.origin, |xml| &xml.origin)
}

pub(super) fn change(
    check: &'static Check,
    what: String,
    before: Spot,
    after: Spot,
    name: &str,
    hint: Hint,
) -> Raw {
    Raw::new(check, Variance::Incomparable, what, before, after)
        .only_xml()
        .suffix(format!(".{name}"))
        .hint(hint)
}
