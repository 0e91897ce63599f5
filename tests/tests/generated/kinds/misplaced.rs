//! Schemas at unusual places, bodies in parts of any kind, and unions that objects extend.

use lavka_hostile::run;
use lavka_runtime::client::{Items, Upload};
use lavka_tests::wire::{events, joined_unions, misplaced, parts};

use super::{JSON, NOTHING, call, parts_of, sent_parts, server};

#[test]
fn a_misplaced_schema_is_the_schema() {
    use misplaced::{ChangeRequest, Client, CreateHeaders, FindParams, Item};
    let client = |url: &str| Client::builder().base_url(url).build().unwrap();
    let item = r#"{"name":"Lamp"}"#;
    let lamp = || Item::new("Lamp");
    let items = server(format!("{JSON}[{item}]").as_bytes());
    run(async {
        let params = FindParams::default().with_tags(vec!["a".to_owned(), "b".to_owned()]);
        let found = client(&items.url()).find_with(2, &params).await.unwrap();
        assert_eq!(found, [lamp()]);
    });
    let line = "GET /items?page=2&tags=a&tags=b HTTP/1.1";
    assert_eq!(items.next().line, line);
    let head = JSON.replace("\r\n\r\n", "\r\nX-Count: 7\r\n\r\n");
    let (sent, ()) = call(&format!("{head}{item}"), async |url| {
        let whole = client(url).create(&lamp()).response().await.unwrap();
        assert_eq!(whole.value(), &lamp());
        let headers = CreateHeaders::of(&whole).unwrap();
        assert_eq!(headers.x_count, Some(7));
    });
    assert_eq!(sent, item);
    let (sent, replaced) = call(&format!("{JSON}{item}"), async |url| {
        client(url).replace(&lamp()).await.unwrap()
    });
    assert_eq!((&*sent, replaced), (item, lamp()));
    let server = server(NOTHING);
    run(async {
        let request = ChangeRequest::new("Lamp");
        client(&server.url()).change(&request).await.unwrap();
    });
    assert_eq!(server.next().text(), item);
}

#[test]
fn a_body_among_the_parameters_is_sent_as_one() {
    use misplaced::{Client, Item, SwaggerFileRequest, SwaggerFormRequest};
    let sent = |call: &dyn Fn(Client)| {
        let server = server(NOTHING);
        call(Client::builder().base_url(server.url()).build().unwrap());
        server.next().text()
    };
    let text =
        sent(&|client| run(async { client.swagger_body(&Item::new("Lamp")).await.unwrap() }));
    assert_eq!(text, r#"{"name":"Lamp"}"#);
    let form = SwaggerFormRequest::new("a b").with_counts(vec![1, 2]);
    let text = sent(&|client| run(async { client.swagger_form(&form).await.unwrap() }));
    assert_eq!(text, "name=a+b&counts=1&counts=2");
    let text = sent(&|client| {
        let form = SwaggerFileRequest::new(Upload::bytes("f", "1")).with_name("n");
        run(async { client.swagger_file(&form).await.unwrap() });
    });
    let file = r#"name="file"; filename="f"|application/octet-stream||1"#;
    assert_eq!(parts_of(&text), [r#"name="name"||n"#, file]);
}

#[test]
fn parts_of_any_kind_are_sent_one_by_one() {
    let sent = |call: &dyn Fn(parts::Client)| {
        let (media_type, text) = sent_parts(call);
        (media_type, parts_of(&text))
    };
    let (media_type, body) = sent(&|client| {
        let form = parts::DataRequest::new("n").with_file(Upload::bytes("f", "1"));
        run(async { client.data(&form).await.unwrap() });
    });
    assert!(
        media_type.starts_with("multipart/data; boundary="),
        "{media_type}"
    );
    let file = r#"name="file"; filename="f"|application/octet-stream||1"#;
    assert_eq!(body, [r#"name="name"||n"#, file]);
    let (media_type, body) = sent(&|client| {
        let form = parts::AnyRequest::default().with_name("n");
        run(async { client.any(&form).await.unwrap() });
    });
    assert!(
        media_type.starts_with("multipart/form-data; boundary="),
        "{media_type}"
    );
    assert_eq!(body, [r#"name="name"||n"#]);
}

#[test]
fn branches_of_an_extended_union_keep_their_names() {
    use joined_unions::{Client, Filter, FilterDay, FilterName, Values, ValuesName};
    let reply = r#"{"column":"name","values":["a"]}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let filter = FilterDay::new(vec![1]).with_negated(true);
        client.query(&Filter::from(filter)).await.unwrap()
    });
    assert_eq!(sent, r#"{"negated":true,"column":"day","values":[1]}"#);
    let Values::Name(ValuesName { values, .. }) = read else {
        panic!("{read:?}");
    };
    assert_eq!(values, ["a"]);
    let name = FilterName::new(vec!["a".to_owned()]);
    assert!(matches!(Filter::from(name), Filter::Name(_)));
}

/// What a stream of these events gives: each event's name and data.
fn stream<T>(
    text: &str,
    call: impl AsyncFnOnce(events::Client) -> Items<T>,
) -> Vec<(Option<String>, T)> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    let server = server(format!("{head}{text}").as_bytes());
    run(async {
        let builder = events::Client::builder().base_url(server.url());
        let mut items = call(builder.build().unwrap()).await;
        let mut seen = Vec::new();
        while let Some(event) = items.next_event().await {
            let event = event.unwrap();
            seen.push((event.event, event.data));
        }
        seen
    })
}

#[test]
fn a_schema_of_whole_events_describes_their_data() {
    use events::{Chunk, KindsResponseItem, MessagesResponse};
    let seen = stream(
        "data: {\"text\":\"a\"}\n\ndata: [DONE]\n\n",
        async |client| client.chunks().await.unwrap(),
    );
    let texts: Vec<&str> = seen.iter().map(|(_, Chunk { text, .. })| &**text).collect();
    assert_eq!(texts, ["a"]);
    let text = "event: started\nid: 1\ndata: {\"run\":7}\n\nevent: step\ndata: {\"text\":\"b\"}\n\nevent: done\ndata: [DONE]\n\n";
    let seen = stream(text, async |client| client.kinds().await.unwrap());
    let [
        (first, KindsResponseItem::Run(run)),
        (second, KindsResponseItem::Chunk(chunk)),
    ] = &*seen
    else {
        panic!("{seen:?}");
    };
    assert_eq!((first.as_deref(), run.run), (Some("started"), 7));
    assert_eq!((second.as_deref(), &*chunk.text), (Some("step"), "b"));
    let seen = stream("event: e\ndata: {\"n\":1}\n\n", async |client| {
        client.texts().await.unwrap()
    });
    assert_eq!(seen, [(Some("e".to_owned()), "{\"n\":1}".to_owned())]);
    let text = "data: {\"data\":\"d\",\"author\":\"x\"}\n\n";
    let seen = stream(text, async |client| client.messages().await.unwrap());
    let MessagesResponse { author, .. } = &seen[0].1;
    assert_eq!(author, "x");
}
