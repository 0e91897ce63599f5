//! `lavka lint`

use std::collections::BTreeMap;
use std::process::ExitCode;

use lavka_codegen::diag::{Cost, Finding, Findings, Severity};
use lavka_codegen::pipeline;
use lavka_model::lint::Exceptions;

use crate::args::{Denied, Lint, ReportFormat};
use crate::{output, project};

/// Most findings of one rule that are printed as text, where it costs nothing of the bindings.
const OF_A_RULE: usize = 5;

pub(crate) fn run(args: &Lint) -> Result<ExitCode, String> {
    let mut findings = Findings::new();
    let mut count = 0;
    let mut exceptions = match args.exceptions.as_deref().map(pipeline::exceptions) {
        None => Exceptions::default(),
        Some(Ok(exceptions)) => exceptions,
        Some(Err(findings)) => {
            output::note(&findings.to_text());
            return Ok(output::usage("the exceptions cannot be read"));
        }
    };
    for path in &args.paths {
        let specs = match project::specs(path) {
            Ok(specs) => specs,
            Err(error) => return Ok(output::usage(&error.to_string())),
        };
        for spec in specs {
            count += 1;
            findings.extend(pipeline::lint_within(
                &spec,
                args.folder.as_deref(),
                &mut exceptions,
            ));
        }
    }
    findings.extend(exceptions.unused());
    let report = match args.format {
        ReportFormat::Text if !args.all => shortened(&findings),
        ReportFormat::Text => findings.to_text(),
        ReportFormat::Json => findings.to_json_lines(),
        ReportFormat::Github => findings.to_github(),
    };
    output::data(report.as_bytes())?;
    if args.format == ReportFormat::Text {
        let noun = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        output::note(&format!(
            "{} in {}\n",
            noun(findings.len(), "finding"),
            noun(count, "spec")
        ));
    }
    let denied = args.deny == Some(Denied::Warnings) && !findings.is_empty();
    Ok(if !denied && !findings.has_errors() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Whether the bindings are the same without what it is about.
fn is_advice(finding: &Finding) -> bool {
    finding.severity() == Severity::Warning && finding.cost() == Cost::Nothing
}

/// Findings as text: of each rule that costs nothing (style, examples that do not fit) the first few, and how many more there are.
fn shortened(findings: &Findings) -> String {
    let mut shown = Findings::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter() {
        let rule = finding.code.id();
        let count = counts.entry(rule).or_default();
        if is_advice(finding) {
            *count += 1;
        }
        if *count <= OF_A_RULE {
            shown.push(finding.clone());
        }
    }
    let mut text = shown.to_text();
    for (rule, count) in counts.into_iter().filter(|(_, count)| *count > OF_A_RULE) {
        let more = count - OF_A_RULE;
        text.push_str(&format!(
            "{rule}: {more} more; `--all` prints them, `lavka explain {rule}` explains the rule\n"
        ));
    }
    text
}
