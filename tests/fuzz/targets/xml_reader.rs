//! The reader on arbitrary bytes, beside roxmltree and quick-xml.
#![no_main]

#[path = "../../tests/xml/support/judges.rs"]
mod judges;
mod products;

use lavka_runtime::xml::{Dialect, Limits, decode, decode_list};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for dialect in [Dialect::Rails, Dialect::Trimmed] {
        let _ = decode_list::<products::Product>(
            bytes,
            None,
            &products::PRODUCTS,
            dialect,
            &Limits::DEFAULT,
        );
        let _ = decode::<products::Product>(bytes, None, &judges::ROOTS, dialect, &Limits::DEFAULT);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains("<!DOCTYPE") {
        judges::compare(text);
        // most inputs have no root of ours: look at what would be inside one
        judges::compare(&format!("<r>{text}</r>"));
    }
});
