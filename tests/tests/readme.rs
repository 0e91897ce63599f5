//! The README's programs are those that are compiled: `generated/examples`.

#![allow(clippy::expect_used)]

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
