//! The report for its readers.

mod bodies;
mod changelog;
mod diff;
mod github;
mod html;
mod json;
mod markdown;
mod page;
mod text;

pub use changelog::changelog;
pub use github::github;
pub use html::page;
pub use json::json;
pub use markdown::markdown;
pub use text::{Colour, text};

use lavka_model::source::Origin;

use crate::finding::{Effect, Finding, worst};
use crate::level::{Direction, Level};
use crate::report::SpecReport;

/// How many operations of a finding are named.
const OPERATIONS: usize = 5;

/// `POST /orders, GET /orders and 3 more`.
fn operations(finding: &Finding) -> String {
    let names: Vec<&str> = finding
        .operations
        .iter()
        .take(OPERATIONS)
        .map(|op| &*op.name)
        .collect();
    let more = finding.operations.len().saturating_sub(OPERATIONS);
    let tail = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{tail}", names.join(", "))
}

/// Which way the value of a schema travels: `in requests`. Places of operations say it themselves.
fn travels(finding: &Finding) -> Option<&'static str> {
    let mut names = finding.operations.iter().map(|op| &*op.name);
    if finding.operations.is_empty() || names.any(|name| finding.place.starts_with(name)) {
        return None;
    }
    let goes = |direction| finding.directions.contains(&direction);
    match (goes(Direction::Argument), goes(Direction::Reply)) {
        (true, true) => Some("in requests and replies"),
        (true, false) => Some("in requests"),
        (false, true) => Some("in replies"),
        (false, false) => None,
    }
}

/// The operations that a finding concerns, and which way its value travels. Nothing where the place says it.
fn concerns(finding: &Finding) -> Option<String> {
    let concerned = operations(finding);
    if concerned.is_empty() || concerned == finding.place {
        return None;
    }
    Some(match travels(finding) {
        Some(way) => format!("{way} of {concerned}"),
        None => format!("operations: {concerned}"),
    })
}

/// A part of a text: code, or words.
enum Part<'a> {
    Code(&'a str),
    Words(&'a str),
}

/// The parts of a text with code in backticks. A name with a backtick in it only moves the border: each part is escaped for what
/// it is.
fn parts(text: &str) -> Vec<Part<'_>> {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    pieces
        .iter()
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(at, piece)| {
            if at % 2 == 1 && at != last {
                Part::Code(piece)
            } else {
                Part::Words(piece)
            }
        })
        .collect()
}

/// `specs/a.yaml:12:5`.
fn place(origin: Option<&Origin>) -> String {
    origin
        .filter(|origin| origin.file().is_some())
        .map_or(String::new(), |origin| one_line(&origin.to_string()))
}

/// A text without control characters, and without those that make another part of it seem to be elsewhere.
fn one_line(text: &str) -> String {
    let visible = |c: char| match c {
        c if c.is_control() => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(visible).collect()
}

/// What is known beside levels: accepted, allowed by the version.
fn mark(finding: &Finding) -> Option<String> {
    if let Some(reason) = &finding.accepted {
        return Some(format!("accepted: {}", one_line(reason)));
    }
    finding
        .permitted
        .then(|| "allowed by the new version number".to_owned())
}

/// `loud` or `silent`.
fn loudness(finding: &Finding) -> Option<&'static str> {
    finding
        .silent
        .map(|silent| if silent { "silent" } else { "loud" })
}

/// Effects on Rust that say more than the finding itself, and than that texts for readers changed.
fn telling(finding: &Finding) -> Vec<&Effect> {
    let effects = finding.rust.iter();
    effects
        .filter(|effect| effect.level != Level::Documentation && effect.text != finding.what)
        .collect()
}

/// Levels of a finding, by kind.
fn levels(finding: &Finding, rust_judged: bool) -> [(&'static str, Option<Level>); 4] {
    let rust = rust_judged || !finding.rust.is_empty();
    [
        ("JSON", Some(finding.json)),
        ("XML", Some(finding.xml)),
        ("Rust", rust.then(|| worst(&finding.rust))),
        ("behaviour", Some(worst(&finding.behaviour))),
    ]
}

/// Why the verdict is what it is, in a sentence.
fn summary(spec: &SpecReport) -> String {
    let count = |level: Level| {
        let of = spec.findings.iter();
        of.filter(|finding| finding.level() == level).count()
    };
    let parts: Vec<String> = Level::ALL
        .into_iter()
        .rev()
        .filter(|&level| count(level) > 0)
        .map(|level| format!("{} {}", count(level), level.as_str()))
        .collect();
    if parts.is_empty() {
        "no changes".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `1.4.0 -> 2.0.0`, and whether that is enough.
fn versions(spec: &SpecReport) -> String {
    let show = |version: &Option<String>| {
        version
            .as_ref()
            .map_or("none".to_owned(), |version| one_line(version))
    };
    let (before, after) = (&spec.versions.0, &spec.versions.1);
    if before == after {
        return format!("version {}", show(after));
    }
    format!("version {} -> {}", show(before), show(after))
}
