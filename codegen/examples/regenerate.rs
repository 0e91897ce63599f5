//! Regenerates this repository's bindings without the command line, which depends on them.

use std::error::Error;
use std::path::Path;

use lavka_codegen::project::{self, Outputs};

fn main() -> Result<(), Box<dyn Error>> {
    let project = project::generate(Path::new("specs"), &project::options(), &|_| {})?;
    project.write(&Outputs::of_project(Path::new(".")))?;
    Ok(())
}
