//! Generates bindings the way a user's `build.rs` does: of the small specs in `specs`, for the tests. And finds out what tests
//! beyond the repository can be run: the others are shown as ignored, with the reason.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use lavka_codegen::build_script;
use lavka_codegen::options::Options;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    external();
    let options = Options::new()
        .schema_feature("schema")
        .dynamic_feature("dynamic");
    for spec in ["names", "shapes", "bare", "clients", "schemes"] {
        build_script(format!("specs/{spec}.yaml"), &options)?;
    }
    wire()
}

/// The specs of the wire tests, as modules of one file.
fn wire() -> Result<(), Box<dyn Error>> {
    let options = Options::new().dynamic_feature("dynamic");
    let mut modules = BTreeMap::new();
    for folder in ["specs/cases", "specs/wire"] {
        println!("cargo::rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            let path = build_script(entry?.path(), &options)?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            modules.insert(name.into_owned(), path);
        }
    }
    let text: String = modules
        .iter()
        .map(|(name, path)| format!("pub mod {name} {{ include!({path:?}); }}\n"))
        .collect();
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("wire.rs"), text)?;
    Ok(())
}

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
