//! Entries of a changelog, for those who call the API.

use std::fmt::Write as _;

use super::{one_line, telling};
use crate::catalogue;
use crate::finding::{Finding, worst};
use crate::level::Level;
use crate::report::{Report, SpecReport};

/// What changed for callers, as a section of a changelog.
#[must_use]
pub fn changelog(report: &Report) -> String {
    let mut out = String::new();
    for spec in &report.specs {
        let heading = match &spec.versions.1 {
            Some(version) => format!("{} {}", spec.title, version),
            None => spec.title.clone(),
        };
        let _ = writeln!(out, "## {}\n", one_line(&heading));
        let start = out.len();
        for (title, fits) in SECTIONS {
            let entries: Vec<&Finding> = spec.findings.iter().filter(|f| fits(f)).collect();
            if entries.is_empty() {
                continue;
            }
            let _ = writeln!(out, "### {title}\n");
            for finding in entries {
                entry(&mut out, spec, finding);
            }
            out.push('\n');
        }
        if out.len() == start {
            out.push_str("Nothing changed for callers.\n\n");
        }
    }
    out
}

type Fits = fn(&Finding) -> bool;

const SECTIONS: [(&str, Fits); 4] = [
    ("Breaking", |f| f.level() == Level::Breaking),
    ("Changed", |f| f.level() == Level::Risky),
    ("Deprecated", |f| {
        f.level() == Level::Compatible && deprecates(f)
    }),
    ("Added", |f| {
        f.level() == Level::Compatible && !deprecates(f)
    }),
];

fn deprecates(finding: &Finding) -> bool {
    [
        &catalogue::OPERATION_DEPRECATED,
        &catalogue::PARAMETER_DEPRECATED,
        &catalogue::SCHEMA_DEPRECATED,
    ]
    .contains(&finding.check)
}

fn entry(out: &mut String, spec: &SpecReport, finding: &Finding) {
    let mut concerned: Vec<&str> = Vec::new();
    if finding.json == finding.level() {
        concerned.push("JSON");
    }
    if finding.xml == finding.level() {
        concerned.push("XML");
    }
    if worst(&finding.rust) == finding.level() {
        concerned.push("Rust");
    }
    let who = if concerned.is_empty() {
        String::new()
    } else {
        format!(" ({})", concerned.join(", "))
    };
    let _ = writeln!(
        out,
        "- `{}`: {}{who}",
        finding.place.replace('`', "'"),
        finding.what
    );
    let judged = spec.rust_not_judged.is_none();
    for effect in telling(finding).into_iter().filter(|_| judged) {
        let _ = writeln!(out, "  - {}", one_line(&effect.text));
    }
    for effect in &finding.behaviour {
        let _ = writeln!(out, "  - {}", one_line(&effect.text));
    }
}
