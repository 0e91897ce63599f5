//! One self-contained page.

use crate::report::Report;

/// The report as a page.
#[must_use]
pub fn page(report: &Report) -> String {
    let _ = report;
    String::new()
}
