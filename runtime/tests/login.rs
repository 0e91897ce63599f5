//! Tokens that are got by logging in.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lavka_hostile::{Act, Seen, Server, json, status};
use lavka_runtime::client::sha256_hex;
use lavka_runtime::{Decimal, ErrorKind};
use support::builder;
use support::shop::{Book, Client, Credentials};

const KEY: &str = "KEY-PLANTED-7";

/// A server that gives numbered tokens and accepts only the newest of at least this number.
async fn server(valid: usize, expires: &'static str) -> (Server, Arc<AtomicUsize>) {
    let logins = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&logins);
    let server = Server::start(move |_, seen: &Seen| {
        if seen.line.contains("apilogin") {
            let request: serde_json::Value = serde_json::from_slice(&seen.body).expect("JSON");
            let timestamp = request["timestamp"].as_i64().expect("a time").to_string();
            assert_eq!(request["sign"], sha256_hex(&[KEY, &timestamp]));
            let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
            let body = format!(r#"{{"token":"tok-PLANTED-{number}"{expires}}}"#);
            return Act::Late(
                Duration::from_millis(30),
                lavka_hostile::reply("200 OK", &[], &body),
            );
        }
        let number: Option<usize> = seen
            .line
            .split("tok-PLANTED-")
            .nth(1)
            .and_then(|rest| rest.split(' ').next()?.parse().ok());
        match number {
            Some(number) if number >= valid => json(r#"{"retval":0,"content":{"product_id":7}}"#),
            _ if seen.line.starts_with("GET") => {
                status("401 Unauthorized", &[], r#"{"message":"expired"}"#)
            }
            _ => json(r#"{"retval":-1,"errors":[{"code":"auth-0","message":"expired"}]}"#),
        }
    });
    (server, logins)
}

fn client(server: &Server) -> Client {
    builder(server)
        .credentials(Credentials::login(17, KEY))
        .build()
        .expect("a client")
}

/// Sends a body only once it has been read: the plan is asked twice, and counts logins.
fn edits(server: &Server) -> usize {
    server
        .seen()
        .iter()
        .filter(|seen| seen.line.contains("edit/book"))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_callers_with_an_expired_token_log_in_once() {
    let (server, logins) = server(2, "").await;
    let client = client(&server);
    // Everybody holds token 1, which the server does not accept any more.
    let book = Book::new("a", Decimal::ONE);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (client, book) = (client.clone(), book.clone());
        calls.spawn(async move { client.edit_book(7, &book).await });
    }
    for result in calls.join_all().await {
        assert_eq!(result.expect("success after renewal").product_id, 7);
    }
    assert_eq!(
        logins.load(Ordering::SeqCst),
        2,
        "one login for the first token and one for its renewal"
    );
    assert!(edits(&server) <= 200);
}

#[tokio::test]
async fn a_token_is_kept_while_it_is_good() {
    // One that seems to be over already is used until the server refuses it: the clocks differ.
    for expires in [
        "",
        r#","valid_thru":"2999-01-01T00:00:00.1234567+03:00""#,
        r#","valid_thru":"2009-01-01T00:00:00Z""#,
    ] {
        let (server, logins) = server(1, expires).await;
        let client = client(&server);
        for _ in 0..3 {
            client
                .edit_book(7, &Book::new("a", Decimal::ONE))
                .await
                .expect("success");
        }
        assert_eq!(logins.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_refused_key_is_an_auth_error_without_the_key() {
    let server = Server::start(|_, seen: &Seen| {
        if seen.line.contains("apilogin") {
            let body = format!(r#"{{"message":"key {KEY} is not known"}}"#);
            return Act::Late(
                Duration::from_millis(100),
                lavka_hostile::reply("401 Unauthorized", &[], &body),
            );
        }
        json("{}")
    });
    let client = client(&server);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.list_books("x").await });
    }
    for result in calls.join_all().await {
        let error = result.expect_err("refused");
        assert_eq!(
            error.to_string(),
            "shop.list_books: HTTP 401 Unauthorized: the login failed: key [redacted] is not known"
        );
        assert!(error.is_auth() && !error.is_retryable() && error.kind() == ErrorKind::Status);
    }
    assert_eq!(
        server.seen().len(),
        1,
        "who waited for a login shares its failure"
    );
    client.list_books("x").await.expect_err("refused");
    assert_eq!(server.seen().len(), 2, "who comes later tries again");
}

#[tokio::test]
async fn a_token_that_stays_refused_ends_in_an_auth_error() {
    let (server, logins) = server(99, "").await;
    let error = client(&server)
        .edit_book(7, &Book::new("a", Decimal::ONE))
        .await
        .expect_err("refused");
    assert!(error.is_auth(), "{error}");
    assert_eq!((logins.load(Ordering::SeqCst), edits(&server)), (2, 2));
    let error = client(&server).list_books("x").await.expect_err("refused");
    assert!(
        error.is_auth() && error.status().is_some_and(|status| status == 401),
        "{error}"
    );
}

#[tokio::test]
async fn a_login_ends_with_the_call_and_with_its_caller() {
    let server =
        Server::start(
            |number, seen: &Seen| match (seen.line.contains("apilogin"), number) {
                (true, 0) => Act::Late(Duration::from_secs(60), vec![]),
                (true, _) => json(r#"{"token":"tok"}"#),
                _ => json("[]"),
            },
        );
    let client = client(&server);
    let call = tokio::time::timeout(Duration::from_millis(100), client.list_books("x")).await;
    assert!(call.is_err());
    client
        .list_books("x")
        .await
        .expect("the next caller logs in");
    let slow = Server::script(vec![Act::Late(Duration::from_secs(60), vec![])]);
    let client = builder(&slow)
        .credentials(Credentials::login(17, KEY))
        .call_timeout(Duration::from_millis(200))
        .build()
        .expect("a client");
    let error = client.list_books("x").await.expect_err("too slow");
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
}
