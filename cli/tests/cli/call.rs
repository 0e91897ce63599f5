//! `lavka call`: every operation, in every format, against a sandbox that is a process of its own.

use std::collections::BTreeMap;
use std::process::Command;

use lavka::dynamic::{Api, BodyShape, Entry};
use lavka_sandbox::credentials;
use serde_json::Value;

use lavka_hostile::Server;

use crate::convert::{Sample, samples};
use crate::operations::operations;
use crate::support::{Folder, Served, finish, lavka, run, specs, variable};

/// `lavka call`, with the sandbox's credentials in its environment.
pub(crate) fn call(api: &str, args: &[&str]) -> Command {
    let mut command = lavka();
    command.arg("call").arg(api).args(args);
    let values = [
        ("token", credentials::TOKEN.to_owned()),
        ("login", credentials::LOGIN.to_owned()),
        ("password", credentials::PASSWORD.to_owned()),
        ("qnit_id", credentials::NUMBER.to_string()),
    ];
    for (name, value) in values {
        command.env(variable(api, name), value);
    }
    command
}

/// The formats of an operation's payloads.
pub(crate) fn formats(entry: &Entry) -> Vec<&'static str> {
    let media = [entry.operation.request, entry.operation.response];
    let mut formats = Vec::new();
    if media.iter().any(|m| m.json.is_some()) {
        formats.push("json");
    }
    if media.iter().any(|m| m.xml.is_some()) {
        formats.push("xml");
    }
    if formats.is_empty() {
        formats.push("json");
    }
    formats
}

/// One value for each required parameter; files are written into the folder.
pub(crate) fn parameters(entry: &Entry, folder: &Folder) -> Vec<String> {
    let mut params = Vec::new();
    for param in entry.params {
        if param.file {
            let file = folder.write("upload.png", b"\x89PNG\r\n\x1a\n and the rest");
            params.push(format!("{}=@{}", param.name, file.display()));
        } else if param.required {
            params.push(format!(
                "{}={}",
                param.name,
                param.example.expect("a required parameter has an example")
            ));
        }
    }
    params
}

/// The bodies of an operation's request samples in a format, as the caller writes them: without the wrapping.
pub(crate) fn bodies(entry: &Entry, samples: &[Sample], format: &str) -> Vec<Vec<u8>> {
    samples
        .iter()
        .filter(|s| {
            s.operation == entry.operation.id && s.side == "request" && s.case != "verbatim"
        })
        .filter(|s| s.format() == format)
        .map(|s| {
            let bytes = std::fs::read(&s.path).unwrap();
            match entry.body {
                BodyShape::Wrapped(property) => {
                    let whole: Value = serde_json::from_slice(&bytes).unwrap();
                    whole[property].to_string().into_bytes()
                }
                _ => bytes,
            }
        })
        .collect()
}

/// What the caller may get: the content of each sample of success, by way of `lavka convert`.
fn replies(api: &dyn Api, entry: &Entry, samples: &[Sample], format: &str) -> Vec<Value> {
    samples
        .iter()
        .filter(|s| {
            s.operation == entry.operation.id && s.side == "response" && s.case != "verbatim"
        })
        .filter(|s| s.format() == format)
        .filter(|s| {
            s.status
                .as_ref()
                .is_none_or(|status| entry.statuses.contains(&status.parse().unwrap()))
        })
        .map(|s| {
            let mut args = s.args(api.name(), format, "json");
            args.push(s.path.to_str().unwrap());
            let mut value: Value = serde_json::from_str(&run(args).fine()).unwrap();
            match entry.content {
                Some(content) => value[content].take(),
                None => value,
            }
        })
        .collect()
}

/// Calls every operation of an API in each of its formats, with each documented body; counts the calls.
fn every_operation(served: &Served, api: &dyn Api, called: &mut BTreeMap<(String, String), usize>) {
    let folder = Folder::new();
    let samples = samples(api.name());
    for entry in api.operations() {
        let calls = called
            .entry((api.name().to_owned(), entry.operation.id.to_owned()))
            .or_default();
        for format in formats(entry) {
            let what = format!("{}.{} in {format}", api.name(), entry.operation.id);
            let params = parameters(entry, &folder);
            let mut args = vec![
                entry.operation.id,
                "--base-url",
                served.url(api.name()),
                "--format",
                format,
            ];
            args.extend(params.iter().map(String::as_str));
            let takes_body = matches!(entry.body, BodyShape::Value | BodyShape::Wrapped(_));
            let bodies = bodies(entry, &samples, format);
            assert_eq!(takes_body, !bodies.is_empty(), "{what}: request samples");
            let expected = replies(api, entry, &samples, format);
            let inputs: Vec<Option<&[u8]>> = if takes_body {
                bodies.iter().map(|body| Some(body.as_slice())).collect()
            } else {
                vec![None]
            };
            for input in inputs {
                *calls += 1;
                let out = finish(call(api.name(), &args), input).fine();
                let value: Value =
                    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{what}: {e}: {out}"));
                if expected.is_empty() {
                    assert_eq!(value, Value::Null, "{what}");
                } else if entry.operation.id == "login" {
                    // Each login makes a token of its own, which the reply shows: it is what was asked for.
                    assert!(
                        value["token"]
                            .as_str()
                            .is_some_and(|token| token.starts_with(credentials::TOKEN)),
                        "{out}"
                    );
                } else {
                    assert!(
                        expected.contains(&value),
                        "{what}: {out}\nexpected one of {expected:#?}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_operation_works_against_the_sandbox() {
    let served = Served::all();
    let mut called = BTreeMap::new();
    for api in lavka::apis() {
        every_operation(&served, api, &mut called);
    }
    // Each operation in each of its formats, with each of its sample bodies.
    let expected: BTreeMap<_, _> = operations()
        .into_iter()
        .map(|(name, operation)| (name, operation.formats.len().max(1)))
        .collect();
    assert_eq!(
        called.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, calls) in &called {
        assert!(*calls >= expected[name], "{name:?}: {calls} calls");
    }
}

#[test]
fn the_body_comes_from_a_file_or_the_standard_input() {
    let served = Served::start(&["digiseller"], 1);
    let url = served.url("digiseller");
    let sample = specs().join("samples/digiseller/create_book.documented.request.json");
    let bytes = std::fs::read(&sample).unwrap();
    let sample = sample.to_str().unwrap();
    let expected = "{\n  \"product_id\": 2338757\n}\n";
    let args = ["create_book", "--base-url", url];
    assert_eq!(
        finish(
            call("digiseller", &[&args[..], &["--body", sample]].concat()),
            None
        )
        .fine(),
        expected
    );
    assert_eq!(
        finish(
            call("digiseller", &[&args[..], &["--body", "-"]].concat()),
            Some(&bytes)
        )
        .fine(),
        expected
    );
    assert_eq!(
        finish(call("digiseller", &args), Some(&bytes)).fine(),
        expected
    );
}

#[test]
fn the_format_of_the_body_need_not_be_that_of_the_wire() {
    // inSales products speaks only XML; a body in JSON goes through the same types.
    let served = Served::start(&["insales_products"], 1);
    let sample = specs().join("samples/insales_products/create_product.documented.request.xml");
    let args = [
        "convert",
        "insales_products",
        "create_product",
        "request",
        "--from",
        "xml",
        "--to",
        "json",
    ];
    let json = run(args.iter().copied().chain([sample.to_str().unwrap()])).fine();
    let url = served.url("insales_products");
    let from_json = finish(
        call(
            "insales_products",
            &["create_product", "--base-url", url, "--format", "json"],
        ),
        Some(json.as_bytes()),
    );
    let from_xml = finish(
        call(
            "insales_products",
            &[
                "create_product",
                "--base-url",
                url,
                "--format",
                "xml",
                "--body",
                sample.to_str().unwrap(),
            ],
        ),
        None,
    );
    assert_eq!(from_json.fine(), from_xml.fine());
}

#[test]
fn dictionaries_need_no_credentials() {
    let served = Served::start(&["digiseller"], 1);
    for format in ["json", "xml"] {
        let args = [
            "call",
            "digiseller",
            "list_categories",
            "id=plati",
            "--format",
            format,
            "--base-url",
            served.url("digiseller"),
        ];
        let value: Value = serde_json::from_str(&run(args).fine()).unwrap();
        assert_eq!(value.as_array().map(Vec::len), Some(2), "{value}");
    }
}

#[test]
fn a_seller_s_key_logs_in_by_itself() {
    let served = Served::start(&["digiseller"], 1);
    let mut command = lavka();
    command
        .args([
            "call",
            "digiseller",
            "add_to_category",
            "--base-url",
            served.url("digiseller"),
        ])
        .args(["product_id=2338757", "category_id=876"])
        .env(
            variable("digiseller", "seller_id"),
            credentials::SELLER_ID.to_string(),
        )
        .env(variable("digiseller", "api_key"), credentials::API_KEY);
    let out = finish(command, None).fine();
    let value: Value = serde_json::from_str(&out).unwrap();
    assert!(value.is_object(), "{out}");
}

#[test]
fn an_upload_sends_the_file_as_it_is_and_draws_no_bar() {
    let reply = std::fs::read_to_string(
        specs().join("samples/digiseller/add_images.documented.response.json"),
    )
    .unwrap();
    let server = Server::script(vec![lavka_hostile::json(&reply)]);
    let folder = Folder::new();
    let content = "the bytes of a picture, ".repeat(10_000);
    let file = folder.write("picture.png", &content);
    let part = format!("file=@{}", file.display());
    // `fine` sees to it that stderr is empty: a pipe is not a place for a bar.
    finish(
        call(
            "digiseller",
            &[
                "add_images",
                "product_id=7",
                &part,
                "--base-url",
                &server.url(),
            ],
        ),
        None,
    )
    .fine();
    let requests = server.seen();
    assert_eq!(requests.len(), 1);
    let (head, body) = (requests[0].head(), requests[0].text());
    assert!(
        head.starts_with("POST /api/product/preview/add/images/7?token="),
        "{head}"
    );
    assert!(
        head.to_lowercase()
            .contains(&format!("\r\ncontent-length: {}", body.len())),
        "{head}"
    );
    assert!(
        body.contains("name=\"file\"; filename=\"picture.png\""),
        "{}",
        &body[..200]
    );
    assert_eq!(body.matches(&*content).count(), 1);
}
