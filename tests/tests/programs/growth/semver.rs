//! The same changes before cargo-semver-checks: none is major.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lavka_codegen::options::Options;

use super::{CHANGES, bindings, changed, manifest, root, write};

/// `cargo test -p lavka-tests --test growth -- --ignored`, with cargo-semver-checks in `PATH`.
#[test]
#[ignore = "needs cargo-semver-checks"]
fn no_addition_is_major() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth-semver");
    let _ = fs::remove_dir_all(&out);
    let specs = root().join("specs");
    let base: BTreeMap<&str, String> = lavka_tests::specs::APIS
        .into_iter()
        .map(|api| {
            (
                api,
                bindings(&specs.join(format!("{api}.yaml")), &Options::new()),
            )
        })
        .collect();
    let baseline = rustdoc(&out, "base", &base);
    let mut kinds: Vec<&str> = CHANGES.iter().map(|change| change.what).collect();
    kinds.dedup();
    let mut failed = String::new();
    for kind in kinds {
        let mut modules = base.clone();
        for change in CHANGES.iter().filter(|change| change.what == kind) {
            modules.insert(change.api, changed(&out, &specs, change));
        }
        let current = rustdoc(&out, &kind.replace(' ', "_"), &modules);
        let run = Command::new("cargo")
            .args([
                "semver-checks",
                "--release-type",
                "minor",
                "--color",
                "never",
            ])
            .args(["--baseline-rustdoc".as_ref(), baseline.as_os_str()])
            .args(["--current-rustdoc".as_ref(), current.as_os_str()])
            .output()
            .expect("cargo-semver-checks runs");
        let text = String::from_utf8_lossy(&run.stderr).into_owned()
            + &String::from_utf8_lossy(&run.stdout);
        let checked = text
            .lines()
            .find(|line| line.contains("Checked"))
            .unwrap_or("");
        eprintln!("{kind}: {}", checked.trim());
        if !run.status.success() {
            failed.push_str(&format!("{kind}:\n{text}\n"));
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// The documentation of a crate with these modules, as JSON.
fn rustdoc(out: &Path, name: &str, modules: &BTreeMap<&str, String>) -> PathBuf {
    let folder = out.join(name);
    let mut lib = String::from("#![allow(missing_docs)]\n");
    for (api, text) in modules {
        write(&folder.join(format!("src/{api}.rs")), text);
        lib.push_str(&format!("pub mod {api};\n"));
    }
    write(&folder.join("src/lib.rs"), &lib);
    write(&folder.join("Cargo.toml"), &manifest(&root()));
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    let run = Command::new(env!("CARGO"))
        .args(["rustdoc", "--quiet", "--offline", "--lib", "--"])
        .args(["-Zunstable-options", "--output-format", "json"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", own_target())
        // The JSON of rustdoc is unstable.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
    let json = folder.join("growth.json");
    fs::copy(own_target().join("doc/growth.json"), &json).expect("the documentation");
    json
}

/// A target folder of its own: `RUSTC_BOOTSTRAP` makes cargo rebuild dependencies.
fn own_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth-semver-target")
}
