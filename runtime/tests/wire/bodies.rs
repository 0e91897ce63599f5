//! Bodies.

use lavka_runtime::client::{Field, Json, Style, Upload};
use serde_json::json;

use super::{operation, send};

#[tokio::test]
async fn no_body_json_text_and_bytes() {
    let post = || operation("POST", "/a", vec![]);
    let seen = send(post(), &[], |request| {
        request.when(None::<&str>, lavka_runtime::client::Request::json)
    })
    .await
    .expect("a reply");
    assert_eq!(
        (seen.header("content-type"), seen.text().as_str()),
        (None, "")
    );
    let value = json!({"a": [1, 2.50, "x"]});
    let seen = send(post(), &[], |request| {
        request.when(Some(&value), lavka_runtime::client::Request::json)
    })
    .await
    .expect("a reply");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.text(), r#"{"a":[1,2.5,"x"]}"#);
    let seen = send(post(), &[], |request| request.text("text/plain", "привет"))
        .await
        .expect("a reply");
    assert_eq!(
        (seen.header("content-type"), seen.text().as_str()),
        (Some("text/plain"), "привет")
    );
    let seen = send(post(), &[], |request| {
        request.bytes("image/png", vec![0_u8, 255])
    })
    .await
    .expect("a reply");
    assert_eq!(
        (seen.header("content-type"), seen.body.as_slice()),
        (Some("image/png"), &[0_u8, 255][..])
    );
}

#[tokio::test]
async fn uploads() {
    let post = || operation("POST", "/a", vec![]);
    let upload = Upload::bytes("a.png", vec![1_u8; 100_000]);
    let seen = send(post(), &[], |request| {
        request.upload("application/octet-stream", &upload)
    })
    .await
    .expect("a reply");
    assert_eq!(
        seen.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        (seen.header("content-length"), seen.body.len()),
        (Some("100000"), 100_000)
    );
    let seen = send(post(), &[], |request| request.upload("image/*", &upload))
        .await
        .expect("a reply");
    assert_eq!(seen.header("content-type"), Some("image/png"));
    let upload = upload.content_type("image/x-own");
    let seen = send(post(), &[], |request| request.upload("image/png", &upload))
        .await
        .expect("a reply");
    assert_eq!(seen.header("content-type"), Some("image/x-own"));
}

#[tokio::test]
async fn forms() {
    let post = || operation("POST", "/a", vec![]);
    let value = json!({"a": "x y&z+", "b": [1, 2], "c": null, "d": {"e": "f g"}, "h": ["i", "j,"], "k": {"l": {"m": [true]}}});
    let fields = [
        Field::styled("h", Style::Form, false),
        Field::styled("k", Style::DeepObject, true),
    ];
    let seen = send(post(), &[], |request| request.form(&Json(&value), &fields))
        .await
        .expect("a reply");
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        seen.text(),
        "a=x+y%26z%2B&b=1&b=2&c=&d=%7B%22e%22%3A%22f+g%22%7D&h=i,j%2C&k%5Bl%5D%5Bm%5D%5B0%5D=true"
    );
}
