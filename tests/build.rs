//! Generates bindings the way a user's `build.rs` does: of the small specs in `specs`, for the tests.

use std::error::Error;

use lavka_codegen::build_script;
use lavka_codegen::options::Options;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let options = Options::new()
        .schema_feature("schema")
        .dynamic_feature("dynamic");
    for spec in ["names", "shapes", "bare"] {
        build_script(format!("specs/{spec}.yaml"), &options)?;
    }
    Ok(())
}
