//! The README's programs are those that are compiled: `generated/examples`.

#![allow(clippy::expect_used, clippy::print_stdout)]

use std::fs;
use std::path::Path;

#[test]
fn programs_in_the_readme_are_the_compiled_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let blocks: Vec<&str> = readme
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|b| b.strip_prefix("rust,no_run\n"))
        .collect();
    let mut seen = 0;
    for entry in fs::read_dir(root.join("generated/examples")).expect("the examples") {
        let path = entry.expect("an entry").path();
        let source = fs::read_to_string(&path).expect("an example");
        let program: Vec<&str> = source
            .lines()
            .filter(|l| !l.starts_with("//!") && !l.starts_with("#![allow"))
            .collect();
        let program = program.join("\n");
        assert!(
            blocks.iter().any(|b| b.trim() == program.trim()),
            "{} is not in the README",
            path.display()
        );
        assert!(
            program.trim().lines().count() < 30,
            "{} is long",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > lavka_tests::specs::APIS.len(), "{seen} programs");
}

#[allow(dead_code, missing_docs, unused_imports, unreachable_pub)]
mod programs {
    include!(concat!(env!("OUT_DIR"), "/programs.rs"));

    use std::sync::LazyLock;

    use lavka_sandbox::Sandbox;

    /// Its name, its API, and how it is run.
    type Program = (
        &'static str,
        &'static str,
        fn() -> Result<(), Box<dyn std::error::Error>>,
    );

    pub static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
        let apis = lavka_tests::specs::APIS.into_iter();
        apis.fold(Sandbox::builder(), lavka_sandbox::Builder::api)
            .start_blocking()
            .expect("a sandbox")
    });

    fn base_url(api: &str) -> String {
        SANDBOX.url(api)
    }

    fn file() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
    }
}

#[test]
fn programs_in_the_readme_run_against_the_sandbox() {
    for (name, api, main) in programs::PROGRAMS {
        let _ = programs::SANDBOX.take_requests();
        let result = main();
        assert!(result.is_ok(), "{name}: {result:?}");
        let requests = programs::SANDBOX.take_requests();
        assert!(!requests.is_empty(), "{name} sent nothing to {api}");
    }
}

/// The programs of `docs/migration.md` compile.
#[allow(dead_code, missing_docs, unused_variables, unreachable_pub)]
mod migration {
    use lavka::client::Call;
    use lavka::insales_digital::{self, NewAsset};
    use lavka::insales_products::{
        Client, ListProductsParams, NewProduct, NewVariant, Operations, Product, ProductUpdate,
    };
    use lavka::{CodecErrorKind, Decimal, Error, ErrorKind, Upload};

    include!(concat!(env!("OUT_DIR"), "/migration.rs"));
}
