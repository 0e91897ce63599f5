//! Every check: its code, its levels, what it means, a change that it reports and one that it does not.
//!
//! The changes in `fires` and `quiet` are patches of `tests/data/things.yaml`; a test runs each of them through `lavka diff`.

mod behaviour;
mod operations;
mod parameters;
mod report;
mod rust;
mod schemas;
mod xml;

pub use behaviour::*;
pub use operations::*;
pub use parameters::*;
pub use report::*;
pub use rust::*;
pub use schemas::*;
pub use xml::*;

use std::fmt::Write as _;

use crate::level::{Direction, Level, Table, Variance};

/// A rule of the comparison.
#[derive(Debug)]
pub struct Check {
    /// The code: `R101`. It never changes and is never used for another check.
    pub code: &'static str,
    /// What it reports, in a few words.
    pub title: &'static str,
    /// How bad it is.
    pub levels: Table,
    /// Why, and what to do.
    pub explanation: &'static str,
    /// Changes of the example document that it reports.
    pub fires: &'static [&'static str],
    /// Changes like them that it does not report.
    pub quiet: &'static [&'static str],
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Check {}

macro_rules! checks {
    ($all:ident; $($name:ident $code:literal $title:literal, $levels:expr, $explanation:literal
        fires [$($fires:literal),* $(,)?] quiet [$($quiet:literal),* $(,)?];)*) => {
        $(
            #[doc = $title]
            pub static $name: super::Check = super::Check {
                code: $code,
                title: $title,
                levels: $levels,
                explanation: $explanation,
                fires: &[$($fires),*],
                quiet: &[$($quiet),*],
            };
        )*
        /// The checks of this file.
        pub(super) static $all: &[&super::Check] = &[$(&$name),*];
    };
}
use checks;

/// All checks, in order of their codes.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [
        operations::OPERATIONS,
        parameters::PARAMETERS,
        schemas::SCHEMAS,
        xml::XML,
        behaviour::BEHAVIOUR,
        rust::RUST,
        report::REPORT,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The check with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Check> {
    all().find(|check| check.code.eq_ignore_ascii_case(code))
}

/// What `lavka explain` prints of a code, as Markdown. `None` where there is no such code.
#[must_use]
pub fn explain(code: &str) -> Option<String> {
    find(code).map(Check::page)
}

impl Check {
    /// The check's page, as Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let mut out = format!(
            "## {} {}\n\n{}\n\n",
            self.code, self.title, self.explanation
        );
        let mut levels: Vec<Level> = self
            .levels
            .argument
            .into_iter()
            .chain(self.levels.reply)
            .collect();
        levels.dedup();
        if let [level] = levels.as_slice() {
            let _ = writeln!(out, "Level: {}.", level.as_str());
        } else {
            out.push_str("| | widens | narrows | incomparable |\n| --- | --- | --- | --- |\n");
            for (what, direction) in [
                ("in a request", Direction::Argument),
                ("in a reply", Direction::Reply),
            ] {
                let _ = write!(out, "| {what} |");
                for variance in [Variance::Widens, Variance::Narrows, Variance::Incomparable] {
                    let level = self.levels.level(direction, variance);
                    let _ = write!(out, " {} |", level.as_str());
                }
                out.push('\n');
            }
        }
        let list = |out: &mut String, heading: &str, patches: &[&str]| {
            if !patches.is_empty() {
                let _ = writeln!(out, "\n{heading}\n");
                for patch in patches {
                    let _ = writeln!(out, "- `{patch}`");
                }
            }
        };
        list(&mut out, "Reported, for instance:", self.fires);
        list(&mut out, "Not reported:", self.quiet);
        out
    }
}
