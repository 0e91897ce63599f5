//! Annotations of XML that have no effect.

use crate::diag::{Code, Finding};
use crate::model::Dialect;
use crate::normalized::{Document, Schema, Type};
use crate::source::Origin;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let rails = document.lavka.xml_dialect.value == Dialect::Rails;
    let mut report = |origin: &Origin, message: &str, help: &str| {
        findings.push(Finding::new(Code::XmlNoEffect, origin, message).help(help));
    };
    for (_, schema) in document.schemas.iter() {
        if let Some(prefix) = schema.xml.as_ref().and_then(|xml| xml.prefix.as_ref())
            && schema
                .xml
                .as_ref()
                .is_some_and(|xml| xml.namespace.is_none())
        {
            report(
                &prefix.origin,
                "`prefix` without `namespace` has no effect",
                "give the namespace's URI: it is what counts when reading",
            );
        }
        for property in schema.properties.values() {
            list(&document.schemas[property.schema], &mut report);
        }
        let ty = schema
            .lavka
            .xml_type
            .as_ref()
            .map(|ty| ("x-type", &ty.origin));
        let text = schema
            .lavka
            .xml_text
            .as_ref()
            .map(|text| ("x-text", &text.origin));
        for (key, origin) in ty.into_iter().chain(text).filter(|_| !rails) {
            report(
                origin,
                &format!("`{key}` has an effect in the dialect `rails` only"),
                "add `x-xml-dialect: rails` to the document, or remove it",
            );
        }
    }
}

fn list(schema: &Schema, report: &mut impl FnMut(&Origin, &str, &str)) {
    let Some(xml) = &schema.xml else { return };
    let wrapped = xml.wrapped.as_ref().filter(|wrapped| wrapped.value);
    if !schema.types.has(Type::Array) {
        if let Some(wrapped) = wrapped {
            report(
                &wrapped.origin,
                "`wrapped` has no effect on something that is not a list",
                "remove it, or make the property an array",
            );
        }
    } else if let (Some(name), None) = (&xml.name, wrapped) {
        report(
            &name.origin,
            "the name of a list that is not wrapped has no effect",
            "give `items` an `xml.name`, or add `wrapped: true`",
        );
    }
}
