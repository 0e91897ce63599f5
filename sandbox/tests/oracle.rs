//! XML to JSON by the schema: every form that the specs' vocabulary has, and everything that is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use lavka_sandbox::{XmlOracle, xml_to_json};
use serde_json::{Value, json};

/// A document with one dialect and these components.
fn spec(dialect: &str, schemas: Value) -> Value {
    json!({"x-xml-dialect": dialect, "components": {"schemas": schemas}})
}

fn read(spec: &Value, name: &str, xml: &str) -> Result<Value, String> {
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    xml_to_json(spec, &schema, xml.as_bytes()).map_err(|error| error.to_string())
}

fn rails() -> Value {
    spec(
        "rails",
        json!({
            "Products": {"type": "array", "xml": {"name": "products", "wrapped": true}, "items": {"$ref": "#/components/schemas/Product"}},
            "Product": {"type": "object", "xml": {"name": "product"}, "properties": {
                "id": {"type": "integer", "x-type": "integer"},
                "is-hidden": {"type": "boolean", "x-type": "boolean"},
                "created-at": {"type": "string", "format": "rails-timestamp", "x-type": "timestamp"},
                "title": {"type": "string", "nullable": true},
                "description": {"type": "string", "nullable": true},
                "price": {"type": "number", "format": "decimal", "nullable": true, "x-type": "decimal"},
                "variants": {"type": "array", "nullable": true, "xml": {"wrapped": true}, "items": {"allOf": [{"$ref": "#/components/schemas/Variant"}]}},
                "codes": {"type": "array", "xml": {"wrapped": true, "name": "bar-codes"}, "items": {"type": "integer", "xml": {"name": "code"}}}}},
            "Variant": {"type": "object", "xml": {"name": "variant"}, "properties": {"sku": {"type": "string"}}}
        }),
    )
}

#[test]
fn rails_products() {
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
        <products type="array">
          <product>
            <variants type="array"><variant><sku> a </sku></variant><variant/></variants>
            <id type="integer"> 41658 </id>
            <is-hidden type="boolean">false</is-hidden>
            <created-at type="timestamp">2009-06-04 14:22:34 +0400</created-at>
            <title> "x" &amp; y </title>
            <description><p><span style="a>b"> </span>&amp;</p></description>
            <price type="decimal">487.0</price>
            <bar-codes type="array"><code>1</code><code type="integer">2</code></bar-codes>
          </product>
          <product><title nil="true"/><description></description><price type="decimal" nil="true"/><variants type="array"/></product>
          <product><price/><variants type="array" nil="true"/></product>
        </products>"#;
    assert_eq!(
        read(&rails(), "Products", xml).unwrap(),
        json!([
            {"id": 41658, "is-hidden": false, "created-at": "2009-06-04 14:22:34 +0400", "title": " \"x\" & y ",
             "description": "<p><span style=\"a>b\"> </span>&amp;</p>", "price": 487.0,
             "variants": [{"sku": " a "}, {}], "codes": [1, 2]},
            {"title": null, "description": "", "price": null, "variants": []},
            {"price": null, "variants": null}
        ])
    );
}

#[test]
fn odd_roots_of_rails_lists() {
    let spec = rails();
    assert_eq!(
        read(&spec, "Products", "<nil-classes type=\"array\"/>").unwrap(),
        json!([])
    );
    let group = "<objects type=\"array\"><object><id>1</id></object></objects>";
    assert_eq!(read(&spec, "Products", group).unwrap(), json!([{"id": 1}]));
    assert!(
        read(&spec, "Products", "<html/>")
            .unwrap_err()
            .contains("the root element <products>")
    );
    assert!(read(&spec, "Product", "<nil-classes/>").is_err());
}

#[test]
fn what_rails_xml_must_not_hold() {
    for (xml, expected) in [
        (
            "<product><id type=\"string\">1</id></product>",
            "/product/id (line 1, column 10): expected type=\"integer\", found type=\"string\"",
        ),
        (
            "<product><id>1.5</id></product>",
            "/product/id (line 1, column 10): expected an integer, found \"1.5\"",
        ),
        (
            "<product><id></id></product>",
            "expected an integer, found \"\"",
        ),
        (
            "<product><is-hidden>yes</is-hidden></product>",
            "expected true or false",
        ),
        ("<product><price>1,5</price></product>", "expected a number"),
        (
            "<product><id>1</id><id>2</id></product>",
            "/product/id[2] (line 1, column 20): expected this element once",
        ),
        (
            "<product><titel/></product>",
            "expected no element of this name (did you mean <title>?), found <titel>",
        ),
        (
            "<product colour=\"red\"/>",
            "/product (line 1, column 1): expected no attribute of this name",
        ),
        (
            "<product>text</product>",
            "expected elements only, found the text \"text\"",
        ),
        (
            "<product><variants><variant/></variants></product>",
            "expected type=\"array\", found no type",
        ),
        (
            "<product><variants type=\"array\"><variant/>\n<varient/></variants></product>",
            "/product/variants/varient (line 2, column 1): expected <variant>, found <varient>",
        ),
        (
            "<product><variants type=\"array\">x</variants></product>",
            "expected <variant> elements only",
        ),
        (
            "<product><title nil=\"true\">x</title></product>",
            "expected nothing inside an element with nil",
        ),
        (
            "<product><title nil=\"maybe\">x</title></product>",
            "nil=\"true\" or nil=\"false\"",
        ),
        (
            "<product><id><b/></id></product>",
            "expected text without elements",
        ),
    ] {
        let error = read(&rails(), "Product", xml).unwrap_err();
        assert!(error.contains(expected), "{xml}: {error}");
    }
}

fn trimmed(dialect: &str) -> Value {
    spec(
        dialect,
        json!({
            "Reply": {"type": "object", "xml": {"name": "result"}, "required": ["products"], "properties": {
                "content": {"type": "array", "items": {"$ref": "#/components/schemas/Category"}},
                "errors": {"type": "array", "nullable": true, "items": {"type": "object", "properties": {
                    "message": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Text"}}]}}}},
                "products": {"type": "array", "items": {"type": "integer"}},
                "limit": {"oneOf": [{"type": "integer"}, {"type": "string", "enum": [""]}]},
                "id": {"type": "string"},
                "note": {"type": "string"},
                "state": {"type": "string", "enum": ["on", "off"]}}},
            "Category": {"type": "object", "xml": {"name": "category"}, "properties": {
                "id": {"type": "integer"}, "name": {"type": "array", "items": {"$ref": "#/components/schemas/Text"}},
                "children": {"type": "array", "items": {"$ref": "#/components/schemas/Category"}}}},
            "Text": {"type": "object", "properties": {"locale": {"type": "string"}, "value": {"type": "string"}}}
        }),
    )
}

#[test]
fn trimmed_and_plain_text() {
    let xml =
        "<result>\n<id> 03a5 </id><note> <![CDATA[ <b> ]]> </note><state> on </state></result>";
    let trimmed = read(&trimmed("trimmed"), "Reply", xml).unwrap();
    assert_eq!(
        trimmed,
        json!({"id": "03a5", "note": " <b> ", "state": "on", "products": []})
    );
    let plain = read(&self::trimmed("plain"), "Reply", xml).unwrap();
    assert_eq!(
        plain,
        json!({"id": " 03a5 ", "note": " <b> ", "state": "on", "products": []})
    );
}

#[test]
fn interleaved_recursive_and_absent_lists() {
    // The items of an unwrapped list are named after their own root name where they have one.
    let xml = "<result><products>1</products><category><id>1</id><name><locale>ru</locale></name>\
        <category><id>2</id><category><id>3</id></category></category><name><value>x</value></name></category>\
        <products>2</products><category/></result>";
    assert_eq!(
        read(&trimmed("trimmed"), "Reply", xml).unwrap(),
        json!({"products": [1, 2], "content": [
            {"id": 1, "name": [{"locale": "ru"}, {"value": "x"}], "children": [{"id": 2, "children": [{"id": 3}]}]}, {}]})
    );
    assert_eq!(
        read(&trimmed("plain"), "Reply", "<result/>").unwrap(),
        json!({"products": []})
    );
}

#[test]
fn values_with_several_forms() {
    let spec = trimmed("trimmed");
    for (xml, expected) in [
        (
            "<errors><message> a </message></errors>",
            json!([{"message": "a"}]),
        ),
        (
            "<errors><message><locale>ru</locale></message></errors>",
            json!([{"message": [{"locale": "ru"}]}]),
        ),
        (
            "<errors><message><locale>ru</locale></message><message><locale>en</locale></message></errors>",
            json!([{"message": [{"locale": "ru"}, {"locale": "en"}]}]),
        ),
    ] {
        let value = read(&spec, "Reply", &format!("<result>{xml}</result>")).unwrap();
        assert_eq!(value["errors"], expected);
    }
    assert_eq!(
        read(&spec, "Reply", "<result><limit>-1</limit></result>").unwrap()["limit"],
        -1
    );
    assert_eq!(
        read(&spec, "Reply", "<result><limit/></result>").unwrap()["limit"],
        ""
    );
    let nil = "<result xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><errors i:nil=\"true\"/></result>";
    assert_eq!(read(&spec, "Reply", nil).unwrap()["errors"], Value::Null);
}

#[test]
fn attributes_own_text_maps_and_namespaces() {
    let spec = spec(
        "plain",
        json!({
            "Box": {"type": "object", "xml": {"name": "box", "namespace": "urn:box", "prefix": "b"}, "properties": {
                "size": {"type": "integer", "xml": {"attribute": true}},
                "lang": {"type": "string", "xml": {"attribute": true, "namespace": "urn:lang"}},
                "label": {"type": "object", "properties": {
                    "kind": {"type": "string", "xml": {"attribute": true}}, "text": {"type": "string", "x-text": true}}},
                "other": {"type": "string", "xml": {"name": "Else", "namespace": "urn:else"}},
                "tags": {"type": "object", "additionalProperties": {"type": "integer"}}}}
        }),
    );
    let xml = "<q:box xmlns:q=\"urn:box\" xmlns:l=\"urn:lang\" xmlns:e=\"urn:else\" size=\"5\" l:lang=\"ru\">\
        <label kind=\"x\">a &lt; <!-- b --> c</label><e:Else>z</e:Else><q:tags><one>1</one><two>2</two></q:tags></q:box>";
    assert_eq!(
        read(&spec, "Box", xml).unwrap(),
        json!({"size": 5, "lang": "ru", "label": {"kind": "x", "text": "a <  c"}, "other": "z", "tags": {"one": 1, "two": 2}})
    );
    assert!(
        read(&spec, "Box", "<box/>")
            .unwrap_err()
            .contains("the namespace \"urn:box\"")
    );
    let stray = "<b:box xmlns:b=\"urn:box\"><Else>z</Else></b:box>";
    assert!(
        read(&spec, "Box", stray)
            .unwrap_err()
            .contains("expected no element of this name")
    );
    let twice = "<b:box xmlns:b=\"urn:box\"><tags><one>1</one><one>1</one></tags></b:box>";
    assert!(
        read(&spec, "Box", twice)
            .unwrap_err()
            .contains("each element once")
    );
}

#[test]
fn numbers_are_exact_in_their_kind() {
    let spec = spec(
        "plain",
        json!({"N": {"type": "object", "xml": {"name": "n"}, "properties": {
        "i": {"type": "integer"}, "d": {"type": "number"}, "s": {"type": "string", "format": "decimal"}}}}),
    );
    let value = |xml: &str| read(&spec, "N", &format!("<n>{xml}</n>"));
    for (xml, expected) in [
        ("<i>9223372036854775807</i>", json!({"i": i64::MAX})),
        ("<i>18446744073709551615</i>", json!({"i": u64::MAX})),
        ("<i>-0</i>", json!({"i": 0})),
        ("<i>+7</i>", json!({"i": 7})),
        ("<d>15</d>", json!({"d": 15})),
        ("<d>.5</d>", json!({"d": 0.5})),
        ("<d>1e3</d>", json!({"d": 1000.0})),
        ("<s> 740.00 </s>", json!({"s": "740.00"})),
    ] {
        assert_eq!(value(xml).unwrap(), expected);
    }
    for xml in [
        "<i>18446744073709551616</i>",
        "<i>1e3</i>",
        "<i>0x1</i>",
        "<d>1e999</d>",
        "<d>NaN</d>",
        "<d>inf</d>",
        "<d>1e</d>",
        "<d>--1</d>",
    ] {
        assert!(value(xml).is_err(), "{xml}");
    }
}

#[test]
fn what_is_no_xml_is_told_with_its_place() {
    let spec = rails();
    for (xml, expected) in [
        (
            &b"<product>\n  <title nil=\"true\">\n</product>"[..],
            "line 3",
        ),
        (b"", "found nothing"),
        (b"  \n", "found nothing"),
        (b"<!DOCTYPE html><html/>", "an HTML page"),
        (b"<html><body>maintenance", "an HTML page"),
        (b"<product>\xcc</product>", "not valid UTF-8"),
        (b"<product>&nope;</product>", "nope"),
        (b"<product/><product/>", "line 1"),
    ] {
        let schema = json!({"$ref": "#/components/schemas/Product"});
        let error = xml_to_json(&spec, &schema, xml).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let windows = b"<?xml version='1.0' encoding='windows-1251'?><product><title>\xcc\xe8\xf0</title></product>";
    let schema = json!({"schema": {"$ref": "#/components/schemas/Product"}});
    assert_eq!(
        xml_to_json(&spec, &schema, windows).unwrap(),
        json!({"title": "Мир"})
    );
}

#[test]
fn roots_by_argument_media_type_and_component() {
    let spec = spec(
        "plain",
        json!({"Thing": {"type": "object", "properties": {"a": {"type": "string"}}}}),
    );
    let schema = json!({"$ref": "#/components/schemas/Thing"});
    assert_eq!(
        xml_to_json(&spec, &schema, b"<Thing><a>1</a></Thing>").unwrap(),
        json!({"a": "1"})
    );
    assert!(xml_to_json(&spec, &schema, b"<thing/>").is_err());
    let media = json!({"schema": schema, "x-xml-root": "response"});
    assert!(
        xml_to_json(&spec, &media, b"<response/>").is_ok()
            && xml_to_json(&spec, &media, b"<Thing/>").is_err()
    );
    let oracle = XmlOracle::new(&spec).unwrap();
    assert!(
        oracle.to_json(&schema, Some("x"), b"<x/>").is_ok()
            && oracle.to_json(&schema, Some("x"), b"<y/>").is_err()
    );
    assert!(
        oracle
            .to_json(&json!({"type": "object"}), None, b"<any/>")
            .is_ok()
    );
}

#[test]
fn depth_and_number_of_problems_are_bounded() {
    let spec = trimmed("plain");
    let deep = format!(
        "<result>{}{}</result>",
        "<category>".repeat(3000),
        "</category>".repeat(3000)
    );
    assert!(
        read(&spec, "Reply", &deep)
            .unwrap_err()
            .contains("levels of elements")
    );
    let wrong = format!("<result>{}</result>", "<colour/>".repeat(3000));
    let error = xml_to_json(
        &spec,
        &json!({"$ref": "#/components/schemas/Reply"}),
        wrong.as_bytes(),
    )
    .unwrap_err();
    assert_eq!(error.problems.len(), 20);
}

#[test]
fn every_prefix_of_a_document_is_an_error_and_no_panic() {
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<products type=\"array\"><product><title> a&amp;<![CDATA[x]]></title>\
        <description><p>é</p></description><price nil=\"true\"/></product></products>";
    let schema = json!({"$ref": "#/components/schemas/Products"});
    let oracle = XmlOracle::new(&rails()).unwrap();
    for end in 0..xml.len() {
        assert!(
            oracle
                .to_json(&schema, None, &xml.as_bytes()[..end])
                .is_err(),
            "{end}"
        );
    }
    assert!(oracle.to_json(&schema, None, xml.as_bytes()).is_ok());
}

#[test]
fn hostile_documents_take_linear_time() {
    let spec = trimmed("plain");
    let start = std::time::Instant::now();
    let many = 200_000;
    for (inside, good) in [
        (format!("<id>{}</id>", "<!--x-->".repeat(many)), true),
        (format!("<id>{}</id>", "<![CDATA[x]]>".repeat(many)), true),
        (format!("<id>{}</id>", "&amp;".repeat(many)), true),
        ("<products>x</products>".repeat(many), false),
        ("<limit>x</limit>".repeat(many), false),
        ("<colour/>".repeat(many), false),
        ("<errors><message>x</message></errors>".repeat(many), true),
        (format!("<id a{}=\"\"/>", "x".repeat(many)), false),
    ] {
        let xml = format!("<result>{inside}</result>");
        assert_eq!(read(&spec, "Reply", &xml).is_ok(), good, "{}", &xml[..60]);
    }
    // Quadratic work would take minutes.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn own_text_is_found_where_the_tag_holds_the_same_words() {
    let spec = spec(
        "plain",
        json!({"A": {"type": "object", "xml": {"name": "a"}, "properties": {
        "t": {"type": "string", "x-text": true}, "a": {"type": "string"},
        "k": {"type": "string", "xml": {"attribute": true}}}}}),
    );
    let value = read(
        &spec,
        "A",
        "<a k=\"a<b>\">a<a>1</a>a</a>"
            .replace("a<b>", "a&lt;b>")
            .as_str(),
    )
    .unwrap();
    assert_eq!(value, json!({"k": "a<b>", "t": "aa", "a": "1"}));
}
