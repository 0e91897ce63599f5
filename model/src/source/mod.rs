//! Spec files: reading them, and knowing where in them everything stands.

mod load;
mod origin;
mod tree;
mod yaml;

pub(crate) use load::join as load_join;
pub use load::{Content, Loaded, Source, load, load_with};
pub use origin::{File, Origin};
pub use tree::{Member, Node, Object, Value, escape, unescape};
pub(crate) use yaml::parse as parse_text;
