//! Every payload of every operation, by its generated type: what is read is written and read again, in both formats, and
//! stays equal.
//!
//! The first two bytes say which payload; the rest is the document.
#![no_main]

use std::sync::LazyLock;

use lavka::Format;
use lavka::dynamic::{Api, Side};
use libfuzzer_sys::fuzz_target;

/// Each payload: its API, its operation, and whose it is.
static PAYLOADS: LazyLock<Vec<(&dyn Api, &str, Side)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for api in lavka::apis() {
        for entry in api.operations() {
            for side in [Side::Request, Side::Response(None), Side::Response(Some(400))] {
                all.push((api, entry.operation.id, side));
            }
        }
    }
    all
});

fuzz_target!(|input: &[u8]| {
    let [which, format, document @ ..] = input else { return };
    let (api, operation, side) = PAYLOADS[usize::from(*which) % PAYLOADS.len()];
    let format = if format % 2 == 0 { Format::Xml } else { Format::Json };
    let read = |format, bytes: &[u8]| api.payload(operation, side, format, bytes);
    let Ok(first) = read(format, document) else { return };
    let shown = first.debug();
    // XML cannot carry every string; what it is written to must be the same value
    if let Ok(xml) = first.to_xml() {
        let again = read(Format::Xml, &xml).unwrap_or_else(|e| panic!("{operation}: {e}\n{}", String::from_utf8_lossy(&xml)));
        if format == Format::Xml {
            assert_eq!(again.debug(), shown, "{operation}: {}", String::from_utf8_lossy(&xml));
        }
    }
    let json = first.to_json().expect("every value has a JSON form");
    let again = read(Format::Json, &json).unwrap_or_else(|e| panic!("{operation}: {e}\n{}", String::from_utf8_lossy(&json)));
    assert_eq!(again.debug(), shown, "{operation}: {}", String::from_utf8_lossy(&json));
});
