//! Faults around a call: redirects, deadlines, uploads, streams. `tests/tests/clients/reliability` has the table of what a server or
//! the network can do wrong, for the generated clients.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use lavka_hostile::{Act, Server, json, reply, status};
use lavka_runtime::client::Retry;
use lavka_runtime::{Decimal, ErrorKind};
use support::builder;
use support::shop::{Book, Client};

const BOOKS: &str = r#"[{"name":"a","price":1}]"#;
const EDITED: &str = r#"{"retval":0,"content":{"product_id":7}}"#;

fn client(server: &Server) -> Client {
    builder(server)
        .read_timeout(Duration::from_millis(700))
        .call_timeout(Duration::from_secs(10))
        .max_body(100_000)
        .build()
        .expect("a client")
}

/// A head that announces more than there is.
fn announced(length: usize, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_redirect_names_its_target_without_the_query() {
    let other = Server::script(vec![json(BOOKS)]);
    let location = format!("{}/elsewhere?token=1", other.url());
    let server = Server::script(vec![status(
        "308 Permanent Redirect",
        &[("Location", &location)],
        "",
    )]);
    let error = client(&server)
        .list_books("x")
        .await
        .expect_err("not followed");
    assert_eq!(
        error.to_string(),
        format!(
            "shop.list_books: HTTP 308: the server redirects to {}, and redirects are not followed; if it is the right place, set it as the base URL",
            other.url()
        )
    );
    assert!(
        other.seen().is_empty(),
        "credentials stay with the configured host"
    );
}

#[tokio::test]
async fn retry_after_is_honoured_within_the_deadline() {
    let busy = |seconds: &str| status("503 Service Unavailable", &[("Retry-After", seconds)], "");
    let server = Server::script(vec![busy("1"), json(BOOKS)]);
    let started = Instant::now();
    client(&server).list_books("x").await.expect("success");
    assert!(
        started.elapsed() >= Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    let server = Server::script(vec![busy("300"), json(BOOKS)]);
    let started = Instant::now();
    let error = client(&server)
        .list_books("x")
        .await
        .expect_err("longer than the call may take");
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    assert_eq!(
        error.to_string(),
        "shop.list_books: HTTP 503 Service Unavailable (try again in 300 s)"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_drip_ends_with_the_call() {
    let body: Vec<u8> = std::iter::repeat_n(b' ', 10_000).collect();
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n".to_vec();
    let drip =
        |first: Vec<u8>, rest: Vec<u8>| Act::SlowBody(first, rest, Duration::from_millis(30));
    for act in [drip(head.clone(), body), drip(vec![], head)] {
        let server = Server::script(vec![act]);
        let client = builder(&server)
            .read_timeout(Duration::from_millis(200))
            .call_timeout(Duration::from_secs(1))
            .build()
            .expect("a client");
        let started = Instant::now();
        let error = client.list_books("x").await.expect_err("too slow");
        assert!(error.is_timeout(), "{error}");
        assert!(
            started.elapsed() < Duration::from_secs(4),
            "{:?}",
            started.elapsed()
        );
    }
}

#[tokio::test]
async fn no_server() {
    let server = Server::script(vec![json(EDITED)]);
    let url = server.url();
    let client = builder(&server).build().expect("a client");
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let error = client
        .edit_book(7, &Book::new("a", Decimal::ONE))
        .await
        .expect_err("nobody there");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Connect, 4),
        "nothing was sent, so any call is repeated"
    );
    assert!(error.is_retryable());
    assert!(
        error
            .to_string()
            .starts_with(&format!("shop.edit_book: no connection to {url}: ")),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn retries_can_be_turned_off_and_dropped_calls_end() {
    let server = Server::script(vec![status("503 Service Unavailable", &[], "")]);
    let once = builder(&server)
        .retry(Retry::never())
        .build()
        .expect("a client");
    once.list_books("x").await.expect_err("busy");
    assert_eq!(server.seen().len(), 1);
    let server = Server::script(vec![
        Act::Late(Duration::from_secs(60), vec![]),
        json(BOOKS),
    ]);
    let client = builder(&server).build().expect("a client");
    let call = tokio::time::timeout(Duration::from_millis(100), client.list_books("x")).await;
    assert!(call.is_err());
    client
        .list_books("x")
        .await
        .expect("the client still works");
}

#[tokio::test]
async fn uploads_meet_faults_too() {
    use lavka_runtime::client::Upload;
    use support::shop::Asset;
    let send = async |act: Act, attachment: Upload| {
        let server = Server::script(vec![act]);
        let asset = Asset {
            filename: None,
            position: None,
            attachment,
        };
        let client = client(&server);
        let error = client.add_asset(&asset).await.expect_err("a fault");
        (error, server.seen().len())
    };
    let large = || Upload::bytes("a", vec![7; 20_000_000]);
    let (error, requests) = send(Act::ResetEarly, large()).await;
    assert_eq!(
        (error.kind(), requests),
        (ErrorKind::Interrupted, 1),
        "{error}"
    );
    // A gateway refuses by the head alone, and does not read the file.
    let refusal = reply(
        "413 Content Too Large",
        &[("Connection", "close")],
        "<html><title>413 Request Entity Too Large</title></html>",
    );
    let (error, requests) = send(Act::Early(refusal), large()).await;
    assert_eq!((error.kind(), requests), (ErrorKind::Status, 1), "{error}");
    assert!(
        error.to_string().contains("413 Request Entity Too Large"),
        "{error}"
    );
    let reader = Upload::reader("a", std::io::Cursor::new(vec![7; 100]), Some(100));
    let (error, requests) = send(status("503 Service Unavailable", &[], ""), reader).await;
    assert_eq!((error.kind(), requests), (ErrorKind::Status, 1), "{error}");
    // A reader that gives nothing is silence, although it is ours.
    let (error, _) = send(json("{}"), Upload::reader("a", tokio::io::empty(), Some(3))).await;
    assert_eq!(error.kind(), ErrorKind::Request, "{error}");
    let (silent, _held) = tokio::io::duplex(16);
    let (error, _) = send(json("{}"), Upload::reader("a", silent, None)).await;
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn streams_meet_faults_too() {
    let cases: Vec<(Act, usize, ErrorKind)> = vec![
        (
            Act::Close(announced(500, "[{\"name\":\"a\",\"price\":1},")),
            1,
            ErrorKind::Truncated,
        ),
        (
            Act::Send(reply("200 OK", &[], "[{\"name\":\"a\",\"price\":1},")),
            1,
            ErrorKind::Truncated,
        ),
        (
            Act::Stall(announced(500, "[{\"name\":\"a\",\"price\":1},")),
            1,
            ErrorKind::Timeout,
        ),
        (
            Act::Send(reply("200 OK", &[], "<html>")),
            0,
            ErrorKind::Html,
        ),
        (Act::Send(reply("200 OK", &[], "")), 0, ErrorKind::Empty),
        (Act::Send(reply("200 OK", &[], "{}")), 0, ErrorKind::Decode),
        (
            Act::Send(reply("200 OK", &[], "[1,]")),
            0,
            ErrorKind::Decode,
        ),
        (
            Act::Send(reply("200 OK", &[], "[{\"name\":\"a\",\"price\":1}]]")),
            1,
            ErrorKind::Decode,
        ),
    ];
    for (act, items, kind) in cases {
        let server = Server::script(vec![act.clone()]);
        let mut books = client(&server)
            .list_books_stream("x")
            .await
            .expect("a reply");
        for _ in 0..items {
            books.next().await.expect("an item").expect("a book");
        }
        let error = books.next().await.expect("an error").expect_err("a fault");
        assert_eq!(error.kind(), kind, "{act:?}: {error}");
        assert!(books.next().await.is_none());
    }
    let server = Server::script(vec![
        status("503 Service Unavailable", &[], ""),
        json("[ ]"),
    ]);
    let mut books = client(&server)
        .list_books_stream("x")
        .await
        .expect("a reply to the second attempt");
    assert!(books.next().await.is_none());
}
