//! Requests over a socket: right ones get the documented sample, wrong ones an error that says what is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::*;
use lavka_sandbox::credentials::{API_KEY, LOGIN, PASSWORD, SELLER_ID, TOKEN};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;

const OK: &str = "token=sandbox-token";

#[test]
fn the_fixture_fits_itself_but_for_the_odd_value() {
    let reported: Vec<String> = shop()
        .check_samples()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        reported,
        [
            "create_book.documented-2.request.json /kind: expected one of \"new\", \"old\", found \"rare\""
        ]
    );
}

#[tokio::test]
async fn right_requests_get_the_sample_in_the_format_that_is_accepted() {
    let shop = start().await;
    let list = format!("/books?kind=new&{OK}&tags=1&tags=2&ids=3,4&page=1");
    let plain = shop.get(&list).await;
    assert_eq!((plain.status, plain.body.as_str()), (200, BOOKS));
    assert_eq!(plain.content_type, "application/json; charset=utf-8");
    let xml = send(
        shop.request("GET", &list)
            .header(ACCEPT, "text/xml")
            .header("X-Trace", "5"),
    )
    .await;
    assert_eq!((xml.status, xml.body.as_str()), (200, BOOKS_XML));
    let both = format!("/books?{OK}");
    assert_eq!(shop.post_json(&both, BOOK).await.body, BOOKS);
    assert_eq!(
        shop.post(&both, "text/xml; charset=utf-8", "text/xml", BOOK_XML)
            .await
            .body,
        RESULT_XML
    );
    assert_eq!(
        shop.post(&both, "text/xml", "*/*", BOOK_XML).await.body,
        BOOKS
    );
    let deleted = send(shop.request("DELETE", &format!("/books/5.json?{OK}"))).await;
    assert_eq!(
        (
            deleted.status,
            deleted.body.as_str(),
            deleted.content_type.as_str()
        ),
        (204, "", "")
    );
    let other_way = send(
        shop.request("DELETE", "/books/5.json")
            .basic_auth(LOGIN, Some(PASSWORD)),
    )
    .await;
    assert_eq!(other_way.status, 204);
}

#[tokio::test]
async fn a_documented_value_passes_and_its_own_reply_comes_back() {
    let shop = start().await;
    let reply = shop.post_json(&format!("/books?{OK}"), ODD_BOOK).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, RARE));
    let other = shop
        .post_json(&format!("/books?{OK}"), &ODD_BOOK.replace("rare", "rarer"))
        .await;
    assert_eq!(other.status, 400);
}

#[tokio::test]
async fn wrong_requests_are_told_what_is_wrong_in_the_apis_own_form() {
    let shop = start().await;
    for (path, expected) in [
        (
            "/books?kind=new",
            "query parameter token: expected the sandbox's credentials (see lavka_sandbox::credentials), found nothing",
        ),
        (
            "/books?kind=new&token=hunter2",
            "query parameter token: expected the sandbox's credentials (see lavka_sandbox::credentials), found another value (not shown)",
        ),
        (
            "/books?token=sandbox-token",
            "query parameter kind: expected this parameter, which is required, found nothing",
        ),
        (
            "/books?kind=odd&token=sandbox-token",
            "query parameter kind: expected one of \"new\", \"old\", found \"odd\"",
        ),
        (
            "/books?kind=new&page=0&token=sandbox-token",
            "query parameter page: expected at least 1, found 0",
        ),
        (
            "/books?kind=new&page=x&token=sandbox-token",
            "query parameter page: expected integer, found \"x\"",
        ),
        (
            "/books?kind=new&kind=old&token=sandbox-token",
            "query parameter kind: expected this parameter once, found 2 times",
        ),
        (
            "/books?kind=new&ids=1,x&token=sandbox-token",
            "query parameter ids /1: expected integer, found \"x\"",
        ),
        (
            "/books?kind=new&pgae=1&token=sandbox-token",
            "query parameter pgae: expected no parameter of this name (did you mean \"page\"?), found one",
        ),
    ] {
        let reply = shop.get(path).await;
        assert_eq!(reply.status, 400, "{path}");
        let body = reply.json();
        assert_eq!(body["errors"][0]["message"], expected);
        assert_eq!(body["retval"], 1);
        assert!(!reply.body.contains("hunter2"));
    }
    let header = send(
        shop.request("GET", &format!("/books?kind=new&{OK}"))
            .header("X-Trace", "x"),
    )
    .await;
    assert_eq!(
        header.json()["errors"][0]["message"],
        "header X-Trace: expected integer, found \"x\""
    );
    let code = shop.get("/books?kind=new").await.json();
    assert_eq!(code["errors"][0]["code"], "auth-0");
}

#[tokio::test]
async fn wrong_bodies_are_told_with_their_place() {
    let shop = start().await;
    let path = format!("/books?{OK}");
    for (body, expected) in [
        (
            r#"{"title":[],"price":1"#,
            "body line 1, column 21: expected JSON, found EOF while parsing an object at line 1 column 21",
        ),
        (
            r#"{"title":[{"locale":"en","value":5}],"price":1}"#,
            "body /title/0/value: expected string, found 5",
        ),
        (
            r#"{"title":[],"price":1,"pirce":1}"#,
            "body /pirce: expected no property of this name (did you mean \"price\"?), found one",
        ),
        (
            r#"{"title":[]}"#,
            "body /price: expected this property, which is required, found nothing",
        ),
    ] {
        let reply = shop.post_json(&path, body).await;
        assert_eq!(
            (reply.status, &reply.json()["errors"][0]["message"]),
            (400, &json!(expected))
        );
    }
    for (body, expected) in [
        (
            "<book><price>1</price>\n<colour/></book>",
            "body /book/colour (line 2, column 1): expected no element of this name, found &lt;colour&gt;",
        ),
        (
            "<book><price>x</price></book>",
            "body /book/price (line 1, column 7): expected a number, found &quot;x&quot;",
        ),
        (
            "<book>\n<title><locale>en</locale></title><price>1</price></book>",
            "body /book/title (line 2, column 1), value: expected this property, which is required, found nothing",
        ),
        (
            "<book><price>1</price><kind>odd</kind></book>",
            "body /book/kind (line 1, column 23): expected one of &quot;new&quot;, &quot;old&quot;, found &quot;odd&quot;",
        ),
        (
            "<buch/>",
            "expected the root element &lt;book&gt;, found &lt;buch&gt;",
        ),
        ("<book>", "expected well-formed XML"),
    ] {
        let reply = shop.post(&path, "text/xml", "text/xml", body).await;
        assert_eq!(
            (reply.status, reply.content_type.as_str()),
            (400, "text/xml; charset=utf-8")
        );
        assert!(
            reply.body.contains(expected) && reply.body.contains("<result>"),
            "{}",
            reply.body
        );
    }
}

#[tokio::test]
async fn paths_methods_and_media_types() {
    let shop = start().await;
    let near = shop.get("/boks?kind=new").await;
    assert_eq!(near.status, 404);
    assert!(
        near.body
            .contains("the nearest is GET /v1/books, found /v1/boks"),
        "{}",
        near.body
    );
    let outside = shop
        .http
        .get(shop.url.replace("/v1", "/v2/books"))
        .send()
        .await
        .unwrap();
    assert_eq!(outside.status().as_u16(), 404);
    let method = send(shop.request("PATCH", "/books")).await;
    assert_eq!(
        (method.status, method.headers["allow"].to_str().unwrap()),
        (405, "GET, POST")
    );
    let path = format!("/books?{OK}");
    assert_eq!(shop.post(&path, "text/csv", "*/*", "x").await.status, 415);
    assert_eq!(
        send(shop.request("POST", &path).body("x")).await.status,
        415
    );
    let accept = shop
        .post(&path, "application/json", "image/png", BOOK)
        .await;
    assert_eq!(accept.status, 406);
    assert!(
        accept.body.contains("one of application/json, text/xml"),
        "{}",
        accept.body
    );
    let body = send(
        shop.request("DELETE", &format!("/books/5.json?{OK}"))
            .body("x"),
    )
    .await;
    assert!(
        body.body.contains("body: expected no body, found one"),
        "{}",
        body.body
    );
}

#[tokio::test]
async fn basic_and_errors_without_and_with_a_form() {
    let shop = start().await;
    let right = send(
        shop.request("GET", "/books/5.json")
            .basic_auth(LOGIN, Some(PASSWORD)),
    )
    .await;
    assert_eq!((right.status, right.body.as_str()), (200, BOOK));
    let wrong = send(
        shop.request("GET", "/books/5.json")
            .basic_auth(LOGIN, Some("hunter2")),
    )
    .await;
    assert_eq!(
        (wrong.status, wrong.content_type.as_str()),
        (401, "text/plain; charset=utf-8")
    );
    assert!(
        wrong.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic")
    );
    let id = send(
        shop.request("GET", "/books/x.json")
            .basic_auth(LOGIN, Some(PASSWORD)),
    )
    .await;
    assert_eq!(id.status, 422);
    assert_eq!(
        id.json()["errors"]["id"][0],
        "path parameter id: expected integer, found \"x\""
    );
}

#[tokio::test]
async fn credentials_in_the_body() {
    let shop = start().await;
    let order = |key: &str, number: u32| {
        json!({"key": key, "shop": number, "method": "Create", "params": {"name": "A"}}).to_string()
    };
    assert_eq!(
        shop.post_json("/orders", &order(TOKEN, 1)).await.status,
        201
    );
    assert_eq!(
        shop.post_json("/orders", &order("verbatim", 7))
            .await
            .status,
        201
    );
    let wrong = shop.post_json("/orders", &order("hunter2", 8)).await;
    assert_eq!(
        (wrong.status, &wrong.json()["status"]),
        (400, &json!("ERROR"))
    );
    assert!(
        wrong.body.contains("body /key")
            && wrong.body.contains("body /shop")
            && !wrong.body.contains("hunter2")
    );
    let fault = shop
        .post_json("/orders", &order(TOKEN, 1).replace("name", "nam"))
        .await
        .json();
    assert_eq!(fault["errors"].as_array().unwrap().len(), 2, "{fault}");
}

#[tokio::test]
async fn a_login_checks_the_sign_and_its_token_holds_until_it_is_revoked() {
    let shop = start().await;
    let login = |key: &str| {
        use sha2::Digest as _;
        let sign: String = sha2::Sha256::digest(format!("{key}1700000000"))
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        json!({"seller_id": SELLER_ID, "timestamp": 1_700_000_000, "sign": sign}).to_string()
    };
    let wrong = shop.post_json("/login", &login("other")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("body /sign"), "{}", wrong.body);
    let right = shop.post_json("/login", &login(API_KEY)).await.json();
    assert_eq!(right["seller_id"], SELLER_ID);
    let until =
        chrono::DateTime::parse_from_rfc3339(right["valid_thru"].as_str().unwrap()).unwrap();
    let left = until.signed_duration_since(chrono::Utc::now());
    assert!((7100..=7200).contains(&left.num_seconds()), "{until}");
    let list = format!("/books?kind=new&token={}", right["token"].as_str().unwrap());
    assert_eq!(shop.get(&list).await.status, 200);
    shop.sandbox.revoke_tokens();
    assert_eq!(shop.get(&list).await.status, 400);
    assert_eq!(shop.sandbox.calls("shop.login"), 2);
}

#[tokio::test]
async fn multipart_bodies_stream_and_are_checked() {
    let shop = start().await;
    let body = |head: &str, data: &[u8]| {
        [
            format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            data,
            b"\r\n--B--\r\n",
        ]
        .concat()
    };
    let big = vec![7_u8; 3 << 20];
    let length = body("name=\"file\"; filename=\"a.png\"", &big).len() as u64;
    let sent = body("name=\"file\"; filename=\"a.png\"", &big);
    let reply = shop
        .post(
            "/books/5/cover",
            "multipart/form-data; boundary=B",
            "application/json",
            sent.clone(),
        )
        .await;
    assert_eq!((reply.status, reply.body.as_str()), (201, "9a968c22-9bc2"));
    let recorded = shop.sandbox.requests().pop().unwrap();
    assert_eq!(
        (recorded.body_length, recorded.body.len()),
        (length, 1 << 20)
    );
    assert_eq!(recorded.body[..], sent[..1 << 20]);
    for (head, data, content_type, expected) in [
        (
            "name=\"file\"",
            &b"x"[..],
            "multipart/form-data; boundary=B",
            "a part with a filename",
        ),
        (
            "name=\"fil\"; filename=\"x\"",
            b"x",
            "multipart/form-data; boundary=B",
            "did you mean \"file\"?",
        ),
        (
            "name=\"note\"",
            b"far too long",
            "multipart/form-data; boundary=B",
            "body part /file: expected this property",
        ),
        (
            "name=\"file\"; filename=\"x\"",
            b"x",
            "multipart/form-data",
            "expected a boundary",
        ),
        (
            "name=\"file\"; filename=\"x\"",
            b"x",
            "multipart/form-data; boundary=C",
            "no boundary",
        ),
    ] {
        let reply = shop
            .post("/books/5/cover", content_type, "*/*", body(head, data))
            .await;
        assert_eq!(reply.status / 100, 4);
        assert!(
            reply.body.replace("\\\"", "\"").contains(expected),
            "{}",
            reply.body
        );
    }
}

#[tokio::test]
async fn everything_is_recorded_as_it_came() {
    let shop = start().await;
    shop.post_json(&format!("/books?{OK}&a=%20b+c"), "{ \"x\" : 1 }")
        .await;
    send(shop.request("GET", "/nothing").header("X-Mine", "1")).await;
    let log = shop.sandbox.take_requests();
    assert_eq!(log.len(), 2);
    assert_eq!(
        (log[0].operation.as_deref(), log[0].status),
        (Some("create_book"), 400)
    );
    assert_eq!(log[0].path_and_query, format!("/v1/books?{OK}&a=%20b+c"));
    assert_eq!(
        (&log[0].body[..], log[0].body_length),
        (&b"{ \"x\" : 1 }"[..], 11)
    );
    assert_eq!(log[0].headers[CONTENT_TYPE], "application/json");
    assert_eq!(
        (
            log[1].operation.as_deref(),
            log[1].status,
            log[1].headers["x-mine"].as_bytes()
        ),
        (None, 404, &b"1"[..])
    );
    assert!(log[1].problems[0].contains("nearest"));
    assert!(shop.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_documented_failure_can_be_asked_for() {
    let shop = start().await;
    let order =
        json!({"key": TOKEN, "shop": 1, "method": "Create", "params": {"name": "A"}}).to_string();
    let ask = |prefer: &str| {
        send(
            shop.request("POST", "/orders")
                .header(CONTENT_TYPE, "application/json")
                .header("Prefer", prefer)
                .body(order.clone()),
        )
    };
    let failed = ask("wait=5, code=400").await;
    assert_eq!(
        (failed.status, failed.body.as_str()),
        (400, r#"{"status":"ERROR","errors":[]}"#)
    );
    assert_eq!(failed.headers["preference-applied"], "code=400");
    for ignored in ["code=418", "code=x", "code", ""] {
        assert_eq!(ask(ignored).await.status, 201, "{ignored}");
    }
}
