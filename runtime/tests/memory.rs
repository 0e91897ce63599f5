//! Long lists and large files pass through without being held.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::Duration;

use lavka_runtime::client::{Retry, Upload};
use support::shop::{Asset, Client, Credentials};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The most memory that this process has had resident, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a peak");
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok())
        .expect("KiB")
        * 1024
}

async fn start<F>(serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> Client
where
    F: Future<Output = std::io::Result<()>> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.expect("a client");
        serve(socket).await.expect("a whole exchange");
    });
    Client::builder()
        .base_url(url)
        .credentials(Credentials::token("t"))
        .retry(Retry::never())
        .call_timeout(Duration::from_secs(100))
        .build()
        .expect("a client")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_long_list_and_a_large_file_take_no_memory() {
    const ALLOWED: u64 = 16 << 20;
    const ITEMS: usize = 400_000;
    const FILE: u64 = 400 << 20;
    let before = peak();

    let client = start(|mut socket| async move {
        let mut piece = vec![0; 4096];
        let _ = socket.read(&mut piece).await?;
        socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n[").await?;
        let item = format!(r#"{{"name":"{}","price":1.5}},"#, "n".repeat(100));
        for _ in 0..ITEMS / 100 {
            socket.write_all(item.repeat(100).as_bytes()).await?;
        }
        socket.write_all(br#"{"name":"last","price":2}]"#).await
    })
    .await;
    let mut books = client.list_books_stream("x").await.expect("a stream");
    let mut count = 0;
    while let Some(book) = books.next().await {
        book.expect("a book");
        count += 1;
    }
    assert_eq!(count, ITEMS + 1);
    assert!(books.received() > 45_000_000);
    let after_list = peak();
    assert!(
        after_list - before < ALLOWED,
        "{} KiB",
        (after_list - before) >> 10
    );

    let client = start(|mut socket| async move {
        let mut piece = vec![0; 64 << 10];
        let mut total = 0_u64;
        while total <= FILE {
            total += socket.read(&mut piece).await? as u64;
        }
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"product_id\": 1}")
            .await
    })
    .await;
    // A file with a hole takes no room on the disk.
    let path = std::env::temp_dir().join(format!("lavka-hole-{}.bin", std::process::id()));
    std::fs::File::create(&path)
        .and_then(|file| file.set_len(FILE))
        .expect("a file");
    let asset = Asset {
        filename: None,
        position: None,
        attachment: Upload::path(&path),
    };
    let sent = client.add_asset(&asset).await;
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(sent.expect("uploaded").product_id, 1);
    let after_upload = peak();
    assert!(
        after_upload - before < ALLOWED,
        "{} KiB",
        (after_upload - before) >> 10
    );
}
