//! What a published package needs besides its code.

#![allow(clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;

#[test]
fn every_published_package_is_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let workspace = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace");
    let members = workspace
        .lines()
        .find_map(|line| line.strip_prefix("members = "))
        .expect("members");
    let mut published = 0;
    for member in members.split('"').skip(1).step_by(2) {
        let folder = root.join(member);
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        if manifest.contains("publish = false") {
            continue;
        }
        published += 1;
        let name = manifest
            .lines()
            .find_map(|line| line.strip_prefix("name = "))
            .expect("a name")
            .trim_matches('"');
        for key in ["description", "keywords", "categories", "readme"] {
            let key = format!("\n{key} = ");
            assert!(manifest.contains(&key), "{member}: {}", key.trim());
        }
        let documentation = format!("documentation = \"https://docs.rs/{name}\"");
        assert!(manifest.contains(&documentation), "{member}");
        assert!(folder.join("README.md").is_file(), "{member}: README.md");
        for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let text = |folder: &Path| fs::read(folder.join(license)).unwrap_or_default();
            assert_eq!(text(&folder), text(&root), "{member}: {license}");
        }
    }
    assert!(published > 1 && !workspace.contains("repository ="));
}
