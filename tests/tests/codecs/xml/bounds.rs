//! Documents that are too large, too deep or in another encoding: an error in linear time, and memory within limits.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::hostile::{list, streamed};
use crate::support::samples::LIST;
use crate::support::{PRODUCTS, Product};
use lavka_runtime::CodecErrorKind;
use lavka_runtime::xml::{Dialect, Limits, ListDecoder, decode_list};

#[test]
fn encodings() {
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        let mark = if little {
            vec![0xff, 0xfe]
        } else {
            vec![0xfe, 0xff]
        };
        mark.into_iter()
            .chain(text.encode_utf16().flat_map(|u| {
                if little {
                    u.to_le_bytes()
                } else {
                    u.to_be_bytes()
                }
            }))
            .collect()
    };
    let expected = list(LIST.as_bytes()).unwrap();
    let declared = LIST.replace("UTF-8", "windows-1251");
    let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(&declared);
    let cases: Vec<(&str, Vec<u8>, Option<&str>)> = vec![
        ("mark", [b"\xef\xbb\xbf", LIST.as_bytes()].concat(), None),
        ("utf-16le", utf16(LIST, true), None),
        ("utf-16be", utf16(LIST, false), None),
        ("windows-1251, declared", cp1251.to_vec(), None),
        (
            "windows-1251, named",
            encoding_rs::WINDOWS_1251.encode(LIST).0.to_vec(),
            Some("windows-1251"),
        ),
        (
            "utf-8, named over declared",
            declared.clone().into_bytes(),
            Some("utf-8"),
        ),
        (
            "an unknown charset",
            LIST.as_bytes().to_vec(),
            Some("x-nonsense"),
        ),
    ];
    for (name, bytes, charset) in cases {
        let whole =
            decode_list::<Product>(&bytes, charset, &PRODUCTS, Dialect::Rails, &Limits::DEFAULT);
        assert_eq!(whole.unwrap(), expected, "{name}");
        for size in [1, 3, 1000] {
            let mut decoder = ListDecoder::new(charset, &PRODUCTS, Dialect::Rails, Limits::DEFAULT);
            let mut items: Vec<Product> = Vec::new();
            for piece in bytes.chunks(size) {
                decoder.push(piece);
                while let Some(item) = decoder.next() {
                    items.push(item.unwrap());
                }
            }
            decoder.finish();
            assert!(decoder.next().is_none());
            assert_eq!(items, expected, "{name}, streamed by {size}");
        }
    }
    let bad = [LIST.as_bytes(), b"\xff"].concat();
    assert_eq!(
        list(&bad).unwrap_err().to_string(),
        "line 115, column 12: expected text encoded as UTF-8, found the byte 0xFF"
    );
    let inside = LIST
        .replace("Peach", "\u{1}")
        .into_bytes()
        .iter()
        .map(|b| if *b == 1 { 0xe0 } else { *b })
        .collect::<Vec<_>>();
    assert!(
        list(&inside)
            .unwrap_err()
            .to_string()
            .starts_with("/products/product[2]/title: line 65")
            || list(&inside)
                .unwrap_err()
                .to_string()
                .starts_with("/products/product/title: line 9")
    );
    // A declaration that cannot be true says nothing: the text is read as UTF-8 where it is some.
    for (label, part) in [
        ("nonsense", "a known encoding, found \"nonsense\""),
        ("UTF-16", "16 bits, as the XML declaration says, or UTF-8"),
        ("iso-2022-kr", "a known encoding"),
    ] {
        let text = format!("<?xml version='1.0' encoding='{label}'?><products/>");
        assert!(list(text.as_bytes()).unwrap().is_empty());
        let error = list(&[text.as_bytes(), b"<!-- \xE0 -->"].concat()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.kind(), CodecErrorKind::Encoding);
    }
}

/// The time that this thread has had a processor, where the system reports it: a busy machine does not count. Else the time of day.
fn cpu() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let start = *START;
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match stat.split(' ').next().unwrap_or_default().parse() {
        Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
        Err(_) => start.elapsed(),
    }
}

#[test]
fn bombs_and_floods_end_soon() {
    let start = cpu();
    let n = 200_000;
    let wrap = |content: String| format!("<products>{content}</products>");
    let bombs: Vec<(&str, String)> = vec![
        ("depth", "<products>".repeat(n)),
        (
            "depth, unknown",
            wrap("<product><x>".to_owned() + &"<y>".repeat(n)),
        ),
        (
            "depth in text",
            wrap("<product><title>".to_owned() + &"<b>".repeat(n)),
        ),
        (
            "entities",
            format!(
                "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"{}\">]><products>&b;</products>",
                "&a;".repeat(n)
            ),
        ),
        (
            "many attributes",
            wrap(format!(
                "<product {}/>",
                (0..n).map(|i| format!("a{i}='' ")).collect::<String>()
            )),
        ),
        (
            "one large attribute",
            wrap(format!("<product a='{}", "&amp;".repeat(n))),
        ),
        (
            "large attribute with breaks",
            wrap(format!("<product a='{}'/>", "&amp;\n".repeat(n))),
        ),
        ("ampersands", wrap("&".repeat(n))),
        (
            "unclosed references",
            wrap("&aaaaaaaaaaaaaaaaaaaa".repeat(n)),
        ),
        ("open comments", wrap("<!-".repeat(n))),
        ("comments", wrap("<!---->".repeat(n))),
        ("unclosed CDATA", wrap("<![CDATA[".repeat(n))),
        ("brackets", wrap("]]]]]".repeat(n))),
        ("unclosed instruction", wrap("<?a ".repeat(n))),
        ("starts", wrap("<".repeat(n))),
        ("ends", wrap("</".repeat(n))),
        ("quotes", wrap("<a b=\"".repeat(n))),
        ("unknown", wrap("<a/>".repeat(n))),
        ("unclosed items", wrap("<product>".repeat(n))),
        ("blank", wrap(" ".repeat(5 * n))),
        (
            "namespaces",
            wrap(
                format!(
                    "<a {}/>",
                    (0..250)
                        .map(|i| format!("xmlns:n{i}='u' "))
                        .collect::<String>()
                )
                .repeat(100),
            ),
        ),
        (
            "blank CDATA",
            wrap(format!("<product><title>{}", " <![CDATA[ ]]>".repeat(n))),
        ),
        (
            "blanks before CDATA",
            wrap(format!(
                "<product><title>{}<![CDATA[ ]]></title></product>",
                " <!---->".repeat(n)
            )),
        ),
        (
            "a long name",
            wrap("a".repeat(n) + "<" + &"a".repeat(5 * n)),
        ),
    ];
    for (name, text) in &bombs {
        let one = cpu();
        let whole = list(text.as_bytes());
        let time = cpu() - one;
        let stream = streamed(text.as_bytes());
        assert_eq!(
            whole.is_ok(),
            stream.is_ok(),
            "{name}: {whole:?} {stream:?}"
        );
        assert!(
            time.as_secs() < 3 && (cpu() - one).as_secs() < 6,
            "{name}: {time:?}, streamed too {:?}",
            cpu() - one
        );
        if let Err(error) = whole {
            assert!(error.to_string().len() < 1000, "{name}: {error}");
        }
    }
    assert!((cpu() - start).as_secs() < 60);
}

#[test]
fn limits_hold() {
    let mut limits = Limits::DEFAULT;
    limits.max_list_items = 1;
    let error = decode_list::<Product>(LIST.as_bytes(), None, &PRODUCTS, Dialect::Rails, &limits)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "/products/product[2]: line 59, column 1: expected at most 1 items in a list, found more"
    );
    let mut limits = Limits::DEFAULT;
    limits.max_bytes = 100;
    let error = decode_list::<Product>(LIST.as_bytes(), None, &PRODUCTS, Dialect::Rails, &limits)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "expected a document of at most 100 bytes, found {} bytes",
            LIST.len()
        )
    );
    let mut limits = Limits::DEFAULT;
    limits.max_item_bytes = 1000;
    let mut decoder = ListDecoder::<Product>::new(None, &PRODUCTS, Dialect::Rails, limits);
    decoder.push(LIST.as_bytes());
    let error = decoder.next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "/products/product: line 3, column 1: expected items of at most 1000 bytes, found more"
    );
    assert!(decoder.next().is_none());
    let list_of = |n: usize| format!("<products>{}", "<product>".to_owned() + &"<x>".repeat(n));
    let error = list(list_of(200).as_bytes()).unwrap_err();
    assert_eq!(error.kind(), CodecErrorKind::Limit);
    assert!(
        error.to_string().contains("at most 128 nested elements"),
        "{error}"
    );
}
