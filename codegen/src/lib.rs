//! Generates typed Rust clients and models, in JSON and XML, from OpenAPI documents and XML Schemas.
//!
//! A spec goes through stages: `lavka-model` reads and normalizes the document and derives the model; [`plan`](mod@plan) makes
//! every decision about Rust, [`print`](mod@print) prints the plan, and [`mod@format`] makes files of it. [`pipeline::generate`] is
//! all of them.
//!
//! From a `build.rs`:
//!
//! ```no_run
//! use lavka_codegen::options::Options;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Writes OUT_DIR/shop.rs, to be included by `include!(concat!(env!("OUT_DIR"), "/shop.rs"));`
//!     lavka_codegen::build_script("specs/shop.yaml", &Options::new())?;
//!     Ok(())
//! }
//! ```

pub use lavka_model::{bundle, diag, source, xsd};
pub mod format;
pub mod options;
pub mod package;
pub mod pipeline;
pub mod plan;
pub mod print;
pub mod samples;
mod script;
mod select;
#[cfg(feature = "progenitor")]
pub mod stock;

pub use options::{Only, Options};
pub use script::build_script;
