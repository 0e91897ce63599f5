//! Every payload of every operation, by its generated type: what is read is written and read again, in both formats, and
//! stays equal.
//!
//! The first line says which payload it is, `digiseller create_book response.400 xml`; the rest is the document.
#![no_main]

use lavka::Format;
use lavka::dynamic::Side;
use libfuzzer_sys::fuzz_target;

/// Operation, side and format of the first line, with what follows it.
fn header(input: &[u8]) -> Option<(&str, &str, Side, Format, &[u8])> {
    let end = input.iter().position(|b| *b == b'\n')?;
    let (line, document) = (std::str::from_utf8(&input[..end]).ok()?, &input[end + 1..]);
    let mut words = line.split(' ');
    let (api, operation) = (words.next()?, words.next()?);
    let side = match words.next()?.split_once('.') {
        Some(("response", status)) => Side::Response(Some(status.parse().ok()?)),
        Some(_) => return None,
        None if line.contains(" request ") => Side::Request,
        None => Side::Response(None),
    };
    let format = match words.next()? {
        "xml" => Format::Xml,
        "json" => Format::Json,
        _ => return None,
    };
    Some((api, operation, side, format, document))
}

fuzz_target!(|input: &[u8]| {
    let Some((name, operation, side, format, document)) = header(input) else {
        return;
    };
    let Some(api) = lavka::apis().into_iter().find(|api| api.name() == name) else {
        return;
    };
    let read = |format, bytes: &[u8]| api.payload(operation, side, format, bytes);
    let Ok(first) = read(format, document) else {
        return;
    };
    let shown = first.debug();
    // XML cannot carry every string; what it is written to must be the same value
    if let Ok(xml) = first.to_xml() {
        let again = read(Format::Xml, &xml)
            .unwrap_or_else(|e| panic!("{operation}: {e}\n{}", String::from_utf8_lossy(&xml)));
        if format == Format::Xml {
            assert_eq!(
                again.debug(),
                shown,
                "{operation}: {}",
                String::from_utf8_lossy(&xml)
            );
        }
    }
    let json = first.to_json().expect("every value has a JSON form");
    let again = read(Format::Json, &json)
        .unwrap_or_else(|e| panic!("{operation}: {e}\n{}", String::from_utf8_lossy(&json)));
    assert_eq!(
        again.debug(),
        shown,
        "{operation}: {}",
        String::from_utf8_lossy(&json)
    );
});
