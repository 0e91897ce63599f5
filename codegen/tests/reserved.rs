//! No type of a spec may take a name that a generated file uses: what the files import is what the names keep back.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lavka_codegen::emit::Options;
use lavka_codegen::names::RESERVED_TYPES;
use lavka_codegen::pipeline;

/// The specs of the project and of its tests.
fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("tests/front/small.yaml")];
    for folder in ["../specs", "../tests/specs"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of specs");
        found.extend(
            entries
                .map(|entry| entry.expect("an entry").path())
                .filter(|path| path.extension().is_some_and(|e| e == "yaml")),
        );
    }
    found
}

/// The names that a `use` brings in, but for globs.
fn leaves(tree: &syn::UseTree, found: &mut BTreeSet<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, found),
        syn::UseTree::Name(name) => {
            found.insert(name.ident.to_string());
        }
        syn::UseTree::Rename(rename) => {
            found.insert(rename.rename.to_string());
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, found)),
        syn::UseTree::Glob(_) => {}
    }
}

#[test]
fn what_generated_files_import_is_kept_back() {
    let mut imported = BTreeSet::new();
    for spec in specs() {
        let generated = pipeline::generate(&spec, &[], &Options::default())
            .unwrap_or_else(|e| panic!("{}: {e}", spec.display()));
        // The other files name types with their module.
        let mixed = ["types", "client", "replies", "xml"];
        for (_, file) in (generated.module.files.iter()).filter(|(name, _)| mixed.contains(name)) {
            for item in &file.items {
                if let syn::Item::Use(import) = item {
                    leaves(&import.tree, &mut imported);
                }
            }
        }
    }
    let types = imported
        .iter()
        .filter(|name| name.starts_with(char::is_uppercase));
    assert!(types.clone().count() > 25, "{imported:?}");
    let free: Vec<_> = types
        .filter(|name| !RESERVED_TYPES.contains(&name.as_str()))
        .collect();
    assert!(free.is_empty(), "add to RESERVED_TYPES: {free:?}");
}
