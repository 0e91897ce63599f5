//! Generates typed Rust clients and models, in JSON and XML, from OpenAPI documents and XML Schemas.
//!
//! A spec goes through stages, each of which can be called by itself: [`source`] reads files, [`bundle`] makes one OpenAPI
//! document of them, [`build`] makes the [`model`], [`lint`] judges it, [`names`] gives Rust names, [`lower`] makes the document
//! that progenitor can take, [`raw`] lets it write the raw client, [`emit`] prints everything else, [`mod@format`] makes files of it.
//! [`pipeline::generate`] is all of them.
//!
//! From a `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Writes OUT_DIR/shop.rs, to be included by `include!(concat!(env!("OUT_DIR"), "/shop.rs"));`
//!     lavka_codegen::build_script("specs/shop.yaml", &lavka_codegen::emit::Options::default())?;
//!     Ok(())
//! }
//! ```

pub mod build;
pub use lavka_model::{bundle, diag, source, xsd};
pub mod emit;
pub mod format;
pub mod lint;
pub mod lower;
pub mod model;
pub mod names;
pub mod next;
pub mod options;
pub mod pipeline;
pub mod plan;
pub mod print;
pub mod project;
pub mod raw;
pub mod samples;
mod select;
#[cfg(feature = "progenitor")]
pub mod stock;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::options::Options;

/// For a `build.rs`: generates one file, `OUT_DIR/<module>.rs`, of a spec, and tells cargo to watch the spec's folder.
///
/// # Errors
/// The findings as text, or why a file cannot be written.
#[allow(clippy::print_stdout)] // how a build script talks to cargo
pub fn build_script(
    spec: impl AsRef<Path>,
    options: &Options,
) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let spec = spec.as_ref();
    let folder = spec
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    println!("cargo::rerun-if-changed={}", folder.display());
    let generated = pipeline::generate(spec, &[], options)?;
    let out =
        env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: `build_script` is for a build.rs")?;
    let path = PathBuf::from(out).join(format!("{}.rs", generated.api.module));
    fs::write(&path, generated.single_file())?;
    Ok(path)
}
