//! What replies say reaches the caller: failures in a success, reasons in any shape, odd bodies.

use std::fmt::Write as _;
use std::time::Duration;

use lavka::client::Retry;
use lavka::dynamic::{Api, Client, DynamicError, Output, Settings};
use lavka::{Error, ErrorKind, Format, digiseller};
use lavka_hostile::{Act, Server, reply};
use lavka_tests::inputs::input;

use crate::subjects;

pub(crate) fn api(name: &str) -> &'static dyn Api {
    let found = lavka::apis().into_iter().find(|api| api.name() == name);
    found.unwrap_or_else(|| panic!("no API {name}"))
}

/// A client with any credentials; `login`: those of a login where the API has one.
pub(crate) fn client(api: &dyn Api, url: &str, format: Format, login: bool) -> Box<dyn Client> {
    let set = match login {
        true => api
            .credentials()
            .iter()
            .find(|set| set.contains(&"api_key")),
        false => api
            .credentials()
            .iter()
            .find(|set| !set.contains(&"api_key")),
    };
    let set = set.copied().unwrap_or_default();
    let credentials = |name: &str| {
        let value = if name.ends_with("_id") {
            "17"
        } else {
            "the-secret"
        };
        set.contains(&name).then(|| value.to_owned())
    };
    let settings = Settings {
        variables: &[],
        servers: &[],
        base_url: Some(url),
        format,
        allow_plaintext: false,
        credentials: &credentials,
        before_send: None,
    };
    api.client(&settings).expect("a client")
}

pub(crate) async fn call(
    name: &str,
    operation: &str,
    format: Format,
    login: bool,
    server: &Server,
) -> Result<Output, Error> {
    let api = api(name);
    let entry = api.operation(operation).expect("an operation");
    let input = input(name, entry, format).expect("an input");
    let client = client(api, &server.url(), format, login);
    client
        .call(operation, &input)
        .await
        .map_err(|error| match error {
            DynamicError::Call(error) => error,
            other => panic!("{name}.{operation}: {other}"),
        })
}

/// A failure in a 200 is one for every operation of Digiseller, in both formats and under either root, and an ended token is
/// renewed for each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_in_a_success_is_one_whatever_the_operation_returns() {
    let failures = [
        r#"{"retval":-1,"retdesc":"Access denied","errors":[{"code":"auth-0","message":"No rights"}],"content":null}"#,
        r#"{"content":[],"errors":{"code":"auth-0","message":"No rights"},"retdesc":"Access denied","retval":"-2"}"#,
        "<?xml version=\"1.0\"?><result><retval>1</retval><retdesc>Access denied</retdesc><errors><code>auth-0</code><message>No rights</message></errors></result>",
        "<response><retdesc>Access denied</retdesc><retval> -1 </retval><errors><code>auth-0</code><message>No rights</message></errors></response>",
    ];
    let api = api("digiseller");
    let mut called = 0;
    for entry in api
        .operations()
        .iter()
        .filter(|entry| entry.operation.id != "login")
    {
        for format in [Format::Json, Format::Xml] {
            if input(api.name(), entry, format).is_none() {
                continue;
            }
            for failure in failures {
                let server = Server::start(move |number, seen| {
                    let body = match seen.line.contains("apilogin") {
                        true => format!(r#"{{"retval":0,"token":"token-{number}"}}"#),
                        false => failure.to_owned(),
                    };
                    Act::Send(reply("200 OK", &[], body))
                });
                let id = entry.operation.id;
                let what = format!("{id} ({format}): {failure}");
                let error = call("digiseller", id, format, true, &server)
                    .await
                    .expect_err(&what);
                assert_eq!(error.kind(), ErrorKind::Failure, "{what}: {error}");
                assert!(
                    error.is_auth() && error.has_code("auth-0"),
                    "{what}: {error}"
                );
                let text = error.to_string();
                assert!(
                    text.contains("Access denied; No rights (code auth-0)"),
                    "{what}: {text}"
                );
                assert!(
                    error.body().is_some_and(|body| body.contains("retdesc")),
                    "{what}"
                );
                // With a token: one login before and one because of the failure.
                let needs_token = !entry.operation.security.is_empty();
                let expected = if needs_token { 4 } else { 1 };
                assert_eq!(server.seen().len(), expected, "{what}");
                called += 1;
            }
        }
    }
    assert!(called >= 4 * 36, "{called}");
}

/// How an API's server refuses: body, media type, and what the error must say.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "Your shop is blocked: pay invoice 17",
        "text/plain",
        "Your shop is blocked: pay invoice 17",
    ),
    (
        "Заказ не найден",
        "text/plain; charset=utf-8",
        "Заказ не найден",
    ),
    (
        r#"{"detail":"Not enough rights"}"#,
        "application/json",
        "Not enough rights",
    ),
    (
        r#"{"detail":[{"loc":["body","price"],"msg":"field required"}]}"#,
        "application/json",
        "body.price: field required",
    ),
    (
        r#"{"type":"about:blank","title":"Bad","status":400,"detail":"Price below cost","errors":[{"detail":"too low","pointer":"/price"}]}"#,
        "application/problem+json",
        "Bad: Price below cost; /price: too low",
    ),
    (
        r#"{"error":"id must have 32 characters"}"#,
        "application/json",
        "id must have 32 characters",
    ),
    (
        r#"{"error":{"message":"No such id","code":7}}"#,
        "application/json",
        "No such id [7]",
    ),
    (
        r#"{"errors":{"title":["is empty","is short"]}}"#,
        "application/json",
        "title: is empty; title: is short",
    ),
    (
        r#"{"errors":["one","two"],"message":"Two errors"}"#,
        "application/json",
        "Two errors; one; two",
    ),
    (
        r#"{"message":"Not found","errors":[]}"#,
        "application/json",
        "Not found",
    ),
    (
        r#"{"foo":{"bar":1}}"#,
        "application/json",
        r#"{"foo":{"bar":1}}"#,
    ),
    (
        "<errors><error>One</error><error>Two</error></errors>",
        "application/xml",
        "One; Two",
    ),
    (
        "<hash><errors><error>One</error></errors></hash>",
        "text/xml",
        "One",
    ),
    (
        "<problem xmlns=\"urn:ietf:rfc:7807\"><title>Bad</title><detail>No price</detail></problem>",
        "application/problem+xml",
        "Bad: No price",
    ),
    (
        "<html><head><title>403 Forbidden</title></head><body>nginx</body></html>",
        "text/html",
        "an HTML page: 403 Forbidden",
    ),
    (
        "\n\n  line one\r\nline two  ",
        "text/plain",
        "line one line two",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reason_arrives_whatever_its_shape() {
    let mut wrong = String::new();
    for (name, operation) in [
        ("digiseller", "get_task_status"),
        ("digiseller", "set_preview_options"),
        ("digiseller", "add_to_category"),
        ("insales_products", "get_product"),
        ("insales_products", "delete_product"),
        ("insales_digital", "get_order"),
        ("insales_digital", "delete_asset"),
        ("fileflare", "get_customer_order"),
        ("qnits", "create_order"),
    ] {
        let format = match name {
            "insales_products" => Format::Xml,
            _ => Format::Json,
        };
        for (body, media_type, expected) in REASONS {
            for status in [
                "400 Bad Request",
                "422 Unprocessable Entity",
                "403 Forbidden",
            ] {
                let server = Server::script(vec![Act::Send(reply(
                    status,
                    &[("Content-Type", media_type)],
                    body,
                ))]);
                let error = call(name, operation, format, false, &server)
                    .await
                    .expect_err(body);
                let text = error.to_string();
                let said = format!("{name}.{operation}: HTTP {status}: {expected}");
                if text != said || error.body() != Some(body) || error.kind() != ErrorKind::Status {
                    writeln!(wrong, "{body}\n  {text}\n  {said}").expect("a string grows");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Bodies that are not text, and none at all, are named as what they are.
#[tokio::test]
async fn what_is_no_text_is_not_shown() {
    for (body, headers, expected) in [
        (
            &[0x89_u8, b'P', b'N', b'G', 0, 1, 2, 3, 0xFF, 0xFE][..],
            ("Content-Type", "image/png"),
            ": a body of 10 bytes that is not text, image/png",
        ),
        (b"", ("Content-Type", "text/plain"), ""),
    ] {
        let server = Server::script(vec![Act::Send(reply("403 Forbidden", &[headers], body))]);
        let error = call(
            "fileflare",
            "get_customer_order",
            Format::Json,
            false,
            &server,
        )
        .await
        .expect_err("403");
        assert_eq!(
            error.to_string(),
            format!("fileflare.get_customer_order: HTTP 403 Forbidden{expected}")
        );
    }
}

/// A long body is cut in the message, and bounded in the error.
#[tokio::test]
async fn a_long_reason_is_cut() {
    let long = "слово ".repeat(100_000);
    let server = Server::script(vec![Act::Send(reply("400 Bad Request", &[], &long))]);
    let error = call(
        "fileflare",
        "get_customer_order",
        Format::Json,
        false,
        &server,
    )
    .await
    .expect_err("400");
    assert!(error.to_string().chars().count() < 300, "{error}");
    let body = error.body().expect("a body");
    assert!(
        body.len() <= 64 << 10 && body.starts_with("слово слово"),
        "{}",
        body.len()
    );
}

#[tokio::test]
async fn success_of_qnits_is_read_in_any_letters_and_a_failure_has_any_status() {
    for status in ["Ок", "ОК", "OK", "ok", "оK"] {
        let body =
            format!(r#"{{"status":"{status}","order_id":7,"order_url":"https://q.example/7"}}"#);
        let server = Server::script(vec![Act::Send(reply("200 OK", &[], body))]);
        let output = call("qnits", "create_order", Format::Json, false, &server)
            .await
            .expect(status);
        assert_eq!(output.json["order_id"], 7);
    }
    for http in ["200 OK", "201 Created", "400 Bad Request"] {
        for status in ["ERROR", "Error", "FAIL"] {
            let body = format!(r#"{{"status":"{status}","errors":["bad phone"]}}"#);
            let server = Server::script(vec![Act::Send(reply(http, &[], body))]);
            let error = call("qnits", "create_order", Format::Json, false, &server)
                .await
                .expect_err(http);
            assert!(
                error.to_string().contains("bad phone") && error.is_validation(),
                "{error}"
            );
        }
    }
}

/// Only what looks like a task's identifier is one.
#[tokio::test]
async fn a_bare_reply_must_look_like_an_identifier() {
    let id = "12345678-1234-1234-1234-123456789abc";
    for body in [
        id.to_owned(),
        format!("\"{id}\""),
        format!(" {{{id}}} ").replace("{{", "{").replace("}}", "}"),
        format!("{{\"TaskId\":\"{id}\"}}"),
        format!("{{\"taskId\":\"{id}\"}}"),
        format!("\u{feff}{id}\r\n"),
    ] {
        if body.trim().starts_with('{') && !body.contains("askId") {
            continue;
        }
        let server = Server::script(vec![Act::Send(reply("200 OK", &[], &body))]);
        let output = call("digiseller", "set_prices", Format::Json, false, &server)
            .await
            .expect(&body);
        assert!(output.text.contains(id), "{body}: {}", output.text);
    }
    for body in [
        "Internal Server Error",
        "0",
        "null",
        "\"\"",
        "\"queued\"",
        "<br />\n<b>Fatal error</b>: out of memory",
        "12345678",
        "[]",
        "{}",
    ] {
        let server = Server::script(vec![Act::Send(reply(
            "200 OK",
            &[("Content-Type", "text/plain")],
            body,
        ))]);
        let error = call("digiseller", "set_prices", Format::Json, false, &server)
            .await
            .expect_err(body);
        assert!(
            !matches!(error.kind(), ErrorKind::Status),
            "{body}: {error}"
        );
        assert_eq!(error.body(), Some(body));
    }
}

/// An operation that answers nothing is not done because of a text that nobody expects.
#[tokio::test]
async fn text_in_place_of_nothing_is_an_error() {
    for (body, fine) in [
        ("", true),
        ("ok", true),
        (r#"{"retval":0}"#, true),
        ("<result><retval>0</retval></result>", true),
        ("Internal Server Error", false),
        (
            "\nFatal error: Allowed memory size exhausted in /a.php on line 3\n",
            false,
        ),
        ("<html><body>nginx</body></html>", false),
    ] {
        let server = Server::script(vec![Act::Send(reply("200 OK", &[], body))]);
        let operation = "set_preview_options";
        let result = call("digiseller", operation, Format::Json, false, &server).await;
        assert_eq!(result.is_ok(), fine, "{body}: {result:?}");
    }
}

/// JSON that is readable although something is odd about it.
#[tokio::test]
async fn odd_bodies_are_read() {
    let json =
        r#"{"retval":0,"retdesc":"","content":[{"id":1,"name":[{"locale":"ru-RU","value":"к"}]}]}"#;
    let utf16 =
        |order: fn(u16) -> [u8; 2]| -> Vec<u8> { json.encode_utf16().flat_map(order).collect() };
    let marked: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(utf16(u16::to_le_bytes))
        .collect();
    for body in [
        json.as_bytes().to_vec(),
        format!("\u{feff}{json}").into_bytes(),
        format!("\r\n \t{json}\n").into_bytes(),
        format!("\nWarning: Undefined index: x in /var/www/a.php on line 12\n{json}").into_bytes(),
        format!("<br />\n<b>Notice</b>:  Undefined variable in <b>/a.php</b> on line <b>7</b><br />\n{json}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        marked,
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let server = Server::script(vec![Act::Send(reply("200 OK", &[], &body))]);
        let result = call("digiseller", "list_categories", Format::Json, false, &server).await;
        assert!(result.is_ok(), "{shown}: {result:?}");
    }
    let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><result><retval>0</retval></result>";
    for body in [
        format!("\r\n  {xml}"),
        format!("\u{feff}\n{xml}"),
        format!("Warning: x in y on line 3\n{xml}"),
    ] {
        let server = Server::script(vec![Act::Send(reply("200 OK", &[], &body))]);
        let result = call("digiseller", "list_categories", Format::Xml, false, &server).await;
        assert!(result.is_ok(), "{body}: {result:?}");
    }
}

/// A reply that is not a list, where the items of one were to be streamed, says why.
#[tokio::test]
async fn what_comes_in_place_of_a_streamed_list_is_explained() {
    for (body, expected, piece) in [
        ("<errors><error>No rights</error></errors>", "No rights", 7),
        (r#"{"errors":["No rights"]}"#, "No rights", 3),
        (
            "<products type=\"array\">No rights</products>",
            "expected items in <products>, found text",
            9,
        ),
        (
            "<html><head><title>Repair</title></head></html>",
            "HTML",
            1000,
        ),
    ] {
        let pieces: Vec<String> = body
            .as_bytes()
            .chunks(piece)
            .map(|piece| {
                format!(
                    "{:x}\r\n{}\r\n",
                    piece.len(),
                    String::from_utf8_lossy(piece)
                )
            })
            .collect();
        let mut bytes = lavka_hostile::head("200 OK", &[], "Transfer-Encoding: chunked");
        bytes.extend_from_slice(format!("{}0\r\n\r\n", pieces.concat()).as_bytes());
        let server = Server::script(vec![Act::Send(bytes)]);
        let client = lavka::insales_products::Client::builder()
            .base_url(server.url())
            .credentials(lavka::insales_products::Credentials::basic(
                "key",
                "the-password",
            ))
            .build()
            .expect("a client");
        let mut products = client.list_products_stream().await.expect("a reply");
        let error = products.next().await.expect("an item").expect_err(body);
        assert!(error.to_string().contains(expected), "{body}: {error}");
        assert_eq!(error.body(), Some(body));
        assert!(products.next().await.is_none());
    }
    let body = r#"{"message":"No rights","errors":[]}"#;
    let server = Server::script(vec![Act::Send(reply("200 OK", &[], body))]);
    let client = lavka::insales_digital::Client::builder()
        .base_url(server.url())
        .credentials(lavka::insales_digital::Credentials::basic(
            "login",
            "the-password",
        ))
        .build()
        .expect("a client");
    let mut assets = client.list_product_assets_stream(1).await.expect("a reply");
    let error = assets.next().await.expect("an item").expect_err(body);
    assert!(error.to_string().ends_with(": No rights"), "{error}");
    assert_eq!(error.body(), Some(body));
}

/// Status, headers and what was left out of a reply.
#[tokio::test]
async fn a_response_has_headers_and_says_what_was_left_out() {
    let body = r#"{"TaskId":"t","Status":3,"SuccessCount":"many","ErrorCount":0,"ErrorsDescriptions":[null]}"#;
    let headers = [
        ("X-Total-Count", "170"),
        ("Link", r#"<https://x.example/?page=2>; rel="next""#),
    ];
    let server = Server::script(vec![Act::Send(reply("200 OK", &headers, body))]);
    let response = login_client_with_token(&server)
        .get_task_status("t")
        .response()
        .await
        .expect("a reply");
    assert_eq!(
        (response.status().as_u16(), response.total()),
        (200, Some(170))
    );
    assert_eq!(response.link("next"), Some("https://x.example/?page=2"));
    let paths: Vec<&str> = response
        .lenient()
        .iter()
        .map(|dropped| dropped.path.as_str())
        .collect();
    assert_eq!(paths, ["$.SuccessCount", "$.ErrorsDescriptions[0]"]);
    assert_eq!(response.into_value().error_count, Some(0));
}

fn login_client_with_token(server: &Server) -> digiseller::Client {
    with(server, digiseller::Credentials::token("the-token"))
}

pub(crate) fn with(server: &Server, credentials: digiseller::Credentials) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(server.url())
        .credentials(credentials)
        .retry(Retry {
            attempts: 3,
            first_wait: Duration::from_millis(2),
            ..Retry::default()
        })
        .build()
        .expect("a client")
}

/// A server that closes its connections without a word of it: the next call, which must not be repeated, is sent once and arrives.
#[tokio::test]
async fn a_connection_that_has_ended_costs_no_call() {
    let body = r#"{"retval":0,"retdesc":"","errors":[],"content":{"product_id":5}}"#;
    for act in [Act::Close, Act::Reset] {
        let server = Server::script(vec![act(reply("200 OK", &[], body))]);
        let client = with(&server, digiseller::Credentials::token("the-token"));
        for count in 1..=4 {
            let created = client.create_book(&subjects::book()).await;
            assert_eq!(created.expect("a product").product_id, 5);
            assert_eq!(server.seen().len(), count);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}
