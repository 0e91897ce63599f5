//! Broken and hostile documents: an error that says where, or a value; in
//! linear time; never a panic.

use crate::support::every_form::Forms;
use crate::support::random::Random;
use crate::support::samples::{self, LIST, UNCLOSED};
use crate::support::{PRODUCTS, Product};
use lavka_runtime::xml::{
    Dialect, Limits, ListDecoder, ListTag, Tag, decode, decode_list, encode, tag,
};
use lavka_runtime::{CodecError, CodecErrorKind};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static PRODUCT: [Tag; 1] = [tag!("product")];
static FORMS: [Tag; 1] = [tag!("forms")];

fn list(bytes: &[u8]) -> Result<Vec<Product>, CodecError> {
    decode_list(bytes, None, &PRODUCTS, Dialect::Rails, &Limits::DEFAULT)
}

fn one(text: &str) -> Result<Product, CodecError> {
    decode(
        text.as_bytes(),
        None,
        &PRODUCT,
        Dialect::Rails,
        &Limits::DEFAULT,
    )
}

fn text_with(content: &str, dialect: Dialect) -> Result<String, CodecError> {
    let document = format!(
        "<forms kind='k'><id>1</id><parent>1</parent><lines/><sizes/><tag>{content}</tag></forms>"
    );
    decode::<Forms>(document.as_bytes(), None, &FORMS, dialect, &Limits::DEFAULT)
        .map(|mut f| f.tags.remove(0))
}

fn streamed(bytes: &[u8]) -> Result<Vec<Product>, CodecError> {
    let mut decoder = ListDecoder::new(None, &PRODUCTS, Dialect::Rails, Limits::DEFAULT);
    let mut items = Vec::new();
    for piece in bytes.chunks(4096) {
        decoder.push(piece);
        while let Some(item) = decoder.next() {
            items.push(item?);
        }
    }
    decoder.finish();
    while let Some(item) = decoder.next() {
        items.push(item?);
    }
    Ok(items)
}

#[test]
fn errors_say_where_and_what() {
    let check = |from: &str, to: &str, message: &str| {
        assert!(LIST.contains(from), "{from}");
        let at = LIST.rfind(from).unwrap();
        let text = format!("{}{to}{}", &LIST[..at], &LIST[at + from.len()..]);
        let error = list(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(
            streamed(text.as_bytes()).unwrap_err().to_string(),
            message,
            "streamed"
        );
    };
    check(
        "740.0",
        "abc",
        "/products/product[2]/variants/variant[1]/price: line 105, column 23: expected a decimal, found \"abc\", near `<price type=\"…\">…`",
    );
    check(
        "2010-07-16 13:20:05 +0400",
        "yesterday",
        "/products/product[2]/variants/variant[1]/updated-at: line 109, column 30: expected a time like 2009-06-04 14:22:34 +0400, found \"yesterday\", near `<updated-at type=\"…\">…`",
    );
    check(
        "<id type=\"integer\">16638</id>\n",
        "",
        "/products/product[2]/variants/variant[1]: line 111, column 1: <id> is missing, near `<title nil=\"…\"/><option-values type=\"…\"/>`",
    );
    check(
        "</sku>",
        "</skew>",
        "/products/product[2]/variants/variant[1]/sku: line 108, column 17: expected </sku>, found </skew>, near `<sku>…`",
    );
    check(
        "</products>",
        "",
        "/products: line 115, column 1: expected </products>, found the end of the input",
    );
    check(
        "QP023",
        "&nope;",
        "/products/product[2]/variants/variant[1]/sku: line 108, column 6: expected a character reference or a predefined entity (write `&amp;` for `&`), found \"&nope;\", near `<sku>…`",
    );
    check(
        "<url>",
        "<url><url>",
        "/products/product[2]/images/image[1]/url: line 97, column 1: expected </url>, found </image>, near `</url><title nil=\"…\"/>`",
    );
    check(
        "<title>Бумага</title>",
        "<title nil=\"true\"/>",
        "/products/product[2]/properties/property[1]/title: line 85, column 1: expected a value of <title>, found nil",
    );
    check(
        "<position type=\"integer\">1</position>",
        "<id>1</id>",
        "/products/product[2]/images/image[1]/id[2]: line 94, column 1: duplicate element <id>",
    );
    check(
        "</products>",
        "</products><b/>",
        "/b: line 115, column 12: expected the end of the input, found <b/>",
    );
}

#[test]
fn the_printed_reply_with_two_unclosed_elements() {
    let error = one(UNCLOSED).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/product/description/short-description: line 58, column 1: expected </short-description>, found </product>, near `</option-value></option-values></variant></variants>`"
    );
}

#[test]
fn roots_html_and_other_things() {
    let message = |text: &str| list(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        message("<shop/>"),
        "/shop: line 1, column 1: expected the root element <products> or <objects> or <nil-classes>, found <shop>"
    );
    for page in [
        "<!DOCTYPE html><html lang=en><br>",
        "\n <HTML>",
        "<!-- x --><html><head>",
        "<!doctype HTML PUBLIC>",
    ] {
        let error = list(page.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), CodecErrorKind::Html, "{error}");
        assert!(
            error
                .to_string()
                .contains("an HTML page (possibly a maintenance page)")
        );
    }
    assert_eq!(
        message(""),
        "line 1, column 1: expected XML, found an empty body"
    );
    assert_eq!(
        message("{\"a\": 1}"),
        "line 1, column 1: expected XML, found \"{\\\"a\\\": 1}\""
    );
    assert_eq!(list(b"<nil-classes type=\"array\"/>").unwrap(), []);
    assert_eq!(list(b"<products type=\"array\"></products>").unwrap(), []);
    let objects = LIST
        .replace("<product>", "<object>")
        .replace("</product>", "</object>")
        .replace("<products", "<objects")
        .replace("</products", "</objects");
    assert_eq!(
        list(objects.as_bytes()).unwrap(),
        list(LIST.as_bytes()).unwrap()
    );
}

#[test]
fn texts() {
    let rails = |content| text_with(content, Dialect::Rails).unwrap();
    let trimmed = |content| text_with(content, Dialect::Trimmed).unwrap();
    assert_eq!(rails(" a "), " a ");
    assert_eq!(trimmed(" a\r\n "), "a");
    assert_eq!(rails("\r\na\rb&#13;\n"), "\na\nb\r\n");
    assert_eq!(rails(" <![CDATA[ <b> & ]]> "), " <b> & ");
    assert_eq!(trimmed(" <![CDATA[ <b>\r\n]]> \n"), " <b>\n");
    assert_eq!(rails("\n<![CDATA[a]]> \n <![CDATA[b]]>\n"), "ab");
    assert_eq!(rails("a <![CDATA[b]]> c"), "a b c");
    assert_eq!(rails("a<!-- no -->b<?x no?>c"), "abc");
    assert_eq!(rails(" <!-- no --> "), "  ");
    assert_eq!(trimmed(" &#32;a&#32; "), " a ");
    assert_eq!(trimmed("  &#32; "), " ");
    assert_eq!(trimmed("\n &#32;<![CDATA[x]]>"), " x");
    assert_eq!(rails("&lt;&gt;&amp;&quot;&apos;&#x44F;&#1103;"), "<>&\"'яя");
    assert_eq!(
        rails("<p>a &amp; <b c='>'/></p> "),
        "<p>a &amp; <b c='>'/></p> "
    );
    assert_eq!(trimmed(" <p> x </p> "), "<p> x </p>");
    assert_eq!(rails(""), "");
    for bad in [
        "&",
        "&;",
        "&#;",
        "&#x;",
        "&#0;",
        "&#xFFFE;",
        "&#x110000;",
        "&#99999999999;",
        "&#-1;",
        "&amp",
        "]]>",
        "\u{1}",
        "\u{ffff}",
        "<",
        "<p>",
        "<p></q>",
        "<p/ >",
        "<!-->",
        "<!-- -- -->",
        "<![CDATA[",
        "<!x>",
        "<?xml?>",
        "<? x?>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<a b/>",
        "<a b='<'/>",
        "<a b='&x;'/>",
        "<a b='1'c='2'/>",
        "<1/>",
        "</p>",
    ] {
        for dialect in [Dialect::Rails, Dialect::Trimmed] {
            assert!(text_with(bad, dialect).is_err(), "{bad}");
            assert!(
                text_with(&format!("<q>{bad}</q>"), dialect).is_err(),
                "{bad} inside"
            );
        }
        // in an unknown element, which is skipped
        let unknown = LIST.replacen("<product>", &format!("<product><zzz>{bad}</zzz>"), 1);
        assert!(list(unknown.as_bytes()).is_err(), "{bad} skipped");
        assert!(
            streamed(unknown.as_bytes()).is_err(),
            "{bad} skipped, streamed"
        );
    }
}

#[test]
fn unknown_things_and_any_order() {
    let value = one(samples::PRODUCT).unwrap();
    let text = samples::PRODUCT
        .replace("<product>", "<product x='1' nil='false'><!-- c --><new a='b'><id>9</id></new>stray &amp; text<?pi?>")
        .replace("<id type=\"integer\">41658</id>\n", "")
        .replace("</product>", "<id type='integer' >41658</id ><![CDATA[ <x> ]]></product >");
    assert_eq!(one(&text).unwrap(), value);
    let mut untyped = samples::PRODUCT.to_owned();
    for kind in ["integer", "timestamp", "boolean", "decimal", "array"] {
        untyped = untyped.replace(&format!(" type=\"{kind}\""), "");
    }
    assert_eq!(one(&untyped).unwrap(), value);
}

/// Start tags that look like what came before, and are something else.
const ADDED: [&str; 9] = [
    "<new>x</new>",
    "<new a='>'>x</new>",
    "<new a='>'><id type=\"integer\">1</id></new>",
    "<new a='1' nil='true'/>",
    "<new><new><title>t</title></new><variants/></new>",
    "<new xmlns='urn:x'><sku>1</sku></new>",
    "<x:new xmlns:x='urn:x' x:nil='true'><x:new/></x:new>",
    "<a-name-that-is-longer-than-what-is-kept-of-a-start-tag>1</a-name-that-is-longer-than-what-is-kept-of-a-start-tag>",
    "<new_\u{e9}>x</new_\u{e9}>",
];

#[test]
fn records_of_a_list_are_read_as_they_are_alone() {
    let mut random = Random::new(7);
    let tags = [
        "<id ",
        "<title>",
        "<variants ",
        "<sku>",
        "</variant>",
        "</product>",
    ];
    let (_, product) = samples::PRODUCT.split_once("?>\n").unwrap();
    let places: Vec<usize> = tags
        .iter()
        .flat_map(|tag| product.match_indices(tag).map(|(at, _)| at))
        .collect();
    let records: Vec<String> = (0..200)
        .map(|_| {
            let mut chosen: Vec<usize> =
                (0..6).map(|_| places[random.below(places.len())]).collect();
            chosen.sort_unstable();
            let mut text = product.to_owned();
            for place in chosen.iter().rev() {
                text.insert_str(*place, random.pick(&ADDED));
            }
            text.replace("41658", &(40_000 + random.below(9)).to_string())
        })
        .collect();
    let alone: Vec<Product> = records.iter().map(|text| one(text).unwrap()).collect();
    let text = format!("<products type=\"array\">{}</products>", records.join("\n"));
    assert!(list(text.as_bytes()).unwrap() == alone);
    assert!(streamed(text.as_bytes()).unwrap() == alone);
}

#[test]
fn the_same_start_tag_is_another_element_in_another_namespace() {
    static LIST: ListTag = ListTag {
        roots: &[tag!("list")],
        items: &[tag!("forms")],
    };
    let form = |attributes: &str| {
        format!(
            "<forms kind='k' {attributes}><id>1</id><parent>1</parent><lines/><sizes/><foreign>a</foreign></forms>"
        )
    };
    // Often enough that the tag is known.
    let text = format!(
        "<list>{}{}{}</list>",
        form("").repeat(40),
        form("xmlns='urn:other'"),
        form("")
    );
    let forms: Vec<Forms> = decode_list(
        text.as_bytes(),
        None,
        &LIST,
        Dialect::Plain,
        &Limits::DEFAULT,
    )
    .unwrap();
    let found: Vec<bool> = forms.iter().map(|form| form.foreign.is_some()).collect();
    let mut expected = vec![false; 42];
    expected[40] = true;
    assert_eq!(found, expected);
}

#[test]
fn every_truncation_is_an_error() {
    for n in 0..LIST.trim_end().len() {
        let cut = &LIST.as_bytes()[..n];
        let error = list(cut).expect_err("cut off");
        assert!(
            matches!(
                error.kind(),
                CodecErrorKind::Truncated
                    | CodecErrorKind::Encoding
                    | CodecErrorKind::Syntax
                    | CodecErrorKind::Empty
            ),
            "{n}: {error:?}"
        );
        assert!(streamed(cut).is_err(), "{n}, streamed");
    }
    for (_, text) in samples::all() {
        let bytes = text.as_bytes();
        for n in 0..bytes.len() {
            let _ = decode::<Forms>(&bytes[..n], None, &FORMS, Dialect::Plain, &Limits::DEFAULT)
                .unwrap_err();
        }
    }
}

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

#[test]
fn secrets_do_not_show() {
    let with = |token: &str| {
        let document =
            format!("<forms kind='k'><id>1</id><parent>1</parent><lines/><sizes/>{token}</forms>");
        decode::<Forms>(
            document.as_bytes(),
            None,
            &FORMS,
            Dialect::Plain,
            &Limits::DEFAULT,
        )
    };
    for token in [
        "<token>hush&hush;</token>",
        "<token>hush<hush</token>",
        "<token>hush</hush>",
        "<token>hush\u{1}hush</token>",
        "<token><![CDATA[hush</token>",
    ] {
        let error = with(token).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
    assert!(!format!("{:?}", with("<token>hush</token>").unwrap()).contains("hush"));
}

/// The time that this thread has had a processor, where the system tells it: a busy machine does not count. Else the time of day.
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

#[test]
fn what_xml_cannot_carry_is_an_error_of_the_writer() {
    let mut product = one(samples::PRODUCT).unwrap();
    product.variants[0].sku = Some("a\u{1}".to_owned());
    let error = encode(&PRODUCT[0], &product, Dialect::Rails).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/product/variants/variant[1]/sku: expected characters that XML can carry, found U+0001"
    );
    assert_eq!(error.kind(), CodecErrorKind::Unrepresentable);
}

#[test]
fn documented_payloads_are_written_as_printed() {
    let list = list(LIST.as_bytes()).unwrap();
    let written = lavka_runtime::xml::encode_list(&PRODUCTS, &list, Dialect::Rails).unwrap();
    let printed: String = LIST
        .lines()
        // what is null in a reply is absent in its type
        .filter(|l| !l.starts_with("<description>") && !l.contains("nil=\"true\""))
        .collect::<Vec<_>>()
        .join("")
        .replace(" />", "/>");
    let written = String::from_utf8(written).unwrap();
    let (head, tail) = written.split_once("<description>").unwrap();
    let (markup, tail) = tail.split_once("</description>").unwrap();
    assert!(markup.starts_with("&lt;p&gt;"));
    assert_eq!(format!("{}{tail}", head.replace('\n', "")), printed);
}
