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
