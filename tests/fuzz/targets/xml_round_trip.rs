//! What decodes, encodes, and decodes to the same.
#![no_main]

#[path = "../../tests/xml/support/every_form.rs"]
mod every_form;
mod products;

use every_form::Forms;
use lavka_runtime::xml::{Dialect, Limits, Tag, decode, decode_list, encode, encode_list, tag};
use libfuzzer_sys::fuzz_target;
use products::{PRODUCTS, Product};

static FORMS: [Tag; 1] = [tag!("forms")];

fuzz_target!(|bytes: &[u8]| {
    for dialect in [Dialect::Plain, Dialect::Trimmed, Dialect::Rails] {
        let list = |bytes: &[u8]| {
            decode_list::<Product>(bytes, None, &PRODUCTS, dialect, &Limits::DEFAULT)
        };
        if let Ok(first) = list(bytes) {
            let written = encode_list(&PRODUCTS, &first, dialect).expect("what was read");
            assert_eq!(list(&written).expect("what was written"), first);
        }
        let form = |bytes: &[u8]| decode::<Forms>(bytes, None, &FORMS, dialect, &Limits::DEFAULT);
        if let Ok(first) = form(bytes) {
            let written = encode(&FORMS[0], &first, dialect).expect("what was read");
            assert_eq!(
                form(&written).expect("what was written"),
                first,
                "{}",
                String::from_utf8_lossy(&written)
            );
            let text = std::str::from_utf8(&written).expect("UTF-8");
            roxmltree::Document::parse(text).expect("well-formed");
        }
    }
});
