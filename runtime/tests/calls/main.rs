//! Calls as users make them, over a socket.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod setup;
#[path = "../support/mod.rs"]
mod support;
mod uploads;

use lavka_hostile::{Act, Server, json, status};
use lavka_runtime::{Decimal, ErrorKind, Maybe};
use support::builder;
use support::shop::{Book, Currency, ListBooksParams, Owner};

const EDITED: &str = r#"{"retval":"0","content":{"product_id":7}}"#;

#[tokio::test]
async fn a_json_call_with_a_token_in_the_query() {
    let server = Server::script(vec![json(EDITED)]);
    let client = builder(&server).build().expect("a client");
    let mut book = Book::new("Ла́вка", Decimal::new(1050, 2));
    book.discount = Maybe::Null;
    book.currency = Some(Currency::from("KZT"));
    book.owner = Some(Owner::Market);
    let edited = client.edit_book(7, &book).await.expect("success");
    assert_eq!(edited.product_id, 7);
    let seen = &server.seen()[0];
    assert_eq!(
        seen.line,
        "POST /api/product/edit/book/7?token=tok-SECRET-1 HTTP/1.1"
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(
        seen.header("user-agent"),
        Some(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
    );
    assert_eq!(
        seen.header("api-version"),
        None,
        "progenitor's own header is not sent"
    );
    assert_eq!(
        seen.text(),
        r#"{"name":"Ла́вка","price":10.50,"discount":null,"currency":"KZT","owner":1}"#
    );
}

#[tokio::test]
async fn a_failing_envelope_with_status_200() {
    let body = r#"{"retval":-2,"retdesc":"Wrong","errors":[
        {"code":"name-1","message":[{"locale":"ru-RU","value":"Нет названия"},{"locale":"en-US","value":"No name"}]},
        {"code":"price-2","message":"No price"}],"content":null}"#;
    let server = Server::script(vec![json(body)]);
    let client = builder(&server).build().expect("a client");
    let error = client
        .edit_book(7, &Book::new("", Decimal::ONE))
        .await
        .expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "shop.edit_book: HTTP 200: Wrong; Нет названия (code name-1); No price (code price-2) [-2]"
    );
    assert_eq!(error.kind(), ErrorKind::Failure);
    assert!(
        error.is_validation()
            && !error.is_auth()
            && !error.is_retryable()
            && error.has_code("price-2")
    );
    assert_eq!(
        error
            .failure()
            .map(|failure| failure.errors[0].localized.len()),
        Some(2)
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_failing_envelope_with_status_400() {
    let server = Server::script(vec![status(
        "400 Bad Request",
        &[],
        r#"{"retval":1,"retdesc":"Bad"}"#,
    )]);
    let client = builder(&server).build().expect("a client");
    let error = client
        .edit_book(7, &Book::new("", Decimal::ONE))
        .await
        .expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "shop.edit_book: HTTP 400 Bad Request: Bad [1]"
    );
    assert_eq!(
        (error.kind(), error.status().map(|s| s.as_u16())),
        (ErrorKind::Status, Some(400))
    );
    assert!(error.is_validation());
}

#[tokio::test]
async fn path_and_query_parameters_are_escaped() {
    let server = Server::script(vec![json(
        "\u{feff}[{\"name\":\"A\",\"price\":\"1.10\",\"owner\":\"0\"}]",
    )]);
    let client = builder(&server).build().expect("a client");
    let books = client
        .list_books_with("a/b?c#d ё", &ListBooksParams::default().with_page(2))
        .await
        .expect("books");
    assert_eq!(books[0].price.to_string(), "1.10");
    assert_eq!(
        (books[0].owner, books[0].discount),
        (Some(Owner::OwnStore), Maybe::Absent)
    );
    client.list_books("x").await.expect("books");
    let seen = server.seen();
    assert_eq!(
        seen[0].line,
        "GET /api/shelves/a%2Fb%3Fc%23d%20%D1%91/books?page=2&token=tok-SECRET-1 HTTP/1.1"
    );
    assert_eq!(
        seen[1].line,
        "GET /api/shelves/x/books?token=tok-SECRET-1 HTTP/1.1"
    );
    assert_eq!(seen[0].header("content-type"), None);
}

#[tokio::test]
async fn a_list_as_a_stream() {
    let text =
        r#"[{"name":"a","price":1.5}, {"name":"[b],\"}","price":2} ,{"name":"c","price":"x"}]"#;
    for piece in [1, 2, 7, 1000] {
        let mut body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for piece in text.as_bytes().chunks(piece) {
            body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            body.extend_from_slice(piece);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"0\r\n\r\n");
        let server = Server::script(vec![Act::Send(body)]);
        let client = builder(&server).build().expect("a client");
        let mut books = client.list_books_stream("x").await.expect("a stream");
        assert_eq!(
            books.next().await.expect("an item").expect("a book").name,
            "a"
        );
        assert_eq!(
            books.next().await.expect("an item").expect("a book").name,
            "[b],\"}"
        );
        let error = books
            .next()
            .await
            .expect("an item")
            .expect_err("no decimal");
        assert_eq!(error.body_path(), Some("$[2].price"));
        assert!(
            error
                .to_string()
                .starts_with("shop.list_books: HTTP 200: in the reply: $[2].price: "),
            "{error}"
        );
        assert!(books.next().await.is_none());
    }
}

#[test]
fn scalars_as_text() {
    use lavka_runtime::{Secret, ToText, json};
    let at: lavka_runtime::DateTime =
        json::decode(b"\"2009-06-04T14:22:34+04:00\"").expect("a time");
    let texts = [
        "a".to_text(),
        Secret::from("s").to_text(),
        at.to_text(),
        Owner::Market.to_text(),
        Currency::from("KZT").to_text(),
        Decimal::new(150, 2).to_text(),
        true.to_text(),
        Maybe::Value(7_i64).to_text(),
        Maybe::<i64>::Null.to_text(),
    ]
    .map(std::borrow::Cow::into_owned);
    assert_eq!(
        texts,
        [
            "a",
            "s",
            "2009-06-04T14:22:34+04:00",
            "1",
            "KZT",
            "1.50",
            "true",
            "7",
            ""
        ]
    );
}

#[tokio::test]
async fn a_call_is_sent_when_it_is_awaited_and_keeps_no_argument() {
    let server = Server::script(vec![json(EDITED), json("[]")]);
    let client = builder(&server).build().expect("a client");
    drop(client.edit_book(7, &Book::new("a", Decimal::ONE)));
    let edit = {
        let book = Book::new("b", Decimal::ONE);
        client.edit_book(8, &book)
    };
    let list = {
        let shelf = String::from("a/b");
        client.list_books_with(&shelf, &ListBooksParams::default().with_page(2))
    };
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(server.seen().is_empty(), "nobody awaited a call");
    edit.await.expect("success");
    list.await.expect("success");
    let lines: Vec<String> = server.seen().iter().map(|seen| seen.line.clone()).collect();
    assert_eq!(
        lines,
        [
            "POST /api/product/edit/book/8?token=tok-SECRET-1 HTTP/1.1",
            "GET /api/shelves/a%2Fb/books?page=2&token=tok-SECRET-1 HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn what_would_change_the_path_is_the_calls_error() {
    let server = Server::script(vec![json("[]")]);
    let client = builder(&server).build().expect("a client");
    for shelf in ["", ".", ".."] {
        let call = client.list_books(shelf);
        let error = call.await.expect_err("another path");
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains("`shelf`"), "{error}");
    }
    assert!(server.seen().is_empty());
    client.list_books("...").await.expect("success");
}
