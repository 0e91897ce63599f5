//! One construct in each spec of `specs/cases`, whose first line says what is right.

use lavka_runtime::Maybe;
use lavka_runtime::client::Items;
use serde_json::json;

use crate::support::{Answer, Server};
use lavka_hostile::run;
use lavka_tests::wire as b;

/// Calls `a_b` of a module that takes nothing, and gives the reply.
macro_rules! reply {
    ($module:ident, $answer:expr) => {{
        let server = Server::start($answer);
        let reply = run(server.client::<b::$module::Client>().a_b()).expect("a reply");
        assert_eq!(server.sent(), "GET /a");
        reply
    }};
}

/// The error of the same, as text.
macro_rules! error {
    ($module:ident, $answer:expr) => {{
        let server = Server::start($answer);
        let error = run(server.client::<b::$module::Client>().a_b()).expect_err("an error");
        error.to_string()
    }};
}

/// What a call sends.
macro_rules! sent {
    ($module:ident, |$client:ident| $call:expr) => {{
        let server = Server::start(Answer::NOTHING);
        let $client: b::$module::Client = server.client();
        run($call).expect("nothing");
        server.sent()
    }};
}

#[test]
fn names_and_texts_of_all_kinds() {
    assert_eq!(
        reply!(unused_binary, Answer::json(r#"{"a":"x"}"#))
            .a
            .as_deref(),
        Some("x")
    );
    reply!(no_types, Answer::NOTHING);
    reply!(json_surrogate, Answer::NOTHING);
    reply!(status_integer, Answer::NOTHING);
    reply!(header_accept, Answer::NOTHING);
    reply!(v31_webhooks, Answer::NOTHING);
    assert_eq!(sent!(camel_operation_id, |client| client.get_a()), "GET /a");
    assert_eq!(
        sent!(missing_operation_id, |client| client.get_a()),
        "GET /a"
    );
    assert_eq!(
        reply!(component_name, Answer::json(r#"{"a":"x"}"#))
            .a
            .as_deref(),
        Some("x")
    );
    assert_eq!(
        reply!(bare_cr_operation, Answer::json(r#"{"a":"x"}"#))
            .a
            .as_deref(),
        Some("x")
    );
    assert_eq!(
        reply!(bidi_operation, Answer::json(r#"{"a":"x"}"#))
            .a
            .as_deref(),
        Some("x")
    );
}

/// Documents of two operations, whose texts would be code or break the source.
#[test]
fn texts_that_are_not_code() {
    macro_rules! shop {
        ($($module:ident),*) => {$({
            let answer = Answer::of("application/xml", "<thing><name>n</name><kind>b</kind></thing>");
            let server = Server::each(vec![Answer::json(r#"{"name":"n","kind":"a"}"#), answer]);
            let client: b::$module::Client = server.client_with(b::$module::Credentials::token("s"));
            let params = b::$module::GetThingParams::default().with_q(b::$module::GetThingQ::X).with_x_h("h");
            let thing = run(client.get_thing_with("abc", &params)).expect("a thing");
            assert_eq!((thing.name.as_deref(), thing.kind), (Some("n"), b::$module::Kind::A));
            assert_eq!(server.sent(), "GET /things/abc?q=x&token=s\nx-h: h");
            let thing = b::$module::Thing::new(b::$module::Kind::B);
            let thing = run(client.put_thing("abc", &thing)).expect("a thing");
            assert_eq!(thing.kind, b::$module::Kind::B);
            let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<thing><kind>b</kind></thing>";
            assert_eq!(
                server.sent(),
                format!("POST /things/abc?token=s\ncontent-type: application/xml\n\n{xml}")
            );
        })*};
    }
    shop!(bare_cr, bidi, docs_list);
}

#[test]
fn what_only_one_side_has() {
    let a = reply!(
        writeonly_required_in_reply,
        Answer::json(r#"{"login":"l"}"#)
    );
    assert_eq!((a.login.as_str(), a.password), ("l", None));
    let a = b::readonly_required_in_request::A::new("n");
    let sent = sent!(readonly_required_in_request, |client| client.a_b(&a));
    assert_eq!(
        sent,
        "POST /a\ncontent-type: application/json\n\n{\"name\":\"n\"}"
    );
}

#[test]
fn headers_of_a_reply() {
    let answer = Answer {
        headers: "X-Total: 7\r\n",
        ..Answer::json(r#"["a"]"#)
    };
    let server = Server::start(answer);
    let client: b::response_headers::Client = server.client();
    let response = run(client.a_b().response()).expect("a reply");
    assert_eq!(response.header("X-Total"), Some("7"));
    assert_eq!(response.value(), &["a"]);
}

#[test]
fn keys_beside_properties() {
    let reply = reply!(free_keys, Answer::json(r#"{"a":"x","b":[1],"c":null}"#));
    assert_eq!(reply.a.as_deref(), Some("x"));
    assert_eq!(json!(reply.additional), json!({"b": [1], "c": null}));
    let reply = reply!(typed_free_keys, Answer::json(r#"{"b":"y","a":"x"}"#));
    assert_eq!(reply.a.as_deref(), Some("x"));
    assert_eq!(json!(reply.additional), json!({"b": "y"}));
    let server = Server::start(Answer::json(r#"{"b":1}"#));
    let client: b::typed_free_keys::Client = server.client();
    let response = run(client.a_b().response()).expect("a reply");
    assert_eq!(response.lenient()[0].path, "$.b");
    let reply = reply!(example_free_key, Answer::json(r#"{"a":"x","b":"y"}"#));
    assert_eq!(reply.a.as_deref(), Some("x"));
    let reply = reply!(
        required_undeclared,
        Answer::json(r#"{"a":"x","b":{"c":[1]}}"#)
    );
    assert_eq!((reply.a.as_str(), reply.b), ("x", Some(json!({"c": [1]}))));
}

#[test]
fn numbers_and_booleans() {
    let reply = reply!(json_number, Answer::json(r#"{"a":-9223372036854775808}"#));
    assert_eq!(reply.a, Some(i64::MIN));
    assert_eq!(
        reply!(boolean_enum, Answer::json(r#"{"a":true}"#)).a,
        Some(true)
    );
}

#[test]
fn bodies() {
    assert_eq!(sent!(optional_body, |client| client.a_b(None)), "POST /a");
    let body = b::optional_body::ABRequest::default().with_a("x");
    assert_eq!(
        sent!(optional_body, |client| client.a_b(&body)),
        "POST /a\ncontent-type: application/json\n\n{\"a\":\"x\"}"
    );
    let form = b::form_urlencoded::ABRequest::default().with_a("x y&z=ü+");
    assert_eq!(
        sent!(form_urlencoded, |client| client.a_b(&form)),
        "POST /a\ncontent-type: application/x-www-form-urlencoded\n\na=x+y%26z%3D%C3%BC%2B"
    );
}

#[test]
fn credentials() {
    let server = Server::start(Answer::NOTHING);
    let credentials = b::oauth2_implicit::Credentials::token("t");
    run(server
        .client_with::<b::oauth2_implicit::Client>(credentials)
        .a_b())
    .expect("nothing");
    assert_eq!(server.sent(), "GET /a\nauthorization: Bearer t");

    let server = Server::start(Answer::NOTHING);
    let credentials = b::optional_auth::Credentials::token("t");
    run(server
        .client_with::<b::optional_auth::Client>(credentials)
        .a_b())
    .expect("nothing");
    assert_eq!(server.sent(), "GET /a\nauthorization: Bearer t");
    let builder = b::optional_auth::Client::builder().base_url(&server.url);
    let client = builder.without_credentials().build().expect("a client");
    run(client.a_b()).expect("nothing");
    assert_eq!(server.sent(), "GET /a");
}

#[test]
fn replies_of_several_forms() {
    assert_eq!(
        reply!(no_content_or_value, Answer::json("\"x\"")).as_deref(),
        Some("x")
    );
    assert_eq!(reply!(no_content_or_value, Answer::NOTHING), None);
    assert_eq!(
        reply!(text_plain, Answer::of("text/plain", "a <b>")),
        "a <b>"
    );
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    assert_eq!(
        reply!(svg, Answer::of("image/svg+xml", svg)),
        svg.as_bytes()
    );
    let items = reply!(nullable_item, Answer::json(r#"["a",null]"#));
    assert_eq!(items, [Some("a".to_owned()), None]);
}

#[test]
fn compositions() {
    assert_eq!(
        reply!(allof_required_only, Answer::json(r#"{"a":"x"}"#)).a,
        "x"
    );
    assert!(error!(allof_required_only, Answer::json("{}")).contains('a'));
    assert_eq!(reply!(allof_type_object, Answer::json("{}")).a, None);
    assert_eq!(
        reply!(allof_override, Answer::json(r#"{"a":"x"}"#))
            .a
            .as_deref(),
        Some("x")
    );
    use b::oneof_discriminator::ABResponse as Tagged;
    let reply = reply!(oneof_discriminator, Answer::json(r#"{"t":"b"}"#));
    assert!(matches!(reply, Tagged::B(b) if b.t == "b"));
    let reply = reply!(oneof_discriminator, Answer::json(r#"{"t":"c","x":1}"#));
    assert!(matches!(reply, Tagged::Unknown(value) if value == json!({"t": "c", "x": 1})));
    use b::anyof::ABResponse as Any;
    assert!(matches!(reply!(anyof, Answer::json("\"x\"")), Any::String(text) if text == "x"));
    assert!(matches!(reply!(anyof, Answer::json(r#"{"a":"x"}"#)), Any::A(a) if a.a.is_some()));
}

#[test]
fn version_3_1() {
    let reply = reply!(v31_type_list, Answer::json(r#"{"a":null,"n":1}"#));
    assert_eq!((reply.a, reply.n), (None, Some(1)));
    let reply = reply!(v31_const_defs, Answer::json(r#"{"kind":"a","b":{"x":1}}"#));
    assert_eq!(
        (reply.kind.as_str(), reply.b.and_then(|b| b.x)),
        ("a", Some(1))
    );
    let reply = reply!(v31_anyof_null, Answer::json(r#"{"owner":{"name":"n"}}"#));
    assert!(matches!(reply.owner, Maybe::Value(a) if a.name.as_deref() == Some("n")));
    assert!(matches!(
        reply!(v31_anyof_null, Answer::json(r#"{"owner":null}"#)).owner,
        Maybe::Null
    ));
    use b::v31_type_union::ABResponseId as Id;
    let reply = reply!(v31_type_union, Answer::json(r#"{"id":7}"#));
    assert!(matches!(reply.id, Some(Id::Number(7))));
    let reply = reply!(v31_type_union, Answer::json(r#"{"id":"7"}"#));
    assert!(matches!(reply.id, Some(Id::String(id)) if id == "7"));
}

#[test]
fn parameters() {
    macro_rules! with {
        ($module:ident, $set:ident, $value:expr) => {{
            let params = b::$module::ABParams::default().$set($value);
            sent!($module, |client| client.a_b_with(&params))
        }};
    }
    macro_rules! color {
        ($module:ident, $ty:ident) => {
            b::$module::$ty::default()
                .with_r(100)
                .with_g(200)
                .with_b(150)
        };
    }
    let colors = || ["blue", "black", "brown"].map(str::to_owned).to_vec();
    let list = || ["a", "b"].map(str::to_owned).to_vec();
    assert_eq!(with!(explode_false, with_q, list()), "GET /a?q=a,b");
    assert_eq!(
        sent!(path_list, |client| client.a_b(&[1, 2, 3])),
        "GET /a/1,2,3"
    );
    assert_eq!(
        with!(
            query_deepobject,
            with_color,
            color!(query_deepobject, ABColor)
        ),
        "GET /a?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"
    );
    assert_eq!(
        with!(query_pipe, with_color, colors()),
        "GET /a?color=blue%7Cblack%7Cbrown"
    );
    assert_eq!(
        with!(query_space, with_color, colors()),
        "GET /a?color=blue%20black%20brown"
    );
    assert_eq!(
        with!(
            query_form_object,
            with_color,
            color!(query_form_object, ABColor)
        ),
        "GET /a?R=100&G=200&B=150"
    );
    assert_eq!(
        sent!(path_label, |client| client.a_b(&colors())),
        "GET /a/.blue.black.brown"
    );
    assert_eq!(
        sent!(path_matrix, |client| client.a_b(&colors())),
        "GET /a/;color=blue;color=black;color=brown"
    );
    assert_eq!(
        with!(header_object, with_x_color, color!(header_object, ABXColor)),
        "GET /a\nx-color: R,100,G,200,B,150"
    );
    assert_eq!(
        with!(cookie_param, with_session, "abc"),
        "GET /a\ncookie: session=abc"
    );
    let filter = b::param_content::ABFilter::default().with_a(1);
    assert_eq!(
        with!(param_content, with_filter, filter),
        "GET /a?filter=%7B%22a%22%3A1%7D"
    );
}

#[test]
fn events_while_they_arrive() {
    let events =
        "data: {\"delta\":\"a\"}\n\n: a comment\nevent: x\ndata: {\"delta\":\ndata: \"b\"}\n\n";
    let server = Server::start(Answer::of("text/event-stream", events));
    let client: b::sse::Client = server.client();
    let deltas = run(async {
        let mut items: Items<b::sse::ABResponse> = client.a_b().await.expect("a stream");
        let mut deltas = Vec::new();
        while let Some(item) = items.next().await.transpose().expect("an event") {
            deltas.push(item.delta);
        }
        deltas
    });
    assert_eq!(deltas, [Some("a".to_owned()), Some("b".to_owned())]);
    assert_eq!(server.next().header("accept"), Some("text/event-stream"));
}

#[test]
fn xml_without_a_word_on_it() {
    let xml = "<Order id=\"7\"><item>a</item><item>b</item><Title>T</Title></Order>";
    let order = reply!(xml_without_json, Answer::of("application/xml", xml));
    assert_eq!(order.id, Some(7));
    assert_eq!(order.item, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(order.title.as_deref(), Some("T"));
    let sent = sent!(xml_without_json, |client| client.send(&order));
    let head =
        "POST /a\ncontent-type: application/xml\n\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assert_eq!(sent, format!("{head}{xml}"));
    let pet = reply!(
        xml_root,
        Answer::of("application/xml", "<Pet><a>x</a></Pet>")
    );
    assert_eq!(pet.a.as_deref(), Some("x"));
}
