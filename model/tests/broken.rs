//! Each file of `tests/broken` is a spec with one fault; beside it is what is reported, from the files to lint. Each file of
//! `tests/accepted` is one in which nothing is reported. Adding a file adds a case; `LAVKA_BLESS=1` rewrites the reports.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lavka_model::diag::{Code, Findings, explain};
use lavka_model::source::{Overlay, load_overlaid_with};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// What is reported of a case, and of `NAME.overlay.yaml` beside it. Paths in reports start at the folder of the cases, whatever
/// the checkout's place.
fn findings(folder: &str, name: &str) -> Findings {
    let root = self::folder(folder);
    let overlay = Path::new(name).with_extension("overlay.yaml");
    let overlays: Vec<Overlay> = std::fs::read(root.join(&overlay))
        .into_iter()
        .map(|bytes| Overlay {
            path: format!("{folder}/{}", overlay.display()),
            bytes,
        })
        .collect();
    let read = |path: &str| std::fs::read(root.join(path));
    let (source, findings) = load_overlaid_with(name, folder, &overlays, &read);
    let (document, mut findings) = lavka_model::with_findings(&source, findings);
    if let Some(document) = &document {
        let (api, found) = lavka_model::derive(document, "broken");
        findings.extend(found);
        findings.extend(lavka_model::lint::lint(document, &api));
    }
    assert!(document.is_some() || findings.has_errors(), "{name}");
    findings
}

fn cases(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(self::folder(folder))
        .expect("the cases are there")
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml") || name.ends_with(".json"))
        .filter(|name| !name.ends_with(".overlay.yaml"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_fault_is_reported_as_its_golden_says() {
    let bless = std::env::var_os("LAVKA_BLESS").is_some();
    let mut wrong = Vec::new();
    for name in cases("broken") {
        let found = findings("broken", &name).to_text();
        let golden = folder("broken").join(&name).with_extension("txt");
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
    for name in cases("broken") {
        let found = findings("broken", &name);
        let mut codes: BTreeSet<&str> = found.iter().map(|finding| finding.code.id()).collect();
        // Most cases have one operation: nothing is left without it.
        if codes.len() > 1 {
            codes.remove(Code::NoOperation.id());
        }
        if codes.len() != 1 {
            wrong.push(format!("{name} raises {codes:?}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_reported_of_what_is_accepted() {
    for name in cases("accepted") {
        let found = findings("accepted", &name);
        assert!(found.is_empty(), "{name}:\n{found}");
    }
}

#[test]
fn no_golden_is_without_its_case() {
    let cases = cases("broken");
    for entry in std::fs::read_dir(folder("broken")).expect("the cases are there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let has = |extension: &str| cases.contains(&format!("{stem}.{extension}"));
            assert!(has("yaml") || has("json"), "{stem}.txt has no case");
        }
    }
}

#[test]
fn every_finding_has_a_place() {
    for name in cases("broken") {
        for finding in &findings("broken", &name) {
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

#[test]
fn every_rule_is_explained() {
    for code in Code::ALL {
        let page = explain(code.id()).unwrap_or_else(|| panic!("{code} is not explained"));
        let heading = format!("## {code} {}\n\n", code.title());
        let body = page.strip_prefix(&heading).expect("a heading");
        let severity = code.severity().as_str();
        let said = body.split(".**").next().map(str::to_lowercase);
        let said = said.unwrap_or_default();
        let milder = format!("**{severity}, or a warning where the rest can be used");
        assert!(said == format!("**{severity}") || said == milder, "{page}");
        assert!(page.contains("```"), "{code} has no example");
        assert!(
            page.contains("**Fix:**"),
            "{code} does not say how to fix it"
        );
    }
    let pages = std::fs::read_dir(folder("../src/diag/rules")).expect("the pages are there");
    assert_eq!(pages.count(), Code::ALL.len(), "a page without a rule");
    assert_eq!(explain("L999"), None);
    assert!(explain(" l103 ").is_some());
}
