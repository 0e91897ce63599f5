//! Generation from a `build.rs`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::diag::Findings;
use crate::options::Options;
use crate::pipeline;

/// The most warnings that cargo is given of one spec.
const WARNINGS: usize = 10;

/// Generates, in a `build.rs`, one file, `OUT_DIR/<module>.rs`, of a spec. Call it once for each spec.
///
/// Cargo runs the script again when a file that was read changes, and no other. Findings that did not stop the generation are
/// warnings of the build, at most ten for a spec.
///
/// # Errors
/// The findings as text, or why a file cannot be written.
#[allow(clippy::print_stdout)] // how a build script talks to cargo
pub fn build_script(
    spec: impl AsRef<Path>,
    options: &Options,
) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let spec = spec.as_ref();
    // Also where nothing can be read of it.
    println!("cargo::rerun-if-changed={}", spec.display());
    for overlay in &options.overlays {
        println!("cargo::rerun-if-changed={}", overlay.display());
    }
    let generated = pipeline::generate(spec, &[], options)?;
    for file in generated.read.iter().filter(|file| *file != spec) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    warn(&generated.warnings);
    if generated.api.operations.len() < generated.documented && options.only.is_empty() {
        println!(
            "cargo::warning={}: {} of {} operations are in the bindings",
            spec.display(),
            generated.api.operations.len(),
            generated.documented
        );
    }
    let out =
        env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: `build_script` is for a build.rs")?;
    let path = PathBuf::from(out).join(format!("{}.rs", generated.api.module));
    let text = generated.single_file();
    // A file that is touched is compiled again.
    if fs::read(&path).ok().as_ref() != Some(&text) {
        fs::write(&path, text)?;
    }
    Ok(path)
}

#[allow(clippy::print_stdout)]
fn warn(findings: &Findings) {
    for finding in findings.iter().take(WARNINGS) {
        let place = &finding.origin;
        println!(
            "cargo::warning={}:{}: {} ({})",
            place.path(),
            place.line(),
            finding.message,
            finding.code.id()
        );
    }
    if let Some(more) = findings
        .len()
        .checked_sub(WARNINGS)
        .filter(|more| *more > 0)
    {
        println!("cargo::warning=and {more} more; `lavka lint` prints them all");
    }
}
