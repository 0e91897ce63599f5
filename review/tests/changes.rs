//! Changes in which several things meet, and what each does: to JSON, XML, Rust, behaviour, and the version of the bindings; and how
//! many findings say so.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/changes.rs"]
mod changes;
mod support;

use lavka_review::level::Level;
use lavka_review::report::Report;

const BASE: &str = include_str!("pairs/02-add-required-request-field/base.yaml");

#[test]
fn each_does_what_it_says() {
    let mut failed = Vec::new();
    let all = changes::all();
    for case in &all {
        let (base, head) = support::sides_of(BASE, &case.patch);
        let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
        // Undone, what says nothing says nothing.
        let back = support::compare_texts(&head.to_json_text(), &base.to_json_text());
        if report.findings().next().is_none() != back.findings().next().is_none() {
            failed.push(format!(
                "# {}\n  undone: {:#?}",
                case.title,
                reported(&back)
            ));
        }
        let levels = report.levels();
        let count = report.findings().count().to_string();
        let mut found: Vec<&str> = [levels.json, levels.xml, levels.rust, levels.behaviour]
            .map(Level::as_str)
            .to_vec();
        found.extend([report.bindings().as_str(), count.as_str()]);
        if found != case.expected || report.specs[0].rust_not_judged.is_some() {
            failed.push(format!(
                "# {}\n  expected {}\n  found    {} {}{}",
                case.title,
                case.expected.join(" "),
                found.join(" "),
                report.specs[0]
                    .rust_not_judged
                    .as_deref()
                    .unwrap_or_default(),
                reported(&report).concat()
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        all.len(),
        failed.join("\n")
    );
}

fn reported(report: &Report) -> Vec<String> {
    let findings = report.findings();
    findings
        .map(|(_, f)| {
            let (code, rust, behaviour) = (f.check.code, &f.rust, &f.behaviour);
            format!("\n  {code} {}: {} {rust:?} {behaviour:?}", f.place, f.what)
        })
        .collect()
}
