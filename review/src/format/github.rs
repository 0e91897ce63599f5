//! Annotations of a GitHub workflow.

use std::fmt::Write as _;

use lavka_model::diag::{github_data, github_property};

use super::{mark, one_line, telling};
use crate::finding::{Finding, Spot};
use crate::level::Level;
use crate::report::Report;

/// Fewest levels that are annotated: documentation is left out.
const LEAST: Level = Level::Compatible;

/// One workflow command a line. Something that is gone is on the nearest line that is still there.
#[must_use]
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    let all = report.findings().map(|(_, finding)| finding);
    for finding in all.chain(&report.acceptance) {
        if finding.level() >= LEAST {
            one(&mut out, finding);
        }
    }
    let _ = writeln!(
        out,
        "::notice title=lavka diff::spec {}, crate {}",
        report.spec().as_str(),
        report.bindings().as_str()
    );
    out
}

fn one(out: &mut String, finding: &Finding) {
    let excused = mark(finding);
    let command = match finding.level() {
        _ if excused.is_some() => "notice",
        Level::Breaking => "error",
        Level::Risky => "warning",
        _ => "notice",
    };
    let mut message = one_line(&format!("{}: {}", finding.place, finding.what));
    for effect in telling(finding).into_iter().chain(&finding.behaviour) {
        let _ = write!(message, "\n{}", one_line(&effect.text));
    }
    if let Some(excused) = excused {
        let _ = write!(message, "\n{excused}");
    } else if finding.level() >= Level::Risky {
        let _ = write!(message, "\nkey: {}", one_line(&finding.key));
    }
    let _ = writeln!(
        out,
        "::{command} {}title={}::{}",
        position(&finding.after),
        github_property(&format!("{} {}", finding.check.code, finding.check.title)),
        github_data(&message),
    );
}

fn position(spot: &Spot) -> String {
    let origin = spot
        .origin
        .as_ref()
        .filter(|origin| origin.file().is_some());
    origin.map_or(String::new(), |origin| {
        format!(
            "file={},line={},col={},",
            github_property(origin.path()),
            origin.line(),
            origin.column()
        )
    })
}
