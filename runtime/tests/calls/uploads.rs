//! Uploads, from bytes, files and readers.

use std::sync::{Arc, Mutex};

use lavka_hostile::{Server, json};
use lavka_runtime::ErrorKind;
use lavka_runtime::client::Upload;

use crate::support::builder;
use crate::support::shop::Asset;

#[tokio::test]
async fn multipart_from_bytes_path_and_reader() {
    let server = Server::script(vec![json(r#"{"product_id":1}"#)]);
    let client = builder(&server).build().expect("a client");
    let path = std::env::temp_dir().join(format!("lavka-upload-{}.png", std::process::id()));
    let content: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    std::fs::write(&path, &content).expect("a file");
    let reported = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&reported);
    let uploads = [
        Upload::bytes("a \"b\"\r\n.jpg", content.clone()),
        Upload::path(&path)
            .on_progress(move |progress| log.lock().expect("no panic").push(progress)),
        Upload::reader(
            "c.bin",
            std::io::Cursor::new(content.clone()),
            Some(300_000),
        ),
        Upload::reader("d.bin", std::io::Cursor::new(content.clone()), None),
    ];
    for attachment in uploads {
        let asset = Asset {
            filename: Some("имя".into()),
            position: Some(3),
            attachment,
        };
        client.add_asset(&asset).await.expect("uploaded");
    }
    std::fs::remove_file(&path).expect("removed");
    let seen = server.seen();
    for (number, name) in [
        "a %22b%22%0D%0A.jpg",
        &format!("lavka-upload-{}.png", std::process::id()),
        "c.bin",
        "d.bin",
    ]
    .iter()
    .enumerate()
    {
        let seen = &seen[number];
        let boundary = seen
            .header("content-type")
            .and_then(|v| v.strip_prefix("multipart/form-data; boundary="));
        let boundary = boundary.expect("a boundary");
        let media = match number {
            0 => "image/jpeg",
            1 => "image/png",
            _ => "application/octet-stream",
        };
        let mut expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"asset[filename]\"\r\n\r\nимя\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"asset[position]\"\r\n\r\n3\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"asset[attachment]\"; filename=\"{name}\"\r\n\
             Content-Type: {media}\r\n\r\n"
        )
        .into_bytes();
        expected.extend_from_slice(&content);
        expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        assert!(seen.body == expected, "upload {number}");
        let length = seen
            .header("content-length")
            .and_then(|value| value.parse().ok());
        assert_eq!(
            length,
            (number != 3).then_some(expected.len()),
            "upload {number}"
        );
        assert_eq!(seen.header("transfer-encoding").is_some(), number == 3);
    }
    let reported = reported.lock().expect("no panic");
    assert_eq!(
        reported.last().map(|last| (last.sent, last.total)),
        Some((300_000, Some(300_000)))
    );
    assert!(reported.len() >= 4 && reported.is_sorted_by_key(|progress| progress.sent));
}

#[tokio::test]
async fn uploads_that_cannot_be_read() {
    let server = Server::script(vec![json(r#"{"product_id":1}"#)]);
    let client = builder(&server).build().expect("a client");
    let send = async |attachment| {
        let asset = Asset {
            filename: None,
            position: None,
            attachment,
        };
        client.add_asset(&asset).await.expect_err("an error")
    };
    let missing = send(Upload::path("/nonexistent/file.png")).await;
    assert_eq!(missing.kind(), ErrorKind::Request);
    assert!(
        missing
            .to_string()
            .contains("the file /nonexistent/file.png cannot be read"),
        "{missing}"
    );
    let directory = send(Upload::path(std::env::temp_dir())).await;
    assert_eq!(directory.kind(), ErrorKind::Request);
    assert!(server.seen().is_empty());
    let short = send(Upload::reader(
        "x",
        std::io::Cursor::new(vec![0; 10]),
        Some(20),
    ))
    .await;
    assert_eq!(short.kind(), ErrorKind::Request, "{short}");
    assert!(
        short.to_string().contains("10 bytes before the length"),
        "{short}"
    );
    assert!(!short.is_retryable());
    let reader = Upload::reader("x", std::io::Cursor::new(vec![0; 10]), Some(10));
    let asset = Asset {
        filename: None,
        position: None,
        attachment: reader.clone(),
    };
    client.add_asset(&asset).await.expect("uploaded");
    assert!(
        send(reader)
            .await
            .to_string()
            .contains("used by an earlier call")
    );
}
