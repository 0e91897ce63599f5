//! What scalars, nulls, names and attributes are read from, and what is refused.

use crate::support::every_form::{Forms, Message};
use lavka_runtime::CodecError;
use lavka_runtime::Maybe;
use lavka_runtime::xml::{Dialect, FromXml, Limits, Reader, Tag, ToXml, decode, encode, tag};

static FORMS: [Tag; 1] = [tag!("forms")];
static ROOT: [Tag; 1] = [tag!("r")];

fn one<T: FromXml>(content: &str) -> Result<T, String> {
    let text = format!("<r>{content}</r>");
    decode(
        text.as_bytes(),
        None,
        &ROOT,
        Dialect::Rails,
        &Limits::DEFAULT,
    )
    .map_err(|e| e.to_string())
}

fn shown<T: FromXml + ToXml>(content: &str, dialect: Dialect) -> Option<String> {
    let value: T = one(content).ok()?;
    let text = String::from_utf8(encode(&ROOT[0], &value, dialect).unwrap()).unwrap();
    let (_, text) = text.split_once("<r>").unwrap();
    Some(text.strip_suffix("</r>").unwrap().to_owned())
}

fn forms(inner: &str, attributes: &str, dialect: Dialect) -> Result<Forms, String> {
    let text = format!(
        "<forms kind='k' {attributes}><id>1</id><parent>1</parent><lines/><sizes/>{inner}</forms>"
    );
    decode(text.as_bytes(), None, &FORMS, dialect, &Limits::DEFAULT)
        .map_err(|e: CodecError| e.to_string())
}

/// How a type is read and written, what is read as what, what is refused.
type Case = (
    fn(&str, Dialect) -> Option<String>,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

#[test]
fn scalars() {
    type DateTime = chrono::DateTime<chrono::FixedOffset>;
    type Decimal = rust_decimal::Decimal;
    type Date = chrono::NaiveDate;
    use lavka_runtime::DateOptionalTime;
    let cases: &[Case] = &[
        (
            shown::<i64>,
            &[
                ("0", "0"),
                (" 12\n", "12"),
                ("-7", "-7"),
                ("+7", "7"),
                ("007", "7"),
                ("<![CDATA[5]]>", "5"),
                ("&#53;", "5"),
                ("1<!-- -->2", "12"),
                ("9223372036854775807", "9223372036854775807"),
                ("-9223372036854775808", "-9223372036854775808"),
            ],
            &[
                "",
                " ",
                "1.0",
                "1.",
                "9223372036854775808",
                "0x1",
                "1 2",
                "-",
                "--1",
                "<b>1</b>",
                "1_0",
                "٣",
            ],
        ),
        (
            shown::<i32>,
            &[("-2147483648", "-2147483648")],
            &["2147483648", ""],
        ),
        (
            shown::<Decimal>,
            &[
                ("740.0", "740.0"),
                ("740.00", "740.00"),
                ("-0.05", "-0.05"),
                ("1e3", "1000"),
                ("+1.5", "1.5"),
                (
                    "79228162514264337593543950335",
                    "79228162514264337593543950335",
                ),
                (
                    "0.0000000000000000000000000001",
                    "0.0000000000000000000000000001",
                ),
                ("123456789012345678.9", "123456789012345678.9"),
                (" 5 ", "5"),
            ],
            &[
                "",
                "abc",
                "1_000",
                "1,5",
                "1..2",
                ".",
                "-",
                "79228162514264337593543950336",
                "1e99",
                "NaN",
            ],
        ),
        (
            shown::<f64>,
            &[("1.5", "1.5"), ("1e3", "1000"), ("-0", "-0"), ("15", "15")],
            &["", "NaN", "inf", "INF", "1e999", "x"],
        ),
        (
            shown::<bool>,
            &[
                ("true", "true"),
                ("false", "false"),
                (" 1 ", "true"),
                ("0", "false"),
                ("True", "true"),
            ],
            &["", "yes", "TRUE!", "truefalse"],
        ),
        (
            shown::<Date>,
            &[("2017-10-10", "2017-10-10"), (" 2016-02-29 ", "2016-02-29")],
            &[
                "",
                "2017-2-1",
                "2017-02-29",
                "2017-10-10T00:00",
                "10.10.2017",
            ],
        ),
        (
            shown::<DateTime>,
            &[
                ("2009-06-04 14:22:34 +0400", "2009-06-04 14:22:34 +0400"),
                ("2009-06-04T14:22:34+04:00", "2009-06-04 14:22:34 +0400"),
                (
                    "2009-06-04T14:22:34.1234567-03:30",
                    "2009-06-04 14:22:34.1234567 -0330",
                ),
                ("2009-06-04T14:22:34Z", "2009-06-04 14:22:34 +0000"),
                ("2009-06-04 14:22:34 UTC", "2009-06-04 14:22:34 +0000"),
                ("2016-12-31T23:59:60Z", "2016-12-31 23:59:60 +0000"),
                (" 2009-06-04T14:22:34+04 ", "2009-06-04 14:22:34 +0400"),
            ],
            &[
                "",
                "2009-06-04 14:22:34",
                "2009-06-04",
                "2009-06-31 14:22:34 +0400",
                "2009-06-04 25:22:34 +0400",
                "2009-06-04 14:22:34 +9900",
                "2009-06-04 14:22:34 +0460",
                "2009-06-04 14:22:34 +0400x",
                "2009-06-04 14:22:34. +0400",
            ],
        ),
        (
            shown::<DateOptionalTime>,
            &[
                ("2017-10-10", "2017-10-10"),
                ("2017-10-10T12:30", "2017-10-10T12:30"),
                ("2017-10-10 12:30:15", "2017-10-10T12:30:15"),
                ("2017-10-10T12:30Z", "2017-10-10T12:30:00Z"),
                ("2017-10-10T12:30:15+03:00", "2017-10-10T12:30:15+03:00"),
            ],
            &["", "2017-10-10T", "2017-10-10T12:30z1", "2017-10-10Z"],
        ),
    ];
    for (read, good, bad) in cases {
        for (content, expected) in *good {
            assert_eq!(
                read(content, Dialect::Rails).as_deref(),
                Some(*expected),
                "{content:?}"
            );
        }
        for content in *bad {
            assert_eq!(read(content, Dialect::Rails), None, "{content:?}");
        }
    }
    assert_eq!(
        shown::<DateTime>("2009-06-04 14:22:34 +0400", Dialect::Plain).unwrap(),
        "2009-06-04T14:22:34+04:00"
    );
    let error = one::<i64>(" \n x").unwrap_err();
    assert_eq!(
        error,
        "/r: line 2, column 2: expected a 64-bit integer, found \"x\""
    );
}

#[test]
fn null_in_its_forms() {
    for (content, rails, plain) in [
        (
            "<price nil=\"true\"/>",
            Some(Maybe::Null),
            Some(Maybe::Null),
        ),
        (
            "<price type='decimal' nil='true'> <!-- --> </price>",
            Some(Maybe::Null),
            None,
        ),
        (
            "<price nil='false'>1</price>",
            Some(Maybe::Value(1.into())),
            Some(Maybe::Value(1.into())),
        ),
        (
            "<price type='decimal'/>",
            Some(Maybe::Null),
            Some(Maybe::Null),
        ),
        ("<price> </price>", Some(Maybe::Null), Some(Maybe::Null)),
        (
            "<price i:nil='true' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'/>",
            Some(Maybe::Null),
            Some(Maybe::Null),
        ),
        (
            "<price i:nil='true' xmlns:i='urn:other'>2</price>",
            Some(Maybe::Value(2.into())),
            Some(Maybe::Value(2.into())),
        ),
        (
            // Rails writes the content of what is null all the same.
            "<price nil='true'>1</price>",
            Some(Maybe::Null),
            Some(Maybe::Value(1.into())),
        ),
        (
            "<price nil='true'><![CDATA[]]></price>",
            Some(Maybe::Null),
            None,
        ),
    ] {
        assert_eq!(
            forms(content, "", Dialect::Rails).ok().map(|f| f.price),
            rails,
            "{content}"
        );
        assert_eq!(
            forms(content, "", Dialect::Plain).ok().map(|f| f.price),
            plain,
            "{content}"
        );
    }
    let lenient = |content: &str| forms(content, "", Dialect::Rails).map(|f| f.weight);
    assert_eq!(lenient("<weight nil='true'/>"), Ok(None));
    assert_eq!(lenient("<weight/>"), Ok(None));
    assert_eq!(lenient("<weight>1</weight>"), Ok(Some(1.0)));
    let text = "<forms kind='k'><id>1</id><parent>1</parent><lines nil='true'/><sizes/></forms>";
    let error = decode::<Forms>(
        text.as_bytes(),
        None,
        &FORMS,
        Dialect::Rails,
        &Limits::DEFAULT,
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.ends_with("expected a value of <lines>, found nil"),
        "{error}"
    );
    let names = |content: &str| forms(content, "", Dialect::Rails).map(|f| f.names);
    assert_eq!(names("<name nil='true'/>"), Ok(Maybe::Null));
    assert_eq!(
        names("<name/><name>a</name>"),
        Ok(Maybe::Value(vec![String::new(), "a".to_owned()]))
    );
    assert!(names("<name nil='true'/><name>a</name>").is_err());
    assert!(names("<name>a</name><name nil='true'/>").is_err());
}

#[test]
fn names_and_namespaces() {
    let foreign =
        |inner: &str, attributes: &str| forms(inner, attributes, Dialect::Plain).map(|f| f.foreign);
    assert_eq!(
        foreign("<x:foreign xmlns:x='urn:other'>a</x:foreign>", ""),
        Ok(Some("a".to_owned()))
    );
    assert_eq!(
        foreign("<x:foreign>a</x:foreign>", "xmlns:x='urn:&#111;ther'"),
        Ok(Some("a".to_owned()))
    );
    assert_eq!(
        foreign("<foreign xmlns='urn:other'>a</foreign>", ""),
        Ok(Some("a".to_owned()))
    );
    assert_eq!(foreign("<foreign>a</foreign>", ""), Ok(None));
    assert_eq!(
        foreign("<x:foreign xmlns:x='urn:else'>a</x:foreign>", ""),
        Ok(None)
    );
    assert_eq!(
        foreign("<y xmlns:x='urn:other'/><x:foreign>a</x:foreign>", ""),
        Ok(None),
        "out of scope"
    );
    // a default namespace does not hide what is documented without one
    assert_eq!(
        forms("<tag>t</tag>", "xmlns='urn:any'", Dialect::Plain)
            .unwrap()
            .tags,
        ["t"]
    );
    // nor does a prefix
    assert_eq!(
        forms("<p:tag>t</p:tag>", "xmlns:p='urn:any'", Dialect::Plain)
            .unwrap()
            .tags,
        ["t"]
    );
}

#[test]
fn attributes() {
    let money = |text: &str| {
        forms(&format!("<money {text}>1</money>"), "", Dialect::Plain)
            .map(|f| f.money.unwrap().currency)
    };
    assert_eq!(
        money("a='1' currency = \"R&#85;B\"\n b=''"),
        Ok(Some("RUB".to_owned()))
    );
    assert_eq!(
        money("currency='a\nb\tc\r\nd&#10;e'"),
        Ok(Some("a b c d\ne".to_owned()))
    );
    assert_eq!(money(""), Ok(None));
    assert!(money("currency='a' currency='b'").is_err());
    let nine: String = (0..9).map(|i| format!("a{i}='' ")).collect();
    assert!(money(&nine).is_ok());
    assert!(money(&format!("{nine} a8=''")).is_err());
    let error = decode::<Forms>(
        b"<forms kind='k'/>",
        None,
        &FORMS,
        Dialect::Plain,
        &Limits::DEFAULT,
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "/forms: line 1, column 1: <id> is missing"
    );
    let text = "<forms><id>1</id><parent>1</parent><lines/><sizes/></forms>";
    let error = decode::<Forms>(
        text.as_bytes(),
        None,
        &FORMS,
        Dialect::Plain,
        &Limits::DEFAULT,
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "/forms: line 1, column 1: the attribute `kind` is missing"
    );
}

#[test]
fn a_text_or_a_list() {
    let message = |inner: &str| forms(inner, "", Dialect::Trimmed).map(|f| f.message);
    assert_eq!(
        message("<message> a &amp; b </message>"),
        Ok(Some(Message::Text("a & b".to_owned())))
    );
    assert_eq!(
        message("<message/>"),
        Ok(Some(Message::Text(String::new())))
    );
    assert_eq!(
        message("<message> <![CDATA[<locale>]]> </message>"),
        Ok(Some(Message::Text("<locale>".to_owned())))
    );
    let list = message(
        "<message> <!-- c --> <locale>ru-RU</locale><value> v </value></message><message><value>w</value></message>",
    );
    assert!(
        matches!(list, Ok(Some(Message::Localized(items))) if items.len() == 2 && items[0].value.as_deref() == Some("v"))
    );
    assert_eq!(message(""), Ok(None));
}

#[test]
fn doctypes_are_skipped_or_refused() {
    struct Text(String);
    impl FromXml for Text {
        fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
            r.string().map(Self)
        }
    }
    let read = |text: &str| {
        decode::<Text>(
            text.as_bytes(),
            None,
            &ROOT,
            Dialect::Plain,
            &Limits::DEFAULT,
        )
        .map(|t| t.0)
        .map_err(|e| e.to_string())
    };
    for good in [
        "<!DOCTYPE r>",
        "<!DOCTYPE r SYSTEM \"a[>]b\">",
        "<!DOCTYPE r PUBLIC '-//x' 'y'  >\n<!-- c -->",
    ] {
        assert_eq!(
            read(&format!("{good}<r>t</r>")),
            Ok("t".to_owned()),
            "{good}"
        );
    }
    for bad in [
        "<!DOCTYPE>",
        "<!DOCTYPEr>",
        "<!DOCTYPE r",
        "<!DOCTYPE r><!DOCTYPE r>",
        "<!doctype r>",
        "<!ENTITY a 'b'>",
    ] {
        assert!(read(&format!("{bad}<r>t</r>")).is_err(), "{bad}");
    }
    assert!(read("<r>t</r><!DOCTYPE r>").is_err());
    assert_eq!(
        read("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>").unwrap_err(),
        "line 1, column 13: expected no document type definition (its entities are never expanded), found an internal subset"
    );
}
