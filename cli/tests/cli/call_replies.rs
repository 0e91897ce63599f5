//! `lavka call` of servers that refuse, repeat secrets, break off or are not there: one clear line, and no secret.

use std::net::TcpListener;

use lavka_hostile::{Act, Server, status as answer};

use crate::call_errors::{line, order, planted, sample, whole};
use crate::support::{Folder, finish, lavka};

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
        let line = line(finish(planted("insales_digital", &args), None), 2);
        assert!(
            line.to_lowercase().contains(&word.to_lowercase()),
            "{url}: {line}"
        );
    }
}
