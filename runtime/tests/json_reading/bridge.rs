//! Types with a codec of their own inside a program's types, by Serde's traits.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use lavka_runtime::json::{self, FromJson, Kind, Reader, ToJson, Writer, decode, encode};
use lavka_runtime::{DateTime, Decimal, Maybe, Unknown};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

#[derive(Clone, Debug, PartialEq)]
struct Item {
    id: i64,
    price: Option<Decimal>,
    note: Maybe<String>,
    locale: Option<Locale>,
    parts: Option<Vec<Item>>,
    any: Option<Value>,
    count: Option<u64>,
    ratio: Option<f64>,
    made: Option<DateTime>,
}
lavka_runtime::object! {
    Item {
        id = "id": required,
        price = "price": optional,
        note = "note": maybe,
        locale = "locale": optional,
        parts = "parts": optional,
        any = "any": optional,
        count = "count": optional,
        ratio = "ratio": optional,
        made = "made": optional,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Locale {
    Ru,
    Unknown(Unknown<Locale>),
}
lavka_runtime::string_enum! { Locale { Ru = "ru-RU" } }

const ITEM: &str = r#"{"id":-9223372036854775808,"price":79228162514264.337593543950335,"note":null,"locale":"ru-RU","parts":[{"id":1,"price":0.10},{"id":2,"note":"\"\n\u0001имя"}],"any":{"a":[1,2.5,null,"x"]},"count":18446744073709551615,"ratio":0.1,"made":"2017-10-10T12:30:00.5+03:00"}"#;

/// Reads and writes a text by serde_json, which must give the text again.
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> T {
    let value: T = serde_json::from_str(text).expect(text);
    assert_eq!(serde_json::to_string(&value).expect("JSON"), text);
    assert_eq!(
        serde_json::from_slice::<T>(text.as_bytes()).expect(text),
        value
    );
    assert_eq!(
        serde_json::from_reader::<_, T>(text.as_bytes()).expect(text),
        value
    );
    value
}

#[test]
fn by_serde_json_a_text_is_the_same() {
    let item: Item = same(ITEM);
    assert_eq!(item, decode::<Item>(ITEM.as_bytes()).expect("an item"));
    assert_eq!(encode(&item), ITEM.as_bytes());
    assert_eq!(
        same::<Vec<Item>>(&format!("[{ITEM},{{\"id\":1}}]"))[0],
        item
    );
    assert_eq!(same::<Option<Item>>("null"), None);
    assert_eq!(
        same::<HashMap<String, Item>>(&format!("{{\"a\":{ITEM}}}"))["a"],
        item
    );
    same::<BTreeMap<Locale, Locale>>(r#"{"ru-RU":"ru-RU","xx":"yy"}"#);
    same::<(Item, Locale, Item)>(&format!(r#"[{ITEM},"fr",{ITEM}]"#));
    // White space and escapes mean nothing.
    let spread =
        format!(" {{ \"id\" : 7 , \"parts\" : [ {ITEM} ] , \"no\\u0074e\" : \"\\u0041\" }} ");
    let spread: Item = serde_json::from_str(&spread).expect("an item");
    assert_eq!((spread.id, spread.note), (7, Maybe::Value("A".into())));
    assert_eq!(spread.parts, Some(vec![item]));
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Own {
    name: String,
    item: Item,
    #[serde(default, skip_serializing_if = "Maybe::is_absent")]
    more: Maybe<Item>,
    others: Vec<Item>,
}

#[test]
fn as_a_field_of_an_own_type() {
    let text = format!(r#"{{"name":"n","item":{ITEM},"more":null,"others":[{ITEM}]}}"#);
    let own: Own = same(&text);
    assert_eq!(own.more, Maybe::Null);
    let own: Own = same(&format!(r#"{{"name":"n","item":{ITEM},"others":[]}}"#));
    assert_eq!(own.more, Maybe::Absent);
    let error = serde_json::from_str::<Own>(r#"{"name":"n","item":{"id":"x"},"others":[]}"#)
        .expect_err("no number");
    assert!(error.to_string().contains("$.id"), "{error}");
    assert!(
        error
            .to_string()
            .contains("expected a 64-bit integer, found \"x\""),
        "{error}"
    );
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Flat {
    name: String,
    #[serde(flatten)]
    item: Item,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
enum Untagged {
    Item(Item),
    Locale(Locale),
    Many(Vec<Item>),
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    One(Item),
}

const SHORT: &str = r#""id":9223372036854775807,"price":12.5,"note":null,"parts":[{"id":1}],"count":18446744073709551615,"ratio":0.1"#;

#[test]
fn where_serde_keeps_values_before_it_knows_their_type() {
    let item: Item = decode(format!("{{{SHORT}}}").as_bytes()).expect("an item");
    assert_eq!(
        same::<Flat>(&format!(r#"{{"name":"n",{SHORT}}}"#)).item,
        item
    );
    assert_eq!(
        same::<Untagged>(&format!("{{{SHORT}}}")),
        Untagged::Item(item.clone())
    );
    assert_eq!(same::<Untagged>(r#""xx""#), Untagged::Locale("xx".into()));
    assert_eq!(
        same::<Untagged>(&format!("[{{{SHORT}}}]")),
        Untagged::Many(vec![item.clone()])
    );
    assert_eq!(
        same::<Tagged>(&format!(r#"{{"kind":"One",{SHORT}}}"#)),
        Tagged::One(item.clone())
    );
    assert!(serde_json::from_str::<Untagged>("{}").is_err());
    // Written, digits stay; read, numbers have been floats before, so that only what a float holds is left.
    let digits: Decimal = "0.10".parse().expect("a decimal");
    let flat = Flat {
        name: "n".into(),
        item: Item {
            price: Some(digits),
            ..item
        },
    };
    let text = serde_json::to_string(&flat).expect("JSON");
    assert!(text.contains(r#""price":0.10,"#), "{text}");
    assert_eq!(serde_json::from_str::<Flat>(&text).expect("a value"), flat);
}

#[test]
fn by_values_of_serde_json() {
    let item: Item = decode(ITEM.as_bytes()).expect("an item");
    let value = serde_json::to_value(&item).expect("a value");
    assert_eq!(value["id"], value!(i64::MIN));
    assert_eq!(value["count"], value!(u64::MAX));
    assert_eq!(value["ratio"], value!(0.1));
    assert_eq!(value["note"], Value::Null);
    assert_eq!(value["parts"][0]["price"], value!(0.1));
    assert_eq!(value["any"], value!({"a": [1, 2.5, null, "x"]}));
    let back: Item = serde_json::from_value(value).expect("an item");
    // But for the price, which no float holds exactly.
    assert_ne!(back.price, item.price);
    assert_eq!(
        Item {
            price: None,
            ..back
        },
        Item {
            price: None,
            ..item
        }
    );
    assert_eq!(
        serde_json::from_value::<Locale>(value!("ru-RU")).expect("known"),
        Locale::Ru
    );
    let map = BTreeMap::from([(Locale::Ru, 1)]);
    let value = serde_json::to_value(&map).expect("a value");
    assert_eq!(value, value!({"ru-RU": 1}));
    assert_eq!(
        serde_json::from_value::<BTreeMap<Locale, i32>>(value).expect("a map"),
        map
    );
}

#[test]
fn by_other_formats_that_describe_themselves() {
    type Fault = serde::de::value::Error;
    let numbers = || [("id", 5), ("count", 6), ("unknown", 7)].into_iter();
    let item = Item::deserialize(MapDeserializer::<_, Fault>::new(numbers())).expect("an item");
    assert_eq!((item.id, item.count), (5, Some(6)));
    let texts = [("price", "0.50"), ("locale", "xx")].into_iter();
    let error = Item::deserialize(MapDeserializer::<_, Fault>::new(texts)).expect_err("no id");
    assert!(error.to_string().contains("`id` is missing"), "{error}");
    let locale: Result<Locale, Fault> = Locale::deserialize("ru-RU".into_deserializer());
    assert_eq!(locale, Ok(Locale::Ru));
    let list = SeqDeserializer::<_, Fault>::new(["ru-RU", "xx"].into_iter());
    assert_eq!(
        Vec::<Locale>::deserialize(list).expect("a list"),
        [Locale::Ru, "xx".into()]
    );
}

#[derive(Clone, Debug, PartialEq)]
enum Amount {
    Number(Decimal),
    Text(String),
}

// By hand: a union's variants need a JSON Schema where the feature asks for one, and `Decimal` has none.
impl FromJson for Amount {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, lavka_runtime::CodecError> {
        match r.kind() {
            Some(Kind::Number) => FromJson::from_json(r).map(Self::Number),
            _ => FromJson::from_json(r).map(Self::Text),
        }
    }
}

impl ToJson for Amount {
    fn to_json(&self, w: &mut Writer) {
        match self {
            Self::Number(number) => number.to_json(w),
            Self::Text(text) => text.to_json(w),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::bridge::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::bridge::deserialize(deserializer)
    }
}

/// Written by a serializer that is not serde_json's: a formatter, which takes single values.
struct Shown(Amount);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.serialize(f)
    }
}

#[test]
fn numbers_in_other_formats_are_numbers() {
    for (text, shown) in [
        ("12", "12"),
        ("-12.5", "-12.5"),
        ("12.50", "12.5"),
        ("0.10", "0.1"),
        ("18446744073709551615", "18446744073709551615"),
        ("7.9228162514264337593543950335", "7.9228162514264335"),
        ("\"12.50\"", "12.50"),
    ] {
        let amount: Amount = same(text);
        // Formatting fails where a serializer is given what it cannot write.
        let mut out = String::new();
        std::fmt::Write::write_fmt(&mut out, format_args!("{}", Shown(amount))).expect(text);
        assert_eq!(out, shown);
    }
}

#[test]
fn a_text_in_disguise_is_no_way_round_the_reader() {
    // The name by which serde_json hands over texts, sent by somebody else in a place that serde reads ahead.
    for (text, id) in [
        (r#"{"id":1,"note":{"NAME":"\"a\",\"count\":2"}}"#, None),
        (r#"{"note":{"NAME":"null},\"x\":{\"y\":1"},"id":1}"#, None),
        (r#"{"id":{"NAME":""},"count":3}"#, None),
        (
            r#"{"id":1,"parts":[{"NAME":"{\"id\":4},{\"id\":5}"}]}"#,
            None,
        ),
        (r#"{"id":7,"x":{"a":1,"NAME":"}"}}"#, Some(7)),
    ] {
        let text = text.replace("NAME", "$serde_json::private::RawValue");
        let flat = serde_json::from_str::<Untagged>(&text);
        let read = flat.ok().map(|value| match value {
            Untagged::Item(item) => item.id,
            other => panic!("{other:?}"),
        });
        assert_eq!(read, id, "{text}");
    }
}
