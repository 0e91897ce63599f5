//! A document of many operations with changes spread over it: each cause is one finding, whoever reaches it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fmt::Write as _;

/// Operations and schemas, where every schema holds the next ones and every operation reaches many.
fn document(count: usize, edited: bool) -> String {
    let edit = |at: usize, every: usize| edited && at % (count / every) == 7;
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: Many, version: 1.0.0}\nservers: [{url: 'https://many.example'}]\npaths:\n",
    );
    for at in 0..count {
        let deprecated = if edit(at, 5) {
            "      deprecated: true\n"
        } else {
            ""
        };
        let limit = if edit(at + 3, 5) { 50 } else { 100 };
        let _ = write!(
            text,
            "  /things/{at}:\n    post:\n      operationId: post_{at}\n{deprecated}      parameters:\n        - {{name: limit, in: query, schema: {{type: integer, maximum: {limit}}}}}\n      requestBody:\n        required: true\n        content:\n          application/json:\n            schema: {{$ref: '#/components/schemas/In{at}'}}\n      responses:\n        '200':\n          description: It.\n          content:\n            application/json:\n              schema: {{$ref: '#/components/schemas/Out{at}'}}\n"
        );
    }
    text.push_str("components:\n  schemas:\n");
    for at in 0..count {
        let next = (at + 1) % count;
        let far = (at * 7 + 3) % count;
        let label = if edit(at + 11, 5) { "title" } else { "label" };
        let format = if edit(at + 23, 6) {
            "double"
        } else {
            "decimal"
        };
        let _ = write!(
            text,
            "    In{at}:\n      type: object\n      properties:\n        {label}: {{type: string, description: 'Label {at}.'}}\n        next: {{$ref: '#/components/schemas/In{next}'}}\n    Out{at}:\n      type: object\n      required: [price]\n      properties:\n        price: {{type: number, format: {format}}}\n        next: {{$ref: '#/components/schemas/Out{next}'}}\n        far: {{type: array, items: {{$ref: '#/components/schemas/Out{far}'}}}}\n"
        );
    }
    text
}

#[test]
fn each_cause_once() {
    let (base, head) = (document(120, false), document(120, true));
    let report = support::compare_texts(&base, &head);
    let reported: Vec<String> = report
        .findings()
        .map(|(_, f)| format!("{} {}", f.check.code, f.place))
        .collect();
    let count = |code: &str| {
        reported
            .iter()
            .filter(|line| line.starts_with(code))
            .count()
    };
    assert_eq!(count("R107"), 5, "{reported:#?}");
    assert_eq!(count("R406"), 5, "{reported:#?}");
    assert_eq!(count("R415"), 5, "{reported:#?}");
    assert_eq!(count("R402"), 6, "{reported:#?}");
    assert_eq!(reported.len(), 21, "{reported:#?}");
    // Every schema holds all others: each finding of one concerns all operations.
    let (_, shared) = report
        .findings()
        .find(|(_, f)| f.check.code == "R402")
        .unwrap();
    assert_eq!(shared.operations.len(), 120);
    let same = support::compare_texts(&base, &base);
    assert_eq!(same.findings().count(), 0);
}

#[test]
fn a_type_that_is_no_longer_shared_is_one_finding() {
    let document = |values: &str| {
        let mut text = String::from(
            "openapi: 3.0.3\ninfo: {title: Many, version: 1.0.0}\nservers: [{url: 'https://many.example'}]\npaths:\n",
        );
        for name in ["a", "b", "c"] {
            let _ = write!(
                text,
                "  /{name}:\n    get:\n      operationId: get_{name}\n      responses:\n        '200':\n          description: It.\n          content:\n            application/json:\n              schema: {{$ref: '#/components/schemas/T{name}'}}\n"
            );
        }
        text.push_str("components:\n  schemas:\n    Status: {type: object}\n");
        for name in ["a", "b", "c"] {
            let values = if name == "a" { values } else { "open, shut" };
            let _ = writeln!(
                text,
                "    T{name}: {{type: object, properties: {{other: {{$ref: '#/components/schemas/Status'}}, status: {{type: string, enum: [{values}]}}}}}}"
            );
        }
        text
    };
    let report = support::compare_texts(&document("open, shut"), &document("open"));
    let retyped: Vec<&str> = report
        .findings()
        .filter(|(_, f)| f.check.code == "R704")
        .map(|(_, f)| f.what.as_str())
        .collect();
    assert_eq!(retyped.len(), 1, "{retyped:#?}");
    assert!(retyped[0].contains("the same in"), "{retyped:#?}");
}
