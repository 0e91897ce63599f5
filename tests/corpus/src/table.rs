//! What is printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::measure::Outcome;

/// A line for a document.
pub(crate) fn line(outcome: &Outcome) -> String {
    let state = if outcome.module.is_some() {
        "ok  "
    } else {
        "FAIL"
    };
    let codes: Vec<String> = outcome
        .codes
        .iter()
        .map(|(code, n)| format!("{code}:{n}"))
        .collect();
    format!(
        "{state} {:<48} {:>4}/{:<4} {:>6.2} s {:>5.0} MB  {} {}",
        outcome.name,
        outcome.left_in,
        outcome.operations,
        outcome.seconds,
        outcome.megabytes,
        codes.join(" "),
        outcome.why
    )
}

/// Sums over all documents.
pub(crate) fn summary(outcomes: &[Outcome]) -> String {
    let generated: Vec<&Outcome> = outcomes
        .iter()
        .filter(|outcome| outcome.module.is_some())
        .collect();
    let all: u64 = generated.iter().map(|outcome| outcome.operations).sum();
    let left_in: u64 = generated.iter().map(|outcome| outcome.left_in).sum();
    let mut codes = BTreeMap::<&str, (u64, u64)>::new();
    for outcome in outcomes {
        for (code, n) in &outcome.codes {
            let entry = codes.entry(code).or_default();
            entry.0 += n;
            entry.1 += 1;
        }
    }
    let mut text = format!(
        "{} of {} documents generate; {left_in} of their {all} operations are in ({:.2} %)\n",
        generated.len(),
        outcomes.len(),
        share(left_in, all)
    );
    let sum = |of: fn(&Outcome) -> u64| generated.iter().map(|outcome| of(outcome)).sum::<u64>();
    let (places, free, less) = (sum(|o| o.places), sum(|o| o.free), sum(|o| o.less));
    let _ = writeln!(
        text,
        "of {places} fields, parameters, bodies and replies {free} ({:.2} %) are free JSON although their schema says more; with \
         others that know less than their schema {} ({:.2} %)",
        share(free, places),
        free + less,
        share(free + less, places)
    );
    for (code, (n, documents)) in codes {
        let _ = writeln!(text, "  {code}: {n} in {documents} documents");
    }
    text
}

/// The table of `docs/compatibility.md`.
pub(crate) fn markdown(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "| document | operations in | of | seconds | MB | findings |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for outcome in outcomes {
        let findings: u64 = outcome.codes.values().sum();
        let left_in = if outcome.module.is_some() {
            outcome.left_in.to_string()
        } else {
            "refused".to_owned()
        };
        let _ = writeln!(
            text,
            "| {} | {left_in} | {} | {:.2} | {:.0} | {findings} |",
            outcome.name, outcome.operations, outcome.seconds, outcome.megabytes
        );
    }
    text
}

#[allow(clippy::cast_precision_loss)]
fn share(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / (whole.max(1)) as f64
}
