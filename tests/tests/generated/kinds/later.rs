//! What OpenAPI 3.2 adds, values that are not of their type, lines of JSON, conditions by reference, and unions of objects in XML.

use lavka_hostile::run;
use lavka_tests::wire::{
    conditions_elsewhere, default_tag, lines, methods, never, placeholders, value_types, xml_unions,
};

use super::{JSON, NOTHING, XML, call, server};

#[test]
fn methods_of_openapi_32_are_sent() {
    let server_of_texts = server(format!("{JSON}[\"a\"]").as_bytes());
    let found = run(async {
        let builder = methods::Client::builder().base_url(server_of_texts.url());
        let client = builder.build().unwrap();
        let wanted = methods::SearchRequest::new("x");
        client.search(&wanted).await.unwrap()
    });
    assert_eq!(found, ["a"]);
    let seen = server_of_texts.next();
    assert_eq!(seen.line, "QUERY /search HTTP/1.1");
    assert_eq!(seen.text(), r#"{"q":"x"}"#);

    let line = |call: &dyn Fn(methods::Client)| {
        let server = server(NOTHING);
        let builder = methods::Client::builder().base_url(server.url());
        call(builder.build().unwrap());
        let seen = server.next();
        let more = ["destination", "cookie"].map(|name| seen.header(name).map(str::to_owned));
        (seen.line.clone(), more)
    };
    let (sent, [destination, _]) =
        line(&|client| run(async { client.copy_file("a", "/b").await.unwrap() }));
    assert_eq!(sent, "COPY /files/a HTTP/1.1");
    assert_eq!(destination.as_deref(), Some("/b"));
    let (sent, _) = line(&|client| run(async { client.link_file("a").await.unwrap() }));
    assert_eq!(sent, "Link /files/a HTTP/1.1");
    let (sent, [_, cookie]) = line(&|client| {
        let whole = methods::ByFormWhole::new("1 & 2").with_tags(vec!["x".into(), "y".into()]);
        let params = methods::ByFormParams::default().with_session("s");
        run(async { client.by_form_with(&whole, &params).await.unwrap() });
    });
    assert_eq!(sent, "GET /form?a=1%20%26%202&tags=x&tags=y HTTP/1.1");
    assert_eq!(cookie.as_deref(), Some("session=s"));
}

#[test]
fn a_default_mapping_takes_what_no_tag_selects() {
    use default_tag::{Beast, BeastBear, Cat, Other, Pet};
    let reply = r#"[{"kind":"cat","lives":9},{"name":"n"},{"kind":"new","name":"m"}]"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = default_tag::Client::builder()
            .base_url(url)
            .build()
            .unwrap();
        let pet = Pet::from(Other::default().with_kind("new").with_name("m"));
        client.put(&pet).await.unwrap()
    });
    assert_eq!(sent, r#"{"kind":"new","name":"m"}"#);
    assert_eq!(read[0], Cat::new().with_lives(9).into());
    assert_eq!(read[1], Other::default().with_name("n").into());
    assert_eq!(
        read[2],
        Other::default().with_kind("new").with_name("m").into()
    );
    // What the union requires is declared by its members: one property, which must come.
    let reply = r#"{"kind":"bear","name":"b","cubs":["c"]}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = default_tag::Client::builder()
            .base_url(url)
            .build()
            .unwrap();
        let bear = BeastBear::new().with_name("b").with_cubs(vec!["c".into()]);
        client.put_beast(&Beast::from(bear)).await.unwrap()
    });
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let expected = serde_json::json!({"kind": "bear", "name": "b", "cubs": ["c"]});
    assert_eq!(sent, expected);
    assert!(matches!(read, Beast::Bear(bear) if bear.kind == "bear" && bear.kind_1.is_none()));
}

#[test]
fn lists_are_sent_as_lines() {
    let client = |url: &str| lines::Client::builder().base_url(url).build().unwrap();
    let taken = server(NOTHING);
    run(async {
        let items = [lines::Item::new(1), lines::Item::new(2).with_note("a\nb")];
        client(&taken.url()).send(&items).await.unwrap();
    });
    let seen = taken.next();
    assert_eq!(seen.header("content-type"), Some("application/jsonl"));
    assert_eq!(seen.text(), "{\"id\":1}\n{\"id\":2,\"note\":\"a\\nb\"}\n");
    let taken = server(NOTHING);
    run(async {
        let items = vec![lines::Item::new(3)];
        client(&taken.url()).send_lists(&items).await.unwrap();
    });
    let seen = taken.next();
    assert_eq!(seen.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(seen.text(), "{\"id\":3}\n");
}

#[test]
fn properties_of_conditions_elsewhere_are_optional() {
    use conditions_elsewhere::{Client, SizeKind, SizeLang, Thing};
    let reply = r#"{"kind":"text","pay":true,"text":"t","lang":"de","number":"1"}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let thing = Thing::new(SizeKind::Size).with_size(5);
        client.put(&thing).await.unwrap()
    });
    assert_eq!(sent, r#"{"kind":"size","size":5}"#);
    assert_eq!(
        (read.text.as_deref(), read.number.as_deref()),
        (Some("t"), Some("1"))
    );
    assert_eq!(read.lang, Some(SizeLang::De));
}

#[test]
fn values_are_of_the_type_beside_them() {
    use value_types::{PutParams, PutSortItem, Values, ValuesAllItem, ValuesCount, ValuesVersion};
    let reply = r#"{"flag":false,"version":"true","count":1,"all":["b","new"],"odd":7}"#;
    let values = || {
        let all = vec![ValuesAllItem::A, ValuesAllItem::B];
        Values::new(true, ValuesVersion::N1_10, ValuesCount::N2, all).with_odd(3)
    };
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = value_types::Client::builder()
            .base_url(url)
            .build()
            .unwrap();
        client.put(&values()).await.unwrap()
    });
    assert_eq!(
        sent,
        r#"{"flag":true,"version":"1.10","count":2,"all":["a","b"],"odd":3}"#
    );
    assert!(!read.flag);
    assert_eq!(
        (read.version, read.count),
        (ValuesVersion::True, ValuesCount::N1)
    );
    assert_eq!(read.all[0], ValuesAllItem::B);
    let asked = server(format!("{JSON}{reply}").as_bytes());
    run(async {
        let builder = value_types::Client::builder().base_url(asked.url());
        let params = PutParams::default().with_sort(vec![PutSortItem::Desc, PutSortItem::Asc]);
        builder
            .build()
            .unwrap()
            .put_with(&values(), &params)
            .await
            .unwrap();
    });
    assert_eq!(
        asked.next().line,
        "POST /values?sort=desc&sort=asc HTTP/1.1"
    );
}

#[test]
fn objects_of_a_union_are_distinguished_in_xml() {
    use xml_unions::{Bill, Box, Circle, Open, OpenState, Paid, Point, Shape, Square};
    let client = |url: &str| xml_unions::Client::builder().base_url(url).build().unwrap();
    let shapes: [(&str, &str, Shape); 4] = [
        (
            "<Shape><radius>1</radius><label>c</label></Shape>",
            "<radius>1</radius>",
            Circle::new(1).with_label("c").into(),
        ),
        (
            "<Shape><label>s</label><side>2</side></Shape>",
            "<side>2</side>",
            Square::default().with_side(2).with_label("s").into(),
        ),
        (
            r#"<Shape x="1" y="2"/>"#,
            r#"x="1" y="2""#,
            Point::default().with_x(1).with_y(2).into(),
        ),
        // What both have says nothing: the one whose required elements are there.
        (
            "<Shape><label>l</label></Shape>",
            "<label>l</label>",
            Square::default().with_label("l").into(),
        ),
    ];
    for (reply, part, shape) in shapes {
        let (sent, read) = call(&format!("{XML}{reply}"), async |url| {
            client(url).put(&shape).await.unwrap()
        });
        assert_eq!(read, shape);
        assert!(sent.contains("<Shape") && sent.contains(part), "{sent}");
    }
    let reply = "<Box><shape><side>1</side></shape><shapes><shapes><radius>3</radius></shapes><shapes x=\"4\"></shapes></shapes>\
                 <bill><state>late</state><note>n</note></bill><bill><note>n</note><state>paid</state></bill><bill><state>new</state></bill></Box>";
    let (sent, read) = call(&format!("{XML}{reply}"), async |url| {
        let bills = vec![Bill::from(Paid::new()), Open::new(OpenState::Late).into()];
        let given = Box::default().with_shape(Circle::new(5)).with_bill(bills);
        client(url).put_box(&given).await.unwrap()
    });
    assert!(sent.contains("<shape><radius>5</radius></shape>"), "{sent}");
    let bills = "<bill><state>paid</state></bill><bill><state>late</state></bill>";
    assert!(sent.contains(bills), "{sent}");
    assert_eq!(read.shape, Some(Square::default().with_side(1).into()));
    let inner = [
        Shape::from(Circle::new(3)),
        Point::default().with_x(4).into(),
    ];
    assert_eq!(read.shapes.as_deref(), Some(&inner[..]));
    let bills = read.bill.unwrap();
    assert_eq!(bills[0], Open::new(OpenState::Late).with_note("n").into());
    assert_eq!(bills[1], Paid::new().with_note("n").into());
    assert!(!matches!(bills[2], Bill::Paid(_)));
}

#[test]
fn placeholder_names_are_names() {
    let reply = r#"{"foo":"f","quux":["q"],"x":"y"}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = placeholders::Client::builder()
            .base_url(url)
            .build()
            .unwrap();
        client
            .foo("a", "b", &placeholders::Foo::new("f").with_baz(1))
            .await
            .unwrap()
    });
    assert_eq!(sent, r#"{"foo":"f","baz":1}"#);
    assert_eq!(read.additional["x"], "y");
}

#[test]
fn branches_that_nothing_fits_are_not_there() {
    let reply = r#"{"count":1,"either":true,"any":[1]}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = never::Client::builder().base_url(url).build().unwrap();
        let values = never::Values::default()
            .with_count(2)
            .with_either("a".to_owned());
        client.put(&values).await.unwrap()
    });
    assert_eq!(sent, r#"{"count":2,"either":"a"}"#);
    assert_eq!(read.count, Some(1));
    assert_eq!(read.either, Some(never::ValuesEither::Boolean(true)));
}
