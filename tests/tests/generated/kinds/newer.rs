//! Keywords of OpenAPI 3.1, families of objects, and paths and media types as documents have them.

use lavka_hostile::run;
use lavka_runtime::client::Upload;
use lavka_tests::wire::{
    conditions, expressions, families, files, numbers, only_requests, parts, schema_ids, sequences,
    unread_parameters, varieties,
};

use super::{JSON, NOTHING, call, parts_of, sent_parts, server};

#[test]
fn properties_by_conditions_are_optional() {
    let reply = r#"{"kind":"text","value":"long","place":[1,2.5],"level":"high","reason":"r","state":null}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = conditions::Client::builder().base_url(url).build().unwrap();
        let thing = conditions::Thing::new(conditions::ThingKind::Size)
            .with_value(5)
            .with_place(vec![1.5, 2.5])
            .with_state(conditions::ThingState::Stopped)
            .with_reason("because");
        client.put(&thing).await.unwrap()
    });
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let expected = serde_json::json!({"kind": "size", "place": [1.5, 2.5], "state": "off", "value": 5, "reason": "because"});
    assert_eq!(sent, expected);
    assert_eq!(read.kind, conditions::ThingKind::Text);
    assert_eq!(
        read.value,
        Some(conditions::ThingValue::String("long".to_owned()))
    );
    assert_eq!(read.place, Some(vec![1.0, 2.5]));
    assert_eq!(read.level, Some(conditions::ThingLevel::High));
    assert_eq!(read.reason.as_deref(), Some("r"));
    assert_eq!(read.state, lavka_runtime::Maybe::Null);
}

#[test]
fn constants_are_described_where_they_are_written() {
    let source = include_str!(concat!(env!("OUT_DIR"), "/conditions.rs"));
    assert!(source.contains("/// Hardly anything. On the wire: `low`."));
    assert!(source.contains("/// Very much\n"));
}

#[test]
fn files_of_openapi_31_are_uploads() {
    let server = server(NOTHING);
    run(async {
        let builder = files::Client::builder().base_url(server.url());
        let client = builder.build().unwrap();
        let form = files::SendRequest::new(Upload::bytes("d.bin", vec![0xff, 0x00]))
            .with_photo(Upload::bytes("p.png", "png"))
            .with_scans(vec![Upload::bytes("s.jpg", "jpeg")])
            .with_icon("icon".as_bytes().to_vec())
            .with_note("text");
        client.send(&form).await.unwrap();
    });
    let seen = server.next();
    assert!(seen.body.windows(2).any(|pair| pair == [0xff, 0x00]));
    let sent = parts_of(&seen.text());
    assert_eq!(
        sent[1..],
        [
            r#"name="photo"; filename="p.png"|image/png||png"#,
            r#"name="scans"; filename="s.jpg"|image/jpeg||jpeg"#,
            r#"name="icon"||aWNvbg=="#,
            r#"name="note"||text"#,
        ]
    );
}

#[test]
fn listed_values_tell_a_family_apart() {
    use families::{Circle, Payment, Shape, Square};
    let reply = r#"[{"kind":"round","radius":1},{"kind":"Square","side":2},{"kind":"point","color":"red"},{"kind":"new"}]"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = families::Client::builder().base_url(url).build().unwrap();
        let shape = Shape::from(Circle::new().with_radius(1.5));
        client.put_shape(&shape).await.unwrap()
    });
    assert_eq!(sent, r#"{"kind":"round","radius":1.5}"#);
    assert_eq!(read[0], Circle::new().with_radius(1.0).into());
    assert_eq!(read[1], Square::new().with_side(2.0).into());
    assert!(matches!(&read[2], Shape::Shape(base) if base.color.as_deref() == Some("red")));
    assert!(matches!(read[3], Shape::Unknown(_)));
    let reply = r#"[{"method":"cash","change":2},{"method":"credit_card","number":"1"}]"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = families::Client::builder().base_url(url).build().unwrap();
        let payment = Payment::from(families::CreditCard::new().with_number("1"));
        client.put_payment(&payment).await.unwrap()
    });
    assert_eq!(sent, r#"{"method":"credit_card","number":"1"}"#);
    assert_eq!(read[0], families::Cash::new().with_change(2.0).into());
    assert_eq!(read[1], families::CreditCard::new().with_number("1").into());
}

#[test]
fn expressions_in_paths_are_plain_parameters() {
    let first_line = |call: &dyn Fn(expressions::Client)| {
        let server = server(NOTHING);
        let builder = expressions::Client::builder().base_url(server.url());
        call(builder.build().unwrap());
        let line = server.next().line;
        line.split(' ').nth(1).unwrap().to_owned()
    };
    let target = first_line(&|client| {
        let params = expressions::ListParams::default().with_page(2);
        run(async { client.list_with("a b", &params).await.unwrap() });
    });
    assert_eq!(target, "/things/a%20b?page=2");
    // A slash of the value is no separator, whatever the expression allows.
    let target = first_line(&|client| run(async { client.file("a/b", "c").await.unwrap() }));
    assert_eq!(target, "/files/a%2Fb/c");
}

#[test]
fn json_goes_before_its_varieties() {
    let server = server(format!("{JSON}{{\"name\":\"b\"}}").as_bytes());
    let read = run(async {
        let builder = varieties::Client::builder().base_url(server.url());
        let client = builder.build().unwrap();
        client.make(&varieties::Thing::new("a")).await.unwrap()
    });
    assert_eq!(read.name, "b");
    let seen = server.next();
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.text(), r#"{"name":"a"}"#);
}

#[test]
fn parts_are_sent_as_the_media_type_says() {
    let (media_type, body) = sent_parts(&|client| {
        let address = parts::MixedRequestAddress::default().with_city("c");
        let form = parts::MixedRequest::new("7")
            .with_address(address)
            .with_picture(Upload::bytes("p", "png"));
        run(async { client.mixed(&form).await.unwrap() });
    });
    let boundary = media_type.strip_prefix("multipart/mixed; boundary=");
    assert!(body.starts_with(&format!("--{}\r\n", boundary.unwrap())));
    assert_eq!(
        parts_of(&body),
        [
            r#"name="id"||7"#,
            r#"name="address"|application/vnd.address+json||{"city":"c"}"#,
            r#"name="picture"; filename="p"|image/png|X-Custom: fixed||png"#,
        ]
    );
    let (media_type, body) = sent_parts(&|client| {
        let metadata = parts::RelatedRequestMetadata::default().with_name("n");
        let form = parts::RelatedRequest::default().with_metadata(metadata);
        run(async { client.related(&form).await.unwrap() });
    });
    assert!(
        media_type.starts_with("multipart/related; type=\"application/json\"; boundary=lavka-")
    );
    assert_eq!(
        parts_of(&body),
        [r#"name="metadata"|application/json||{"name":"n"}"#]
    );
    let (media_type, body) = sent_parts(&|client| {
        let body = Upload::bytes("b", "--x--").content_type("multipart/mixed; boundary=x");
        run(async { client.batch(&body).await.unwrap() });
    });
    assert_eq!(
        (&*media_type, &*body),
        ("multipart/mixed; boundary=x", "--x--")
    );
}

#[test]
fn numbers_that_may_be_text_are_numbers() {
    let reply = r#"{"count":"5","ratio":"0.5","kind":1,"parts":["1",2]}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = numbers::Client::builder().base_url(url).build().unwrap();
        let params = numbers::PutParams::default().with_size(2);
        let sum = numbers::Sum::new(1)
            .with_ratio(0.25)
            .with_kind(numbers::Kind::Two);
        client.put_with(7, &sum, &params).await.unwrap()
    });
    assert_eq!(sent, r#"{"count":1,"ratio":0.25,"kind":2}"#);
    assert_eq!((read.count, read.ratio), (5, Some(0.5)));
    assert_eq!(read.kind, Some(numbers::Kind::One));
    assert_eq!(read.parts, Some(vec![1, 2]));
}

#[test]
fn numbers_with_a_format_of_integers_are_integers() {
    let reply = r#"{"count":5,"total":9007199254740993,"used":5.0,"share":0.75}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = numbers::Client::builder().base_url(url).build().unwrap();
        let sum = numbers::Sum::new(1)
            .with_total(9_007_199_254_740_993_i64)
            .with_used(2_i32)
            .with_share(0.25);
        client.put(7, &sum).await.unwrap()
    });
    let expected = r#"{"count":1,"total":9007199254740993,"used":2,"share":0.25}"#;
    assert_eq!(sent, expected);
    assert_eq!(read.total, Some(9_007_199_254_740_993));
    assert_eq!((read.used, read.share), (Some(5), Some(0.75)));
}

#[test]
fn streams_are_read_as_openapi_32_describes_them() {
    let reply = |media_type: &str, text: &str| {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";
        server(format!("{head}{media_type}\r\n\r\n{text}").as_bytes())
    };
    let client = |server: &lavka_hostile::Server| {
        let builder = sequences::Client::builder().base_url(server.url());
        builder.build().unwrap()
    };
    let events = "event: made\ndata: {\"id\": 1}\n\ndata: {\"id\": 2}\n\n";
    let server = reply("text/event-stream", events);
    run(async {
        let mut items = client(&server).events().await.unwrap();
        assert_eq!(items.next().await.unwrap().unwrap().id, 1);
        assert_eq!(items.next().await.unwrap().unwrap().id, 2);
        assert!(items.next().await.is_none());
    });
    let server = reply("text/event-stream", "data: a b\n\n");
    run(async {
        let mut items = client(&server).texts().await.unwrap();
        assert_eq!(items.next().await.unwrap().unwrap(), "a b");
    });
    let server = reply(
        "text/event-stream",
        "event: made\ndata: {\"id\": 5}\n\n: ping\n\nevent: gone\ndata: {\"was\": \"x\"}\n\n",
    );
    run(async {
        use sequences::TypedResponseItem;
        let mut items = client(&server).typed().await.unwrap();
        let made = items.next().await.unwrap().unwrap();
        assert!(matches!(made, TypedResponseItem::Thing(thing) if thing.id == 5));
        let gone = items.next().await.unwrap().unwrap();
        assert!(matches!(gone, TypedResponseItem::Was(gone) if gone.was == "x"));
        assert!(items.next().await.is_none());
    });
    let server = reply(
        "application/json-seq",
        "\u{1e}{\"id\": 3}\n\u{1e}{\"id\": 4}\n",
    );
    run(async {
        let mut items = client(&server).sequence().await.unwrap();
        assert_eq!(items.next().await.unwrap().unwrap().id, 3);
        assert_eq!(items.next().await.unwrap().unwrap().id, 4);
        assert!(items.next().await.is_none());
    });
}

#[test]
fn references_by_ids_are_typed() {
    use schema_ids::{Address, Client, Customer, Name, Plain, Street};
    let reply = r#"{"name":"bob","home":{"street":{"line":"h"}},"tier":2}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let street = Street::default().with_line("l");
        let customer = Customer::new(Name::Ann)
            .with_home(Address::default().with_street(street.clone()))
            .with_street(street)
            .with_tier(3)
            .with_other(Plain::default().with_next(Plain::default().with_id("p")))
            .with_default(Address::default());
        client.put(&customer).await.unwrap()
    });
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let expected = serde_json::json!({
        "name": "ann", "home": {"street": {"line": "l"}}, "street": {"line": "l"}, "tier": 3,
        "other": {"next": {"$id": "p"}}, "default": {},
    });
    assert_eq!(sent, expected);
    assert_eq!(read.name, Name::Bob);
    let street = read.home.unwrap().street.unwrap();
    assert_eq!((street.line.as_deref(), read.tier), (Some("h"), Some(2)));
}

#[test]
fn operations_stay_without_parameters_that_cannot_be_read() {
    use unread_parameters::{Client, GetParams, SearchParams, SearchQuery};
    let (server, other) = (server(NOTHING), server(NOTHING));
    run(async {
        let client = |url: String| Client::builder().base_url(url).build().unwrap();
        let params = GetParams::default().with_kept("k");
        client(server.url()).get_with("7", &params).await.unwrap();
        let query = SearchQuery::default().with_text("a b").with_limit(3);
        let params = SearchParams::default().with_query(query);
        client(other.url()).search_with(&params).await.unwrap();
    });
    assert_eq!(server.next().line, "GET /things/7?kept=k HTTP/1.1");
    let line = other.next().line;
    assert_eq!(line, "GET /search?text=a%20b&limit=3 HTTP/1.1");
    let source = include_str!(concat!(env!("OUT_DIR"), "/unread_parameters.rs"));
    assert!(!source.contains("remove"), "its parameter is required");
}

#[test]
fn media_types_that_no_header_carries_are_sent_without_parameters() {
    let server = server(format!("{JSON}5").as_bytes());
    let read = run(async {
        let builder = unread_parameters::Client::builder().base_url(server.url());
        builder.build().unwrap().label("text").await.unwrap()
    });
    assert_eq!(read, 5);
    let seen = server.next();
    assert_eq!(seen.header("content-type"), Some("text/plain"));
    assert_eq!(seen.header("accept"), Some("application/json"));
}

#[test]
fn what_only_requests_hold_has_no_part_that_only_replies_have() {
    use only_requests::{CatInput, Client, DogInput, PutAnyRequest, PutInRequest};
    let (first, second) = (server(NOTHING), server(NOTHING));
    run(async {
        let client = |url: String| Client::builder().base_url(url).build().unwrap();
        let any = PutAnyRequest::from(CatInput::new(true));
        client(first.url()).put_any(&any).await.unwrap();
        let within = PutInRequest::new(DogInput::new("w")).with_all(vec![CatInput::new(false)]);
        client(second.url()).put_in(&within).await.unwrap();
    });
    assert_eq!(first.next().text(), r#"{"meow":true}"#);
    let sent = second.next().text();
    assert_eq!(sent, r#"{"dog":{"bark":"w"},"all":[{"meow":false}]}"#);
}

#[test]
fn maps_in_forms_are_written_by_their_style() {
    let server = server(NOTHING);
    run(async {
        let builder = only_requests::Client::builder().base_url(server.url());
        let labels = [
            ("a b".to_owned(), "1&2".to_owned()),
            ("c".to_owned(), "é".to_owned()),
        ];
        let form = only_requests::FormRequest::default()
            .with_id(1)
            .with_labels(std::collections::BTreeMap::from(labels));
        builder.build().unwrap().form(&form).await.unwrap();
    });
    assert_eq!(server.next().text(), "id=1&a+b=1%262&c=%C3%A9");
}
