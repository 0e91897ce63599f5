//! Reads OpenAPI documents and XML Schemas into one checked model of an API. Knows nothing of Rust.

mod analyze;
pub mod bundle;
mod derive;
pub mod diag;
pub mod lint;
pub mod media;
pub mod model;
pub mod normalize;
pub mod normalized;
pub mod openapi;
mod origin;
pub mod source;
pub mod xsd;

pub use derive::{dates, derive, derive_types};
pub use normalize::{incoming, read, read_overlaid, read_source, read_with, with_findings};

use std::path::Path;

/// Reads the document of a file and makes its model: the stages in one call. `None` where nothing could be read. With an error
/// among the findings, the model must not be used to generate.
#[must_use]
pub fn model(
    path: &Path,
    module: &str,
) -> (Option<(normalized::Document, model::Api)>, diag::Findings) {
    let (document, mut findings) = read(path);
    let Some(document) = document else {
        return (None, findings);
    };
    let (api, found) = derive(&document, module);
    findings.extend(found);
    (Some((document, api)), findings)
}
