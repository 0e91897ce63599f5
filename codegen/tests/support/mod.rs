//! What tests of single documents share.

use lavka_codegen::options::Options;
use lavka_codegen::pipeline::{Generated, generate};

/// Generates a document, from a file as users do. `name` is that of the test: tests run at the same time.
pub(crate) fn generated(name: &str, document: &str) -> Generated {
    let folder = std::env::temp_dir().join(format!("lavka-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("shop.yaml");
    std::fs::write(&path, document).unwrap();
    let made = generate(&path, &[], &Options::new()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    made
}
