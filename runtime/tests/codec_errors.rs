//! One error for both formats: the same class and words for the same fault, and a place in each.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use lavka_runtime::json::{self, FromJson};
use lavka_runtime::xml::{self, Dialect, FromXml, Limits, ListDecoder, ListTag, Tag, tag};
use lavka_runtime::{
    Base64, CodecError, CodecErrorKind as Kind, Date, DateOptionalTime, DateTime, Decimal, Secret,
};

static ROOTS: &[Tag] = &[tag!("r")];

fn of_json<T: FromJson>(text: &[u8]) -> CodecError {
    json::decode::<T>(text).err().expect("a wrong text")
}

fn of_xml<T: FromXml>(text: &[u8]) -> CodecError {
    xml::decode::<T>(text, None, ROOTS, Dialect::Plain, &Limits::DEFAULT)
        .err()
        .expect("a wrong text")
}

/// The same text as a value of both formats is refused in the same words.
fn alike<T: FromJson + FromXml>(values: &[&str]) {
    for value in values {
        let json = of_json::<T>(format!("\"{value}\"").as_bytes());
        let xml = of_xml::<T>(format!("<r>{value}</r>").as_bytes());
        assert_eq!(json.kind(), Kind::Value, "{json}");
        assert_eq!((json.kind(), json.message()), (xml.kind(), xml.message()));
        assert_eq!(
            (json.path(), json.line(), json.column()),
            ("$", Some(1), Some(1))
        );
        assert_eq!(
            (xml.path(), xml.line(), xml.column()),
            ("/r", Some(1), Some(4))
        );
    }
}

#[test]
fn values_are_refused_in_the_same_words() {
    alike::<i32>(&["x", "1,5", "99999999999", ""]);
    alike::<i64>(&["x", "99999999999999999999"]);
    alike::<u32>(&["x", "-1"]);
    alike::<u64>(&["x", "-1"]);
    alike::<bool>(&["ja", "", "a text that is longer than what is shown of it"]);
    alike::<Decimal>(&["abc", "1,5", "123456789012345678901234567890", ""]);
    alike::<Date>(&["2017-13-01", "2017-10- 1", "+2017-1-01"]);
    alike::<DateTime>(&["yesterday", "2017-10-10T 1:30"]);
    alike::<DateOptionalTime>(&["soon"]);
    alike::<Base64>(&["a b!", "é"]);
}

#[derive(Debug)]
struct Row {
    id: i64,
    price: Option<Decimal>,
    token: Option<i64>,
    key: Option<Secret>,
}
lavka_runtime::object! {
    Row: json both, xml both {
        id = "id": required => element,
        price = "price": optional => element,
        token = "token": optional => element,
        key = "key": optional => element,
    }
}

#[test]
fn each_fault_has_one_class_and_one_message() {
    for (json, xml, kind, message) in [
        (
            "{\"price\":1}",
            "<r><price>1</price></r>",
            Kind::Missing,
            ["`id` is missing", "<id> is missing"],
        ),
        (
            "{\"id\":1,\"id\":2}",
            "<r><id>1</id><id>2</id></r>",
            Kind::Duplicate,
            ["duplicate property `id`", "duplicate element <id>"],
        ),
        (
            "{\"id\":1,\"token\":\"PLANTED\"}",
            "<r><id>1</id><token>PLANTED</token></r>",
            Kind::Value,
            ["the value of a secret field is not of the expected type"; 2],
        ),
        (
            " \n",
            " \n",
            Kind::Empty,
            [
                "expected JSON, found an empty body",
                "expected XML, found an empty body",
            ],
        ),
        (
            "<!DOCTYPE html><p>",
            "<!DOCTYPE html><p>",
            Kind::Html,
            [
                "expected JSON, found an HTML page (possibly a maintenance page)",
                "expected XML, found an HTML page (possibly a maintenance page)",
            ],
        ),
        (
            "{\"id\":1",
            "<r><id>1</id>",
            Kind::Truncated,
            [
                "expected a comma or the end of the object, found the end of the input",
                "expected </r>, found the end of the input",
            ],
        ),
        (
            "{\"id\":1}{",
            "<r><id>1</id></r><r/>",
            Kind::Syntax,
            [
                "expected the end of the input, found an object",
                "expected the end of the input, found <r/>",
            ],
        ),
    ] {
        let (json, xml) = (
            of_json::<Row>(json.as_bytes()),
            of_xml::<Row>(xml.as_bytes()),
        );
        assert_eq!([json.message(), xml.message()], message);
        assert_eq!([json.kind(), xml.kind()], [kind; 2], "{json}, {xml}");
    }
    let encoding = "expected text encoded as UTF-8, found the byte 0xFF";
    for error in [
        of_json::<String>(b"\"\xFF\""),
        of_xml::<String>(b"<r>\xFF</r>"),
    ] {
        assert_eq!((error.kind(), error.message()), (Kind::Encoding, encoding));
    }
}

#[test]
fn a_place_is_path_line_column_and_the_text_before_without_values() {
    let json = of_json::<Vec<Row>>(
        "[{\"id\":1},\n {\"id\":2, \"пр\": \"SHOWN\", \"price\": \"abc\"}]".as_bytes(),
    );
    assert_eq!(
        json.to_string(),
        "$[1].price: line 2, column 35: expected a decimal, found \"abc\", near `[{\"id\":1},{\"id\":2,\"пр\":\"…\",\"price\":\"…\"`"
    );
    let xml = of_xml::<Row>(
        "<r a='SHOWN'>\n <id>2</id>\n <пр b=\"SHOWN\">SHOWN</пр><price a=\"SHOWN\">abc</price></r>"
            .as_bytes(),
    );
    assert_eq!(
        xml.to_string(),
        "/r/price: line 3, column 43: expected a decimal, found \"abc\", near `<price a=\"…\">…`"
    );
}

#[test]
fn a_secret_is_not_shown_by_type_or_name() {
    for text in [
        "<r><id>1</id><key>PLANTED</key></r>",
        "<r><id>1</id><key>PLANTED&bad;</key></r>",
        "<r><id>1</id><token>PLANTED</token></r>",
        "<r><id>1</id><token a='PLANTED'>PLANTED</token></r>",
        "<r><password>PLANTED</password><id>PLAN</id></r>",
    ] {
        let error = of_xml::<Row>(text.as_bytes());
        let shown = format!("{error} {error:?} {}", error.excerpt());
        assert!(!shown.contains("PLANTED"), "{text}: {shown}");
    }
}

#[test]
fn an_item_of_a_stream_is_placed_in_the_whole_text() {
    use lavka_runtime::client::Decoder;
    let text = b"[1,\n 2, \"x\"]";
    let whole = of_json::<Vec<i64>>(text);
    for size in 1..text.len() {
        let mut items = json::ItemReader::<i64>::new();
        let mut error = None;
        for piece in text.chunks(size) {
            items.push(piece);
            while let Some(item) = items.next() {
                error = item.err().or(error);
            }
        }
        let error = error.expect("a wrong item");
        assert_eq!(
            (error.path(), error.line(), error.column(), error.message()),
            (whole.path(), whole.line(), whole.column(), whole.message())
        );
    }
    static LIST: ListTag = ListTag {
        roots: &[tag!("r")],
        items: &[tag!("i")],
    };
    let mut items = ListDecoder::<i64>::new(None, &LIST, Dialect::Plain, Limits::DEFAULT);
    items.push(b"<r><i>1</i>\n<i>x</i></r>");
    assert_eq!(items.next().and_then(Result::ok), Some(1));
    let error = items.next().and_then(Result::err).expect("a wrong item");
    assert_eq!(
        (error.path(), error.line(), error.column()),
        ("/r/i[2]", Some(2), Some(4))
    );
}
