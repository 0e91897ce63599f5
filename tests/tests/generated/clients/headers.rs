//! Headers of replies as typed values.

use lavka_runtime::client::Response;
use lavka_runtime::{Error, ErrorKind};

use super::api::{Client, Credentials, Kind, ListThingsHeaders, ListThingsHeadersOfError, Thing};
use super::builder;
use lavka_hostile::{Act, Server, reply};

async fn response(headers: &[(&str, &str)]) -> Response<Vec<Thing>> {
    let mut all = vec![("Content-Type", "application/json")];
    all.extend(headers);
    let server = Server::script(vec![Act::Send(reply("200 OK", &all, "[]"))]);
    let client: Client = builder(&server)
        .credentials(Credentials::token("t"))
        .build()
        .expect("a client");
    client.list_things().response().await.expect("things")
}

async fn headers(headers: &[(&str, &str)]) -> Result<ListThingsHeaders, Error> {
    ListThingsHeaders::of(&response(headers).await)
}

#[tokio::test]
async fn all_headers_of_the_document_are_typed() {
    let read = headers(&[
        ("x-total", "5000000000"),
        ("X-Remaining", " 7 "),
        ("X-Price", "0.10"),
        ("X-Kind", "green"),
        ("X-Tags", "a, b"),
        ("X-Tags", "12"),
        ("X-Counts", "1,2 , 3"),
        ("X-Point", "x,1,name,5"),
        ("Last-Seen", "2024-05-01T10:00:00+03:00"),
    ])
    .await
    .expect("headers");
    assert_eq!(read.x_total, 5_000_000_000);
    assert_eq!(read.x_remaining, Some(7));
    assert_eq!(
        read.x_price.map(|price| price.to_string()).as_deref(),
        Some("0.10")
    );
    assert_eq!(read.x_kind, Some(Kind::Green));
    assert_eq!(read.x_tags, Some(vec!["a".into(), "b".into(), "12".into()]));
    assert_eq!(read.x_counts, Some(vec![1, 2, 3]));
    let point = read.x_point.expect("a point");
    assert_eq!((point.x, point.name.as_deref()), (Some(1), Some("5")));
    assert_eq!(
        read.last_seen.map(|time| time.to_rfc3339()).as_deref(),
        Some("2024-05-01T10:00:00+03:00")
    );
}

#[tokio::test]
async fn optional_headers_may_be_absent() {
    let read = headers(&[("X-Total", "0")]).await.expect("headers");
    assert_eq!(read.x_total, 0);
    assert!(read.x_remaining.is_none() && read.x_tags.is_none() && read.last_seen.is_none());
}

#[tokio::test]
async fn a_header_that_is_missing_or_malformed_is_named() {
    for (given, expected) in [
        (&[("X-Other", "1")][..], "the reply has no header `X-Total`"),
        (
            &[("X-Total", "many PLANTED")],
            "the header `X-Total` of the reply: expected a 64-bit integer",
        ),
        (
            &[("X-Total", "1"), ("X-Remaining", "4294967296")],
            "`X-Remaining`",
        ),
        (&[("X-Total", "1"), ("X-Counts", "1,b")], "`X-Counts`"),
        (
            &[("X-Total", "1"), ("Last-Seen", "yesterday")],
            "`Last-Seen`",
        ),
        (&[("X-Total", "")], "`X-Total`"),
    ] {
        let error = headers(given).await.expect_err(expected);
        let text = error.to_string();
        assert!(
            text.contains(expected) && !text.contains("PLANTED"),
            "{text}"
        );
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    // The reply itself is there all the same.
    assert!(response(&[("X-Total", "many")]).await.value().is_empty());
}

#[tokio::test]
async fn headers_of_errors_are_typed_too() {
    let given = [
        ("x-remaining", "0"),
        ("X-Reset", "soon"),
        ("X-Request-Id", "PLANTED"),
        ("X-Kind", "green"),
    ];
    let server = Server::script(vec![Act::Send(reply("403 Forbidden", &given, "no"))]);
    let client: Client = builder(&server)
        .credentials(Credentials::token("t"))
        .build()
        .expect("a client");
    let error = client.list_things().await.expect_err("a refusal");
    let headers = ListThingsHeadersOfError::of(&error).expect("a reply");
    assert_eq!(headers.x_remaining, Some(0));
    assert_eq!(headers.x_reset, None, "not of its type");
    assert_eq!(headers.x_request_id.as_deref(), Some("PLANTED"));
    assert_eq!(headers.x_kind, Some(Kind::Green));
    let all = error.headers().expect("a reply");
    assert_eq!(all.get("x-reset").expect("a header"), "soon");
    assert!(!format!("{error} {error:?}").contains("PLANTED"));

    let client: Client = Client::builder()
        .base_url("http://127.0.0.1:9")
        .retry(lavka_runtime::client::Retry::never())
        .credentials(Credentials::token("t"))
        .build()
        .expect("a client");
    let error = client.list_things().await.expect_err("no connection");
    assert!(ListThingsHeadersOfError::of(&error).is_none() && error.headers().is_none());
}
