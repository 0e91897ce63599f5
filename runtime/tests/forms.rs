//! Forms of values that servers send beside the documented one, unions, free keys, and XML of specs that say little:
//! through types as the generator prints them.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use lavka_runtime::json::{decode, decode_lenient, encode};
use lavka_runtime::xml::{self, Dialect, Limits, tag};
use lavka_runtime::{Date, DateTime, Decimal, Maybe, object, string_enum, union};
use serde_json::Value;

/// Every form that `x-accept` names.
#[derive(Clone, Debug, PartialEq)]
struct Accepting {
    count: Option<i64>,
    name: Option<String>,
    ready: Option<bool>,
    note: Maybe<String>,
    born: Option<Date>,
    tags: Option<Vec<String>>,
    numbers: Option<Vec<i64>>,
    prices: Option<BTreeMap<String, Decimal>>,
    inner: Option<Inner>,
    paid: Option<Decimal>,
    at: Option<DateTime>,
    strict: Option<i64>,
}

object! {
    Accepting {
        count = "count": optional as accept_string | empty_string,
        name = "name": optional as accept_number,
        ready = "ready": optional as accept_string | accept_number,
        note = "note": maybe as empty_string,
        born = "born": optional as zero_date | empty_string,
        tags = "tags": optional as empty_object | null_items | single,
        numbers = "numbers": optional as accept_string | null_items,
        prices = "prices": optional as empty_array | decimal_string,
        inner = "inner": optional as empty_array,
        paid = "paid": optional as decimal_string,
        at = "at": optional as rails_timestamp,
        strict = "strict": optional as strict,
    }
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Inner {
    id: i64,
}

object! { Inner { id = "id": required } }

fn accepting(text: &str) -> Accepting {
    decode(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn forms_beside_the_documented_one_are_read() {
    let all = accepting(
        r#"{"count":"5.0","name":1.50,"ready":1,"note":"","born":"0000-00-00 00:00:00","tags":{},
            "numbers":["1",null,2],"prices":[],"inner":[],"paid":"1.50","at":"2009-06-04 14:22:34 +0400","strict":1}"#,
    );
    assert_eq!(all.count, Some(5));
    assert_eq!(all.name.as_deref(), Some("1.50"));
    assert_eq!(all.ready, Some(true));
    assert_eq!(all.note, Maybe::Absent);
    assert_eq!(all.born, None);
    assert_eq!(all.tags, Some(vec![]));
    assert_eq!(all.numbers, Some(vec![1, 2]));
    assert_eq!(all.prices, Some(BTreeMap::new()));
    assert_eq!(all.inner, None);
    assert_eq!(
        String::from_utf8(encode(&all)).unwrap(),
        concat!(
            r#"{"count":5,"name":"1.50","ready":true,"tags":[],"numbers":[1,2],"prices":{},"#,
            r#""paid":"1.50","at":"2009-06-04 14:22:34 +0400","strict":1}"#
        )
    );
    for (text, ready) in [
        ("\"1\"", true),
        ("\"false\"", false),
        ("0", false),
        ("true", true),
    ] {
        let text = format!("{{\"ready\":{text}}}");
        assert_eq!(accepting(&text).ready, Some(ready), "{text}");
    }
    assert_eq!(
        accepting(r#"{"tags":"a"}"#).tags,
        Some(vec!["a".to_owned()])
    );
    assert_eq!(accepting(r#"{"count":""}"#).count, None);
    assert_eq!(accepting(r#"{"note":null}"#).note, Maybe::Null);
    assert_eq!(
        accepting(r#"{"inner":{"id":1}}"#).inner,
        Some(Inner { id: 1 })
    );
}

#[test]
fn forms_are_of_their_property_alone() {
    for text in [
        r#"{"name":true}"#,
        r#"{"strict":"1"}"#,
        r#"{"strict":""}"#,
        r#"{"count":[]}"#,
        r#"{"born":"0000-00-00","count":"x"}"#,
        r#"{"inner":{}}"#,
        r#"{"tags":[1]}"#,
        r#"{"numbers":"1"}"#,
    ] {
        assert!(decode::<Accepting>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_lenient_reader_leaves_out_what_is_not_strict() {
    let (read, left_out) =
        decode_lenient::<Accepting>(br#"{"count":[1],"inner":{"id":"x"},"name":"n"}"#).unwrap();
    assert_eq!((read.count, read.inner), (None, None));
    assert_eq!(read.name.as_deref(), Some("n"));
    let places: Vec<&str> = left_out
        .errors
        .iter()
        .map(lavka_runtime::CodecError::path)
        .collect();
    assert_eq!(places, ["$.count", "$.inner.id"]);
    assert!(decode_lenient::<Accepting>(br#"{"strict":"x"}"#).is_err());
}

#[derive(Clone, Debug, PartialEq)]
struct Open {
    id: i64,
    others: BTreeMap<String, Value>,
}

object! { Open { id = "id": required, ..others } }

#[test]
fn free_keys_are_kept_and_written_back() {
    let text = br#"{"a":[1,{"b":null}],"id":1,"z":939167.0189485865}"#;
    let open: Open = decode(text).unwrap();
    assert_eq!(open.id, 1);
    assert_eq!(open.others.keys().collect::<Vec<_>>(), ["a", "z"]);
    assert_eq!(
        String::from_utf8(encode(&open)).unwrap(),
        r#"{"id":1,"a":[1,{"b":null}],"z":939167.0189485865}"#
    );
    let mut twice = open;
    twice.others.insert("id".to_owned(), Value::from(2));
    assert!(
        !String::from_utf8(encode(&twice))
            .unwrap()
            .contains("\"id\":2")
    );
}

#[test]
fn numbers_of_free_values_keep_their_digits() {
    for text in [
        "939167.0189485865",
        "0.1",
        "18446744073709551615",
        "-9223372036854775808",
        "1e300",
        "123456789012345680000.0",
    ] {
        let value: Value = decode(text.as_bytes()).unwrap();
        let again: Value = decode(&encode(&value)).unwrap();
        assert_eq!(value, again);
        assert_eq!(value.as_f64(), text.parse::<f64>().ok(), "{text}");
    }
    assert!(decode::<Value>(b"1e999").is_err());
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Cat {
    kind: String,
    lives: i64,
}
object! { Cat { kind = "kind": required, lives = "lives": required } }

#[derive(Clone, Debug, PartialEq)]
enum Pet {
    Cat(Cat),
    Number(Inner),
    Unknown(Value),
}
union! { Pet: tag "kind" { Cat(Cat): "cat" | "kitten", Number(Inner): "7", ..Unknown } }

#[test]
fn a_tag_selects_wherever_it_is() {
    let cat = decode::<Pet>(br#"{"lives":9,"x":{"kind":"dog"},"kind":"k\u0069tten"}"#).unwrap();
    assert_eq!(
        cat,
        Pet::Cat(Cat {
            kind: "kitten".to_owned(),
            lives: 9
        })
    );
    assert_eq!(
        decode::<Pet>(br#"{"kind":7,"id":1}"#).unwrap(),
        Pet::Number(Inner { id: 1 })
    );
    assert!(matches!(
        decode::<Pet>(br#"{"kind":"bird","wings":2}"#),
        Ok(Pet::Unknown(_))
    ));
    let error = decode::<Pet>(br#"{"kind":"cat","lives":"many"}"#).unwrap_err();
    assert_eq!(error.path(), "$.lives");
    let error = decode::<Pet>(br#"{"lives":1}"#).unwrap_err();
    assert!(
        error.message().contains("`kind` is one of cat kitten 7"),
        "{error}"
    );
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ById {
    id: i64,
    note: Option<i64>,
}
object! { ById { id = "id": required, note = "note": optional } }

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ByName {
    name: String,
}
object! { ByName { name = "name": required } }

#[derive(Clone, Debug, PartialEq)]
enum Target {
    ById(ById),
    ByName(ByName),
    Text(String),
}
union! {
    Target: first {
        ById(ById): object has "id" is "v" = "1",
        ByName(ByName): object has "name",
        Text(String): string,
    }
}

#[test]
fn the_first_that_fits_is_read_and_an_error_says_why_none_did() {
    let by_id = decode::<Target>(br#"{"id":1,"name":"n","v":1}"#).unwrap();
    assert_eq!(by_id, Target::ById(ById { id: 1, note: None }));
    assert!(matches!(
        decode::<Target>(br#"{"id":1,"name":"n","v":2}"#),
        Ok(Target::ByName(_))
    ));
    assert_eq!(
        decode::<Target>(b"\"t\"").unwrap(),
        Target::Text("t".to_owned())
    );
    let error = decode::<Target>(br#"{"id":1}"#).unwrap_err();
    let message = error.message();
    for part in ["`v` is not 1", "it has no `name`", "it is of another type"] {
        assert!(message.contains(part), "{message}");
    }
    // A lenient reader does not leave out what makes another variant fit.
    let text = br#"{"id":1,"note":"x","name":"n","v":1}"#;
    let (target, left_out) = decode_lenient::<Target>(text).unwrap();
    assert!(matches!(target, Target::ByName(_)), "{target:?}");
    assert!(left_out.errors.is_empty());
    let (target, left_out) = decode_lenient::<Target>(br#"{"id":1,"note":"x","v":1}"#).unwrap();
    assert!(matches!(target, Target::ById(_)), "{target:?}");
    assert_eq!(left_out.errors.len(), 1);
}

#[derive(Clone, Debug, PartialEq)]
enum Level {
    Low,
    High,
    Unknown(lavka_runtime::Unknown<Level>),
}
string_enum! { Level { Low = "low", High = "high" } }

#[test]
fn enums_parse_strictly_and_convert_openly() {
    assert_eq!("low".parse(), Ok(Level::Low));
    let error = "mid".parse::<Level>().unwrap_err();
    assert_eq!(error.to_string(), "expected `low`, `high`, found \"mid\"");
    assert!(!Level::from("mid").is_known());
    assert!(Level::from("high").is_known());
}

/// A node of a tree, in XML.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Node {
    lang: Option<String>,
    free: Option<Value>,
    map: Option<BTreeMap<String, i64>>,
    child: Option<Box<Node>>,
    items: Option<Vec<Node>>,
    target: Option<Price>,
    sizes: Option<Vec<i64>>,
}
object! {
    Node: json both, xml both {
        lang = "lang": optional => attribute("lang", ns = "http://www.w3.org/XML/1998/namespace", prefix = "xml"),
        free = "free": optional => element,
        map = "map": optional => element,
        child = "child": optional => element,
        items = "items": optional => list("items", "array") of ("item"),
        target = "target": optional => element,
        sizes = "sizes": optional => attribute,
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Price {
    Amount(i64),
    Text(String),
    Node(Box<Node>),
}
union! {
    Price: json_type, xml { Text(String): string, Amount(i64): number, Node(Box<Node>): object }
}
#[cfg(feature = "schema")]
lavka_runtime::union_schema! { Price: String, i64, Box<Node> }

fn node(text: &str, dialect: Dialect) -> Node {
    xml::decode(
        text.as_bytes(),
        None,
        &[tag!("node")],
        dialect,
        &Limits::default(),
    )
    .unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn xml_of_specs_that_say_little() {
    let text = concat!(
        r#"<node xml:lang="ru" sizes=" 1 2  3 "><s:free xmlns:s="urn:s"><a>1</a><a>2</a><b><c/></b></s:free>"#,
        r#"<map><one>1</one><two>2</two></map><child nil="true"><target>9</target></child>"#,
        r#"<items type="array"><whatever><target>x</target></whatever><item/></items><target>15</target></node>"#
    );
    let read = node(text, Dialect::Rails);
    assert_eq!(read.lang.as_deref(), Some("ru"));
    assert_eq!(read.sizes, Some(vec![1, 2, 3]));
    assert_eq!(
        read.free,
        Some(serde_json::json!({"a": ["1", "2"], "b": {"c": ""}}))
    );
    assert_eq!(read.map.as_ref().and_then(|m| m.get("two")), Some(&2));
    assert_eq!(read.child, None, "the content of what is null is skipped");
    let items = read.items.as_ref().expect("items");
    assert_eq!(
        items.len(),
        2,
        "an item's name has no meaning in an array of Rails"
    );
    assert_eq!(items[0].target, Some(Price::Text("x".to_owned())));
    assert_eq!(read.target, Some(Price::Amount(15)));
    let written = xml::encode(&tag!("node"), &read, Dialect::Rails).unwrap();
    assert_eq!(
        node(std::str::from_utf8(&written).unwrap(), Dialect::Rails),
        read
    );
}

#[test]
fn dates_are_read_alike_in_both_formats() {
    for text in ["2017-10- 1", "+2017-1-01", "2017-1-1", "2017-02-30", " "] {
        assert!(
            decode::<Date>(format!("\"{text}\"").as_bytes()).is_err(),
            "{text}"
        );
    }
    for text in ["2017-10-10T 1:30:00Z", "2017-10-10T01:30:00", "2017-10-10"] {
        assert!(
            decode::<DateTime>(format!("\"{text}\"").as_bytes()).is_err(),
            "{text}"
        );
    }
    for text in [
        "2017-10-10T01:30:00Z",
        "2017-10-10 01:30:00 UTC",
        "2017-10-10T01:30:00.123+0300",
        "2017-10-10t01:30:00-03:00",
    ] {
        assert!(
            decode::<DateTime>(format!("\"{text}\"").as_bytes()).is_ok(),
            "{text}"
        );
    }
}
