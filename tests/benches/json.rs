//! JSON beside serde_json on hand-written types: documented payloads, many times, read and written.
//!
//! `cargo bench -p lavka-tests --bench json [-- TIMES [ROUNDS]]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench prints, and fails by panicking"
)]

#[path = "measure/mod.rs"]
mod measure;
#[path = "peer/mod.rs"]
mod peer;

use lavka::digiseller::{CategoriesReply, CreateBook, CreatedProductReply};
use lavka::fileflare::CustomerOrder;
use lavka_runtime::json::{self, FromJson, ToJson};
use measure::{at_least, compare, contender, heading, number};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::hint::black_box;

const ORDER: &[u8] =
    include_bytes!("../../specs/samples/fileflare/get_customer_order.documented.response.json");
const CATEGORIES: &[u8] =
    include_bytes!("../../specs/samples/digiseller/list_categories.documented.response.json");
const BOOK: &[u8] =
    include_bytes!("../../specs/samples/digiseller/create_book.documented.request.json");
const CREATED: &[u8] =
    include_bytes!("../../specs/samples/digiseller/create_book.documented.response.json");

const SERDE: &str = "serde_json, hand-written types";

/// How often, in how many rounds.
#[derive(Clone, Copy)]
struct Effort {
    times: usize,
    rounds: usize,
}

/// Decodes a text so many times with the peer's type and with lavka's.
fn decode<P: DeserializeOwned, L: FromJson>(name: &str, text: &[u8], effort: Effort) {
    let megabytes = (text.len() * effort.times) as f64 / 1e6;
    let speeds = compare(
        &format!("decode {name}, {megabytes:.1} MB"),
        megabytes,
        "MB/s",
        effort.rounds,
        &mut [
            contender(SERDE, || {
                for _ in 0..effort.times {
                    black_box(serde_json::from_slice::<P>(black_box(text)).expect("a payload"));
                }
            }),
            contender("lavka", || {
                for _ in 0..effort.times {
                    black_box(json::decode::<L>(black_box(text)).expect("a payload"));
                }
            }),
        ],
    );
    at_least(&format!("decode {name}, to serde_json"), speeds[1], 0.97);
}

/// The same value with all numbers as floats: a whole float is written as `5` here, and as `5.0` there.
fn with_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Number(number), Value::from),
        Value::Array(items) => items.into_iter().map(with_floats).collect(),
        Value::Object(object) => {
            let fields = object.into_iter();
            fields
                .map(|(name, value)| (name, with_floats(value)))
                .collect()
        }
        other => other,
    }
}

/// Encodes the value of a text so many times; both must write the same.
fn encode<P: Serialize + DeserializeOwned, L: FromJson + ToJson>(
    name: &str,
    text: &[u8],
    effort: Effort,
) {
    let theirs: P = serde_json::from_slice(text).expect("a payload");
    let ours: L = json::decode(text).expect("a payload");
    let written = json::encode(&ours);
    let [a, b] = [
        &serde_json::to_vec(&theirs).expect("a value of JSON"),
        &written,
    ]
    .map(|text| with_floats(serde_json::from_slice(text).expect("JSON")));
    assert_eq!(a, b, "{name}: the contenders do not write the same");
    let megabytes = (written.len() * effort.times) as f64 / 1e6;
    let speeds = compare(
        &format!("encode {name}, {megabytes:.1} MB"),
        megabytes,
        "MB/s",
        effort.rounds,
        &mut [
            contender(SERDE, || {
                for _ in 0..effort.times {
                    black_box(serde_json::to_vec(black_box(&theirs)).expect("a value of JSON"));
                }
            }),
            contender("lavka", || {
                for _ in 0..effort.times {
                    black_box(json::encode(black_box(&ours)));
                }
            }),
        ],
    );
    at_least(&format!("encode {name}, to serde_json"), speeds[1], 1.0);
}

fn main() {
    let effort = Effort {
        times: number(0, 10_000),
        rounds: number(1, 31),
    };
    heading(&format!(
        "JSON: documented payloads, {} times",
        effort.times
    ));

    let name = "fileflare get_customer_order";
    decode::<peer::order::CustomerOrder, CustomerOrder>(name, ORDER, effort);
    let name = "digiseller list_categories";
    decode::<peer::categories::Categories, CategoriesReply>(name, CATEGORIES, effort);
    let name = "digiseller create_book, the reply";
    decode::<peer::categories::Created, CreatedProductReply>(name, CREATED, effort);
    let name = "digiseller create_book, the request";
    decode::<peer::book::CreateBook, CreateBook>(name, BOOK, effort);

    encode::<peer::book::CreateBook, CreateBook>(name, BOOK, effort);
    let name = "digiseller list_categories";
    encode::<peer::categories::Categories, CategoriesReply>(name, CATEGORIES, effort);
    let name = "fileflare get_customer_order";
    encode::<peer::order::CustomerOrder, CustomerOrder>(name, ORDER, effort);
}
