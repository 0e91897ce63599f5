//! What the reader and serde_json must say alike of any bytes. The fuzz target `json_reader` uses it too.

use lavka_runtime::CodecError;
use lavka_runtime::json::{self, FromJson, Reader};
use serde::de::IgnoredAny;
use serde_json::Value;

/// The text of a value that is passed, as unknown properties are.
#[derive(Debug)]
pub(crate) struct Passed(pub(crate) String);

impl FromJson for Passed {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.skip().map(|text| Self(text.to_owned()))
    }
}

/// Panics where the two disagree on bytes without a byte-order mark, which serde_json does not take. Says whether the
/// bytes are JSON.
///
/// Where the reader passes a value, serde_json looks at less: it takes bytes that are no UTF-8 in strings that nobody asked
/// for, and escapes of half a character in names. The reader refuses both.
pub(crate) fn compare(bytes: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(bytes);
    let ours = json::decode::<Value>(bytes);
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours, theirs, "{shown}");
            let written = json::encode(ours);
            assert_eq!(
                written,
                serde_json::to_vec(theirs).expect("a value"),
                "{shown}"
            );
            let pretty = json::encode_pretty(ours);
            let expected = serde_json::to_vec_pretty(theirs).expect("a value");
            assert_eq!(pretty, expected, "{shown}");
        }
        (Err(error), Err(_)) => {
            assert!(
                error.line() >= Some(1) && error.column() >= Some(1),
                "{error}"
            );
            assert!(error.path().starts_with('$'), "{error}");
        }
        // One level deeper than serde_json goes.
        (Ok(_), Err(theirs)) if theirs.to_string().contains("recursion limit") => {}
        (ours, theirs) => panic!("{shown}\nours: {ours:?}\ntheirs: {theirs:?}"),
    }
    let passed = json::decode::<Passed>(bytes);
    let ignored = serde_json::from_slice::<IgnoredAny>(bytes);
    match &passed {
        Ok(Passed(text)) => {
            assert!(ignored.is_ok(), "passed, but no JSON: {shown}");
            let space = |c| matches!(c, ' ' | '\t' | '\n' | '\r');
            assert_eq!(text, shown.trim_matches(space), "{shown}");
        }
        Err(error) => {
            assert!(theirs.is_err(), "not passed, but JSON: {shown}\n{error}");
            let half = shown.to_ascii_lowercase().contains("\\ud");
            let deep = bytes.iter().filter(|b| matches!(b, b'{' | b'[')).count() > 128;
            let stricter = half || deep || std::str::from_utf8(bytes).is_err();
            assert!(
                ignored.is_err() || stricter,
                "not passed, but JSON: {shown}\n{error}"
            );
        }
    }
    theirs.is_ok()
}
