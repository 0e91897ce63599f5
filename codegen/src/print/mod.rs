//! The plan as tokens. Nothing is decided here.

pub mod client;
mod credentials;
mod docs;
pub mod dynamic;
mod headers;
mod methods;
mod module;
pub mod operations;
mod options;
mod pages;
pub mod replies;
pub mod rust_type;
mod servers;
mod testing;
pub mod types;

pub use docs::DOCS;
pub use module::{FILES, Layout, Part, Printer, nested, root};
