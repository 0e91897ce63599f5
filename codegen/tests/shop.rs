//! The module that the runtime's tests call is the one that its spec generates.

#![allow(clippy::expect_used, clippy::panic)]

use std::path::Path;

use lavka_codegen::{Options, pipeline};

#[test]
fn the_shop_of_the_runtimes_tests_is_generated() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/tests/support");
    let generated = pipeline::generate(&folder.join("shop.yaml"), &[], &Options::new())
        .unwrap_or_else(|error| panic!("{error}"));
    for (path, text) in generated.files() {
        let path = folder.join(path);
        if std::env::var_os("LAVKA_BLESS").is_some() {
            std::fs::write(&path, &text).expect("the module can be written");
        }
        let found = std::fs::read(&path).expect("the module is there");
        assert!(
            found == text,
            "{} differs: LAVKA_BLESS=1 writes it",
            path.display()
        );
    }
}
