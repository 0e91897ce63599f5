//! Scripts, limits, hostile requests, and the end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::*;
use lavka_sandbox::credentials::{API_KEY, LOGIN, PASSWORD, SELLER_ID};
use lavka_sandbox::{Api, Reply, Sandbox, StartError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const LIST: &str = "/books?kind=new&token=sandbox-token";

#[tokio::test]
async fn a_script_answers_the_next_calls_in_order() {
    let shop = start().await;
    shop.sandbox.script(
        "list_books",
        vec![
            Reply::new(503)
                .header("Retry-After", "2")
                .header("bad name", "x"),
            Reply::as_usual(),
            Reply::new(200).body("<html>"),
        ],
    );
    shop.sandbox.script("shop.list_books", vec![Reply::new(9)]);
    shop.sandbox
        .script("other.list_books", vec![Reply::new(418)]);
    let first = shop.get(LIST).await;
    assert_eq!(
        (
            first.status,
            first.headers["retry-after"].as_bytes(),
            first.body.as_str()
        ),
        (503, &b"2"[..], "")
    );
    for expected in [(200, BOOKS), (200, "<html>"), (500, ""), (200, BOOKS)] {
        let reply = shop.get(LIST).await;
        assert_eq!((reply.status, reply.body.as_str()), expected);
    }
    assert_eq!(shop.sandbox.calls("list_books"), 5);
    assert_eq!(shop.sandbox.requests()[0].status, 503);
    shop.sandbox.script("list_books", vec![Reply::new(500)]);
    shop.sandbox.clear_scripts();
    assert_eq!(shop.get(LIST).await.status, 200);
}

#[tokio::test]
async fn replies_can_be_late_slow_torn_and_endless() {
    let shop = start().await;
    let late = Duration::from_millis(120);
    shop.sandbox.script(
        "list_books",
        vec![
            Reply::as_usual().delay(late),
            Reply::new(200)
                .body("abcdef")
                .pace(2, Duration::from_millis(60)),
            Reply::new(200).body(vec![b'x'; 1000]).cut_after(10),
            Reply::new(200).body("again ").endless(),
        ],
    );
    let start = Instant::now();
    assert_eq!(shop.get(LIST).await.body, BOOKS);
    assert!(start.elapsed() >= late);
    let start = Instant::now();
    assert_eq!(shop.get(LIST).await.body, "abcdef");
    assert!(start.elapsed() >= Duration::from_millis(180));
    let torn = shop.request("GET", LIST).send().await.unwrap();
    assert_eq!(torn.headers()["content-length"], "1000");
    assert!(torn.bytes().await.is_err());
    let mut endless = shop.request("GET", LIST).send().await.unwrap();
    assert!(!endless.headers().contains_key("content-length"));
    let mut length = 0;
    while length < 1 << 20 {
        length += endless.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn limits_are_counted_told_and_kept_on_request() {
    let free = start().await;
    let call = |shop: &Shop| {
        send(
            shop.request("GET", "/books/5.json")
                .basic_auth(LOGIN, Some(PASSWORD)),
        )
    };
    for used in 1..=5 {
        let reply = call(&free).await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.headers["api-usage-limit"].to_str().unwrap(),
            format!("{}/3", used.min(3))
        );
    }
    let strict = start_with(|builder| builder.keep_limits(true)).await;
    for _ in 0..3 {
        assert_eq!(call(&strict).await.status, 200);
    }
    let refused = call(&strict).await;
    assert_eq!(refused.status, 503);
    let left: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&left));
}

#[tokio::test]
async fn tokens_expire() {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(format!("{API_KEY}1"));
    let sign: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let login = format!("{{\"seller_id\":{SELLER_ID},\"timestamp\":1,\"sign\":\"{sign}\"}}");
    let lifetime = Duration::from_millis(300);
    let shop = start_with(|builder| builder.token_lifetime(lifetime)).await;
    let token = shop.post_json("/login", &login).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/books?kind=new&token={token}");
    assert_eq!(shop.get(&path).await.status, 200);
    tokio::time::sleep(lifetime).await;
    assert_eq!(shop.get(&path).await.status, 400);
}

/// What comes back for bytes written to the socket as they are.
async fn raw(shop: &Shop, bytes: &[u8]) -> String {
    let address = shop
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/v1")
        .to_owned();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    // A server may close before everything is written; what it said counts.
    drop(socket.write_all(bytes).await);
    let mut reply = Vec::new();
    drop(
        tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut reply))
            .await
            .expect("an end"),
    );
    String::from_utf8_lossy(&reply).into_owned()
}

#[tokio::test]
async fn hostile_requests_get_a_refusal_and_the_sandbox_lives_on() {
    let shop = start().await;
    let post = |format: &str, body: &[u8]| {
        let head = format!(
            "POST /v1/books?token=sandbox-token HTTP/1.1\r\nHost: x\r\nContent-Type: {format}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let deep_json = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
    let deep_xml = "<a>".repeat(200_000);
    let deep_title = format!(
        "<book>{}{}</book>",
        "<title>".repeat(5000),
        "</title>".repeat(5000)
    );
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><book><price>&c;</price></book>";
    for (format, body) in [
        ("application/json", deep_json.as_slice()),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b"\"\\ud800\""),
        ("application/json", b"{\"title\":[],\"price\":1e400}"),
        ("text/xml", deep_xml.as_bytes()),
        ("text/xml", deep_title.as_bytes()),
        ("text/xml", bomb.as_bytes()),
        ("text/xml", b""),
        (
            "text/xml",
            b"<book><price>99999999999999999999999999e999</price></book>",
        ),
        ("text/xml", b"<!DOCTYPE html><html></html>"),
        ("multipart/form-data; boundary=", b"x"),
    ] {
        let reply = raw(&shop, &post(format, body)).await;
        assert!(
            reply.starts_with("HTTP/1.1 4"),
            "{format} {:?}: {reply}",
            &body[..body.len().min(40)]
        );
    }
    let html = raw(&shop, &post("text/xml", b"<!DOCTYPE html><html></html>")).await;
    assert!(html.contains("an HTML page"), "{html}");
    let heads: [&[u8]; 6] = [
        b"GET /%ff%00%zz?%ff=%zz&&&=& HTTP/1.1\r\nHost: x\r\nAccept: \xff\r\nConnection: close\r\n\r\n",
        b"GET /v1/books?token=sandbox-token&kind=new HTTP/1.1\r\nHost: x\r\nAccept: ;;q=x,,,*/*;q=nan\r\nConnection: close\r\n\r\n",
        b"GET /v1/books/5.json HTTP/1.1\r\nHost: x\r\nAuthorization: Basic \xff%%%\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /v1/books?token=sandbox-token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        b"\0\0\0\0\r\n\r\n",
    ];
    for head in heads {
        let reply = raw(&shop, head).await;
        assert!(
            reply.is_empty() || reply.starts_with("HTTP/1.1 "),
            "{reply}"
        );
    }
    assert_eq!(shop.get(LIST).await.status, 200);
}

#[tokio::test]
async fn dropping_closes_the_port_and_ends_what_is_open() {
    let shop = start().await;
    shop.sandbox.script(
        "list_books",
        vec![Reply::as_usual().delay(Duration::from_secs(600))],
    );
    let address = shop
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/v1")
        .to_owned();
    let waiting = tokio::spawn(shop.request("GET", LIST).send());
    while shop.sandbox.calls("list_books") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A call counts when it arrives; it waits a moment later, when it has been checked.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let start = Instant::now();
    shop.sandbox.stop().await;
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
    // The delay was cut short, so the reply came.
    assert_eq!(waiting.await.unwrap().unwrap().status().as_u16(), 200);
}

#[test]
fn without_a_runtime() {
    let sandbox = Sandbox::builder().serve(shop()).start_blocking().unwrap();
    let address = sandbox
        .url("shop")
        .trim_start_matches("http://")
        .trim_end_matches("/v1")
        .to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    assert_eq!(sandbox.url("other"), "");
    let start = Instant::now();
    drop(sandbox);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[test]
fn what_cannot_start_says_why() {
    let none = Sandbox::builder().start_blocking().unwrap_err();
    assert!(matches!(none, StartError::NoApi), "{none}");
    let unknown = Sandbox::builder()
        .api("digisellre")
        .start_blocking()
        .unwrap_err()
        .to_string();
    assert!(unknown.contains("digisellre"), "{unknown}");
    for (document, expected) in [
        ("{", "EOF"),
        ("{}", "no paths"),
        (r#"{"paths":{}}"#, "no operations"),
        (
            r#"{"paths":{"/a":{"get":{"responses":{}}}}}"#,
            "no operationId",
        ),
        (
            r##"{"paths":{"/a":{"$ref":"#/b"}}}"##,
            "unresolved reference",
        ),
        (r#"{"x-xml-dialect":"odd","paths":{}}"#, "x-xml-dialect"),
    ] {
        let error = Api::from_bundled("mine", document, &[])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("mine") && error.contains(expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_client_that_goes_away_is_recorded_too() {
    let shop = start().await;
    shop.sandbox.script(
        "create_book",
        vec![Reply::as_usual().delay(Duration::from_secs(60))],
    );
    let request = shop
        .request("POST", "/books?token=sandbox-token")
        .header("Content-Type", "application/json")
        .timeout(Duration::from_millis(200))
        .body(BOOK);
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(shop.sandbox.calls("create_book"), 1);
    let deadline = Instant::now() + Duration::from_secs(5);
    while shop.sandbox.requests().is_empty() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let log = shop.sandbox.requests();
    assert_eq!(
        (log.len(), log[0].status, log[0].operation.as_deref()),
        (1, 0, Some("create_book"))
    );
}

#[tokio::test]
async fn scripts_can_ask_for_other_documented_replies() {
    let shop = start().await;
    shop.sandbox.script(
        "create_book",
        vec![
            Reply::case("documented-2"),
            Reply::case("none"),
            Reply::documented(400),
            Reply::documented(418),
            Reply::case("documented-2"),
        ],
    );
    let path = "/books?token=sandbox-token";
    for (status, body) in [
        (200, RARE),
        (200, BOOKS),
        (400, ""),
        (
            501,
            "create_book: the spec documents no reply with status 418\n",
        ),
    ] {
        let reply = shop.post_json(path, BOOK).await;
        assert_eq!((reply.status, reply.body.as_str()), (status, body));
    }
    // The request is checked all the same.
    assert_eq!(shop.post_json(path, "{}").await.status, 400);
}
