//! Each entry of the errata is complete, unique, and still applies.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use lavka_model::model::Grade;
use lavka_tests::coverage;
use lavka_tests::errata::{self, Check, Erratum};
use lavka_tests::specs;

const ENTRY: &str = "\
- id: qnits-x
  where: \"004:30\"
  operations: [create_order]
  document: d
  spec: s
  why: w
  evidence: inferred
  check: {spec: create_order}
";

fn load(api: &str) -> Vec<Erratum> {
    errata::load(api).unwrap_or_else(|faults| panic!("\n{}\n", faults.join("\n")))
}

#[test]
fn every_erratum_applies() {
    let mut faults = Vec::new();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for spec in specs::all() {
        let rows = coverage::load(spec.name).unwrap_or_else(|fault| panic!("{fault}"));
        let errata = load(spec.name);
        for erratum in &errata {
            faults.extend(erratum.faults(spec, &rows, &errata));
            if let Some(other) = owners.insert(erratum.id.clone(), spec.name) {
                faults.push(format!("{}: in {other} and in {}", erratum.id, spec.name));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert!(owners.len() > 50);
}

#[test]
fn every_printed_sample_has_an_erratum() {
    for spec in specs::all() {
        let explained: BTreeSet<String> = load(spec.name)
            .into_iter()
            .filter_map(|erratum| match erratum.check {
                Check::Unparsable(file) => Some(file),
                _ => None,
            })
            .collect();
        let printed: BTreeSet<String> = spec
            .samples
            .iter()
            .filter(|sample| !sample.is_usable())
            .map(|sample| sample.file.clone())
            .collect();
        assert_eq!(explained, printed, "{}", spec.name);
    }
}

#[test]
fn every_operation_that_is_in_no_document_has_an_erratum() {
    for spec in specs::all() {
        let errata = load(spec.name);
        for operation in &spec.api.operations {
            // What a client calls by itself, such as a login, is explained where it is used.
            if operation.doc.evidence == Grade::Documented {
                continue;
            }
            assert!(
                errata
                    .iter()
                    .any(|erratum| erratum.operations.contains(&operation.id)),
                "{}: {} is in no document: add an entry to specs/errata/{}.yaml that says what the document lacks",
                spec.name,
                operation.id,
                spec.name
            );
        }
    }
}

#[test]
fn every_xml_schema_is_in_the_table() {
    let readme = specs::text("xsd/README.md");
    let folder = specs::root().join("specs/xsd");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("UTF-8");
        if name.ends_with(".xsd") {
            assert!(
                readme.contains(&format!("| `{name}` |")),
                "specs/xsd/README.md: no row for {name}"
            );
        }
    }
}

#[test]
fn the_vocabulary_lists_the_kinds_of_checks() {
    let readme = specs::text("README.md");
    for kind in [
        "unparsable",
        "renamed",
        "row",
        "unlisted",
        "value",
        "spec",
        "sample",
    ] {
        assert!(readme.contains(&format!("| `{kind}` |")), "{kind}");
    }
}

#[test]
fn a_bad_form_is_told() {
    assert_eq!(
        errata::parse("qnits", ENTRY).map(|found| found.len()),
        Ok(1)
    );
    for (from, to, expected) in [
        ("id: qnits-x", "id: x", "starts with"),
        ("  why: w\n", "", "`why` is missing"),
        ("  why: w\n", "  why: ''\n", "`why` is missing"),
        (
            "  why: w\n",
            "  why: w\n  extra: e\n",
            "unknown key `extra`",
        ),
        (
            "evidence: inferred",
            "evidence: guessed",
            "unknown evidence",
        ),
        ("[create_order]", "[]", "not empty"),
        (
            "{spec: create_order}",
            "{wrong: x}",
            "unknown check `wrong`",
        ),
        ("{spec: create_order}", "{spec: a, row: b}", "one key"),
        (
            "{spec: create_order}",
            "{row: {path: a}}",
            "`type` or `use`",
        ),
        (
            "{spec: create_order}",
            "{row: {path: a, kind: b}}",
            "no `kind`",
        ),
        ("  check: {spec: create_order}\n", "", "`check` is missing"),
    ] {
        let text = ENTRY.replace(from, to);
        let faults = errata::parse("qnits", &text).err().unwrap_or_default();
        assert!(
            faults.iter().any(|fault| fault.contains(expected)),
            "{to:?}: {faults:?}"
        );
    }
    let twice = errata::parse("qnits", &format!("{ENTRY}{ENTRY}"));
    assert!(twice.is_err_and(|faults| faults.iter().any(|fault| fault.contains("twice"))));
}

#[test]
fn an_entry_that_no_longer_applies_is_told() {
    for (api, entry, expected) in [
        (
            "qnits",
            "{spec: /components/schemas/Nothing}",
            "no /components",
        ),
        ("qnits", "{spec: other_operation}", "no other_operation"),
        (
            "qnits",
            "{unparsable: create_order.corrected.request.json}",
            "not called `verbatim`",
        ),
        (
            "qnits",
            "{unparsable: nothing.verbatim.request.json}",
            "no sample",
        ),
        (
            "qnits",
            "{sample: {file: create_order.corrected.request.json, holds: nowhere}}",
            "does not hold",
        ),
        (
            "qnits",
            "{renamed: {row: request.params.name, to: request.params.phone}}",
            "itself",
        ),
        (
            "qnits",
            "{renamed: {row: request.nothing, to: request.params.phone}}",
            "no row",
        ),
        (
            "qnits",
            "{row: {path: request.params.name, type: Number}}",
            "do not differ",
        ),
        (
            "qnits",
            "{row: {path: request.params.name, type: String}}",
            "do not differ",
        ),
        (
            "qnits",
            "{row: {path: request.params.name, use: optional}}",
            "do not differ",
        ),
        (
            "qnits",
            "{row: {path: request.params.name, use: required}}",
            "do not differ",
        ),
        ("qnits", "{unlisted: request.params.name}", "a row lists"),
        (
            "qnits",
            "{unlisted: request.params.nothing}",
            "the spec has no",
        ),
        (
            "qnits",
            "{value: {row: request.params.name, says: x}}",
            "not an enum",
        ),
        (
            "qnits",
            "{value: {row: response.status, says: Ok}}",
            "the spec lists",
        ),
        (
            "qnits",
            "{value: {row: response.status, says: never}}",
            "no sample prints",
        ),
    ] {
        let spec = specs::spec(api);
        let rows = coverage::load(api).unwrap_or_else(|fault| panic!("{fault}"));
        let text = ENTRY.replace("{spec: create_order}", entry);
        let found = errata::parse(api, &text).unwrap_or_else(|faults| panic!("{faults:?}"));
        let faults: Vec<String> = found
            .iter()
            .flat_map(|e| e.faults(spec, &rows, &found))
            .collect();
        assert!(
            faults.iter().any(|fault| fault.contains(expected)),
            "{entry}: {faults:?}"
        );
    }
    let spec = specs::spec("qnits");
    for (from, to, expected) in [
        ("[create_order]", "[nothing]", "no operation nothing"),
        ("004:30", "003:30", "names document 003"),
        ("004:30", "004:30-20", "is not a place"),
        ("004:30", "30", "is not a place"),
    ] {
        let found = errata::parse("qnits", &ENTRY.replace(from, to)).expect("well-formed");
        let faults: Vec<String> = found
            .iter()
            .flat_map(|e| e.faults(spec, &[], &found))
            .collect();
        assert!(
            faults.iter().any(|fault| fault.contains(expected)),
            "{to}: {faults:?}"
        );
    }
}
