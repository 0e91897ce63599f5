//! HTTP as servers and what is in front of them speak it, beside `cases/gateways.txt` and `cases/servers.txt`.

use std::time::Duration;

use lavka_hostile::{Act, Server, head, json, reply, status};
use lavka_runtime::{Decimal, ErrorKind};

use super::api::NewOrder;
use super::{client, requests};

fn order() -> NewOrder {
    NewOrder::new(Decimal::new(1990, 2))
}

/// The length is that of the body which GET would get.
#[tokio::test]
async fn a_reply_to_head_has_no_body() {
    for headers in [
        &[("Content-Length", "5000000000")][..],
        &[("Content-Length", "20"), ("Content-Encoding", "gzip")],
        &[("Content-Length", "20"), ("Content-Encoding", "zstd")],
        &[
            ("Transfer-Encoding", "chunked"),
            ("Content-Type", "text/html"),
        ],
        &[("Content-Length", "0")],
        &[],
    ] {
        let server = Server::script(vec![Act::Send(head("200 OK", headers, "X-Last: 1"))]);
        let client = client(&server);
        client.check_order(1).await.expect("it is there");
        client.check_order(2).await.expect("on the same connection");
        assert_eq!(requests(&server, "HEAD").len(), 2);
    }
    let gone = head("404 Not Found", &[("Content-Length", "900")], "X-Last: 1");
    let error = client(&Server::script(vec![Act::Send(gone)]))
        .check_order(1)
        .await;
    assert!(error.expect_err("gone").is_not_found());
}

/// HAProxy and others send it where a connection that is kept has been idle, and close.
#[tokio::test]
async fn a_408_on_an_idle_connection_is_not_the_next_reply() {
    for goodbye in [
        "HTTP/1.1 408 Request Time-out\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 408 Request Time-out\r\nContent-Type: text/html\r\n\r\n<html><body><h1>408</h1></body></html>",
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "\r\n",
    ] {
        let first = [reply("200 OK", &[], r#"{"id": 1}"#), goodbye.into()].concat();
        let server = Server::script(vec![Act::Close(first), json(r#"{"id": 2}"#)]);
        let client = client(&server);
        assert_eq!(client.create_order(&order()).await.expect("one").id, 1);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(client.create_order(&order()).await.expect("two").id, 2);
        assert_eq!(server.seen().len(), 2);
    }
}

/// None is followed: the credential and the body go nowhere else.
#[tokio::test]
async fn no_redirect_takes_anything_along() {
    let elsewhere = Server::script(vec![json(r#"{"id": 9}"#)]);
    for (line, location) in [
        (
            "301 Moved Permanently",
            format!("{}/orders", elsewhere.url()),
        ),
        (
            "302 Found",
            format!("//127.0.0.1:{}/orders", elsewhere.port()),
        ),
        ("303 See Other", "/orders/7".to_owned()),
        ("303 See Other", format!("{}/orders/7", elsewhere.url())),
        ("307 Temporary Redirect", "../v2/orders".to_owned()),
        ("308 Permanent Redirect", "?again".to_owned()),
        ("307 Temporary Redirect", String::new()),
        ("300 Multiple Choices", "/a".to_owned()),
    ] {
        let headers = [("Location", location.as_str())];
        let headers = if location.is_empty() {
            &headers[..0]
        } else {
            &headers
        };
        let server = Server::script(vec![status(line, headers, "")]);
        let client = client(&server);
        for error in [
            client.create_order(&order()).await.map(drop),
            client.list_orders().await.map(drop),
            client.list_orders_stream().await.map(drop),
            client.delete_order(1).await,
        ] {
            let error = error.expect_err("a redirect");
            assert_eq!(error.kind(), ErrorKind::Redirect, "{error}");
            assert!(!error.is_retryable() && error.attempts() == 1, "{error}");
        }
        assert_eq!(server.seen().len(), 4, "{line}");
    }
    assert!(elsewhere.seen().is_empty());
}

/// What may pass by itself, and what not; a creation is repeated for none of them.
#[tokio::test]
async fn statuses_of_gateways() {
    for (line, passes) in [
        ("408 Request Timeout", true),
        ("417 Expectation Failed", false),
        ("421 Misdirected Request", false),
        ("425 Too Early", true),
        ("431 Request Header Fields Too Large", false),
        ("451 Unavailable For Legal Reasons", false),
        ("460", false),
        ("499 Client Closed Request", false),
        ("501 Not Implemented", false),
        ("505 HTTP Version Not Supported", false),
        ("507 Insufficient Storage", true),
        ("520", true),
        ("522", true),
        ("523", true),
        ("524", true),
        ("525", true),
        ("526", true),
        ("527", true),
        ("529", true),
        ("530", true),
        ("561", false),
        ("598", false),
    ] {
        let server = Server::script(vec![status(line, &[], ""), json("[]")]);
        let result = client(&server).list_orders().await;
        assert_eq!(result.is_ok(), passes, "{line}: {result:?}");
        assert_eq!(server.seen().len(), 1 + usize::from(passes), "{line}");
        let server = Server::script(vec![status(line, &[], ""), json(r#"{"id": 1}"#)]);
        let error = client(&server)
            .create_order(&order())
            .await
            .expect_err(line);
        assert_eq!(error.is_temporary(), passes, "{line}");
        assert_eq!(server.seen().len(), 1, "{line}");
    }
}

/// How long servers ask to wait.
#[tokio::test]
async fn waits_in_words_and_units() {
    for (header, seconds) in [
        (("Retry-After", "1m30s"), Some(90)),
        (("Retry-After", "2 minutes"), Some(120)),
        (("Retry-After", "PT2M"), Some(120)),
        (("Retry-After", "750ms"), Some(1)),
        (("Retry-After", "1.5"), Some(2)),
        (("Retry-After", "soon"), None),
        (("X-RateLimit-Reset-Tokens", "6m0s"), None),
    ] {
        let act = status("429 Too Many Requests", &[header], "");
        let error = client(&Server::script(vec![act]))
            .create_order(&order())
            .await;
        let error = error.expect_err("too many");
        let wait = error.retry_after().map(|wait| wait.as_secs());
        assert_eq!(wait, seconds, "{header:?}");
    }
    let headers = [
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-reset-requests", "1s"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ];
    let act = status("429 Too Many Requests", &headers, "");
    let error = client(&Server::script(vec![act]))
        .create_order(&order())
        .await;
    let wait = error.expect_err("too many").retry_after();
    assert_eq!(wait, Some(Duration::from_secs(360)));
}
