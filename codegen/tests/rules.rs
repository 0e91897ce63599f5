//! Every rule has a one-fault spec: in `tests/broken` of `lavka-model`, and here for the plan's.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lavka_codegen::diag::{Code, Findings};
use lavka_codegen::pipeline;

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "json"))
        .filter(|path| !path.to_string_lossy().ends_with(".overlay.yaml"))
        .collect();
    paths.sort();
    paths
}

fn codes(findings: &Findings) -> BTreeSet<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn every_rule_has_a_case() {
    let mut raised = codes(&pipeline::lint(Path::new("no-such-folder/none.yaml")));
    for path in cases("../model/tests/broken")
        .iter()
        .chain(&cases("tests/broken"))
    {
        raised.extend(codes(&pipeline::lint(path)));
    }
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| !raised.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case raises {missing:?}");
}

#[test]
fn contested_names_are_reported() {
    let mut text = String::new();
    for path in cases("tests/broken") {
        for finding in &pipeline::lint(&path) {
            text.push_str(&format!(
                "{}:{}:{} {} {}\n",
                path.file_name().unwrap().to_string_lossy(),
                finding.origin.line(),
                finding.origin.column(),
                finding.code,
                finding.message
            ));
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/reports.txt");
    if std::env::var_os("LAVKA_BLESS").is_some() {
        std::fs::write(&golden, &text).expect("the golden can be written");
    }
    let expected = std::fs::read_to_string(golden).unwrap_or_default();
    assert_eq!(text, expected, "LAVKA_BLESS=1 rewrites the golden");
}
