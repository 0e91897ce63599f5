//! What the comparison found.

use std::sync::Arc;

use lavka_model::source::Origin;

use crate::catalogue::Check;
use crate::level::{Bump, Direction, Level, Variance};

/// A place in one of the two documents, and what is written there.
#[derive(Clone, Debug, Default)]
pub struct Spot {
    /// The place. Of something that is not there: the nearest place that is.
    pub origin: Option<Origin>,
    /// What is there, shortened. Empty where it is not there.
    pub text: String,
    /// Whether the thing itself is there.
    pub present: bool,
}

impl Spot {
    /// Something that is there.
    #[must_use]
    pub fn at(origin: &Origin, text: impl Into<String>) -> Self {
        Self {
            origin: Some(origin.clone()),
            text: shorten(&text.into(), 200),
            present: true,
        }
    }

    /// Something that is not there; `origin` is the nearest place that is.
    #[must_use]
    pub fn near(origin: &Origin) -> Self {
        Self {
            origin: Some(origin.clone()),
            text: String::new(),
            present: false,
        }
    }

    /// What is compared to know whether two spots are one.
    pub(crate) fn key(&self) -> Option<(String, usize, usize)> {
        let origin = self.origin.as_ref().filter(|_| self.present)?;
        Some((origin.path().to_owned(), origin.start(), origin.end()))
    }
}

/// What a change does to one side, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// How bad it is.
    pub level: Level,
    /// What happens.
    pub text: String,
}

/// An operation that a finding concerns. A change of a schema may concern all of them, so copies are cheap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationRef {
    /// `POST /orders`.
    pub name: Arc<str>,
    /// `operationId`.
    pub id: Option<Arc<str>>,
}

/// A change, and what it does.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub check: &'static Check,
    /// Names the finding in `lavka-accept.yaml`: it has no line numbers, so that it stays the same.
    pub key: String,
    /// Where on the wire: `NewOrder.phone`, `GET /orders query limit`.
    pub place: String,
    /// What changed.
    pub what: String,
    /// What it does to programs that speak JSON (or anything that is not XML).
    pub json: Level,
    /// What it does to programs that speak XML.
    pub xml: Level,
    /// What it does to Rust programs.
    pub rust: Vec<Effect>,
    /// What programs do otherwise from now on.
    pub behaviour: Vec<Effect>,
    /// What it means for code generators of others, where no program sees it.
    pub spec: Level,
    /// Whether a break shows itself as an error (`false`) or not (`true`). `None` where nothing breaks, or it is not known.
    pub silent: Option<bool>,
    /// What it does to the allowed values.
    pub variance: Option<Variance>,
    /// Which way the values travel.
    pub directions: Vec<Direction>,
    /// Operations that it concerns; none where it concerns the document.
    pub operations: Vec<OperationRef>,
    /// In the document of before.
    pub before: Spot,
    /// In the document of now.
    pub after: Spot,
    /// What changes as Rust writes it, before and after.
    pub signatures: (Vec<String>, Vec<String>),
    /// The reason of an acceptance.
    pub accepted: Option<String>,
    /// Whether the version number of the document allows it.
    pub permitted: bool,
    /// Other places that have the same change by the same cause.
    pub(crate) aliases: Vec<String>,
}

impl Finding {
    /// A finding without effects.
    pub(crate) fn new(
        check: &'static Check,
        place: impl Into<String>,
        what: impl Into<String>,
        before: Spot,
        after: Spot,
    ) -> Self {
        let place = shorten(&place.into(), 200);
        Self {
            check,
            key: format!("{} {place}", check.code),
            place,
            what: shorten(&what.into(), 600),
            json: Level::None,
            xml: Level::None,
            rust: Vec::new(),
            behaviour: Vec::new(),
            spec: Level::None,
            silent: None,
            variance: None,
            directions: Vec::new(),
            operations: Vec::new(),
            before,
            after,
            signatures: (Vec::new(), Vec::new()),
            accepted: None,
            permitted: false,
            aliases: Vec::new(),
        }
    }

    /// The worst of its levels.
    #[must_use]
    pub fn level(&self) -> Level {
        [
            self.json,
            self.xml,
            worst(&self.rust),
            worst(&self.behaviour),
            self.spec,
        ]
        .into_iter()
        .max()
        .unwrap_or_default()
    }

    /// What the document's version has to do.
    #[must_use]
    pub fn spec_bump(&self) -> Bump {
        [self.json, self.xml, worst(&self.behaviour), self.spec]
            .into_iter()
            .max()
            .unwrap_or_default()
            .bump()
    }

    /// What the version of the bindings has to do.
    #[must_use]
    pub fn crate_bump(&self) -> Bump {
        [
            self.json,
            self.xml,
            worst(&self.rust),
            worst(&self.behaviour),
        ]
        .into_iter()
        .max()
        .unwrap_or_default()
        .bump()
    }
}

/// The worst level of some effects.
#[must_use]
pub fn worst(effects: &[Effect]) -> Level {
    effects
        .iter()
        .map(|effect| effect.level)
        .max()
        .unwrap_or_default()
}

/// The texts of some effects as one, `none` where there is none.
#[must_use]
pub fn texts(effects: &[Effect]) -> String {
    if effects.is_empty() {
        return "none".to_owned();
    }
    let all: Vec<&str> = effects.iter().map(|effect| effect.text.as_str()).collect();
    all.join("; ")
}

/// The first five, and how many more there are.
pub(crate) fn listed(names: &[impl std::fmt::Display]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(5)
        .map(|name| format!("`{name}`"))
        .collect();
    let tail = match names.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{tail}", shown.join(", "))
}

/// At most so many characters, on one line.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut space = false;
    for (index, c) in text.trim().chars().enumerate() {
        if index >= most {
            out.push('…');
            break;
        }
        // Marks that turn the direction of text could hide what is there.
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_whitespace() || c.is_control() || turns {
            if !space {
                out.push(' ');
            }
            space = true;
        } else {
            out.push(c);
            space = false;
        }
    }
    out
}
