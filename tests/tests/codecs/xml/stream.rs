//! A list that arrives in pieces gives what it gives as a whole, however it is cut.

use crate::support::mutants::mutate;
use crate::support::samples::LIST;
use crate::support::{PRODUCTS, Product};
use lavka_random::Random;
use lavka_runtime::CodecError;
use lavka_runtime::xml::{Dialect, Limits, ListDecoder, decode_list};

fn whole(bytes: &[u8]) -> Result<Vec<Product>, CodecError> {
    decode_list(bytes, None, &PRODUCTS, Dialect::Rails, &Limits::DEFAULT)
}

fn streamed<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> (Vec<Product>, Option<CodecError>) {
    let mut decoder = ListDecoder::new(None, &PRODUCTS, Dialect::Rails, Limits::DEFAULT);
    let mut items = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        while let Some(item) = decoder.next() {
            match item {
                Ok(item) => items.push(item),
                Err(e) => return (items, Some(e)),
            }
        }
    }
    decoder.finish();
    while let Some(item) = decoder.next() {
        match item {
            Ok(item) => items.push(item),
            Err(e) => return (items, Some(e)),
        }
    }
    (items, None)
}

#[test]
fn every_cut_in_two_and_every_size() {
    let expected = whole(LIST.as_bytes()).unwrap();
    let bytes = LIST.as_bytes();
    for at in 0..=bytes.len() {
        let (first, second) = bytes.split_at(at);
        let (items, error) = streamed([first, second].into_iter());
        assert_eq!(error, None, "cut at {at}");
        assert_eq!(items, expected, "cut at {at}");
    }
    for size in (1..200).chain([1000, 10_000]) {
        let (items, error) = streamed(bytes.chunks(size));
        assert_eq!((items, error), (expected.clone(), None), "pieces of {size}");
    }
}

#[test]
fn odd_but_good_lists() {
    for text in [
        "<products/>",
        " <!-- a --><products type='array' >\n<!-- <product> --><![CDATA[<product>]]><?p <product>?></products >\n<!-- b --> ",
        "<nil-classes type=\"array\"/>\n",
        "<!DOCTYPE products><products>text &amp; <other a='>'><product/></other></products><?p?>",
        "<?xml version=\"1.0\"?>\r\n<x:products xmlns:x='u'/>",
    ] {
        for size in [1, 2, 7, 1000] {
            let (items, error) = streamed(text.as_bytes().chunks(size));
            match whole(text.as_bytes()) {
                Ok(expected) => assert_eq!((items, error), (expected, None), "{text}"),
                Err(e) => assert_eq!(error.map(|e| e.to_string()), Some(e.to_string()), "{text}"),
            }
        }
    }
}

#[test]
fn mutants_give_the_same_errors() {
    let mut random = Random::new(5);
    let rounds = std::env::var("STREAM_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3000);
    let (mut same, mut other) = (0, 0);
    for _ in 0..rounds {
        let text = mutate(&mut random, LIST);
        let size = [1, 3, 17, 100, 4096][random.below(5)];
        let (items, error) = streamed(text.as_bytes().chunks(size));
        match (whole(text.as_bytes()), error) {
            (Ok(expected), None) => assert_eq!(items, expected, "{text}"),
            (Err(a), Some(b)) if a.to_string() == b.to_string() => same += 1,
            (Err(_), Some(_)) => other += 1,
            (a, b) => panic!("{:?} {b:?}\n{text}", a.map(|_| ())),
        }
    }
    // Other errors are rare: where markup is so broken that the cut is elsewhere.
    assert!(other * 20 < same, "{other} {same}");
}
