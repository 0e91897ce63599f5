//! What the reduced specs of `specs/kinds` send.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod framing;
mod inline_refs;
mod later;
mod latest;
mod lent_places;
mod misplaced;
mod nested;
mod newer;
mod optional_bodies;
mod schemas;
mod tagged_names;
mod text_unions;
mod wrapped;

use std::collections::BTreeMap;

use lavka_hostile::{Act, Server, run};
use lavka_runtime::client::{Format, Upload};
use lavka_tests::wire::multipart::{
    Client, EitherRequest, EitherRequestA, FreeRequest, Mixed, MixedInfo, MixedOne,
    MixedSeveralItem, MoreFilesRequest,
};
use lavka_tests::wire::{
    alike, anchors, anonymous, decimal_union, inferred, xml_free, xml_null, xml_roots, xml_unnamed,
};

const NOTHING: &[u8] = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
/// Heads of replies whose bodies follow.
const JSON: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
const XML: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n";

/// A server that answers this.
fn server(reply: &[u8]) -> Server {
    Server::script(vec![Act::Close(reply.to_vec())])
}

/// The body that it got.
fn body(server: &Server) -> String {
    let seen = server.next();
    assert_eq!(seen.header("transfer-encoding"), None, "lengths are known");
    seen.text()
}

/// What a call sends: each part's headers that are not of every part, and its content.
fn parts(call: impl AsyncFnOnce(Client)) -> Vec<String> {
    let server = server(NOTHING);
    run(async {
        let client = Client::builder().base_url(server.url()).build().unwrap();
        call(client).await;
    });
    parts_of(&body(&server))
}

/// What a call of `specs/kinds/parts.yaml` sends: the media type and the text of the body.
fn sent_parts(call: &dyn Fn(lavka_tests::wire::parts::Client)) -> (String, String) {
    let server = server(NOTHING);
    let builder = lavka_tests::wire::parts::Client::builder().base_url(server.url());
    call(builder.build().unwrap());
    let seen = server.next();
    let media_type = seen.header("content-type").unwrap().to_owned();
    (media_type, seen.text())
}

fn parts_of(body: &str) -> Vec<String> {
    let boundary = body.lines().next().unwrap().to_owned();
    let texts = body.split(&boundary).skip(1);
    let texts = texts.filter(|text| !text.starts_with("--"));
    texts
        .map(|text| {
            let text = text.trim().replace("\r\n", "|");
            text.replace("Content-Disposition: form-data; ", "")
                .replace("Content-Type: ", "")
        })
        .collect()
}

#[test]
fn files_stand_beside_parts_that_are_json() {
    let sent = parts(async |client| {
        assert_eq!(MixedOne::from("a"), MixedOne::String("a".to_owned()));
        let mut form = Mixed::new(Upload::bytes("a.txt", "file"))
            .with_files(vec![
                Upload::bytes("b.txt", "1"),
                Upload::bytes("c.txt", "2"),
            ])
            .with_info(MixedInfo::default().with_name("n"))
            .with_several(vec![MixedSeveralItem::default().with_n(5)])
            .with_one(MixedOne::from(7_i64));
        form.map = Some(BTreeMap::from([("k".to_owned(), "v".to_owned())]));
        client.mixed(&form).await.unwrap();
    });
    assert_eq!(
        sent,
        [
            r#"name="file"; filename="a.txt"|text/plain||file"#,
            r#"name="files"; filename="b.txt"|text/plain||1"#,
            r#"name="files"; filename="c.txt"|text/plain||2"#,
            r#"name="info"|application/json||{"name":"n"}"#,
            r#"name="several"|application/json||{"n":5}"#,
            r#"name="one"||7"#,
            r#"name="map"|application/json||{"k":"v"}"#,
        ]
    );
}

#[test]
fn what_the_document_does_not_name_is_a_part_too() {
    let sent = parts(async |client| {
        let mut form = FreeRequest::new("n");
        form.additional = BTreeMap::from([("x".to_owned(), "1".to_owned())]);
        client.free(&form).await.unwrap();
    });
    assert_eq!(sent, [r#"name="name"||n"#, r#"name="x"||1"#]);
    let file = || BTreeMap::from([("scan".to_owned(), Upload::bytes("s.pdf", "%PDF"))]);
    let scan = r#"name="scan"; filename="s.pdf"|application/pdf||%PDF"#;
    let sent = parts(async |client| client.files(&file()).await.unwrap());
    assert_eq!(sent, [scan]);
    // A file whose part no schema names.
    let sent = parts(async |client| client.unnamed(&file()).await.unwrap());
    assert_eq!(sent, [scan]);
    let sent = parts(async |client| {
        let mut form = MoreFilesRequest::default().with_note("n");
        form.additional = file();
        client.more_files(&form).await.unwrap();
    });
    assert_eq!(sent, [r#"name="note"||n"#, scan]);
    let sent = parts(async |client| {
        let body = EitherRequest::A(EitherRequestA::new("x"));
        client.either(&body).await.unwrap();
    });
    assert_eq!(sent, [r#"name="a"||x"#]);
}

#[test]
fn a_client_whose_operations_need_no_credentials_is_made_without_them() {
    let server = server(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n");
    run(async {
        let client = anonymous::Client::builder()
            .base_url(server.url())
            .build()
            .unwrap();
        // A reply to HEAD has the length of a body that does not come.
        client.describe("a").await.unwrap();
    });
    assert_eq!(body(&server), "");
}

#[test]
fn free_values_travel_in_xml() {
    let server = server(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n\
        <Thing><id>b</id><any><x>1</x><x>2</x></any><several>s</several><labels><k>v</k></labels></Thing>",
    );
    let read = run(async {
        let client = xml_free::Client::builder()
            .base_url(server.url())
            .build()
            .unwrap();
        let thing = xml_free::Thing::new("a")
            .with_any(serde_json::json!({"n": 5, "list": ["x", "y"]}))
            .with_labels(BTreeMap::from([("k".to_owned(), "v & w".to_owned())]));
        client.put(&thing).await.unwrap()
    });
    assert_eq!(
        body(&server),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Thing><id>a</id><any><list>x</list><list>y</list><n>5</n></any><labels><k>v &amp; w</k></labels></Thing>"
    );
    assert_eq!(read.id, "b");
    assert_eq!(read.any, Some(serde_json::json!({"x": ["1", "2"]})));
    assert_eq!(read.several, Some(vec![serde_json::json!("s")]));
    assert_eq!(
        read.labels,
        Some(BTreeMap::from([("k".to_owned(), "v".to_owned())]))
    );
}

/// Makes a call of a client for a server that answers this in XML: what it sent, without the declaration, and its value.
fn xml_call<T>(reply: &str, call: impl AsyncFnOnce(xml_null::Client) -> T) -> (String, T) {
    let server = server(format!("{XML}{reply}").as_bytes());
    let value = run(async {
        let client = xml_null::Client::builder()
            .base_url(server.url())
            .build()
            .unwrap();
        call(client).await
    });
    let body = body(&server).replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "");
    (body, value)
}

#[test]
fn null_of_a_required_property_is_absent_or_nil_in_xml() {
    let nothing = || xml_null::Thing::new(1, None, None, None, None, None);
    let nil = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";
    let replies = [
        "<Thing><id>1</id></Thing>".to_owned(),
        format!("<Thing><id>1</id><name {nil}/><sizes {nil}/><part {nil}/></Thing>"),
    ];
    for reply in replies {
        let (sent, read) = xml_call(&reply, async |client| client.put(&nothing()).await.unwrap());
        assert_eq!(read, nothing());
        // What is sent is read as the same.
        let (_, again) = xml_call(&sent, async |client| client.put(&nothing()).await.unwrap());
        assert_eq!(again, nothing());
    }
    let full = || {
        let mut thing = nothing();
        thing.name = Some(String::new());
        thing.kind = Some("k".to_owned());
        thing.tags = Some(vec!["a".to_owned(), String::new()]);
        thing.sizes = Some(Vec::new());
        thing.part = Some(xml_null::ThingPart::new(Some(5)));
        thing
    };
    let (sent, _) = xml_call("<Thing><id>1</id></Thing>", async |client| {
        client.put(&full()).await.unwrap()
    });
    assert_eq!(
        sent,
        "<Thing kind=\"k\"><id>1</id><name/><tags>a</tags><tags/><sizes/><part><n>5</n></part></Thing>"
    );
    let (_, read) = xml_call(&sent, async |client| client.put(&full()).await.unwrap());
    assert_eq!(read, full());
}

#[test]
fn a_body_that_is_a_map_travels_in_xml() {
    let labels = || {
        BTreeMap::from([
            ("color".to_owned(), "red & blue".to_owned()),
            ("size".to_owned(), "1".to_owned()),
        ])
    };
    let sent_labels = "<labels><color>red &amp; blue</color><size>1</size></labels>";
    let (sent, read) = xml_call(
        "<counts><a><n>1</n></a><b><n>2</n></b></counts>",
        async |client| client.put_labels(&labels()).await.unwrap(),
    );
    assert_eq!(sent, sent_labels);
    let counts: Vec<_> = read
        .iter()
        .map(|(name, count)| (&**name, count.n))
        .collect();
    assert_eq!(counts, [("a", 1), ("b", 2)]);
    let (sent, read) = xml_call(sent_labels, async |client| {
        client.put_both(&labels()).await.unwrap()
    });
    assert_eq!(sent, r#"{"color":"red & blue","size":"1"}"#);
    assert_eq!(read, labels());
    // A name that XML has not is refused before anything is sent.
    let refused = run(async {
        let client = xml_null::Client::builder()
            .base_url("http://127.0.0.1:9")
            .build()
            .unwrap();
        let odd = BTreeMap::from([("a b".to_owned(), String::new())]);
        client.put_labels(&odd).await.unwrap_err()
    });
    assert!(
        refused.to_string().contains("`a b`") || refused.to_string().contains("a b"),
        "{refused}"
    );
    assert_eq!(refused.kind(), lavka_runtime::ErrorKind::Request);
}

#[test]
fn unions_of_decimals_keep_their_digits() {
    for text in [
        r#"{"quantity":0.10,"when":1700000000,"several":[1.50,2]}"#,
        r#"{"quantity":"","when":"2024-05-01T10:00:00+03:00","several":true}"#,
    ] {
        let stock: decimal_union::Stock = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&stock).unwrap(), text);
    }
}

/// What a call of a client gives, and what it sent.
fn call<T>(reply: &str, call: impl AsyncFnOnce(&str) -> T) -> (String, T) {
    let server = server(reply.as_bytes());
    let given = run(call(&server.url()));
    (body(&server), given)
}

#[test]
fn generic_schemas_have_the_types_of_their_users() {
    let client = |url: &str| anchors::Client::builder().base_url(url).build().unwrap();
    let page = r#"{"items":[{"kind":"bank","iban":"1"}],"next":"n","total":7}"#;
    let (_, read) = call(&format!("{JSON}{page}"), async |url| {
        client(url).payments().await.unwrap()
    });
    assert!(matches!(&*read.items, [anchors::Payment::Bank(_)]));
    assert_eq!((read.next.as_deref(), read.total), (Some("n"), Some(7)));
    let (_, read) = call(
        &format!("{JSON}{{\"items\":[{{\"key\":\"k\"}}]}}"),
        async |url| client(url).comparisons().await.unwrap(),
    );
    assert_eq!(read.items, [anchors::Comparison::new("k")]);
    let tree = r#"{"size":2,"children":[{"size":1}]}"#;
    let (_, read) = call(&format!("{JSON}{tree}"), async |url| {
        client(url).tree().await.unwrap()
    });
    assert_eq!(read.children.unwrap()[0].size, Some(1));
}

#[test]
fn references_by_anchors_are_typed() {
    let (sent, read) = call(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
        [{\"nodes\": [{\"payment\": {\"kind\": \"bank\", \"iban\": \"1\"}}]}, {\"payment\": {\"iban\": \"2\"}}]",
        async |url| {
            let client = anchors::Client::builder().base_url(url).build().unwrap();
            let comparison = anchors::Comparison::new("k");
            let inner = anchors::Filter::new(vec![comparison.into()]);
            let filter = anchors::Filter::new(vec![inner.into()]);
            client.put(&filter).await.unwrap()
        },
    );
    assert_eq!(sent, r#"{"all":[{"all":[{"key":"k"}]}]}"#);
    let inner = &read[0].nodes.as_ref().unwrap()[0];
    let Some(anchors::Payment::Bank(bank)) = &inner.payment else {
        panic!("{read:?}");
    };
    assert_eq!(bank.iban.as_deref(), Some("1"));
    // Either is possible without the constant.
    assert_eq!(
        read[1].payment,
        Some(anchors::Payment::Unknown(serde_json::json!({"iban": "2"})))
    );
}

#[test]
fn operations_of_one_id_are_called_by_their_paths() {
    let (sent, read) = call(
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n7",
        async |url| {
            let client = alike::Client::builder().base_url(url).build().unwrap();
            client.get_things().await.unwrap()
        },
    );
    assert_eq!(sent, "");
    assert!(matches!(read, alike::GetThingsReply::Status2xx(7)));
    let ids: Vec<&str> = lavka_runtime::dynamic::Api::operations(&alike::dynamic::Api)
        .iter()
        .map(|entry| entry.operation.id)
        .collect();
    assert_eq!(
        ids,
        [
            "get /things",
            "delete /things",
            "getA1",
            "getA_1",
            "straße",
            "strasse"
        ]
    );
}

#[test]
fn types_are_inferred_from_what_a_value_consists_of() {
    let (_, word): (_, inferred::Word) = call(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\
        {\"text\": \"a\", \"count\": null, \"any\": {\"n\": 1}}",
        async |url| {
            let client = inferred::Client::builder().base_url(url).build().unwrap();
            client.words().await.unwrap()
        },
    );
    assert_eq!(word.text, "a");
    assert_eq!(word.count, lavka_runtime::Maybe::<i64>::Null);
    assert_eq!(word.any, Some(serde_json::json!({"n": 1})));
}

#[test]
fn a_text_is_a_body_in_xml() {
    let (sent, thing): (_, xml_roots::Thing) = call(
        "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n\
        <Thing><ratio>1.5</ratio></Thing>",
        async |url| {
            let client = xml_roots::Client::builder().base_url(url).build().unwrap();
            client.name("a & b").await.unwrap()
        },
    );
    assert!(sent.ends_with("<name>a &amp; b</name>"), "{sent}");
    assert_eq!(thing.ratio, xml_roots::ThingRatio::N1_5);
}

#[test]
fn any_root_is_read_where_the_document_names_none() {
    let client = |server: &Server| {
        let builder = xml_unnamed::Client::builder().base_url(server.url());
        builder.format(Format::Xml).build().unwrap()
    };
    for root in ["things", "ArrayOfThing xmlns=\"urn:x\"", "list"] {
        let end = root.split(' ').next().unwrap();
        let reply: &'static str = format!(
            "{XML}<{root}><thing><name>a</name></thing><thing><name>b</name></thing></{end}>"
        )
        .leak();
        let whole = server(reply.as_bytes());
        let read = run(async { client(&whole).list().await.unwrap() });
        let names: Vec<&str> = read.iter().map(|thing| thing.name.as_str()).collect();
        assert_eq!(names, ["a", "b"], "{root}");
        let pieces = server(reply.as_bytes());
        run(async {
            let mut items = client(&pieces).list_all_stream().await.unwrap();
            for name in ["a", "b"] {
                assert_eq!(items.next().await.unwrap().unwrap().name, name, "{root}");
            }
            assert!(items.next().await.is_none());
        });
    }
    let reply: &'static str = format!("{XML}<anything><id>7</id></anything>").leak();
    let server = server(reply.as_bytes());
    let last = run(async { client(&server).last().await.unwrap() });
    assert_eq!(last.id, 7);
}
