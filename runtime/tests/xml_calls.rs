//! Calls in XML, over a socket.
#![cfg(feature = "xml")]
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::Duration;

use lavka_hostile::{Act, Server, json, reply, status};
use lavka_runtime::ErrorKind;
use lavka_runtime::client::{
    Api, ApiClient, Builder, Call, Core, Envelope, FailureShape, Format, Items, Media,
    NoCredentials, Operation, Reply, Retry, XmlRoot,
};
use lavka_runtime::xml::{Dialect, ListTag, tag};

#[derive(Clone, Debug, PartialEq)]
struct Item {
    id: i64,
    title: String,
}
lavka_runtime::object! {
    Item: json both, xml both {
        id = "id": required => element("id", "integer"),
        title = "title": required => element,
    }
}

/// An envelope whose status is the title.
impl Envelope for Item {
    type Content = i64;
    fn content(self) -> Option<i64> {
        Some(self.id)
    }
}

static API: Api = Api {
    dialect: Dialect::Rails,
    ..Api::new("xmlshop", "http://127.0.0.1:1")
};
static LIST: Operation = Operation {
    safe: true,
    idempotent: true,
    response: Media::xml(
        "application/xml",
        XmlRoot::List(&ListTag {
            roots: &[tag!("items", "array"), tag!("nil-classes", "array")],
            items: &[tag!("item")],
        }),
    ),
    failure_roots: &[tag!("errors")],
    ..Operation::new(&API, "list", "GET", "/list")
};
static EDIT: Operation = Operation {
    request: Media::JSON.or_xml("text/xml", XmlRoot::Element(&[tag!("item")])),
    response: Media::JSON.or_xml(
        "text/xml",
        XmlRoot::Element(&[tag!("result"), tag!("response")]),
    ),
    failure: &[FailureShape {
        status: &["title"],
        success: &["OK"],
        messages: &["title"],
        ..FailureShape::NONE
    }],
    ..Operation::new(&API, "edit", "POST", "/edit")
};

#[derive(Clone, Debug)]
struct Client {
    core: Core,
}

impl ApiClient for Client {
    const API: &'static Api = &API;
    type Credentials = NoCredentials;
    fn from_core(core: Core) -> Self {
        Self { core }
    }
}

impl Client {
    fn new(server: &Server) -> Self {
        Builder::<Self>::new()
            .base_url(server.url())
            .retry(Retry {
                first_wait: Duration::from_millis(5),
                ..Retry::default()
            })
            .build()
            .expect("a client")
    }

    fn with_format(&self, format: Format) -> Self {
        Self {
            core: self.core.with_format(format),
        }
    }

    fn list(&self) -> Call<'_, Vec<Item>> {
        self.core
            .request(&LIST, &[])
            .call(Reply::decode_xml_list::<Item>)
    }

    fn stream(&self) -> Call<'_, Items<Item>> {
        self.core.request(&LIST, &[]).stream(Items::xml)
    }

    fn edit(&self, item: &Item) -> Call<'_, i64> {
        self.core
            .request(&EDIT, &[])
            .any(item)
            .call(Reply::open_any::<Item>)
    }
}

fn xml(body: &str) -> Act {
    Act::Send(reply(
        "200 OK",
        &[("Content-Type", "application/xml; charset=utf-8")],
        body,
    ))
}

#[tokio::test]
async fn one_operation_in_both_formats() {
    let server = Server::start(|number, _| match number {
        0 => xml("<response><id>1</id><title>OK</title></response>"),
        1 => json(r#"{"id":2,"title":"OK"}"#),
        // The server answers in the other format than it was asked for.
        2 => json(r#"{"id":3,"title":"OK"}"#),
        3 => xml("<result><id>1</id><title>no rights</title></result>"),
        4 => status(
            "400 Bad Request",
            &[],
            "<result><id>1</id><title>bad</title></result>",
        ),
        _ => xml("<result><id>x</id><title>OK</title></result>"),
    });
    let client = Client::new(&server);
    let item = Item {
        id: 7,
        title: "a<b".into(),
    };
    let in_xml = client.with_format(Format::Xml);
    assert_eq!(in_xml.edit(&item).await.expect("success"), 1);
    assert_eq!(client.edit(&item).await.expect("success"), 2);
    assert_eq!(in_xml.edit(&item).await.expect("success"), 3);
    let error = in_xml.edit(&item).await.expect_err("a failure");
    assert_eq!(error.to_string(), "xmlshop.edit: HTTP 200: no rights");
    let error = in_xml.edit(&item).await.expect_err("a failure");
    assert_eq!(error.to_string(), "xmlshop.edit: HTTP 400 Bad Request: bad");
    let error = in_xml.edit(&item).await.expect_err("no integer");
    assert_eq!(
        (error.kind(), error.body_path()),
        (ErrorKind::Decode, Some("/result/id"))
    );
    let seen = server.seen();
    assert_eq!(
        (seen[0].header("content-type"), seen[0].header("accept")),
        (Some("text/xml"), Some("text/xml"))
    );
    assert_eq!(seen[1].header("content-type"), Some("application/json"));
    assert!(
        seen[0]
            .text()
            .ends_with("<item><id type=\"integer\">7</id><title>a&lt;b</title></item>"),
        "{:?}",
        seen[0].text()
    );
    assert_eq!(seen[1].text(), r#"{"id":7,"title":"a<b"}"#);
    let error = in_xml
        .edit(&Item {
            id: 1,
            title: "\u{1}".into(),
        })
        .await
        .expect_err("XML cannot carry it");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn lists_and_streams_of_lists() {
    let list = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><items type=\"array\"><item><id>1</id><title>a</title></item><item><id>2</id><title>b</title></item></items>";
    let server = Server::script(vec![
        xml(list),
        xml(list),
        xml("<nil-classes type=\"array\"/>"),
    ]);
    let client = Client::new(&server);
    let expected = [
        Item {
            id: 1,
            title: "a".into(),
        },
        Item {
            id: 2,
            title: "b".into(),
        },
    ];
    assert_eq!(client.list().await.expect("a list"), expected);
    let mut items = client.stream().await.expect("a stream");
    for item in &expected {
        assert_eq!(
            &items.next().await.expect("an item").expect("an item"),
            item
        );
    }
    assert!(items.next().await.is_none());
    assert!(client.list().await.expect("a list").is_empty());
}

#[tokio::test]
async fn faults_in_xml() {
    let windows = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><items><item><id>1</id><title>\xEB</title></item></items>";
    let mut body = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
        windows.len()
    )
    .into_bytes();
    body.extend_from_slice(windows);
    let server = Server::script(vec![Act::Send(body)]);
    assert_eq!(
        Client::new(&server).list().await.expect("a list")[0].title,
        "л"
    );
    let cases: Vec<(Act, ErrorKind, usize)> = vec![
        (xml("<!DOCTYPE html><html></html>"), ErrorKind::Html, 4),
        (xml("<items><item><id>1"), ErrorKind::Truncated, 4),
        (xml(""), ErrorKind::Empty, 1),
        (json("[]"), ErrorKind::Format, 1),
        (xml("<others/>"), ErrorKind::Decode, 1),
        (
            xml("<items><item><id>1</id></item></items>"),
            ErrorKind::Decode,
            1,
        ),
    ];
    for (act, kind, requests) in cases {
        let server = Server::script(vec![act.clone()]);
        let client = Client::new(&server);
        let error = client.list().await.expect_err("a fault");
        assert_eq!(
            (error.kind(), server.seen().len()),
            (kind, requests),
            "{act:?}: {error}"
        );
        assert!(!error.to_string().contains('\n'));
        let mut items = client.stream().await.expect("a reply");
        let error = items.next().await.expect("an error").expect_err("a fault");
        assert!(
            error.kind() == kind || matches!(kind, ErrorKind::Empty | ErrorKind::Format),
            "{act:?}: {error}"
        );
        assert!(items.next().await.is_none());
    }
    let refused = status(
        "422 Unprocessable Entity",
        &[],
        "<errors><error>No title</error><error>No id</error></errors>",
    );
    let server = Server::script(vec![refused]);
    let error = Client::new(&server).list().await.expect_err("refused");
    assert_eq!(
        error.to_string(),
        "xmlshop.list: HTTP 422 Unprocessable Entity: No title; No id"
    );
    assert!(error.is_validation());
}
