//! What a schema over a single entry takes from it.

use crate::normalized::{Schema, SchemaExtensions, Xml};

use super::fill;

/// Fills in the annotations that a schema over a single entry does not have itself.
pub(super) fn annotate(own: &mut Schema, other: &Schema) {
    fill!(own, other; title description discriminator unresolved);
    remarks(own, other);
}

/// Fills in what a schema of two declarations says of its place: examples, access, XML, extensions.
pub(super) fn remarks(own: &mut Schema, other: &Schema) {
    if own.examples.is_empty() {
        own.examples.clone_from(&other.examples);
    }
    for (mine, theirs) in [
        (&mut own.read_only, &other.read_only),
        (&mut own.write_only, &other.write_only),
        (&mut own.deprecated, &other.deprecated),
    ] {
        if mine.origin.file().is_none() {
            mine.clone_from(theirs);
        }
    }
    if let Some(theirs) = &other.xml {
        match &mut own.xml {
            None => own.xml = Some(theirs.clone()),
            Some(mine) => annotate_xml(mine, theirs),
        }
    }
    if !other.lavka.is_default() {
        annotate_lavka(&mut own.lavka, &other.lavka);
    }
    for (name, node) in &other.extensions {
        own.extensions
            .entry(name.clone())
            .or_insert_with(|| node.clone());
    }
}

fn annotate_lavka(own: &mut SchemaExtensions, other: &SchemaExtensions) {
    fill!(own, other; null_is_absent strict envelope error request_envelope credential xml_type xml_text);
    fill!(own.evidence, other.evidence; source grade);
    if own.accept.is_empty() {
        own.accept.clone_from(&other.accept);
        own.number_as_text = other.number_as_text;
    }
}

fn annotate_xml(mine: &mut Xml, theirs: &Xml) {
    fill!(mine, theirs; name namespace prefix attribute wrapped text);
}
