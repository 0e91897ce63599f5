//! Reads OpenAPI documents and XML Schemas into one checked model of an API. Knows nothing of Rust.

pub mod bundle;
pub mod diag;
pub mod model;
pub mod normalize;
pub mod normalized;
pub mod openapi;
pub mod source;
pub mod xsd;

pub use normalize::{read, read_source, read_with};
