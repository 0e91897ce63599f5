//! Whole queries, references across files, and what else documents were found to have.

use lavka_hostile::run;
use lavka_tests::wire::{ids_across, whole_query};

use super::{JSON, NOTHING, call, server};

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
