//! Depth is bounded, and time grows with the length of the text and no faster.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lavka_runtime::Decimal;
use lavka_runtime::json::{FromJson, decode, encode, encode_pretty};
use serde_json::Value;

use super::judge::Passed;
use super::refused;

#[derive(Debug, Default, PartialEq)]
struct Node {
    next: Option<Box<Node>>,
    list: Option<Vec<Node>>,
    map: Option<BTreeMap<String, Node>>,
}
lavka_runtime::object! {
    Node { next = "next": optional, list = "list": optional, map = "map": optional }
}

/// So many of these in each other.
fn nested(open: &str, middle: &str, close: &str, times: usize) -> String {
    [&open.repeat(times), middle, &close.repeat(times)].concat()
}

#[test]
fn a_depth_of_128_is_read_and_no_more() {
    // Each with how many objects and arrays one step opens, and what is inmost.
    let forms = [
        ("[", "", "]", 1),
        ("[1,", "2", "]", 1),
        ("{\"a\":", "1", "}", 1),
        ("[{\"a\":", "\"]\"", "}]", 2),
        ("[[],{},", "null", "]", 1),
    ];
    for (open, middle, close, step) in forms {
        let fits = 128 / step;
        // What lies beside the chain is one deeper than it.
        let beside = usize::from(open.contains("[]"));
        for (times, fine) in [
            (1, true),
            (fits - beside, true),
            (fits - beside + 1, false),
            (fits * 3, false),
        ] {
            let text = nested(open, middle, close, times);
            assert_eq!(
                decode::<Passed>(text.as_bytes()).is_ok(),
                fine,
                "{open} {times}"
            );
        }
        assert!(
            refused::<Passed>(&nested(open, middle, close, 200))
                .contains("at most 128 nested objects and arrays")
        );
    }
    let typed = [
        ("{\"next\":", "}", 1),
        ("{\"list\":[", "]}", 2),
        ("{\"map\":{\"a\":", "}}", 2),
    ];
    for (open, close, step) in typed {
        for times in [1, 10, 128 / step - 1] {
            let text = nested(open, "{}", close, times);
            let node: Node = decode(text.as_bytes()).expect("a tree");
            assert_eq!(encode(&node), text.as_bytes());
        }
        let error = refused::<Node>(&nested(open, "{}", close, 128 / step));
        assert!(
            error.contains("at most 128 nested objects and arrays"),
            "{error}"
        );
    }
    // Depth, not number.
    let many = format!("[{}[]]", "[[]],".repeat(10_000));
    assert!(decode::<Passed>(many.as_bytes()).is_ok());
}

#[test]
fn a_value_of_any_type_is_as_deep_as_others() {
    for (times, fine) in [(127, true), (128, true), (129, false)] {
        let text = nested("[", "", "]", times);
        assert_eq!(decode::<Value>(text.as_bytes()).is_ok(), fine, "{times}");
        // serde_json counts one less.
        let theirs = serde_json::from_str::<Value>(&text);
        assert_eq!(theirs.is_ok(), times < 128, "{times}");
    }
}

#[test]
fn endless_nesting_does_not_exhaust_the_stack() {
    // A thread's default stack is 2 MiB; this has a fifth of it.
    let run = || {
        for open in [
            "[",
            "{\"a\":",
            "[{\"a\":[",
            "{\"next\":",
            "{\"list\":[",
            "[[[],",
            "-",
            "[-",
            "0.-1.",
            "-1.-",
            "\"\\u",
        ] {
            let text = open.repeat(300_000);
            assert!(decode::<i64>(text.as_bytes()).is_err());
            assert!(decode::<f64>(text.as_bytes()).is_err());
            assert!(decode::<String>(text.as_bytes()).is_err());
            assert!(decode::<lavka_runtime::Decimal>(text.as_bytes()).is_err());
            assert!(decode::<Vec<i64>>(text.as_bytes()).is_err());
            assert!(decode::<Passed>(text.as_bytes()).is_err());
            assert!(decode::<Value>(text.as_bytes()).is_err());
            assert!(decode::<Node>(text.as_bytes()).is_err());
            let closed = nested(open, "1", "]", 300_000);
            assert!(decode::<Passed>(closed.as_bytes()).is_err());
        }
        assert!(decode::<Passed>(nested("[", "", "]", 128).as_bytes()).is_ok());
        assert!(decode::<Node>(nested("{\"next\":", "{}", "}", 127).as_bytes()).is_ok());
    };
    let thread = std::thread::Builder::new().stack_size(400 << 10).spawn(run);
    thread.expect("a thread").join().expect("no overflow");
}

/// Long enough that anything quadratic would take minutes.
fn quick<T: FromJson>(what: &str, text: &str, fine: bool) -> Duration {
    let start = Instant::now();
    let result = decode::<T>(text.as_bytes());
    let shown = result
        .as_ref()
        .err()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert_eq!(result.is_ok(), fine, "{what}: {shown}");
    assert!(
        shown.len() < 1_000,
        "{what}: a message of {} bytes",
        shown.len()
    );
    let taken = start.elapsed();
    assert!(
        taken < Duration::from_secs(30),
        "{what}: {taken:?} for {} bytes",
        text.len()
    );
    taken
}

#[derive(Debug, PartialEq)]
struct Named {
    id: i32,
    name: Option<String>,
}
lavka_runtime::object! {
    Named { id = "id": required, name = "name": optional }
}

#[test]
fn time_is_linear() {
    const MANY: usize = 200_000;
    let list = |item: &str| format!("[{}{item}]", format!("{item},").repeat(MANY));
    let escapes = format!("\"{}\"", r"\n\u0441\ud83d\ude00".repeat(MANY));
    quick::<String>("escapes", &escapes, true);
    quick::<Passed>("escapes that are passed", &escapes, true);
    quick::<Value>("escapes of any type", &escapes, true);
    quick::<i64>("escapes in place of a number", &escapes, false);
    quick::<Vec<String>>("short strings", &list(r#""a\nb""#), true);
    quick::<String>("an open string", &escapes[..escapes.len() - 1], false);
    quick::<Passed>("an open list", &list("[]")[..MANY], false);
    quick::<Passed>("open strings", &"[\"".repeat(MANY), false);

    let unknown: String = (0..MANY).map(|n| format!("\"x{n}\":[{{}}],")).collect();
    quick::<Named>(
        "unknown properties",
        &format!("{{{unknown}\"id\":1}}"),
        true,
    );
    quick::<Named>(
        "unknown properties, and one is missing",
        &format!("{{{unknown}\"name\":null}}"),
        false,
    );
    let alike = "\"nam\":1,\"named\":2,".repeat(MANY);
    quick::<Named>(
        "names that are alike",
        &format!("{{{alike}\"id\":1}}"),
        true,
    );
    let escaped = r#""\u006eame_":1,"#.repeat(MANY);
    quick::<Named>(
        "names with escapes",
        &format!("{{{escaped}\"id\":1}}"),
        true,
    );
    let entries: String = (0..MANY).map(|n| format!("\"{n}\":{n},")).collect();
    quick::<BTreeMap<String, u32>>("a map", &format!("{{{entries}\"\":0}}"), true);
    quick::<Vec<Named>>("objects", &list(r#"{"id":1,"name":"a"}"#), true);
    quick::<Vec<Value>>("values of any type", &list(r#"{"a":[1,{"b":"c"}]}"#), true);
    quick::<Vec<Named>>(
        "objects, the last of them wrong",
        &format!("[{}{{\"id\":\"x\"}}]", r#"{"id":1},"#.repeat(MANY)),
        false,
    );

    quick::<i64>("signs", &"-".repeat(MANY), false);
    let deep = nested("[", "1", "]", 127);
    quick::<Vec<Passed>>(
        "deep values",
        &format!("[{}0]", format!("{deep},").repeat(MANY / 100)),
        true,
    );
    let space = " \n\t\r".repeat(MANY);
    quick::<Named>(
        "white space",
        &format!("{{{space}\"id\"{space}:{space}1{space}}}{space}"),
        true,
    );
    quick::<Named>(
        "white space, and an error after it",
        &format!("{space}{{\"id\":{space}x"),
        false,
    );

    let digits = "1234567890".repeat(MANY / 10);
    quick::<Passed>("digits", &digits, true);
    quick::<f64>("digits of a float", &format!("0.{digits}"), true);
    quick::<f64>("digits of a float that is too large", &digits, false);
    quick::<i64>("digits of an integer", &digits, false);
    quick::<Decimal>("digits of a decimal", &format!("0.{digits}"), false);
    quick::<Decimal>(
        "digits of a decimal in a string",
        &format!("\"{digits}\""),
        false,
    );
    quick::<Decimal>("a long exponent", &format!("1e{digits}"), false);
}

#[test]
fn writing_takes_linear_time() {
    const MANY: usize = 200_000;
    let start = Instant::now();
    let value = (
        "\n\"\\\u{1}\u{1F600}".repeat(MANY),
        vec![vec![1_u32, 2]; MANY],
        (0..MANY)
            .map(|n| (n.to_string(), "a\nb".to_owned()))
            .collect::<BTreeMap<_, _>>(),
    );
    for (plain, pretty) in [
        (encode(&value.0), encode_pretty(&value.0)),
        (encode(&value.1), encode_pretty(&value.1)),
        (encode(&value.2), encode_pretty(&value.2)),
    ] {
        assert!(plain.len() > MANY && pretty.len() >= plain.len());
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}
