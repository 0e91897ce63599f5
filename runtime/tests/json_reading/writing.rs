//! What is written is JSON, says what was meant, and is indented as serde_json does it.

use std::collections::BTreeMap;

use lavka_runtime::json::{decode, encode, encode_pretty};
use serde_json::{Map, Value};

use lavka_random::Random;

/// A value of some depth, with strings and names of all kinds of characters.
fn value(random: &mut Random, depth: usize) -> Value {
    let text = |random: &mut Random| -> String {
        const PIECES: [&str; 12] = [
            "",
            "a",
            "plain text",
            "\"",
            "\\",
            "\\\"",
            "{[",
            "]},:",
            "\n\t",
            "\u{1}",
            "имя",
            "\u{1F600}",
        ];
        (0..random.below(4))
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect()
    };
    match random.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::from(random.next()),
        3 => Value::from(f64::from_bits(random.next())),
        4 => Value::from(text(random)),
        5 | 6 => (0..random.below(8))
            .map(|_| value(random, depth - 1))
            .collect(),
        _ => {
            let entries = (0..random.below(8)).map(|_| (text(random), value(random, depth - 1)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// By the crate's own lists, maps and scalars rather than by serde_json's writer.
#[derive(Clone, Debug, PartialEq)]
enum Own {
    List(Vec<Own>),
    Map(BTreeMap<String, Own>),
    Other(Value),
}

impl lavka_runtime::json::ToJson for Own {
    fn to_json(&self, w: &mut lavka_runtime::json::Writer) {
        match self {
            Self::List(items) => items.to_json(w),
            Self::Map(entries) => entries.to_json(w),
            Self::Other(Value::String(text)) => text.to_json(w),
            Self::Other(Value::Bool(value)) => value.to_json(w),
            Self::Other(Value::Null) => None::<i32>.to_json(w),
            Self::Other(Value::Number(number)) => match number.as_u64() {
                Some(number) => number.to_json(w),
                // A float of its own is written as `5` where it is whole.
                None => Value::Number(number.clone()).to_json(w),
            },
            Self::Other(value) => value.to_json(w),
        }
    }
}

fn own(value: &Value) -> Own {
    match value {
        Value::Array(items) => Own::List(items.iter().map(own).collect()),
        Value::Object(entries) => {
            Own::Map(entries.iter().map(|(k, v)| (k.clone(), own(v))).collect())
        }
        other => Own::Other(other.clone()),
    }
}

#[test]
fn as_serde_json_writes_it() {
    let mut random = Random::new(7);
    let mut largest = 0;
    for _ in 0..4_000 {
        let value = value(&mut random, 6);
        let own = own(&value);
        let written = encode(&own);
        largest = largest.max(written.len());
        assert_eq!(written, serde_json::to_vec(&value).expect("JSON"));
        assert_eq!(encode(&value), written);
        let pretty = encode_pretty(&own);
        assert_eq!(
            String::from_utf8_lossy(&pretty),
            serde_json::to_string_pretty(&value).expect("JSON")
        );
        let exact = decode::<Value>(&written).expect("what was written");
        assert_eq!(
            exact,
            serde_json::from_slice::<Value>(&written).expect("JSON")
        );
        assert_eq!(decode::<Value>(&pretty).expect("what was written"), exact);
    }
    assert!(largest > 2_000, "{largest}");
}
