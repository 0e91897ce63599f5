//! The reader beside serde_json on texts, and on what becomes of them when they are broken in every way.

use lavka_runtime::CodecErrorKind;
use lavka_runtime::json::decode;
use serde_json::Value;

use super::judge::{Passed, compare};

/// Each construct of JSON at least once, next to the others.
const TEXTS: &[&str] = &[
    r#"{}"#,
    r#"[]"#,
    r#"null"#,
    r#"[true,false,null]"#,
    r#""""#,
    r#"{"":""}"#,
    r#"{"a":{"b":[{"c":[[]]},{}]},"d":[]}"#,
    r#"[0,-0,1,-1,10,0.5,-0.25,1e3,1E+3,1.5e-3,123456789012345678901234567890]"#,
    r#"[9223372036854775807,-9223372036854775808,18446744073709551615,18446744073709551616]"#,
    r#"[1.7976931348623157e308,5e-324,2.2250738585072014e-308,1e-400]"#,
    r#""plain text that is longer than eight bytes""#,
    r#""\" \\ \/ \b \f \n \r \t \u0041\u0000\uFfFf""#,
    r#""\ud83d\ude00 and \uD7FF\uE000""#,
    "\"Привет, 中 and \u{1F600}\u{10FFFF}\u{7F}\u{80}\"",
    r#"{"tok\u0065n":"x","a\"b":1,"a\\":2}"#,
    r#"{"a":1,"a":2,"b":{"a":3}}"#,
    " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] } \n",
    r#"{"id":1,"price":"12.50","tags":["a","b"],"none":null,"yes":true}"#,
];

/// Bytes that mean something to a reader of JSON, and such as are wrong in many places.
const BYTES: &[u8] = b"\"\\{}[]:,+-.0159eEtfnulbrsxaD/ \t\n\r\0\x01\x1F\x7F\x80\xBF\xC0\xC3\xD0\xE2\xED\xF0\xF4\xFF'";

#[test]
fn texts_are_read_alike() {
    for text in TEXTS {
        assert!(compare(text.as_bytes()), "{text}");
    }
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "truee",
        "True",
        "+1",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "1 2",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "[}",
        "{]",
        "]",
        "}",
        ",",
        ":",
        "'a'",
        "\"a",
        "\"\\",
        "\"\\u",
        "\"\\u12",
        "\"\\u123g\"",
        "\"\\x41\"",
        "\"\n\"",
        "\"\t\"",
        "[1]]",
        "{}{}",
        "/* */1",
        "1//",
        "\u{a0}1",
        "\u{2028}1",
        "\u{b}1",
        "\u{c}1",
        "1e999",
        "-1e999",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
    ] {
        assert!(!compare(text.as_bytes()), "{text}");
    }
}

#[test]
fn broken_texts_are_judged_alike() {
    let (mut tried, mut fine) = (0, 0);
    let mut judge = |bytes: &[u8]| {
        tried += 1;
        fine += usize::from(compare(bytes));
    };
    for text in TEXTS {
        let bytes = text.as_bytes();
        for at in 0..=bytes.len() {
            judge(&bytes[..at]);
            judge(&bytes[at..]);
            for byte in BYTES {
                let mut other = bytes.to_vec();
                other.insert(at, *byte);
                judge(&other);
                if at < bytes.len() {
                    other.remove(at + 1);
                    judge(&other);
                }
            }
            if at < bytes.len() {
                judge(&[&bytes[..at], &bytes[at + 1..]].concat());
                judge(&[&bytes[..at], &bytes[..at]].concat());
            }
        }
    }
    // Not a test of one answer: both occur often.
    assert!(tried > 60_000, "{tried}");
    assert!(fine > 5_000 && fine < tried / 2, "{fine} of {tried}");
}

#[test]
fn what_is_cut_off_is_called_so() {
    let mut tried = 0;
    for text in TEXTS {
        let bytes = text.trim().as_bytes();
        for end in 1..bytes.len() {
            let cut = &bytes[..end];
            let (Err(ours), Err(theirs)) =
                (decode::<Value>(cut), serde_json::from_slice::<Value>(cut))
            else {
                // A number may end anywhere.
                assert!(matches!(bytes[0], b'-' | b'0'..=b'9'), "{text}: {end}");
                continue;
            };
            assert!(theirs.is_eof(), "{theirs}");
            let shown = cut.escape_ascii();
            assert_eq!(ours.kind(), CodecErrorKind::Truncated, "{ours}: {shown}");
            let passed = decode::<Passed>(cut).expect_err("no JSON");
            assert_eq!(passed.kind(), CodecErrorKind::Truncated);
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn what_serde_json_does_not_do() {
    // A byte-order mark is passed, once.
    assert_eq!(
        decode::<Value>(b"\xEF\xBB\xBF[]").expect("JSON"),
        Value::Array(vec![])
    );
    assert!(decode::<Value>(b"\xEF\xBB\xBF\xEF\xBB\xBF[]").is_err());
    assert!(decode::<Value>(b"\xEF\xBB[]").is_err());
    // Strings that nobody asked for are UTF-8 too.
    for text in [&b"\"\xFF\""[..], b"{\"\xC3\":1}", b"[\"\xED\xA0\x80\"]"] {
        let error = decode::<Passed>(text).expect_err("no UTF-8");
        assert!(error.to_string().contains("UTF-8"), "{error}");
        assert_eq!(error.kind(), CodecErrorKind::Encoding);
    }
    assert!(serde_json::from_slice::<serde::de::IgnoredAny>(b"\"\xFF\"").is_ok());
    // Half a character may stand where nobody looks, but not in a name, nor in a value that is read.
    for text in ["\"\\ud800\"", "[\"a\\udc00\\n\"]", "{\"a\":\"\\ud83d\"}"] {
        assert_eq!(decode::<Passed>(text.as_bytes()).expect(text).0, text);
        assert!(decode::<Value>(text.as_bytes()).is_err(), "{text}");
    }
    let name = "{\"\\ud83d\":1}";
    assert!(decode::<Passed>(name.as_bytes()).is_err());
    assert!(serde_json::from_str::<serde::de::IgnoredAny>(name).is_ok());
    // A number that no float holds is JSON all the same, if nobody asked for it.
    assert_eq!(decode::<Passed>(b" 1e999 ").expect("JSON").0, "1e999");
    assert!(decode::<Value>(b"1e999").is_err());
}
