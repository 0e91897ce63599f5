//! Event streams and JSON lines as typed streams, also where the operation has JSON too.

use super::api::{Client, Credentials, Search};
use super::builder;
use lavka_hostile::{Act, Server, json, reply};

fn client(server: &Server) -> Client {
    builder(server)
        .credentials(Credentials::token("t"))
        .build()
        .expect("a client")
}

fn sent(media_type: &str, body: &str) -> Act {
    Act::Send(reply("200 OK", &[("Content-Type", media_type)], body))
}

/// Answers in what is asked for.
async fn server() -> Server {
    Server::start(|_, seen| match seen.header("accept").unwrap_or_default() {
        "text/event-stream" => sent(
            "text/event-stream",
            "event: thing\nid: a1\ndata: {\"id\": 1}\n\ndata: {\"id\":\ndata: 2}\n\ndata: [DONE]\n\n",
        ),
        "application/x-ndjson" => sent("application/x-ndjson", "{\"id\": 3}\n\n{\"id\": 4}"),
        _ => json(r#"{"id": 5}"#),
    })
}

#[tokio::test]
async fn an_operation_with_json_has_its_events_and_lines_too() {
    let server = server().await;
    let client = client(&server);
    let search = Search::new("x");
    assert_eq!(client.complete(&search).await.expect("a thing").id, 5);
    let mut events = client.complete_events(&search).await.expect("events");
    let mut ids = Vec::new();
    while let Some(thing) = events.next().await {
        ids.push(thing.expect("a thing").id);
    }
    let mut lines = client.complete_lines(&search).await.expect("lines");
    while let Some(thing) = lines.next().await {
        ids.push(thing.expect("a thing").id);
    }
    assert_eq!(ids, [1, 2, 3, 4]);
    let accepts: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("accept").map(str::to_owned))
        .collect();
    assert_eq!(
        accepts,
        [
            "application/json",
            "text/event-stream",
            "application/x-ndjson"
        ]
        .map(|text| Some(text.to_owned()))
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.text() == r#"{"q":"x"}"#)
    );
}

#[tokio::test]
async fn an_event_has_its_type_and_id() {
    let server = server().await;
    let client = client(&server);
    let mut events = client
        .complete_events(&Search::new("x"))
        .await
        .expect("events");
    let mut seen = Vec::new();
    while let Some(event) = events.next_event().await {
        let event = event.expect("an event");
        seen.push((event.event, event.id, event.data.id));
    }
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        seen,
        [(text("thing"), text("a1"), 1), (None, text("a1"), 2)]
    );
}

#[tokio::test]
async fn events_of_texts_are_no_json() {
    let server = Server::script(vec![sent(
        "text/event-stream",
        "data: one\n\ndata: \"two\"\n\n",
    )]);
    let mut events = client(&server).listen().await.expect("events");
    assert_eq!(events.next().await.expect("one").expect("a text"), "one");
    assert_eq!(
        events.next().await.expect("two").expect("a text"),
        "\"two\""
    );
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_event_that_is_not_of_its_type_is_named() {
    let server = Server::script(vec![sent(
        "text/event-stream",
        "data: {\"id\": 1}\n\ndata: {\"id\": \"x\"}\n\n",
    )]);
    let mut events = client(&server)
        .complete_events(&Search::new("x"))
        .await
        .expect("events");
    events.next().await.expect("one").expect("a thing");
    let error = events.next().await.expect("two").expect_err("not a thing");
    assert!(
        error
            .to_string()
            .contains("in the reply: $[1].id: expected a 64-bit integer"),
        "{error}"
    );
    assert!(events.next().await.is_none());
}

/// The items of a reply, and what it ends with.
async fn read(lines: bool, act: Act) -> (Vec<i64>, String) {
    let server = Server::script(vec![act]);
    let client = client(&server);
    let search = Search::new("x");
    let items = match lines {
        true => client.complete_lines(&search).await,
        false => client.complete_events(&search).await,
    };
    let mut items = items.expect("a reply");
    let mut ids = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(thing) => ids.push(thing.id),
            Err(error) => return (ids, error.to_string()),
        }
    }
    (ids, String::new())
}

#[tokio::test]
async fn what_comes_in_place_of_events_is_an_error() {
    let page = "<!doctype html>\n<title>Maintenance</title>";
    for (media, body, expected) in [
        (
            "application/json",
            r#"{"error":{"message":"no such model"}}"#,
            "expected server-sent events, found a JSON object: no such model",
        ),
        (
            "application/json",
            "[\n]",
            "expected server-sent events, found a JSON array",
        ),
        (
            "text/html",
            page,
            "found an HTML page (possibly a maintenance page): Maintenance",
        ),
        (
            "text/plain",
            "Access denied",
            "expected server-sent events, found \"Access denied\"",
        ),
        (
            "text/plain",
            "dataset",
            "expected server-sent events, found \"dataset\"",
        ),
        (
            "application/xml",
            "<error><message>no rights</message></error>",
            "found XML: no rights",
        ),
    ] {
        let (ids, error) = read(false, sent(media, body)).await;
        assert!(ids.is_empty() && error.contains(expected), "{error}");
    }
    for body in [
        "",
        "\n\n",
        ": nothing yet",
        "data: {\"id\"",
        "unknown: 1\ndata: {\"id\": 1}",
    ] {
        let read = read(false, sent("text/event-stream", body)).await;
        assert_eq!(read, (Vec::new(), String::new()), "{body}");
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_of_a_stream_is_explained() {
    let failure = r#"{"error":{"type":"overloaded","message":"try later"}}"#;
    for (lines, body) in [
        (
            false,
            format!("data: {{\"id\": 1}}\n\nevent: error\ndata: {failure}\n\n"),
        ),
        (true, format!("{{\"id\": 1}}\n{failure}\n{{\"id\": 2}}\n")),
    ] {
        let (ids, error) = read(lines, sent("", &body)).await;
        assert_eq!(ids, [1]);
        assert!(
            error.contains("$[1]: expected a documented property, found `error`")
                && error.ends_with(": try later"),
            "{error}"
        );
    }
    // A text of an item is no reason.
    let (_, error) = read(true, sent("", "{\"id\": \"x\", \"message\": \"hello\"}\n")).await;
    assert!(
        error.contains("$[0].id") && !error.contains("hello"),
        "{error}"
    );
}

#[tokio::test]
async fn events_that_keep_the_connection_open_are_passed_over() {
    let body = "event: ping\ndata: {}\n\ndata:\n\nevent: keep-alive\ndata: now\n\nevent: ping\ndata: {\"id\": 1}\n\n";
    let read = read(false, sent("text/event-stream", body)).await;
    assert_eq!(read, (vec![1], String::new()));
}
