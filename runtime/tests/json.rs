//! JSON: values, and what an error says.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use lavka_runtime::json::{self, FromJson, ToJson, decode, decode_bare_string, encode};
use lavka_runtime::{DateOptionalTime, DateTime, Decimal, Maybe, Secret, Unknown};

#[derive(Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "schema",
    derive(lavka_runtime::schema::schemars::JsonSchema),
    schemars(crate = "lavka_runtime::schema::schemars", transform = lavka_runtime::schema::documented)
)]
struct Money {
    #[cfg_attr(feature = "schema", schemars(with = "lavka_runtime::schema::Decimal"))]
    one: Decimal,
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<lavka_runtime::schema::DecimalString>")
    )]
    text: Option<Decimal>,
    #[cfg_attr(
        feature = "schema",
        schemars(
            default,
            skip_serializing_if = "Maybe::is_absent",
            with = "Maybe<lavka_runtime::schema::Decimal>"
        )
    )]
    maybe: Maybe<Decimal>,
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<lavka_runtime::schema::Decimal>>")
    )]
    list: Option<Vec<Decimal>>,
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<BTreeMap<String, Option<lavka_runtime::schema::Decimal>>>")
    )]
    map: Option<BTreeMap<String, Option<Decimal>>>,
}
lavka_runtime::object! {
    Money {
        one = "one": required,
        text = "text": optional as decimal_string,
        maybe = "maybe": maybe,
        list = "list": optional,
        map = "map": optional,
    }
}

fn text(value: &impl ToJson) -> String {
    String::from_utf8(encode(value)).expect("UTF-8")
}

#[test]
fn decimals_keep_their_digits() {
    let written = r#"{"one":79228162514264.337593543950335,"text":"0.10","maybe":null,"list":[1.00,-0.5],"map":{"a":1e2,"b":null}}"#;
    let money: Money = decode(written.as_bytes()).expect("money");
    assert_eq!(text(&money), written.replace("1e2", "100"));
    assert_eq!(text(&Money::default()), r#"{"one":0}"#);
    let from_string: Money = decode(br#"{"one":" 12.30 ","maybe":"1"}"#).expect("money");
    assert_eq!(text(&from_string), r#"{"one":12.30,"maybe":1}"#);
    let through = serde_json::to_value(&from_string).expect("a value");
    assert_eq!(
        serde_json::from_value::<Money>(through).expect("money"),
        from_string
    );
}

fn wrong<T: FromJson + std::fmt::Debug>(text: &str) -> String {
    decode::<T>(text.as_bytes()).expect_err(text).to_string()
}

#[test]
fn an_error_says_where_and_what() {
    #[derive(Debug)]
    struct Item {
        id: i64,
        price: Option<Decimal>,
        date: Option<lavka_runtime::Date>,
    }
    lavka_runtime::object! {
        Item { id = "id": required, price = "price": optional, date = "date": optional }
    }
    #[derive(Debug)]
    struct Page {
        content: Vec<Item>,
    }
    lavka_runtime::object! { Page { content = "content": required } }
    let cases = [
        (
            r#"{"content":[{"id":1},{"price":"abc","id":2}]}"#,
            r#"$.content[1].price: line 1, column 31: expected a decimal, found "abc", near `{"content":[{"id":1},{"price":"…"`"#,
        ),
        (
            "{\"content\":[\n  {\"id\":1, \"price\": 1e99}]}",
            "$.content[0].price: line 2, column 21: expected a decimal of at most 28 digits, found 1e99, near `{\"content\":[{\"id\":1,\"price\":1e99`",
        ),
        (
            r#"{"content":[{"id":1,"price":{"a":1}}]}"#,
            "$.content[0].price: line 1, column 29: expected a decimal, found an object, near `{\"content\":[{\"id\":1,\"price\":`",
        ),
        (
            r#"{"content":[{"id":1,"date":"2017-13-01"}]}"#,
            "$.content[0].date: line 1, column 28: expected a date like 2017-10-10, found \"2017-13-01\", near `{\"content\":[{\"id\":1,\"date\":\"…\"`",
        ),
        (
            r#"{"content":[{"price":1}]}"#,
            "$.content[0]: line 1, column 13: `id` is missing, near `{\"content\":[`",
        ),
        (
            r#"{"content":[{"id":1,"id":1}]}"#,
            "$.content[0]: line 1, column 21: duplicate property `id`, near `{\"content\":[{\"id\":1,\"id\":`",
        ),
        (
            r#"{"content":[{"id":"7"}]}"#,
            "$.content[0].id: line 1, column 19: expected a 64-bit integer, found \"7\", near `{\"content\":[{\"id\":\"…\"`",
        ),
        (
            r#"{"content":[{"id":"#,
            "$.content[0].id: line 1, column 19: expected a 64-bit integer, found the end of the input, near `{\"content\":[{\"id\":`",
        ),
        (
            r#"{"content":[{"id":nul"#,
            "$.content[0].id: line 1, column 19: expected a 64-bit integer, found the end of the input, near `{\"content\":[{\"id\":nul`",
        ),
        (
            "{\"content\":[],\"note\":\"a\u{1}\"}",
            "$.note: line 1, column 24: expected a string without bare control characters, found '\\u{1}', near `{\"content\":[],\"note\":\"…\"`",
        ),
        (
            "",
            "$: line 1, column 1: expected JSON, found an empty body",
        ),
        (
            "<!-- x --><HTML><body>",
            "$: line 1, column 1: expected JSON, found an HTML page (possibly a maintenance page)",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(wrong::<Page>(text), message, "{text}");
    }
    // Cut at every byte, and with every byte replaced: an error or a value, never a panic.
    let text = r#"{"content":[{"id":1,"price":"1.5","date":"2017-10-10"},{"id":2,"price":null}]}"#
        .as_bytes();
    for end in 0..text.len() {
        assert!(decode::<Page>(&text[..end]).is_err());
        for byte in [b'"', b'\\', b'{', b']', 0, 0xFF] {
            let mut broken = text.to_vec();
            broken[end] = byte;
            let _ = decode::<Page>(&broken).map_err(|error| error.to_string());
        }
    }
}

#[test]
fn secrets_of_a_text_are_not_shown() {
    #[derive(Debug)]
    struct Reply {
        token: String,
        note: i64,
        hidden: Option<Secret>,
    }
    lavka_runtime::object! {
        Reply { token = "token": required, note = "note": required, hidden = "hidden": optional }
    }
    for text in [
        r#"{"token":"PLANTED","note":"x"}"#,
        r#"{"token":77770000}"#,
        r#"{"token":"t","note":1,"hidden":77770000}"#,
        r#"{"token":{"inner":"PLANTED"}}"#,
        r#"{"api_key":"PLANTED","token":["#,
    ] {
        let error = decode::<Reply>(text.as_bytes()).expect_err(text);
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(
            !shown.contains("PLANTED") && !shown.contains("7777"),
            "{shown}"
        );
    }
    let long = format!(r#"{{"token":"t","note":"{}"}}"#, "я".repeat(500));
    let error = wrong::<Reply>(&long);
    assert!(
        error.contains(&format!("{}…\"", "я".repeat(20))) && !error.contains(&"я".repeat(21)),
        "{error}"
    );
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Level {
    Low,
    High,
    Unknown(Unknown<Level>),
}
lavka_runtime::integer_enum! { Level { Low = -1, High = 2 } }

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Locale {
    Ru,
    En,
    Unknown(Unknown<Locale>),
}
lavka_runtime::string_enum! { Locale { Ru = "ru-RU", En = "en-US" } }

#[test]
fn open_enums_keep_what_they_do_not_know() {
    let read: Vec<Locale> = decode(r#"["ru-RU","de-DE"]"#.as_bytes()).expect("locales");
    assert_eq!(read[0], Locale::Ru);
    assert!(matches!(&read[1], Locale::Unknown(value) if &**value.wire() == "de-DE"));
    assert_eq!(text(&read), r#"["ru-RU","de-DE"]"#);
    assert!(Unknown::<Locale>::new("ru-RU").is_none());
    assert_eq!(
        Unknown::<Locale>::new("x").map(Locale::Unknown),
        Some(Locale::from("x"))
    );
    assert_eq!(
        (Locale::known(), Locale::En.to_string()),
        (&[Locale::Ru, Locale::En][..], "en-US".to_owned())
    );
    let read: Vec<Level> = decode(b"[-1,2,9]").expect("levels");
    assert_eq!(read, [Level::Low, Level::High, Level::from(9)]);
    assert_eq!(text(&read), "[-1,2,9]");
    assert!(
        Unknown::<Level>::new(2).is_none()
            && wrong::<Level>("\"2\"").contains("expected a 64-bit integer, found \"2\"")
    );
}

#[derive(Debug, PartialEq)]
enum Mixed {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<Level>),
    Map(BTreeMap<String, Money>),
}
lavka_runtime::union! { Mixed: json_type { Text(String): string, Number(f64): number, Flag(bool): boolean, List(Vec<Level>): array, Map(BTreeMap<String, Money>): object } }
#[cfg(feature = "schema")]
lavka_runtime::union_schema! { Mixed: String, f64, bool, Vec<Level>, BTreeMap<String, Money> }

#[derive(Debug, PartialEq)]
enum Id {
    Text(String),
    Task(Level),
}
lavka_runtime::union! { Id: json_type { Text(String): string, Task(Level): integer } }

#[test]
fn unions_are_told_apart_by_type() {
    for written in [r#""a""#, "1.5", "true", "[-1,3]", r#"{"x":{"one":1.50}}"#] {
        assert_eq!(
            text(&decode::<Mixed>(written.as_bytes()).expect(written)),
            written
        );
    }
    assert_eq!(decode::<Mixed>(b"7").expect("a number"), Mixed::Number(7.0));
    assert_eq!(decode::<Id>(b"2").expect("an id"), Id::Task(Level::High));
    assert!(wrong::<Id>("[]").contains("expected a value of type string or integer"));
    assert!(
        wrong::<Mixed>(r#"[-1,"x"]"#)
            .starts_with("$[1]: line 1, column 5: expected a 64-bit integer, found \"x\"")
    );
}

#[derive(Debug, PartialEq)]
struct Lenient {
    id: i64,
    level: Option<Level>,
    ratio: Maybe<f64>,
    external: Option<String>,
    there: Option<i64>,
}
lavka_runtime::object! {
    Lenient {
        id = "id": required as accept_string,
        level = "level": optional as accept_string,
        ratio = "ratio": maybe as accept_string,
        external = "external": optional as accept_number,
        there = "there": nullable,
    }
}

#[test]
fn other_types_are_accepted_where_the_spec_says_so() {
    let read: Lenient =
        decode(br#"{"id":"7","level":"2","ratio":" 1.5 ","external":12345678901234567890.50,"there":null}"#).expect("read");
    assert_eq!(
        (read.id, read.level, read.ratio),
        (7, Some(Level::High), Maybe::Value(1.5))
    );
    assert_eq!(read.external.as_deref(), Some("12345678901234567890.50"));
    let read: Lenient =
        decode(br#"{"id":5.0,"level":null,"ratio":null,"external":null,"there":1}"#).expect("read");
    assert_eq!(
        (read.id, read.level, read.ratio, read.external),
        (5, None, Maybe::Null, None)
    );
    assert!(wrong::<Lenient>(r#"{"id":1}"#).contains("`there` is missing"));
    for id in [
        r#""x""#,
        "1.5",
        "99999999999999999999",
        "[]",
        "null",
        r#""""#,
    ] {
        wrong::<Lenient>(&format!(r#"{{"id":{id},"there":1}}"#));
    }
}

#[derive(Debug, PartialEq)]
struct Times {
    at: DateTime,
    rails: Vec<DateTime>,
    delivery: DateOptionalTime,
}
lavka_runtime::object! {
    Times {
        at = "at": required,
        rails = "rails": required as rails_timestamp,
        delivery = "delivery": required,
    }
}

#[test]
fn times_keep_their_offset() {
    let read: Times = decode(
        br#"{"at":"2026-11-21T10:20:30.1234567+03:00","rails":["2009-06-04 14:22:34 +0400","2009-06-04T14:22:34Z"],"delivery":"2017-10-10T12:30"}"#,
    )
    .expect("times");
    assert_eq!(
        text(&read),
        r#"{"at":"2026-11-21T10:20:30.1234567+03:00","rails":["2009-06-04 14:22:34 +0400","2009-06-04 14:22:34 +0000"],"delivery":"2017-10-10T12:30"}"#
    );
}

#[test]
fn unquoted_strings() {
    for body in ["8a1f-77", "\u{feff}8a1f-77\n", "\"8a1f-77\""] {
        assert_eq!(
            decode_bare_string::<String>(body.as_bytes()).expect(body),
            "8a1f-77"
        );
    }
    assert_eq!(
        decode_bare_string::<String>(b"12345").expect("an identifier"),
        "12345"
    );
    for body in ["", "{}", "null", "<html>"] {
        decode_bare_string::<String>(body.as_bytes()).expect_err(body);
    }
}

#[test]
fn three_states() {
    let set: Maybe<i64> = 5.into();
    assert_eq!(
        (set.value(), set.map(|n| n + 1).into_option()),
        (Some(&5), Some(6))
    );
    assert_eq!(
        (Maybe::or_null(None::<i64>), Maybe::or_absent(None::<i64>)),
        (Maybe::Null, Maybe::Absent)
    );
    assert!(Maybe::<i64>::default().is_absent() && Maybe::<i64>::Null.as_ref().is_null());
}

#[test]
fn secrets_do_not_print() {
    let secret = Secret::from("PLANTED");
    assert_eq!(
        format!("{secret} {secret:?} {:?}", Some(&secret)),
        "[redacted] [redacted] Some([redacted])"
    );
    assert_eq!(text(&secret), "\"PLANTED\"");
    assert!(
        secret == Secret::from("PLANTED".to_owned())
            && secret != Secret::from("PLANTEX")
            && !secret.is_empty()
    );
}

#[cfg(feature = "schema")]
#[test]
fn schemas_say_what_the_spec_says() {
    use lavka_runtime::schema::schemars::schema_for;
    let schema = serde_json::to_value(schema_for!(Money)).expect("a schema");
    assert_eq!(schema["required"], serde_json::json!(["one"]));
    let properties = serde_json::json!({
        "one": {"type": "number", "format": "decimal"},
        "text": {"type": "string", "format": "decimal"},
        "maybe": {"type": ["number", "null"], "format": "decimal"},
        "list": {"type": "array", "items": {"type": "number", "format": "decimal"}},
        "map": {"type": "object", "additionalProperties": {"type": ["number", "null"], "format": "decimal"}},
    });
    for (name, expected) in properties.as_object().expect("an object") {
        let mut property = schema["properties"][name].clone();
        if let Some(property) = property.as_object_mut() {
            property.remove("default");
        }
        assert_eq!(&property, expected, "{name}");
    }
    let mixed = serde_json::to_value(schema_for!(Mixed)).expect("a schema");
    assert_eq!(mixed["anyOf"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        mixed["$defs"]["Level"],
        serde_json::json!({"type": "integer", "enum": [-1, 2]})
    );
}

/// The items of a text that comes in pieces, and whether there was an error.
fn items(text: &[u8], piece: usize) -> (Vec<serde_json::Value>, bool) {
    use lavka_runtime::client::Decoder as _;
    let mut reader = json::ItemReader::<serde_json::Value>::new();
    let mut items = Vec::new();
    for piece in text.chunks(piece) {
        reader.push(piece);
        while let Some(item) = reader.next() {
            match item {
                Ok(item) => items.push(item),
                Err(_) => return (items, true),
            }
        }
    }
    let ended = reader.finish();
    (items, ended.is_err())
}

#[test]
fn a_list_in_pieces_is_what_it_is_as_a_whole() {
    let texts = [
        "[]",
        "\u{feff} [ ]\n",
        r#"[1, "a,]\"}[", {"b":[{},[],{"c":"\\"}]}, null ,[[]],-1.5e3]"#,
        "[\"\u{44f}\\u0041\",\ttrue]",
    ];
    let mut checked = 0;
    for text in texts {
        let mut variants = vec![text.as_bytes().to_vec()];
        for at in 0..text.len() {
            variants.push(text.as_bytes()[..at].to_vec());
            for byte in *b"[]{},:\"\\ 1x\x00\x0c\xff\xef<" {
                let mut changed = text.as_bytes().to_vec();
                changed[at] = byte;
                variants.push(changed.clone());
                changed.insert(at, byte);
                variants.push(changed);
            }
        }
        for variant in variants {
            let whole = decode::<Vec<serde_json::Value>>(&variant);
            for piece in [1, 3, 1000] {
                let (items, failed) = items(&variant, piece);
                let shown = String::from_utf8_lossy(&variant).into_owned();
                assert_eq!(failed, whole.is_err(), "{shown} {items:?}");
                if let Ok(whole) = &whole {
                    assert_eq!(&items, whole, "{shown}");
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 8_000, "{checked}");
}
