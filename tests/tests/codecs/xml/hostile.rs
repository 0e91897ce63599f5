//! Broken and hostile documents: an error that says where, or a value; in
//! linear time; never a panic.

use crate::support::every_form::Forms;
use crate::support::samples::{self, LIST, UNCLOSED};
use crate::support::{PRODUCTS, Product};
use lavka_random::Random;
use lavka_runtime::xml::{
    Dialect, Limits, ListDecoder, ListTag, Tag, decode, decode_list, encode, tag,
};
use lavka_runtime::{CodecError, CodecErrorKind};

static PRODUCT: [Tag; 1] = [tag!("product")];
static FORMS: [Tag; 1] = [tag!("forms")];

pub fn list(bytes: &[u8]) -> Result<Vec<Product>, CodecError> {
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

pub fn streamed(bytes: &[u8]) -> Result<Vec<Product>, CodecError> {
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
                text.insert_str(*place, random.pick::<&str>(&ADDED));
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
