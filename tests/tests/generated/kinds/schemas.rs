//! Bodies by an XML Schema of a vendor: `specs/kinds/xsd`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use lavka_hostile::run;
use lavka_runtime::{DateOptionalTime, Decimal, json};
use lavka_tests::wire::xsd::{
    Both, Card, Client, Currency, Line, Money, Not, Order, Parcel, Payment, Person, Return, Search,
    Sold,
};

use super::{XML, body, server};

fn money(cents: i64) -> Money {
    Money::new(Decimal::new(cents, 2), Currency::Eur)
}

fn at(text: &str) -> DateOptionalTime {
    json::decode(format!("\"{text}\"").as_bytes()).unwrap()
}

fn order() -> Order {
    let lines = vec![
        Line::new("A-1", 2, money(12_50), 1),
        Line::new("B-2", 1, money(3_00), 2),
    ];
    Order::new(at("2026-11-27T12:00"), lines, None)
        .with_customer(Person::new("Иванов & Co"))
        .with_note(vec!["one".into(), "two".into()])
        .with_card(Card::new(money(28_00), Person::new("IVANOV")))
        .with_source("shop")
        .with_placed_attribute("2026")
        .with_lang("ru")
}

const ORDER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <ns:order xmlns:ns=\"urn:shop:orders\" source=\"shop\" placed=\"2026\" xml:lang=\"ru\">\
    <ns:placed>2026-11-27T12:00:00</ns:placed>\
    <ns:customer><a:name xmlns:a=\"urn:shop:addresses\">Иванов &amp; Co</a:name></ns:customer>\
    <ns:line number=\"1\"><ns:sku>A-1</ns:sku><ns:quantity>2</ns:quantity><ns:price currency=\"EUR\">12.50</ns:price></ns:line>\
    <ns:line number=\"2\"><ns:sku>B-2</ns:sku><ns:quantity>1</ns:quantity><ns:price currency=\"EUR\">3.00</ns:price></ns:line>\
    <ns:note>one</ns:note><ns:note>two</ns:note>\
    <ns:discount xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
    <ns:card><ns:amount currency=\"EUR\">28.00</ns:amount>\
    <ns:holder><a:name xmlns:a=\"urn:shop:addresses\">IVANOV</a:name></ns:holder></ns:card>\
    </ns:order>";

const PARCEL: &str = "<p:parcel xmlns:p=\"urn:shop:parcels\"><version>2</version><weight>1.5</weight><p:carrier>rail</p:carrier></p:parcel>";

/// What a call sends, when the server answers this.
fn sent<T>(reply: &str, call: impl AsyncFnOnce(Client) -> T) -> (String, T) {
    let server = server(format!("{XML}{reply}").as_bytes());
    let value = run(async {
        let client = Client::builder().base_url(server.url()).build().unwrap();
        call(client).await
    });
    let text = body(&server);
    (text.trim_end().to_owned(), value)
}

#[test]
fn requests_are_as_the_schema_says() {
    // The same in other words: a default namespace, an alternative of the choice, an element of another namespace.
    let reply = "<order xmlns='urn:shop:orders' xmlns:b='urn:shop:addresses'><placed>2026-11-27T12:00:00+03:00</placed>\
        <company>Shop</company><vat>1</vat>\
        <line number='7'><sku>C</sku><quantity>1</quantity><price currency='XAU'>1</price></line>\
        <discount>0.5</discount><invoice><amount currency='GBP'>2</amount></invoice>\
        <x:extra xmlns:x='urn:other'>passed over</x:extra></order>";
    let (text, read) = sent(reply, async |client| {
        client.create_order(&order()).await.unwrap()
    });
    assert_eq!(text, ORDER);
    let placed = at("2026-11-27T12:00:00+03:00");
    let line = Line::new("C", 1, Money::new(Decimal::ONE, Currency::Xau), 7);
    let half = Decimal::new(5, 1);
    let pounds = Money::new(Decimal::TWO, Currency::from("GBP"));
    let expected = Order::new(placed, vec![line], Some(half))
        .with_company("Shop")
        .with_vat("1")
        .with_invoice(Payment::new(pounds));
    assert_eq!(read, expected);
}

#[test]
fn elements_of_one_type_have_their_own_names() {
    let reply = "<receipt xmlns='urn:shop:orders'><reason>too <b>small</b></reason></receipt>";
    let (text, read) = sent(reply, async |client| {
        client
            .create_return(&Return::new("too late"))
            .await
            .unwrap()
    });
    let expected =
        "<ns:return xmlns:ns=\"urn:shop:orders\"><ns:reason>too late</ns:reason></ns:return>";
    assert!(text.ends_with(expected), "{text}");
    assert_eq!(read, Return::new("too <b>small</b>"));
}

#[test]
fn elements_that_replace_another_hold_each_other() {
    let reply = "<search xmlns='urn:shop:orders'><both><sold since='2026-01-02'/><not><both/></not></both></search>";
    let sold = || Sold::new("2026-01-02".parse().unwrap());
    let (text, read) = sent(reply, async |client| {
        let inner = Not::default().with_sold(sold());
        let both = Both::default()
            .with_not(vec![inner])
            .with_sold(vec![sold()]);
        let search = Search::default().with_both(both);
        client.search(&search).await.unwrap()
    });
    let sent = "<ns:search xmlns:ns=\"urn:shop:orders\"><ns:both><ns:not><ns:sold since=\"2026-01-02\"/></ns:not>\
        <ns:sold since=\"2026-01-02\"/></ns:both></ns:search>";
    assert!(text.ends_with(sent), "{text}");
    let not = Not::default().with_both(Both::default());
    let both = Both::default().with_not(vec![not]).with_sold(vec![sold()]);
    assert_eq!(read, Search::default().with_both(both));
}

#[test]
fn elements_that_are_in_no_namespace() {
    let reply = "<q:parcel xmlns:q='urn:shop:parcels'><version>2</version><weight>2</weight><q:carrier>post</q:carrier></q:parcel>";
    let (text, read) = sent(reply, async |client| {
        client
            .create_parcel(&Parcel::new(1.5, "rail"))
            .await
            .unwrap()
    });
    assert!(text.ends_with(PARCEL), "{text}");
    assert_eq!(read, Parcel::new(2.0, "post"));
}

#[test]
#[cfg_attr(not(xmllint), ignore = "needs xmllint (libxml2-utils)")]
fn a_validator_takes_what_is_sent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/kinds/xsd");
    for (schema, text) in [("orders.xsd", ORDER), ("parcels.xsd", PARCEL)] {
        let mut child = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema", schema, "-"])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
    }
}
