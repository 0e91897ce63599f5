//! Properties: any order, names that need escapes, what comes twice, what is missing, what nobody asked for.

use std::collections::BTreeMap;

use lavka_runtime::Maybe;
use lavka_runtime::json::{decode, encode, encode_pretty};
use serde_json::Value;

use super::{read, refused};

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    id: i32,
    name: Option<String>,
    note: Option<String>,
    clear: Maybe<i32>,
}
lavka_runtime::object! {
    Entry { id = "id": required, name = "name": nullable, note = "note": optional, clear = "clear": maybe }
}

#[test]
fn in_any_order_with_unknown_ones_between() {
    let known = [
        r#""id":1"#,
        r#""name":null"#,
        r#""note":"n""#,
        r#""clear":null"#,
    ];
    let unknown = [
        "",
        r#""x":1,"#,
        r#""x":{"id":2,"name":[{"note":"}"}]},"#,
        r#""idx":"\"id\":3","i":null,"":[],"#,
        r#""x":true,"x":false,"#,
    ];
    let entry = Entry {
        id: 1,
        name: None,
        note: Some("n".into()),
        clear: Maybe::Null,
    };
    let mut tried = 0;
    for a in 0..4 {
        for b in (0..4).filter(|b| *b != a) {
            for c in (0..4).filter(|c| *c != a && *c != b) {
                let order = [a, b, c, 6 - a - b - c].map(|n| known[n]);
                for x in unknown {
                    let text = format!(
                        "{{{x}{},{x}{},{x}{},{x}{}}}",
                        order[0], order[1], order[2], order[3]
                    );
                    assert_eq!(read::<Entry>(&text), entry, "{text}");
                    let text = format!(
                        " {{ {} , {x} {}\n,{x}{} , {} }} ",
                        order[0], order[1], order[2], order[3]
                    );
                    assert_eq!(read::<Entry>(&text), entry, "{text}");
                    tried += 2;
                }
            }
        }
    }
    assert_eq!(tried, 240);
}

#[test]
fn absent_null_and_value() {
    let texts = |tail: &str| format!(r#"{{"id":1,"name":null{tail}}}"#);
    assert_eq!(read::<Entry>(&texts("")).clear, Maybe::Absent);
    assert_eq!(read::<Entry>(&texts(r#","clear":null"#)).clear, Maybe::Null);
    assert_eq!(
        read::<Entry>(&texts(r#","clear":-5"#)).clear,
        Maybe::Value(-5)
    );
    assert_eq!(read::<Entry>(&texts(r#","note":null"#)).note, None);
    for tail in ["", r#","clear":null"#, r#","clear":-5"#, r#","note":"n""#] {
        let text = texts(tail);
        assert_eq!(encode(&read::<Entry>(&text)), text.as_bytes());
    }
    // What must be there is missed, null or not.
    assert!(refused::<Entry>(r#"{"id":1}"#).contains("`name` is missing"));
    assert!(refused::<Entry>(r#"{"name":"a"}"#).contains("`id` is missing"));
    assert!(refused::<Entry>(r#"{"name":"a","id":null}"#).contains("32-bit integer, found null"));
}

#[test]
fn a_documented_property_comes_once() {
    for (text, name) in [
        (r#"{"id":1,"id":1,"name":null}"#, "id"),
        (r#"{"id":1,"name":null,"x":0,"id":2}"#, "id"),
        (r#"{"id":1,"name":null,"name":"a"}"#, "name"),
        (r#"{"id":1,"name":null,"note":null,"note":null}"#, "note"),
        (
            r#"{"id":1,"name":null,"clear":null,"\u0063lear":1}"#,
            "clear",
        ),
        (r#"{"id":1,"name":null,"i\u0064":1}"#, "id"),
    ] {
        let error = refused::<Entry>(text);
        assert!(
            error.contains(&format!("duplicate property `{name}`")),
            "{error}"
        );
    }
    // Of others the last one counts in a map, as it does for serde_json; where nobody asked, any number may come.
    let map: BTreeMap<String, i32> = read(r#"{"a":1,"b":2,"\u0061":3}"#);
    assert_eq!(
        map,
        BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 2)])
    );
    assert_eq!(
        read::<Value>(r#"{"a":1,"a":3}"#),
        serde_json::json!({"a": 3})
    );
    read::<Entry>(r#"{"x":1,"id":1,"x":2,"name":null,"x":3}"#);
}

#[test]
fn what_nobody_asked_for_is_json_too() {
    for value in [
        "",
        "nul",
        "tru",
        "falsey",
        "01",
        "1.",
        "-",
        "+1",
        "\"",
        "\"\\x\"",
        "\"\n\"",
        "\"\\ud80\"",
        "[",
        "[1,]",
        "[1 2]",
        "{",
        "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}",
        "]",
        "}",
        "'a'",
        "[}",
        "[[{\"a\":[1,{\"b\":nul}]}]]",
    ] {
        for text in [
            format!(r#"{{"x":{value},"id":1,"name":null}}"#),
            format!(r#"{{"id":1,"name":null,"x":{value}}}"#),
            format!(r#"{{"id":1,"name":null,"x":[0,{value}]}}"#),
        ] {
            assert!(serde_json::from_str::<Value>(&text).is_err());
            refused::<Entry>(&text);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Odd {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
    h: i32,
}
lavka_runtime::object! {
    Odd {
        a = "": required,
        b = "\"": required,
        c = "back\\slash": required,
        d = "new\nline\u{0}": required,
        e = "имя": required,
        f = "\u{1F600}": required,
        g = "prefix": required,
        h = "prefixed": required,
    }
}

#[test]
fn names_of_any_characters() {
    let odd = Odd {
        a: 1,
        b: 2,
        c: 3,
        d: 4,
        e: 5,
        f: 6,
        g: 7,
        h: 8,
    };
    let names = [
        "",
        "\"",
        "back\\slash",
        "new\nline\0",
        "имя",
        "\u{1F600}",
        "prefix",
        "prefixed",
    ];
    let expected: serde_json::Map<String, Value> = names
        .iter()
        .zip(1..)
        .map(|(name, n)| ((*name).to_owned(), n.into()))
        .collect();
    for written in [
        encode(&odd),
        encode_pretty(&odd),
        serde_json::to_vec(&odd).expect("JSON"),
    ] {
        let value: Value = serde_json::from_slice(&written).expect("JSON");
        assert_eq!(value, Value::Object(expected.clone()));
        assert_eq!(decode::<Odd>(&written).expect("as written"), odd);
    }
    // Each character as an escape, as serde_json need not write it; and backwards.
    let escaped = |name: &str| -> String {
        name.encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect()
    };
    let entries: Vec<String> = names
        .iter()
        .zip(1..)
        .map(|(name, n)| format!("\"{}\":{n}", escaped(name)))
        .collect();
    assert_eq!(read::<Odd>(&format!("{{{}}}", entries.join(","))), odd);
    let backwards: Vec<String> = entries.into_iter().rev().collect();
    assert_eq!(read::<Odd>(&format!("{{{}}}", backwards.join(","))), odd);
}

#[derive(Debug, PartialEq)]
struct Plain {
    prefix: i32,
    prefixed: i32,
    pre: i32,
}
lavka_runtime::object! {
    Plain { prefix = "prefix": required, prefixed = "prefixed": required, pre = "pre": required }
}

#[test]
fn names_that_begin_alike() {
    let plain = Plain {
        prefix: 1,
        prefixed: 2,
        pre: 3,
    };
    for text in [
        r#"{"prefix":1,"prefixed":2,"pre":3}"#,
        r#"{"pre":3,"prefixed":2,"prefix":1}"#,
        r#"{"prefixed":2,"prefix":1,"pre":3,"prefixes":4,"p":5,"":6}"#,
        r#"{"prefi":0,"prefix" :1,"prefixed\\":0,"prefixed"	:2,"pre":3}"#,
    ] {
        assert_eq!(read::<Plain>(text), plain, "{text}");
    }
}
