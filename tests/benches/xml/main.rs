//! XML beside its peers: decoding, streaming and encoding the documented list of products, repeated.
//!
//! `cargo bench -p lavka-tests --bench xml [-- PRODUCTS [ROUNDS]]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench prints, and fails by panicking"
)]

#[path = "../measure/mod.rs"]
mod measure;
mod peer;

use std::hint::black_box;

use lavka::insales_products::Product;
use lavka_runtime::xml::{Dialect, Limits, ListDecoder, ListTag, decode_list, encode_list, tag};
use measure::{at_least, compare, contender, heading, number};
use quick_xml::Reader;
use quick_xml::events::Event;

const SAMPLE: &str =
    include_str!("../../../specs/samples/insales_products/list_products.documented.response.xml");

/// The list's roots and items, as the spec names them.
static PRODUCTS: ListTag = ListTag {
    roots: &[
        tag!("products", "array"),
        tag!("objects", "array"),
        tag!("nil-classes", "array"),
    ],
    items: &[tag!("product"), tag!("object")],
};

/// The documented list with its products repeated: ids, prices, names and times vary.
fn document(products: usize) -> String {
    let (head, rest) = SAMPLE.split_once("<product>").expect("a product");
    let (body, tail) = rest.rsplit_once("</product>").expect("a product");
    let pair = format!("<product>{body}</product>");
    let mut out = String::from(head);
    for n in 0..products.div_ceil(2) {
        let pair = pair
            .replace("41658", &(41_658 + n).to_string())
            .replace("15757", &(115_757 + n * 3).to_string())
            .replace("48136", &(48_136 + n * 7).to_string())
            .replace("16638", &(916_638 + n * 7).to_string())
            .replace("740.0", &format!("{}.{}", 740 + n % 900, n % 10))
            .replace("Peach", ["Peach", "Rose", "Olive", "Black"][n % 4])
            .replace("записная", ["записная", "чистая", "новая"][n % 3])
            .replace("22:34", &format!("{:02}:{:02}", n % 60, n / 60 % 60));
        out.push_str(&pair);
        out.push('\n');
    }
    out.push_str(tail.trim_start());
    out
}

/// quick-xml's events, each looked at and dropped.
fn tokenize(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return events,
            event => {
                black_box(&event);
                events += 1;
            }
        }
    }
}

fn ours(text: &str) -> Vec<Product> {
    decode_list(
        text.as_bytes(),
        None,
        &PRODUCTS,
        Dialect::Rails,
        &Limits::DEFAULT,
    )
    .expect("the documented list")
}

fn stream(text: &str) -> usize {
    let mut decoder = ListDecoder::<Product>::new(None, &PRODUCTS, Dialect::Rails, Limits::DEFAULT);
    let mut items = 0;
    let mut drain = |decoder: &mut ListDecoder<Product>| {
        while let Some(item) = decoder.next() {
            black_box(item.expect("the documented list"));
            items += 1;
        }
    };
    for piece in text.as_bytes().chunks(64 << 10) {
        decoder.push(piece);
        drain(&mut decoder);
    }
    decoder.finish();
    drain(&mut decoder);
    items
}

fn main() {
    let products = number(0, 10_000);
    let rounds = number(1, 15);
    let text = document(products);
    let list = ours(&text);
    assert_eq!(list.len(), products.div_ceil(2) * 2);
    let theirs = peer::quick_xml(&text);
    assert_eq!(theirs.len(), list.len());
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    heading(&format!(
        "XML: {} products, {:.1} MB",
        list.len(),
        megabytes(text.len())
    ));

    let decoded = compare(
        "decode",
        megabytes(text.len()),
        "MB/s",
        rounds,
        &mut [
            contender("quick-xml, bare tokenizer", || tokenize(&text)),
            contender("lavka", || ours(&text)),
            contender("lavka, streamed in pieces of 64 KiB", || stream(&text)),
            contender("quick-xml + serde", || peer::quick_xml(&text)),
            contender("roxmltree, DOM only", || {
                roxmltree::Document::parse(&text)
                    .expect("well-formed")
                    .root()
                    .id()
            }),
        ],
    );
    at_least("decode, to quick-xml's bare tokenizer", decoded[1], 0.6);
    at_least("decode, to quick-xml + serde", decoded[1] / decoded[3], 3.0);

    let encoded = encode_list(&PRODUCTS, &list, Dialect::Rails)
        .expect("XML")
        .len();
    let written = compare(
        "encode",
        megabytes(encoded),
        "MB/s",
        rounds,
        &mut [
            contender("quick-xml + serde", || {
                let mut out = String::new();
                peer::to_quick_xml(&theirs, &mut out);
                out
            }),
            contender("lavka", || {
                encode_list(&PRODUCTS, &list, Dialect::Rails).expect("XML")
            }),
        ],
    );
    at_least("encode, to quick-xml + serde", written[1], 3.0);

    // serde-xml-rs is slow: a tenth of the list, few rounds.
    let part = document(products / 10);
    compare(
        "decode, a tenth of the list",
        megabytes(part.len()),
        "MB/s",
        3,
        &mut [
            contender("serde-xml-rs", || peer::serde_xml_rs(&part)),
            contender("lavka", || ours(&part)),
        ],
    );
}
