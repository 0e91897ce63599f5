//! Replies that are streamed.

use std::time::Duration;

use lavka_runtime::client::{Items, Media, Operation};
use lavka_runtime::{Error, ErrorKind};

use super::{API, Client, builder};
use lavka_hostile::{Act, Server, reply};

static OP: Operation = Operation {
    response: Media::other("text/event-stream"),
    ..Operation::new(&API, "op", "GET", "/a")
};

async fn client(act: Act) -> (Server, Client) {
    let server = Server::script(vec![act]);
    let client = builder(&server).build().expect("a client");
    (server, client)
}

fn chunked(pieces: &[&[u8]], whole: bool) -> Act {
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: x/y\r\n\r\n".to_vec();
    for piece in pieces {
        bytes.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        bytes.extend([*piece, b"\r\n"].concat());
    }
    if whole {
        bytes.extend(b"0\r\n\r\n");
        Act::Send(bytes)
    } else {
        Act::Close(bytes)
    }
}

#[tokio::test]
async fn a_download_is_the_bytes_that_came() {
    let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let (server, client) = client(chunked(&[&content[..1000], &content[1000..]], true)).await;
    let download = client
        .0
        .request(&OP, &[])
        .download()
        .await
        .expect("a reply");
    assert_eq!(
        (download.status().as_u16(), download.content_type()),
        (200, Some("x/y"))
    );
    assert!(download.collect().await.expect("all") == content);
    assert_eq!(server.seen()[0].header("accept"), Some("text/event-stream"));
    let (_server, client) = self::client(chunked(&[&content], false)).await;
    let download = client
        .0
        .request(&OP, &[])
        .download()
        .await
        .expect("a reply");
    let error = download.collect().await.expect_err("cut off");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    let (_server, client) = self::client(Act::Send(reply("404 Not Found", &[], ""))).await;
    let error = client
        .0
        .request(&OP, &[])
        .download()
        .await
        .expect_err("not there");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn events_and_lines() {
    let pieces: [&[u8]; 3] = [
        b"event: price\nid: 7\nretry: 250\nda",
        b"ta: {\"a\": 1}\n\n: ping\n\ndata: 2\r",
        b"\n\r\ndata: [DONE]\n\n",
    ];
    let (_server, client) = client(chunked(&pieces, true)).await;
    let mut items = client
        .0
        .request(&OP, &[])
        .stream(Items::<serde_json::Value>::events)
        .await
        .expect("a reply");
    let first = items.next_event().await.expect("an event").expect("JSON");
    assert_eq!(
        (first.event.as_deref(), first.id.as_deref(), first.data),
        (Some("price"), Some("7"), serde_json::json!({"a": 1}))
    );
    assert_eq!(first.retry, Some(Duration::from_millis(250)));
    let second = items.next_event().await.expect("an event").expect("JSON");
    assert_eq!(
        (second.event, second.id.as_deref(), second.data),
        (None, Some("7"), serde_json::json!(2))
    );
    assert!(items.next_event().await.is_none());

    let (_server, client) = self::client(chunked(&[b"1\n2", b"\n{\n"], true)).await;
    let mut items = client
        .0
        .request(&OP, &[])
        .stream(Items::<i64>::json_lines)
        .await
        .expect("a reply");
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    assert_eq!(items.next().await.expect("an item").expect("a number"), 2);
    let error: Error = items.next().await.expect("an item").expect_err("no number");
    assert!(
        error.kind() == ErrorKind::Decode
            && error.to_string().contains("in the reply: $[2]: expected"),
        "{error}"
    );
    assert!(items.next().await.is_none());
}
