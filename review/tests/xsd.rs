//! Changes of XML Schemas as vendors write them, and what each does: to XML, Rust, behaviour, and the version of the bindings.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fmt::Write as _;
use std::path::PathBuf;

use lavka_review::level::Level;
use support::Folder;

/// A title in a line with `#`; how the schema is used, and the verdict, some with the number of findings; both sides in lines with `-` and `+`: attributes of the schema
/// before `|`, and the name of the file where it is not the main one: `-[part.xsd]`.
const CASES: &str = include_str!("data/xsd.txt");

#[derive(Default)]
struct Case<'t> {
    title: &'t str,
    used: &'t str,
    expected: Vec<&'t str>,
    /// File and text of each side.
    sides: [Vec<(&'t str, &'t str)>; 2],
}

fn cases() -> Vec<Case<'static>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in CASES.lines() {
        if let Some(title) = line.strip_prefix("# ") {
            cases.push(Case {
                title,
                ..Case::default()
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        let side = match line.chars().next() {
            Some('-') => 0,
            Some('+') => 1,
            None => continue,
            Some(_) => {
                let (used, expected) = line.split_once(": ").unwrap();
                case.used = used;
                case.expected = expected.split(' ').collect();
                continue;
            }
        };
        let rest = &line[1..];
        let named = rest.strip_prefix('[');
        let (file, text) = named.map_or(("main.xsd", rest), |rest| rest.split_once(']').unwrap());
        case.sides[side].push((file, text.trim()));
    }
    cases
}

fn api(used: &str) -> String {
    let content = "content: {application/xml: {schema: {$ref: 'xsd/main.xsd#/t'}}}";
    let (body, reply) = match used {
        "request" => (
            format!("\n      requestBody: {{required: true, {content}}}"),
            String::new(),
        ),
        "reply" => (String::new(), format!(", {content}")),
        _ => panic!("{used}"),
    };
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1.0.0'}}\nservers: [{{url: https://t.example}}]\npaths:\n  /t:\n    post:\n      operationId: send{body}\n      responses: {{'200': {{description: R.{reply}}}}}\n"
    )
}

fn write(folder: &Folder, side: &str, used: &str, files: &[(&str, &str)]) -> PathBuf {
    for (file, text) in files {
        let (attributes, inside) = text.split_once(" | ").unwrap_or(("", text));
        let text = format!(
            "<x:schema xmlns:x='http://www.w3.org/2001/XMLSchema' {attributes}>{inside}</x:schema>"
        );
        folder.write(&format!("{side}/xsd/{file}"), &text);
    }
    folder.write(&format!("{side}/api.yaml"), &api(used))
}

#[test]
fn each_does_what_it_says() {
    let mut failed = String::new();
    let cases = cases();
    assert!(cases.len() > 120, "{}", cases.len());
    for case in cases {
        let folder = Folder::new();
        let [base, head] = &case.sides;
        let base = write(&folder, "base", case.used, base);
        let head = write(&folder, "head", case.used, head);
        let report = support::compare(&base, &head);
        let levels = report.levels();
        let mut found: Vec<&str> = [levels.xml, levels.rust, levels.behaviour]
            .map(Level::as_str)
            .to_vec();
        found.push(report.bindings().as_str());
        let count = report.findings().count().to_string();
        if case.expected.len() > found.len() {
            found.push(&count);
        }
        let judged = report.specs[0].rust_not_judged.is_none();
        if found != case.expected || !judged || levels.json != Level::None {
            let _ = writeln!(failed, "{} ({})", case.title, case.used);
            let _ = writeln!(
                failed,
                "  expected {:?}\n  found    {found:?}",
                case.expected
            );
            for (_, f) in report.findings() {
                let _ = writeln!(
                    failed,
                    "  {} {}: {} {:?}",
                    f.check.code, f.place, f.what, f.rust
                );
            }
        }
        // A schema is equal to itself.
        let same = support::compare(&head, &head);
        assert_eq!(same.findings().count(), 0, "{}", case.title);
    }
    assert!(failed.is_empty(), "{failed}");
}
