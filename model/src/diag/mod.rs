//! Findings: what is wrong with a spec, and where.

mod codes;
mod render;

pub use codes::{Code, Severity};
pub use render::{github_data, github_property};

use std::collections::BTreeSet;

use crate::origin::Origin;

/// What a code means, with an example and how to fix it, as Markdown. `None` where there is no such code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    Code::parse(code).map(Code::explanation)
}

/// What a finding costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cost {
    /// Nothing that a client needs.
    Nothing,
    /// A schema is free JSON, or less typed than it could be.
    Schema,
    /// A parameter that is not known to be required, a header, or a media type is left out.
    Part,
    /// An operation is left out.
    Operation,
    /// Nothing can be generated.
    Document,
}

/// One thing that is wrong, or could be better.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// What is wrong, and what was expected. One line.
    pub message: String,
    /// Where.
    pub origin: Origin,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that matter, and why.
    pub notes: Vec<(Origin, String)>,
    /// What it costs, where that is not what its rule says: see [`Finding::cost`].
    pub costs: Option<Cost>,
}

impl Finding {
    /// A finding of this rule at this place.
    #[must_use]
    pub fn new(code: Code, origin: &Origin, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            origin: origin.clone(),
            help: None,
            notes: Vec::new(),
            costs: None,
        }
    }

    /// With what it costs. A finding that does not cost the document is a warning, whatever its rule says.
    #[must_use]
    pub fn costs(mut self, cost: Cost) -> Self {
        self.costs = Some(cost);
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With "did you mean", where one of the candidates is near.
    #[must_use]
    pub fn suggest<'a>(
        mut self,
        found: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        if let Some(best) = nearest(found, candidates) {
            self.help = Some(match self.help {
                Some(help) => format!("did you mean `{best}`? {help}"),
                None => format!("did you mean `{best}`?"),
            });
        }
        self
    }

    /// With "did you mean", where one of the candidates is near; else with all of them.
    #[must_use]
    pub(crate) fn suggest_or(self, found: &str, candidates: &[&str], otherwise: &str) -> Self {
        let finding = self.suggest(found, candidates.iter().copied());
        match finding.help {
            Some(_) => finding,
            None => finding.help(format!("{otherwise}: {}", candidates.join(", "))),
        }
    }

    /// With another place that matters.
    #[must_use]
    pub fn note(mut self, origin: &Origin, text: impl Into<String>) -> Self {
        self.notes.push((origin.clone(), text.into()));
        self
    }

    /// Error or warning: an error costs the document.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.costs {
            None => self.code.severity(),
            Some(Cost::Document) => Severity::Error,
            Some(_) => Severity::Warning,
        }
    }

    /// What it costs.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.costs.unwrap_or(match self.code.severity() {
            Severity::Error => Cost::Document,
            Severity::Warning => Cost::Nothing,
        })
    }

    /// The key by which findings are ordered and compared.
    fn key(&self) -> (&str, usize, Code, usize, &str) {
        let origin = &self.origin;
        (
            origin.path(),
            origin.start(),
            self.code,
            origin.end(),
            &self.message,
        )
    }
}

/// The candidate that was probably meant, if one is near enough.
#[must_use]
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = found.chars().count();
    // Nobody misspells a text.
    if length > 80 {
        return None;
    }
    let limit = (length / 3).clamp(1, 4);
    let lower = found.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| {
            *candidate != found && candidate.len().abs_diff(found.len()) <= 4 * limit
        })
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Findings, sorted by place; each once.
#[derive(Clone, Debug, Default)]
pub struct Findings(BTreeSet<Sorted>);

/// A finding, compared by its place and words.
#[derive(Clone, Debug)]
struct Sorted(Finding);

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.key().cmp(&other.0.key())
    }
}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Sorted {}

impl Findings {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one. The same rule at the same place with the same words counts once.
    pub fn push(&mut self, finding: Finding) {
        self.0.insert(Sorted(finding));
    }

    /// Adds one of this rule at this place.
    pub fn report(&mut self, code: Code, origin: &Origin, message: impl Into<String>) {
        self.push(Finding::new(code, origin, message));
    }

    /// Adds one that costs nothing, whatever the rule costs elsewhere.
    pub fn warn(&mut self, code: Code, origin: &Origin, message: impl Into<String>) {
        self.push(Finding::new(code, origin, message).costs(Cost::Nothing));
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Finding>) {
        self.0.extend(other.into_iter().map(Sorted));
    }

    /// Whether there is an error among them.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.iter()
            .any(|finding| finding.severity() == Severity::Error)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In order of place.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }
}

/// Findings in order of place.
#[derive(Debug)]
pub struct Iter<'a>(std::collections::btree_set::Iter<'a, Sorted>);

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Finding;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|sorted| &sorted.0)
    }
}

/// Findings in order of place, by value.
#[derive(Debug)]
pub struct IntoIter(std::collections::btree_set::IntoIter<Sorted>);

impl Iterator for IntoIter {
    type Item = Finding;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|sorted| sorted.0)
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(iter: I) -> Self {
        Self(iter.into_iter().map(Sorted).collect())
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter(self.0.into_iter())
    }
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl std::error::Error for Findings {}
