//! Whole queries, references across files, and what else documents were found to have.

use std::collections::BTreeMap;

use lavka_hostile::run;
use lavka_runtime::client::Format;
use lavka_runtime::dynamic::{Api as _, Side};
use lavka_tests::wire::{
    ids_across, multipart_reply, open_enums, redirects, text_replies, two_unions, whole_query,
    xml_open,
};

use super::{JSON, NOTHING, XML, call, server};

/// The first line of the request that a call of `whole_query` sends.
fn line(call: impl AsyncFnOnce(whole_query::Client)) -> String {
    let server = server(NOTHING);
    run(async {
        let builder = whole_query::Client::builder().base_url(server.url());
        let credentials = whole_query::Credentials::token("k y");
        call(builder.credentials(credentials).build().unwrap()).await;
    });
    server.next().line
}

#[test]
fn a_whole_query_is_a_form() {
    use whole_query::{ByAnyFormParams, ByFormFilter, ByFormFilterPrice};
    let sent = line(async |client| {
        let filter = ByFormFilter::new(vec!["a".to_owned(), "b c".to_owned()])
            .with_ids(vec![1, 2])
            .with_price(ByFormFilterPrice::default().with_from(1).with_to(9))
            .with_names(vec!["x&y".to_owned(), "z".to_owned()])
            .with_text("t=u");
        client.by_form(&filter).await.unwrap();
    });
    let query = "tags=a%7Cb%20c&ids=%5B1%2C2%5D&price%5Bfrom%5D=1&price%5Bto%5D=9&names=x%26y&names=z&text=t%3Du";
    assert_eq!(sent, format!("GET /form?{query}&key=k%20y HTTP/1.1"));
    let sent = line(async |client| {
        let filter = std::collections::BTreeMap::from([("text".to_owned(), "a b".to_owned())]);
        let params = ByAnyFormParams::default().with_filter(filter);
        client.by_any_form_with(&params).await.unwrap();
    });
    assert_eq!(sent, "GET /any_form?text=a%20b&key=k%20y HTTP/1.1");
    let wrong = ByFormFilter::new(vec!["a|b".to_owned()]);
    let server = server(NOTHING);
    let builder = whole_query::Client::builder().base_url(server.url());
    let credentials = whole_query::Credentials::token("k");
    let client = builder.credentials(credentials).build().unwrap();
    let error = run(client.by_form(&wrong).into_future()).unwrap_err();
    assert!(error.to_string().contains("`tags`"), "{error}");
}

#[test]
fn a_whole_query_is_one_text() {
    use whole_query::{ByJsonFilter, ByNameParams, ByTextParams, SelectedParams};
    let sent = line(async |client| {
        let filter = ByJsonFilter::default()
            .with_numbers(vec![1, 2])
            .with_text("a&b=c+d");
        client.by_json(&filter).await.unwrap();
    });
    let json = "%7B%22numbers%22%3A%5B1%2C2%5D%2C%22text%22%3A%22a%26b%3Dc%2Bd%22%7D";
    assert_eq!(sent, format!("GET /json?{json}&key=k%20y HTTP/1.1"));
    let sent = line(async |client| {
        let params = ByTextParams::default().with_selector("$.a.b[1:1]");
        client.by_text_with(&params).await.unwrap();
    });
    assert_eq!(sent, "GET /text?%24.a.b%5B1%3A1%5D&key=k%20y HTTP/1.1");
    let sent = line(async |client| client.by_text().await.unwrap());
    assert_eq!(sent, "GET /text?key=k%20y HTTP/1.1");
    let sent = line(async |client| {
        let params = ByNameParams::default().with_name("é");
        client.by_name_with(&params).await.unwrap();
    });
    assert_eq!(sent, "GET /name?%22%C3%A9%22&key=k%20y HTTP/1.1");
    let sent = line(async |client| {
        let params = SelectedParams::default().with_at("$[0]");
        client.selected_with(&params).await.unwrap();
    });
    assert_eq!(sent, "GET /selected?at=%24%5B0%5D&key=k%20y HTTP/1.1");
}

#[test]
fn an_unresolved_body_costs_the_body() {
    let sent = line(async |client| client.unresolved().await.unwrap());
    assert_eq!(sent, "POST /unresolved?key=k%20y HTTP/1.1");
}

#[test]
fn references_by_ids_go_across_files() {
    use ids_across::{Address, Client, Customer, Note, Plain, Street};
    let reply = r#"{"customer":{"name":"n","home":{"street":{"line":"h"}}},"tier":2,"again":"y"}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let street = Street::default().with_line("l");
        let customer = Customer::new("ann")
            .with_home(Address::default().with_street(street.clone()))
            .with_street(street)
            .with_tier(3)
            .with_note(Note::default().with_text("t"))
            .with_file(Address::default());
        client.put(&customer).await.unwrap()
    });
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let expected = serde_json::json!({
        "name": "ann", "home": {"street": {"line": "l"}}, "street": {"line": "l"}, "tier": 3,
        "note": {"text": "t"}, "file": {},
    });
    assert_eq!(sent, expected);
    assert_eq!((read.tier, read.again), (Some(2), Some(Plain::Y)));
    let street = read.customer.home.unwrap().street.unwrap();
    assert_eq!(street.line.as_deref(), Some("h"));
}

/// What a call of `xml_open` sends, and what it reads from a reply of this body.
fn open<T>(reply: &str, request: impl AsyncFnOnce(xml_open::Client) -> T) -> (String, T) {
    let (sent, read) = call(&format!("{XML}{reply}"), async |url| {
        let client = xml_open::Client::builder().base_url(url).build().unwrap();
        request(client).await
    });
    let text = sent
        .split_once("?>\n")
        .map_or(sent.as_str(), |(_, text)| text);
    (text.to_owned(), read)
}

#[test]
fn objects_with_free_keys_are_xml_bodies() {
    use xml_open::Price;
    let labels = BTreeMap::from([("a".to_owned(), "1 < 2".to_owned())]);
    let (sent, read) = open("<labels><b>x</b></labels>", async |client| {
        client.put_labels(&labels).await.unwrap()
    });
    assert_eq!(sent, "<labels><a>1 &lt; 2</a></labels>");
    assert_eq!(read, BTreeMap::from([("b".to_owned(), "x".to_owned())]));

    let prices = BTreeMap::from([("a".to_owned(), Price::new(5).with_currency("EUR"))]);
    let reply = r#"<Prices><z currency="USD"><amount>7</amount></z></Prices>"#;
    let (sent, read) = open(reply, async |client| {
        client.put_prices(&prices).await.unwrap()
    });
    assert_eq!(
        sent,
        r#"<Prices><a currency="EUR"><amount>5</amount></a></Prices>"#
    );
    assert_eq!(read["z"], Price::new(7).with_currency("USD"));

    let free = serde_json::json!({"n": 1, "o": {"x": "y"}, "s": ["p", "q"]});
    let free: BTreeMap<String, serde_json::Value> = serde_json::from_value(free).unwrap();
    let reply = "<Any><n>1</n><s>p</s><s>q</s></Any>";
    let (sent, read) = open(reply, async |client| client.put_open(&free).await.unwrap());
    let xml = "<Open><n>1</n><o><x>y</x></o><s>p</s><s>q</s></Open>";
    assert_eq!(sent, xml);
    let expected = serde_json::json!({"n": "1", "s": ["p", "q"]});
    assert_eq!(serde_json::to_value(read).unwrap(), expected);
    let (sent, read) = open("<Open/>", async |client| {
        client.put_both(&free).await.unwrap()
    });
    assert_eq!(
        (sent.as_str(), read),
        (r#"{"n":1,"o":{"x":"y"},"s":["p","q"]}"#, BTreeMap::new())
    );
}

#[test]
fn the_only_property_of_an_unnamed_object_is_the_root() {
    use xml_open::{PutRulesRequestRuleSet, Rule};
    let (sent, ()) = open("", async |client| {
        let rules = vec![Rule::default().with_id(1), Rule::default().with_id(2)];
        let set = PutRulesRequestRuleSet::new("n").with_rule(rules);
        client.put_rules(&set).await.unwrap();
    });
    let rules = "<Rule><id>1</id></Rule><Rule><id>2</id></Rule>";
    assert_eq!(
        sent,
        format!(r#"<RuleSet xmlns="urn:rules"><Name>n</Name>{rules}</RuleSet>"#)
    );
}

#[test]
fn enums_of_enums_have_all_values() {
    use open_enums::{All, Client, Shared, Special, Use, UseLevel, UseSort};
    let reply =
        r#"{"all":"deep","shared":"deep","one":"large","level":7,"sort":"","nothing":null}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let using = Use::new(All::Small, Shared::Large, Special::Deep)
            .with_level(UseLevel::N2)
            .with_sort(UseSort::Empty);
        client.put(&using).await.unwrap()
    });
    let expected = r#"{"all":"small","shared":"large","one":"deep","level":2,"sort":""}"#;
    assert_eq!(sent, expected);
    assert_eq!((read.all, read.one), (All::Deep, Special::Large));
    assert!(matches!(read.shared, Shared::Unknown(_)), "not of these");
    assert_eq!(
        (read.level, read.sort),
        (Some(UseLevel::N7), Some(UseSort::Empty))
    );
}

#[test]
fn redirects_are_replies_where_no_other_is_documented() {
    use redirects::{ArchiveHeaders, Client};
    let to = "https://files.example.invalid/a?sig=1";
    let reply = |status: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    };
    let page = "<html><body>Moved</body></html>";
    let server_of = |text: String| server(text.as_bytes());
    let client = |url: String| Client::builder().base_url(url).build().unwrap();
    run(async {
        let first = server_of(reply("302 Found", page));
        let whole = client(first.url()).archive().response().await.unwrap();
        assert_eq!(whole.status().as_u16(), 302);
        let headers = ArchiveHeaders::of(&whole).unwrap();
        assert_eq!(headers.location, to);
        let second = server_of(reply("303 See Other", ""));
        client(second.url()).create().await.unwrap();
        let third = server_of(reply("304 Not Modified", ""));
        assert!(client(third.url()).archive().await.is_err());
        let fourth = server_of(reply("302 Found", page));
        let error = client(fourth.url()).report().await.unwrap_err();
        assert_eq!(error.kind(), lavka_runtime::ErrorKind::Redirect);
    });
}

#[test]
fn a_reply_in_parts_is_bytes() {
    let body = "--b\r\n\r\na\r\n--b--\r\n";
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\nConnection: close\r\n\r\n";
    let server = server(format!("{head}{body}").as_bytes());
    run(async {
        let builder = multipart_reply::Client::builder().base_url(server.url());
        let client = builder.build().unwrap();
        let whole = client.parts().response().await.unwrap();
        assert_eq!(whole.value(), body.as_bytes());
        let kind = whole.header("content-type").unwrap();
        assert_eq!(kind, "multipart/mixed; boundary=b");
    });
    assert_eq!(server.next().header("accept"), Some("multipart/mixed"));
    let source = include_str!(concat!(env!("OUT_DIR"), "/multipart_reply.rs"));
    assert!(source.contains("Replies with the parts of `multipart/mixed` as bytes"));
}

#[test]
fn texts_of_enums_have_spaces() {
    use text_replies::{Client, SetStockRequest, StockResponse};
    let reply = |text: &str| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
        server(format!("{head}{text}").as_bytes())
    };
    let client = |url: String| Client::builder().base_url(url).build().unwrap();
    run(async {
        let known = reply("sold out");
        let stock = client(known.url()).stock().await.unwrap();
        assert_eq!(stock, StockResponse::SoldOut);
        let unknown = reply("not for sale");
        let stock = client(unknown.url()).stock().await.unwrap();
        assert_eq!(stock.as_str(), "not for sale");
        let sent = server(NOTHING);
        let put = client(sent.url());
        put.set_stock(&SetStockRequest::InStock).await.unwrap();
        assert_eq!(sent.next().text(), "in stock");
    });
}

#[test]
fn a_string_that_may_be_plain_text_is_read_as_either() {
    use text_replies::{Client, StateResponse};
    let reply = |media_type: &str, text: &str| {
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nConnection: close\r\n\r\n");
        server(format!("{head}{text}").as_bytes())
    };
    let client = |url: String| Client::builder().base_url(url).build().unwrap();
    for (media_type, text, expected) in [
        ("text/plain; charset=utf-8", "hello", "hello"),
        (
            "text/plain",
            "two words\nof 2 lines\n",
            "two words\nof 2 lines\n",
        ),
        ("text/plain", "12", "12"),
        ("text/plain", "{\"level\": 1} <x>", "{\"level\": 1} <x>"),
        ("text/plain", "\"quoted\"", "quoted"),
        ("application/json", "\"a\\nb\"", "a\nb"),
        ("application/json", "unquoted words", "unquoted words"),
    ] {
        let server = reply(media_type, text);
        let read = run(async { client(server.url()).logs().await.unwrap() });
        assert_eq!(read, expected, "{media_type}: {text}");
        assert_eq!(server.next().header("accept"), Some("application/json"));
    }
    for (media_type, text) in [("text/plain", "closed"), ("application/json", "\"closed\"")] {
        let server = reply(media_type, text);
        let read = run(async { client(server.url()).state().await.unwrap() });
        assert_eq!(read, StateResponse::Closed);
    }
    // A reply that is read by its operation's name, too.
    let api = text_replies::dynamic::Api;
    for (operation, text) in [
        ("logs", "two words"),
        ("logs", "\"two words\""),
        ("state", "closed"),
    ] {
        let side = Side::Response(Some(200));
        let read = api.payload(operation, side, Format::Json, text.as_bytes());
        let json = String::from_utf8(read.unwrap().to_json().unwrap()).unwrap();
        assert_eq!(json.trim(), format!("\"{}\"", text.trim_matches('"')));
    }
    let page = reply(
        "text/html",
        "<!DOCTYPE html><html><title>Maintenance</title></html>",
    );
    let error = run(async { client(page.url()).logs().await.unwrap_err() });
    assert!(error.to_string().contains("Maintenance"), "{error}");
}

#[test]
fn values_of_two_unions_have_properties_of_both() {
    use two_unions::{Client, Thing, ThingA, ThingE};
    let reply = r#"{"common":"x","b":"y","d":true,"e":"z"}"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let thing = ThingA::new("x", "a").with_c(1).with_e(2);
        client.put(&Thing::from(thing)).await.unwrap()
    });
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let expected = serde_json::json!({"common": "x", "a": "a", "c": 1, "e": 2});
    assert_eq!(sent, expected);
    let Thing::B(read) = read else {
        panic!("{read:?}")
    };
    assert_eq!((read.b.as_str(), read.d), ("y", Some(true)));
    assert_eq!(read.e, Some(ThingE::String("z".to_owned())));
}

#[test]
fn elements_with_text_and_children_are_text() {
    let server = server(NOTHING);
    run(async {
        let builder = two_unions::Client::builder().base_url(server.url());
        let client = builder.build().unwrap();
        client
            .mixed("<mixed>a<child>b</child></mixed>")
            .await
            .unwrap();
    });
    assert_eq!(server.next().text(), "<mixed>a<child>b</child></mixed>");
}

#[test]
fn scalars_are_read_from_any_root() {
    use lavka_tests::wire::xml_unnamed::{Client, StateResponse};
    let reply = |text: &str| server(format!("{XML}{text}").as_bytes());
    let client = |url: String| {
        let builder = Client::builder().base_url(url);
        builder.format(Format::Xml).build().unwrap()
    };
    run(async {
        let number = reply("<?xml version='1.0'?><response>7</response>");
        assert_eq!(client(number.url()).count().await.unwrap(), 7);
        let flag = reply("<response>true</response>");
        assert!(client(flag.url()).is_open().await.unwrap());
        let state = reply("<s>off</s>");
        let state = client(state.url()).state().await.unwrap();
        assert_eq!(state, StateResponse::Off);
        let source = reply("<a>1</a>");
        let source = client(source.url()).source().await.unwrap();
        assert_eq!(source, "<a>1</a>");
    });
}
