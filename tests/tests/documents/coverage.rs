//! Every row of the documents' tables has its place in the specs, and everything that the specs call documented stands
//! in a document.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use lavka_model::model::{Api, Field, Grade, PathPart, Presence, Scalar, TypeKind, TypeRef};
use lavka_tests::coverage::{self, Row, Shown};
use lavka_tests::documents;
use lavka_tests::errata::{self, Check, Erratum};
use lavka_tests::place;
use lavka_tests::specs::{self, Spec};

/// All that the coverage of an API is judged by.
struct Judge {
    spec: &'static Spec,
    rows: Vec<Row>,
    errata: Vec<Erratum>,
    shown: Shown,
}

impl Judge {
    fn of(api: &str) -> Self {
        let spec = specs::spec(api);
        Self {
            spec,
            rows: coverage::load(api).unwrap_or_else(|fault| panic!("{fault}")),
            errata: errata::load(api).unwrap_or_else(|faults| panic!("{}", faults.join("\n"))),
            shown: coverage::shown(spec),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        specs::APIS.iter().map(|api| Self::of(api))
    }

    fn judge(&self, api: &Api) -> Vec<String> {
        coverage::findings(api, &self.rows, &self.errata, &self.shown)
    }

    /// The path that the spec has for a row's.
    fn renamed(&self, row: &Row) -> String {
        let errata: Vec<&Erratum> = self
            .errata
            .iter()
            .filter(|erratum| erratum.operations.contains(&row.operation))
            .collect();
        coverage::renamed(&errata, &row.path)
    }

    fn judge_rows(&self, rows: &[Row]) -> Vec<String> {
        coverage::findings(&self.spec.api, rows, &self.errata, &self.shown)
    }
}

#[test]
fn specs_and_documents_agree() {
    let mut findings = Vec::new();
    for judge in Judge::all() {
        let found = judge.judge(&judge.spec.api);
        findings.extend(
            found
                .into_iter()
                .map(|text| format!("{}: {text}", judge.spec.name)),
        );
    }
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn errata_of_the_coverage_are_needed() {
    let mut faults = Vec::new();
    for judge in Judge::all() {
        for erratum in &judge.errata {
            if !matches!(
                erratum.check,
                Check::Renamed { .. } | Check::Row { .. } | Check::Unlisted(_)
            ) {
                continue;
            }
            faults.extend(erratum.faults(judge.spec, &judge.rows, &judge.errata));
            // Without the entry a type, a name or a requiredness would be a finding.
            let others: Vec<Erratum> = judge
                .errata
                .iter()
                .filter(|other| other.id != erratum.id)
                .cloned()
                .collect();
            let found = coverage::findings(&judge.spec.api, &judge.rows, &others, &judge.shown);
            // What a URL's path or another payload shows need not be explained, but may be.
            if found.is_empty() && !matches!(erratum.check, Check::Unlisted(_)) {
                faults.push(format!("{}: nothing needs this entry", erratum.id));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// An operation that a document has is in its request lines; one that no document has says how it is known.
#[test]
fn operations_are_in_the_documents_or_say_how_they_are_known() {
    for judge in Judge::all() {
        let lines: BTreeSet<&str> = judge
            .rows
            .iter()
            .filter(|row| row.is_request_line())
            .map(|row| row.operation.as_str())
            .collect();
        let operations = &judge.spec.api.operations;
        let documented: BTreeSet<&str> = operations
            .iter()
            .filter(|operation| operation.doc.evidence == Grade::Documented)
            .map(|operation| operation.id.as_str())
            .collect();
        assert_eq!(documented, lines, "{}", judge.spec.name);
        for operation in operations {
            let has_source = operation.doc.source.is_some();
            assert_eq!(
                has_source,
                documented.contains(operation.id.as_str()),
                "{}: `x-source` of {}",
                judge.spec.name,
                operation.id
            );
        }
    }
}

/// Removes each operation in turn.
#[test]
fn a_missing_operation_is_found() {
    for judge in Judge::all() {
        for (index, operation) in judge.spec.api.operations.iter().enumerate() {
            let mut api = judge.spec.api.clone();
            api.operations.remove(index);
            let found = judge.judge(&api);
            assert_eq!(
                found.is_empty(),
                operation.doc.evidence != Grade::Documented,
                "{}: {found:?}",
                operation.id
            );
        }
    }
}

/// Changes each operation's method and path in turn.
#[test]
fn a_wrong_request_line_is_found() {
    for judge in Judge::all() {
        for index in 0..judge.spec.api.operations.len() {
            let mut api = judge.spec.api.clone();
            let operation = &mut api.operations[index];
            if operation.doc.evidence == Grade::Documented {
                let more = PathPart::Literal("x".to_owned());
                operation.path.segments.push(vec![more]);
                assert!(
                    !judge.judge(&api).is_empty(),
                    "{}",
                    api.operations[index].id
                );
            }
        }
    }
}

/// The fields that a row or an erratum names, as (type, field).
fn named_fields(judge: &Judge) -> BTreeSet<(usize, usize)> {
    let mut named = BTreeSet::new();
    for row in judge.rows.iter().filter(|row| !row.is_request_line()) {
        let operation = specs::operation(&judge.spec.api, &row.operation).expect("checked above");
        let path = judge.renamed(row);
        let (side, names) = place::side(&path).expect("a side");
        let body = specs::body(operation, side);
        let mut types: Vec<TypeRef> = body.map(|body| body.ty.clone()).into_iter().collect();
        for name in names.split('.') {
            let mut next = Vec::new();
            while let Some(ty) = types.pop() {
                match ty {
                    TypeRef::List(item) | TypeRef::Nullable(item) | TypeRef::Boxed(item) => {
                        types.push(*item);
                    }
                    TypeRef::Named(id) => match &judge.spec.api.ty(id).kind {
                        TypeKind::Struct(object) => {
                            let position =
                                object.fields.iter().position(|field| field.wire == name);
                            if let Some(position) = position {
                                named.insert((id.0, position));
                                next.push(object.fields[position].ty.clone());
                            }
                        }
                        TypeKind::Union(union) => {
                            types.extend(union.variants.iter().map(|variant| variant.ty.clone()));
                        }
                        TypeKind::Enum(_) => {}
                    },
                    _ => {}
                }
            }
            types = next;
        }
    }
    named
}

/// Removes each field that a row names, renames it, and gives it another type.
#[test]
fn a_missing_or_changed_field_is_found() {
    let mut mutants = 0;
    for judge in Judge::all() {
        for (ty, position) in named_fields(&judge) {
            let fields = |api: &mut Api, change: &dyn Fn(&mut Vec<_>)| {
                if let TypeKind::Struct(object) = &mut api.types[ty].kind {
                    change(&mut object.fields);
                }
            };
            let mut api = judge.spec.api.clone();
            fields(&mut api, &|fields| {
                fields.remove(position);
            });
            let name = format!("{} {:?}[{position}]", judge.spec.name, api.types[ty].name);
            assert!(!judge.judge(&api).is_empty(), "{name} removed");

            let mut api = judge.spec.api.clone();
            fields(&mut api, &|fields| {
                let field: &mut Field = &mut fields[position];
                field.wire.push('_');
            });
            assert!(!judge.judge(&api).is_empty(), "{name} renamed");
            mutants += 2;
        }
    }
    assert!(mutants > 250, "{mutants} mutants only");
}

/// Gives each field that has a typed row another type, and turns around what must be there.
#[test]
fn a_wrong_type_or_requiredness_is_found() {
    for judge in Judge::all() {
        for row in &judge.rows {
            if row.is_request_line() || (row.kind == "-" && row.need == "-") {
                continue;
            }
            let Some((_, names)) = row.path.split_once('.') else {
                continue;
            };
            // A row whose names lead there without an erratum: the field of that name of each type is changed.
            let last = names.rsplit('.').next().unwrap_or_default();
            let explained = judge.errata.iter().any(|erratum| {
                matches!(&erratum.check,
                    Check::Row { path, .. } | Check::Renamed { row: path, .. }
                        if row.path == *path || row.is_part_of(path))
            });
            if explained {
                continue;
            }
            let change = |change: &dyn Fn(&mut Field)| {
                let mut api = judge.spec.api.clone();
                for ty in &mut api.types {
                    if let TypeKind::Struct(object) = &mut ty.kind {
                        for field in object.fields.iter_mut().filter(|f| f.wire == last) {
                            change(field);
                        }
                    }
                }
                for operation in &mut api.operations {
                    for param in operation.params.iter_mut().filter(|p| p.wire == last) {
                        param.ty = TypeRef::Any { open: true };
                    }
                }
                let prefix = format!("line {}:", row.line);
                judge
                    .judge(&api)
                    .iter()
                    .any(|text| text.starts_with(&prefix))
            };
            if row.kind != "-" {
                let found = change(&|field| field.ty = TypeRef::Scalar(Scalar::Binary));
                assert!(found, "{} {}: type", row.operation, row.path);
            }
            let turned = match row.need.as_str() {
                "required" => Presence::Optional,
                "optional" => Presence::Required,
                _ => continue,
            };
            assert!(
                change(&|field| field.presence = turned) || last == "token",
                "{} {}: {}",
                row.operation,
                row.path,
                row.need
            );
        }
    }
}

/// Removes each row in turn. One with rows for its parts is still implied by them, a repeated line by the other, a
/// parameter of the path by the request line, and the last row of a table leaves the payload to its samples.
#[test]
fn a_missing_row_is_found() {
    let mut mutants = 0;
    for judge in Judge::all() {
        for (index, row) in judge.rows.iter().enumerate() {
            let mut rows = judge.rows.clone();
            rows.remove(index);
            let part = |row: &Row| row.path.split(['.', ' ']).next().map(str::to_owned);
            let mut others = rows.iter().filter(|other| other.operation == row.operation);
            let path = judge.renamed(row);
            let implied = others.clone().any(|other| {
                let other = judge.renamed(other);
                other
                    .strip_prefix(&path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            let is_last = !others.any(|other| part(other) == part(row));
            // What is called documented is what must be listed; a credential is not a part of the payload.
            let operation = specs::operation(&judge.spec.api, &row.operation).expect("known");
            let is_claimed = row.is_request_line()
                || place::documented(&judge.spec.api, operation)
                    .iter()
                    .any(|property| property.path == path && !property.in_url);
            if implied || !is_claimed || (is_last && !row.is_request_line()) {
                continue;
            }
            mutants += 1;
            assert!(
                !judge.judge_rows(&rows).is_empty(),
                "{} line {}: {} {}",
                judge.spec.name,
                row.line,
                row.operation,
                row.path
            );
        }
    }
    assert!(mutants > 400, "{mutants} mutants only");
}

/// The coverage and every documented or printed sample are what the documents print, byte for byte, and all of it.
#[test]
#[cfg_attr(
    not(documents),
    ignore = "needs the documents: LAVKA_DOCUMENTS names their folder"
)]
fn coverage_and_samples_are_as_the_documents_print_them() {
    let Some(folder) = option_env!("LAVKA_DOCUMENTS_FOUND") else {
        panic!("LAVKA_DOCUMENTS names the folder of the documents");
    };
    let folder = PathBuf::from(folder);
    let extracted = documents::extract(&folder).unwrap_or_else(|fault| panic!("{fault}"));
    let summary = extracted.check(&specs::folder());
    assert!(
        summary.is_ok(),
        "\n{}\n",
        summary.unwrap_or_else(|fault| fault)
    );

    // A payload that is not among the samples, a row less and a changed byte are each reported.
    let copy = tempfile(&extracted);
    for (name, change) in [
        (
            "samples/digiseller/create_book.documented.request.xml",
            "remove",
        ),
        ("coverage/qnits.tsv", "shorten"),
        (
            "samples/fileflare/get_customer_order.documented.response.json",
            "shorten",
        ),
        ("samples/qnits/create_order.documented.response.json", "add"),
    ] {
        let path = copy.join(name);
        let old = std::fs::read(&path).ok();
        match (change, &old) {
            ("remove", _) => std::fs::remove_file(&path).expect("removed"),
            ("shorten", Some(bytes)) => {
                std::fs::write(&path, &bytes[..bytes.len() - 2]).expect("written");
            }
            _ => std::fs::write(&path, "{}").expect("written"),
        }
        let fault = extracted.check(&copy).err().unwrap_or_default();
        assert!(fault.contains(name), "{change} {name}: {fault}");
        match old {
            Some(bytes) => std::fs::write(&path, bytes).expect("written"),
            None => std::fs::remove_file(&path).expect("removed"),
        }
    }
    assert!(extracted.check(&copy).is_ok());
    std::fs::remove_dir_all(copy).expect("removed");
}

/// A folder of specs as the documents print them.
fn tempfile(extracted: &documents::Files) -> PathBuf {
    let name = format!("lavka-coverage-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    extracted.write(&folder).expect("written");
    folder
}
