//! A comment on a pull request: it folds, and stays below GitHub's limit.

use std::fmt::Write as _;

use super::{Part, concerns, levels, loudness, mark, one_line, parts, place, telling};
use crate::finding::Finding;
use crate::level::Level;
use crate::report::{Report, SpecReport};

/// The comment is found again by this line.
const MARK: &str = "<!-- lavka diff -->";
/// GitHub refuses comments of 65,536 characters.
const MOST: usize = 60_000;

/// The report as Markdown.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("{MARK}\n");
    let _ = writeln!(
        out,
        "### Spec review: spec **{}**, crate **{}**\n",
        report.spec().as_str(),
        report.bindings().as_str()
    );
    if report.findings().next().is_none() {
        out.push_str("Nothing changes for callers.\n");
    } else {
        out.push_str("| document | version | spec | crate | JSON | XML | Rust | behaviour |\n");
        out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for spec in report.specs.iter().take(100) {
            row(&mut out, spec);
        }
        out.push('\n');
    }
    let mut left = 0;
    for spec in &report.specs {
        if spec.findings.is_empty() {
            continue;
        }
        if report.specs.len() > 1 && out.len() < MOST {
            let _ = writeln!(out, "#### {}\n", escape(&spec.name));
        }
        if let Some(why) = &spec.rust_not_judged {
            let _ = writeln!(
                out,
                "Rust: not judged ({})\n",
                escape(&super::one_line(why))
            );
        }
        if let Some(text) = spec.reservation() {
            let _ = writeln!(out, "{}\n", escape(&text));
        }
        for level in Level::ALL.into_iter().rev() {
            left += section(&mut out, spec, level);
        }
    }
    for finding in &report.acceptance {
        let _ = writeln!(
            out,
            "- **{}** {}",
            finding.check.code,
            escape(&finding.what)
        );
    }
    if left > 0 {
        let _ = writeln!(
            out,
            "\n{left} more findings do not fit here; `lavka diff` prints them."
        );
    }
    out
}

fn row(out: &mut String, spec: &SpecReport) {
    let levels = spec.levels();
    let version = match &spec.versions {
        (Some(before), Some(after)) if before == after => escape(after),
        (before, after) => {
            let show = |version: &Option<String>| {
                version.as_ref().map_or("none".to_owned(), |v| escape(v))
            };
            format!("{} → {}", show(before), show(after))
        }
    };
    let rust = if spec.rust_not_judged.is_some() {
        "not judged"
    } else {
        levels.rust.as_str()
    };
    let _ = writeln!(
        out,
        "| {} | {version} | **{}** | **{}** | {} | {} | {rust} | {} |",
        escape(&spec.name),
        spec.spec().as_str(),
        spec.bindings().as_str(),
        levels.json.as_str(),
        levels.xml.as_str(),
        levels.behaviour.as_str(),
    );
}

/// Findings of a level; how many did not fit.
fn section(out: &mut String, spec: &SpecReport, level: Level) -> usize {
    let findings: Vec<&Finding> = spec
        .findings
        .iter()
        .filter(|finding| finding.level() == level)
        .collect();
    if findings.is_empty() {
        return 0;
    }
    if out.len() > MOST {
        return findings.len();
    }
    let open = if level == Level::Breaking {
        " open"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<details{open}><summary>{} {}</summary>\n",
        findings.len(),
        level.as_str()
    );
    let mut left = 0;
    for finding in findings {
        let text = one(finding, spec.rust_not_judged.is_none());
        if out.len() + text.len() > MOST {
            left += 1;
        } else {
            out.push_str(&text);
        }
    }
    out.push_str("\n</details>\n\n");
    left
}

fn one(finding: &Finding, judged: bool) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "- **{}** {}: {}",
        finding.check.code,
        code(&finding.place),
        escape(&finding.what)
    );
    let kinds: Vec<String> = levels(finding, judged)
        .into_iter()
        .filter(|(_, level)| *level != Some(Level::None))
        .map(|(kind, level)| format!("{kind} {}", level.map_or("not judged", Level::as_str)))
        .collect();
    if !kinds.is_empty() {
        let silent = match loudness(finding) {
            Some("silent") => ", **silent**",
            _ => "",
        };
        let _ = writeln!(out, "  <br>{}{silent}", kinds.join(", "));
    }
    for effect in telling(finding).into_iter().take(8) {
        let _ = writeln!(out, "  <br>Rust: {}", escape(&effect.text));
    }
    for effect in &finding.behaviour {
        let _ = writeln!(out, "  <br>{}", escape(&effect.text));
    }
    if let Some(concerned) = concerns(finding) {
        let _ = writeln!(out, "  <br>{}", escape(&concerned));
    }
    let at = place(finding.after.origin.as_ref());
    if !at.is_empty() {
        let _ = writeln!(out, "  <br>{}", code(&at));
    }
    if let Some(mark) = mark(finding) {
        let _ = writeln!(out, "  <br>_{}_", escape(&mark));
    } else if finding.level() >= Level::Risky {
        let _ = writeln!(out, "  <br>key: {}", code(&finding.key));
    }
    out
}

/// A text as code: what a backtick would end is written without.
fn code(text: &str) -> String {
    let text = one_line(text).replace('`', "'").replace('|', "\\|");
    format!("`{text}`")
}

/// Words with code in backticks, so that no text of a spec is Markdown, HTML, or a mention of a user.
fn escape(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::new();
    for part in parts(&text) {
        match part {
            Part::Code(text) => out.push_str(&code(text)),
            Part::Words(text) => {
                for c in text.chars() {
                    match c {
                        '<' => out.push_str("&lt;"),
                        '>' => out.push_str("&gt;"),
                        '&' => out.push_str("&amp;"),
                        '@' => out.push_str("&#64;"),
                        '#' => out.push_str("&#35;"),
                        ':' if out.ends_with("http") || out.ends_with("https") => {
                            out.push_str("&#58;");
                        }
                        '`' | '*' | '_' | '[' | ']' | '|' | '\\' | '~' | '!' => {
                            out.push('\\');
                            out.push(c);
                        }
                        c => out.push(c),
                    }
                }
            }
        }
    }
    out
}
