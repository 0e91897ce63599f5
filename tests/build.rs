//! Generates bindings the way a user's `build.rs` does: of the small specs in `specs`, for the tests.

use std::error::Error;

use lavka_codegen::build_script;
use lavka_codegen::emit::Options;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut options = Options::default();
    options.schema_feature = Some("schema".to_owned());
    options.dynamic_feature = Some("dynamic".to_owned());
    for spec in ["names", "shapes", "bare"] {
        build_script(format!("specs/{spec}.yaml"), &options)?;
    }
    Ok(())
}
