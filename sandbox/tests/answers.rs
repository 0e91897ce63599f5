//! What the built-in APIs answer beyond their samples: ids that were asked about, codes and headers that the specs name.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use lavka_sandbox::credentials::{LOGIN, PASSWORD, TOKEN};
use lavka_sandbox::{Api, Sandbox};
use serde_json::{Value, json};

const GUID: &str = "00000000-1111-2222-3333-444444444444";

async fn get(sandbox: &Sandbox, api: &str, path: &str) -> String {
    let request = reqwest::Client::new().get(format!("{}{path}", sandbox.url(api)));
    let reply = request
        .basic_auth(LOGIN, Some(PASSWORD))
        .send()
        .await
        .unwrap();
    reply.text().await.unwrap()
}

#[tokio::test]
async fn replies_name_the_ids_that_were_asked_about() {
    let sandbox = Sandbox::builder().all().start().await.unwrap();
    // In XML, with what refers to the product.
    let product = get(&sandbox, "insales_products", "/admin/products/7.xml").await;
    assert!(product.contains("<id type=\"integer\">7</id>"), "{product}");
    assert!(
        product.contains("<product-id type=\"integer\">7</product-id>"),
        "{product}"
    );
    assert!(!product.contains("41658"), "{product}");
    // In JSON.
    let asset: Value =
        serde_json::from_str(&get(&sandbox, "insales_digital", "/api/assets/7.json").await)
            .unwrap();
    assert_eq!(asset["id"], 7);
    // Under another spelling, and with a sample of our own: the document's names a product of its own task.
    let path = format!("/api/product/edit/UpdateProductsTaskStatus?token={TOKEN}&taskId={GUID}");
    let task: Value = serde_json::from_str(&get(&sandbox, "digiseller", &path).await).unwrap();
    assert_eq!(
        (&task["TaskId"], &task["Status"]),
        (&json!(GUID), &json!(3))
    );
    assert_eq!(task["ErrorsDescriptions"], Value::Null);
    // One for each item of the request.
    let body = "<variants type='array'><variant><id>5</id></variant><variant><id>6</id></variant>\
                <variant><id>7</id></variant></variants>";
    let url = format!(
        "{}/admin/products/variants_group_update",
        sandbox.url("insales_products")
    );
    let reply = reqwest::Client::new()
        .put(url)
        .header("Content-Type", "application/xml")
        .basic_auth(LOGIN, Some(PASSWORD))
        .body(body)
        .send()
        .await
        .unwrap();
    let text = reply.text().await.unwrap();
    let ids: Vec<&str> = text
        .split("<id type=\"integer\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap())
        .collect();
    assert_eq!(ids, ["5", "6", "7"], "{text}");
}

#[tokio::test]
async fn documented_ids_get_the_documented_sample() {
    let sandbox = Sandbox::builder().api("digiseller").start().await.unwrap();
    let documented = lavka_sandbox::samples("digiseller")
        .iter()
        .find(|sample| sample.operation == "get_task_status")
        .unwrap();
    let shown: Value = serde_json::from_slice(documented.bytes).unwrap();
    let path = format!(
        "/api/product/edit/UpdateProductsTaskStatus?token={TOKEN}&taskId={}",
        shown["TaskId"].as_str().unwrap()
    );
    let text = get(&sandbox, "digiseller", &path).await;
    assert_eq!(text.as_bytes(), documented.bytes);
}

/// A document that names everything otherwise than the built-in ones do.
fn other() -> Api {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "x-failure-codes": {"auth": ["E17"], "quota": ["E99"]},
        "x-rate-limits": {"all": {"requests": 1, "seconds": 60, "scope": "key", "default": true, "header": "X-Used"}},
        "security": [{"key": []}],
        "paths": {
            "/a": {"get": {
                "operationId": "a",
                "responses": {
                    "200": {"description": "A.", "content": {"application/json": {"schema": {"type": "object"}}}},
                    "400": {"description": "B.", "content": {"application/json": {"schema": {
                        "type": "object",
                        "x-error": {"code": "code", "message": "message"},
                        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                    }}}},
                    "429": {"description": "C.", "content": {"application/json": {"schema": {
                        "type": "object",
                        "x-error": {"code": "code"},
                        "properties": {"code": {"type": "string"}},
                    }}}},
                },
            }},
            "/in": {"post": {
                "operationId": "enter",
                "security": [],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {"shop": {"type": "integer"}, "proof": {"type": "string"},
                        "pin": {"type": "integer", "x-credential": "shop_pin"}},
                }}}},
                "responses": {"200": {"description": "D."}},
            }},
        },
        "components": {"securitySchemes": {"key": {
            "type": "apiKey", "in": "header", "name": "X-Key",
            "x-login": {"operation": "enter", "arguments": ["shop", "phrase"],
                "request": {"shop": "{shop}", "proof": "{phrase}"}, "token": "t"},
        }}},
    });
    Api::from_bundled("other", &document.to_string(), &[]).unwrap()
}

#[tokio::test]
async fn codes_and_headers_are_those_of_the_spec() {
    let sandbox = Sandbox::builder()
        .serve(other())
        .keep_limits(true)
        .start()
        .await
        .unwrap();
    let ask = |key: &'static str| {
        let url = format!("{}/a", sandbox.url("other"));
        async move {
            let reply = reqwest::Client::new()
                .get(url)
                .header("X-Key", key)
                .send()
                .await
                .unwrap();
            let used = reply.headers()["x-used"].to_str().unwrap().to_owned();
            (reply.status().as_u16(), used, reply.text().await.unwrap())
        }
    };
    let (status, used, body) = ask("wrong").await;
    assert_eq!((status, used.as_str()), (400, "1/1"));
    assert!(body.contains("\"E17\""), "{body}");
    let (status, _, body) = ask(TOKEN).await;
    assert_eq!(status, 429);
    assert!(body.contains("\"E99\""), "{body}");
}

#[tokio::test]
async fn a_missing_sample_is_named() {
    let sandbox = Sandbox::builder().serve(other()).start().await.unwrap();
    let url = format!("{}/a", sandbox.url("other"));
    let reply = reqwest::Client::new()
        .get(url)
        .header("X-Key", TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status().as_u16(), 501);
    let text = reply.text().await.unwrap();
    assert!(
        text.contains("add specs/samples/other/a.synthetic.response.json"),
        "{text}"
    );
}

#[test]
fn credentials_are_named_by_the_spec() {
    let other = other();
    let credential = |name: &str| other.credential(name);
    assert_eq!(credential("shop").as_deref(), Some("123456"));
    assert_eq!(credential("phrase").as_deref(), Some("sandbox-api-key"));
    assert_eq!(credential("shop_pin").as_deref(), Some("1"));
    assert_eq!(credential("token").as_deref(), Some(TOKEN));
    assert_eq!(credential("seller_id").or(credential("login")), None);
    let basic = Api::built_in("insales_digital").unwrap();
    assert_eq!(basic.credential("password").as_deref(), Some(PASSWORD));
    assert_eq!(basic.credential("token"), None);
}

#[tokio::test]
async fn a_head_that_does_not_arrive_ends_the_connection() {
    let timeout = Duration::from_millis(200);
    let sandbox = Sandbox::builder()
        .api("fileflare")
        .head_timeout(timeout)
        .start()
        .await
        .unwrap();
    let address = sandbox.url("fileflare").replace("http://", "");
    let waited = tokio::task::spawn_blocking(move || {
        let started = Instant::now();
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        socket
            .write_all(b"GET /api/v2/customer-account-orders HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            .unwrap();
        let mut rest = Vec::new();
        // The end of the connection, whether or not with a reply.
        drop(socket.read_to_end(&mut rest));
        started.elapsed()
    })
    .await
    .unwrap();
    assert!(
        waited >= timeout && waited < Duration::from_secs(5),
        "{waited:?}"
    );
}
