//! The coverage: every row of the documents' tables, held against the model of the spec, and the other way round.

use std::collections::{BTreeMap, BTreeSet};

use lavka_model::model::{Api, Grade, Operation, TypeKind, TypeName, TypeRef};

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

    /// Whether it is below the path.
    #[must_use]
    pub fn is_part_of(&self, path: &str) -> bool {
        is_part(&self.path, path)
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

/// Whether a wire path is below another.
fn is_part(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| rest.starts_with('.'))
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
/// Where a line has not five fields, or its first is not a number.
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

/// What the documented samples show: names of types and of their fields. It counts where the document prints no table.
pub type Shown = BTreeSet<(TypeName, String)>;

/// The fields that an API's documented samples show.
///
/// # Panics
/// Where a sample does not parse.
#[must_use]
pub fn shown(spec: &Spec) -> Shown {
    let oracle = spec.oracle();
    let mut found = Shown::new();
    for sample in &spec.samples {
        if !sample.case.starts_with("documented") && !sample.case.starts_with("corrected") {
            continue;
        }
        let value = spec
            .value(&oracle, sample)
            .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file));
        let body = specs::payload(&spec.api, &sample.operation, sample.side);
        if let Some(body) = body {
            show(&spec.api, body.ty, &value, &mut found);
        }
    }
    found
}

fn show(api: &Api, ty: &TypeRef, value: &Json, found: &mut Shown) {
    match (ty, value) {
        (TypeRef::Nullable(inner) | TypeRef::Boxed(inner), _) => show(api, inner, value, found),
        (TypeRef::List(item), Json::Array(items)) => {
            for value in items {
                show(api, item, value, found);
            }
        }
        (TypeRef::Map(item), Json::Object(members)) => {
            for value in members.values() {
                show(api, item, value, found);
            }
        }
        (TypeRef::Named(id), _) => match &api.ty(*id).kind {
            TypeKind::Struct(object) => {
                for field in &object.fields {
                    if let Some(value) = value.get(&field.wire) {
                        found.insert((api.ty(*id).name.clone(), field.wire.clone()));
                        show(api, &field.ty, value, found);
                    }
                }
            }
            TypeKind::Union(union) => {
                for variant in &union.variants {
                    show(api, &variant.ty, value, found);
                }
            }
            TypeKind::Enum(_) => {}
        },
        _ => {}
    }
}

/// Everything in which the documents and the model differ, errata aside.
#[must_use]
pub fn findings(api: &Api, rows: &[Row], errata: &[Erratum], shown: &Shown) -> Vec<String> {
    let mut by_operation: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_operation.entry(&row.operation).or_default().push(row);
    }
    let mut findings = Vec::new();
    for (id, rows) in &by_operation {
        let Some(operation) = specs::operation(api, id) else {
            findings.push(format!("no operation {id}"));
            continue;
        };
        let errata: Vec<&Erratum> = errata
            .iter()
            .filter(|erratum| erratum.operations.iter().any(|found| found == id))
            .collect();
        for row in rows {
            if let Some(fault) = fault(api, operation, rows, &errata, row) {
                findings.push(format!("line {}: {id} {}: {fault}", row.line, row.path));
            }
        }
        findings.extend(unlisted(api, operation, rows, &errata, shown));
    }
    for operation in &api.operations {
        let rows = by_operation.get(operation.id.as_str());
        let has_line = rows.is_some_and(|rows| rows.iter().any(|row| row.is_request_line()));
        if !has_line && operation.doc.evidence == Grade::Documented {
            findings.push(format!("no row has the operation {}", operation.id));
        }
    }
    findings
}

/// The path that the spec has for an operation's row.
#[must_use]
pub fn renamed(errata: &[&Erratum], path: &str) -> String {
    for erratum in errata {
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
    rows: &[&Row],
    errata: &[&Erratum],
    row: &Row,
) -> Option<String> {
    let path = renamed(errata, &row.path);
    if row.is_request_line() {
        let found = format!("{} {}", operation.method.as_str(), operation.path);
        return (found != path).then(|| format!("the spec has {found}"));
    }
    let Some(place) = place::find(api, operation, &path) else {
        return Some("the spec lacks it".to_owned());
    };
    let explained = |kind: bool| {
        errata.iter().any(|erratum| {
            matches!(&erratum.check, Check::Row { path, kind: k, need: n }
                if *path == row.path && if kind { k.is_some() } else { n.is_some() })
        })
    };
    let has_parts = rows.iter().any(|other| other.is_part_of(&row.path));
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
    rows: &[&Row],
    errata: &[&Erratum],
    shown: &Shown,
) -> Vec<String> {
    let id = operation.id.as_str();
    let listed: Vec<String> = rows
        .iter()
        .filter(|row| !row.is_request_line())
        .map(|row| renamed(errata, &row.path))
        .collect();
    let is_explained = |path: &str| {
        errata
            .iter()
            .any(|erratum| matches!(&erratum.check, Check::Unlisted(found) if found == path))
    };
    let mut findings = Vec::new();
    for property in place::documented(api, operation) {
        let path = property.path.as_str();
        let part = path.split('.').next().unwrap_or_default();
        let has_table = listed.iter().any(|row| is_part(row, part));
        // A request line lists the parameters of its path; a payload without a table is listed by its samples.
        let in_sample = property
            .field
            .as_ref()
            .is_some_and(|field| shown.contains(field));
        let printed = property.in_url || (!has_table && in_sample);
        if !printed
            && !is_explained(path)
            && !listed.iter().any(|row| row == path || is_part(row, path))
        {
            findings.push(format!(
                "{id}: the spec has {path}, which no row, sample or erratum shows"
            ));
        }
    }
    findings
}
