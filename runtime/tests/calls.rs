//! Calls as users make them, over a socket.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use lavka_hostile::{Act, Server, json, reply, status};
use lavka_runtime::client::{Call, Credential, Upload, Usage};
use lavka_runtime::{Decimal, ErrorKind, Maybe};
use support::shop::{Asset, Book, Client, Credentials, Currency, ListBooksParams, Order, Owner};
use support::{builder, shop};

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
async fn every_way_to_authenticate() {
    let server = Server::script(vec![json(r#"{"product_id":1,"message":"hi"}"#)]);
    let none = builder(&server)
        .without_credentials()
        .build()
        .expect("a client");
    none.get_shop()
        .await
        .expect("an operation without a credential");
    let error = none.delete_book(1).await.expect_err("no credential");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "shop.delete_book: it needs credentials: give them to the builder"
    );
    let basic = builder(&server)
        .credentials(Credentials::basic("Aladdin", "open sesame"))
        .build()
        .expect("a client");
    basic.delete_book(1).await.expect("basic");
    let body = builder(&server)
        .credentials(Credentials::new("тоkен"))
        .build()
        .expect("a client");
    body.create_order(&Order {
        external_id: "17".into(),
    })
    .await
    .expect("body");
    let wrong = body
        .edit_book(1, &Book::new("", Decimal::ONE))
        .await
        .expect_err("another kind");
    assert_eq!(wrong.kind(), ErrorKind::Configuration);
    let seen = server.seen();
    assert_eq!(seen.len(), 3, "nothing is sent without a credential");
    assert_eq!(
        seen[1].header("authorization"),
        Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
    assert_eq!(
        seen[2].text(),
        r#"{"token":"тоkен","method":"CreateOrder","order":{"external_id":"17"}}"#
    );
}

#[tokio::test]
async fn the_builder_refuses_what_cannot_work() {
    let refused = |builder: lavka_runtime::client::Builder<Client>| {
        builder.build().expect_err("refused").to_string()
    };
    let token = || Credentials::token("t");
    assert!(
        refused(Client::builder().base_url("https://x.example"))
            .contains("credentials are missing")
    );
    assert!(refused(Client::builder().credentials(token())).contains(r#"variable("shop", …)"#));
    assert!(
        refused(
            Client::builder()
                .credentials(token())
                .variable("shop", "evil.com/")
        )
        .contains("letters, digits")
    );
    assert!(
        refused(Client::builder().credentials(token()).variable("ship", "x"))
            .contains("no variable \"ship\"")
    );
    let plain = || {
        Client::builder()
            .credentials(token())
            .base_url("http://shop.example.com")
    };
    assert!(refused(plain()).contains("allow_plaintext"));
    plain().allow_plaintext().build().expect("allowed");
    for url in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1",
        "https://shop.example.com/base/",
    ] {
        Client::builder()
            .credentials(token())
            .base_url(url)
            .build()
            .expect(url);
    }
    for url in [
        "",
        "shop",
        "ftp://x",
        "https://u:p@x",
        "https://x/?token=1",
        "http://127.0.0.1.example.com",
    ] {
        refused(Client::builder().credentials(token()).base_url(url));
    }
    Client::builder()
        .credentials(token())
        .variable("shop", "my-shop")
        .build()
        .expect("a client");
}

#[tokio::test]
async fn multipart_from_bytes_path_and_reader() {
    let server = Server::script(vec![json(r#"{"product_id":1}"#)]);
    let client = builder(&server).build().expect("a client");
    let path = std::env::temp_dir().join(format!("lavka-upload-{}.png", std::process::id()));
    let content: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    std::fs::write(&path, &content).expect("a file");
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let uploads = [
        Upload::bytes("a \"b\"\r\n.jpg", content.clone()),
        Upload::path(&path)
            .on_progress(move |progress| log.lock().expect("no panic").push(progress)),
        Upload::reader(
            "c.bin",
            std::io::Cursor::new(content.clone()),
            Some(300_000),
        ),
        Upload::reader("d.bin", std::io::Cursor::new(content.clone()), None),
    ];
    for attachment in uploads {
        let asset = Asset {
            filename: Some("имя".into()),
            position: Some(3),
            attachment,
        };
        client.add_asset(&asset).await.expect("uploaded");
    }
    std::fs::remove_file(&path).expect("removed");
    let seen = server.seen();
    for (number, name) in [
        "a %22b%22%0D%0A.jpg",
        &format!("lavka-upload-{}.png", std::process::id()),
        "c.bin",
        "d.bin",
    ]
    .iter()
    .enumerate()
    {
        let seen = &seen[number];
        let boundary = seen
            .header("content-type")
            .and_then(|v| v.strip_prefix("multipart/form-data; boundary="));
        let boundary = boundary.expect("a boundary");
        let media = match number {
            0 => "image/jpeg",
            1 => "image/png",
            _ => "application/octet-stream",
        };
        let mut expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"asset[filename]\"\r\n\r\nимя\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"asset[position]\"\r\n\r\n3\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"asset[attachment]\"; filename=\"{name}\"\r\n\
             Content-Type: {media}\r\n\r\n"
        )
        .into_bytes();
        expected.extend_from_slice(&content);
        expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        assert!(seen.body == expected, "upload {number}");
        let length = seen
            .header("content-length")
            .and_then(|value| value.parse().ok());
        assert_eq!(
            length,
            (number != 3).then_some(expected.len()),
            "upload {number}"
        );
        assert_eq!(seen.header("transfer-encoding").is_some(), number == 3);
    }
    let told = told.lock().expect("no panic");
    assert_eq!(
        told.last().map(|last| (last.sent, last.total)),
        Some((300_000, Some(300_000)))
    );
    assert!(told.len() >= 4 && told.is_sorted_by_key(|progress| progress.sent));
}

#[tokio::test]
async fn uploads_that_cannot_be_read() {
    let server = Server::script(vec![json(r#"{"product_id":1}"#)]);
    let client = builder(&server).build().expect("a client");
    let send = async |attachment| {
        let asset = Asset {
            filename: None,
            position: None,
            attachment,
        };
        client.add_asset(&asset).await.expect_err("an error")
    };
    let missing = send(Upload::path("/nonexistent/file.png")).await;
    assert_eq!(missing.kind(), ErrorKind::Request);
    assert!(
        missing
            .to_string()
            .contains("the file /nonexistent/file.png cannot be read"),
        "{missing}"
    );
    let directory = send(Upload::path(std::env::temp_dir())).await;
    assert_eq!(directory.kind(), ErrorKind::Request);
    assert!(server.seen().is_empty());
    let short = send(Upload::reader(
        "x",
        std::io::Cursor::new(vec![0; 10]),
        Some(20),
    ))
    .await;
    assert_eq!(short.kind(), ErrorKind::Request, "{short}");
    assert!(
        short.to_string().contains("10 bytes before the length"),
        "{short}"
    );
    assert!(!short.is_retryable());
    let reader = Upload::reader("x", std::io::Cursor::new(vec![0; 10]), Some(10));
    let asset = Asset {
        filename: None,
        position: None,
        attachment: reader.clone(),
    };
    client.add_asset(&asset).await.expect("uploaded");
    assert!(
        send(reader)
            .await
            .to_string()
            .contains("used by an earlier call")
    );
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

#[tokio::test]
async fn hooks_see_requests_and_cannot_send_them_elsewhere() {
    let server = Server::script(vec![json(r#"{"message":"hi"}"#)]);
    let client = builder(&server)
        .on_request(|request| {
            request
                .headers_mut()
                .insert("x-trace", "1".parse().expect("a value"));
        })
        .http(|http| {
            http.no_proxy()
                .redirect(reqwest::redirect::Policy::limited(10))
        })
        .build()
        .expect("a client");
    client.get_shop().await.expect("success");
    assert_eq!(server.seen()[0].header("x-trace"), Some("1"));
    let client = builder(&server)
        .on_request(|request| {
            request
                .url_mut()
                .set_host(Some("localhost"))
                .expect("a host");
        })
        .build()
        .expect("a client");
    let error = client.get_shop().await.expect_err("refused");
    assert!(
        error
            .to_string()
            .contains("credentials go only to the configured"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_dry_run_sees_the_request_and_sends_nothing() {
    let server = Server::script(vec![json("{}")]);
    let client = builder(&server)
        .before_send(|request| {
            let body = request
                .body()
                .and_then(reqwest::Body::as_bytes)
                .unwrap_or_default();
            Err(format!(
                "{} {} with {} bytes",
                request.method(),
                request.url(),
                body.len()
            ))
        })
        .build()
        .expect("a client");
    let error = client
        .edit_book(7, &Book::new("a", Decimal::ONE))
        .await
        .expect_err("not sent");
    assert_eq!(error.kind(), ErrorKind::Request);
    let url = server.url();
    // The error's text is the hook's, but for the credential.
    assert_eq!(
        error.to_string(),
        format!(
            "shop.edit_book: POST {url}/api/product/edit/book/7?token=[redacted] with 22 bytes"
        )
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_documented_limit_is_kept_before_the_server_must_refuse() {
    let server = Server::script(vec![json(r#"{"message":"hi"}"#)]);
    let client = builder(&server)
        .call_timeout(std::time::Duration::from_secs(20))
        .build()
        .expect("a client");
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..510 {
        let client = client.clone();
        calls.spawn(async move { client.get_shop().await.err() });
    }
    let errors: Vec<_> = calls.join_all().await.into_iter().flatten().collect();
    assert_eq!((errors.len(), server.seen().len()), (10, 500));
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::RateLimit, "{error}");
        assert!(error.is_rate_limited() && error.is_retryable() && !error.is_validation());
        assert!(
            error.to_string().starts_with(
                "shop.get_shop: rate limit of 500 requests in 300 s exceeded (try again in "
            ),
            "{error}"
        );
    }
    let unlimited = builder(&server)
        .ignore_rate_limits()
        .build()
        .expect("a client");
    for _ in 0..501 {
        unlimited.get_shop().await.expect("success");
    }
}

#[tokio::test]
async fn usage_is_read() {
    let act = Act::Send(reply(
        "200 OK",
        &[("API-Usage-Limit", "17/500")],
        r#"{"message":"hi"}"#,
    ));
    let server = Server::script(vec![act]);
    let client = builder(&server).build().expect("a client");
    assert_eq!(client.usage(), None);
    client.get_shop().await.expect("success");
    assert_eq!(
        client.usage(),
        Some(Usage {
            used: 17,
            limit: 500
        })
    );
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

#[test]
fn clients_may_be_shared_and_futures_sent() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<Client>();
    shared::<lavka_runtime::Error>();
    shared::<Credential>();
    fn moved<T: Send + Unpin>() {}
    moved::<Call<'_, std::cell::Cell<u8>>>();
    let call =
        |client: Client| async move { client.edit_book(1, &Book::new("", Decimal::ONE)).await };
    let upload = |client: Client, asset: Asset| async move { client.add_asset(&asset).await };
    fn check<F: Future + Send>(_: impl Fn(Client) -> F) {}
    check(call);
    let _ = |client, asset| sent(upload(client, asset));
    let _ = shop::operations::API.name;
}
