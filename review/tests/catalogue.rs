//! Each check reports what it says, and is quiet where it says so; undone, what widened narrows.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use lavka_review::catalogue::{self, Check};
use lavka_review::level::Variance;
use lavka_review::report::Report;

/// Each change that a check reports: the check, the patch, the report on it and on the patch undone.
static FIRES: LazyLock<Vec<(&'static Check, &'static str, Report, Report)>> = LazyLock::new(|| {
    let all =
        catalogue::all().flat_map(|check| check.fires.iter().map(move |patch| (check, patch)));
    all.map(|(check, patch)| {
        let (there, back) = support::both_ways(patch);
        (check, *patch, there, back)
    })
    .collect()
});

fn codes(report: &Report) -> BTreeSet<&'static str> {
    report.findings().map(|(_, f)| f.check.code).collect()
}

fn reported(report: &Report) -> Vec<String> {
    let one = |f: &lavka_review::finding::Finding| {
        format!(
            "{} {}: {} ({})",
            f.check.code,
            f.place,
            f.what,
            f.level().as_str()
        )
    };
    report.findings().map(|(_, f)| one(f)).collect()
}

/// Whether a code that only Rust shows can be reported: the bindings of the example document can be made.
fn judged(check: &Check, report: &Report) -> bool {
    !check.code.starts_with("R7") || report.specs.iter().all(|s| s.rust_not_judged.is_none())
}

#[test]
fn fires() {
    let mut failed = Vec::new();
    for (check, patch, report, _) in FIRES.iter() {
        {
            // What Rust sees is often part of the finding on the wire.
            let rust = check.code.starts_with("R7");
            let said = rust
                && report.findings().any(|(_, f)| {
                    f.rust
                        .iter()
                        .any(|effect| Some(effect.level) == Some(check.levels.argument[0]))
                });
            if judged(check, report) && !codes(report).contains(check.code) && !said {
                failed.push(format!(
                    "{}: `{patch}` gives {:?}",
                    check.code,
                    reported(report)
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn quiet() {
    let mut failed = Vec::new();
    for check in catalogue::all() {
        for patch in check.quiet {
            let (base, head) = support::sides(patch);
            let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
            if codes(&report).contains(check.code) {
                failed.push(format!(
                    "{}: `{patch}` gives {:?}",
                    check.code,
                    reported(&report)
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn enough_pairs() {
    let pairs: usize = catalogue::all()
        .map(|c| c.fires.len() + c.quiet.len())
        .sum();
    assert!(pairs >= 150, "{pairs}");
    for check in catalogue::all() {
        let outside =
            check.code.starts_with("R9") || ["R801", "R802", "R806"].contains(&check.code);
        assert!(outside || !check.fires.is_empty(), "{}", check.code);
        assert!(outside || !check.quiet.is_empty(), "{}", check.code);
    }
}

/// Places whose values became more, or fewer.
fn places(report: &Report, variance: Variance) -> BTreeSet<String> {
    report
        .findings()
        .filter(|(_, f)| f.variance == Some(variance))
        .map(|(_, f)| f.place.clone())
        .collect()
}

#[test]
fn undone_widening_narrows() {
    let mut failed = Vec::new();
    for (check, patch, there, back) in FIRES.iter() {
        {
            let wider = places(there, Variance::Widens) == places(back, Variance::Narrows);
            let narrower = places(there, Variance::Narrows) == places(back, Variance::Widens);
            if !wider || !narrower {
                failed.push(format!(
                    "{}: `{patch}`\n  there {:?}\n  back  {:?}",
                    check.code,
                    reported(there),
                    reported(back)
                ));
            }
            if **check == catalogue::VERSION_DECREASED {
                continue;
            }
            assert_eq!(
                there.findings().next().is_none(),
                back.findings().next().is_none(),
                "{patch}"
            );
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_document_and_itself() {
    for check in catalogue::all() {
        for patch in check.fires {
            let (_, head) = support::sides(patch);
            let text = head.to_json_text();
            let report = support::compare_texts(&text, &text);
            assert!(
                report.findings().next().is_none(),
                "{patch}: {:?}",
                reported(&report)
            );
        }
    }
}

#[test]
fn the_example_document_is_read_without_findings() {
    let folder = support::Folder::new();
    let path = folder.write("things.yaml", support::THINGS);
    let (document, findings) = lavka_model::read(&path);
    assert!(document.is_some());
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn codes_are_unique_and_explained() {
    let mut seen = BTreeSet::new();
    for check in catalogue::all() {
        assert!(seen.insert(check.code), "{} twice", check.code);
        let page = catalogue::explain(&check.code.to_lowercase()).unwrap();
        assert!(page.starts_with(&format!("## {} {}", check.code, check.title)));
        assert!(check.explanation.len() > 20, "{}", check.code);
    }
    assert!(catalogue::explain("R999").is_none());
}
