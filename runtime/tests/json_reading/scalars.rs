//! Strings, integers, floats and decimals at their borders.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use lavka_runtime::Decimal;
use lavka_runtime::json::{FromJson, ToJson, decode, encode};
use serde::de::DeserializeOwned;

use super::{read, refused};
use lavka_random::Random;

fn agree<T: FromJson + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let (ours, theirs) = (
        decode::<T>(text.as_bytes()),
        serde_json::from_str::<T>(text),
    );
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours, theirs, "{text}");
            Some(ours)
        }
        (Err(_), Err(_)) => None,
        (ours, theirs) => panic!("{text}\nours: {ours:?}\ntheirs: {theirs:?}"),
    }
}

#[test]
fn every_escape() {
    for code in 0..=0xFFFF_u32 {
        let expected = char::from_u32(code).map(String::from);
        for text in [format!("\"\\u{code:04x}\""), format!("\"\\u{code:04X}\"")] {
            assert_eq!(decode::<String>(text.as_bytes()).ok(), expected, "{text}");
        }
    }
    let borders = [
        0x0041, 0xD7FF, 0xD800, 0xDABC, 0xDBFF, 0xDC00, 0xDEF0, 0xDFFF, 0xE000, 0xFFFF,
    ];
    for high in borders {
        for low in borders {
            agree::<String>(&format!("\"\\u{high:04x}\\u{low:04x}\""));
            agree::<String>(&format!("\"\\u{high:04x}\\n\\u{low:04x}\""));
        }
    }
    assert_eq!(
        read::<String>(r#""\ud800\udc00\uDBFF\uDFFF""#),
        "\u{10000}\u{10FFFF}"
    );
    for byte in 0..=127_u8 {
        let character = char::from(byte);
        // Wherever the eight bytes that are looked at together begin.
        for before in 0..10 {
            let filler = "é234567890".chars().take(before).collect::<String>();
            agree::<String>(&format!("\"{filler}\\{character}\""));
            agree::<String>(&format!("\"{filler}\\{character}0041 and more text\""));
            agree::<String>(&format!("\"{filler}{character}\""));
            agree::<String>(&format!("\"{filler}{character}{filler}\""));
        }
    }
}

#[test]
fn every_character_is_written_as_serde_json_does() {
    let borders = [
        0x7FF, 0x800, 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF,
    ];
    for character in (0..0x300).chain(borders).filter_map(char::from_u32) {
        for text in [
            character.to_string(),
            format!("1234567{character}"),
            format!("{character}{character}12345678{character}"),
        ] {
            let written = encode(&text);
            assert_eq!(
                written,
                serde_json::to_vec(&text).expect("a string"),
                "{text:?}"
            );
            assert_eq!(decode::<String>(&written).expect("a string"), text);
        }
    }
}

fn integers<T>(borders: &[i128])
where
    T: FromJson + ToJson + DeserializeOwned + PartialEq + Debug + Display + FromStr,
{
    let mut fine = 0;
    for number in borders.iter().flat_map(|n| [n - 1, *n, n + 1]) {
        let text = number.to_string();
        let value = agree::<T>(&text);
        assert_eq!(value.is_some(), text.parse::<T>().is_ok(), "{text}");
        if let Some(value) = value {
            fine += 1;
            assert_eq!(encode(&value), text.as_bytes());
        }
        for other in [
            "{}.0", "{}e0", "0{}", "+{}", "{}.", " {} ", "{} 1", "\"{}\"", "[{}]", "{}x",
        ] {
            agree::<T>(&other.replace("{}", &text));
        }
    }
    assert!(fine > 3 && fine < borders.len() * 3);
    for text in ["", "-", "null", "true", "{}", "[]", "1e400", "0.5", "--1"] {
        assert!(agree::<T>(text).is_none(), "{text}");
    }
}

#[test]
fn integers_at_their_borders() {
    let of = |n: i64| i128::from(n);
    let borders = [
        0,
        of(i32::MIN.into()),
        of(i32::MAX.into()),
        of(u32::MAX.into()),
        of(i64::MIN),
        of(i64::MAX),
        i128::from(u64::MAX),
        i128::from(u64::MAX) * 10,
        -i128::from(u64::MAX),
    ];
    integers::<i32>(&borders);
    integers::<i64>(&borders);
    integers::<u32>(&borders);
    integers::<u64>(&borders);
    // serde_json takes -0 for a float, and refuses it as an integer.
    assert_eq!(read::<i32>("-0"), 0);
    assert_eq!(read::<i64>("-0"), 0);
}

#[test]
fn floats_to_the_last_bit() {
    let bits = |text: &str| read::<f64>(text).to_bits();
    for (text, expected) in [
        ("0", 0),
        ("-0", 1 << 63),
        ("-0.0", 1 << 63),
        ("5e-324", 1),
        // Half of the smallest is rounded to even, which is nothing; a little more is the smallest.
        ("2.4703282292062327e-324", 0),
        ("2.4703282292062328e-324", 1),
        ("2.2250738585072011e-308", 0x000F_FFFF_FFFF_FFFF),
        ("2.2250738585072014e-308", 0x0010_0000_0000_0000),
        ("1.7976931348623157e308", 0x7FEF_FFFF_FFFF_FFFF),
        ("1.7976931348623158e308", 0x7FEF_FFFF_FFFF_FFFF),
        // Ties to even.
        ("9007199254740993", 0x4340_0000_0000_0000),
        ("9007199254740995", 0x4340_0000_0000_0002),
        (
            "9007199254740993.00000000000000000000000001",
            0x4340_0000_0000_0001,
        ),
        ("1e-400", 0),
        ("123456789012345678901234567890e-30", 0x3FBF_9ADD_3746_F65F),
    ] {
        assert_eq!(bits(text), expected, "{text}");
    }
    for text in [
        "1.7976931348623159e308",
        "1e309",
        "-1e309",
        "1e99999999999999999999",
    ] {
        assert!(refused::<f64>(text).contains("too large"), "{text}");
    }
    assert_eq!(read::<f32>("16777217").to_bits(), 16_777_216_f32.to_bits());
    // Rounded once, not to a double first.
    assert_eq!(read::<f32>("1.000000059604644776").to_bits(), 0x3F80_0001);
    assert_eq!(
        read::<f32>("3.4028235677973366e38").to_bits(),
        f32::INFINITY.to_bits() - 1
    );
}

#[test]
fn floats_come_back() {
    let mut random = Random::new(42);
    for _ in 0..20_000 {
        let wide = f64::from_bits(random.next());
        let narrow = f32::from_bits(u32::try_from(random.next() >> 32).expect("32 bits"));
        if wide.is_finite() {
            let text = encode(&wide);
            assert_eq!(
                decode::<f64>(&text).expect("a number").to_bits(),
                wide.to_bits()
            );
            let by_serde = serde_json::to_vec(&wide).expect("a number");
            // Whole numbers have no fraction, as far as each has its own float.
            let whole = by_serde.strip_suffix(b".0").filter(|_| wide.abs() < 9e15);
            assert_eq!(text, whole.unwrap_or(&by_serde));
        }
        if narrow.is_finite() {
            let text = encode(&narrow);
            assert_eq!(
                decode::<f32>(&text).expect("a number").to_bits(),
                narrow.to_bits()
            );
        }
    }
    for (number, text) in [
        (5.0, "5"),
        (-20.0, "-20"),
        (0.0, "0"),
        (-0.0, "-0.0"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (0.5, "0.5"),
    ] {
        assert_eq!(encode(&number), text.as_bytes());
    }
    assert_eq!(encode(&vec![5.0_f32, 0.1]), b"[5,0.1]");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(encode(&number), b"null");
    }
}

#[test]
fn decimals_keep_every_digit() {
    for text in [
        "0",
        "0.0",
        "0.00",
        "1",
        "-1",
        "0.10",
        "1.50",
        "-0.50",
        "725",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "7.9228162514264337593543950335",
        "0.0000000000000000000000000001",
        "79228162514264.337593543950335",
    ] {
        let number: Decimal = read(text);
        assert_eq!(number.to_string(), text);
        assert_eq!(encode(&number), text.as_bytes());
        assert_eq!(read::<Decimal>(&format!("\" {text}\\n\"")), number);
    }
    for (text, expected) in [
        ("1e2", "100"),
        ("1.50E+1", "15.0"),
        ("15e-1", "1.5"),
        ("-2e0", "-2"),
        ("0e99", "0"),
    ] {
        assert_eq!(read::<Decimal>(text).to_string(), expected);
    }
    for text in [
        "79228162514264337593543950336",
        "0.00000000000000000000000000001",
        "1e29",
        "1e-29",
        "\"\"",
        "\"1,5\"",
        "\"0x1\"",
        "\"NaN\"",
        "\"1 2\"",
        "true",
        "null",
        "[1]",
        "1e",
        "1.",
    ] {
        refused::<Decimal>(text);
    }
}
