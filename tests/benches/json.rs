//! JSON beside serde_json on hand-written types: documented replies, many times.
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

use lavka::digiseller::CategoriesReply;
use lavka::fileflare::CustomerOrder;
use lavka_runtime::json;
use measure::{at_least, compare, contender, heading, number};
use serde::de::DeserializeOwned;
use std::hint::black_box;

const ORDER: &[u8] =
    include_bytes!("../../specs/samples/fileflare/get_customer_order.documented.response.json");
const CATEGORIES: &[u8] =
    include_bytes!("../../specs/samples/digiseller/list_categories.documented.response.json");

/// The same fields, of the same types, as somebody who knows serde writes them.
#[allow(dead_code, reason = "what counts is that they are read")]
mod peer {
    use lavka::digiseller::Locale;
    use serde::Deserialize;

    #[derive(Deserialize)]
    pub struct CustomerOrder {
        order: Order,
        text: PageText,
    }

    #[derive(Deserialize)]
    pub struct Order {
        order_number: i64,
        lines: Vec<Line>,
        assets: Vec<Asset>,
    }

    #[derive(Deserialize)]
    pub struct Line {
        product: Product,
        assets: Vec<Asset>,
    }

    #[derive(Deserialize)]
    pub struct Product {
        id: String,
        name: String,
        variant_name: Option<String>,
        sku: Option<String>,
        product_id: i64,
        variant_id: i64,
        vendor: String,
        tags: Vec<String>,
    }

    #[derive(Deserialize)]
    pub struct Asset {
        limits: Limits,
        data: Data,
    }

    #[derive(Deserialize)]
    pub struct Limits {
        downloaded: i64,
        limit: Option<i64>,
    }

    #[derive(Deserialize)]
    pub struct Data {
        id: String,
        filename: String,
        size: String,
        is_file: bool,
        is_link: bool,
        url: String,
    }

    #[derive(Deserialize)]
    pub struct PageText {
        title: Option<String>,
        text: Option<String>,
    }

    #[derive(Deserialize)]
    pub struct Categories {
        retval: i32,
        retdesc: Option<String>,
        errors: Option<Vec<ErrorItem>>,
        content: Option<Vec<Category>>,
    }

    #[derive(Deserialize)]
    pub struct ErrorItem {
        code: Option<String>,
        message: Option<String>,
    }

    #[derive(Deserialize)]
    pub struct Category {
        id: i64,
        level: i32,
        parent_id: i64,
        name: Vec<Translation>,
        can_add: Option<bool>,
        children: Option<Vec<Category>>,
    }

    #[derive(Deserialize)]
    pub struct Translation {
        locale: Locale,
        value: Option<String>,
    }
}

/// Decodes a text so many times with the peer's type and with lavka's.
fn decode<P: DeserializeOwned, L: DeserializeOwned>(
    name: &str,
    text: &[u8],
    times: usize,
    rounds: usize,
) {
    let megabytes = (text.len() * times) as f64 / 1e6;
    let speeds = compare(
        &format!("decode {name}, {megabytes:.1} MB"),
        megabytes,
        "MB/s",
        rounds,
        &mut [
            contender("serde_json, hand-written types", || {
                for _ in 0..times {
                    black_box(serde_json::from_slice::<P>(black_box(text)).expect("the reply"));
                }
            }),
            contender("lavka", || {
                for _ in 0..times {
                    black_box(json::decode::<L>(black_box(text)).expect("the reply"));
                }
            }),
        ],
    );
    at_least(&format!("decode {name}, to serde_json"), speeds[1], 0.97);
}

fn main() {
    let times = number(0, 10_000);
    let rounds = number(1, 31);
    heading(&format!("JSON: documented replies, {times} times"));
    decode::<peer::CustomerOrder, CustomerOrder>(
        "fileflare get_customer_order",
        ORDER,
        times,
        rounds,
    );
    decode::<peer::Categories, CategoriesReply>(
        "digiseller list_categories",
        CATEGORIES,
        times,
        rounds,
    );
}
