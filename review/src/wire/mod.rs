//! Compares two normalized documents: what travels, how it appears in XML, and what programs do by themselves.
//!
//! Schemas are compared in pairs, each pair once for each direction. What is found at a pair is reported once, with all operations
//! that reach it.

mod bodies;
mod conditions;
mod discriminator;
mod document;
mod effects;
mod exploded;
mod formats;
mod graph;
mod headers;
mod incoming;
mod limits;
mod media;
mod media_type;
mod namespaces;
mod object;
mod operations;
mod pairs;
mod params;
mod parts;
mod plain;
mod promises;
mod replaced;
mod replies;
mod schema;
mod security;
mod serialized;
mod servers;
mod shapes;
mod subschema;
mod tags;
mod texts;
mod tokens;
mod union;
mod values;
mod whole;
mod xml;
mod xsd;

use std::collections::HashMap;

use lavka_model::normalized::{Document, Operation};
use lavka_model::source::Origin;

use crate::catalogue::{self, Check};
use crate::finding::{Effect, Finding, OperationRef, Spot};
use crate::level::{Direction, Level, Variance};

pub(crate) use graph::Graph;
pub(crate) use media_type::is_xml;
pub(crate) use plain::simplify;

/// How values are encoded where a pair of schemas is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Formats {
    /// Values as JSON.
    pub(crate) json: bool,
    /// Elements of XML.
    pub(crate) xml: bool,
    /// Texts (parameters, headers, forms) of calls that speak JSON or nothing.
    pub(crate) text_json: bool,
    /// Texts of calls that speak XML.
    pub(crate) text_xml: bool,
    /// JSON in the parameters and headers of calls that speak XML.
    pub(crate) json_xml: bool,
}

impl Formats {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            json: self.json | other.json,
            xml: self.xml | other.xml,
            text_json: self.text_json | other.text_json,
            text_xml: self.text_xml | other.text_xml,
            json_xml: self.json_xml | other.json_xml,
        }
    }
}

/// Collects findings; what has one cause is one finding.
#[derive(Default)]
pub(crate) struct Collector {
    findings: Vec<Finding>,
    by_cause: HashMap<String, usize>,
}

impl Collector {
    /// Adds a finding, or joins it with the one of the same cause.
    pub(crate) fn add(&mut self, finding: Finding) {
        let cause = cause(&finding);
        if let Some(known) = self
            .by_cause
            .get(&cause)
            .and_then(|&at| self.findings.get_mut(at))
        {
            join(known, finding);
            return;
        }
        self.by_cause.insert(cause, self.findings.len());
        self.findings.push(finding);
    }

    /// All findings, each with a key of its own.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut used: HashMap<String, usize> = HashMap::new();
        let mut findings = batches(self.findings);
        for finding in &mut findings {
            let count = used.entry(finding.key.clone()).or_default();
            *count += 1;
            if *count > 1 {
                finding.key = format!("{} #{count}", finding.key);
            }
            finding.operations.sort();
            finding.operations.dedup();
        }
        findings
    }
}

/// Joins the size of batches with the limit of the list that it follows from.
fn batches(findings: Vec<Finding>) -> Vec<Finding> {
    let spots = |finding: &Finding| (finding.before.key(), finding.after.key());
    let (sizes, mut others): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| *finding.check == catalogue::BATCH && spots(finding).0.is_some());
    for size in sizes {
        let limit = others.iter_mut().find(|finding| {
            *finding.check == catalogue::ITEM_COUNT && spots(finding) == spots(&size)
        });
        match limit {
            Some(limit) => {
                limit.behaviour.extend(size.behaviour);
                limit.operations.extend(size.operations);
            }
            None => others.push(size),
        }
    }
    others
}

/// What makes two findings one: the rule (names in XML are one rule here) and the places. Where nothing is there, the words.
fn cause(finding: &Finding) -> String {
    let group = match finding.check.code {
        "R506" | "R507" => "R501",
        code => code,
    };
    let (before, after) = (finding.before.key(), finding.after.key());
    let words = if before.is_none() || after.is_none() || finding.before.text.is_empty() {
        &finding.what
    } else {
        ""
    };
    let place = if before.is_none() && after.is_none() {
        &finding.place
    } else {
        ""
    };
    format!("{group}|{before:?}|{after:?}|{words}|{place}")
}

fn join(known: &mut Finding, other: Finding) {
    known.json = known.json.max(other.json);
    known.xml = known.xml.max(other.xml);
    known.spec = known.spec.max(other.spec);
    for (ours, theirs) in [
        (&mut known.behaviour, other.behaviour),
        (&mut known.rust, other.rust),
    ] {
        for effect in theirs {
            if !ours.contains(&effect) {
                ours.push(effect);
            }
        }
    }
    known.silent = match (known.silent, other.silent) {
        (Some(a), Some(b)) => Some(a || b),
        (a, b) => a.or(b),
    };
    for direction in other.directions {
        if !known.directions.contains(&direction) {
            known.directions.push(direction);
        }
    }
    known.operations.extend(other.operations);
    let aliases = std::iter::once(other.place).chain(other.aliases);
    for place in aliases {
        if place != known.place && !known.aliases.contains(&place) {
            known.aliases.push(place);
        }
    }
}

/// A description, and where what it describes is.
type Described<'a> = (Option<&'a String>, &'a Origin);

/// The comparison of two documents.
pub(crate) struct Wire<'a> {
    pub(crate) base: &'a Document,
    pub(crate) head: &'a Document,
    pub(crate) out: Collector,
    pub(crate) graph: Graph<'a>,
    /// Whether either document speaks XML anywhere.
    pub(crate) speaks_xml: bool,
    /// What the default servers of both sides have before each path, where a part moved from there to the paths or back; else nothing.
    pub(crate) prefixes: (String, String),
}

impl<'a> Wire<'a> {
    fn new(base: &'a Document, head: &'a Document, out: Collector) -> Self {
        let speaks = |doc: &Document| doc.operations.iter().flat_map(media).any(is_xml);
        Self {
            base,
            head,
            out,
            graph: Graph::new(base, head, schema::local),
            speaks_xml: speaks(base) || speaks(head),
            prefixes: servers::moved_prefixes(base, head).unwrap_or_default(),
        }
    }

    /// What was found, with the schemas that were reached.
    fn reached(self) -> Collector {
        let (mut out, mut graph) = (self.out, self.graph);
        graph.walk();
        graph.report(&mut out);
        out
    }

    /// Adds a finding of an operation: the same for all formats that the operation speaks.
    pub(crate) fn report(&mut self, change: Change, scope: &Scope) {
        let Change {
            check,
            variance,
            direction,
            level,
            place,
            what,
            before,
            after,
            behaviour,
        } = change;
        let mut finding = Finding::new(check, place, what, before, after);
        let level = level.unwrap_or_else(|| check.levels.level(direction, variance));
        if scope.json {
            finding.json = level;
        }
        if scope.xml {
            finding.xml = level;
        }
        if !scope.json && !scope.xml {
            finding.spec = level;
        }
        finding.behaviour.extend(behaviour);
        finding.variance = Some(variance);
        finding.directions = vec![direction];
        finding.operations.extend(scope.operation.clone());
        self.out.add(finding);
    }

    /// Adds a finding that nothing on the wire shows: only what programs do.
    pub(crate) fn behaves(
        &mut self,
        check: &'static Check,
        place: impl Into<String>,
        what: impl Into<String>,
        text: impl Into<String>,
        spots: (Spot, Spot),
        scope: &Scope,
    ) {
        let mut finding = Finding::new(check, place, what, spots.0, spots.1);
        finding.behaviour.push(Effect {
            level: check
                .levels
                .level(Direction::Argument, Variance::Incomparable),
            text: text.into(),
        });
        finding.operations.extend(scope.operation.clone());
        self.out.add(finding);
    }

    /// Reports a change that nothing on the wire shows, with a level of its own.
    pub(crate) fn behaves_at(
        &mut self,
        change: Change,
        level: Level,
        text: impl Into<String>,
        scope: &Scope,
    ) {
        let change = change.level(Level::None).behaves(level, text);
        self.report(change, &scope.nowhere());
    }

    /// Reports a description that says something else.
    pub(crate) fn described(
        &mut self,
        check: &'static Check,
        place: &str,
        what: &str,
        (one, other): (Described<'_>, Described<'_>),
        scope: &Scope,
    ) {
        if !texts::same_text(one.0, other.0) {
            let spots = (Spot::at(one.1, ""), Spot::at(other.1, ""));
            self.documents(check, place, what, spots.0, spots.1, scope);
        }
    }

    /// Adds a finding that only readers see.
    pub(crate) fn documents(
        &mut self,
        check: &'static Check,
        place: impl Into<String>,
        what: impl Into<String>,
        before: Spot,
        after: Spot,
        scope: &Scope,
    ) {
        let mut finding = Finding::new(check, place, what, before, after);
        finding.spec = Level::Documentation;
        finding.rust.push(Effect {
            level: Level::Documentation,
            text: "documentation only".to_owned(),
        });
        finding.operations.extend(scope.operation.clone());
        self.out.add(finding);
    }
}

/// A change of an operation, before its level is known.
pub(crate) struct Change {
    pub(crate) check: &'static Check,
    pub(crate) variance: Variance,
    pub(crate) direction: Direction,
    /// In place of the table's.
    pub(crate) level: Option<Level>,
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) before: Spot,
    pub(crate) after: Spot,
    pub(crate) behaviour: Option<Effect>,
}

impl Change {
    pub(crate) fn new(
        check: &'static Check,
        variance: Variance,
        place: impl Into<String>,
        what: impl Into<String>,
        before: Spot,
        after: Spot,
    ) -> Self {
        Self {
            check,
            variance,
            direction: Direction::Argument,
            level: None,
            place: place.into(),
            what: what.into(),
            before,
            after,
            behaviour: None,
        }
    }

    pub(crate) fn reply(self) -> Self {
        self.towards(Direction::Reply)
    }

    /// Which way the value travels; without it in requests.
    pub(crate) fn towards(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    pub(crate) fn behaves(mut self, level: Level, text: impl Into<String>) -> Self {
        self.behaviour = Some(Effect {
            level,
            text: text.into(),
        });
        self
    }
}

/// What a change of an operation concerns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// The operation.
    pub(crate) operation: Option<OperationRef>,
    /// Programs that speak JSON, or nothing but parameters.
    pub(crate) json: bool,
    /// Programs that speak XML.
    pub(crate) xml: bool,
}

impl Scope {
    /// The same operation, where nothing on the wire changes.
    fn nowhere(&self) -> Self {
        Self {
            json: false,
            xml: false,
            ..self.clone()
        }
    }
}

/// Media types of an operation's bodies.
pub(crate) fn media(op: &Operation) -> impl Iterator<Item = &str> {
    op.request
        .iter()
        .flat_map(|body| &body.content)
        .chain(op.responses.iter().flat_map(|reply| &reply.content))
        .map(|media| media.name.value.as_str())
}

/// `POST /orders`.
pub(crate) fn title(op: &Operation) -> String {
    format!("{} {}", op.method.value.as_str(), op.path.value)
}

/// Compares two documents, and their webhooks and callbacks ([`lavka_model::incoming`]) where both have some.
pub(crate) fn compare(
    (base, head): (&Document, &Document),
    incoming: Option<(&Document, &Document)>,
) -> Vec<Finding> {
    let mut wire = Wire::new(base, head, Collector::default());
    document::compare(&mut wire);
    operations::compare(&mut wire);
    let mut out = wire.reached();
    if let Some((received, now_received)) = incoming {
        let mut wire = Wire::new(received, now_received, out);
        incoming::compare(&mut wire, (base, head));
        out = wire.reached();
    }
    out.finish()
}
