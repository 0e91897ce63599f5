//! With the feature `regenerate`: writes `src/<api>/` anew from the specs beside this package. Otherwise nothing.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "regenerate")]
    regenerate();
}

#[cfg(feature = "regenerate")]
fn regenerate() {
    use lavka_codegen::project::{self, Outputs};

    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let specs = root.join("specs");
    if !specs.is_dir() {
        println!("cargo::warning=the specs are not beside this package: nothing was generated");
        return;
    }
    println!("cargo::rerun-if-changed={}", specs.display());
    let result = project::generate(&specs, &project::options(), &|_| {})
        .and_then(|generated| generated.write(&Outputs::of_project(&root)));
    if let Err(error) = result {
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
    }
}
