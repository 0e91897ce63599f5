//! Bodies.

use lavka_runtime::client::{Field, Json, Multipart, Param, Request, Style, ToParam, Upload};
use serde_json::json;

use super::{operation, send, target};

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

/// No server reads NaN or an infinity: the call is refused, wherever the number is, and names the place.
#[tokio::test]
async fn numbers_that_are_none_are_not_sent() {
    let place = |param| operation("GET", "/a/{p}", vec![Param::path("p"), param]);
    let (nan, infinite) = (f64::NAN, f32::INFINITY);
    let list = vec![1.5, f64::NEG_INFINITY];
    let given: [(Param, &dyn ToParam, &str); 5] = [
        (Param::query("q"), &nan, "the query parameter `q`: "),
        (Param::query("q"), &list, "the query parameter `q`: "),
        (Param::query("q"), &Json(&list), "the query parameter `q`: "),
        (Param::header("X-H"), &infinite, "the header `X-H`: "),
        (Param::cookie("c"), &Some(nan), "the cookie `c`: "),
    ];
    for (param, value, start) in given {
        let error = send(place(param), &[&1.5, value], |request| request).await;
        let text = error.expect_err("not sent").to_string();
        let expected = format!("{start}expected finite numbers, found NaN or an infinity");
        assert!(text.contains(&expected), "{text}");
    }
    let path = send(place(Param::query("q")), &[&nan, &1], |request| request).await;
    assert!(
        path.expect_err("not sent")
            .to_string()
            .contains("the path parameter `p`: expected finite")
    );
    type Write = fn(Request<'_>) -> Request<'_>;
    let bodies: [Write; 7] = [
        |request| {
            request.form(
                &std::collections::BTreeMap::from([("a".to_owned(), f64::NAN)]),
                &[],
            )
        },
        |request| request.multipart(Multipart::new().text("a", &f64::NAN)),
        |request| request.multipart(Multipart::new().texts("a", &[1.0, f64::NAN])),
        |request| request.multipart(Multipart::new().json("a", &vec![f64::NAN])),
        |request| request.multipart(Multipart::new().value("a", &f64::INFINITY)),
        |request| request.multipart(Multipart::new().text("a", "b").header("X-P", &f64::NAN)),
        |request| request.text("text/plain", &f64::NAN),
    ];
    for write in bodies {
        let error = send(operation("POST", "/a", vec![]), &[], write).await;
        let text = error.expect_err("not sent").to_string();
        assert!(text.contains("in the request: "), "{text}");
        assert!(
            text.contains("expected finite numbers, found NaN or an infinity"),
            "{text}"
        );
    }
    // A text of these letters is a text.
    let seen = send(place(Param::query("q")), &[&"NaN", &"inf"], |request| {
        request
    })
    .await;
    assert_eq!(target(&seen.expect("sent")), "/a/NaN?q=inf");
}

#[tokio::test]
async fn multipart_forms() {
    let upload = Upload::bytes("a \"b\".png", "PNG");
    let form = Multipart::new()
        .text("id", &7_i64)
        .header("X-Part", "a b")
        .texts("tags", &["x".to_owned(), "y".to_owned()])
        .json("meta", &json!({"k": ["v"]}))
        .jsons("more", &[json!(1)])
        .content_type("application/vnd.x+json")
        .upload("file", &upload)
        .content_type("image/*, application/pdf")
        .uploads(
            "files",
            [&upload, &upload.clone().content_type("image/x-own")],
        )
        .content_type("image/webp")
        .uploads("none", &None);
    let seen = send(operation("POST", "/a", vec![]), &[], |request| {
        request.multipart(form)
    })
    .await
    .expect("a reply");
    let content_type = seen.header("content-type").expect("a type");
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a boundary");
    let length = seen.body.len().to_string();
    assert_eq!(seen.header("content-length"), Some(length.as_str()));
    let file = "; filename=\"a %22b%22.png\"\r\nContent-Type: ";
    let parts = [
        "id\"\r\nX-Part: a b\r\n\r\n7".to_owned(),
        "tags\"\r\n\r\nx".to_owned(),
        "tags\"\r\n\r\ny".to_owned(),
        "meta\"\r\nContent-Type: application/json\r\n\r\n{\"k\":[\"v\"]}".to_owned(),
        "more\"\r\nContent-Type: application/vnd.x+json\r\n\r\n1".to_owned(),
        format!("file\"{file}image/png\r\n\r\nPNG"),
        format!("files\"{file}image/webp\r\n\r\nPNG"),
        format!("files\"{file}image/x-own\r\n\r\nPNG"),
    ];
    let expected: String = parts
        .iter()
        .map(|part| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\r\n"))
        .collect();
    assert_eq!(seen.text(), format!("{expected}--{boundary}--\r\n"));
}

#[tokio::test]
async fn control_characters_in_the_head_of_a_part_are_an_error() {
    let post = || operation("POST", "/a", vec![]);
    for form in [
        Multipart::new()
            .text("id", "1")
            .header("X-Part", "a\r\nX-Other: b"),
        Multipart::new().upload(
            "id",
            &Upload::bytes("a", "b").content_type("a/b\r\nX-Other: c"),
        ),
    ] {
        let error = send(post(), &[], |request| request.multipart(form))
            .await
            .expect_err("an error");
        assert!(error.to_string().contains("the part `id`"), "{error}");
    }
}
