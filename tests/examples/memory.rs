//! How much memory a long list and a large upload take: prints the most that was resident above idle.
//!
//! `cargo run --release -p lavka-tests --example memory [-- LIST_MB UPLOAD_MB]` (default: 1000 and 2000). Linux only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement prints, and fails by panicking"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use lavka::{Upload, insales_digital, insales_products};

const LIST: &str =
    include_str!("../../specs/samples/insales_products/list_products.documented.response.xml");
const ASSET: &str = r#"{"id": 42, "filename": "hole.bin"}"#;
const LIMIT: f64 = 16.0;

/// A figure of this process, in MiB: `VmRSS` now, `VmHWM` the most since [`forget`].
fn resident(key: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with(key))
        .expect("the figure");
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .expect("KiB")
        .parse()
        .expect("a number");
    kib / 1024.0
}

/// Sets the most to what is resident now.
fn forget() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
}

/// Answers one request on a connection of its own thread.
fn serve(answer: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a client");
        answer(socket);
    });
    url
}

/// Reads a request's head; what of the body came with it is counted.
fn head(socket: &mut TcpStream) -> (String, u64) {
    let mut text = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let n = socket.read(&mut piece).expect("a request");
        text.extend_from_slice(piece.get(..n).unwrap_or_default());
        if let Some(end) = text.windows(4).position(|w| w == b"\r\n\r\n") {
            let body = (text.len() - end - 4) as u64;
            return (String::from_utf8_lossy(&text[..end]).to_lowercase(), body);
        }
    }
}

/// The documented list, its products repeated up to so many bytes, in chunks as a server sends them.
fn send_list(mut socket: TcpStream, bytes: u64) {
    head(&mut socket);
    let (start, rest) = LIST.split_once("<product>").expect("a product");
    let (products, end) = rest.rsplit_once("</product>").expect("a product");
    let products = format!("<product>{products}</product>\n").repeat(8);
    socket
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n")
        .expect("sent");
    let mut chunk = |text: &str| {
        write!(socket, "{:x}\r\n{text}\r\n", text.len()).expect("sent");
        text.len() as u64
    };
    let mut sent = chunk(start);
    while sent < bytes {
        sent += chunk(&products);
    }
    chunk(end);
    chunk("");
}

/// Takes a request's whole body, then answers.
fn take_upload(mut socket: TcpStream) {
    let (head, mut got) = head(&mut socket);
    let length = head.split("content-length: ").nth(1).expect("a length");
    let length: u64 = length
        .lines()
        .next()
        .expect("a length")
        .trim()
        .parse()
        .expect("a number");
    let mut piece = vec![0; 64 << 10];
    while got < length {
        got += socket.read(&mut piece).expect("the body") as u64;
    }
    write!(
        socket,
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{ASSET}",
        ASSET.len()
    )
    .expect("sent");
}

async fn list(megabytes: u64) -> String {
    let url = serve(move |socket| send_list(socket, megabytes * 1_000_000));
    let client = insales_products::Client::builder()
        .base_url(url)
        .credentials(insales_products::Credentials::basic("key", "password"))
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let mut products = client
        .list_products_stream()
        .await
        .expect("the list begins");
    let mut count = 0_u64;
    while let Some(product) = products.next().await {
        product.expect("a product");
        count += 1;
    }
    format!(
        "{count} products, {:.0} MB",
        products.received() as f64 / 1e6
    )
}

async fn upload(megabytes: u64) -> String {
    // A file with a hole takes no room on the disk.
    let path = std::env::temp_dir().join(format!("lavka-hole-{}.bin", std::process::id()));
    std::fs::File::create(&path)
        .and_then(|file| file.set_len(megabytes * 1_000_000))
        .expect("a file");
    let client = insales_digital::Client::builder()
        .base_url(serve(take_upload))
        .credentials(insales_digital::Credentials::basic("login", "password"))
        .http(reqwest::ClientBuilder::no_proxy)
        .build()
        .expect("a client");
    let form = insales_digital::NewAsset::default().with_attachment(Upload::path(&path));
    let sent = client.create_asset(1, 2, &form).await;
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(sent.expect("uploaded").id, Some(42));
    format!("{megabytes} MB")
}

/// Runs it, and prints what it took. The server is in this process: its memory counts too.
async fn measure(name: &str, work: impl Future<Output = String>) {
    forget();
    let idle = resident("VmRSS");
    let start = Instant::now();
    let done = work.await;
    let time: Duration = start.elapsed();
    let above = resident("VmHWM") - idle;
    let mark = if above <= LIMIT { "reached" } else { "MISSED" };
    println!(
        "=> {name}: {done} in {:.1} s: at most {above:.1} MiB above idle, {idle:.1} MiB (at most {LIMIT} MiB: {mark})",
        time.as_secs_f64()
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    let (long, large) = (sizes.next().unwrap_or(1000), sizes.next().unwrap_or(2000));
    measure("a long list, streamed", list(long)).await;
    measure("a large upload", upload(large)).await;
}
