//! Where an error says that it is: path, line and column, in each thing that holds values.

use std::collections::BTreeMap;
use std::fmt::Debug;

use lavka_runtime::json::{FromJson, decode};
use lavka_runtime::{CodecError, CodecErrorKind, Date, DateTime, Decimal, Maybe, Secret, Unknown};
use serde_json::Value;

#[derive(Debug)]
struct All {
    id: Option<i64>,
    list: Option<Vec<i32>>,
    lists: Option<Vec<Vec<bool>>>,
    map: Option<BTreeMap<String, Vec<f64>>>,
    boxed: Option<Box<All>>,
    items: Option<Vec<All>>,
    maybe: Maybe<Inner>,
    nullable: Option<Option<Inner>>,
    either: Option<Either>,
    owner: Option<Owner>,
    locale: Option<Locale>,
    price: Option<Decimal>,
    text: Option<String>,
    flag: Option<bool>,
    day: Option<Date>,
    made: Option<DateTime>,
    token: Option<Secret>,
    any: Option<Value>,
}
lavka_runtime::object! {
    All {
        id = "id": optional,
        list = "list": optional,
        lists = "lists": optional,
        map = "map": optional,
        boxed = "boxed": optional,
        items = "items": optional,
        maybe = "maybe": maybe,
        nullable = "nullable": optional,
        either = "either": optional,
        owner = "owner": optional as accept_string,
        locale = "locale": optional,
        price = "price": optional as decimal_string,
        text = "text": optional as accept_number,
        flag = "flag": optional,
        day = "day": optional,
        made = "made": optional as rails_timestamp,
        token = "token": optional,
        any = "any": optional,
    }
}

#[derive(Debug)]
#[cfg_attr(
    feature = "schema",
    derive(lavka_runtime::schema::schemars::JsonSchema),
    schemars(crate = "lavka_runtime::schema::schemars")
)]
struct Inner {
    n: u32,
}
lavka_runtime::object! { Inner { n = "n": required } }

#[derive(Debug)]
enum Either {
    Text(String),
    Many(Vec<Inner>),
}
lavka_runtime::union! { Either: json_type { Text(String): string, Many(Vec<Inner>): array } }

#[derive(Clone, Copy, Debug)]
enum Owner {
    Store,
    Unknown(Unknown<Owner>),
}
lavka_runtime::integer_enum! { Owner { Store = 0 } }

#[derive(Clone, Debug)]
enum Locale {
    Ru,
    Unknown(Unknown<Locale>),
}
lavka_runtime::string_enum! { Locale { Ru = "ru-RU" } }

fn error<T: FromJson + Debug>(text: &str) -> CodecError {
    decode::<T>(text.as_bytes()).expect_err(text)
}

/// The place of `^` in a text, which is not part of it: line and column in bytes, both from 1.
fn place(error: &CodecError) -> (usize, usize) {
    let number = |number: Option<u64>| usize::try_from(number.expect("a place")).expect("small");
    (number(error.line()), number(error.column()))
}

fn marked(text: &str) -> (String, usize, usize) {
    let at = text.find('^').expect("a mark");
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (text.replacen('^', "", 1), line, column)
}

#[test]
fn a_wrong_value_is_found_in_each_container() {
    for (text, path, says) in [
        (r#"^[]"#, "$", "expected an object, found an array"),
        (
            r#"{"id":^"7"}"#,
            "$.id",
            "expected a 64-bit integer, found \"7\"",
        ),
        (
            r#"{"id":^1.5}"#,
            "$.id",
            "expected a 64-bit integer, found 1.5",
        ),
        (
            r#"{"id":^9223372036854775808}"#,
            "$.id",
            "expected a 64-bit integer",
        ),
        (
            r#"{"list":^{}}"#,
            "$.list",
            "expected an array, found an object",
        ),
        (
            r#"{"list":[1,^null,2]}"#,
            "$.list[1]",
            "expected a 32-bit integer, found null",
        ),
        (
            r#"{"lists":[[],[true],[true,false,^0]]}"#,
            "$.lists[2][2]",
            "expected true or false, found 0",
        ),
        (
            r#"{"map":{"a":[1],"b c":[1,2,^"x"]}}"#,
            "$.map.b c[2]",
            "expected a number, found \"x\"",
        ),
        (
            r#"{"map":^[]}"#,
            "$.map",
            "expected an object, found an array",
        ),
        (
            r#"{"boxed":{"boxed":{"list":[0,^{}]}}}"#,
            "$.boxed.boxed.list[1]",
            "found an object",
        ),
        (
            r#"{"items":[{},{"items":[{},{},{"id":^[]}]}]}"#,
            "$.items[1].items[2].id",
            "found an array",
        ),
        (
            r#"{"maybe":{"n":^-1}}"#,
            "$.maybe.n",
            "expected a 32-bit integer from 0, found -1",
        ),
        (r#"{"maybe":^{"m":1}}"#, "$.maybe", "`n` is missing"),
        (
            r#"{"nullable":^0}"#,
            "$.nullable",
            "expected an object, found 0",
        ),
        (
            r#"{"either":[{"n":1},{"n":^"1"}]}"#,
            "$.either[1].n",
            "32-bit integer from 0",
        ),
        (
            r#"{"either":^{}}"#,
            "$.either",
            "expected a value of type string or array, found an object",
        ),
        (
            r#"{"owner":^"x"}"#,
            "$.owner",
            "a 64-bit integer, also as a string, found \"x\"",
        ),
        (r#"{"locale":^1}"#, "$.locale", "expected a string, found 1"),
        (
            r#"{"price":^"1,5"}"#,
            "$.price",
            "expected a decimal, found \"1,5\"",
        ),
        (
            r#"{"price":^{}}"#,
            "$.price",
            "expected a decimal, found an object",
        ),
        (
            r#"{"text":^true}"#,
            "$.text",
            "expected a string or a number, found true",
        ),
        (
            r#"{"flag":^"yes"}"#,
            "$.flag",
            "expected true or false, found \"yes\"",
        ),
        (
            r#"{"day":^"2017-13-01"}"#,
            "$.day",
            "expected a date like 2017-10-10, found \"2017-13-01\"",
        ),
        (r#"{"made":^"today"}"#, "$.made", "found \"today\""),
        (
            r#"{"any":^1e999}"#,
            "$.any",
            "expected a number that is not too large, found 1e999",
        ),
        // What is no JSON at all.
        (
            r#"{"list":[1^ 2]}"#,
            "$.list[0]",
            "expected a comma or the end of the array, found 2",
        ),
        (
            r#"{"id":1^ "list":[]}"#,
            "$.id",
            "expected a comma or the end of the object",
        ),
        (
            r#"{"id":1,^}"#,
            "$",
            "expected a property's name, found '}'",
        ),
        (r#"{"id"^ 1}"#, "$.id", "expected a colon, found 1"),
        (r#"{} ^x"#, "$", "expected the end of the input, found 'x'"),
        (
            r#"{"text":"a^	b"}"#,
            "$.text",
            "a string without bare control characters",
        ),
        (r#"{"text":"a\^x41"}"#, "$.text", "an escape like"),
        (
            r#"{"unknown":[0,{"a":^nul}]}"#,
            "$.unknown[1].a",
            "expected a value",
        ),
        (r#"{"id":1,^"id":2}"#, "$", "duplicate property `id`"),
    ] {
        // White space before a value belongs to nothing: the mark may be on either side of it.
        let (text, line, column) = marked(text);
        let error = error::<All>(&text);
        assert_eq!(error.path(), path, "{text}\n{error}");
        let spaces = text[column - 1..].len() - text[column - 1..].trim_start_matches(' ').len();
        assert_eq!(place(&error), (line, column + spaces), "{text}\n{error}");
        assert!(
            error.message().contains(says),
            "{text}\n{error}\nnot: {says}"
        );
    }
}

#[test]
fn columns_are_counted_in_characters() {
    for text in [
        "{\n  \"id\":\n\t^\"x\"\n}",
        "\n\n\r\n {\"text\": \"имя \u{1F600}\", \"id\": ^\"x\"}",
        "{\"unknown\":\"\\n\",\r\n\"list\":[1,\n2,\n^\"3\"]}",
        "{\"имя\":\n{\"имя\":1}, \"map\":{\"имя\":[^\"x\"]}}",
    ] {
        let (text, line, column) = marked(text);
        for bom in ["", "\u{FEFF}"] {
            let error = error::<All>(&format!("{bom}{text}"));
            assert_eq!(place(&error), (line, column), "{text}\n{error}");
        }
    }
    assert_eq!(
        error::<All>(r#"{"map":{"имя":[1,"x"]}}"#).path(),
        "$.map.имя[1]"
    );
}

#[test]
fn a_place_in_a_list_or_a_map_alone() {
    assert_eq!(error::<Vec<i32>>("[0,1,\"2\"]").path(), "$[2]");
    assert_eq!(
        error::<BTreeMap<String, Vec<i32>>>(r#"{"a":[],"b":[0,{}]}"#).path(),
        "$.b[1]"
    );
    assert_eq!(
        error::<Vec<Option<Inner>>>(r#"[null,{"n":1},{}]"#).path(),
        "$[2]"
    );
    assert_eq!(error::<i32>("\"1\"").path(), "$");
    let end = error::<Vec<i32>>("[1,\n2");
    assert_eq!((end.path(), place(&end)), ("$[1]", (2, 2)));
    assert_eq!(end.kind(), CodecErrorKind::Truncated);
}

#[test]
fn secrets_are_not_shown_wherever_they_stand() {
    for text in [
        r#"{"token":12345678}"#,
        r#"{"token":["12345678"]}"#,
        r#"{"tok\u0065n":12345678}"#,
        r#"{"token":"12345678","id":"x"}"#,
        r#"{"token":"12345678\x"}"#,
        r#"{"token":"12345678","token":"12345678"}"#,
        r#"{"password":12345678,"id":"x"}"#,
        r#"{"pass\u0077ord":12345678,"id":"x"}"#,
        r#"{"unknown":{"api_key":[1,12345678,"x"]},"id":"x"}"#,
        r#"{"unknown":{"secret":12345678x}}"#,
    ] {
        let error = error::<All>(text);
        for shown in [
            error.to_string(),
            format!("{error:?}"),
            error.excerpt().to_owned(),
        ] {
            assert!(!shown.contains("1234"), "{text}: {shown}");
        }
    }
}

#[derive(Debug)]
struct Keyed {
    key: Secret,
}
lavka_runtime::object! { Keyed { key = "key": required } }

#[test]
fn a_secret_is_one_whatever_it_is_called() {
    for text in [
        r#"{"key":12345678}"#,
        r#"{"key":["12345678"]}"#,
        r#"{"key":"1234\Qdef"}"#,
        "{\"key\":\"1234\nQdef\"}",
        r#"{"key":"1234\ud83dQ"}"#,
    ] {
        let error = error::<Keyed>(text);
        let shown = format!("{error} {error:?} {}", error.excerpt());
        assert!(
            !shown.contains("1234") && !shown.contains('Q'),
            "{text}: {shown}"
        );
        assert_eq!(error.path(), "$.key");
    }
    let keyed: Keyed = decode(br#"{"key":"k"}"#).expect("a key");
    assert_eq!(keyed.key.expose(), "k");
}

#[test]
fn what_tells_nothing_is_said_of_secrets_too() {
    for (text, says) in [
        (
            &b"{\"token\":\"1234\xFF\"}"[..],
            "expected text encoded as UTF-8, found the byte 0xFF",
        ),
        (
            b"{\"token\":\"1234",
            "expected the end of a string, found the end of the input",
        ),
        (
            b"{\"token\":\"1234\",\"token\":\"1234\"}",
            "duplicate property `token`",
        ),
        (
            b"{\"token\":1234}",
            "the value of a secret field is not of the expected type",
        ),
    ] {
        let error = decode::<All>(text).expect_err("a wrong text");
        assert_eq!(error.message(), says);
        assert!(!error.to_string().contains("1234"), "{error}");
    }
}
