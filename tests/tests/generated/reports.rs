//! Constructs and payloads of public bug reports about clients generated from OpenAPI documents: `specs/reports.yaml` has them.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[allow(dead_code, deprecated, unreachable_pub, unused_imports)]
mod reports {
    include!(concat!(env!("OUT_DIR"), "/reports.rs"));
}

use lavka_hostile::{Act, Server, reply};
use lavka_runtime::client::Call;
use lavka_runtime::client::Format;
use lavka_runtime::dynamic::{Api as _, Payload, Side};
use lavka_runtime::{Error, ErrorKind};
use serde_json::{Value, json};

use reports::{GetFileExt, RuleOp, RuleSign};

const SOURCE: &str = include_str!(concat!(env!("OUT_DIR"), "/reports.rs"));

fn read(operation: &str, side: Side, format: Format, text: &str) -> Payload {
    let payload = reports::dynamic::Api.payload(operation, side, format, text.as_bytes());
    payload.unwrap_or_else(|e| panic!("{operation}: {text}: {e}"))
}

/// What a reply is read as.
fn reply_of(operation: &str, text: &str) -> Value {
    let payload = read(operation, Side::Response(None), Format::Json, text);
    serde_json::from_slice(&payload.to_json().expect("JSON")).expect("JSON")
}

/// What a program sends that was given this.
fn sent(operation: &str, text: &str) -> String {
    let payload = read(operation, Side::Request, Format::Json, text);
    let value: Value = serde_json::from_slice(&payload.to_json().expect("JSON")).expect("JSON");
    value.to_string()
}

/// oxidecomputer/typify#948, thomhurst/ModularPipelines#4342: a value's name comes from the value, and not from its place.
#[test]
fn signs_have_names_of_their_own() {
    assert_eq!(RuleOp::from("="), RuleOp::Equal);
    assert_eq!(RuleSign::from("-"), RuleSign::Minus);
    let debug: Vec<String> = ["=", "!=", ">", "<", ">=", "<=", "≠", "≥", "≤", "*", "", " "]
        .iter()
        .map(|sign| format!("{:?}", RuleOp::from(*sign)))
        .collect();
    let mut unique = debug.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 12, "{debug:?}");
    assert!(
        debug.iter().all(|name| !name.starts_with("Value")),
        "{debug:?}"
    );
    let signs = [RuleSign::from("+"), RuleSign::from("-")].map(|sign| format!("{sign:?}"));
    assert!(
        signs.iter().all(|name| !name.starts_with("Value")),
        "{signs:?}"
    );
}

/// XiaoFaye/WooCommerce.NET#138
#[test]
fn numbers_booleans_and_dates_in_other_forms() {
    for (text, value) in [
        (
            r#"{"quantity":"","in_stock":"1"}"#,
            json!({"quantity": "", "in_stock": true}),
        ),
        (
            r#"{"quantity":5,"in_stock":1}"#,
            json!({"quantity": 5, "in_stock": true}),
        ),
        (r#"{"in_stock":"true"}"#, json!({"in_stock": true})),
        (r#"{"seen":"0000-00-00 00:00:00"}"#, json!({})),
        (r#"{"seen":"0000-00-00"}"#, json!({})),
        (r#"{"seen":""}"#, json!({})),
    ] {
        assert_eq!(reply_of("echo_stock", text), value, "{text}");
    }
}

/// OpenAPITools/openapi-generator#20629
#[test]
fn further_properties_are_kept() {
    let text = r#"{"id":"1","free":{"a":[1]},"bare":{"b":null},"any":{"c":"d"},"x":{"y":[1,2.50]},"z":null}"#;
    let (given, sent): (Value, Value) = (
        serde_json::from_str(text).expect("JSON"),
        serde_json::from_str(&sent("echo_doc", text)).expect("JSON"),
    );
    assert_eq!(sent, given);
}

/// gtema/openstack#1416
#[test]
fn integers_of_any_width() {
    let text = r#"{"size":9007199254740993,"count":4294967295,"big":18446744073709551615,"wide":4294967295}"#;
    let payload = read("echo_nums", Side::Request, Format::Json, text);
    let written = String::from_utf8(payload.to_json().expect("JSON")).expect("UTF-8");
    assert!(
        written.contains("18446744073709551615") && written.contains("9007199254740993"),
        "{written}"
    );
    let value = reply_of(
        "echo_nums",
        r#"{"size":1.0,"wide":1e3,"rate":1,"share":0.1}"#,
    );
    assert_eq!((&value["size"], &value["wide"]), (&json!(1), &json!(1000)));
    for text in [
        r#"{"big":18446744073709551616}"#,
        r#"{"count":-1}"#,
        r#"{"size":1.5}"#,
    ] {
        let payload = read("echo_nums", Side::Response(None), Format::Json, text);
        assert_eq!(payload.lenient().len(), 1, "{text}");
        let strict = reports::dynamic::Api.payload(
            "echo_nums",
            Side::Request,
            Format::Json,
            text.as_bytes(),
        );
        assert!(strict.is_err(), "{text}");
    }
}

/// Automattic/wordpress-rs#883
#[test]
fn empty_arrays_of_php_are_empty_objects() {
    let value = json!({"meta": {}, "auth": {}, "tags": []});
    for text in [
        r#"{"meta":[],"auth":[],"tags":{}}"#,
        r#"{"meta":{},"auth":{},"tags":[]}"#,
    ] {
        assert_eq!(reply_of("echo_post", text), value, "{text}");
    }
}

/// tafia/quick-xml#841
#[test]
fn the_prefix_xml_is_always_bound() {
    let text = r#"<title xml:lang="ru"><text>t</text></title>"#;
    let payload = read("echo_title", Side::Request, Format::Xml, text);
    let json: Value = serde_json::from_slice(&payload.to_json().expect("JSON")).expect("JSON");
    assert_eq!(json, json!({"lang": "ru", "text": "t"}));
    let xml = String::from_utf8(payload.to_xml().expect("XML")).expect("UTF-8");
    assert!(xml.ends_with(text), "{xml}");
}

/// OAI/OpenAPI-Specification#2003
#[test]
fn null_items_are_skipped_and_reported() {
    let text = r#"{"tags":[null,{"name":"a"}],"words":{"x":null,"y":"z"}}"#;
    assert_eq!(
        reply_of("echo_pet", text),
        json!({"tags": [{"name": "a"}], "words": {"y": "z"}})
    );
    let payload = read(
        "echo_pet",
        Side::Response(None),
        Format::Json,
        r#"{"more":[null,{"name":"a"}]}"#,
    );
    let places: Vec<&str> = payload
        .lenient()
        .iter()
        .map(|dropped| &*dropped.path)
        .collect();
    assert_eq!(places, ["$.more[0]"]);
}

async fn request(call: impl FnOnce(&reports::Client) -> Call<'_, ()>) -> Result<String, Error> {
    let server = Server::script(vec![Act::Send(reply("204 No Content", &[], ""))]);
    let client = reports::Client::builder().base_url(server.url()).build()?;
    call(&client).await?;
    let line = server.seen().first().expect("a request").line.clone();
    Ok(line.split(' ').nth(1).expect("a path").to_owned())
}

/// OpenAPITools/openapi-generator#13369, #18666, #20295
#[tokio::test]
async fn a_value_is_one_segment_whatever_it_is() {
    for (key, path) in [
        ("a\\b", "/plain/a%5Cb"),
        ("c|t", "/plain/c%7Ct"),
        ("a/b c%?#", "/plain/a%2Fb%20c%25%3F%23"),
        ("ключ", "/plain/%D0%BA%D0%BB%D1%8E%D1%87"),
        ("a\\..\\..\\b", "/plain/a%5C..%5C..%5Cb"),
    ] {
        assert_eq!(
            request(|client| client.get_plain(key)).await.expect(key),
            path
        );
    }
    for key in ["", ".", "..", "%2e", ".%2E"] {
        let found = request(|client| client.get_plain(key)).await;
        match found {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Request, "{key}"),
            Ok(path) => assert!(key.contains('%') && path.contains("%25"), "{key}: {path}"),
        }
    }
    let ext = GetFileExt::from("c|t");
    let path = request(|client| client.get_file("a/b", "x", &ext))
        .await
        .expect("a path");
    assert_eq!(path, "/repos/a%2Fb/file-x.c%7Ct");
}

/// oxidecomputer/progenitor#950, eklipse2k8/oas3-gen#76, sreeise/graph-rs-sdk#386
#[tokio::test]
async fn an_error_has_its_body_whatever_its_shape() {
    for (status, body, expected) in [
        (
            "404 Not Found",
            r#"{"code":"c1","detail":"gone"}"#,
            "gone [c1]",
        ),
        ("418 Teapot", r#"{"errors":["one","two"]}"#, "one; two"),
        (
            "500 Internal Server Error",
            r#"{"trace":"t-1"}"#,
            r#"{"trace":"t-1"}"#,
        ),
        (
            "404 Not Found",
            r#"{"errors":["of another status"]}"#,
            "of another status",
        ),
        ("403 Forbidden", "plain words", "plain words"),
        (
            "403 Forbidden",
            "<html><title>No</title></html>",
            "an HTML page: No",
        ),
    ] {
        let server = Server::script(vec![Act::Send(reply(status, &[], body))]);
        let client = reports::Client::builder()
            .base_url(server.url())
            .retry(lavka_runtime::client::Retry::never())
            .build()
            .expect("a client");
        let error = client.get_thing().await.expect_err(body);
        assert!(error.to_string().ends_with(expected), "{error}");
        assert_eq!(error.body(), Some(body));
        if status.starts_with("500") {
            let typed: reports::Else = error.decode().expect("typed");
            assert_eq!(typed.trace.as_deref(), Some("t-1"));
        }
    }
    let server = Server::script(vec![Act::Send(reply(
        "409 Conflict",
        &[],
        r#"{"message":"twice"}"#,
    ))]);
    let client = reports::Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let error = client.make_thing().await.expect_err("409");
    assert!(error.to_string().ends_with("twice"), "{error}");
}

/// oxidecomputer/progenitor#24: more than a reply in memory may have.
#[tokio::test]
async fn a_download_of_any_length_is_streamed() {
    let piece = vec![b'x'; 1 << 20];
    let mut body = Vec::new();
    for _ in 0..70 {
        body.extend_from_slice(&piece);
    }
    let bytes = [
        lavka_hostile::head(
            "200 OK",
            &[("Content-Type", "application/octet-stream")],
            &format!("Content-Length: {}", body.len()),
        ),
        body,
    ]
    .concat();
    let server = Server::script(vec![Act::Send(bytes)]);
    let client = reports::Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let mut download = client.download_stream("j").await.expect("a reply");
    assert_eq!(download.length(), Some(70 << 20));
    let mut count = 0;
    while let Some(piece) = download.next().await {
        count += piece.expect("a piece").len();
    }
    assert_eq!(count, 70 << 20);
    let error = client
        .download("j")
        .await
        .expect_err("too large for memory");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

/// influxdata/influxdb#10706
#[test]
fn a_relative_server_needs_a_base_url() {
    let error = reports::Client::builder().build().expect_err("no host");
    let text = error.to_string();
    assert!(
        text.contains("base_url") && error.kind() == ErrorKind::Configuration,
        "{text}"
    );
}

/// paperclip-rs/paperclip#35, apple/swift-openapi-generator#26
#[test]
fn what_is_deprecated_says_so() {
    for name in ["fn make_old", "struct Old", "old:", "kind:"] {
        let at = SOURCE
            .find(&format!("pub {name}"))
            .unwrap_or_else(|| panic!("{name}"));
        let before = SOURCE.get(at.saturating_sub(600)..at).unwrap_or_default();
        let last = before
            .rsplit("\n\n")
            .next()
            .unwrap_or(before)
            .to_lowercase();
        assert!(last.contains("deprecated"), "{name}: {last}");
    }
}
