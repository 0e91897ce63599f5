//! Spec files as trees in which every value has its place.

mod across;
mod anchors;
mod ids;
mod json;
mod keys;
mod load;
#[cfg(feature = "overlay")]
mod overlay;
mod place;
mod repair;
mod templates;
mod text;
mod tree;
mod yaml;

pub use crate::origin::{File, Origin, escape};
pub use load::{
    Content, Loaded, Overlay, Source, load, load_overlaid, load_overlaid_with, load_with,
    load_within,
};
pub(crate) use place::join as load_join;
pub(crate) use place::{Lost, Place, plain};
pub use tree::{Member, Node, Object, Value, unescape};

use std::sync::Arc;

use crate::diag::Findings;

/// Reads a file's text: JSON, where it is JSON, and else YAML. What could be read is returned even where there are findings.
pub(crate) fn parse(file: &Arc<File>) -> (Option<Node>, Findings) {
    // JSON is YAML too, but is read faster on its own, and YAML lacks its surrogate pairs.
    json::parse(file).unwrap_or_else(|| yaml::parse(file))
}
