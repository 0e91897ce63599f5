//! What a call sends beyond its spec.

use lavka_runtime::client::{
    Alternative, Call, Json, Media, Multipart, Operation, Param, Reply, Request, Scheme,
    SchemeKind, XmlRoot,
};
use lavka_runtime::xml::tag;
use lavka_runtime::{Error, Secret, object};
use serde_json::json;

use super::{API, builder, target};
use lavka_hostile::{Seen, Server, json as answer};

static KEY: Scheme = Scheme::new("key", SchemeKind::Query("api_key"));
static TOKEN: Scheme = Scheme::new("token", SchemeKind::Header("X-Token"));
static SECURITY: &[Alternative] = &[&[], &[&KEY, &TOKEN]];
static OP: Operation = Operation {
    params: &[Param::query("page"), Param::header("X-Shop")],
    fixed_query: &[("v", "2")],
    security: SECURITY,
    request: Media::JSON.or_xml("text/xml", XmlRoot::Element(&[tag!("book")])),
    ..Operation::new(&API, "op", "POST", "/a")
};

#[derive(Debug)]
struct Book {
    title: String,
    price: Option<i64>,
}

object! {
    Book: json both, xml both {
        title = "title": required => element,
        price = "price": optional => element,
    }
}

async fn sent(
    body: impl FnOnce(Request<'_>) -> Request<'_>,
    extra: impl FnOnce(Call<'_, ()>) -> Call<'_, ()>,
) -> Result<Seen, Error> {
    let server = Server::start(|_, _: &Seen| answer("{}"));
    let client = builder(&server).build().expect("a client");
    let values: [&dyn lavka_runtime::client::ToParam; 2] = [&1_i64, &"s"];
    let call = extra(body(client.0.request(&OP, &values)).call(Reply::unit));
    assert!(!format!("{call:?}").contains("PLANTED"));
    let result = call.await;
    let seen = server.seen();
    match result {
        Ok(()) => Ok(seen.into_iter().next().expect("a request")),
        Err(error) => {
            assert!(
                seen.is_empty(),
                "an error, but something was sent: {seen:?}"
            );
            assert!(!format!("{error} {error:?}").contains("PLANTED"));
            Err(error)
        }
    }
}

#[tokio::test]
async fn queries_and_headers() {
    let seen = sent(
        |r| r,
        |call| {
            call.extra_query("q", "a b")
                .extra_query("ids", vec![1_i64, 2])
                .extra_header("X-Trace", "PLANTED")
        },
    )
    .await
    .expect("a reply");
    assert_eq!(target(&seen), "/a?v=2&page=1&q=a%20b&ids=1&ids=2");
    assert_eq!(seen.header("x-trace"), Some("PLANTED"));
}

#[tokio::test]
async fn what_is_refused() {
    for name in ["page", "v", "api_key"] {
        let error = sent(|r| r, |call| call.extra_query(name, "PLANTED"))
            .await
            .expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
    for name in [
        "x-shop",
        "Host",
        "content-length",
        "X-Token",
        "Authorization",
        "Cookie",
        "Transfer-Encoding",
        "a b",
        "",
    ] {
        let error = sent(|r| r, |call| call.extra_header(name, "PLANTED"))
            .await
            .expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
    let error = sent(
        |r| r,
        |call| call.extra_header("X-Trace", "PLANTED\r\nX-Other: b"),
    )
    .await
    .expect_err("control characters");
    assert!(error.to_string().contains("X-Trace"), "{error}");
    let body = json!({"title": "x"});
    let book = Book {
        title: "x".to_owned(),
        price: None,
    };
    for name in ["price", "title"] {
        let errors = [
            sent(|r| r.json(&book), |call| call.extra_field(name, "PLANTED")).await,
            sent(|r| r.any(&book), |call| call.extra_field(name, "PLANTED")).await,
            sent(|r| r.xml(&book), |call| call.extra_field(name, "PLANTED")).await,
        ];
        for error in errors {
            let error = error.expect_err(name);
            assert!(error.to_string().contains(name), "{error}");
        }
    }
    let error = sent(
        |r| r.json(&body),
        |call| call.extra_field("title", "PLANTED"),
    )
    .await
    .expect_err("the body has it");
    assert!(error.to_string().contains("title"), "{error}");
    sent(|r| r, |call| call.extra_field("x", "PLANTED"))
        .await
        .expect_err("no body");
    sent(
        |r| r.json(&json!([1])),
        |call| call.extra_field("x", "PLANTED"),
    )
    .await
    .expect_err("a list");
    sent(
        |r| r.text("text/plain", "x"),
        |call| call.extra_field("x", "PLANTED"),
    )
    .await
    .expect_err("a text");
}

#[tokio::test]
async fn fields_come_last() {
    let body = json!({"title": "x"});
    let seen = sent(
        |r| r.json(&body),
        |call| {
            call.extra_field("a\"b", Secret::from("s"))
                .extra_field("n", Json(&json!({"k": [1, null]})))
                .extra_field("t", true)
        },
    )
    .await
    .expect("a reply");
    assert_eq!(
        seen.text(),
        r#"{"title":"x","a\"b":"s","n":{"k":[1,null]},"t":true}"#
    );
    let seen = sent(|r| r.json(&json!({})), |call| call.extra_field("n", 1_i64))
        .await
        .expect("a reply");
    assert_eq!(seen.text(), r#"{"n":1}"#);

    let xml = "<?xml version=\"1.0\"?><book a=\"x>\"><p:title>x &lt; y > z</p:title><author><name>n</name><e/></author></book>";
    let with =
        |extra: fn(Call<'_, ()>) -> Call<'_, ()>| sent(move |r| r.bytes("text/xml", xml), extra);
    let seen = with(|call| {
        call.extra_field("name", "a<b&\r]]>")
            .extra_field("tag", vec!["x", "y"])
    })
    .await
    .expect("a reply");
    let (start, _) = xml.rsplit_once("</").expect("an end");
    assert_eq!(
        seen.text(),
        format!("{start}<name>a&lt;b&amp;&#13;]]&gt;</name><tag>x</tag><tag>y</tag></book>")
    );
    for name in ["title", "author", "1", "a b", "a><b", ""] {
        let name: &'static str = name;
        let error = sent(
            move |r| r.bytes("text/xml", xml),
            move |call| call.extra_field(name, "x"),
        )
        .await;
        assert!(error.is_err(), "{name}");
    }
    with(|call| call.extra_field("nul", "\0"))
        .await
        .expect_err("not XML");
    let seen = sent(
        |r| r.bytes("text/xml", "<book x=\"1\"/>"),
        |call| call.extra_field("n", 1_i64),
    )
    .await
    .expect("a reply");
    assert_eq!(seen.text(), "<book x=\"1\"><n>1</n></book>");

    let seen = sent(
        |r| r.form(&Json(&json!({"a": 1})), &[]),
        |call| call.extra_field("b c", "d e"),
    )
    .await
    .expect("a reply");
    assert_eq!(seen.text(), "a=1&b+c=d+e");
    let seen = sent(
        |r| r.multipart(Multipart::new().text("a", "1")),
        |call| call.extra_field("b", vec![2_i64, 3]),
    )
    .await
    .expect("a reply");
    assert_eq!(seen.text().matches("name=\"b\"").count(), 2);
}
