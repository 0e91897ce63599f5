//! `lavka call --dry-run`: the request as it would be sent, secrets masked, and nothing sent.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;

use lavka::dynamic::BodyShape;

use crate::call::{bodies, formats, parameters};
use crate::convert::samples;
use crate::operations::operations;
use crate::support::{Folder, finish, lavka, variable};

/// As it is, in a query, and in JSON it is written in three ways.
const TOKEN: &str = "t0ken/\"with\" +all";
/// Printed by no one.
const PASSWORD: &str = "passw0rd";

fn dry_run(api: &str, args: &[&str]) -> Command {
    let mut command = lavka();
    command.arg("call").arg(api).arg("--dry-run").args(args);
    for (name, value) in [
        ("token", TOKEN),
        ("login", "the-login"),
        ("password", PASSWORD),
        ("qnit_id", "1"),
        ("seller_id", "1"),
    ] {
        command.env(variable(api, name), value);
    }
    command
}

#[test]
fn every_operation_is_printed_and_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let folder = Folder::new();
    let mut printed = BTreeMap::new();
    for api in lavka::apis() {
        let samples = samples(api.name());
        for entry in api.operations() {
            for format in formats(entry) {
                let params = parameters(entry, &folder);
                let mut args = vec![entry.operation.id, "--base-url", &url, "--format", format];
                args.extend(params.iter().map(String::as_str));
                let body = bodies(entry, &samples, format).into_iter().next();
                let out = finish(dry_run(api.name(), &args), body.as_deref()).fine();
                let what = format!("{}.{} in {format}: {out}", api.name(), entry.operation.id);
                let first = out.lines().next().unwrap();
                let (method, target) = first.split_once(' ').unwrap();
                assert!(["GET", "POST", "PUT", "DELETE"].contains(&method), "{what}");
                assert!(target.starts_with(&format!("{url}/")), "{what}");
                let has_body = out.contains("\n\n");
                assert_eq!(has_body, entry.body != BodyShape::None, "{what}");
                assert_eq!(out.contains("\ncontent-type: "), has_body, "{what}");
                for secret in ["t0ken", PASSWORD, "the-login", "dGhlLWxvZ2lu"] {
                    assert!(!out.contains(secret), "`{secret}` is printed by {what}");
                }
                let name = (api.name().to_owned(), entry.operation.id.to_owned());
                *printed.entry(name).or_insert(0) += 1;
            }
        }
    }
    let expected = operations()
        .into_iter()
        .map(|(name, operation)| (name, operation.formats.len().max(1)))
        .collect();
    assert_eq!(printed, expected);
    assert_eq!(
        listener.accept().map(|_| ()).unwrap_err().kind(),
        ErrorKind::WouldBlock,
        "something was sent"
    );
}

#[test]
fn only_secrets_are_masked() {
    // An id is not a secret; masked wherever its digits stand, it would spoil the body.
    let body = br#"{"name": "A", "phone": "79123211232", "external_id": "11", "products": [{"id": 1000587, "quantity": 1}]}"#;
    let out = finish(dry_run("qnits", &["create_order"]), Some(body)).fine();
    let (head, body) = out.split_once("\n\n").unwrap();
    assert!(head.starts_with("POST http://api.qnits.ru/api\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "token": "***",
            "qnit_id": 1,
            "method": "CreateOrder",
            "params": {
                "name": "A",
                "phone": "79123211232",
                "external_id": "11",
                "products": [{"id": 1_000_587, "quantity": 1}],
            },
        })
    );
}

#[test]
fn it_needs_no_credentials() {
    let mut command = lavka();
    command.args([
        "call",
        "insales_digital",
        "get_order",
        "order_id=7",
        "--dry-run",
    ]);
    let out = finish(command, None).fine();
    assert!(
        out.starts_with("GET https://digital.insales.ru/api/orders/7.json\n"),
        "{out}"
    );
    assert!(out.contains("\nauthorization: ***\n"), "{out}");
}

#[test]
fn it_does_not_log_in_first() {
    let mut command = lavka();
    command
        .args([
            "call",
            "digiseller",
            "add_to_category",
            "product_id=1",
            "category_id=2",
            "--dry-run",
        ])
        .env(variable("digiseller", "seller_id"), "1")
        .env(variable("digiseller", "api_key"), PASSWORD);
    let out = finish(command, None).fine();
    assert!(
        out.starts_with(
            "GET https://api.digiseller.ru/api/product/platform/category/add/1/2?token=***\n"
        ),
        "{out}"
    );
    assert!(!out.contains(PASSWORD), "{out}");
}

#[test]
fn a_form_is_printed_without_its_file() {
    let folder = Folder::new();
    let file = folder.write("manual.pdf", "the file's content");
    let part = format!("asset[attachment]=@{}", file.display());
    let args = ["create_asset", "product_id=1", "variant_id=2", &part];
    let out = finish(dry_run("insales_digital", &args), None).fine();
    assert!(
        out.starts_with("POST https://digital.insales.ru/api/products/1/variants/2/assets.json\n"),
        "{out}"
    );
    assert!(
        out.contains("\ncontent-type: multipart/form-data; boundary="),
        "{out}"
    );
    assert!(!out.contains("the file's content"), "{out}");
}

#[test]
fn wrong_arguments_are_still_wrong() {
    let line = finish(dry_run("insales_digital", &["get_order"]), None).one_line(2);
    assert!(line.contains("order_id=VALUE"), "{line}");
    let line = finish(dry_run("qnits", &["create_order"]), Some(b"{}")).one_line(1);
    assert!(line.starts_with("in the body: "), "{line}");
}
