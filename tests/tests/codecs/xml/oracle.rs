//! The reader beside its oracles, over samples, mutants and inventions.

use crate::support::judges::{ROOTS, compare};
use crate::support::mutants::{invent, mutate};
use crate::support::samples::{self, LIST, UNCLOSED_FILE};
use crate::support::{PRODUCTS, Product};
use lavka_random::Random;
use lavka_runtime::CodecError;
use lavka_runtime::xml::{
    Dialect, FromXml, Limits, Reader, ToXml, decode, decode_list, encode, encode_list,
};

#[test]
fn samples_are_read_as_the_oracles_read_them() {
    for (name, text) in samples::all() {
        let broken = name == UNCLOSED_FILE;
        assert_eq!(compare(&text), !broken, "{name}");
    }
}

#[test]
fn mutated_samples_and_inventions_agree() {
    let mut random = Random::new(7);
    let samples = samples::all();
    let rounds = std::env::var("ORACLE_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(60);
    let mut both = 0;
    for round in 0..rounds {
        for (_, text) in &samples {
            both += usize::from(compare(&mutate(&mut random, text)));
        }
        for _ in 0..100 {
            both += usize::from(compare(&invent(&mut random)));
        }
        assert!(
            round < 50 || both > round,
            "the mutations leave nothing to accept"
        );
    }
}

#[test]
fn texts_of_a_mutated_list_survive_encoding() {
    let mut random = Random::new(11);
    let read = |bytes: &[u8]| {
        decode_list::<Product>(bytes, None, &PRODUCTS, Dialect::Rails, &Limits::DEFAULT)
    };
    let mut good = 0;
    for _ in 0..3000 {
        let mutant = mutate(&mut random, LIST);
        if let Ok(list) = read(mutant.as_bytes()) {
            good += 1;
            let written = encode_list(&PRODUCTS, &list, Dialect::Rails).unwrap();
            assert_eq!(read(&written).unwrap(), list, "{mutant}");
            roxmltree::Document::parse(std::str::from_utf8(&written).unwrap()).unwrap();
        }
    }
    assert!(good > 100, "{good}");
}

#[test]
fn every_string_survives_in_every_dialect() {
    struct Text(String);
    impl FromXml for Text {
        fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
            r.string().map(Self)
        }
    }
    impl ToXml for Text {
        fn to_xml(&self, w: &mut lavka_runtime::xml::Writer) -> Result<(), CodecError> {
            w.string(&self.0)
        }
    }
    let pieces = [
        " ",
        "\n",
        "\t",
        "\r",
        "\r\n",
        "a",
        "я",
        "]]>",
        "]",
        "<",
        ">",
        "&",
        "\"",
        "'",
        "&amp;",
        "<b>",
        "\u{85}",
        "\u{2028}",
        "\u{ef00}",
        "\u{fffd}",
        "𝄞",
        "<![CDATA[",
        "-",
        "word",
    ];
    let mut random = Random::new(3);
    for _ in 0..20_000 {
        let text: String = (0..random.below(8))
            .map(|_| *random.pick(&pieces))
            .collect();
        for dialect in [Dialect::Plain, Dialect::Trimmed, Dialect::Rails] {
            let bytes = encode(&ROOTS[0], &Text(text.clone()), dialect).unwrap();
            let again: Text = decode(&bytes, None, &ROOTS, dialect, &Limits::DEFAULT).unwrap();
            assert_eq!(again.0, text, "{}", String::from_utf8_lossy(&bytes));
            let document = String::from_utf8(bytes).unwrap();
            let seen = roxmltree::Document::parse(&document).unwrap();
            assert_eq!(
                seen.root_element().text().unwrap_or_default(),
                text,
                "{document}"
            );
        }
    }
}
