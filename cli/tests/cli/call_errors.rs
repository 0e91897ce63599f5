//! `lavka call` where something is wrong: the exit code, one clear line, and no secret.

use std::process::Command;

use crate::call::call;
use lavka_hostile::{Seen, Server};

use crate::support::{Folder, Run, Served, finish, lavka, specs, variable};

/// A secret that is nowhere else.
const PLANTED: &str = "pl4nted-s3cret/with +all";

/// `lavka call` with planted credentials.
pub(crate) fn planted(api: &str, args: &[&str]) -> Command {
    let mut command = lavka();
    command.arg("call").arg(api).args(args);
    for name in ["token", "login", "password"] {
        command.env(variable(api, name), PLANTED);
    }
    command.env(variable(api, "qnit_id"), "1");
    command
}

/// The line of an error, which holds nothing secret.
#[track_caller]
pub(crate) fn line(run: Run, code: i32) -> String {
    let line = run.one_line(code);
    // `login:password` in the header of HTTP Basic.
    let basic = base64(format!("{PLANTED}:{PLANTED}").as_bytes());
    for secret in [
        PLANTED,
        "pl4nted",
        "cGw0bnRlZ",
        &basic,
        lavka_sandbox::credentials::TOKEN,
    ] {
        assert!(!line.contains(secret), "`{secret}` is in: {line}");
    }
    // A query is shown only where the server repeats it, and then without its value.
    assert_eq!(
        line.matches("?token").count(),
        line.matches("?token=[redacted]").count(),
        "{line}"
    );
    line
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(
                DIGITS[(group >> (18 - 6 * place) & 63) as usize],
            ));
        }
    }
    out
}

pub(crate) fn sample(name: &str) -> String {
    specs()
        .join("samples")
        .join(name)
        .to_str()
        .unwrap()
        .to_owned()
}

/// The inner part of Qnits' documented request.
pub(crate) fn order(folder: &Folder) -> String {
    let text =
        std::fs::read_to_string(sample("qnits/create_order.corrected.request.json")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    folder
        .write("order.json", whole["params"].to_string())
        .to_str()
        .unwrap()
        .to_owned()
}

/// A request as text.
pub(crate) fn whole(seen: &Seen) -> String {
    format!("{}\r\n\r\n{}", seen.head(), seen.text())
}

#[test]
fn refused_credentials_are_told_by_every_api_that_takes_some() {
    let served = Served::all();
    let folder = Folder::new();
    let book = sample("digiseller/create_book.documented.request.json");
    let xml_book = sample("digiseller/create_book.documented.request.xml");
    let order = order(&folder);
    let cases: [(&str, Vec<&str>, &str); 6] = [
        ("digiseller", vec!["create_book", "--body", &book], "auth-0"),
        (
            "digiseller",
            vec!["create_book", "--format", "xml", "--body", &xml_book],
            "auth-0",
        ),
        (
            "digiseller",
            vec!["add_to_category", "product_id=1", "category_id=2"],
            "auth-0",
        ),
        ("insales_products", vec!["get_product", "id=1"], "401"),
        ("insales_digital", vec!["get_order", "order_id=1"], "401"),
        ("qnits", vec!["create_order", "--body", &order], "400"),
    ];
    for (api, mut args, expected) in cases {
        args.extend(["--base-url", served.url(api)]);
        let line = line(finish(planted(api, &args), None), 1);
        assert!(
            line.starts_with(&format!("{api}.{}: HTTP 4", args[0])),
            "{line}"
        );
        assert!(line.contains(expected), "{line}");
        assert!(
            !line.contains("come from the environment"),
            "credentials are set: {line}"
        );
    }
}

#[test]
fn missing_credentials_name_the_variables() {
    let served = Served::all();
    let folder = Folder::new();
    let order = order(&folder);
    let cases: [(&str, &[&str], &[&str]); 4] = [
        (
            "digiseller",
            &["add_to_category", "product_id=1", "category_id=2"],
            &[
                "LAVKA_DIGISELLER_TOKEN",
                "LAVKA_DIGISELLER_SELLER_ID and LAVKA_DIGISELLER_API_KEY",
            ],
        ),
        (
            "insales_products",
            &["list_products"],
            &["LAVKA_INSALES_PRODUCTS_LOGIN and LAVKA_INSALES_PRODUCTS_PASSWORD"],
        ),
        (
            "insales_digital",
            &["get_asset", "id=1"],
            &["LAVKA_INSALES_DIGITAL_LOGIN and LAVKA_INSALES_DIGITAL_PASSWORD"],
        ),
        (
            "qnits",
            &["create_order", "--body", &order],
            &["LAVKA_QNITS_TOKEN and LAVKA_QNITS_QNIT_ID"],
        ),
    ];
    for (api, args, variables) in cases {
        let mut command = lavka();
        command
            .arg("call")
            .arg(api)
            .args(args)
            .args(["--base-url", served.url(api)]);
        let line = line(finish(command, None), 1);
        assert!(line.contains("credentials"), "{line}");
        for variable in variables {
            assert!(line.contains(variable), "{variable} is missing in: {line}");
        }
    }
}

#[test]
fn wrong_arguments_are_wrong_usage() {
    let folder = Folder::new();
    let file = folder.write("x.png", "x");
    let part = format!("file=@{}", file.display());
    let file = format!("file={}", file.display());
    let cases: [(&str, &[&str], &[&str]); 13] = [
        (
            "insales",
            &["get_product"],
            &["`insales`", "insales_products", "insales_digital"],
        ),
        ("qnits", &["create"], &["`create`", "create_order"]),
        (
            "insales_digital",
            &["list_variant_assets", "product_id=1"],
            &["variant_id=VALUE"],
        ),
        ("fileflare", &["get_customer_order"], &["id=VALUE"]),
        (
            "fileflare",
            &["get_customer_order", "order_id=1"],
            &["`order_id`", "it has id"],
        ),
        (
            "fileflare",
            &["get_customer_order", "12345"],
            &["NAME=VALUE", "`12345`"],
        ),
        (
            "digiseller",
            &["add_images", "product_id=1"],
            &["file=@FILE"],
        ),
        (
            "digiseller",
            &["add_images", "product_id=1", "file=@/no/such/file.png"],
            &["/no/such/file.png"],
        ),
        (
            "digiseller",
            &["add_images", "product_id=1", &file],
            &["`file` is a file", "file=@FILE"],
        ),
        (
            "digiseller",
            &["set_status", "product_id=1"],
            &["`set_status` has no parameters"],
        ),
        (
            "fileflare",
            &["get_customer_order", "id=1", "id=2"],
            &["`id`", "duplicate"],
        ),
        (
            "fileflare",
            &["get_customer_order", "id=1", "--body", "x.json"],
            &["`get_customer_order`", "--body"],
        ),
        (
            "digiseller",
            &["add_images", "product_id=1", &part, "--body", "x.json"],
            &["`add_images`", "--body"],
        ),
    ];
    for (api, args, words) in cases {
        let line = line(finish(planted(api, args), None), 2);
        for word in words {
            assert!(line.contains(word), "{word} is missing in: {line}");
        }
    }
    let format = finish(call("qnits", &["create_order", "--format", "yaml"]), None);
    assert!(
        format.code == Some(2) && format.err.contains("json, xml"),
        "{}",
        format.err
    );
}

#[test]
fn a_parameter_of_another_type_is_named() {
    let line = line(
        finish(
            planted("insales_digital", &["get_order", "order_id=twelve"]),
            None,
        ),
        2,
    );
    assert_eq!(
        line,
        "the parameter `order_id`: expected an integer, found `twelve`"
    );
}

#[test]
fn a_body_that_is_none_is_an_error_before_anything_is_sent() {
    let server = Server::script(vec![lavka_hostile::json("{}")]);
    let args = ["create_book", "--base-url", &server.url()];
    let cases: [(&[u8], &[&str]); 4] = [
        (b"", &["in the body", "empty"]),
        (
            b"{",
            &["in the body", "line 1, column 2", "the end of the input"],
        ),
        (
            b"{\"content_type\": \"text\", \"name\": 5}",
            &[
                "in the body",
                "$.name",
                "line 1, column 34: expected an array, found 5",
            ],
        ),
        (
            b"{\"content_type\": \"text\"}",
            &["in the body", "`name` is missing"],
        ),
    ];
    for (body, words) in cases {
        let line = line(finish(planted("digiseller", &args), Some(body)), 1);
        for word in words {
            assert!(line.contains(word), "{word} is missing in: {line}");
        }
        assert!(
            !line.contains("come from the environment"),
            "it has nothing to do with credentials: {line}"
        );
    }
    let args = [
        "create_product",
        "--format",
        "xml",
        "--base-url",
        &server.url(),
    ];
    let body = std::fs::read_to_string(sample(
        "insales_products/create_product.documented.request.xml",
    ))
    .unwrap();
    let body = body.replace(">740.0<", ">abc<");
    let refused = line(
        finish(planted("insales_products", &args), Some(body.as_bytes())),
        1,
    );
    assert!(
        refused.starts_with("in the body: /product/variants-attributes/variant[1]/price: line "),
        "{refused}"
    );
    assert!(
        refused.contains(": expected a decimal, found \"abc\", near `<price"),
        "{refused}"
    );
    let unread = line(
        finish(
            planted("digiseller", &["create_book", "--body", "/no/such.json"]),
            None,
        ),
        2,
    );
    assert!(unread.contains("/no/such.json"), "{unread}");
    assert!(server.seen().is_empty(), "{:?}", server.seen());

    // Nor are missing credentials the reason where the body is.
    let mut command = lavka();
    command.args(["call", "qnits", "create_order", "--base-url", &server.url()]);
    let line = line(finish(command, Some(b"{}")), 1);
    assert!(
        line.starts_with("in the body: ") && !line.contains("environment"),
        "{line}"
    );
}

#[test]
fn a_body_that_is_missing_or_in_the_other_format_says_what_to_give() {
    let folder = Folder::new();
    let xml = folder.write("book.xml", "\u{feff} <arbitrary/>");
    let json = folder.write("book.json", "{}");
    let cases: [(&[&str], i32, &str); 3] = [
        (
            &[],
            1,
            "the standard input is empty, and `edit_base` needs one: give it there, or with --body FILE",
        ),
        (
            &["--body", xml.to_str().unwrap()],
            2,
            "the body is XML, not JSON: give it with --format xml",
        ),
        (
            &["--body", json.to_str().unwrap(), "--format", "xml"],
            2,
            "the body is JSON, not XML: give it with --format json",
        ),
    ];
    for (args, code, expected) in cases {
        let mut command = planted("digiseller", &["edit_base", "product_id=1"]);
        command
            .args(args)
            .args(["--base-url", "http://127.0.0.1:9"]);
        let line = line(finish(command, Some(b"")), code);
        assert!(line.contains(expected), "{line}");
    }
}
