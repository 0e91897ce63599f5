//! Pairs of documents with one change each, and what it does: `pairs/verdicts.tsv`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;

use lavka_review::report::Report;

/// Differences from the table, each with its reason: pair, column, what is said instead.
const ARGUED: &[(&str, &str, &str)] = &[
    // Methods take required arguments only: the first optional parameter makes `cancel_order_with`, and `cancel_order` stays.
    ("31-first-optional-parameter", "level", "minor"),
    // Neither of two colliding names stays as it was: programs no longer compile, and none reads another property.
    ("52-colliding-property-added-before", "behaviour", "none"),
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs")
}

fn reports() -> Vec<(String, Vec<String>, Report)> {
    let table = std::fs::read_to_string(folder().join("verdicts.tsv")).unwrap();
    let mut reports = Vec::new();
    for line in table.lines().skip(1) {
        let cells: Vec<String> = line.split('\t').map(|cell| cell.replace('"', "")).collect();
        let pair = folder().join(&cells[0]);
        let report = support::compare(&pair.join("base.yaml"), &pair.join("head.yaml"));
        reports.push((cells[0].clone(), cells, report));
    }
    reports
}

/// Whether a cell says that something changes.
fn changes(cell: &str) -> bool {
    cell != "none"
}

#[test]
fn verdicts() {
    let mut failed = Vec::new();
    for (name, cells, report) in reports() {
        let levels = report.levels();
        let judged = report.specs[0].rust_not_judged.is_none();
        let mut expect = |column: &str, expected: &str, found: &str| {
            let argued = ARGUED
                .iter()
                .find(|(pair, c, _)| *pair == name && *c == column);
            let expected = argued.map_or(expected, |(_, _, instead)| instead);
            if expected != found {
                failed.push(format!(
                    "{name} {column}: expected {expected}, found {found}"
                ));
            }
        };
        expect("wire_json", &cells[2], levels.json.as_str());
        expect("wire_xml", &cells[3], levels.xml.as_str());
        let word = |changes: bool| if changes { "something" } else { "none" };
        if judged {
            let rust = levels.rust > lavka_review::level::Level::Documentation;
            expect("rust", word(changes(&cells[4])), word(rust));
            expect("level", &cells[7], report.bindings().as_str());
        }
        // What a swap or a new meaning of a name does is reported with the signature.
        let behaves = levels.behaviour > lavka_review::level::Level::None
            || report.findings().any(|(_, f)| {
                f.rust
                    .iter()
                    .any(|effect| effect.text.contains("programs compile"))
            });
        if judged || !cells[4].starts_with("NONE") {
            expect("behaviour", word(changes(&cells[5])), word(behaves));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn silent_where_the_table_says_so() {
    let silent = |name: &str| {
        let (_, _, report) = reports().into_iter().find(|(n, _, _)| n == name).unwrap();
        report.findings().find_map(|(_, f)| f.silent)
    };
    assert_eq!(silent("10-rename-xml-element-only"), Some(true));
    assert_eq!(silent("20-xml-rename-item"), Some(true));
    assert_eq!(silent("48-inline-to-ref-no-change"), None);
}

#[test]
fn places_are_of_both_sides() {
    let (_, _, report) = reports()
        .into_iter()
        .find(|(n, ..)| n.starts_with("07"))
        .unwrap();
    let (_, finding) = report.findings().next().unwrap();
    let line = |spot: &lavka_review::finding::Spot| spot.origin.as_ref().unwrap().line();
    assert_eq!((line(&finding.before), line(&finding.after)), (114, 114));
    assert!(
        finding
            .after
            .origin
            .as_ref()
            .unwrap()
            .path()
            .ends_with("head.yaml")
    );
    assert!(
        finding
            .before
            .origin
            .as_ref()
            .unwrap()
            .path()
            .ends_with("base.yaml")
    );
    assert_eq!(finding.operations.len(), 3);
}
