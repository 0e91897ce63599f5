//! The errata: where a document errs, and whether an entry still applies.

use std::collections::BTreeSet;

use lavka_codegen::samples::Sample;
use lavka_model::source;
use serde_json::Value;

use crate::coverage::{self, Row};
use crate::place;
use crate::specs::{self, Spec};

/// One entry.
#[derive(Clone, Debug)]
pub struct Erratum {
    /// Unique over all files.
    pub id: String,
    /// Places in the document, `003:8-20, 003:30`.
    pub places: String,
    /// What it is about.
    pub operations: Vec<String>,
    /// What makes it apply.
    pub check: Check,
}

/// What makes an entry apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// A `verbatim` sample that does not parse.
    Unparsable(String),
    /// A row of the coverage whose path differs in the spec.
    Renamed {
        /// The row's path.
        row: String,
        /// The spec's path.
        to: String,
    },
    /// A row that says something else than the spec.
    Row {
        /// The row's path.
        path: String,
        /// The type that it says, where that is what differs.
        kind: Option<String>,
        /// What it says of leaving the field out, where that is what differs.
        need: Option<String>,
    },
    /// A property of the spec that no row lists.
    Unlisted(String),
    /// A value that a sample prints and the spec's enum lacks.
    Value {
        /// The row's path.
        row: String,
        /// The value.
        says: String,
    },
    /// A JSON pointer into the bundled document, or an operation's id.
    Spec(String),
    /// A sample that holds a text.
    Sample {
        /// The file's name.
        file: String,
        /// The text.
        holds: String,
    },
}

/// The keys that each entry has, all of them.
const KEYS: [&str; 8] = [
    "id",
    "where",
    "operations",
    "document",
    "spec",
    "why",
    "evidence",
    "check",
];
/// The values of `evidence`.
const EVIDENCE: [&str; 5] = ["documented", "vendor", "capture", "client", "inferred"];

/// The errata of one API, from the repository.
///
/// # Errors
/// As [`parse`].
pub fn load(api: &str) -> Result<Vec<Erratum>, Vec<String>> {
    parse(api, &specs::text(&format!("errata/{api}.yaml")))
}

/// Reads a file of errata.
///
/// # Errors
/// All that is wrong with its form, one text for each.
pub fn parse(api: &str, text: &str) -> Result<Vec<Erratum>, Vec<String>> {
    let name = format!("errata/{api}.yaml");
    let (source, findings) = source::load_with(&name, "specs", &|_| Ok(text.as_bytes().to_vec()));
    if findings.has_errors() {
        return Err(vec![findings.to_text()]);
    }
    let root = source.root().map(source::Node::to_json);
    let Some(Value::Array(entries)) = root else {
        return Err(vec![format!("{name}: a list of entries was expected")]);
    };
    let mut errata = Vec::new();
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for entry in &entries {
        let id = entry.get("id").and_then(Value::as_str).unwrap_or("?");
        if !ids.insert(id) {
            faults.push(format!("{name}: the id {id} comes twice"));
        }
        match read(api, entry) {
            Ok(erratum) => errata.push(erratum),
            Err(fault) => faults.push(format!("{name}: {id}: {fault}")),
        }
    }
    if faults.is_empty() {
        Ok(errata)
    } else {
        Err(faults)
    }
}

fn read(api: &str, entry: &Value) -> Result<Erratum, String> {
    let object = entry.as_object().ok_or("an entry is an object")?;
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{key}`"));
    }
    let word = |key: &str| string(entry, key);
    for key in ["document", "spec", "why"] {
        word(key)?;
    }
    let evidence = word("evidence")?;
    if !EVIDENCE.contains(&evidence.as_str()) {
        return Err(format!("unknown evidence `{evidence}`"));
    }
    let id = word("id")?;
    if !id.starts_with(&api.replace('_', "-")) {
        return Err("the id starts with the API's name, with `-` for `_`".to_owned());
    }
    let operations = entry
        .get("operations")
        .and_then(Value::as_array)
        .filter(|operations| !operations.is_empty())
        .ok_or("`operations` is a list, not empty")?
        .iter()
        .map(|operation| operation.as_str().map(str::to_owned))
        .collect::<Option<Vec<_>>>()
        .ok_or("`operations` lists ids")?;
    let check = entry.get("check").ok_or("`check` is missing")?;
    Ok(Erratum {
        id,
        places: word("where")?,
        operations,
        check: read_check(check)?,
    })
}

fn string(object: &Value, key: &str) -> Result<String, String> {
    match object.get(key).and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err(format!("`{key}` is missing, or no text")),
    }
}

fn read_check(check: &Value) -> Result<Check, String> {
    let object = check.as_object().ok_or("`check` is an object")?;
    let mut members = object.iter();
    let (Some((kind, value)), None) = (members.next(), members.next()) else {
        return Err("`check` has one key".to_owned());
    };
    let allowed: &[&str] = match kind.as_str() {
        "renamed" => &["row", "to"],
        "row" => &["path", "type", "use"],
        "value" => &["row", "says"],
        "sample" => &["file", "holds"],
        _ => &[],
    };
    if let Some(object) = value.as_object()
        && let Some(key) = object.keys().find(|key| !allowed.contains(&key.as_str()))
    {
        return Err(format!("`{kind}` has no `{key}`"));
    }
    let own = || string(check, kind);
    let word = |key: &str| string(value, key);
    Ok(match kind.as_str() {
        "unparsable" => Check::Unparsable(own()?),
        "unlisted" => Check::Unlisted(own()?),
        "spec" => Check::Spec(own()?),
        "renamed" => Check::Renamed {
            row: word("row")?,
            to: word("to")?,
        },
        "value" => Check::Value {
            row: word("row")?,
            says: word("says")?,
        },
        "sample" => Check::Sample {
            file: word("file")?,
            holds: word("holds")?,
        },
        "row" => {
            let (kind, need) = (word("type").ok(), word("use").ok());
            if kind.is_none() && need.is_none() {
                return Err("`row` says `type` or `use`".to_owned());
            }
            Check::Row {
                path: word("path")?,
                kind,
                need,
            }
        }
        _ => return Err(format!("unknown check `{kind}`")),
    })
}

impl Erratum {
    /// The numbers of the document and of the lines that the entry names.
    ///
    /// # Errors
    /// Where a place is not `DDD:LINE` or `DDD:LINE-LINE`.
    pub fn lines(&self) -> Result<Vec<(&str, usize, usize)>, String> {
        let place = |text: &'_ str| -> Option<(usize, usize)> {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let lines = (first.parse().ok()?, last.parse().ok()?);
            (lines.0 >= 1 && lines.0 <= lines.1).then_some(lines)
        };
        self.places
            .split(", ")
            .map(|text| {
                let (document, lines) = text.split_once(':').unwrap_or_default();
                let (first, last) = place(lines)
                    .ok_or_else(|| format!("{}: `where`: {text:?} is not a place", self.id))?;
                Ok((document, first, last))
            })
            .collect()
    }

    /// Why the entry does not apply (any more), one text for each reason; none where it does. `all` are the entries of
    /// the API: a row may be renamed by another.
    #[must_use]
    pub fn faults(&self, spec: &Spec, rows: &[Row], all: &[Self]) -> Vec<String> {
        let mut faults = Vec::new();
        let document = spec.api.document.as_ref().map_or("", |found| &found.id);
        match self.lines() {
            Ok(lines) => {
                if let Some((other, ..)) = lines.iter().find(|(found, ..)| *found != document) {
                    faults.push(format!("`where` names document {other}, not {document}"));
                }
            }
            Err(fault) => faults.push(fault),
        }
        for id in &self.operations {
            match specs::operation(&spec.api, id) {
                Some(_) => faults.extend(self.check_operation(spec, rows, all, id)),
                None => faults.push(format!("there is no operation {id}")),
            }
        }
        faults.extend(self.check_once(spec));
        faults
            .iter()
            .map(|fault| format!("{}: {fault}", self.id))
            .collect()
    }

    /// What does not depend on the operation.
    fn check_once(&self, spec: &Spec) -> Option<String> {
        match &self.check {
            Check::Unparsable(file) => {
                let sample = match self.sample(spec, file) {
                    Ok(sample) => sample,
                    Err(fault) => return Some(fault),
                };
                if sample.case.split('-').next() != Some("verbatim") {
                    return Some(format!("{file} is not called `verbatim`"));
                }
                spec.decode_sample(sample)
                    .is_ok()
                    .then(|| format!("{file} parses"))
            }
            Check::Sample { file, holds } => match self.sample(spec, file) {
                Ok(sample) => {
                    let text = String::from_utf8_lossy(&sample.bytes);
                    (!text.contains(holds.as_str()))
                        .then(|| format!("{file} does not hold {holds:?}"))
                }
                Err(fault) => Some(fault),
            },
            Check::Spec(pointer) => {
                let found = if pointer.starts_with('/') {
                    spec.bundled.pointer(pointer).is_some()
                } else {
                    self.operations.contains(pointer)
                        && specs::operation(&spec.api, pointer).is_some()
                };
                (!found).then(|| format!("the spec has no {pointer}, or the entry is not about it"))
            }
            _ => None,
        }
    }

    fn sample<'a>(&self, spec: &'a Spec, file: &str) -> Result<&'a Sample, String> {
        let sample = spec
            .samples
            .iter()
            .find(|sample| sample.file == file)
            .ok_or_else(|| format!("there is no sample {file}"))?;
        if self.operations.contains(&sample.operation) {
            Ok(sample)
        } else {
            Err(format!("{file} is of no operation of the entry"))
        }
    }

    /// What must hold for each operation of the entry.
    fn check_operation(&self, spec: &Spec, rows: &[Row], all: &[Self], id: &str) -> Option<String> {
        let operation = specs::operation(&spec.api, id)?;
        let of_operation: Vec<&Self> = all
            .iter()
            .filter(|other| other.operations.iter().any(|found| found == id))
            .collect();
        let rows: Vec<&Row> = rows.iter().filter(|row| row.operation == id).collect();
        let row = |path: &str| rows.iter().find(|row| row.path == path);
        let has_parts = |path: &str| rows.iter().any(|row| row.is_part_of(path));
        let in_spec = |path: &str| match path.split_once(' ') {
            Some((method, path)) => {
                operation.method.as_str() == method && operation.path.to_string() == path
            }
            None => place::find(&spec.api, operation, path).is_some(),
        };
        match &self.check {
            Check::Renamed { row: path, to } => {
                if row(path).is_none() {
                    Some(format!("{id}: no row {path}"))
                } else if in_spec(path) {
                    Some(format!("{id}: the spec has {path} itself"))
                } else if !in_spec(to) {
                    Some(format!("{id}: the spec has no {to}"))
                } else {
                    None
                }
            }
            Check::Row { path, kind, need } => {
                let Some(row) = row(path) else {
                    return Some(format!("{id}: no row {path}"));
                };
                let in_spec = coverage::renamed(&of_operation, path);
                let Some(place) = place::find(&spec.api, operation, &in_spec) else {
                    return Some(format!("{id}: the spec has no {in_spec}"));
                };
                let kind_differs = kind.as_ref().is_none_or(|kind| {
                    row.kind == *kind && !place::is_a(&spec.api, place, kind, has_parts(path))
                });
                let need_differs = need
                    .as_ref()
                    .is_none_or(|need| row.need == *need && !row.agrees(place.required));
                (!kind_differs || !need_differs)
                    .then(|| format!("{id}: row and spec of {path} do not differ so"))
            }
            Check::Unlisted(path) => {
                if !in_spec(path) {
                    Some(format!("{id}: the spec has no {path}"))
                } else if row(path).is_some() {
                    Some(format!("{id}: a row lists {path}"))
                } else {
                    None
                }
            }
            Check::Value { row: path, says } => self.check_value(spec, id, path, says, row(path)),
            Check::Unparsable(_) | Check::Spec(_) | Check::Sample { .. } => None,
        }
    }

    fn check_value(
        &self,
        spec: &Spec,
        id: &str,
        path: &str,
        says: &str,
        row: Option<&&Row>,
    ) -> Option<String> {
        use lavka_model::model::{TypeKind, TypeRef};
        if row.is_none() {
            return Some(format!("{id}: no row {path}"));
        }
        let operation = specs::operation(&spec.api, id)?;
        let place = place::find(&spec.api, operation, path);
        let Some(TypeRef::Named(ty)) = place.and_then(|place| place.ty) else {
            return Some(format!("{id}: {path} is not an enum in the spec"));
        };
        let TypeKind::Enum(known) = &spec.api.ty(*ty).kind else {
            return Some(format!("{id}: {path} is not an enum in the spec"));
        };
        if known.values.iter().any(|value| value.wire == says) {
            return Some(format!("{id}: the spec lists {says:?}"));
        }
        let printed = spec.samples.iter().any(|sample| {
            sample.operation == id
                && !sample.case.starts_with("synthetic")
                && String::from_utf8_lossy(&sample.bytes).contains(says)
        });
        (!printed).then(|| format!("{id}: no sample prints {says:?}"))
    }
}
