//! For a terminal.

use std::fmt::Write as _;

use super::{concerns, levels, loudness, mark, one_line, place, summary, telling, versions};
use crate::finding::Finding;
use crate::level::Level;
use crate::report::{Report, SpecReport};

/// Whether the terminal shows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Escape sequences.
    Ansi,
    /// Plain text.
    None,
}

impl Colour {
    fn paint(self, level: Level, text: &str) -> String {
        let code = match level {
            Level::Breaking => "1;31",
            Level::Risky => "33",
            Level::Compatible => "32",
            _ => "2",
        };
        match self {
            Self::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::None => text.to_owned(),
        }
    }
}

/// The report as text.
#[must_use]
pub fn text(report: &Report, colour: Colour) -> String {
    let mut out = String::new();
    for spec in &report.specs {
        document(&mut out, spec, colour);
    }
    if report.specs.len() > 1 {
        let _ = writeln!(
            out,
            "all documents: spec {}, crate {}",
            report.spec().as_str(),
            report.bindings().as_str()
        );
    }
    for finding in &report.acceptance {
        one(&mut out, finding, true, colour);
    }
    out
}

fn document(out: &mut String, spec: &SpecReport, colour: Colour) {
    let all = spec.levels();
    let rust = spec
        .rust_not_judged
        .as_ref()
        .map_or_else(|| all.rust.as_str().to_owned(), |_| "not judged".to_owned());
    let _ = writeln!(out, "{}: {}", one_line(&spec.name), versions(spec));
    let _ = writeln!(
        out,
        "spec {}, crate {}: JSON {}, XML {}, Rust {rust}, behaviour {}",
        spec.spec().as_str(),
        spec.bindings().as_str(),
        all.json.as_str(),
        all.xml.as_str(),
        all.behaviour.as_str(),
    );
    if let Some(why) = &spec.rust_not_judged {
        let _ = writeln!(out, "Rust: not judged ({})", one_line(why));
    }
    if let Some(text) = spec.reservation() {
        let _ = writeln!(out, "{text}");
    }
    let _ = writeln!(out, "{}\n", summary(spec));
    for finding in &spec.findings {
        one(out, finding, spec.rust_not_judged.is_none(), colour);
    }
}

fn one(out: &mut String, finding: &Finding, judged: bool, colour: Colour) {
    let level = finding.level();
    let head = colour.paint(
        level,
        &format!("{}[{}]", level.as_str(), finding.check.code),
    );
    let _ = writeln!(out, "{head} {}: {}", finding.place, finding.what);
    let kinds: Vec<String> = levels(finding, judged)
        .into_iter()
        .map(|(kind, level)| format!("{kind} {}", level.map_or("not judged", Level::as_str)))
        .collect();
    let silent = loudness(finding).map_or(String::new(), |word| format!(" ({word})"));
    let _ = writeln!(out, "    {}{silent}", kinds.join(", "));
    for effect in telling(finding) {
        let _ = writeln!(out, "    Rust: {}", one_line(&effect.text));
    }
    for effect in &finding.behaviour {
        let _ = writeln!(out, "    behaviour: {}", one_line(&effect.text));
    }
    if let Some(concerned) = concerns(finding) {
        let _ = writeln!(out, "    {concerned}");
    }
    for (word, spot) in [("before", &finding.before), ("after ", &finding.after)] {
        let at = place(spot.origin.as_ref());
        let near = if spot.present {
            ""
        } else {
            " (absent; the nearest place)"
        };
        if !at.is_empty() {
            let _ = writeln!(out, "    {word} {at}{near}");
        }
    }
    if let Some(mark) = mark(finding) {
        let _ = writeln!(out, "    {mark}");
    }
    if level >= Level::Risky {
        let _ = writeln!(out, "    key: {}", finding.key);
    }
    out.push('\n');
}
