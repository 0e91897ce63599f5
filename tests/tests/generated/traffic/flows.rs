//! Orders from their creation on, over several requests: keys, pages, calls that are dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lavka_hostile::{Act, Server, head, json, reply, status};
use lavka_runtime::client::Upload;
use lavka_runtime::{Decimal, Error, ErrorKind};

use super::api::CreateOrderParams;
use super::api::{NewOrder, Order, Problem};
use super::{builder, client, requests};

fn order() -> NewOrder {
    NewOrder::new(Decimal::new(1990, 2))
}

/// A creation with a key, the answers to which are these.
async fn create(acts: Vec<Act>) -> (Result<Order, Error>, Server) {
    let server = Server::script(acts);
    let client = builder(&server)
        .read_timeout(Duration::from_millis(150))
        .build()
        .expect("a client");
    let params = CreateOrderParams::default().with_idempotency_key("k-1");
    let result = client.create_order_with(&order(), &params).await;
    (result, server)
}

/// The first answer does not come: the second attempt has the same key, and gets the result of the first.
#[tokio::test]
async fn a_creation_with_a_key_is_repeated_with_the_same_key() {
    let first = || status("200 OK", &[], r#"{"id": 7, "total": 19.90}"#);
    for lost in [
        Act::Stall(Vec::new()),
        Act::Reset(Vec::new()),
        Act::Close(b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{\"id\": 7".to_vec()),
        status("502 Bad Gateway", &[], "<html>nginx</html>"),
        status("504 Gateway Time-out", &[], ""),
        status("520", &[], "error code: 520"),
        status("409 Conflict", &[("Retry-After", "0")], "").clone(),
    ] {
        let conflict = matches!(&lost, Act::Send(bytes) if bytes.starts_with(b"HTTP/1.1 409"));
        let (result, server) = create(vec![lost, first()]).await;
        let keys: Vec<_> = (server.seen().iter())
            .map(|seen| {
                (
                    seen.header("idempotency-key").map(str::to_owned),
                    seen.text(),
                )
            })
            .collect();
        let one = (Some("k-1".to_owned()), r#"{"total":19.90}"#.to_owned());
        // A conflict is an answer.
        if conflict {
            let error = result.expect_err("a conflict");
            assert!(error.is_validation() && !error.is_retryable(), "{error}");
            assert_eq!(keys, [one]);
            continue;
        }
        let order = result.expect("the order");
        assert_eq!((order.id, order.total), (7, Some(Decimal::new(1990, 2))));
        assert_eq!(keys, [one.clone(), one]);
    }
}

#[tokio::test]
async fn what_the_second_attempt_is_told_is_the_answer() {
    let (result, server) = create(vec![
        Act::Stall(Vec::new()),
        status(
            "409 Conflict",
            &[("Content-Type", "application/json")],
            r#"{"code": "in_progress"}"#,
        ),
    ])
    .await;
    let error = result.expect_err("a conflict");
    assert_eq!((server.seen().len(), error.attempts()), (2, 2));
    assert!(error.has_code("in_progress"), "{error}");
    let problem: Problem = error.decode().expect("the documented problem");
    assert_eq!(problem.code, "in_progress");
}

/// Without a key the server would make two orders.
#[tokio::test]
async fn a_creation_without_a_key_is_sent_once() {
    for lost in [
        Act::Stall(Vec::new()),
        Act::Reset(Vec::new()),
        status("502 Bad Gateway", &[], ""),
        status("503 Service Unavailable", &[("Retry-After", "0")], ""),
    ] {
        let server = Server::script(vec![lost, json(r#"{"id": 7}"#)]);
        let client = builder(&server)
            .read_timeout(Duration::from_millis(150))
            .build()
            .expect("a client");
        let error = client.create_order(&order()).await.expect_err("lost");
        assert!(error.is_temporary() && !error.is_retryable(), "{error}");
        assert_eq!(server.seen().len(), 1);
        // The client goes on.
        client.create_order(&order()).await.expect("the order");
    }
}

/// What would make it idempotent is not in the document: it is sent once.
#[tokio::test]
async fn a_key_that_does_not_exist_makes_nothing_idempotent() {
    let server = Server::script(vec![
        Act::Reset(Vec::new()),
        status("204 No Content", &[], ""),
    ]);
    let error = client(&server).pay_order(1).await.expect_err("lost");
    assert!(!error.is_retryable(), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_walked_loses_nothing_that_was_there() {
    // One more order is made between two pages: the last of a page is the first of the next.
    let server = Server::start(|number, _| {
        json(match number {
            0 => r#"[{"id": 5}, {"id": 4}]"#,
            1 => r#"[{"id": 4}, {"id": 3}]"#,
            2 => r#"[{"id": 2}]"#,
            _ => "[]",
        })
    });
    let pages = client(&server).list_orders_pages();
    let ids: Vec<i64> = (pages.collect().await.expect("orders").iter())
        .map(|order| order.id)
        .collect();
    assert_eq!(ids, [5, 4, 4, 3, 2]);
}

#[tokio::test]
async fn a_page_that_fails_ends_the_walk_and_the_client_goes_on() {
    let server = Server::start(|number, _| match number {
        0 => json(r#"[{"id": 1}]"#),
        1 => status("500 Internal Server Error", &[], ""),
        2 => json(r#"[{"id": 2}]"#),
        3 => json(r#"{"message": "No rights"}"#),
        _ => json("[]"),
    });
    let client = client(&server);
    let mut pages = client.list_orders_pages();
    for id in [1, 2] {
        assert_eq!(pages.next().await.expect("one").expect("an order").id, id);
    }
    let error = pages.next().await.expect("an end").expect_err("no list");
    assert!(error.to_string().contains("No rights"), "{error}");
    assert!(pages.next().await.is_none());
    assert!(client.list_orders().await.expect("a list").is_empty());
}

/// Polls a call for a while, and drops it.
async fn dropped<T>(call: impl IntoFuture<Output = T>, after: u64) {
    let wait = Duration::from_millis(after);
    let ended = tokio::time::timeout(wait, call.into_future()).await;
    assert!(ended.is_err(), "it ended");
}

/// A reader that never ends, and how much was read of it.
struct Endless(Arc<AtomicUsize>);

impl tokio::io::AsyncRead for Endless {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        // The runtime does something else in between.
        if self.0.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        buffer.put_slice(&[7; 64]);
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_nothing_behind() {
    let server = Server::start(|_, seen| match seen.line.split(' ').nth(1) {
        Some("/orders/1") => Act::Late(Duration::from_secs(30), Vec::new()),
        Some("/orders/2") => Act::Stall(head("200 OK", &[], "Content-Length: 100")),
        Some("/files/3") => Act::Endless(
            head("200 OK", &[], "Transfer-Encoding: chunked"),
            b"4\r\nabcd\r\n".to_vec(),
        ),
        _ => json(r#"{"id": 9}"#),
    });
    let client = client(&server);
    for _ in 0..3 {
        dropped(client.change_order(1, &order()), 40).await;
        dropped(client.change_order(2, &order()), 40).await;
        let read = Arc::new(AtomicUsize::new(0));
        let upload = Upload::reader("endless.bin", Endless(Arc::clone(&read)), None);
        dropped(client.add_file(&upload), 60).await;
        let so_far = read.load(Ordering::SeqCst);
        assert!(so_far > 2, "nothing was sent");
        tokio::time::sleep(Duration::from_millis(30)).await;
        let later = read.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(read.load(Ordering::SeqCst), later, "it goes on");
        let mut file = client.get_file_stream(3).await.expect("a file");
        file.next().await.expect("a piece").expect("bytes");
        drop(file);
        dropped(client.get_file(3), 40).await;
        let order = client.create_order(&order()).await.expect("an order");
        assert_eq!(order.id, 9);
    }
}

/// What a lost deletion is told later, and what another one is.
#[tokio::test]
async fn a_deletion_after_a_lost_one_finds_nothing() {
    let gone = status("404 Not Found", &[], r#"{"message": "no such order"}"#);
    let server = Server::script(vec![Act::Reset(Vec::new()), gone.clone()]);
    client(&server).delete_order(1).await.expect("deleted");
    let server = Server::script(vec![gone]);
    let error = client(&server).delete_order(1).await.expect_err("none");
    assert!(error.is_not_found(), "{error}");
}

/// Half a stream is not a list.
#[tokio::test]
async fn a_stream_that_breaks_says_so_and_the_client_goes_on() {
    let half = r#"[{"id": 1}, {"id": 2}, {"i"#;
    for act in [
        Act::Close([head("200 OK", &[], "Content-Length: 500"), half.into()].concat()),
        Act::Reset([head("200 OK", &[], "Content-Length: 500"), half.into()].concat()),
        Act::Close([head("200 OK", &[], "Connection: close"), half.into()].concat()),
        Act::Send(reply("200 OK", &[], half)),
    ] {
        let server = Server::script(vec![act, json("[]")]);
        let client = client(&server);
        let mut orders = client.list_orders_stream().await.expect("a stream");
        for id in [1, 2] {
            assert_eq!(orders.next().await.expect("one").expect("an order").id, id);
        }
        let error = orders.next().await.expect("an end").expect_err("half");
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
        assert!(orders.next().await.is_none());
        assert!(client.list_orders().await.expect("a list").is_empty());
        assert_eq!(requests(&server, "GET").len(), 2);
    }
}
