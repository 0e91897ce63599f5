//! Spec files: reading them, and knowing where in them everything stands.

mod json;
mod load;
mod origin;
mod repair;
mod tree;
mod yaml;

pub(crate) use load::join as load_join;
pub use load::{Content, Loaded, Source, load, load_with};
pub use origin::{File, Origin};
pub use tree::{Member, Node, Object, Value, escape, unescape};

use std::sync::Arc;

use crate::diag::Findings;

/// Reads a file's text: JSON, where it is JSON, and else YAML. What could be read is returned even where there are findings.
pub(crate) fn parse(file: &Arc<File>) -> (Option<Node>, Findings) {
    // JSON is YAML too, but is read faster on its own, and YAML lacks its surrogate pairs.
    json::parse(file).unwrap_or_else(|| yaml::parse(file))
}
