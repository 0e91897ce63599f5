//! Replies that are not quite as documented.

use std::collections::BTreeMap;

use lavka_runtime::client::Decoder as _;
use lavka_runtime::json::{ItemReader, decode, decode_lenient};
use lavka_runtime::{Decimal, Maybe};

#[derive(Clone, Debug, Default, PartialEq)]
struct Item {
    id: i32,
    weight: Option<i32>,
    price: Option<Decimal>,
    note: Maybe<String>,
    tags: Option<Vec<String>>,
    sizes: Option<BTreeMap<String, i32>>,
    inner: Option<Box<Item>>,
}
lavka_runtime::object! {
    Item {
        id = "id": required,
        weight = "weight": optional,
        price = "price": optional as strict,
        note = "note": maybe,
        tags = "Tags": optional,
        sizes = "sizes": optional,
        inner = "inner": optional,
    }
}

/// The value, and what was left out.
fn read(text: &str) -> (Item, Vec<String>) {
    let (item, omitted) =
        decode_lenient::<Item>(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(omitted.more, 0);
    let left_out = omitted
        .errors
        .iter()
        .map(|error| format!("{}: {}", error.path(), error.message()));
    (item, left_out.collect())
}

#[test]
fn an_optional_value_of_another_type_is_absent_and_reported() {
    for (text, path) in [
        (r#"{"weight":"heavy","id":1}"#, "$.weight"),
        (r#"{"weight":{"a":[1,{}]},"id":1}"#, "$.weight"),
        (r#"{"id":1,"note":7}"#, "$.note"),
        (r#"{"id":1,"Tags":["a",7]}"#, "$.Tags[1]"),
        (r#"{"id":1,"Tags":{}}"#, "$.Tags"),
        (r#"{"id":1,"sizes":[]}"#, "$.sizes"),
        (r#"{"id":1,"inner":{"note":"x"}}"#, "$.inner"),
        (r#"{"id":1,"inner":{"id":"x","weight":"y"}}"#, "$.inner.id"),
        (r#"{"id":1,"inner":[]}"#, "$.inner"),
        (r#"{"id":1,"weight":99999999999}"#, "$.weight"),
    ] {
        let (item, left_out) = read(text);
        assert_eq!(
            item,
            Item {
                id: 1,
                ..Item::default()
            },
            "{text}"
        );
        assert!(
            left_out.len() == 1 && left_out[0].starts_with(&format!("{path}: ")),
            "{text}: {left_out:?}"
        );
        // Elsewhere it is an error, with the same words.
        let strict = decode::<Item>(text.as_bytes()).expect_err(text);
        assert_eq!(
            left_out[0],
            format!("{}: {}", strict.path(), strict.message())
        );
    }
    let (item, left_out) = read(r#"{"id":1,"inner":{"id":2,"weight":"x"}}"#);
    assert_eq!(item.inner.map(|inner| inner.id), Some(2));
    assert_eq!(left_out.len(), 1);
}

#[test]
fn null_items_are_passed_over_and_reported() {
    let (item, left_out) = read(r#"{"id":1,"Tags":["a",null,"b"],"sizes":{"s":1,"m":null}}"#);
    assert_eq!(item.tags, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(item.sizes, Some(BTreeMap::from([("s".to_owned(), 1)])));
    assert!(
        left_out.len() == 2 && left_out[0].starts_with("$.Tags[1]: "),
        "{left_out:?}"
    );
}

#[test]
fn what_costs_money_or_is_required_is_an_error() {
    for text in [
        r#"{"id":1,"price":"a lot"}"#,
        r#"{"id":"x"}"#,
        r#"{"weight":1}"#,
        r#"{"id":1,"weight":tru}"#,
        r#"{"id":1,"weight":[1,}"#,
        r#"{"id":1,"weight":"x""#,
        "[]",
    ] {
        assert!(decode_lenient::<Item>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_name_in_another_letter_case_is_the_documented_one_unless_that_is_there() {
    let read = |text: &str| self::read(text).0.tags;
    assert_eq!(read(r#"{"id":1,"tags":["a"]}"#), Some(vec!["a".to_owned()]));
    assert_eq!(
        read(r#"{"tags":["a"],"id":1,"Tags":["b"]}"#),
        Some(vec!["b".to_owned()])
    );
    assert_eq!(
        read(r#"{"Tags":["b"],"id":1,"tags":["a"],"TAGS":3}"#),
        Some(vec!["b".to_owned()])
    );
    assert_eq!(
        decode::<Item>(br#"{"id":1,"tags":["a"]}"#)
            .expect("JSON")
            .tags,
        None
    );
}

#[test]
fn a_great_many_odd_values_take_linear_time() {
    let started = std::time::Instant::now();
    let items = vec![r#"{"id":1,"weight":"x","ID":{},"Id":[]}"#; 50_000].join(",");
    let (items, omitted) =
        decode_lenient::<Vec<Item>>(format!("[{items}]").as_bytes()).expect("JSON");
    assert_eq!(
        (items.len(), omitted.errors.len(), omitted.more),
        (50_000, 100, 49_900)
    );
    let deep = format!(
        "{}1{}",
        r#"{"weight":"x","inner":"#.repeat(100),
        "}".repeat(100)
    );
    assert!(decode_lenient::<Item>(deep.as_bytes()).is_err());
    assert!(
        started.elapsed() < std::time::Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn items_of_a_stream_are_read_as_leniently() {
    let mut items = ItemReader::<Item>::new();
    items.push(br#"[{"id":1,"weight":"x"},{"id":2},{"id":3,"price":"#);
    assert_eq!(
        items.next().map(|item| item.map(|item| item.id).ok()),
        Some(Some(1))
    );
    let dropped = items.take_dropped();
    assert!(
        dropped.len() == 1 && dropped[0].path == "$[0].weight",
        "{dropped:?}"
    );
    assert_eq!(
        items.next().map(|item| item.map(|item| item.id).ok()),
        Some(Some(2))
    );
    assert!(items.next().is_none() && items.take_dropped().is_empty());
    items.push(br#""a lot"}]"#);
    assert!(
        items.next().is_some_and(|item| item.is_err()),
        "what is strict is an error"
    );
}
