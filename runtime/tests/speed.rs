//! Calls per second beside hand-written reqwest code, on the same server. Run with
//! `cargo test --release -p lavka-runtime --test speed -- --ignored --nocapture`.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::time::Instant;

use lavka_hostile::{Server, json};
use support::builder;
use support::shop::{Book, EditReply};

#[tokio::test]
#[ignore = "a measurement"]
async fn calls_per_second() {
    let server = Server::script(vec![json(r#"{"retval":0,"content":{"product_id":7}}"#)]);
    let client = builder(&server)
        .ignore_rate_limits()
        .build()
        .expect("a client");
    let plain = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(60))
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{}/api/product/edit/book/7?token=tok", server.url());
    let book = Book::new("a name", lavka_runtime::Decimal::ONE);
    println!(
        "bytes of a call: {}",
        size_of_val(&client.edit_book(7, &book))
    );
    let mut times: [Vec<f64>; 2] = Default::default();
    for round in 0..150 {
        for turn in 0..2 {
            let side = std::env::var("SIDE")
                .ok()
                .and_then(|side| side.parse().ok())
                .unwrap_or((round + turn) % 2);
            let started = Instant::now();
            for _ in 0..100 {
                match side {
                    0 => {
                        client.edit_book(7, &book).await.expect("success");
                    }
                    _ => {
                        let body = lavka_runtime::json::encode(&book);
                        let request = plain
                            .post(&url)
                            .header("content-type", "application/json")
                            .body(body);
                        let reply = request
                            .send()
                            .await
                            .expect("a reply")
                            .error_for_status()
                            .expect("success");
                        let reply: EditReply =
                            lavka_runtime::json::decode(&reply.bytes().await.expect("a body"))
                                .expect("JSON");
                        assert_eq!(reply.retval, 0);
                    }
                }
            }
            times[side].push(started.elapsed().as_secs_f64() * 10_000.0);
        }
    }
    let [ours, plain] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    });
    println!(
        "median per call: ours {ours:.2} µs, reqwest {plain:.2} µs; ratio {:.3}",
        plain / ours
    );
}
