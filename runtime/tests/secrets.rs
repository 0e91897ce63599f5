//! Secrets are planted everywhere, the server repeats them wherever it can, and no output shows one.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use lavka_hostile::{Act, Log, Server, reply};
use lavka_runtime::client::{Multipart, Retry, Upload};
use lavka_runtime::{Decimal, Error};
use support::shop::{Asset, Book, Client, Credentials, ListBooksParams, Order};

/// No part of it needs escaping in a URL, and one does.
const PLANTED: [&str; 4] = [
    "PLANTED-s3cret",
    "PLANTED\"quoted\\",
    "PLANTED&sécret=/+ 1",
    "PLANTED-0123456789-0123456789-0123456789-0123456789-0123456789",
];

fn forms(secret: &str) -> Vec<String> {
    vec![
        secret.to_owned(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        // What `seller:secret` begins to look like in Base64.
        "c2VsbGVyOlBMQU5URU".to_owned(),
        "PLANTED".to_owned(),
    ]
}

fn shown(error: &Error) -> String {
    format!("{}\n{:?}", lavka_hostile::shown(error), error.failure())
}

/// Acts that repeat whatever they are given.
fn acts(echo: &str) -> Vec<Act> {
    let quoted = serde_json::to_string(echo).unwrap();
    let ascii: String = echo.chars().filter(char::is_ascii_graphic).collect();
    let location = format!("https://other.example/{ascii}?token={ascii}");
    let send = |status: &str, body: &str| {
        Act::Send(reply(
            status,
            &[("X-Echo", &ascii), ("Content-Type", "application/json")],
            body,
        ))
    };
    vec![
        send(
            "400 Bad Request",
            &format!(r#"{{"message":{quoted},"retval":1,"retdesc":{quoted}}}"#),
        ),
        send(
            "401 Unauthorized",
            &format!(r#"{{"message":{quoted},"retval":1,"retdesc":{quoted}}}"#),
        ),
        send(
            "503 Service Unavailable",
            &format!(r#"{{"message":{quoted},"retval":1,"retdesc":{quoted}}}"#),
        ),
        send(
            "200 OK",
            &format!(
                r#"{{"retval":1,"retdesc":{quoted},"errors":[{{"code":{quoted},"message":{quoted}}},{{"message":[{{"locale":{quoted},"value":{quoted}}}]}}]}}"#
            ),
        ),
        send("200 OK", &quoted),
        send(
            "200 OK",
            &format!(r#"[{{"name":{quoted},"price":{quoted}}}]"#),
        ),
        send("200 OK", &format!(r#"{{"retval":{quoted}}}"#)),
        send(
            "200 OK",
            &format!(r#"{{"product_id":{quoted},"message":7}}"#),
        ),
        send("200 OK", &format!(r#"{{{quoted}:"#)),
        send("200 OK", &format!("<html>{echo}</html>")),
        send("200 OK", &format!("<a>{echo}</a>")),
        send("200 OK", echo),
        Act::Send(reply("302 Found", &[("Location", &location)], echo)),
        Act::Close(format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{echo}").into_bytes()),
        Act::Close(format!("HTTP/1.1 {echo}\r\n\r\n").into_bytes()),
        Act::Close(format!("{echo}\r\n\r\n").into_bytes()),
        Act::ResetEarly,
        Act::Late(Duration::from_secs(30), vec![]),
    ]
}

fn client(server: &Server, credentials: Credentials) -> Client {
    Client::builder()
        .base_url(server.url())
        .credentials(credentials)
        .retry(Retry {
            attempts: 2,
            first_wait: Duration::from_millis(1),
            ..Retry::default()
        })
        .read_timeout(Duration::from_millis(100))
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client")
}

/// Every operation, with what its error shows; success shows nothing.
async fn call_all(server: &Server, secret: &str, number: usize) -> String {
    let mut text = String::new();
    let mut note =
        |error: Option<Error>| text.push_str(&error.as_ref().map(shown).unwrap_or_default());
    let token = client(server, Credentials::token(secret));
    match number {
        0 => note(
            token
                .edit_book(7, &Book::new("a", Decimal::ONE))
                .await
                .err(),
        ),
        1 => note(
            token
                .list_books_with("x", &ListBooksParams::default().with_page(1))
                .await
                .err(),
        ),
        2 => match token.list_books_stream("x").await {
            Ok(mut items) => {
                while let Some(item) = items.next().await {
                    note(item.err());
                }
            }
            Err(error) => note(Some(error)),
        },
        3 => note(
            client(server, Credentials::basic("seller", secret))
                .delete_book(7)
                .await
                .err(),
        ),
        4 => {
            let order = Order {
                external_id: "1".into(),
            };
            note(
                client(server, Credentials::new(secret))
                    .create_order(&order)
                    .await
                    .err(),
            );
        }
        5 => {
            let asset = Asset {
                filename: None,
                position: None,
                attachment: Upload::bytes("a", secret.to_owned()),
            };
            note(token.add_asset(&asset).await.err());
        }
        6 => note(
            client(server, Credentials::login(1, secret))
                .list_books("x")
                .await
                .err(),
        ),
        _ => note(token.get_shop().await.err()),
    }
    text
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let log = Log::of_process();
    let mut errors = 0;
    for secret in PLANTED {
        for (index, act) in acts(secret).into_iter().enumerate() {
            let server = Server::script(vec![act]);
            for number in 0..8 {
                let text = call_all(&server, secret, number).await;
                errors += usize::from(!text.is_empty());
                for form in forms(secret) {
                    assert!(
                        !text.contains(&form),
                        "act {index}, operation {number}: {text}"
                    );
                }
            }
        }
        // Nobody there: the URL must not show either.
        let gone = Server::script(vec![Act::ResetEarly]);
        let dead = Server::script(vec![Act::ResetEarly]).url();
        drop(gone);
        let client = Client::builder()
            .base_url(dead)
            .credentials(Credentials::token(secret))
            .retry(Retry::never())
            .http(reqwest::ClientBuilder::no_proxy)
            .build()
            .expect("a client");
        let error = client.list_books("x").await.expect_err("nobody there");
        assert!(!shown(&error).contains("PLANTED"), "{error:?}");
    }
    // Each act of some operation is a success; the others must have failed.
    assert!(errors > 480, "only {errors} errors were looked at");
    // What the libraries below us log is not ours to judge.
    let log = log.text();
    let ours = log.lines().filter(|line| line.contains(" of lavka"));
    let log: String = ours.collect::<Vec<_>>().join("\n");
    if cfg!(feature = "tracing") {
        assert!(
            log.contains("operation=\"edit_book\"") && log.contains("error="),
            "{log}"
        );
        assert!(
            log.contains("status=503") && log.contains("attempt=2") && log.contains("duration_ms="),
            "{log}"
        );
    }
    assert!(!log.contains("PLANTED") && !log.contains("c2VsbGVyOlBMQU5URU"));
}

#[tokio::test]
async fn nothing_that_is_printed_for_debugging_shows_a_secret() {
    let server = Server::script(vec![Act::Send(reply(
        "200 OK",
        &[],
        r#"{"token":"PLANTED-2"}"#,
    ))]);
    Log::of_process();
    let mut text = String::new();
    for credentials in [
        Credentials::token(PLANTED[0]),
        Credentials::basic("a", PLANTED[0]),
        Credentials::new(PLANTED[0]),
        Credentials::login(1, PLANTED[0]),
    ] {
        let builder = Client::builder()
            .base_url(server.url())
            .credentials(credentials.clone());
        write!(text, "{credentials:?} {builder:?}").unwrap();
        let client = builder
            .http(reqwest::ClientBuilder::no_proxy)
            .build()
            .expect("a client");
        let _ = client.list_books("x").await;
        write!(text, "{client:?} {client:#?}").unwrap();
    }
    let upload = Upload::bytes("a", "PLANTED");
    write!(
        text,
        "{upload:?} {:?}",
        Multipart::new().upload("a", &upload)
    )
    .unwrap();
    for url in [
        format!("https://u:{}@x", PLANTED[0]),
        format!("https://x/?t={}", PLANTED[0]),
        PLANTED[0].into(),
    ] {
        let refused = Client::builder()
            .base_url(url)
            .credentials(Credentials::token("t"))
            .build();
        write!(text, "{:?}", refused.expect_err("refused")).unwrap();
    }
    assert!(!text.contains("PLANTED"), "{text}");
}
