//! `lavka call` where something is wrong: the exit code, one clear line, and no secret.

use std::net::TcpListener;
use std::process::Command;

use crate::call::call;
use lavka_hostile::{Act, Seen, Server, status as answer};

use crate::support::{Folder, Run, Served, finish, lavka, specs, variable};

/// A secret that is nowhere else.
const PLANTED: &str = "pl4nted-s3cret/with +all";

/// `lavka call` with planted credentials.
fn planted(api: &str, args: &[&str]) -> Command {
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
fn line(run: Run, code: i32) -> String {
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

fn sample(name: &str) -> String {
    specs()
        .join("samples")
        .join(name)
        .to_str()
        .unwrap()
        .to_owned()
}

/// The inner part of Qnits' documented request.
fn order(folder: &Folder) -> String {
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
fn whole(seen: &Seen) -> String {
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
            &["`id`", "twice"],
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
        1,
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

/// API, arguments of the call, status, media type and body of the reply, and the words that the error must hold.
type Reply<'a> = (
    &'a str,
    &'a [&'a str],
    &'a str,
    &'a str,
    &'a str,
    &'a [&'a str],
);

#[test]
fn replies_of_failure_are_told_in_one_line() {
    let read = |name: &str| std::fs::read_to_string(sample(name)).unwrap();
    let order = ["get_customer_order", "id=1"];
    let book = [
        "create_book",
        "--body",
        &sample("digiseller/create_book.documented.request.json"),
    ]
    .map(str::to_owned);
    let book: Vec<&str> = book.iter().map(String::as_str).collect();
    let product = sample("insales_products/create_product.documented.request.xml");
    let product = ["create_product", "--format", "xml", "--body", &product];
    let json = "application/json";
    let not_found = read("fileflare/get_customer_order.synthetic.response.404.json");
    let invalid = read("fileflare/get_customer_order.synthetic.response.422.json");
    let envelope = read("digiseller/create_book.synthetic.response.400.json");
    let errors = read("insales_products/create_product.synthetic.response.422.xml");
    let html = "<!DOCTYPE html><html><body>Back soon</body></html>";
    let lines =
        r#"{"retval":1,"retdesc":"denied\nfor good","errors":[{"code":"auth-0","message":"no"}]}"#;
    let cases: [Reply<'_>; 10] = [
        (
            "fileflare",
            &order,
            "404 Not Found",
            json,
            &not_found,
            &["HTTP 404", "Order not found."],
        ),
        (
            "fileflare",
            &order,
            "422 Unprocessable Entity",
            json,
            &invalid,
            &["HTTP 422", "The id field is required."],
        ),
        (
            "digiseller",
            &book,
            "400 Bad Request",
            json,
            &envelope,
            &["HTTP 400", "price-0", "The price is missing"],
        ),
        (
            "digiseller",
            &book,
            "200 OK",
            json,
            &envelope,
            &["price-0", "The price is missing", "name-0"],
        ),
        (
            "digiseller",
            &book,
            "200 OK",
            json,
            lines,
            &["denied", "for good", "auth-0"],
        ),
        (
            "insales_products",
            &product,
            "422 Unprocessable Entity",
            "application/xml",
            &errors,
            &["HTTP 422"],
        ),
        (
            "fileflare",
            &order,
            "403 Forbidden",
            "text/plain",
            "Your shop is blocked: pay invoice 17",
            &["HTTP 403 Forbidden: Your shop is blocked: pay invoice 17"],
        ),
        (
            "fileflare",
            &order,
            "404 Not Found",
            json,
            "{\"detail\": \"There is no such order\"}",
            &["HTTP 404 Not Found: There is no such order"],
        ),
        ("fileflare", &order, "200 OK", "text/html", html, &["HTML"]),
        (
            "fileflare",
            &order,
            "200 OK",
            json,
            "{\"order\": {}}",
            &["$.order", "line 1, column "],
        ),
    ];
    for (api, args, status, content_type, body, words) in cases {
        let server = Server::script(vec![answer(
            status,
            &[("content-type", content_type)],
            body,
        )]);
        let line = line(
            finish(
                planted(api, &[args, &["--base-url", &server.url()]].concat()),
                None,
            ),
            1,
        );
        assert!(line.starts_with(&format!("{api}.{}: ", args[0])), "{line}");
        for word in words {
            assert!(line.contains(word), "{word} is missing in: {line}");
        }
        // A maintenance may pass, so what changes nothing is asked for again; a refusal is not.
        let attempts = if body == html { 4 } else { 1 };
        assert_eq!(server.seen().len(), attempts, "{line}");
    }
}

#[test]
fn a_server_that_repeats_the_request_gives_no_secret_away() {
    let folder = Folder::new();
    let order = order(&folder);
    let book = sample("digiseller/create_book.documented.request.json");
    let cases: [(&str, &[&str]); 4] = [
        ("digiseller", &["create_book", "--body", &book]),
        ("insales_digital", &["get_order", "order_id=1"]),
        ("insales_products", &["get_product", "id=1"]),
        ("qnits", &["create_order", "--body", &order]),
    ];
    for (api, args) in cases {
        for status in ["200 OK", "400 Bad Request"] {
            for content_type in ["application/json", "text/xml", "text/html", "text/plain"] {
                let server = Server::start(move |_, seen| {
                    answer(status, &[("content-type", content_type)], whole(seen))
                });
                let run = finish(
                    planted(api, &[args, &["--base-url", &server.url()]].concat()),
                    None,
                );
                let line = line(run, 1);
                assert!(line.starts_with(&format!("{api}.{}: ", args[0])), "{line}");
            }
            let server = Server::start(move |_, seen| {
                let request = whole(seen);
                let body = serde_json::json!({
                    "retval": 1, "retdesc": request, "message": request,
                    "errors": [{"code": "auth-0", "message": request}],
                });
                answer(
                    status,
                    &[("content-type", "application/json")],
                    body.to_string(),
                )
            });
            line(
                finish(
                    planted(api, &[args, &["--base-url", &server.url()]].concat()),
                    None,
                ),
                1,
            );
        }
    }
}

#[test]
fn what_a_reply_loses_is_named() {
    let body = r#"{"order":{"order_number":1,"lines":[],"assets":"none"}}"#;
    let server = Server::script(vec![lavka_hostile::json(body)]);
    let args = ["get_customer_order", "id=1", "--base-url", &server.url()];
    let run = finish(planted("fileflare", &args), None);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("order_number") && !run.out.contains("assets"));
    let expected = "warning: not as documented, left out: $.order.assets: ";
    assert!(run.err.starts_with(expected), "{}", run.err);
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Server::script(vec![lavka_hostile::json("{}")]);
    let target = format!("{}/elsewhere", other.url());
    let server = Server::script(vec![answer("302 Found", &[("location", &target)], "")]);
    let line = line(
        finish(
            planted(
                "insales_digital",
                &["get_order", "order_id=1", "--base-url", &server.url()],
            ),
            None,
        ),
        1,
    );
    assert!(line.contains("redirect"), "{line}");
    assert!(other.seen().is_empty(), "the redirect was followed");
}

#[test]
fn a_reply_that_breaks_off_is_told() {
    let reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"product_id\": 1";
    let server = Server::script(vec![Act::Close(reply.to_vec())]);
    let body = sample("digiseller/create_book.documented.request.json");
    let line = line(
        finish(
            planted(
                "digiseller",
                &["create_book", "--body", &body, "--base-url", &server.url()],
            ),
            None,
        ),
        1,
    );
    assert!(line.starts_with("digiseller.create_book: "), "{line}");
    // The product may have been created: it is not asked for twice.
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let body = sample("digiseller/create_book.documented.request.json");
    let no_credentials = {
        let mut command = lavka();
        command.args([
            "call",
            "digiseller",
            "list_categories",
            "id=plati",
            "--base-url",
            &url,
        ]);
        command
    };
    for command in [
        planted(
            "digiseller",
            &["create_book", "--body", &body, "--base-url", &url],
        ),
        no_credentials,
    ] {
        let line = line(finish(command, None), 1);
        assert!(line.contains(&format!("no connection to {url}")), "{line}");
        assert!(
            !line.contains("come from the environment"),
            "credentials are not the reason: {line}"
        );
    }
}

#[test]
fn an_unusable_base_url_is_told() {
    for (url, word) in [
        ("not a URL", "URL"),
        ("ftp://127.0.0.1", "http"),
        ("http://shop.example", "plain"),
    ] {
        let args = ["get_order", "order_id=1", "--base-url", url];
        let line = line(finish(planted("insales_digital", &args), None), 1);
        assert!(
            line.to_lowercase().contains(&word.to_lowercase()),
            "{url}: {line}"
        );
    }
}
