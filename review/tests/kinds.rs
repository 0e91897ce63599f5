//! Kinds of changes of one document, and what each does: to JSON, XML, Rust, behaviour, and the version of the bindings.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/kinds.rs"]
mod list;
mod support;

use lavka_review::level::Level;
use list::{BASE, all};

#[test]
fn each_does_what_it_says() {
    let mut failed = Vec::new();
    for (patch, json, xml, rust, behaviour, bindings) in all() {
        let (base, head) = support::sides_of(BASE, patch);
        let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
        let levels = report.levels();
        let found = [levels.json, levels.xml, levels.rust, levels.behaviour].map(Level::as_str);
        let found = [
            found[0],
            found[1],
            found[2],
            found[3],
            report.bindings().as_str(),
        ];
        let expected = [*json, *xml, *rust, *behaviour, *bindings];
        if found != expected || report.specs[0].rust_not_judged.is_some() {
            let reported: Vec<String> = report
                .findings()
                .map(|(_, f)| format!("{} {}: {} {:?}", f.check.code, f.place, f.what, f.rust))
                .collect();
            failed.push(format!(
                "{patch}\n  expected {expected:?}\n  found    {found:?}\n  {reported:#?}"
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        all().count(),
        failed.join("\n")
    );
}

/// The property that holds it has the place that the type had; both are not taken for each other.
#[test]
fn a_type_that_gets_a_name_is_one_finding() {
    let object = "{type: object, properties: {a: {type: string}}}";
    let patch = format!(
        "set /components/schemas/Order/properties/box = {object} ~ set /components/schemas/Box = {object} ; set /components/schemas/Order/properties/box = {{$ref: '#/components/schemas/Box'}}"
    );
    let (base, head) = support::sides_of(BASE, &patch);
    let (base, head) = (base.to_json_text(), head.to_json_text());
    for (one, other) in [(&base, &head), (&head, &base)] {
        let report = support::compare_texts(one, other);
        let codes: Vec<&str> = report.findings().map(|(_, f)| f.check.code).collect();
        assert_eq!(codes, ["R703"]);
    }
}
