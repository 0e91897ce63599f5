//! Generates bindings the way a user's `build.rs` does: of the small specs in `specs`, for the tests. And finds out what tests
//! beyond the repository can be run: the others are shown as ignored, with the reason.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lavka_codegen::build_script;
use lavka_codegen::options::Options;
use lavka_codegen::pipeline::generate;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    external();
    let options = Options::new()
        .schema_feature("schema")
        .dynamic_feature("dynamic");
    for spec in ["names", "shapes", "bare", "clients", "schemes"] {
        build_script(format!("specs/{spec}.yaml"), &options)?;
    }
    versions()
}

/// Bindings of both sides of pairs that `review` judges, and of a name that refers to another property: for the tests of versions.
fn versions() -> Result<(), Box<dyn Error>> {
    let review = Path::new(env!("CARGO_MANIFEST_DIR")).join("../review/tests");
    let out = Path::new(&std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?).to_owned();
    let options = Options::new().dynamic_feature("dynamic");
    let mut sides: Vec<(String, PathBuf)> = Vec::new();
    println!("cargo::rerun-if-changed={}", review.join("pairs").display());
    for entry in fs::read_dir(review.join("pairs"))? {
        let folder = entry?.path();
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let number = name.split('-').next().unwrap_or_default();
        if VERSIONS.contains(&number) {
            for side in ["base", "head"] {
                sides.push((
                    format!("{number}_{side}"),
                    folder.join(format!("{side}.yaml")),
                ));
            }
        }
    }
    for side in ["base", "head"] {
        sides.push((
            format!("rebound_{side}"),
            format!("specs/rebound/{side}.yaml").into(),
        ));
        println!("cargo::rerun-if-changed=specs/rebound/{side}.yaml");
    }
    for (name, spec) in sides {
        let made = generate(&spec, &[], &options).map_err(|e| e.to_string())?;
        fs::write(out.join(format!("{name}.rs")), made.single_file())?;
    }
    Ok(())
}

/// The pairs by number.
const VERSIONS: &[&str] = &["02", "10", "15", "18", "19", "20", "25", "35", "46"];

/// `cfg(documents)` where the documents are there (`LAVKA_DOCUMENTS`, or `shared/seeds` beside the repository), `cfg(xmllint)`
/// where that program is.
fn external() {
    println!("cargo::rustc-check-cfg=cfg(documents, xmllint)");
    println!("cargo::rerun-if-env-changed=LAVKA_DOCUMENTS");
    println!("cargo::rerun-if-env-changed=PATH");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    let folder = std::env::var_os("LAVKA_DOCUMENTS").map_or(beside, Into::into);
    if folder.is_dir() {
        println!("cargo::rustc-cfg=documents");
        println!(
            "cargo::rustc-env=LAVKA_DOCUMENTS_FOUND={}",
            folder.display()
        );
    }
    if Command::new("xmllint").arg("--version").output().is_ok() {
        println!("cargo::rustc-cfg=xmllint");
    }
}
