//! Calls per second on loopback: the typed clients beside hand-written reqwest code for the same calls.
//!
//! One small server, on a thread of its own, answers both. The hand-written code does what the call needs and no more: URL,
//! headers, body, status, JSON by serde's derives on hand-written types (XML by lavka's reader), the envelope's code. The
//! typed client also keeps deadlines, bounds the reply, looks at what came, and could retry.
//!
//! `cargo bench -p lavka-tests --bench calls [-- CALLS [ROUNDS]]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench prints, and fails by panicking"
)]

#[path = "measure/mod.rs"]
mod measure;
#[path = "peer/mod.rs"]
mod peer;

use std::time::{Duration, Instant};

use lavka::{digiseller, fileflare, insales_products};
use lavka_runtime::xml::{Dialect, Limits, Tag, decode, tag};
use measure::{at_least, heading, median, number, thread_seconds};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const ORDER: &[u8] =
    include_bytes!("../../specs/samples/fileflare/get_customer_order.documented.response.json");
const CREATED: &[u8] =
    include_bytes!("../../specs/samples/digiseller/create_book.documented.response.json");
const PRODUCT: &[u8] =
    include_bytes!("../../specs/samples/insales_products/get_product.documented.response.xml");
const BOOK: &[u8] =
    include_bytes!("../../specs/samples/digiseller/create_book.documented.request.json");
static ROOT: [Tag; 1] = [tag!("product")];

/// Answers every request on every connection with the same body. One thread serves all connections, so that both sides
/// find the server on the same core.
fn serve(media: &'static str, body: &'static [u8]) -> String {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            send.send(listener.local_addr().expect("an address"))
                .expect("somebody waits");
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n"
            );
            let reply = bytes::Bytes::from([head.as_bytes(), body].concat());
            loop {
                let (socket, _) = listener.accept().await.expect("a connection");
                tokio::spawn(answer(socket, reply.clone()));
            }
        });
    });
    format!("http://{}", receive.recv().expect("the address"))
}

async fn answer(mut socket: TcpStream, reply: bytes::Bytes) {
    socket.set_nodelay(true).expect("a socket");
    let mut request = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if !matches!(socket.read_buf(&mut request).await, Ok(n) if n > 0) {
                return;
            }
        };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let whole = end + length.map_or(0, |text| text.parse().expect("a length"));
        while request.len() < whole {
            if !matches!(socket.read_buf(&mut request).await, Ok(n) if n > 0) {
                return;
            }
        }
        request.drain(..whole);
        if socket.write_all(&reply).await.is_err() {
            return;
        }
    }
}

/// Client and server share the machine; one thread for each is what a caller in a loop has.
fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// With the same timeouts as the typed client's defaults.
fn plain() -> reqwest::Client {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60))
        .timeout(Duration::from_secs(300))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("a shop")
        .no_proxy()
        .build()
        .expect("a client")
}

async fn body(request: reqwest::RequestBuilder) -> bytes::Bytes {
    let reply = request
        .send()
        .await
        .expect("a reply")
        .error_for_status()
        .expect("success");
    reply.bytes().await.expect("a body")
}

/// Runs both in turn, in short batches, so that what disturbs the machine disturbs few of them.
fn report(
    name: &str,
    calls: usize,
    rounds: usize,
    mut peer: impl FnMut(),
    mut lavka: impl FnMut(),
) {
    let timed = |work: &mut dyn FnMut()| {
        let (start, cpu) = (Instant::now(), thread_seconds());
        work();
        let cpu = cpu.zip(thread_seconds()).map_or(f64::NAN, |(a, b)| b - a);
        [start.elapsed().as_secs_f64(), cpu].map(|seconds| seconds / calls as f64 * 1e6)
    };
    let (mut peers, mut lavkas) = (Vec::new(), Vec::new());
    for round in 0..rounds + 3 {
        let (first, second) = if round % 2 == 0 {
            let first = timed(&mut peer);
            (first, timed(&mut lavka))
        } else {
            let second = timed(&mut lavka);
            (timed(&mut peer), second)
        };
        if round >= 3 {
            peers.push(first);
            lavkas.push(second);
        }
    }
    println!("\n{name}: {rounds} batches of {calls} calls");
    println!(
        "{:<44} {:>10} {:>14} {:>14}",
        "median for a call", "µs", "µs on the CPU", "calls/s"
    );
    for (side, times) in [("reqwest, hand-written", &peers), ("lavka", &lavkas)] {
        let [wall, cpu] = [0, 1].map(|n| median(times.iter().map(|t| t[n])));
        println!("{side:<44} {wall:>10.2} {cpu:>14.2} {:>14.0}", 1e6 / wall);
    }
    let ratio = |n: usize| median(peers.iter().zip(&lavkas).map(|(p, l)| p[n] / l[n]));
    at_least(
        &format!("{name}, calls/s to hand-written reqwest code"),
        ratio(0),
        0.97,
    );
    println!(
        "   (by the CPU time of the client's thread alone, without server and kernel queues: {:.2})",
        ratio(1)
    );
}

fn main() {
    let calls = number(0, 50);
    let rounds = number(1, 1501);
    let runtime = runtime();
    heading(&format!("Calls on loopback, batches of {calls}"));

    let url = serve("application/json", ORDER);
    let client = fileflare::Client::builder()
        .base_url(&url)
        .ignore_rate_limits()
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let http = plain();
    report(
        "fileflare get_customer_order (GET, JSON)",
        calls,
        rounds,
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    let request = http
                        .get(format!("{url}/api/v2/customer-account-orders"))
                        .query(&[("id", "0c732eb6fd9802a0821a9d29888baee8")])
                        .header("accept", "application/json");
                    let order: peer::order::CustomerOrder =
                        serde_json::from_slice(&body(request).await).expect("the order");
                    assert_eq!(order.order.order_number, 1050);
                }
            });
        },
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    let order = client
                        .get_customer_order("0c732eb6fd9802a0821a9d29888baee8")
                        .await
                        .expect("the order");
                    assert_eq!(order.order.order_number, 1050);
                }
            });
        },
    );

    let url = serve("application/json", CREATED);
    let book: digiseller::CreateBook = lavka_runtime::json::decode(BOOK).expect("the book");
    let same: peer::book::CreateBook = serde_json::from_slice(BOOK).expect("the book");
    let client = digiseller::Client::builder()
        .base_url(&url)
        .credentials(digiseller::Credentials::token("a token"))
        .ignore_rate_limits()
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let http = plain();
    report(
        "digiseller create_book (POST, JSON)",
        calls,
        rounds,
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    let request = http
                        .post(format!("{url}/api/product/create/book"))
                        .query(&[("token", "a token")])
                        .header("accept", "application/json")
                        .header("content-type", "application/json")
                        .body(serde_json::to_vec(&same).expect("JSON"));
                    let reply: peer::categories::Created =
                        serde_json::from_slice(&body(request).await).expect("the reply");
                    assert_eq!(reply.retval, 0);
                    assert!(reply.content.is_some());
                }
            });
        },
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    client.create_book(&book).await.expect("the reply");
                }
            });
        },
    );

    let url = serve("application/xml; charset=utf-8", PRODUCT);
    let client = insales_products::Client::builder()
        .base_url(&url)
        .credentials(insales_products::Credentials::basic("key", "password"))
        .ignore_rate_limits()
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let http = plain();
    report(
        "insales_products get_product (GET, XML)",
        calls,
        rounds,
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    let request = http
                        .get(format!("{url}/admin/products/{}.xml", 41_658))
                        .basic_auth("key", Some("password"))
                        .header("accept", "application/xml");
                    let bytes = body(request).await;
                    let product: insales_products::Product =
                        decode(&bytes, None, &ROOT, Dialect::Rails, &Limits::DEFAULT)
                            .expect("the product");
                    assert_eq!(product.id, 41_658);
                }
            });
        },
        || {
            runtime.block_on(async {
                for _ in 0..calls {
                    let product = client.get_product(41_658).await.expect("the product");
                    assert_eq!(product.id, 41_658);
                }
            });
        },
    );
}
