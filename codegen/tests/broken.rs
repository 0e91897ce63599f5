//! Each file of `tests/broken` is a spec with one fault; beside it stands what is said about it. Dropping in a file adds a
//! case; `LAVKA_BLESS=1` writes what is said now.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lavka_codegen::build::read;
use lavka_codegen::diag::{Code, Findings};
use lavka_codegen::source::load_with;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

/// Paths in goldens start at the corpus, whatever the checkout's place.
fn findings(name: &str) -> Findings {
    let folder = folder();
    let read_file = |path: &str| std::fs::read(folder.join(path));
    let (source, found) = load_with(name, "broken", &read_file);
    lavka_codegen::build::read_source(&source, found, "broken").findings
}

fn cases() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the corpus is there")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a UTF-8 name")
        })
        .filter(|name| name.ends_with(".yaml") || name.ends_with(".json"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_fault_is_reported_as_its_golden_says() {
    let bless = std::env::var_os("LAVKA_BLESS").is_some();
    let mut wrong = Vec::new();
    for name in cases() {
        let found = findings(&name).to_text();
        let golden = folder().join(&name).with_extension("txt");
        if bless {
            std::fs::write(&golden, &found).expect("the golden can be written");
            continue;
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        if found != expected {
            wrong.push(format!(
                "--- {name}: expected\n{expected}\n--- found\n{found}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases differ (LAVKA_BLESS=1 rewrites):\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_case_is_one_fault() {
    let mut wrong = Vec::new();
    for name in cases() {
        let found = findings(&name);
        let codes: BTreeSet<&str> = found.iter().map(|finding| finding.code.id()).collect();
        if codes.len() != 1 {
            wrong.push(format!("{name} raises {codes:?}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules of overlays, of the plan, and of the stages of `lavka-model` after reading.
const LATER: &[Code] = &[
    Code::Overlay,
    Code::OverlayUnused,
    Code::RustNameTaken,
    Code::LeftOut,
    Code::NoOperation,
    Code::Encoding,
    Code::LessTyped,
    Code::Pagination,
    Code::Pattern,
    Code::NoSuccess,
    Code::NoError,
    Code::PathCollision,
    Code::TrailingSlash,
    Code::TagUndeclared,
    Code::PlainHttp,
    Code::MoneyFloat,
    Code::SecretUnmarked,
    Code::Unbounded,
    Code::EnumNear,
    Code::Swappable,
    Code::Idempotence,
    Code::InlineName,
    Code::Exception,
    Code::RelativeServer,
];

#[test]
fn every_rule_has_a_case() {
    let mut raised: BTreeSet<Code> = cases()
        .iter()
        .flat_map(|name| findings(name))
        .map(|finding| finding.code)
        .collect();
    raised.extend(
        read(Path::new("no-such-folder/no-such-file.yaml"))
            .findings
            .iter()
            .map(|finding| finding.code),
    );
    let missing: Vec<&Code> = Code::ALL
        .iter()
        // These cases do not reach the plan, which gives names, nor the stages of `lavka-model` after reading, which have cases of
        // their own there.
        .filter(|code| !LATER.contains(code) && !raised.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case raises {missing:?}");
}

#[test]
fn no_golden_is_without_its_case() {
    let cases = cases();
    for entry in std::fs::read_dir(folder()).expect("the corpus is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let stem = path
                .file_stem()
                .expect("a stem")
                .to_string_lossy()
                .into_owned();
            let has = |extension: &str| cases.contains(&format!("{stem}.{extension}"));
            assert!(has("yaml") || has("json"), "{stem}.txt has no case");
        }
    }
}

#[test]
fn every_finding_has_a_place() {
    for name in cases() {
        for finding in &findings(&name) {
            assert!(
                finding.origin.line() > 0,
                "{name}: {} has no place",
                finding.code
            );
            assert!(
                finding.origin.path().starts_with("broken/"),
                "{name}: {}",
                finding.origin
            );
        }
    }
}
