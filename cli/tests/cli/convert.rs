//! `lavka convert`: every payload of the samples, through its type, from format to format.

use std::fs;
use std::path::PathBuf;

use lavka::dynamic::Api;
use serde_json::Value;

use crate::support::{Folder, Run, run, run_with_input, specs};

/// A sample by its file's name: OPERATION.CASE.request|response[.STATUS].EXTENSION.
pub(crate) struct Sample {
    pub(crate) path: PathBuf,
    pub(crate) operation: String,
    pub(crate) case: String,
    pub(crate) side: String,
    pub(crate) status: Option<String>,
    pub(crate) extension: String,
}

impl Sample {
    /// The format that it is read as: a text is JSON that lacks its quotes.
    pub(crate) fn format(&self) -> &str {
        if self.extension == "xml" {
            "xml"
        } else {
            "json"
        }
    }

    /// The arguments of a conversion, but for the file.
    pub(crate) fn args<'a>(&'a self, api: &'a str, from: &'a str, to: &'a str) -> Vec<&'a str> {
        let mut args = vec![
            "convert",
            api,
            &self.operation,
            &self.side,
            "--from",
            from,
            "--to",
            to,
        ];
        if let Some(status) = &self.status {
            args.extend(["--status", status]);
        }
        args
    }
}

/// All samples of an API.
pub(crate) fn samples(api: &str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = fs::read_dir(specs().join("samples").join(api))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let parts: Vec<&str> = name.split('.').collect();
            let (status, extension) = match parts[3..] {
                [extension] => (None, extension),
                [status, extension] => (Some(status.to_owned()), extension),
                _ => panic!("the name of {name}"),
            };
            Sample {
                operation: parts[0].to_owned(),
                case: parts[1].to_owned(),
                side: parts[2].to_owned(),
                status,
                extension: extension.to_owned(),
                path,
            }
        })
        .collect();
    samples.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!samples.is_empty());
    samples
}

fn api(name: &str) -> &'static dyn Api {
    lavka::apis()
        .into_iter()
        .find(|api| api.name() == name)
        .unwrap()
}

/// Whether the payload has an XML form.
fn has_xml(api: &dyn Api, sample: &Sample) -> bool {
    // A sample of a failure may be XML where success has no body at all.
    if sample.extension == "xml" {
        return true;
    }
    let entry = api.operation(&sample.operation).unwrap();
    match sample.side.as_str() {
        "request" => entry.operation.request.xml.is_some(),
        _ => entry.operation.response.xml.is_some(),
    }
}

#[track_caller]
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e} in: {text}"))
}

/// Every sample of an API, to every format and back; gives how many.
fn every_sample(name: &str) -> usize {
    let api = api(name);
    let mut count = 0;
    for sample in samples(name) {
        let file = sample.path.to_str().unwrap();
        let from = sample.format();
        if sample.case == "verbatim" {
            // Printed so that it cannot be read: the error says where.
            let mut args = sample.args(name, from, "json");
            args.push(file);
            let line = run(args).one_line(1);
            assert!(
                line.contains("line ") && line.contains("column "),
                "{file}: {line}"
            );
            continue;
        }
        count += 1;
        let convert = |to: &str| -> Run {
            let mut args = sample.args(name, from, to);
            args.push(file);
            run(args)
        };
        let value = json(&convert("json").fine());
        let debug = convert("debug").fine();
        assert!(debug.trim().len() > 1, "{file}: {debug}");

        // The same through the standard input, and what was written reads as the same value.
        let again = run_with_input(
            sample.args(name, "json", "json"),
            value.to_string().as_bytes(),
        )
        .fine();
        assert_eq!(json(&again), value, "{file}: JSON to JSON");
        if has_xml(api, &sample) {
            let xml = convert("xml").fine();
            assert!(
                xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
                "{file}: {xml}"
            );
            let mut args = sample.args(name, "xml", "json");
            args.push("-");
            assert_eq!(
                json(&run_with_input(args, xml.as_bytes()).fine()),
                value,
                "{file}: through XML"
            );
            let from_json = run_with_input(
                sample.args(name, "json", "xml"),
                value.to_string().as_bytes(),
            )
            .fine();
            assert_eq!(from_json, xml, "{file}: XML from JSON");
            let debugged = run_with_input(sample.args(name, "xml", "debug"), xml.as_bytes()).fine();
            assert_eq!(debugged, debug, "{file}: the value after XML");
        } else {
            let line = convert("xml").one_line(1);
            assert_eq!(
                line,
                format!("`{}` has no XML form of this payload", sample.operation),
                "{file}"
            );
        }
        // Of what the sample says nothing is lost: each of its scalars is in the value.
        if sample.extension == "json" {
            let printed: Value = json(
                fs::read_to_string(&sample.path)
                    .unwrap()
                    .trim_start_matches('\u{feff}'),
            );
            let (mut wanted, mut found) = (Vec::new(), Vec::new());
            scalars(&printed, &mut wanted);
            scalars(&value, &mut found);
            for scalar in wanted {
                assert!(found.contains(&scalar), "{file}: {scalar} was lost");
            }
        }
    }
    count
}

/// Texts and truth values as they are, numbers by value.
fn scalars(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Bool(value) => out.push(value.to_string()),
        Value::Number(number) => out.push(number.as_f64().unwrap().to_string()),
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, out)),
        Value::Object(fields) => fields.values().for_each(|field| scalars(field, out)),
    }
}

#[test]
fn digiseller() {
    assert!(every_sample("digiseller") >= 60);
}

#[test]
fn insales_products() {
    assert!(every_sample("insales_products") >= 9);
}

#[test]
fn insales_digital() {
    assert!(every_sample("insales_digital") >= 5);
}

#[test]
fn fileflare_and_qnits() {
    assert!(every_sample("fileflare") >= 4);
    assert!(every_sample("qnits") >= 3);
}

/// The documented list of products, its second product's first price spoilt; gives line and column of the price.
fn broken_products() -> (String, usize, usize) {
    let path = specs().join("samples/insales_products/list_products.documented.response.xml");
    let text = fs::read_to_string(path).unwrap();
    let tag = "<price type=\"decimal\">";
    let second = text
        .find("<product>")
        .and_then(|first| text[first + 1..].find("<product>").map(|at| first + 1 + at));
    let start = second
        .and_then(|second| text[second..].find(tag).map(|at| second + at + tag.len()))
        .unwrap();
    let end = start + text[start..].find('<').unwrap();
    let line = text[..start].matches('\n').count() + 1;
    let column = start - text[..start].rfind('\n').unwrap();
    (
        format!("{}abc{}", &text[..start], &text[end..]),
        line,
        column,
    )
}

#[test]
fn a_broken_file_says_where_and_what() {
    let (text, line, column) = broken_products();
    let expected = format!(
        "/products/product[2]/variants/variant[1]/price: line {line}, column {column}: expected a decimal, found \"abc\", near `<price type=\"…\">…`"
    );
    let args = [
        "convert",
        "insales_products",
        "list_products",
        "response",
        "--from",
        "xml",
        "--to",
        "json",
    ];
    assert_eq!(run_with_input(args, text.as_bytes()).one_line(1), expected);

    let folder = Folder::new();
    let file = folder.write("broken.xml", &text);
    let args = args
        .map(str::to_owned)
        .into_iter()
        .chain([file.to_str().unwrap().to_owned()]);
    assert_eq!(run(args).one_line(1), expected);
}

#[test]
fn a_broken_json_says_where_and_what() {
    let path = specs().join("samples/digiseller/create_book.documented.request.json");
    let sample: Value = json(&fs::read_to_string(path).unwrap());
    let args = [
        "convert",
        "digiseller",
        "create_book",
        "request",
        "--from",
        "json",
        "--to",
        "json",
    ];

    let mut wrong = sample.clone();
    wrong["categories"][1]["category_id"] = Value::from("abc");
    let line = run_with_input(args, wrong.to_string().as_bytes()).one_line(1);
    assert!(
        line.starts_with("$.categories[1].category_id: line 1, column "),
        "{line}"
    );

    let mut missing = sample;
    missing.as_object_mut().unwrap().remove("name");
    let line = run_with_input(args, missing.to_string().as_bytes()).one_line(1);
    assert!(line.contains("`name`"), "{line}");

    let line = run_with_input(args, b"").one_line(1);
    assert!(line.contains("empty"), "{line}");
}

#[test]
fn a_maintenance_page_is_named_as_such() {
    let page =
        b"<!DOCTYPE html>\n<html><head><title>503</title></head><body>Back soon</body></html>";
    for (api, operation, format) in [
        ("insales_products", "list_products", "xml"),
        ("digiseller", "create_book", "xml"),
        ("digiseller", "create_book", "json"),
        ("fileflare", "get_customer_order", "json"),
    ] {
        let args = [
            "convert", api, operation, "response", "--from", format, "--to", "json",
        ];
        let line = run_with_input(args, page).one_line(1);
        assert!(line.contains("found an HTML page"), "{api}: {line}");
    }
}

#[test]
fn a_reply_that_is_not_one_says_what_the_server_says() {
    for (operation, format, reply, expected) in [
        (
            "create_book",
            "json",
            r#"{"Message":"An error has occurred."}"#,
            ": An error has occurred.",
        ),
        (
            "create_book",
            "json",
            "Server busy",
            "expected JSON, found text: Server busy",
        ),
        (
            "set_prices",
            "json",
            "Internal Server Error",
            "found \"Internal Server Error\"",
        ),
        (
            "get_task_status",
            "json",
            r#"{"error":"no such task"}"#,
            ": no such task",
        ),
        (
            "create_book",
            "xml",
            "<fault><message>Down</message></fault>",
            ": Down",
        ),
    ] {
        let args = [
            "convert",
            "digiseller",
            operation,
            "response",
            "--from",
            format,
            "--to",
            "json",
        ];
        let line = run_with_input(args, reply.as_bytes()).one_line(1);
        assert!(line.ends_with(expected), "{reply}: {line}");
    }
    let args = [
        "convert",
        "digiseller",
        "get_task_status",
        "response",
        "--from",
        "json",
        "--to",
        "json",
    ];
    let wrapped = run_with_input(args, br#"{"retval":0,"content":{"Status":3}}"#);
    assert!(wrapped.fine().contains("\"Status\": 3"));
}

#[test]
fn wrong_names_are_wrong_usage_and_the_valid_ones_are_listed() {
    let convert = |args: &[&str]| run_with_input([&["convert"], args].concat(), b"{}");
    let line = convert(&[
        "insales",
        "get_product",
        "response",
        "--from",
        "xml",
        "--to",
        "json",
    ])
    .one_line(2);
    for api in lavka::apis() {
        assert!(
            line.contains(api.name()),
            "{} is missing in: {line}",
            api.name()
        );
    }
    let line = convert(&[
        "digiseller",
        "create_bok",
        "request",
        "--from",
        "xml",
        "--to",
        "json",
    ])
    .one_line(2);
    for entry in api("digiseller").operations() {
        assert!(
            line.contains(entry.operation.id),
            "{} is missing in: {line}",
            entry.operation.id
        );
    }
    let side = convert(&[
        "digiseller",
        "create_book",
        "reply",
        "--from",
        "xml",
        "--to",
        "json",
    ]);
    assert!(
        side.code == Some(2) && side.err.contains("request, response"),
        "{}",
        side.err
    );
    let from = convert(&[
        "digiseller",
        "create_book",
        "request",
        "--from",
        "yaml",
        "--to",
        "json",
    ]);
    assert!(
        from.code == Some(2) && from.err.contains("json, xml]"),
        "{}",
        from.err
    );
    let to = convert(&[
        "digiseller",
        "create_book",
        "request",
        "--from",
        "xml",
        "--to",
        "yaml",
    ]);
    assert!(
        to.code == Some(2) && to.err.contains("json, xml, debug]"),
        "{}",
        to.err
    );
    let line = convert(&[
        "digiseller",
        "create_book",
        "request",
        "--status",
        "200",
        "--from",
        "xml",
        "--to",
        "json",
    ]);
    assert!(line.one_line(2).contains("--status"));
}

#[test]
fn payloads_that_do_not_exist_are_named() {
    let convert = |args: &[&str]| {
        run_with_input(
            [&["convert"], args, &["--from", "json", "--to", "json"]].concat(),
            b"{}",
        )
    };
    let line = convert(&["digiseller", "create_book", "response", "--status", "418"]).one_line(1);
    assert!(
        line.contains("create_book") && line.contains("418"),
        "{line}"
    );
    let line = convert(&["fileflare", "get_customer_order", "request"]).one_line(1);
    assert!(
        line.contains("get_customer_order") && line.contains("request"),
        "{line}"
    );
    let line = convert(&["insales_digital", "delete_asset", "response"]).one_line(1);
    assert!(line.contains("delete_asset"), "{line}");
    let line = convert(&[
        "fileflare",
        "get_customer_order",
        "response",
        "/no/such/file.json",
    ])
    .one_line(2);
    assert!(line.contains("/no/such/file.json"), "{line}");
}
