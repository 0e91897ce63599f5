//! Passes over the model.

mod boxes;
mod bytes;
mod sizes;
mod usage;
pub(crate) mod xml;

pub(crate) use bytes::is_bytes;

use crate::diag::Findings;
use crate::model::Api;

/// Runs every pass.
pub(crate) fn analyze(api: &mut Api, findings: &mut Findings) {
    for pass in [
        usage::mark,
        bytes::place,
        boxes::mark,
        sizes::check,
        xml::check,
    ] {
        pass(api, findings);
    }
}
