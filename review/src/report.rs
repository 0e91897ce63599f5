//! The report on one or several documents, and its verdict.

use lavka_model::normalized::Document;

use crate::catalogue::{self, Check};
use crate::finding::{Finding, Spot, worst};
use crate::level::{Bump, Level};
use crate::rust::{self, Surface};
use crate::{version, wire};

/// One side of a comparison: a document, and what its bindings offer.
#[derive(Debug)]
pub struct Side {
    /// The document.
    pub document: Document,
    /// Its webhooks and callbacks ([`lavka_model::incoming`]).
    pub incoming: Option<Document>,
    /// What the bindings offer, or why that is not known.
    pub surface: Result<Surface, String>,
    /// Errors in the document: what they concern was read as far as possible.
    pub errors: usize,
}

/// The comparison of two versions of one document.
#[derive(Debug)]
pub struct SpecReport {
    /// The document's path, as it was given.
    pub name: String,
    /// `info.title`.
    pub title: String,
    /// `info.version` of before and of now; `None` where there is no such document.
    pub versions: (Option<String>, Option<String>),
    /// Findings, the worst first.
    pub findings: Vec<Finding>,
    /// Why Rust was not judged, if it was not.
    pub rust_not_judged: Option<String>,
    /// The two sides, for who shows more than findings.
    pub sides: (Option<Side>, Option<Side>),
}

/// Levels for each kind of reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// Programs that speak JSON.
    pub json: Level,
    /// Programs that speak XML.
    pub xml: Level,
    /// Rust programs.
    pub rust: Level,
    /// What programs do otherwise.
    pub behaviour: Level,
}

impl SpecReport {
    /// Compares two versions of a document. One that is missing was added or removed.
    #[must_use]
    pub fn new(name: impl Into<String>, base: Option<Side>, head: Option<Side>) -> Self {
        let name = name.into();
        let mut rust_not_judged = None;
        let mut findings = Vec::new();
        match (&base, &head) {
            (Some(one), Some(other)) => {
                let changes = std::thread::scope(|scope| {
                    let changes = scope.spawn(|| match (&one.surface, &other.surface) {
                        (Ok(before), Ok(after)) => Ok(rust::Changes::of(before, after)),
                        (Err(why), _) => Err(format!("before: {why}")),
                        (_, Err(why)) => Err(format!("after: {why}")),
                    });
                    let documents = (&one.document, &other.document);
                    let incoming = one.incoming.as_ref().zip(other.incoming.as_ref());
                    findings = wire::compare(documents, incoming);
                    changes.join()
                });
                match changes {
                    Ok(Ok(changes)) => changes.attach(&mut findings),
                    Ok(Err(why)) => rust_not_judged = Some(why),
                    Err(_) => rust_not_judged = Some("it cannot be compared".to_owned()),
                }
                // What has no effect in this direction, and none on Rust.
                findings.retain(|finding| finding.level() > Level::None);
                for finding in &mut findings {
                    if finding.before.origin.is_none() && finding.after.origin.is_none() {
                        finding.before = nearest(&one.document, &finding.place);
                        finding.after = nearest(&other.document, &finding.place);
                    }
                }
                findings.extend(version::decreased(&one.document.info, &other.document.info));
            }
            (Some(one), None) => findings.push(whole(
                &catalogue::SPEC_REMOVED,
                &name,
                Spot::at(&one.document.origin, name.as_str()),
                Spot::default(),
            )),
            (None, Some(other)) => findings.push(whole(
                &catalogue::SPEC_ADDED,
                &name,
                Spot::default(),
                Spot::at(&other.document.origin, name.as_str()),
            )),
            (None, None) => {}
        }
        let version = |side: &Option<Side>| {
            side.as_ref()
                .map(|side| side.document.info.version.value.clone())
        };
        let versions = (version(&base), version(&head));
        let title = (head.as_ref().or(base.as_ref()))
            .map_or(String::new(), |side| side.document.info.title.value.clone());
        let mut report = Self {
            name,
            title,
            versions,
            findings,
            rust_not_judged,
            sides: (base, head),
        };
        report.sort();
        report.permit();
        report
    }

    /// Reports that the file has another name: that of the module.
    pub(crate) fn moved(&mut self, was: &str, is: &str) {
        let origin = |side: &Option<Side>| {
            let side = side.as_ref();
            side.map_or_else(Spot::default, |side| Spot::at(&side.document.origin, ""))
        };
        let what = format!("the module `{was}` is named `{is}`");
        let spots = (origin(&self.sides.0), origin(&self.sides.1));
        let mut finding = Finding::new(&catalogue::SPEC_RENAMED, is, &*what, spots.0, spots.1);
        let level = catalogue::SPEC_RENAMED.levels.argument[0];
        finding
            .rust
            .push(crate::finding::Effect { level, text: what });
        self.findings.push(finding);
        self.sort();
        self.permit();
    }

    /// The worst first.
    fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            (b.level(), a.check.code, &a.place).cmp(&(a.level(), b.check.code, &b.place))
        });
    }

    /// What the version of the document has to do.
    #[must_use]
    pub fn spec(&self) -> Bump {
        let all = self.findings.iter().map(Finding::spec_bump);
        all.max().unwrap_or_default()
    }

    /// What the version of the bindings has to do.
    #[must_use]
    pub fn bindings(&self) -> Bump {
        let all = self.findings.iter().map(Finding::crate_bump);
        all.max().unwrap_or_default()
    }

    /// The worst level of each kind.
    #[must_use]
    pub fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        for finding in &self.findings {
            levels.json = levels.json.max(finding.json);
            levels.xml = levels.xml.max(finding.xml);
            levels.rust = levels.rust.max(worst(&finding.rust));
            levels.behaviour = levels.behaviour.max(worst(&finding.behaviour));
        }
        levels
    }

    /// A sentence about errors in the documents, which make the comparison less certain.
    #[must_use]
    pub fn reservation(&self) -> Option<String> {
        let count = |side: &Option<Side>| side.as_ref().map_or(0, |side| side.errors);
        let (before, after) = (count(&self.sides.0), count(&self.sides.1));
        (before + after > 0).then(|| {
            format!(
                "errors in the document: {before} before, {after} after; what they concern is compared as far as it could be read (see `lavka lint`)"
            )
        })
    }

    /// How `info.version` grew; `None` where the versions cannot be compared.
    #[must_use]
    pub fn bumped(&self) -> Option<Bump> {
        let (before, after) = (self.versions.0.as_ref()?, self.versions.1.as_ref()?);
        version::bump(before, after)
    }

    /// Marks the findings that the version number allows.
    fn permit(&mut self) {
        let bumped = self.bumped().unwrap_or_default();
        for finding in &mut self.findings {
            let asked = finding.level().bump();
            finding.permitted = bumped != Bump::None && bumped >= asked;
        }
    }
}

/// Where a place of the bindings is declared: its operation or component, or else the document.
fn nearest(document: &Document, place: &str) -> Spot {
    let wanted = rust::canonical(place);
    let begins = |name: &str| {
        let rest = wanted.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let op = document.operations.iter();
    let op = op.filter(|op| begins(&rust::canonical(&wire::title(op))));
    if let Some(op) = op.max_by_key(|op| op.path.value.len()) {
        return Spot::at(&op.origin, "");
    }
    let component = document.components.iter().filter(|(name, _)| begins(name));
    component.max_by_key(|(name, _)| name.len()).map_or_else(
        || Spot::near(&document.origin),
        |(_, component)| Spot::at(&component.origin, ""),
    )
}

fn whole(check: &'static Check, name: &str, before: Spot, after: Spot) -> Finding {
    let mut finding = Finding::new(check, name, check.title, before, after);
    let level = check.levels.argument[0];
    (finding.json, finding.xml) = (level, level);
    finding.rust.push(crate::finding::Effect {
        level,
        text: check.title.replace("a spec", "a module"),
    });
    finding
}

/// Everything that was compared.
#[derive(Debug)]
pub struct Report {
    /// Each document.
    pub specs: Vec<SpecReport>,
    /// Findings about `lavka-accept.yaml`.
    pub acceptance: Vec<Finding>,
}

impl Report {
    /// All findings, with their documents.
    pub fn findings(&self) -> impl Iterator<Item = (&SpecReport, &Finding)> {
        self.specs
            .iter()
            .flat_map(|spec| spec.findings.iter().map(move |finding| (spec, finding)))
    }

    /// What the documents' versions have to do, at most.
    #[must_use]
    pub fn spec(&self) -> Bump {
        let all = self.specs.iter().map(SpecReport::spec);
        all.max().unwrap_or_default()
    }

    /// What the version of the bindings has to do.
    #[must_use]
    pub fn bindings(&self) -> Bump {
        let all = self.specs.iter().map(SpecReport::bindings);
        all.max().unwrap_or_default()
    }

    /// The worst level of each kind.
    #[must_use]
    pub fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        for spec in &self.specs {
            let some = spec.levels();
            levels.json = levels.json.max(some.json);
            levels.xml = levels.xml.max(some.xml);
            levels.rust = levels.rust.max(some.rust);
            levels.behaviour = levels.behaviour.max(some.behaviour);
        }
        levels
    }

    /// Whether a finding is as bad as this, and neither accepted nor allowed by the version number.
    #[must_use]
    pub fn fails(&self, level: Level) -> bool {
        let fresh = self
            .findings()
            .any(|(_, f)| f.level() >= level && f.accepted.is_none() && !f.permitted);
        fresh || self.acceptance.iter().any(|f| f.level() >= level)
    }
}
