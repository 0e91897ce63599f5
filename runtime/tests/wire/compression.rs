//! Replies that are compressed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use lavka_runtime::client::{Items, Operation, Reply};
use lavka_runtime::{Error, ErrorKind};
use serde_json::{Value, json};

use super::{API, builder};
use lavka_hostile::{Act, Seen, Server};

static OP: Operation = Operation::new(&API, "op", "GET", "/a");

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex"))
        .collect()
}

/// `{"text":"привет"}` in Brotli.
const BROTLI: &str = "0b0b807b2274657874223a22d0bfd180d0b8d0b2d0b5d182227d03";
/// 50 million zero bytes in Brotli.
const BROTLI_BOMB: &str = "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff837f02200e0b0074effff20f5e0fff04401c1600e8a0eb01";

fn answer(status: &str, encoding: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Encoding: {encoding}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Act::Send([head.as_bytes(), body].concat())
}

async fn get(act: Act) -> (Result<Value, Error>, Seen) {
    let server = Server::script(vec![act]);
    let client = builder(&server)
        .max_body(1 << 20)
        .build()
        .expect("a client");
    let result = client.0.request(&OP, &[]).call(Reply::decode).await;
    (result, server.seen().remove(0))
}

/// Whether the build has the feature for it.
fn enabled(encoding: &str) -> bool {
    match encoding {
        "br" => cfg!(feature = "brotli"),
        _ => cfg!(feature = "gzip"),
    }
}

#[tokio::test]
async fn every_encoding_or_an_error_that_names_the_feature() {
    let text = r#"{"text":"привет"}"#.as_bytes();
    for (encoding, body) in [
        ("gzip", gzip(text)),
        ("X-Gzip", gzip(text)),
        (
            "gzip",
            [gzip(b"{\"text\":"), gzip("\"привет\"}".as_bytes())].concat(),
        ),
        ("deflate", zlib(text)),
        ("deflate", deflate(text)),
        ("br", hex(BROTLI)),
    ] {
        let (result, seen) = get(answer("200 OK", encoding, &body)).await;
        if enabled(encoding) {
            assert_eq!(result.expect(encoding), json!({"text": "привет"}));
            let asked = seen.header("accept-encoding").unwrap_or_default();
            assert!(
                asked.contains(&*encoding.to_lowercase().replace("x-", "")),
                "{asked}"
            );
        } else {
            let error = result.expect_err(encoding);
            let feature = if encoding == "br" {
                "`brotli`"
            } else {
                "`gzip`"
            };
            assert!(
                error.kind() == ErrorKind::Format && error.to_string().contains(feature),
                "{error}"
            );
            let asked = seen.header("accept-encoding").unwrap_or_default();
            let name = encoding.to_lowercase().replace("x-", "");
            assert!(!asked.split(", ").any(|one| one == name), "{asked}");
        }
        // A refusal's reason, too.
        let (result, _) = get(answer("400 Bad Request", encoding, &body)).await;
        let error = result.expect_err("a refusal");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
        assert_eq!(
            error.body().is_some_and(|body| body.contains("привет")),
            enabled(encoding),
            "{error}"
        );
    }
}

#[tokio::test]
async fn encodings_of_encodings() {
    let text = r#"{"text":"привет"}"#.as_bytes();
    for (encodings, body) in [
        ("gzip, gzip", gzip(&gzip(text))),
        ("deflate,identity , gzip", gzip(&zlib(text))),
        ("br, gzip", gzip(&hex(BROTLI))),
        // Encoded once, whatever the headers say.
        ("gzip, gzip", gzip(text)),
        ("gzip\r\nContent-Encoding: gzip", gzip(text)),
        ("gzip, gzip", text.to_vec()),
    ] {
        if encodings.split(", ").all(enabled) {
            let (result, _) = get(answer("200 OK", encodings, &body)).await;
            assert_eq!(result.expect(encodings), json!({"text": "привет"}));
            let (cut, _) = body.split_at(body.len() - 5);
            let (result, _) = get(answer("200 OK", encodings, cut)).await;
            let error = result.expect_err("cut off");
            assert_eq!(error.kind(), ErrorKind::Truncated, "{encodings}: {error}");
        }
    }
    if enabled("gzip") {
        let short = gzip(b"1");
        let (result, _) = get(answer("200 OK", "gzip, gzip", &short)).await;
        assert_eq!(result.expect("a number"), 1);
        let bomb = gzip(&gzip(&vec![b' '; 50 << 20]));
        let (result, _) = get(answer("200 OK", "gzip, gzip", &bomb)).await;
        assert_eq!(result.expect_err("too large").kind(), ErrorKind::TooLarge);
        let (result, _) = get(answer("200 OK", "gzip, gzip, gzip, gzip, gzip", b"1")).await;
        assert_eq!(result.expect_err("too many").kind(), ErrorKind::Format);
    }
}

#[tokio::test]
async fn what_is_not_compressed_or_unknown() {
    let (result, _) = get(answer("200 OK", "identity", b"1")).await;
    assert_eq!(result.expect("a number"), 1);
    for encoding in ["zstd", "utf-8, zstd"] {
        let (result, _) = get(answer("200 OK", encoding, b"1")).await;
        let error = result.expect_err(encoding);
        assert!(
            error.to_string().contains("content encoding `zstd`"),
            "{error}"
        );
    }
    if enabled("gzip") {
        let (result, _) = get(answer("200 OK", "gzip", b"plain text")).await;
        let error = result.expect_err("not gzip");
        assert!(
            error.kind() == ErrorKind::Decode && !error.to_string().contains("plain"),
            "{error}"
        );
        for body in [gzip(b"[1, 2]"), zlib(b"[1, 2]")] {
            let encoding = if body.starts_with(&[31, 139]) {
                "gzip"
            } else {
                "deflate"
            };
            let (cut, _) = body.split_at(body.len() - 5);
            let (result, _) = get(answer("200 OK", encoding, cut)).await;
            assert_eq!(result.expect_err("cut off").kind(), ErrorKind::Truncated);
        }
        let (result, _) = get(answer("200 OK", "gzip", b"")).await;
        assert_eq!(result.expect_err("empty").kind(), ErrorKind::Empty);
    }
}

#[tokio::test]
async fn bombs_are_bounded() {
    for (encoding, body) in [
        ("gzip", gzip(&vec![b' '; 50 << 20])),
        ("deflate", zlib(&vec![b' '; 50 << 20])),
        ("br", hex(BROTLI_BOMB)),
    ] {
        assert!(body.len() < 60_000);
        if enabled(encoding) {
            let (result, _) = get(answer("200 OK", encoding, &body)).await;
            assert_eq!(result.expect_err("too large").kind(), ErrorKind::TooLarge);
        }
    }
}

#[tokio::test]
async fn streams_are_decoded() {
    if !enabled("gzip") {
        return;
    }
    let lines: String = (0..100_000).map(|n| format!("{n}\n")).collect();
    let body = gzip(lines.as_bytes());
    let server = Server::start(move |_, _: &Seen| answer("200 OK", "gzip", &body));
    let client = builder(&server).build().expect("a client");
    let mut items = client
        .0
        .request(&OP, &[])
        .stream(Items::<i64>::json_lines)
        .await
        .expect("a reply");
    let mut count = 0;
    while let Some(item) = items.next().await {
        assert_eq!(item.expect("a number"), count);
        count += 1;
    }
    assert_eq!(count, 100_000);
    let download = client
        .0
        .request(&OP, &[])
        .download()
        .await
        .expect("a reply");
    assert_eq!(download.length(), None);
    assert!(download.collect().await.expect("all") == lines.into_bytes());
}

/// Members one after the other are one text; padding behind them is none of it.
#[tokio::test]
async fn gzip_in_members_and_with_padding() {
    if !enabled("gzip") {
        return;
    }
    let text = r#"{"text":"привет"}"#.as_bytes();
    let (one, two) = text.split_at(9);
    let members = [gzip(one), gzip(b""), gzip(two)].concat();
    let chunked = |body: &[u8], size: usize| {
        let mut sent =
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_vec();
        for piece in body.chunks(size) {
            sent.extend(format!("{:x}\r\n", piece.len()).bytes());
            sent.extend([piece, b"\r\n"].concat());
        }
        sent.extend(b"0\r\n\r\n");
        Act::Send(sent)
    };
    for padding in [&b""[..], &[0; 512], b"\r\n", &[0x1F], b"<!-- cached -->"] {
        let body = [&members[..], padding].concat();
        for size in [body.len(), 7, 1] {
            let (result, _) = get(chunked(&body, size)).await;
            assert_eq!(result.expect("JSON"), json!({"text": "привет"}));
        }
    }
    // A last member that is cut off.
    let (result, _) = get(chunked(&members[..members.len() - 9], 7)).await;
    assert_eq!(result.expect_err("cut off").kind(), ErrorKind::Truncated);
}
