//! Generates the client of `library.yaml` into `OUT_DIR`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lavka_codegen::build_script("library.yaml", &lavka_codegen::Options::new())?;
    Ok(())
}
