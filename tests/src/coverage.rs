//! The coverage: every row of the documents' tables, held against the model of the spec, and the other way round.

use std::collections::BTreeSet;

use lavka_codegen::model::{Api, Evidence, Operation};
use lavka_codegen::samples::Side;

use crate::errata::{Check, Erratum};
use crate::exact::Json;
use crate::place;
use crate::specs::{self, Spec};

/// A row of a document's table, or a request line that it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The document's line.
    pub line: usize,
    /// The operation's id.
    pub operation: String,
    /// `METHOD /path`, or the path of a field, `request.price.currency`.
    pub path: String,
    /// The row's word for its type, `-` where it has none.
    pub kind: String,
    /// `required`, `optional`, `-`.
    pub need: String,
}

impl Row {
    /// Whether it is a request line.
    #[must_use]
    pub fn is_request_line(&self) -> bool {
        self.path.contains(" /")
    }

    /// Whether it stands below the path.
    #[must_use]
    pub fn is_part_of(&self, path: &str) -> bool {
        self.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('.'))
    }

    /// Whether it says the same of leaving the field out, as far as it says something.
    #[must_use]
    pub fn agrees(&self, required: bool) -> bool {
        match self.need.as_str() {
            "required" => required,
            "optional" => !required,
            _ => true,
        }
    }
}

/// The coverage of one API, from the repository.
///
/// # Errors
/// As [`parse`].
pub fn load(api: &str) -> Result<Vec<Row>, String> {
    parse(&specs::text(&format!("coverage/{api}.tsv")))
}

/// Reads a coverage.
///
/// # Errors
/// Where a line has not five fields, or its first is no number.
pub fn parse(text: &str) -> Result<Vec<Row>, String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [number, operation, path, kind, need] = fields.as_slice() else {
                return Err(format!("five fields were expected: {line:?}"));
            };
            Ok(Row {
                line: number
                    .parse()
                    .map_err(|_| format!("no line number: {line:?}"))?,
                operation: (*operation).to_owned(),
                path: (*path).to_owned(),
                kind: (*kind).to_owned(),
                need: (*need).to_owned(),
            })
        })
        .collect()
}

/// What the documented samples show: operation and wire path, for the sides of which the document prints no table.
pub type Shown = BTreeSet<(String, String)>;

/// The paths that an API's documented samples show.
///
/// # Panics
/// Where a sample does not parse.
#[must_use]
pub fn shown(spec: &Spec) -> Shown {
    let oracle = spec.oracle();
    let mut found = Shown::new();
    for sample in &spec.samples {
        if !sample.case.starts_with("documented") && !sample.case.starts_with("mended") {
            continue;
        }
        let prefix = match sample.side {
            Side::Request => "request".to_owned(),
            Side::Response(None) => "response".to_owned(),
            Side::Response(Some(status)) => format!("response[{status}]"),
        };
        let value = spec
            .value(&oracle, sample)
            .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file));
        show(&sample.operation, &value, &prefix, &mut found);
    }
    found
}

fn show(operation: &str, value: &Json, path: &str, found: &mut Shown) {
    match value {
        Json::Array(items) => {
            for item in items {
                show(operation, item, path, found);
            }
        }
        Json::Object(members) => {
            for (key, value) in members {
                let path = format!("{path}.{key}");
                show(operation, value, &path, found);
                found.insert((operation.to_owned(), path));
            }
        }
        _ => {}
    }
}

/// Everything in which the documents and the model differ, errata aside.
#[must_use]
pub fn findings(api: &Api, rows: &[Row], errata: &[Erratum], shown: &Shown) -> Vec<String> {
    let mut findings = Vec::new();
    for row in rows {
        match specs::operation(api, &row.operation) {
            Some(operation) => {
                let fault = fault(api, operation, rows, errata, row);
                findings.extend(fault.map(|fault| {
                    format!("line {}: {} {}: {fault}", row.line, row.operation, row.path)
                }));
            }
            None => findings.push(format!("line {}: no operation {}", row.line, row.operation)),
        }
    }
    for operation in &api.operations {
        if !rows
            .iter()
            .any(|row| row.operation == operation.id && row.is_request_line())
        {
            if operation.doc.evidence == Evidence::Documented {
                findings.push(format!("no row has the operation {}", operation.id));
            }
            continue;
        }
        findings.extend(unlisted(api, operation, rows, errata, shown));
    }
    findings
}

/// The path that the spec has for a row's.
fn renamed(errata: &[Erratum], operation: &str, path: &str) -> String {
    for erratum in errata
        .iter()
        .filter(|e| e.operations.iter().any(|id| id == operation))
    {
        if let Check::Renamed { row, to } = &erratum.check
            && let Some(rest) = path.strip_prefix(row.as_str())
            && (rest.is_empty() || rest.starts_with('.'))
        {
            return format!("{to}{rest}");
        }
    }
    path.to_owned()
}

fn fault(
    api: &Api,
    operation: &Operation,
    rows: &[Row],
    errata: &[Erratum],
    row: &Row,
) -> Option<String> {
    let path = renamed(errata, &operation.id, &row.path);
    if row.is_request_line() {
        let found = format!("{} {}", operation.method.as_str(), operation.path);
        return (found != path).then(|| format!("the spec has {found}"));
    }
    let Some(place) = place::find(api, operation, &path) else {
        return Some("the spec lacks it".to_owned());
    };
    let explained = |kind: bool| {
        errata.iter().any(|erratum| {
            erratum.operations.contains(&operation.id)
                && matches!(&erratum.check, Check::Row { path, kind: k, need: n }
                    if *path == row.path && if kind { k.is_some() } else { n.is_some() })
        })
    };
    let has_parts = rows
        .iter()
        .any(|other| other.operation == row.operation && other.is_part_of(&row.path));
    if !place::is_a(api, place, &row.kind, has_parts) && !explained(true) {
        return Some(format!(
            "the row's type is {}, the spec's another",
            row.kind
        ));
    }
    if !row.agrees(place.required) && !explained(false) {
        return Some(format!("the row says {}, the spec does not", row.need));
    }
    None
}

/// Documented properties of the model that nothing in the document explains.
fn unlisted(
    api: &Api,
    operation: &Operation,
    rows: &[Row],
    errata: &[Erratum],
    shown: &Shown,
) -> Vec<String> {
    let id = operation.id.as_str();
    let listed: Vec<Row> = rows
        .iter()
        .filter(|row| row.operation == id && !row.is_request_line())
        .map(|row| Row {
            path: renamed(errata, id, &row.path),
            ..row.clone()
        })
        .collect();
    let is_explained = |path: &str| {
        errata.iter().any(|erratum| {
            erratum.operations.iter().any(|found| found == id)
                && matches!(&erratum.check, Check::Unlisted(found) if found == path)
        })
    };
    let mut findings = Vec::new();
    for property in place::documented(api, operation) {
        let path = property.path.as_str();
        let part = path.split('.').next().unwrap_or_default();
        let has_table = listed.iter().any(|row| row.is_part_of(part));
        // A request line lists the parameters of its path; a payload without a table is listed by its samples.
        let printed =
            property.in_url || (!has_table && shown.contains(&(id.to_owned(), path.to_owned())));
        if !printed
            && !is_explained(path)
            && !listed
                .iter()
                .any(|row| row.path == path || row.is_part_of(path))
        {
            findings.push(format!(
                "{id}: the spec has {path}, which no row, sample or erratum shows"
            ));
        }
    }
    findings
}
