//! What could be better in a spec that is right: for the people who write and review it.

mod allow;
mod operations;
mod pattern;
mod schemas;
mod texts;
mod unused;

pub use allow::{Exceptions, with_exceptions};

use crate::diag::{Finding, Findings};
use crate::model::Api;
use crate::normalized::Document;

/// Everything that the rules find in a document and its model, but for what the document allows (`x-lint-allow`). An exception
/// that matches no finding is itself a finding.
#[must_use]
pub fn lint(document: &Document, api: &Api) -> Findings {
    with_exceptions(document, every(document, api), &mut Exceptions::default())
}

/// Everything that the rules find.
#[must_use]
pub fn every(document: &Document, api: &Api) -> Findings {
    let mut findings: Vec<Finding> = Vec::new();
    texts::check(api, &mut findings);
    unused::check(document, &mut findings);
    operations::check(document, api, &mut findings);
    schemas::check(document, api, &mut findings);
    findings.into_iter().collect()
}
