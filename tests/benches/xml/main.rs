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
    document_of(products, str::to_owned)
}

/// The same, of what `rewrite` makes of the two products that are documented: several times, so that they can differ.
fn document_of(products: usize, mut rewrite: impl FnMut(&str) -> String) -> String {
    let (head, rest) = SAMPLE.split_once("<product>").expect("a product");
    let (body, tail) = rest.rsplit_once("</product>").expect("a product");
    let pair = format!("<product>{body}</product>");
    let pairs: Vec<String> = (0..16).map(|_| rewrite(&pair)).collect();
    let mut out = String::from(head);
    for n in 0..products.div_ceil(2) {
        let pair = pairs[n % pairs.len()]
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

/// Names of the elements to which a server may have added others, or whose fields it may send in another order.
const RECORDS: [&str; 2] = ["product", "variant"];

/// Each record of `text` with what `change` makes of its fields, and of those of the records in it.
fn with_fields(text: &str, change: &mut impl FnMut(Vec<String>) -> Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, child)) = rest.split_once('<') {
        out.push_str(before);
        let name = child.split([' ', '>', '/']).next().expect("a name");
        let (start, after) = child.split_once('>').expect("a start tag");
        out.push_str(&format!("<{start}>"));
        rest = after;
        if start.ends_with('/') || child.starts_with('/') {
            continue;
        }
        let end = format!("</{name}>");
        let (content, after) = after.split_once(&end).expect("an end tag");
        if RECORDS.contains(&name) {
            let fields = fields(content);
            let fields: Vec<String> = fields
                .iter()
                .map(|field| with_fields(field, change))
                .collect();
            out.push_str(&change(fields).join("\n"));
        } else {
            out.push_str(&with_fields(content, change));
        }
        out.push_str(&end);
        rest = after;
    }
    out + rest
}

/// The elements at the top of `content`.
fn fields(content: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = content.trim();
    while !rest.is_empty() {
        let (start, _) = rest.split_once('>').expect("a start tag");
        let name = start.trim_start_matches('<').split(' ').next();
        let end = format!("</{}>", name.expect("a name"));
        let length = match start.ends_with('/') {
            true => start.len() + 1,
            false => rest.find(&end).expect("an end tag") + end.len(),
        };
        let (field, after) = rest.split_at(length);
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}

/// How many elements that no document names each product and each variant gets.
const UNKNOWN: usize = 25;

/// Spreads undocumented elements of the usual kinds over the fields of a record.
fn with_unknown(fields: Vec<String>) -> Vec<String> {
    let mut unknown = (0..UNKNOWN).map(|n| match n % 5 {
        0 => format!("<supplier-id-{n} type=\"integer\">{n}</supplier-id-{n}>"),
        1 => format!("<is-new-{n} type=\"boolean\">false</is-new-{n}>"),
        2 => format!("<barcode-{n}>460{n}0001</barcode-{n}>"),
        3 => format!("<vat-{n} type=\"integer\" nil=\"true\"/>"),
        _ => format!("<weight-{n} type=\"decimal\">0.{n}</weight-{n}>"),
    });
    let each = UNKNOWN.div_ceil(fields.len());
    let spread = fields.into_iter().flat_map(|field| {
        let added = unknown.by_ref().take(each);
        std::iter::once(field).chain(added).collect::<Vec<_>>()
    });
    let mut spread: Vec<String> = spread.collect();
    spread.extend(unknown);
    spread
}

/// Puts the fields into another order each time.
fn shuffle(fields: &mut [String], state: &mut u64) {
    for last in (1..fields.len()).rev() {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        fields.swap(last, (*state >> 33) as usize % (last + 1));
    }
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

    let unknown = document_of(products, |pair| with_fields(pair, &mut with_unknown));
    let mut state = 1;
    let shuffled = document_of(products, |pair| {
        with_fields(pair, &mut |fields| {
            let mut fields = with_unknown(fields);
            shuffle(&mut fields, &mut state);
            fields
        })
    });
    for (title, text, least) in [
        (
            "with 25 unknown elements in each product and variant",
            &unknown,
            Some(1.3),
        ),
        ("the same, fields shuffled", &shuffled, None),
    ] {
        assert!(ours(text) == list, "unknown elements change nothing");
        let decoded = compare(
            &format!("decode, {title}, {:.1} MB", megabytes(text.len())),
            megabytes(text.len()),
            "MB/s",
            rounds,
            &mut [
                contender("quick-xml, bare tokenizer", || tokenize(text)),
                contender("lavka", || ours(text)),
                contender("lavka, streamed in pieces of 64 KiB", || stream(text)),
            ],
        );
        if let Some(least) = least {
            at_least(&format!("decode, {title}"), decoded[1], least);
        }
    }

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
